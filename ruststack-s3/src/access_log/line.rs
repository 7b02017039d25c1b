//! One line of a server access log.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>

use http::{HeaderMap, header, request::Parts};
use http_body::Body as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::{
    Response,
    clock::Timestamp,
    context::{Context, Peer},
    error::AwsError,
    identity::Principal,
};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::operation;
use crate::{acl::CanonicalUser, bucket::Bucket, signed::signed};

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[[[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000]");
/// What stays as it is in keys.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
const NOTHING: &str = "-";

/// What the request says.
pub(super) struct Requested {
    pub(super) time: Timestamp,
    remote_ip: Option<String>,
    key: Option<String>,
    method: String,
    is_website: bool,
    uri: String,
    referrer: Option<String>,
    user_agent: Option<String>,
    host: Option<String>,
    /// Of what is sent to be stored. Bytes.
    sent_size: Option<String>,
    named_version: Option<String>,
}

/// What is said of the answer.
#[derive(Default)]
pub(super) struct Outcome {
    status: u16,
    error_code: Option<String>,
    /// Bytes.
    body_size: Option<u64>,
    object_size: Option<String>,
    version_id: Option<String>,
}

impl Requested {
    pub(super) fn of(ctx: &Context, head: &Parts, key: Option<String>, is_website: bool) -> Self {
        let said = |name| text(&head.headers, name);
        let sent_size = said("x-amz-decoded-content-length").or_else(|| said("content-length"));
        let query = head.uri.query().unwrap_or_default();
        Self {
            time: ctx.now(),
            remote_ip: head.extensions.get::<Peer>().map(|peer| peer.0.to_string()),
            key: key.filter(|key| !key.is_empty()),
            method: head.method.to_string(),
            is_website,
            uri: head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            referrer: said("referer"),
            user_agent: said("user-agent"),
            host: said(header::HOST.as_str()),
            sent_size,
            named_version: query.split('&').find_map(|pair| pair.strip_prefix("versionId=")).map(str::to_owned),
        }
    }

    /// With its line break.
    // Differs from AWS: a log tells nothing of TLS, and not the host id nor the length of errors' bodies.
    pub(super) fn line(&self, ctx: &Context, bucket: &Bucket, outcome: &Outcome) -> String {
        let time = self.time.to_date_time().format(&TIME).unwrap_or_default();
        let or_nothing = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or(NOTHING).to_owned();
        let quoted = |text: Option<&str>| format!("\"{}\"", or_nothing(text).replace('"', "%22"));
        let operation = match self.is_website {
            true => format!("WEBSITE.{}.OBJECT", self.method),
            false => operation::named(ctx.operation(), &self.method, self.key.is_some()),
        };
        let key = self.key.as_ref().map(|key| utf8_percent_encode(key, KEY).to_string());
        let is_sent = self.method == "PUT" && operation.ends_with("OBJECT");
        let object_size = outcome.object_size.as_deref().or(self.sent_size.as_deref().filter(|_| is_sent));
        let elapsed = ctx.now().since(self.time).as_millis().to_string();
        let (signature, authentication) = signed(ctx.identity()).unwrap_or((NOTHING, NOTHING));
        let version_id = outcome.version_id.as_deref().or(self.named_version.as_deref());
        let fields = [
            bucket.owner_id().as_str().to_owned(),
            bucket.name.clone(),
            time,
            or_nothing(self.remote_ip.as_deref()),
            requester(ctx),
            ctx.request_id().to_owned(),
            operation,
            or_nothing(key.as_deref()),
            quoted(Some(&format!("{} {} HTTP/1.1", self.method, self.uri))),
            outcome.status.to_string(),
            or_nothing(outcome.error_code.as_deref()),
            outcome.body_size.filter(|_| self.method != "HEAD").map_or(NOTHING.to_owned(), |size| size.to_string()),
            or_nothing(object_size),
            elapsed.clone(),
            elapsed,
            quoted(self.referrer.as_deref()),
            quoted(self.user_agent.as_deref()),
            or_nothing(version_id),
            NOTHING.to_owned(),
            signature.to_owned(),
            NOTHING.to_owned(),
            authentication.to_owned(),
            or_nothing(self.host.as_deref()),
            NOTHING.to_owned(),
            NOTHING.to_owned(),
            NOTHING.to_owned(),
        ];
        let mut line = fields.join(" ");
        line.push('\n');
        line
    }
}

impl Outcome {
    pub(super) fn of(answer: &Result<Response, AwsError>) -> Self {
        let response = match answer {
            Ok(response) => response,
            Err(error) => {
                let (status, error_code) = (error.status().as_u16(), Some(error.code().to_owned()));
                return Self { status, error_code, ..Self::default() };
            }
        };
        let headers = response.headers();
        let is_object = headers.contains_key(header::ETAG);
        let total = text(headers, "content-range").and_then(|range| Some(range.rsplit_once('/')?.1.to_owned()));
        let length = text(headers, "content-length").filter(|_| is_object);
        Self {
            status: response.status().as_u16(),
            error_code: None,
            body_size: response.body().size_hint().exact().filter(|size| *size > 0),
            object_size: total.or(length),
            version_id: text(headers, "x-amz-version-id"),
        }
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// A canonical id, or the ARN of who is no account.
fn requester(ctx: &Context) -> String {
    let identity = ctx.identity();
    match identity.principal {
        Principal::Anonymous => NOTHING.to_owned(),
        Principal::Root => CanonicalUser::of_account(identity.account).as_str().to_owned(),
        _ => identity.arn(ctx.scope().partition()),
    }
}
