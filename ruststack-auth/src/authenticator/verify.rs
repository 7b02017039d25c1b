//! Whether a signed request's signature is right.

use std::time::Duration;

use bytes::Bytes;
use http::{header, request::Parts};
use ruststack_core::{
    clock::Timestamp,
    error::AwsError,
    identity::{Credential, SignatureKind},
    service::{Protocol, ServiceSpec},
};

use super::{COMMON_SECRET, Config, hosts};
use crate::{
    credential, proof,
    proof::BodyProof,
    query, sigv2,
    sigv4::{self, Scope, Signable, UNSIGNED_PAYLOAD},
};

/// How far the clocks of client and server may differ.
const MAX_SKEW: Duration = Duration::from_secs(15 * 60);
/// The longest life of a presigned URL: seven days.
const MAX_EXPIRY: u64 = 604_800;

const MISMATCH: &str =
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
const MISMATCH_ELSEWHERE: &str = "The request signature we calculated does not match the signature you provided. Check \
                                  your AWS Secret Access Key and signing method. Consult the service documentation for \
                                  details.";

pub(super) struct SignedRequest<'r> {
    pub(super) head: &'r Parts,
    pub(super) credential: &'r Credential<'r>,
    pub(super) service: &'r ServiceSpec,
    pub(super) body: Option<&'r Bytes>,
    pub(super) now: Timestamp,
    pub(super) config: &'r Config,
}

/// What a client signed with, in whichever place it says so.
struct Claim {
    scope: Scope,
    signed_headers: String,
    signature: String,
}

