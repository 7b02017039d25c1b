//! What a bucket's rules let browsers do: which rule fits a request, and the headers that say so.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use ruststack_core::{Response, service::CrossOrigin};
use s3s::dto::CORSRule;

use crate::{S3, after, answer::Headers, before::address::Address, error::S3Error, website::site::Site};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>
const MAX_RULES: usize = 100;
const METHODS: [&str; 5] = ["DELETE", "GET", "HEAD", "POST", "PUT"];
const VARY: HeaderValue =
    HeaderValue::from_static("Origin, Access-Control-Request-Headers, Access-Control-Request-Method");

/// What a browser tells of itself and of what it is about to do.
struct Asked<'h> {
    origin: &'h str,
    method: &'h str,
    /// Names of headers, in lower case.
    headers: Vec<String>,
}

/// Whether rules are such as AWS takes.
pub(crate) fn validate(rules: &[CORSRule]) -> Result<(), S3Error> {
    if rules.is_empty() || rules.len() > MAX_RULES {
        return Err(S3Error::MalformedXML {});
    }
    rules.iter().try_for_each(validate_rule)
}

fn validate_rule(rule: &CORSRule) -> Result<(), S3Error> {
    if let Some(method) = rule.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
        return Err(S3Error::CorsMethodUnsupported { method: method.as_str().to_owned() });
    }
    let one_wildcard = |member: &'static str, patterns: &[String]| {
        let wrong = patterns.iter().find(|pattern| pattern.matches('*').count() > 1);
        wrong.map_or(Ok(()), |pattern| Err(S3Error::CorsTwoWildcards { member, pattern: pattern.clone() }))
    };
    one_wildcard("AllowedOrigin", &rule.allowed_origins)?;
    one_wildcard("AllowedHeader", rule.allowed_headers.as_deref().unwrap_or_default())?;
    match rule.expose_headers.iter().flatten().find(|header| header.contains('*')) {
        Some(header) => Err(S3Error::CorsExposeHeaderWildcard { header: header.clone() }),
        None => Ok(()),
    }
}

impl S3 {
    /// Who answers browsers that ask for this: see [`CrossOrigin`].
    pub(crate) fn cross_origin_of(&self, head: &Parts) -> CrossOrigin {
        let (Some(name), _) = addressed(self, head) else { return CrossOrigin::Edge };
        let has_rules = |bucket: &crate::bucket::Bucket| bucket.settings.read().configurations.cors.is_some();
        match self.buckets.get(&name) {
            Ok(bucket) if has_rules(&bucket) => CrossOrigin::Service,
            _ => CrossOrigin::EdgeThenService,
        }
    }

    /// The answer to a browser that asks whether it may.
    pub(crate) fn preflight(&self, head: &Parts) -> Result<Response, S3Error> {
        let method = text(&head.headers, header::ACCESS_CONTROL_REQUEST_METHOD).unwrap_or("OPTIONS").to_owned();
        if !head.headers.contains_key(header::ORIGIN) {
            return Err(S3Error::CorsOriginMissing {});
        }
        let (name, has_key) = addressed(self, head);
        let Some(bucket) = name.and_then(|name| self.buckets.get(&name).ok()) else {
            return Err(S3Error::CorsBucketNotFound { method });
        };
        let settings = bucket.settings.read();
        let Some(rules) = &settings.configurations.cors else { return Err(S3Error::CorsNotEnabled { method }) };
        let resource_type = if has_key { "OBJECT" } else { "BUCKET" };
        let headers = granted(rules, head).ok_or(S3Error::CorsForbidden { method, resource_type })?;
        let mut response = Response::default();
        *response.status_mut() = StatusCode::OK;
        response.headers_mut().extend(headers);
        response.headers_mut().insert(header::SERVER, after::SERVER);
        Ok(response)
    }

    /// The headers by which the bucket's rules let the sender of this request read its answer.
    pub(crate) fn cross_origin_headers(&self, head: &Parts) -> Vec<(HeaderName, HeaderValue)> {
        if !head.headers.contains_key(header::ORIGIN) {
            return Vec::new();
        }
        let bucket = addressed(self, head).0.and_then(|name| self.buckets.get(&name).ok());
        let granted = bucket.and_then(|bucket| granted(bucket.settings.read().configurations.cors.as_deref()?, head));
        granted.unwrap_or_default()
    }
}

/// The bucket that a request is about, and whether it is about one of its objects.
fn addressed(s3: &S3, head: &Parts) -> (Option<String>, bool) {
    if let Some(site) = Site::of(&head.uri, &head.headers, &s3.config.domains) {
        return (Some(site.bucket), !site.key.is_empty());
    }
    let address = Address::of(head, &s3.config.domains, |name| s3.buckets.get(name).is_ok());
    address.map_or((None, false), |address| (address.bucket, address.key.is_some()))
}

