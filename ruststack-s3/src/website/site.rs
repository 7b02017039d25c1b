//! Host names that are websites: `<bucket>.s3-website.<domain>`, `<bucket>.s3-website-<region>.<domain>`,
//! `<bucket>.s3-website.<region>.<domain>`; without a bucket, the first part of the path names it.

use http::{HeaderMap, Uri, header};
use percent_encoding::percent_decode_str;

const MARKER: &str = "s3-website";

/// A page of a website.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Site {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl Site {
    /// `None` when the host is no website's.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap, domains: &[String]) -> Option<Self> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).or_else(|| uri.host())?;
        if !host.contains(MARKER) {
            return None;
        }
        let bucket = bucket_in_host(host, domains)?;
        let path = path(uri);
        let (bucket, key) = match bucket {
            Some(bucket) => (bucket, path),
            None => path
                .split_once('/')
                .map_or((path.clone(), String::new()), |(bucket, key)| (bucket.to_owned(), key.to_owned())),
        };
        Some(Self { bucket, key })
    }
}

fn path(uri: &Uri) -> String {
    let path = uri.path();
    percent_decode_str(path.strip_prefix('/').unwrap_or(path)).decode_utf8_lossy().into_owned()
}

/// The bucket that a website's host names, if it names one.
fn bucket_in_host(host: &str, domains: &[String]) -> Option<Option<String>> {
    let host = host.to_ascii_lowercase();
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host.as_str(), |(host, _)| host);
    let below = |domain: &String| host.strip_suffix(domain.as_str())?.strip_suffix('.');
    let labels = domains.iter().filter_map(below).min_by_key(|labels| labels.len())?;
    let position = labels.rfind(MARKER)?;
    let region = &labels[position + MARKER.len()..];
    let is_region = region.is_empty() || (region.starts_with(['.', '-']) && !region[1..].contains('.'));
    match labels[..position].strip_suffix('.') {
        _ if !is_region => None,
        Some(bucket) => Some(Some(bucket.to_owned())),
        None => (position == 0).then_some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_with_the_marker_are_websites() {
        let domains = ["localhost.localstack.cloud", "localhost", "amazonaws.com"].map(str::to_owned);
        for (host, uri, site) in [
            ("b.s3-website.localhost.localstack.cloud:4566", "/a/b%20c", Some(("b", "a/b c"))),
            ("a.b.s3-website-eu-west-1.amazonaws.com", "/", Some(("a.b", ""))),
            ("b.s3-website.eu-west-1.amazonaws.com", "/", Some(("b", ""))),
            ("s3-website.localhost:4566", "/b/k/l", Some(("b", "k/l"))),
            ("s3-website.localhost", "/b", Some(("b", ""))),
            ("b.s3.localhost", "/", None),
            ("my-s3-website.localhost", "/", None),
            ("s3-website.example.com", "/", None),
        ] {
            let head = http::Request::get(uri).header("host", host).body(()).unwrap().into_parts().0;
            let found = Site::of(&head.uri, &head.headers, &domains);
            let expected = site.map(|(bucket, key)| Site { bucket: bucket.to_owned(), key: key.to_owned() });
            assert_eq!(found, expected, "{host}{uri}");
        }
    }
}
