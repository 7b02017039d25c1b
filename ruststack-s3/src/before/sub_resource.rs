//! The guard before s3s's routing, which takes a request whose sub-resource it does not know for one without: a DELETE
//! would delete the bucket, a PUT overwrite the object. What is not listed here answers 501.

use http::{HeaderMap, Method, header};
use ruststack_core::error::AwsError;

use super::{
    address::Level,
    query::{is_capitalised, is_condition},
};
use crate::{
    direct::{self, Operation},
    error::S3Error,
};

/// What a request's body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Takes {
    /// An object's bytes, or a part's.
    Bytes,
    Document,
    /// A document that is no XML: a policy.
    Text,
    /// An HTML form with an object's bytes.
    Form,
    Nothing,
}

pub(crate) enum Verdict {
    Passes(Takes),
    /// Past s3s.
    Direct(&'static Operation),
    Refused(AwsError),
}

/// Query parameters that every request may carry: signatures, the headers that botocore repeats in them, the SDKs' note
/// of the operation, and what can be no sub-resource, which AWS ignores.
fn is_harmless(name: &str) -> bool {
    let harmless = ["AWSAccessKeyId", "Signature", "Expires", "content-md5", "content-type", "x-id"];
    harmless.contains(&name)
        || is_condition(name)
        || is_capitalised(name)
        || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
}

/// Sub-resources and parameters of the operations that work, by method and level.
fn known(method: &Method, level: Level) -> &'static [&'static str] {
    match (method.as_str(), level) {
        ("GET", Level::Service) => &["prefix", "bucket-region", "max-buckets", "continuation-token"],
        ("GET", Level::Bucket) => &[
            "accelerate",
            "acl",
            "analytics",
            "continuation-token",
            "cors",
            "delimiter",
            "encoding-type",
            "encryption",
            "fetch-owner",
            "id",
            "intelligent-tiering",
            "inventory",
            "key-marker",
            "lifecycle",
            "list-type",
            "location",
            "logging",
            "marker",
            "max-keys",
            "max-uploads",
            "metrics",
            "notification",
            "object-lock",
            "ownershipControls",
            "policy",
            "policyStatus",
            "prefix",
            "publicAccessBlock",
            "replication",
            "requestPayment",
            "start-after",
            "tagging",
            "upload-id-marker",
            "uploads",
            "version-id-marker",
            "versioning",
            "versions",
            "website",
        ],
        ("PUT", Level::Bucket) => &[
            "accelerate",
            "acl",
            "analytics",
            "cors",
            "encryption",
            "id",
            "intelligent-tiering",
            "inventory",
            "lifecycle",
            "logging",
            "metrics",
            "notification",
            "object-lock",
            "ownershipControls",
            "policy",
            "publicAccessBlock",
            "replication",
            "requestPayment",
            "tagging",
            "versioning",
            "website",
        ],
        ("DELETE", Level::Bucket) => &[
            "analytics",
            "cors",
            "encryption",
            "id",
            "intelligent-tiering",
            "inventory",
            "lifecycle",
            "metrics",
            "ownershipControls",
            "policy",
            "publicAccessBlock",
            "replication",
            "tagging",
            "website",
        ],
        ("POST", Level::Bucket) => &["delete"],
        ("GET", Level::Object) => &[
            "acl",
            "attributes",
            "legal-hold",
            "max-parts",
            "part-number-marker",
            "partNumber",
            "retention",
            "tagging",
            "uploadId",
            "versionId",
        ],
        ("HEAD", Level::Object) => &["partNumber", "versionId"],
        ("PUT", Level::Object) => &["acl", "legal-hold", "partNumber", "retention", "tagging", "uploadId", "versionId"],
        ("DELETE", Level::Object) => &["tagging", "uploadId", "versionId"],
        ("POST", Level::Object) => &["uploadId", "uploads"],
        _ => &[],
    }
}

/// Sub-resources of GET and HEAD on objects that do not work yet; all other unknown parameters of reads are ignored, as
/// AWS ignores them.
const MISSING_READS: [&str; 4] = ["torrent", "annotation", "select", "restore"];

pub(crate) fn judge(method: &Method, headers: &HeaderMap, level: Level, query: Option<&str>) -> Verdict {
    let names: Vec<&str> = parameter_names(query.unwrap_or_default()).filter(|name| !is_harmless(name)).collect();
    if let Some(operation) = find_direct(method, headers, level, query, &names) {
        return Verdict::Direct(operation);
    }
    let is_read = level == Level::Object && matches!(*method, Method::GET | Method::HEAD);
    let known = known(method, level);
    let unknown = names.iter().find(|name| match is_read {
        true => MISSING_READS.contains(name),
        false => !known.contains(name),
    });
    if let Some(name) = unknown {
        return Verdict::Refused(not_implemented(name));
    }
    let has = |name: &str| names.contains(&name);
    match (method.as_str(), level) {
        ("GET" | "HEAD" | "DELETE", _) => Verdict::Passes(Takes::Nothing),
        ("PUT", Level::Bucket) if has("policy") => Verdict::Passes(Takes::Text),
        ("PUT", Level::Bucket) => Verdict::Passes(Takes::Document),
        ("PUT", Level::Object) if ["acl", "tagging", "retention", "legal-hold"].into_iter().any(has) => {
            Verdict::Passes(Takes::Document)
        }
        ("PUT", Level::Object) if has("uploadId") != has("partNumber") => Verdict::Refused(not_implemented("uploadId")),
        ("PUT", Level::Object) if headers.contains_key("x-amz-copy-source") => Verdict::Passes(Takes::Nothing),
        ("PUT", Level::Object) => Verdict::Passes(Takes::Bytes),
        ("POST", Level::Bucket) if has("delete") => Verdict::Passes(Takes::Document),
        ("POST", Level::Bucket) if is_form(headers) => Verdict::Passes(Takes::Form),
        ("POST", Level::Bucket) => Verdict::Refused(S3Error::PostNotForm {}.into()),
        ("POST", Level::Object) if has("uploads") => Verdict::Passes(Takes::Nothing),
        ("POST", Level::Object) if has("uploadId") => Verdict::Passes(Takes::Document),
        _ => Verdict::Refused(method_not_allowed(method, level)),
    }
}