/// The headers of the first rule that fits.
fn granted(rules: &[CORSRule], head: &Parts) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let asked = Asked::of(head)?;
    let rule = rules.iter().find(|rule| asked.fits(rule))?;
    let mut headers = Headers::default();
    if rule.allowed_origins.iter().any(|origin| origin == "*") {
        headers.push(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    } else {
        headers.push(header::ACCESS_CONTROL_ALLOW_ORIGIN, asked.origin);
        headers.push(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    headers.push(header::ACCESS_CONTROL_ALLOW_METHODS, &rule.allowed_methods.join(", "));
    if !asked.headers.is_empty() {
        headers.push(header::ACCESS_CONTROL_ALLOW_HEADERS, &asked.headers.join(", "));
    }
    if let Some(exposed) = &rule.expose_headers {
        headers.push(header::ACCESS_CONTROL_EXPOSE_HEADERS, &exposed.join(", "));
    }
    if let Some(seconds) = rule.max_age_seconds {
        headers.push(header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    headers.0.push((header::VARY, VARY));
    Some(headers.0)
}

impl<'h> Asked<'h> {
    fn of(head: &'h Parts) -> Option<Self> {
        let origin = text(&head.headers, header::ORIGIN)?;
        let announced = text(&head.headers, header::ACCESS_CONTROL_REQUEST_METHOD);
        // An OPTIONS request that announces no method fits no rule.
        let method = announced.or((head.method != Method::OPTIONS).then_some(head.method.as_str()))?;
        let headers = text(&head.headers, header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
        let headers = headers.split(',').map(|name| name.trim().to_ascii_lowercase());
        Some(Self { origin, method, headers: headers.filter(|name| !name.is_empty()).collect() })
    }

    fn fits(&self, rule: &CORSRule) -> bool {
        let allowed = rule.allowed_headers.as_deref().unwrap_or_default();
        let is_allowed = |name: &String| allowed.iter().any(|allowed| is_like(&allowed.to_ascii_lowercase(), name));
        rule.allowed_methods.iter().any(|method| method == self.method)
            && rule.allowed_origins.iter().any(|origin| is_like(origin, self.origin))
            && self.headers.iter().all(is_allowed)
    }
}

/// Whether a text is like a pattern with at most one wildcard.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(origin: &str, header: &str) -> CORSRule {
        CORSRule {
            allowed_headers: Some(vec![header.to_owned()]),
            allowed_methods: vec!["GET".to_owned()],
            allowed_origins: vec![origin.to_owned()],
            ..CORSRule::default()
        }
    }

    fn asks(method: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_pattern_has_one_wildcard() {
        for (pattern, text, fits) in [
            ("http://*.origin.com", "http://test.origin.com", true),
            ("http://*.origin.com", "http://test.origin.com/", false),
            ("http://a*a", "http://a", false),
            ("*", "anything", true),
            ("https://a", "https://A", false),
        ] {
            assert_eq!(is_like(pattern, text), fits, "{pattern} {text}");
        }
    }

    /// Recorded: test_cors_match_headers.
    #[test]
    fn all_headers_that_are_asked_for_must_be_allowed() {
        let rules = [rule("https://a", "x-amz-*")];
        let ask = |list: &str| {
            let head = asks(
                "OPTIONS",
                &[
                    ("origin", "https://a"),
                    ("access-control-request-method", "GET"),
                    ("access-control-request-headers", list),
                ],
            );
            let headers = granted(&rules, &head)?;
            let found = headers.iter().find(|(name, _)| *name == header::ACCESS_CONTROL_ALLOW_HEADERS);
            found.map(|(_, value)| value.to_str().unwrap().to_owned())
        };
        assert_eq!(ask("x-AMZ-b,x-amz-c").as_deref(), Some("x-amz-b, x-amz-c"));
        assert_eq!(ask("x-amz-b, other"), None);
    }

    #[test]
    fn a_rule_fits_a_method_and_an_origin() {
        let rules = [rule("*", "*")];
        assert!(granted(&rules, &asks("GET", &[("origin", "https://a")])).is_some());
        assert!(granted(&rules, &asks("PUT", &[("origin", "https://a")])).is_none());
        assert!(granted(&rules, &asks("OPTIONS", &[("origin", "https://a")])).is_none());
        assert!(granted(&rules, &asks("GET", &[])).is_none());
        let announced = asks("GET", &[("origin", "https://a"), ("access-control-request-method", "PUT")]);
        assert!(granted(&rules, &announced).is_none());
    }

    #[test]
    fn wrong_rules_are_refused() {
        let wildcards = rule("http://*.*", "*");
        assert!(matches!(validate(&[wildcards]), Err(S3Error::CorsTwoWildcards { member: "AllowedOrigin", .. })));
        let exposed = CORSRule { expose_headers: Some(vec!["x-*".to_owned()]), ..rule("*", "*") };
        assert!(matches!(validate(&[exposed]), Err(S3Error::CorsExposeHeaderWildcard { .. })));
        assert_eq!(validate(&[]), Err(S3Error::MalformedXML {}));
    }
}
