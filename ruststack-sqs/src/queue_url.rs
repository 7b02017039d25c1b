//! Queue URLs: every form is understood, whichever is given out.

use percent_encoding::percent_decode_str;
use ruststack_core::{
    context::Endpoint,
    scope::{AccountId, Region, Scope},
};

use crate::live_queue::LiveQueue;

/// Which form of URL queues get.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EndpointStrategy {
    /// `http://<host of the request>/<account>/<name>`: whoever asked can reach it.
    #[default]
    Host,
    /// `http://sqs.<region>.<domain>:<port>/<account>/<name>`.
    Standard,
    /// `http://<region>.queue.<domain>:<port>/<account>/<name>`.
    Domain,
    /// `http://<domain>:<port>/queue/<region>/<account>/<name>`.
    Path,
    /// Of these three the one that the request's own host has.
    Dynamic,
    /// `http://<domain>:<port>/<account>/<name>`.
    Off,
}

impl EndpointStrategy {
    pub(crate) fn url(self, queue: &LiveQueue, domain: &str, endpoint: &Endpoint) -> String {
        self.url_of(&queue.scope, &queue.name, domain, endpoint)
    }

    pub(crate) fn url_of(self, scope: &Scope, name: &str, domain: &str, endpoint: &Endpoint) -> String {
        let Endpoint { scheme, host } = endpoint;
        let Scope { account, region } = scope;
        let port = port(host);
        match self.for_host(host) {
            Self::Host => format!("{scheme}://{host}/{account}/{name}"),
            Self::Standard => format!("{scheme}://sqs.{region}.{domain}{port}/{account}/{name}"),
            Self::Domain if *region == Region::US_EAST_1 => format!("{scheme}://queue.{domain}{port}/{account}/{name}"),
            Self::Domain => format!("{scheme}://{region}.queue.{domain}{port}/{account}/{name}"),
            Self::Path | Self::Dynamic => format!("{scheme}://{domain}{port}/queue/{region}/{account}/{name}"),
            Self::Off => format!("{scheme}://{domain}{port}/{account}/{name}"),
        }
    }

    fn for_host(self, host: &str) -> Self {
        match self {
            Self::Dynamic if host.starts_with("sqs.") => Self::Standard,
            Self::Dynamic if host.starts_with("queue.") || host.contains(".queue.") => Self::Domain,
            strategy => strategy,
        }
    }
}

/// `:4566`, or nothing.
fn port(host: &str) -> &str {
    let colon = host.rfind(':').filter(|colon| host[colon + 1..].bytes().all(|byte| byte.is_ascii_digit()));
    colon.map_or("", |colon| &host[colon..])
}

/// Which queue a URL means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Location {
    pub(crate) scope: Scope,
    pub(crate) name: String,
}

impl Location {
    /// Reads a URL, or a bare name. What it does not say is as for the caller.
    pub(crate) fn parse(url: &str, caller: &Scope) -> Option<Self> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let rest = rest.split(['?', '#']).next()?;
        match rest.split_once('/') {
            Some((host, path)) => Self::of_path(host, path, caller),
            None if rest.len() == url.len() && !rest.is_empty() => {
                Some(Self { scope: caller.clone(), name: rest.to_owned() })
            }
            None => None,
        }
    }

    /// Reads a path, with the host that it was sent to.
    pub(crate) fn of_path(host: &str, path: &str, caller: &Scope) -> Option<Self> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let (region, account, name) = match segments[..] {
            [account, name] => (region_of(host), account, name),
            ["queue", region, account, name] => (Some(Region::nonstandard(region)), account, name),
            _ => return None,
        };
        let account: AccountId = account.parse().ok()?;
        let name = percent_decode_str(name).decode_utf8().ok()?.into_owned();
        let region = region.unwrap_or_else(|| caller.region.clone());
        Some(Self { scope: Scope::new(account, region), name })
    }
}

/// The region that a host names: `sqs.<region>.…`, `<region>.queue.…`, and `queue.…` in us-east-1.
fn region_of(host: &str) -> Option<Region> {
    let mut labels = host.split('.');
    match (labels.next()?, labels.next()) {
        ("sqs", Some(region)) => Region::known(region),
        (region, Some("queue")) => Region::known(region),
        ("queue", _) => Some(Region::US_EAST_1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ruststack_core::clock::Timestamp;

    use super::*;
    use crate::{
        attributes::Attributes,
        live_queue::{QueueState, Settings},
    };

    fn scope(region: &str) -> Scope {
        Scope::new(AccountId::from_number(42).unwrap(), Region::known(region).unwrap())
    }

    fn queue(region: &str) -> LiveQueue {
        let arn = format!("arn:aws:sqs:{region}:000000000042:q").parse().unwrap();
        let attributes = Attributes::of(BTreeMap::new(), false);
        let settings = Settings::new(attributes, BTreeMap::new(), Timestamp::default());
        LiveQueue::new("q".to_owned(), scope(region), arn, QueueState::new(settings))
    }

    #[test]
    fn every_form_leads_back_to_its_queue() {
        use EndpointStrategy::{Domain, Dynamic, Host, Off, Path, Standard};
        for (strategy, host, region, expected) in [
            (Host, "localhost:1", "eu-west-1", "http://localhost:1/000000000042/q"),
            (Standard, "localhost:1", "eu-west-1", "http://sqs.eu-west-1.local.test:1/000000000042/q"),
            (Domain, "localhost", "eu-west-1", "http://eu-west-1.queue.local.test/000000000042/q"),
            (Domain, "localhost:1", "us-east-1", "http://queue.local.test:1/000000000042/q"),
            (Path, "localhost:1", "eu-west-1", "http://local.test:1/queue/eu-west-1/000000000042/q"),
            (Dynamic, "sqs.x:1", "eu-west-1", "http://sqs.eu-west-1.local.test:1/000000000042/q"),
            (Dynamic, "a.queue.x:1", "eu-west-1", "http://eu-west-1.queue.local.test:1/000000000042/q"),
            (Dynamic, "localhost:1", "eu-west-1", "http://local.test:1/queue/eu-west-1/000000000042/q"),
            (Off, "localhost:1", "eu-west-1", "http://local.test:1/000000000042/q"),
        ] {
            let endpoint = Endpoint { scheme: "http", host: host.to_owned() };
            let url = strategy.url(&queue(region), "local.test", &endpoint);
            assert_eq!(url, expected);
            let expected = Location { scope: scope(region), name: "q".to_owned() };
            assert_eq!(Location::parse(&url, &scope(region)), Some(expected));
        }
    }

    #[test]
    fn urls_go_before_the_caller_and_names_are_enough() {
        let caller = Scope::new(AccountId::DEFAULT, Region::US_EAST_1);
        let parse = |url| Location::parse(url, &caller).map(|found| (found.scope, found.name));
        let found = |scope: &Scope| Some((scope.clone(), "q".to_owned()));
        assert_eq!(parse("https://sqs.eu-west-1.amazonaws.com/000000000042/q"), found(&scope("eu-west-1")));
        assert_eq!(parse("http://x/queue/eu-west-1/000000000042/q"), found(&scope("eu-west-1")));
        assert_eq!(parse("http://localhost/000000000042/q"), found(&scope("us-east-1")));
        assert_eq!(parse("q"), found(&caller));
        for wrong in ["", "http://x", "http://x/", "http://x/q", "http://x/12/q", "http://x/a/b/c/d"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