/// Whether a request to the root of a host could be about all buckets: about one, it would say so.
pub(super) fn may_list_buckets(method: &Method, query: Option<&str>) -> bool {
    let known = known(method, Level::Service);
    let mut names = parameter_names(query.unwrap_or_default());
    matches!(*method, Method::GET | Method::OPTIONS) && names.all(|name| is_harmless(name) || known.contains(&name))
}

/// An operation that is none of s3s's. Two of them no sub-resource names.
fn find_direct(
    method: &Method,
    headers: &HeaderMap,
    level: Level,
    query: Option<&str>,
    names: &[&str],
) -> Option<&'static Operation> {
    let is_answer = level == Level::Bucket && headers.contains_key("x-amz-request-token");
    let query = query.unwrap_or_default();
    let lists = level == Level::Service && query.split('&').any(|pair| pair == "x-id=ListDirectoryBuckets");
    match (is_answer, lists) {
        (true, _) => direct::find(method, level, &["WriteGetObjectResponse"]),
        (_, true) => direct::find(method, level, &["ListDirectoryBuckets"]),
        _ if names.is_empty() => None,
        _ => direct::find(method, level, names),
    }
}

/// Names before `=`, decoded where they need it.
fn parameter_names(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name)).filter(|name| !name.is_empty())
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.to_ascii_lowercase().starts_with("multipart/form-data")
}

fn not_implemented(name: &str) -> AwsError {
    tracing::info!(sub_resource = name, "not implemented");
    let text = "A header you provided implies functionality that is not implemented";
    AwsError::not_implemented(text).with("Header", name.to_owned())
}

fn method_not_allowed(method: &Method, level: Level) -> AwsError {
    let resource_type = match level {
        Level::Service => "SERVICE",
        Level::Bucket => "BUCKET",
        Level::Object => "OBJECT",
    };
    S3Error::MethodNotAllowed { method: method.to_string(), resource_type }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(method: &str, level: Level, query: &str) -> Result<Takes, u16> {
        match judge(&method.parse().unwrap(), &HeaderMap::new(), level, Some(query)) {
            Verdict::Passes(takes) => Ok(takes),
            Verdict::Direct(operation) => Ok(operation.takes),
            Verdict::Refused(error) => Err(error.status().as_u16()),
        }
    }

    #[test]
    fn an_unknown_sub_resource_never_falls_through() {
        for (method, level, query) in [
            ("DELETE", Level::Bucket, "metadataInventoryTable"),
            ("DELETE", Level::Bucket, "versioning"),
            ("DELETE", Level::Bucket, "foo"),
            ("DELETE", Level::Object, "renameObject"),
            ("POST", Level::Bucket, "abac"),
            ("PUT", Level::Object, "encryption&uploadId=x"),
            ("PATCH", Level::Object, "renameObject"),
            ("PUT", Level::Object, "partNumber=1"),
            ("PUT", Level::Object, "uploadId=x"),
            ("GET", Level::Bucket, "abac&tagging"),
            ("GET", Level::Bucket, "foo=bar"),
            ("HEAD", Level::Object, "torrent"),
            ("POST", Level::Object, "select&foo"),
        ] {
            assert_eq!(verdict(method, level, query), Err(501), "{method} {query}");
        }
    }

    #[test]
    fn parameters_that_select_nothing_pass() {
        for (method, level, query, takes) in [
            ("GET", Level::Object, "v=1&response-content-type=text/plain", Takes::Nothing),
            ("GET", Level::Bucket, "list-type=2&x-id=ListObjectsV2", Takes::Nothing),
            ("PUT", Level::Object, "x-id=PutObject&X-Amz-Signature=abc", Takes::Bytes),
            ("PUT", Level::Object, "AWSAccessKeyId=a&Signature=b&Expires=1&content-type=text/plain", Takes::Bytes),
            ("PUT", Level::Object, "partNumber=1&uploadId=x&x-id=UploadPart", Takes::Bytes),
            // Recorded: test_response_structure, which spells them so.
            ("PUT", Level::Object, "PartNumber=1&UploadId=x", Takes::Bytes),
            ("PUT", Level::Object, "tagging", Takes::Document),
            ("PUT", Level::Object, "retention", Takes::Document),
            ("PUT", Level::Bucket, "website=", Takes::Document),
            ("PUT", Level::Bucket, "policy", Takes::Text),
            ("POST", Level::Object, "uploads", Takes::Nothing),
            ("POST", Level::Bucket, "delete", Takes::Document),
        ] {
            assert_eq!(verdict(method, level, query), Ok(takes), "{method} {query}");
        }
        for (method, level) in [("POST", Level::Object), ("PATCH", Level::Object), ("POST", Level::Service)] {
            assert_eq!(verdict(method, level, ""), Err(405), "{method}");
        }
    }
}
