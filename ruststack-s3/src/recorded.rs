//! What the request log is told of S3's requests, as CloudTrail's records of them show it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html>

mod event_name;

use http::{HeaderMap, Method, header, request::Parts};
use http_body::Body as _;
use percent_encoding::percent_decode_str;
use ruststack_core::{
    Response,
    context::Context,
    error::AwsError,
    protocol::xml::Element,
    record::{Record, Resource},
};
use serde_json::{Map, Value, json};

use crate::{S3, before::address::Address, signed::signed};

/// Headers that records show: what they ask for is no secret, and no content.
const SHOWN_HEADERS: [&str; 34] = [
    "x-amz-abac-status",
    "x-amz-acl",
    "x-amz-bucket-object-lock-enabled",
    "x-amz-bypass-governance-retention",
    "x-amz-copy-source",
    "x-amz-copy-source-if-match",
    "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-none-match",
    "x-amz-copy-source-if-unmodified-since",
    "x-amz-copy-source-range",
    "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "x-amz-expected-bucket-owner",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-object-attributes",
    "x-amz-object-lock-legal-hold",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-ownership",
    "x-amz-rename-source",
    "x-amz-request-payer",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-source-expected-bucket-owner",
    "x-amz-storage-class",
    "x-amz-tagging-directive",
    "x-amz-transition-default-minimum-object-size",
    "x-amz-website-redirect-location",
];
/// Parameters of the query that let others in.
const SECRET_PARAMETERS: [&str; 5] =
    ["AWSAccessKeyId", "Signature", "X-Amz-Credential", "X-Amz-Security-Token", "X-Amz-Signature"];
/// And by this they begin where they stand for headers: keys of SSE-C are among them.
const HOISTED_SECRETS: [&str; 2] =
    ["x-amz-copy-source-server-side-encryption-customer-key", "x-amz-server-side-encryption-customer-key"];
/// Documents that are no configurations.
const HIDDEN_DOCUMENTS: [&str; 3] = ["CompleteMultipartUpload", "Delete", "SelectObjectContentRequest"];
/// Headers of answers that records show.
const TOLD_HEADERS: [&str; 10] = [
    "x-amz-copy-source-version-id",
    "x-amz-delete-marker",
    "x-amz-expiration",
    "x-amz-request-charged",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-server-side-encryption-context",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-version-id",
];

/// A request that is recorded, before its answer.
pub(crate) struct Recorded {
    record: Record,
    method: Method,
    bucket: Option<String>,
    key: Option<String>,
    prefix: Option<String>,
    /// Account of the bucket's owner, while there is the bucket.
    owner: Option<String>,
    has_parameters: bool,
    asks_for_encryption: bool,
    /// Bytes.
    sent_size: u64,
}

impl Recorded {
    /// `None` of requests that are not recorded, which are all unless somebody asks for the log.
    pub(crate) fn of(s3: &S3, head: &Parts) -> Option<Self> {
        let record = Record::of(head)?.clone();
        let address = Address::of(head, &s3.config.domains, |name| s3.buckets.get(name).is_ok()).ok();
        let (bucket, key) = address.map_or((None, None), |address| (address.bucket, address.key));
        let parameters = parameters(head, bucket.as_deref(), key.as_deref());
        let has_parameters = head.uri.query().is_some_and(|query| !query.is_empty());
        let prefix = parameters.get("prefix").and_then(Value::as_str).map(str::to_owned);
        let user_agent = text(&head.headers, header::USER_AGENT.as_str()).map(|agent| format!("[{agent}]"));
        record.tell(|details| {
            details.request_parameters = Value::Object(parameters);
            details.user_agent = user_agent;
        });
        let size = text(&head.headers, "x-amz-decoded-content-length")
            .or_else(|| text(&head.headers, header::CONTENT_LENGTH.as_str()));
        Some(Self {
            owner: bucket.as_deref().and_then(|name| owner(s3, name)),
            method: head.method.clone(),
            bucket,
            key,
            prefix,
            has_parameters,
            asks_for_encryption: head.headers.contains_key("x-amz-server-side-encryption"),
            sent_size: size.and_then(|size| size.parse().ok()).unwrap_or(0),
            record,
        })
    }

