//! Signature Version 2, which only S3 still takes: in headers and in presigned URLs.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header, request::Parts};
use ring::hmac;

use crate::query;

/// Parameters that select a sub-resource or change the answer: they are signed.
const SIGNED_PARAMETERS: [&str; 36] = [
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "inventory",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "partNumber",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "retention",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
];
const MORE_SIGNED_PARAMETERS: [&str; 2] = ["versions", "website"];

/// The strings that a client may have signed. It is not said whether the bucket stands in the host or in the path, and
/// clients differ in the slash behind a bucket's name.
pub(crate) fn strings_to_sign(head: &Parts, date: &str) -> Vec<String> {
    let text =
        |name: &header::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let md5 = head.headers.get("content-md5").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let query = head.uri.query().unwrap_or_default();
    let amz_headers = amz_headers(&head.headers, query);
    let start = format!("{}\n{md5}\n{}\n{date}\n{amz_headers}", head.method, text(&header::CONTENT_TYPE));
    let parameters = parameters(query);
    resources(head).into_iter().map(|resource| format!("{start}{resource}{parameters}")).collect()
}

fn resources(head: &Parts) -> Vec<String> {
    let path = head.uri.path();
    let mut resources = vec![path.to_owned()];
    if path.matches('/').count() == 1 && path.len() > 1 {
        resources.push(format!("{path}/"));
    }
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let bucket = host.rfind(".s3").map(|end| &host[..end]).or_else(|| host.split_once('.').map(|(first, _)| first));
    resources.extend(bucket.map(|bucket| format!("/{bucket}{path}")));
    resources
}

/// Headers, and those that a presigned URL carries as parameters.
fn amz_headers(headers: &HeaderMap, query: &str) -> String {
    let is_amz = |name: &str| name.starts_with("x-amz-");
    let mut lines = BTreeMap::<&str, Vec<String>>::new();
    for (name, value) in headers.iter().filter(|(name, _)| is_amz(name.as_str())) {
        let value = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
        lines.entry(name.as_str()).or_default().push(value);
    }
    for (name, value) in query::pairs(query).filter(|(name, _)| is_amz(name)) {
        lines.entry(name).or_insert_with(|| vec![query::decode(value)]);
    }
    lines.into_iter().map(|(name, values)| format!("{name}:{}\n", values.join(","))).collect()
}

fn parameters(text: &str) -> String {
    let is_signed = |name: &str| SIGNED_PARAMETERS.contains(&name) || MORE_SIGNED_PARAMETERS.contains(&name);
    let signed = query::pairs(text).filter(|(name, _)| is_signed(name));
    let mut signed: Vec<_> = signed
        .map(
            |(name, value)| if value.is_empty() { name.to_owned() } else { format!("{name}={}", query::decode(value)) },
        )
        .collect();
    signed.sort_unstable();
    if signed.is_empty() { String::new() } else { format!("?{}", signed.join("&")) }
}

/// The signature, in base64.
pub fn sign(secret: &str, string_to_sign: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    STANDARD.encode(hmac::sign(&key, string_to_sign.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// Documented: the examples of the page above.
    #[test]
    fn awss_examples_pass() {
        let get =
            http::Request::get("/photos/puppy.jpg").header("host", "awsexamplebucket1.us-west-1.s3.amazonaws.com");
        let list = http::Request::get("/?prefix=photos&max-keys=50&marker=puppy")
            .header("host", "awsexamplebucket1.us-west-1.s3.amazonaws.com");
        let acl = http::Request::get("/?acl").header("host", "awsexamplebucket1.us-west-1.s3.amazonaws.com");
        for (request, date, signature) in [
            (get, "Tue, 27 Mar 2007 19:36:42 +0000", "qgk2+6Sv9/oM7G3qLEjTH1a1l1g="),
            (list, "Tue, 27 Mar 2007 19:42:41 +0000", "m0WP8eCtspQl5Ahe6L1SozdX9YA="),
            (acl, "Tue, 27 Mar 2007 19:44:46 +0000", "82ZHiFIjc+WbcwFKGUVEQspPn+0="),
        ] {
            let head = request.body(()).unwrap().into_parts().0;
            let bucket = |text: String| text.replace("awsexamplebucket1.us-west-1/", "awsexamplebucket1/");
            let signatures: Vec<_> =
                strings_to_sign(&head, date).into_iter().map(|text| sign(SECRET, &bucket(text))).collect();
            assert!(signatures.iter().any(|found| found == signature), "{signatures:?}");
        }
    }

    /// Recorded: test_put_url_metadata_with_sig_s3.
    #[test]
    fn headers_in_a_presigned_url_are_signed() {
        let text = |request: http::request::Builder| {
            strings_to_sign(&request.body(()).unwrap().into_parts().0, "1175139620").swap_remove(0)
        };
        let in_query = http::Request::put("/bucket/key?x-amz-meta-foo=a%20b&Signature=x");
        let in_header = http::Request::put("/bucket/key?Signature=x").header("x-amz-meta-foo", "a b");
        assert_eq!(text(in_query), text(in_header));
    }
}
