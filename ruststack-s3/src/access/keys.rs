//! The keys of a request that conditions speak of: AWS's global ones, and S3's own.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys>

use std::time::Duration;

use http::HeaderMap;
use ruststack_auth::{
    authorizer::Standing,
    policy::context::{ContextKeys, Facts},
    sigv4,
};
use ruststack_core::{
    context::{Context, Peer},
    identity::SignatureKind,
    scope::AccountId,
};

use crate::{call::Call, listing::parameters::raw, tags};

/// Headers whose keys have their names.
const HEADERS: [&str; 18] = [
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-object-ownership",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-legal-hold",
    "x-amz-object-lock-retain-until-date",
];

/// The global ones.
pub(super) fn of_context(ctx: &Context, headers: &HeaderMap, peer: Option<Peer>, standing: &Standing) -> ContextKeys {
    let (headers, source_ip) = (Some(headers), peer.map(|peer| peer.0));
    Facts { headers, source_ip, ..Facts::of(ctx, &standing.tags) }.keys()
}

/// All but those of the resource.
pub(super) fn of_request(call: &Call, standing: &Standing) -> ContextKeys {
    let (ctx, head) = (call.ctx(), call.exchange.head());
    let mut keys = of_context(ctx, &head.headers, head.peer, standing);
    add_headers(&mut keys, call);
    add_signature(&mut keys, ctx.identity().kind);
    for name in ["prefix", "delimiter", "max-keys"] {
        keys.set_if_some(format!("s3:{name}"), raw(head.uri.query(), name));
    }
    keys.set_if_some("s3:VersionId", version_id(call));
    keys.set_if_some("s3:signatureAge", signature_age(call).map(|age| age.as_millis().to_string()));
    add_requested_tags(&mut keys, call);
    keys
}

/// The version that a request names.
pub(crate) fn version_id(call: &Call) -> Option<String> {
    raw(call.exchange.head().uri.query(), "versionId")
}

/// Those of what is asked for.
pub(super) fn add_resource(keys: &mut ContextKeys, account: AccountId, tags: Option<&[(String, String)]>) {
    keys.set("aws:ResourceAccount", account.to_string());
    keys.set("s3:ResourceAccount", account.to_string());
    for (key, value) in tags.unwrap_or_default() {
        keys.set(format!("s3:ExistingObjectTag/{key}"), value.as_str());
    }
}

fn add_headers(keys: &mut ContextKeys, call: &Call) {
    for name in HEADERS {
        // Locks have keys without AWS's prefix.
        let key =
            name.strip_prefix("x-amz-object-lock").map_or_else(|| name.to_owned(), |rest| format!("object-lock{rest}"));
        keys.set_if_some(format!("s3:{key}"), call.header(name));
    }
    for name in ["if-match", "if-none-match"] {
        keys.set_if_some(format!("s3:{name}"), call.header(name));
    }
}

fn add_signature(keys: &mut ContextKeys, kind: Option<SignatureKind>) {
    let (place, version) = match kind {
        None | Some(SignatureKind::Bearer) => return,
        Some(SignatureKind::SigV4Header) => ("REST-HEADER", "AWS4-HMAC-SHA256"),
        Some(SignatureKind::SigV4Query) => ("REST-QUERY-STRING", "AWS4-HMAC-SHA256"),
        Some(SignatureKind::SigV4aHeader) => ("REST-HEADER", "AWS4-ECDSA-P256-SHA256"),
        Some(SignatureKind::SigV4aQuery) => ("REST-QUERY-STRING", "AWS4-ECDSA-P256-SHA256"),
        Some(SignatureKind::SigV2Header) => ("REST-HEADER", "AWS"),
        Some(SignatureKind::SigV2Query) => ("REST-QUERY-STRING", "AWS"),
        Some(SignatureKind::PostPolicy) => ("POST", "AWS4-HMAC-SHA256"),
    };
    keys.set("s3:authType", place);
    keys.set("s3:signatureversion", version);
}

/// How long ago a request was signed, a presigned one above all.
fn signature_age(call: &Call) -> Option<Duration> {
    let head = call.exchange.head();
    let date = raw(head.uri.query(), "X-Amz-Date").or_else(|| call.header("x-amz-date").map(str::to_owned))?;
    sigv4::parse_date(&date).map(|date| call.ctx().now().since(date))
}

/// The tags that objects are to have.
fn add_requested_tags(keys: &mut ContextKeys, call: &Call) {
    let head = call.exchange.head();
    let of_header = call.header("x-amz-tagging").map(|header| tags::from_header(header).unwrap_or_default());
    let is_tagging = raw(head.uri.query(), "tagging").is_some();
    let of_document = || head.document.as_deref().filter(|_| is_tagging).map(tags::named_in_document);
    let requested = of_header.or_else(of_document).unwrap_or_default();
    for (key, value) in &requested {
        keys.set(format!("s3:RequestObjectTag/{key}"), value.as_str());
    }
    keys.set_all("s3:RequestObjectTagKeys", requested.into_iter().map(|(key, _)| key).collect());
}
