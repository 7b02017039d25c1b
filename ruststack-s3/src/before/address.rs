//! Which bucket and key a request names, in its host or in its path.

use http::{HeaderMap, header, request::Parts};
use percent_encoding::percent_decode_str;

use super::sub_resource::may_list_buckets;
use crate::error::S3Error;

/// Bucket and key, decoded.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Address {
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    is_in_host: bool,
}

/// What a request is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    Service,
    Bucket,
    Object,
}

impl Address {
    /// `exists` tells whether there is a bucket of a name.
    pub(crate) fn of(parts: &Parts, domains: &[String], exists: impl Fn(&str) -> bool) -> Result<Self, S3Error> {
        let host = host(&parts.headers).or_else(|| parts.uri.host()).unwrap_or_default();
        let path = parts.uri.path();
        let is_of_one = path == "/" && !may_list_buckets(&parts.method, parts.uri.query());
        if let Some(bucket) = bucket_in_host(host, domains, |name| is_of_one || exists(name)) {
            let key = path.strip_prefix('/').unwrap_or(path);
            return Ok(Self { bucket: Some(bucket), key: decode_key(key)?, is_in_host: true });
        }
        let path = path.strip_prefix('/').unwrap_or(path);
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let bucket = decode_key(bucket)?;
        if bucket.is_none() && !key.is_empty() {
            return Err(S3Error::InvalidBucketName { bucket: String::new() });
        }
        Ok(Self { bucket, key: decode_key(key)?, is_in_host: false })
    }

    pub(crate) fn level(&self) -> Level {
        match (&self.bucket, &self.key) {
            (None, _) => Level::Service,
            (Some(_), None) => Level::Bucket,
            (Some(_), Some(_)) => Level::Object,
        }
    }

    /// The raw path in path style; the key is not touched.
    pub(crate) fn path(&self, parts: &Parts) -> String {
        match (&self.bucket, self.is_in_host) {
            (Some(bucket), true) => format!("/{bucket}{}", parts.uri.path()),
            _ => parts.uri.path().to_owned(),
        }
    }
}

fn decode_key(raw: &str) -> Result<Option<String>, S3Error> {
    if raw.is_empty() {
        return Ok(None);
    }
    if !is_percent_encoding_whole(raw) {
        return Err(S3Error::InvalidURI {});
    }
    let decoded = percent_decode_str(raw).decode_utf8().map_err(|_| S3Error::InvalidURI {})?;
    Ok(Some(decoded.into_owned()))
}

/// Each `%` is followed by two hexadecimal digits.
fn is_percent_encoding_whole(raw: &str) -> bool {
    let mut escapes = raw.split('%');
    escapes.next();
    escapes.all(|rest| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let without_port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    Some(without_port.map_or(host, |(host, _)| host))
}

/// The bucket that a host names: `<bucket>.s3.<domain>`, `<bucket>.s3.<region>.<domain>`, `<bucket>.s3-<region>.<domain>`,
/// or, for a bucket that exists or must be meant, `<bucket>.<domain>`.
pub(crate) fn bucket_in_host(host: &str, domains: &[String], exists: impl Fn(&str) -> bool) -> Option<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let domain = domains.iter().filter(|domain| is_below(&host, domain)).max_by_key(|domain| domain.len())?;
    let labels = host.get(..host.len().checked_sub(domain.len() + 1)?)?;
    if let Some((bucket, rest)) = split_at_marker(labels) {
        return (!bucket.is_empty() && is_endpoint(rest)).then(|| bucket.to_owned());
    }
    let is_endpoint_itself = labels == "s3" || labels.starts_with("s3.") || labels.starts_with("s3-");
    (!is_endpoint_itself && exists(labels)).then(|| labels.to_owned())
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|labels| labels.ends_with('.'))
}

/// At the last label that is `s3` or begins with `s3-`: bucket names may have dots, and such labels, too.
fn split_at_marker(labels: &str) -> Option<(&str, &str)> {
    let starts = labels.match_indices(".s3").map(|(position, _)| position);
    let is_marker = |position: &usize| matches!(labels.as_bytes().get(position + 3), None | Some(b'.' | b'-'));
    let position = starts.filter(is_marker).last()?;
    Some((&labels[..position], &labels[position + 3..]))
}

