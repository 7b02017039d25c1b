//! What a request says of its sender, found in its head alone.

use std::borrow::Cow;

use http::{HeaderMap, header, request::Parts};
use ruststack_core::identity::{Credential, SignatureKind};

use crate::query;

/// The longest `Authorization` header that is read. Bytes.
const MAX_AUTHORIZATION: usize = 16 * 1024;

/// The credential of a request; `None` when it shows none, or none that can be read.
pub fn of_head(head: &Parts) -> Option<Credential<'_>> {
    match authorization(&head.headers) {
        Some(authorization) => of_authorization(authorization, &head.headers),
        None => of_query(head.uri.query()?),
    }
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?;
    value.to_str().ok().filter(|text| text.len() <= MAX_AUTHORIZATION)
}

fn of_authorization<'a>(authorization: &'a str, headers: &'a HeaderMap) -> Option<Credential<'a>> {
    let (scheme, rest) = authorization.trim().split_once(' ')?;
    match scheme {
        "AWS4-HMAC-SHA256" => with_region(SignatureKind::SigV4Header, &Cow::Borrowed(field(rest, "Credential")?)),
        "AWS4-ECDSA-P256-SHA256" => {
            let regions = headers.get("x-amz-region-set").and_then(|value| value.to_str().ok()).unwrap_or_default();
            without_region(SignatureKind::SigV4aHeader, &Cow::Borrowed(field(rest, "Credential")?), regions)
        }
        "AWS" => {
            let (access_key, _signature) = rest.trim().rsplit_once(':')?;
            Some(plain(SignatureKind::SigV2Header, Cow::Borrowed(access_key)))
        }
        "Bearer" => Some(plain(SignatureKind::Bearer, Cow::Borrowed(""))),
        _ => None,
    }
}

/// One of the comma-separated fields of an `Authorization` header.
pub(crate) fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = fields.split(',').map(str::trim);
    fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
}

fn of_query(query: &str) -> Option<Credential<'static>> {
    if let Some(credential) = query::value(query, "X-Amz-Credential") {
        let algorithm = query::value(query, "X-Amz-Algorithm").unwrap_or_default();
        if algorithm == "AWS4-ECDSA-P256-SHA256" {
            let regions = query::value(query, "X-Amz-Region-Set").unwrap_or_default();
            return without_region(SignatureKind::SigV4aQuery, &Cow::Owned(credential), &regions);
        }
        return with_region(SignatureKind::SigV4Query, &Cow::Owned(credential));
    }
    let access_key = query::value(query, "AWSAccessKeyId")?;
    Some(plain(SignatureKind::SigV2Query, Cow::Owned(access_key)))
}

pub(crate) fn plain(kind: SignatureKind, access_key: Cow<'_, str>) -> Credential<'_> {
    Credential { kind, access_key, date: None, region: None, service: None }
}

/// `<access key>/<date>/<region>/<service>/aws4_request`.
pub(crate) fn with_region<'a>(kind: SignatureKind, scope: &Cow<'a, str>) -> Option<Credential<'a>> {
    let [access_key, date, region, service] = split_scope(scope)?;
    Some(Credential {
        kind,
        access_key: slice(scope, access_key),
        date: Some(slice(scope, date)),
        region: Some(slice(scope, region)),
        service: Some(slice(scope, service)),
    })
}

/// SigV4A: `<access key>/<date>/<service>/aws4_request`, and the regions apart.
fn without_region<'a>(kind: SignatureKind, scope: &Cow<'a, str>, regions: &str) -> Option<Credential<'a>> {
    let mut fields = scope.split('/');
    let (access_key, date, service) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next() != Some("aws4_request") || fields.next().is_some() {
        return None;
    }
    let region = regions.split(',').map(str::trim).find(|region| !region.is_empty() && *region != "*");
    Some(Credential {
        kind,
        access_key: Cow::Owned(access_key.to_owned()),
        date: Some(Cow::Owned(date.to_owned())),
        region: region.map(|region| Cow::Owned(region.to_owned())),
        service: Some(Cow::Owned(service.to_owned())),
    })
}

/// Where the four fields stand in the text.
fn split_scope(scope: &str) -> Option<[(usize, usize); 4]> {
    let mut fields = [(0, 0); 4];
    let mut start = 0;
    for field in &mut fields {
        let end = start + scope[start..].find('/')?;
        *field = (start, end);
        start = end + 1;
    }
    (&scope[start..] == "aws4_request").then_some(fields)
}

/// Headers are borrowed from; what was decoded is copied.
fn slice<'a>(scope: &Cow<'a, str>, (start, end): (usize, usize)) -> Cow<'a, str> {
    match scope {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(uri: &str, headers: &[(&str, &str)]) -> Option<(SignatureKind, String, Option<String>, Option<String>)> {
        let mut request = http::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let head = request.body(()).ok()?.into_parts().0;
        let credential = of_head(&head)?;
        let text = |field: &Option<Cow<'_, str>>| field.as_deref().map(str::to_owned);
        Some((credential.kind, credential.access_key.to_string(), text(&credential.region), text(&credential.service)))
    }

    #[test]
    fn every_form_of_credential_is_read() {
        let some = |text: &str| Some(text.to_owned());
        let header =
            "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=00";
        let expected = Some((SignatureKind::SigV4Header, "AK".to_owned(), some("eu-west-1"), some("s3")));
        assert_eq!(parse("/", &[("authorization", header)]), expected);
        assert_eq!(parse("/", &[("authorization", &header.replace(", ", ","))]), expected);
        let query = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";
        let expected = Some((SignatureKind::SigV4Query, "AK".to_owned(), some("eu-west-1"), some("s3")));
        assert_eq!(parse(query, &[]), expected);
        let header = "AWS4-ECDSA-P256-SHA256 Credential=AK/20260101/s3/aws4_request, SignedHeaders=host, Signature=00";
        let expected = Some((SignatureKind::SigV4aHeader, "AK".to_owned(), some("eu-west-1"), some("s3")));
        assert_eq!(parse("/", &[("authorization", header), ("x-amz-region-set", "*,eu-west-1")]), expected);
        let expected = Some((SignatureKind::SigV2Header, "AK".to_owned(), None, None));
        assert_eq!(parse("/", &[("authorization", "AWS AK:c2ln")]), expected);
        let expected = Some((SignatureKind::SigV2Query, "AK".to_owned(), None, None));
        assert_eq!(parse("/b/k?AWSAccessKeyId=AK&Expires=1&Signature=x", &[]), expected);
        let expected = Some((SignatureKind::Bearer, String::new(), None, None));
        assert_eq!(parse("/", &[("authorization", "Bearer abc")]), expected);
    }

    #[test]
    fn what_cannot_be_read_is_no_credential() {
        for header in ["", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=AK/20260101/x/s3", "Basic abc", "AWS abc"] {
            assert_eq!(parse("/", &[("authorization", header)]), None, "{header}");
        }
        assert_eq!(parse("/?X-Amz-Credential=AK", &[]), None);
        assert_eq!(parse("/", &[]), None);
    }

    proptest! {
        #[test]
        fn arbitrary_heads_never_panic(header in "[ -~]{0,80}", query in "[!-~&&[^#]]{0,80}") {
            parse(&format!("/?{query}"), &[("authorization", &header)]);
            parse(&format!("/?X-Amz-Credential={query}"), &[]);
            parse("/", &[("authorization", &format!("AWS4-HMAC-SHA256 Credential={header}"))]);
        }
    }
}
