//! Cross-origin requests of browsers, where the service that is asked has no rules of its own, as S3's buckets have.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use ruststack_core::{Response, body::Body, service::CrossOrigin};

use crate::config::Cors;

const METHODS: &str = "HEAD,GET,PUT,POST,DELETE,OPTIONS,PATCH";
const HEADERS: &str = "authorization,cache-control,content-length,content-md5,content-type,etag,location,x-amz-acl,\
                       x-amz-content-sha256,x-amz-date,x-amz-request-id,x-amz-security-token,x-amz-tagging,x-amz-target,\
                       x-amz-user-agent,x-amz-version-id,x-amzn-requestid,x-localstack-target,amz-sdk-invocation-id,\
                       amz-sdk-request,x-amz-log-type";
const EXPOSED: &str = "etag,x-amz-version-id,x-amz-log-result,x-amz-executed-version,x-amz-function-error";

/// Origins that may besides this machine's.
const ORIGINS: [&str; 5] = [
    "https://app.localstack.cloud",
    "http://app.localstack.cloud",
    "https://localhost",
    "https://localhost.localstack.cloud",
    "file://",
];

/// What becomes of a request, by its origin.
pub(super) enum Verdict {
    /// With the origin and the headers it asks for, when a browser sends it.
    Passes(Option<Asked>),
    Preflight(Asked),
    Refused,
}

pub(super) struct Asked {
    origin: HeaderValue,
    headers: Option<HeaderValue>,
    private_network: bool,
}

/// `who` says whether the service that the request is for has rules of its own.
pub(super) fn judge(cors: &Cors, method: &Method, headers: &HeaderMap, who: CrossOrigin) -> Verdict {
    let Some(origin) = headers.get(header::ORIGIN) else { return judge_referer(cors, headers) };
    if who == CrossOrigin::Service {
        return Verdict::Passes(None);
    }
    if cors.is_checked && !origin.to_str().is_ok_and(|origin| is_allowed(cors, origin)) {
        // What changes nothing may be asked: without CORS headers no script gets to read the answer.
        let is_harmless = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        let is_services = who == CrossOrigin::EdgeThenService && is_harmless;
        return if is_services { Verdict::Passes(None) } else { Verdict::Refused };
    }
    let asked = Asked {
        origin: origin.clone(),
        headers: headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned(),
        private_network: headers.contains_key("access-control-request-private-network"),
    };
    // A service with rules would refuse to answer without them.
    let asks = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) || who == CrossOrigin::EdgeThenService;
    let is_preflight = method == Method::OPTIONS && cors.answers_preflight && asks;
    if is_preflight { Verdict::Preflight(asked) } else { Verdict::Passes(Some(asked)) }
}

/// A page that hides its origin may still say where it is: forms and images of other sites do.
fn judge_referer(cors: &Cors, headers: &HeaderMap) -> Verdict {
    let Some(referer) = headers.get(header::REFERER).filter(|_| cors.is_checked) else { return Verdict::Passes(None) };
    let is_allowed = referer.to_str().ok().and_then(origin_of).is_some_and(|origin| is_allowed(cors, origin));
    if is_allowed { Verdict::Passes(None) } else { Verdict::Refused }
}

/// `http://localhost:3000/page` comes from `http://localhost:3000`.
fn origin_of(url: &str) -> Option<&str> {
    let begin = url.find("://")? + 3;
    let end = url[begin..].find(['/', '?', '#']).map_or(url.len(), |length| begin + length);
    Some(&url[..end])
}

// Differs from LocalStack: every port of this machine may; its list of ports is its users' most frequent stumble.
fn is_allowed(cors: &Cors, origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or(origin.strip_prefix("https://"));
    authority.is_some_and(|authority| is_local(host_of(authority)))
        || ORIGINS.contains(&origin)
        || cors.extra_origins.iter().any(|extra| extra == origin)
}

/// Without the port; an IPv6 address stays in its brackets.
fn host_of(authority: &str) -> &str {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    authority.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(authority, |(host, _)| host)
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "localhost.localstack.cloud")
        || host.ends_with(".localhost.localstack.cloud")
}

pub(super) fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

pub(super) fn refuse(headers: &HeaderMap) -> Response {
    let origin = headers.get(header::ORIGIN).or(headers.get(header::REFERER));
    tracing::info!(?origin, "cross-origin request refused; EXTRA_CORS_ALLOWED_ORIGINS allows more");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

impl Verdict {
    /// Adds what browsers want to see, if a browser asks.
    pub(super) fn write_to(&self, cors: &Cors, headers: &mut HeaderMap) {
        let (Self::Passes(Some(asked)) | Self::Preflight(asked)) = self else { return };
        if !cors.has_headers {
            return;
        }
        // A service may vary its answer by more than the origin.
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        let mut insert = |name: HeaderName, value: HeaderValue| {
            headers.insert(name, value);
        };
        insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        let allowed = asked.headers.clone().unwrap_or_else(|| joined(HEADERS, &cors.extra_headers));
        insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, joined(EXPOSED, &cors.extra_exposed_headers));
        if cors.is_checked {
            insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, asked.origin.clone());
            insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        } else {
            insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        if asked.private_network {
            headers.insert("access-control-allow-private-network", HeaderValue::from_static("true"));
        }
    }
}

fn joined(base: &str, extra: &[String]) -> HeaderValue {
    let all = [&[base.to_owned()], extra].concat().join(",");
    HeaderValue::from_str(&all).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_varies_its_answer_by_stays() {
        let cors = Cors {
            is_checked: true,
            has_headers: true,
            answers_preflight: true,
            extra_origins: Vec::new(),
            extra_headers: Vec::new(),
            extra_exposed_headers: Vec::new(),
        };
        let asked = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static("http://localhost:1"))]);
        let mut answered = HeaderMap::from_iter([(header::VARY, HeaderValue::from_static("Accept-Encoding"))]);
        judge(&cors, &Method::GET, &asked, CrossOrigin::Edge).write_to(&cors, &mut answered);
        assert_eq!(answered.get_all(header::VARY).iter().collect::<Vec<_>>(), ["Accept-Encoding", "Origin"]);
    }
}