impl SignedRequest<'_> {
    pub(super) fn verify(&self, secret: &str, token: Option<&str>) -> Result<BodyProof, AwsError> {
        match self.credential.kind {
            SignatureKind::SigV4Header => self.verify_header(secret, token),
            SignatureKind::SigV4Query => self.verify_query(secret, token),
            SignatureKind::SigV2Header | SignatureKind::SigV2Query => self.verify_v2(secret),
            SignatureKind::SigV4aHeader | SignatureKind::SigV4aQuery => {
                Err(AwsError::not_implemented("RustStack reads SigV4A signatures but cannot verify them."))
            }
            SignatureKind::Bearer => Err(AwsError::not_implemented("RustStack cannot verify bearer tokens.")),
            // A head never shows one: forms are signed in their bodies.
            SignatureKind::PostPolicy => Err(AwsError::not_implemented("RustStack verifies forms in their bodies.")),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    fn verify_header(&self, secret: &str, token: Option<&str>) -> Result<BodyProof, AwsError> {
        check_token(token, self.header("x-amz-security-token"))?;
        let authorization = self.header(header::AUTHORIZATION.as_str()).unwrap_or_default();
        let fields = authorization.split_once(' ').map_or("", |(_, fields)| fields);
        let field = |name| credential::field(fields, name).map(str::to_owned);
        let (Some(signed_headers), Some(signature)) = (field("SignedHeaders"), field("Signature")) else {
            return Err(self.incomplete("Authorization header requires 'SignedHeaders' and 'Signature' parameters."));
        };
        let date = self.header("x-amz-date").or_else(|| self.header("date")).and_then(sigv4::parse_date);
        let date = date.ok_or_else(|| {
            self.incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        })?;
        self.check_skew(date)?;
        let claim = Claim { scope: self.scope(date), signed_headers, signature };
        let hash = self.payload_hash();
        self.check(&claim, secret, &hash)?;
        Ok(self.body_proof(&claim, secret, &hash))
    }

    fn verify_query(&self, secret: &str, token: Option<&str>) -> Result<BodyProof, AwsError> {
        let text = self.query();
        let parameter = |name: &str| query::value(text, name).unwrap_or_default();
        check_token(token, query::value(text, "X-Amz-Security-Token").as_deref())?;
        let malformed = |message| AwsError::new(400, "AuthorizationQueryParametersError", message);
        let date = sigv4::parse_date(&parameter("X-Amz-Date"))
            .ok_or_else(|| malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""))?;
        let expires: u64 =
            parameter("X-Amz-Expires").parse().map_err(|_| malformed("X-Amz-Expires should be a number"))?;
        if expires > MAX_EXPIRY {
            return Err(malformed(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
            ));
        }
        let end = date.plus(Duration::from_secs(expires));
        if end < self.now {
            return Err(self.expired(end).with("X-Amz-Expires", expires.to_string()));
        }
        let claim = Claim {
            scope: self.scope(date),
            signed_headers: parameter("X-Amz-SignedHeaders"),
            signature: parameter("X-Amz-Signature"),
        };
        self.check_all_signed(&claim.signed_headers)?;
        let hash = match self.body.filter(|_| !self.service.error_style.is_bare_xml) {
            Some(body) => sigv4::sha256_hex(body),
            None => UNSIGNED_PAYLOAD.to_owned(),
        };
        self.check(&claim, secret, &hash)?;
        Ok(BodyProof::Unsigned)
    }

    fn scope(&self, date: Timestamp) -> Scope {
        let date_time = date.to_iso_8601().replace(['-', ':'], "");
        let text = |field: &Option<std::borrow::Cow<'_, str>>| field.as_deref().unwrap_or_default().to_owned();
        Scope { date_time, region: text(&self.credential.region), service: text(&self.credential.service) }
    }

    fn payload_hash(&self) -> String {
        let computed = || self.body.map_or_else(|| UNSIGNED_PAYLOAD.to_owned(), |body| sigv4::sha256_hex(body));
        self.header("x-amz-content-sha256").map_or_else(computed, str::to_owned)
    }

    fn body_proof(&self, claim: &Claim, secret: &str, hash: &str) -> BodyProof {
        if hash.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD") {
            let key = sigv4::signing_key(secret, &claim.scope);
            return BodyProof::Chunks(proof::ChunkChain::new(claim.scope.clone(), key, claim.signature.clone()));
        }
        parse_sha256(hash).map_or(BodyProof::Unsigned, BodyProof::Sha256)
    }

    /// Compares with what each name of this host gives.
    fn check(&self, claim: &Claim, secret: &str, payload_hash: &str) -> Result<(), AwsError> {
        let names: Vec<&str> = claim.signed_headers.split(';').collect();
        let key = sigv4::signing_key(secret, &claim.scope);
        let mut first = None;
        for host in self.hosts() {
            let signable = Signable {
                method: &self.head.method,
                path: self.head.uri.path(),
                query: self.query(),
                headers: &self.head.headers,
                signed_headers: &names,
                host: &host,
                payload_hash,
                // S3 Control signs as S3 does.
                is_s3: self.service.signing_name == "s3",
            };
            let canonical = signable.canonical_request();
            let text = sigv4::string_to_sign(&claim.scope, &canonical);
            if sigv4::same(&sigv4::sign(&key, &text), &claim.signature) {
                return self.check_buffered_body(payload_hash);
            }
            first.get_or_insert((canonical, text));
        }
        let (canonical, text) = first.unwrap_or_default();
        Err(self.mismatch(&text, Some(&canonical), &claim.signature))
    }

    /// A body at hand must be what the header says; streams are checked by who reads them.
    fn check_buffered_body(&self, payload_hash: &str) -> Result<(), AwsError> {
        let Some(body) = self.body.filter(|_| parse_sha256(payload_hash).is_some()) else { return Ok(()) };
        if sigv4::same(&sigv4::sha256_hex(body), payload_hash) {
            return Ok(());
        }
        let text = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        Err(AwsError::new(400, "XAmzContentSHA256Mismatch", text))
    }

    fn hosts(&self) -> Vec<String> {
        let authority = self.head.uri.authority().map(|authority| authority.as_str());
        let host = self.header("host").or(authority).unwrap_or_default();
        hosts::signed(host, &self.config.domains, &self.config.ports)
    }

    /// A presigned URL vouches for all `x-amz-` headers that come with it, or for none.
    fn check_all_signed(&self, signed_headers: &str) -> Result<(), AwsError> {
        let is_signed =
            |name: &str| name == "x-amz-content-sha256" || signed_headers.split(';').any(|signed| signed == name);
        let names = self.head.headers.keys().map(header::HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
        let unsigned: Vec<_> = names.filter(|name| !is_signed(name)).collect();
        if unsigned.is_empty() {
            return Ok(());
        }
        let text = "There were headers present in the request which were not signed";
        Err(AwsError::new(403, "AccessDenied", text).with("HeadersNotSigned", unsigned.join(", ")))
    }

    fn verify_v2(&self, secret: &str) -> Result<BodyProof, AwsError> {
        let (signature, date) = if self.credential.kind == SignatureKind::SigV2Query {
            let expires = query::value(self.query(), "Expires").unwrap_or_default();
            let end = expires.parse().map(Timestamp::from_seconds).unwrap_or_default();
            if end < self.now {
                return Err(self.expired(end));
            }
            (query::value(self.query(), "Signature").unwrap_or_default(), expires)
        } else {
            let authorization = self.header(header::AUTHORIZATION.as_str()).unwrap_or_default();
            let signature = authorization.rsplit_once(':').map_or("", |(_, signature)| signature);
            let date = self.header("x-amz-date").map_or_else(|| self.header("date").unwrap_or_default(), |_| "");
            let sent = self.header("x-amz-date").or_else(|| self.header("date")).and_then(sigv4::parse_date);
            let missing =
                || AwsError::new(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
            self.check_skew(sent.ok_or_else(missing)?)?;
            (signature.to_owned(), date.to_owned())
        };
        let candidates = sigv2::strings_to_sign(self.head, &date);
        if candidates.iter().any(|text| sigv4::same(&sigv2::sign(secret, text), &signature)) {
            return Ok(BodyProof::Unsigned);
        }
        Err(self.mismatch(candidates.first().map_or("", String::as_str), None, &signature))
    }

    fn check_skew(&self, date: Timestamp) -> Result<(), AwsError> {
        if date.since(self.now).max(self.now.since(date)) <= MAX_SKEW {
            return Ok(());
        }
        if !self.service.error_style.is_bare_xml {
            let (sent, now) =
                (date.to_iso_8601().replace(['-', ':'], ""), self.now.to_iso_8601().replace(['-', ':'], ""));
            let text = format!("Signature expired: {sent} is now earlier than {now} - 15 min.");
            return Err(AwsError::new(403, "SignatureDoesNotMatch", text));
        }
        let text = "The difference between the request time and the current time is too large.";
        let error = AwsError::new(403, "RequestTimeTooSkewed", text);
        let error = error.with("RequestTime", date.to_iso_8601().replace(['-', ':'], ""));
        let error = error.with("ServerTime", self.now.to_iso_8601());
        Err(error.with("MaxAllowedSkewMilliseconds", MAX_SKEW.as_millis().to_string()))
    }

    fn expired(&self, end: Timestamp) -> AwsError {
        let error = AwsError::new(403, "AccessDenied", "Request has expired");
        error.with("Expires", end.to_iso_8601()).with("ServerTime", self.now.to_iso_8601())
    }

    fn incomplete(&self, message: &'static str) -> AwsError {
        if self.service.error_style.is_bare_xml {
            return AwsError::new(400, "AuthorizationHeaderMalformed", message);
        }
        AwsError::new(400, "IncompleteSignature", message)
    }

    /// S3 shows what it expected; the other services do not.
    fn mismatch(&self, string_to_sign: &str, canonical_request: Option<&str>, signature: &str) -> AwsError {
        if self.credential.access_key.is_empty() || !self.service.error_style.is_bare_xml {
            let code = match self.service.protocols[0] {
                Protocol::AwsQuery => "SignatureDoesNotMatch",
                _ => "InvalidSignatureException",
            };
            return AwsError::new(403, code, MISMATCH_ELSEWHERE);
        }
        mismatch(&self.credential.access_key, string_to_sign, canonical_request, signature)
    }
}

/// A temporary key comes with its token.
pub(super) fn check_token(expected: Option<&str>, sent: Option<&str>) -> Result<(), AwsError> {
    match expected {
        Some(expected) if !sent.is_some_and(|sent| sigv4::same(expected, sent)) => {
            Err(AwsError::new(403, "InvalidClientTokenId", "The security token included in the request is invalid."))
        }
        _ => Ok(()),
    }
}

/// S3's refusal of a signature, with all that helps to find out why.
pub(super) fn mismatch(
    access_key: &str,
    string_to_sign: &str,
    canonical_request: Option<&str>,
    signature: &str,
) -> AwsError {
    tracing::info!(
        string_to_sign,
        "signature does not match; keys that RustStack did not issue have the secret '{COMMON_SECRET}'"
    );
    let error = AwsError::new(403, "SignatureDoesNotMatch", MISMATCH).with("AWSAccessKeyId", access_key);
    let error = error.with("StringToSign", string_to_sign).with("SignatureProvided", signature);
    let error = error.with("StringToSignBytes", spaced_hex(string_to_sign));
    match canonical_request {
        Some(canonical) => {
            error.with("CanonicalRequest", canonical).with("CanonicalRequestBytes", spaced_hex(canonical))
        }
        None => error,
    }
}

fn spaced_hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn parse_sha256(hash: &str) -> Option<[u8; 32]> {
    let bytes = (0..hash.len()).step_by(2).map(|start| u8::from_str_radix(hash.get(start..start + 2)?, 16).ok());
    bytes.collect::<Option<Vec<_>>>()?.try_into().ok()
}
