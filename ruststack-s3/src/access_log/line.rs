//! One line of a server access log.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>

use http::{HeaderMap, StatusCode, header, request::Parts};
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

use super::{Done, operation};
use crate::{acl::CanonicalUser, bucket::Bucket, call::Call, signed::signed};

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[[[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000]");
/// What stays as it is in keys.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
const NOTHING: &str = "-";
/// Who does what nobody asked for.
const S3_ITSELF: &str = "AmazonS3";
const REQUEST_ID_LENGTH: usize = 16;

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

    pub(super) fn line(&self, ctx: &Context, bucket: &Bucket, outcome: &Outcome) -> String {
        let operation = match self.is_website {
            true => format!("WEBSITE.{}.OBJECT", self.method),
            false => operation::named(ctx.operation(), &self.method, self.key.is_some()),
        };
        let key = self.key.as_deref().map(escaped);
        let is_sent = self.method == "PUT" && operation.ends_with("OBJECT");
        let object_size = outcome.object_size.as_deref().or(self.sent_size.as_deref().filter(|_| is_sent));
        let elapsed = ctx.now().since(self.time).as_millis().to_string();
        let (signature, authentication) = signed(ctx.identity()).unwrap_or((NOTHING, NOTHING));
        let version_id = outcome.version_id.as_deref().or(self.named_version.as_deref());
        Line {
            remote_ip: or_nothing(self.remote_ip.as_deref()),
            requester: requester(ctx),
            request_id: ctx.request_id().to_owned(),
            operation,
            key: or_nothing(key.as_deref()),
            request_uri: quoted(Some(&format!("{} {} HTTP/1.1", self.method, self.uri))),
            status: outcome.status.to_string(),
            error_code: or_nothing(outcome.error_code.as_deref()),
            body_size: outcome.body_size.filter(|_| self.method != "HEAD").map_or(nothing(), |size| size.to_string()),
            object_size: or_nothing(object_size),
            total_time: elapsed.clone(),
            turn_around_time: elapsed,
            referrer: quoted(self.referrer.as_deref()),
            user_agent: quoted(self.user_agent.as_deref()),
            version_id: or_nothing(version_id),
            signature: signature.to_owned(),
            authentication: authentication.to_owned(),
            host: or_nothing(self.host.as_deref()),
        }
        .write(bucket, self.time)
    }
}

/// Of one delete of many: what the request says is not repeated.
pub(super) fn of_deleted(call: &Call, bucket: &Bucket, done: &Done<'_>, refusal: Option<&AwsError>) -> String {
    let ctx = call.ctx();
    let (signature, authentication) = signed(ctx.identity()).unwrap_or((NOTHING, NOTHING));
    Line {
        remote_ip: or_nothing(call.exchange.head().peer.map(|peer| peer.0.to_string()).as_deref()),
        requester: requester(ctx),
        request_id: ctx.request_id().to_owned(),
        status: refusal.map_or(StatusCode::NO_CONTENT, AwsError::status).as_u16().to_string(),
        error_code: or_nothing(refusal.map(AwsError::code)),
        signature: signature.to_owned(),
        authentication: authentication.to_owned(),
        host: or_nothing(call.header(header::HOST.as_str())),
        ..Line::of(done)
    }
    .write(bucket, ctx.now())
}

/// Of what S3 does of its own accord.
pub(super) fn of_done(ctx: &Context, bucket: &Bucket, done: &Done<'_>) -> String {
    Line {
        requester: S3_ITSELF.to_owned(),
        request_id: ctx.ids().upper_alphanumeric(REQUEST_ID_LENGTH),
        request_uri: quoted(None),
        referrer: quoted(None),
        user_agent: quoted(None),
        ..Line::of(done)
    }
    .write(bucket, ctx.now())
}

/// The fields of a line, as they are written; AWS has more behind `version_id` and at the end.
struct Line {
    remote_ip: String,
    requester: String,
    request_id: String,
    operation: String,
    key: String,
    request_uri: String,
    status: String,
    error_code: String,
    body_size: String,
    object_size: String,
    total_time: String,
    turn_around_time: String,
    referrer: String,
    user_agent: String,
    version_id: String,
    signature: String,
    authentication: String,
    host: String,
}

impl Line {
    fn of(done: &Done<'_>) -> Self {
        Self {
            remote_ip: nothing(),
            requester: nothing(),
            request_id: nothing(),
            operation: done.operation.to_owned(),
            key: escaped(done.key),
            request_uri: nothing(),
            status: nothing(),
            error_code: nothing(),
            body_size: nothing(),
            object_size: done.object_size.map_or(nothing(), |size| size.to_string()),
            total_time: nothing(),
            turn_around_time: nothing(),
            referrer: nothing(),
            user_agent: nothing(),
            version_id: or_nothing(done.version_id.as_deref()),
            signature: nothing(),
            authentication: nothing(),
            host: nothing(),
        }
    }

    /// With its line break.
    // Differs from AWS: a log tells nothing of TLS, and not the host id nor the length of errors' bodies.
    fn write(&self, bucket: &Bucket, time: Timestamp) -> String {
        let time = time.to_date_time().format(&TIME).unwrap_or_default();
        let owner = bucket.owner_id();
        let fields = [
            owner.as_str(),
            &bucket.name,
            &time,
            &self.remote_ip,
            &self.requester,
            &self.request_id,
            &self.operation,
            &self.key,
            &self.request_uri,
            &self.status,
            &self.error_code,
            &self.body_size,
            &self.object_size,
            &self.total_time,
            &self.turn_around_time,
            &self.referrer,
            &self.user_agent,
            &self.version_id,
            NOTHING,
            &self.signature,
            NOTHING,
            &self.authentication,
            &self.host,
            NOTHING,
            NOTHING,
            NOTHING,
        ];
        fields.join(" ") + "\n"
    }
}

fn nothing() -> String {
    NOTHING.to_owned()
}

fn or_nothing(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or(NOTHING).to_owned()
}

fn quoted(text: Option<&str>) -> String {
    format!("\"{}\"", or_nothing(text).replace('"', "%22"))
}

fn escaped(key: &str) -> String {
    utf8_percent_encode(key, KEY).to_string()
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
