//! Cross-origin requests of browsers.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};

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

pub(super) fn judge(cors: &Cors, method: &Method, headers: &HeaderMap) -> Verdict {
    let Some(origin) = headers.get(header::ORIGIN) else { return Verdict::Passes(None) };
    if cors.is_checked && !origin.to_str().is_ok_and(|origin| is_allowed(cors, origin)) {
        return Verdict::Refused;
    }
    let asked = Asked {
        origin: origin.clone(),
        headers: headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned(),
        private_network: headers.contains_key("access-control-request-private-network"),
    };
    let is_preflight = method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight { Verdict::Preflight(asked) } else { Verdict::Passes(Some(asked)) }
}

// Differs from LocalStack: every port of this machine may; its list of ports is its users' most frequent stumble.
fn is_allowed(cors: &Cors, origin: &str) -> bool {
    let host = origin.split_once("://").map(|(_, rest)| rest.split(':').next().unwrap_or(rest));
    let is_local = host.is_some_and(|host| {
        matches!(host, "localhost" | "127.0.0.1")
            || host.ends_with(".localhost.localstack.cloud")
            || host == "localhost.localstack.cloud"
    });
    is_local || ORIGINS.contains(&origin) || cors.extra_origins.iter().any(|extra| extra == origin)
}

pub(super) fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

pub(super) fn refuse(headers: &HeaderMap) -> Response {
    tracing::info!(origin = ?headers.get(header::ORIGIN), "cross-origin request refused; EXTRA_CORS_ALLOWED_ORIGINS allows more");
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
        let mut insert = |name: header::HeaderName, value: HeaderValue| {
            headers.insert(name, value);
        };
        let text = |base: &str, extra: &[String]| {
            let all = [&[base.to_owned()], extra].concat().join(",");
            HeaderValue::from_str(&all).unwrap_or_else(|_| HeaderValue::from_static(""))
        };
        insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        let allowed = asked.headers.clone().unwrap_or_else(|| text(HEADERS, &cors.extra_headers));
        insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, text(EXPOSED, &cors.extra_exposed_headers));
        insert(header::VARY, HeaderValue::from_static("Origin"));
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