/// What may stand between `s3` and the domain: nothing, a region, `dualstack`, `fips`, `accelerate`.
fn is_endpoint(rest: &str) -> bool {
    let mut parts = rest.split(['.', '-']).filter(|part| !part.is_empty());
    parts.all(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric())) && !rest.contains("website")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(host: &str) -> Option<String> {
        let domains = ["localhost", "localhost.localstack.cloud", "amazonaws.com"].map(str::to_owned);
        bucket_in_host(host, &domains, |name| name == "known")
    }

    #[test]
    fn hosts_name_buckets_as_aws_and_local_domains_do() {
        for (host, bucket) in [
            ("b.s3.localhost.localstack.cloud", Some("b")),
            ("B.S3.localhost.localstack.cloud.", Some("b")),
            ("a.b.c.s3.localhost.localstack.cloud", Some("a.b.c")),
            ("b.s3.eu-west-1.localhost.localstack.cloud", Some("b")),
            ("b.s3-eu-west-1.amazonaws.com", Some("b")),
            ("b.s3.dualstack.eu-west-1.amazonaws.com", Some("b")),
            ("b.s3-accelerate.amazonaws.com", Some("b")),
            ("x.s3.y.s3.amazonaws.com", Some("x.s3.y")),
            ("b.s3.localhost", Some("b")),
            ("known.localhost", Some("known")),
            ("unknown.localhost", None),
            ("localhost", None),
            ("s3.localhost.localstack.cloud", None),
            ("s3.eu-west-1.amazonaws.com", None),
            ("localhost.localstack.cloud", None),
            ("127.0.0.1", None),
            ("[::1]", None),
            ("www.example.com", None),
            ("b.s3-website.localhost.localstack.cloud", None),
            ("", None),
        ] {
            assert_eq!(find(host).as_deref(), bucket, "{host}");
        }
    }

    fn address(uri: &str, host: &str) -> Result<Address, S3Error> {
        let request = http::Request::builder().uri(uri).header("host", host).body(()).unwrap();
        Address::of(&request.into_parts().0, &["localhost".to_owned()], |_| false)
    }

    #[test]
    fn keys_are_taken_as_they_are() {
        for (uri, key) in [
            ("/b/key", Some("key")),
            ("/b//key", Some("/key")),
            ("/b/a//b/", Some("a//b/")),
            ("/b/../x", Some("../x")),
            ("/b/./x", Some("./x")),
            ("/b/a%2Fb+c%20d", Some("a/b+c d")),
            ("/b/%E2%82%AC", Some("\u{20ac}")),
            ("/b/", None),
            ("/b", None),
        ] {
            let found = address(uri, "localhost:4566").unwrap();
            assert_eq!((found.bucket.as_deref(), found.key.as_deref()), (Some("b"), key), "{uri}");
            let uri = &uri[2..];
            let in_host = address(if uri.is_empty() { "/" } else { uri }, "b.s3.localhost:4566").unwrap();
            assert_eq!(in_host.key.as_deref(), key, "{uri}");
        }
        assert_eq!(address("/", "localhost").unwrap().level(), Level::Service);
    }

    /// Recorded: test_bucket_does_not_exist.
    #[test]
    fn a_host_is_a_bucket_that_there_is_not_where_only_a_bucket_can_be_meant() {
        for (method, uri, level) in [
            ("GET", "/?encoding-type=url", Level::Bucket),
            ("GET", "/?list-type=2", Level::Bucket),
            ("PUT", "/", Level::Bucket),
            ("HEAD", "/", Level::Bucket),
            ("GET", "/", Level::Service),
            ("GET", "/?x-id=ListBuckets&max-buckets=1", Level::Service),
            ("OPTIONS", "/", Level::Service),
        ] {
            let request = http::Request::builder().method(method).uri(uri).header("host", "unknown.localhost");
            let parts = request.body(()).unwrap().into_parts().0;
            let address = Address::of(&parts, &["localhost".to_owned()], |_| false).unwrap();
            assert_eq!(address.level(), level, "{method} {uri}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        for uri in ["/b/%", "/b/%a", "/b/%zz", "/b/%ff"] {
            assert_eq!(address(uri, "localhost"), Err(S3Error::InvalidURI {}), "{uri}");
        }
    }
}