    /// Tells the rest, once there is an answer.
    pub(crate) fn answered(self, s3: &S3, ctx: &Context, answer: &Result<Response, AwsError>) {
        let Self { record, bucket, key, .. } = &self;
        let operation = ctx.operation().or_else(|| self.guess());
        let is_data = operation.is_none_or(event_name::is_data);
        let owner = self.owner.clone().or_else(|| bucket.as_deref().and_then(|name| owner(s3, name)));
        let partition = ctx.scope().partition();
        let object = bucket.as_ref().filter(|_| is_data).map(|bucket| {
            let arn = format!("arn:{partition}:s3:::{bucket}/");
            match key {
                Some(key) => Resource::new("AWS::S3::Object", arn + key),
                None => Resource::with_prefix("AWS::S3::Object", arn + self.prefix.as_deref().unwrap_or_default()),
            }
        });
        let bucket = bucket.as_ref();
        let bucket =
            bucket.map(|name| Resource::new("AWS::S3::Bucket", format!("arn:{partition}:s3:::{name}")).of(owner));
        let is_read_only = operation.is_some_and(event_name::is_read);
        let told = answer.as_ref().ok().filter(|_| !is_read_only).and_then(response_elements);
        let additional = self.additional(ctx, answer);
        record.tell(|details| {
            details.event_name = operation.map(|name| event_name::of(name).to_owned().into());
            details.is_data = is_data;
            details.is_read_only = is_read_only;
            details.resources = object.into_iter().chain(bucket).collect();
            details.response_elements = told.unwrap_or_default();
            details.additional_event_data = additional;
        });
    }

    /// What a request that came to no operation would have been, where only its method says that.
    fn guess(&self) -> Option<&'static str> {
        let level = (self.bucket.is_some(), self.key.is_some());
        match (self.method.as_str(), level) {
            ("OPTIONS", _) => Some("PreflightRequest"),
            _ if self.has_parameters => None,
            ("GET", (false, _)) => Some("ListBuckets"),
            ("GET", (_, false)) => Some("ListObjects"),
            ("GET", _) => Some("GetObject"),
            ("HEAD", (true, false)) => Some("HeadBucket"),
            ("HEAD", (_, true)) => Some("HeadObject"),
            ("PUT", (true, false)) => Some("CreateBucket"),
            ("PUT", (_, true)) => Some("PutObject"),
            ("DELETE", (true, false)) => Some("DeleteBucket"),
            ("DELETE", (_, true)) => Some("DeleteObject"),
            _ => None,
        }
    }

    fn additional(&self, ctx: &Context, answer: &Result<Response, AwsError>) -> Value {
        let mut data = Map::new();
        let signed = signed(ctx.identity());
        if let Some((version, _)) = signed {
            data.insert("SignatureVersion".to_owned(), version.into());
        }
        data.insert("bytesTransferredIn".to_owned(), self.sent_size.into());
        if let Some(applied) = answer.as_ref().ok().and_then(|answer| self.encryption(answer.headers())) {
            data.insert("SSEApplied".to_owned(), applied.into());
        }
        if let Some((_, method)) = signed {
            data.insert("AuthenticationMethod".to_owned(), method.into());
        }
        let is_sent = self.method != Method::HEAD;
        let sent = answer.as_ref().ok().filter(|_| is_sent).and_then(|answer| answer.body().size_hint().exact());
        // Differs from AWS: the length of an error's body is not known here.
        data.insert("bytesTransferredOut".to_owned(), sent.unwrap_or(0).into());
        Value::Object(data)
    }

    /// How an object is encrypted that was written or read, and whether that was asked for.
    fn encryption(&self, answer: &HeaderMap) -> Option<String> {
        if answer.contains_key("x-amz-server-side-encryption-customer-algorithm") {
            return Some("SSE_C".to_owned());
        }
        let kind = match text(answer, "x-amz-server-side-encryption")? {
            "AES256" => "SSE_S3",
            "aws:kms" => "SSE_KMS",
            "aws:kms:dsse" => "DSSE_KMS",
            _ => return None,
        };
        Some(if self.asks_for_encryption { kind.to_owned() } else { format!("Default_{kind}") })
    }
}

