//! A bucket as a website: whether its configuration is such as AWS takes, and where its rules send visitors. What they
//! get to see is in `website/hosting.rs`, which host names are websites in `website/site.rs`.

pub(crate) mod hosting;
pub(crate) mod site;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use s3s::dto::{Condition, Protocol, Redirect, RoutingRule, WebsiteConfiguration};

use crate::error::S3Error;

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html>
const MAX_RULES: usize = 50;
/// What a `Location` cannot have, of what an owner wrote into a rule.
const WRITTEN: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');
/// The same of a key, in which nothing means anything.
const KEY: &AsciiSet = &WRITTEN.add(b'%').add(b'?').add(b'#');

/// Whether a configuration is such as AWS takes.
pub(crate) fn validate(website: &WebsiteConfiguration) -> Result<(), S3Error> {
    let rules = website.routing_rules.as_deref();
    if let Some(redirect) = &website.redirect_all_requests_to {
        if website.index_document.is_some() || website.error_document.is_some() || rules.is_some() {
            return Err(S3Error::WebsiteRedirectsAll {});
        }
        return check_protocol(redirect.protocol.as_ref());
    }
    let suffix = &website.index_document.as_ref().ok_or(S3Error::WebsiteNeedsIndex {})?.suffix;
    if suffix.is_empty() || suffix.contains('/') {
        return Err(S3Error::WebsiteIndexMalformed { value: suffix.clone() });
    }
    if website.error_document.as_ref().is_some_and(|document| document.key.is_empty()) {
        return Err(S3Error::MalformedXML {});
    }
    match rules {
        None => Ok(()),
        Some([]) => Err(S3Error::MalformedXML {}),
        Some(rules) if rules.len() > MAX_RULES => {
            Err(S3Error::WebsiteTooManyRules { count: rules.len(), limit: MAX_RULES })
        }
        Some(rules) => rules.iter().try_for_each(validate_rule),
    }
}

fn validate_rule(rule: &RoutingRule) -> Result<(), S3Error> {
    if let Some(condition) = &rule.condition {
        validate_condition(condition)?;
    }
    let redirect = &rule.redirect;
    check_protocol(redirect.protocol.as_ref())?;
    if redirect.replace_key_prefix_with.is_some() && redirect.replace_key_with.is_some() {
        return Err(S3Error::WebsiteTwoReplacements {});
    }
    let is_code = |code: &str| code.parse().is_ok_and(|code: u16| (301..400).contains(&code));
    match redirect.http_redirect_code.as_deref().filter(|code| !is_code(code)) {
        Some(code) => Err(S3Error::WebsiteRedirectCode { value: code.to_owned() }),
        None if *redirect == Redirect::default() => Err(S3Error::MalformedXML {}),
        None => Ok(()),
    }
}

fn validate_condition(condition: &Condition) -> Result<(), S3Error> {
    let is_code = |code: &str| code.parse().is_ok_and(|code: u16| (400..600).contains(&code));
    match (&condition.http_error_code_returned_equals, &condition.key_prefix_equals) {
        (None, None) => Err(S3Error::WebsiteConditionEmpty {}),
        (Some(code), _) if !is_code(code) => Err(S3Error::WebsiteErrorCode { value: code.clone() }),
        _ => Ok(()),
    }
}

fn check_protocol(protocol: Option<&Protocol>) -> Result<(), S3Error> {
    let is_known = protocol.is_none_or(|protocol| matches!(protocol.as_str(), Protocol::HTTP | Protocol::HTTPS));
    if is_known { Ok(()) } else { Err(S3Error::WebsiteProtocolUnknown {}) }
}

/// The rule for a key: of those for the error that it led to, or, before it is looked for, of those for none.
fn rule_for<'w>(website: &'w WebsiteConfiguration, key: &str, error: Option<u16>) -> Option<&'w RoutingRule> {
    let fits = |condition: &Condition| {
        let awaited = condition.http_error_code_returned_equals.as_deref();
        let has_prefix = condition.key_prefix_equals.as_ref().is_none_or(|prefix| key.starts_with(prefix.as_str()));
        awaited.and_then(|code| code.parse().ok()) == error && has_prefix
    };
    let mut rules = website.routing_rules.iter().flatten();
    rules.find(|rule| rule.condition.as_ref().map_or(error.is_none(), fits))
}

/// The URL that a rule makes of a key; `scheme` and `host` are those that the visitor used.
fn location(rule: &RoutingRule, key: &str, scheme: &str, host: &str) -> String {
    let redirect = &rule.redirect;
    let scheme = redirect.protocol.as_ref().map_or(scheme, Protocol::as_str);
    let host = redirect.host_name.as_deref().unwrap_or(host);
    let prefix = rule.condition.as_ref().and_then(|condition| condition.key_prefix_equals.as_deref());
    let key = match (&redirect.replace_key_with, &redirect.replace_key_prefix_with) {
        (Some(whole), _) => utf8_percent_encode(whole, WRITTEN).to_string(),
        (None, Some(start)) => {
            let rest = key.strip_prefix(prefix.unwrap_or_default()).unwrap_or(key);
            format!("{}{}", utf8_percent_encode(start, WRITTEN), utf8_percent_encode(rest, KEY))
        }
        (None, None) => utf8_percent_encode(key, KEY).to_string(),
    };
    format!("{scheme}://{host}/{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(prefix: Option<&str>, error: Option<&str>, redirect: Redirect) -> RoutingRule {
        let condition = Condition {
            http_error_code_returned_equals: error.map(str::to_owned),
            key_prefix_equals: prefix.map(str::to_owned),
        };
        RoutingRule { condition: (prefix.is_some() || error.is_some()).then_some(condition), redirect }
    }

    fn to_prefix(prefix: &str) -> Redirect {
        Redirect { replace_key_prefix_with: Some(prefix.to_owned()), ..Redirect::default() }
    }

    #[test]
    fn the_first_rule_that_fits_is_taken() {
        let rules = vec![
            rule(Some("a/"), Some("404"), to_prefix("one")),
            rule(Some("b"), None, to_prefix("two")),
            rule(None, Some("404"), to_prefix("three")),
        ];
        let website = WebsiteConfiguration { routing_rules: Some(rules), ..WebsiteConfiguration::default() };
        let found = |key, error| {
            rule_for(&website, key, error).map(|rule| rule.redirect.replace_key_prefix_with.clone().unwrap())
        };
        assert_eq!(found("a/x", None), None);
        assert_eq!(found("a/x", Some(404)).as_deref(), Some("one"));
        assert_eq!(found("bx", None).as_deref(), Some("two"));
        assert_eq!(found("c", Some(404)).as_deref(), Some("three"));
        assert_eq!(found("c", Some(403)), None);
        assert_eq!(found("", None), None);
    }

    #[test]
    fn a_prefix_is_replaced_and_the_rest_of_the_key_kept() {
        for (rule, key, url) in [
            (rule(Some("docs/"), None, to_prefix("")), "docs/a b.html", "http://host:1/a%20b.html"),
            (rule(None, None, to_prefix("new/")), "x?y", "http://host:1/new/x%3Fy"),
            (rule(None, None, Redirect { host_name: Some("h".to_owned()), ..Redirect::default() }), "k", "http://h/k"),
            (
                rule(None, None, Redirect { replace_key_with: Some("k?a=1".to_owned()), ..Redirect::default() }),
                "x",
                "http://host:1/k?a=1",
            ),
        ] {
            assert_eq!(location(&rule, key, "http", "host:1"), url);
        }
    }
}
