//! The query string: what of it s3s gets to see, and headers that travel in it.

use http::{HeaderName, HeaderValue, request::Parts};
use percent_encoding::percent_decode_str;

/// Parameters that operations read as they were sent: s3s refuses values that AWS takes, or words its refusals
/// otherwise.
const READ_RAW: [&str; 8] = [
    "continuation-token",
    "encoding-type",
    "max-buckets",
    "max-keys",
    "max-parts",
    "max-uploads",
    "part-number-marker",
    "version-id-marker",
];

/// Parameters of signatures, which are checked before.
const SIGNATURES: [&str; 10] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "AWSAccessKeyId",
    "Signature",
    "Expires",
];

const CONDITIONS: [&str; 2] = ["if-match", "if-none-match"];

/// The query without what s3s need not see.
pub(super) fn for_codec(query: Option<&str>) -> String {
    let pairs = query.unwrap_or_default().split('&').filter(|pair| is_for_codec(name(pair)));
    pairs.collect::<Vec<_>>().join("&")
}

fn name(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn is_for_codec(name: &str) -> bool {
    let is_header = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
    !(name.is_empty()
        || is_header
        || is_condition(name)
        || is_capitalised(name)
        || name == "x-id"
        || name.starts_with("response-")
        || READ_RAW.contains(&name)
        || SIGNATURES.contains(&name))
}

/// No sub-resource of S3 begins with a capital letter: AWS takes `UploadId` for nothing.
pub(super) fn is_capitalised(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_uppercase())
}

/// Whether a parameter is a condition, which presigned URLs may carry, too.
pub(super) fn is_condition(name: &str) -> bool {
    CONDITIONS.iter().any(|condition| condition.eq_ignore_ascii_case(name))
}

/// Presigned URLs carry `x-amz-*` headers and conditions as parameters; they count as headers.
///
/// Checksums do not: some SDKs put that of an empty body into the URL before they know the body.
pub(super) fn hoist_headers(parts: &mut Parts) {
    let Some(query) = parts.uri.query() else { return };
    let is_header = |name: &str| {
        let is_amz = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
        let is_signature = SIGNATURES.iter().any(|signature| signature.eq_ignore_ascii_case(name));
        is_condition(name) || (is_amz && !is_signature && !name.contains("checksum"))
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(name, _)| is_header(name));
    let mut hoisted = Vec::new();
    for (name, value) in pairs {
        let value: Vec<u8> = percent_decode_str(value).collect();
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(&value)) {
            hoisted.push((name, value));
        }
    }
    for (name, value) in hoisted {
        parts.headers.entry(name).or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3s_sees_what_its_inputs_are_made_of() {
        let query = "list-type=2&max-keys=abc&UploadId=x&X-Amz-Signature=x&prefix=a%2Fb&x-id=List&Expires=1&versionId";
        assert_eq!(for_codec(Some(query)), "list-type=2&prefix=a%2Fb&versionId");
        assert_eq!(for_codec(None), "");
    }

    #[test]
    fn headers_in_a_presigned_url_count_as_headers() {
        let uri = "/b/k?x-amz-acl=public-read&X-Amz-Signature=x&x-amz-meta-a=b%20c&x-amz-checksum-crc32=AAAAAA%3D%3D\
                   &If-None-Match=%2A";
        let mut parts = http::Request::get(uri).body(()).unwrap().into_parts().0;
        hoist_headers(&mut parts);
        let mut found: Vec<_> = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        found.sort_unstable();
        assert_eq!(found, [("if-none-match", &b"*"[..]), ("x-amz-acl", b"public-read"), ("x-amz-meta-a", b"b c")]);
    }
}