/// The configuration that a request puts: records show it whole.
pub(crate) fn note_document(head: &Parts, document: &[u8]) {
    let Some(record) = Record::of(head) else { return };
    let element = Element::parse(document).ok().flatten();
    let shown = match element {
        Some(element) if HIDDEN_DOCUMENTS.contains(&element.name.as_str()) => None,
        Some(element) => Some((element.name.clone(), of_element(&element))),
        None => serde_json::from_slice(document).ok().map(|policy| ("bucketPolicy".to_owned(), policy)),
    };
    let Some((name, value)) = shown else { return };
    record.tell(|details| {
        if let Value::Object(parameters) = &mut details.request_parameters {
            parameters.insert(name, value);
        }
    });
}

/// Elements of one name are a list; an element without any in it is its text.
fn of_element(element: &Element) -> Value {
    let attributes = element.attributes.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let mut members: Map<String, Value> = attributes.collect();
    for child in &element.children {
        let value = of_element(child);
        match members.get_mut(&child.name) {
            None => drop(members.insert(child.name.clone(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(only) => *only = json!([only.take(), value]),
        }
    }
    match members.is_empty() {
        true => element.text.as_str().into(),
        false => Value::Object(members),
    }
}

fn parameters(head: &Parts, bucket: Option<&str>, key: Option<&str>) -> Map<String, Value> {
    let mut parameters = Map::new();
    let mut set = |name: &str, value: &str| parameters.insert(name.to_owned(), value.into());
    if let Some(bucket) = bucket {
        set("bucketName", bucket);
    }
    if let Some(host) = text(&head.headers, header::HOST.as_str()).or_else(|| head.uri.host()) {
        set("Host", host);
    }
    if let Some(key) = key {
        set("key", key);
    }
    for pair in head.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        if !is_secret(&name) {
            set(&name, &value);
        }
    }
    for name in SHOWN_HEADERS {
        if let Some(value) = text(&head.headers, name) {
            set(name, value);
        }
    }
    parameters
}

fn is_secret(name: &str) -> bool {
    let begins = |prefix: &&str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let is = |secret: &&str| name.eq_ignore_ascii_case(secret);
    SECRET_PARAMETERS.iter().any(is) || HOISTED_SECRETS.iter().any(begins)
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn response_elements(answer: &Response) -> Option<Value> {
    let headers = answer.headers();
    let told = TOLD_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), text(headers, name)?.into())));
    let told: Map<_, _> = told.collect();
    (!told.is_empty()).then_some(Value::Object(told))
}

fn owner(s3: &S3, bucket: &str) -> Option<String> {
    s3.buckets.get(bucket).ok().map(|bucket| bucket.owner.to_string())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_shown_as_json() {
        let document = "<T xmlns=\"x\"><A><B>1</B></A><A><B>2</B></A><C/></T>";
        let element = Element::parse(document.as_bytes()).unwrap().unwrap();
        assert_eq!(of_element(&element)["A"], json!([{ "B": "1" }, { "B": "2" }]));
        assert_eq!(of_element(&element)["C"], "");
    }

    #[test]
    fn what_lets_others_in_is_not_shown() {
        for name in ["X-Amz-Signature", "x-amz-security-token", "X-Amz-Server-Side-Encryption-Customer-Key-MD5"] {
            assert!(is_secret(name), "{name}");
        }
        assert!(!is_secret("X-Amz-Expires") && !is_secret("versionId"));
    }
}
