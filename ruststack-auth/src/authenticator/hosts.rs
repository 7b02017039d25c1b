//! The hosts that a client may have signed for: what it calls us inside a container is not what it calls us outside,
//! and proxies show other ports.

use std::net::IpAddr;

/// Ports that clients leave out, and the one that LocalStack's users expect.
const USUAL_PORTS: [&str; 4] = ["", ":80", ":443", ":4566"];
const LOOPBACK: [&str; 2] = ["127.0.0.1", "[::1]"];

/// The host that a request names, then all others of ours that mean the same, each with every port.
///
/// Only what stands before a domain of ours, a bucket's name for example, is never another.
pub(super) fn signed(host: &str, domains: &[String], ports: &[u16]) -> Vec<String> {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name);
    let ports: Vec<_> =
        USUAL_PORTS.iter().map(ToString::to_string).chain(ports.iter().map(|port| format!(":{port}"))).collect();
    let mut hosts = vec![host.to_owned()];
    for name in names(name, domains) {
        for host in ports.iter().map(|port| format!("{name}{port}")) {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
    }
    hosts
}

fn names(name: &str, domains: &[String]) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    // The longest domain that it is below, so that nothing of a domain is taken for what stands before one.
    let before = domains.iter().filter_map(|domain| before(name, domain)).min_by_key(|before| before.len());
    match before {
        Some("" | "s3") => names.extend(endpoints(domains)),
        Some(before) => names.extend(domains.iter().map(|domain| format!("{before}.{domain}"))),
        // A container's name, or a machine's.
        None if !name.contains('.') || is_address(name) => names.extend(endpoints(domains)),
        None => {}
    }
    names
}

fn before<'n>(name: &'n str, domain: &str) -> Option<&'n str> {
    let rest = name.strip_suffix(domain)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_suffix('.') }
}

/// Where requests go that have nothing in the host's name.
fn endpoints(domains: &[String]) -> impl Iterator<Item = String> {
    let own = domains.iter().flat_map(|domain| [domain.clone(), format!("s3.{domain}")]);
    own.chain(LOOPBACK.map(str::to_owned))
}

fn is_address(name: &str) -> bool {
    name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ours_mean_the_same_but_not_what_stands_before_them() {
        let domains = ["localhost.localstack.cloud", "localhost", "ruststack.test"].map(str::to_owned);
        for (came, signed_for, expected) in [
            ("localhost:4566", "localhost", true),
            ("localhost:4566", "localhost:9000", true),
            ("localhost:4566", "localhost:9001", false),
            ("localhost:4566", "s3.localhost.localstack.cloud:4566", true),
            ("localhost:4566", "127.0.0.1:4566", true),
            ("ruststack:4566", "localhost:4566", true),
            ("172.17.0.2:4566", "ruststack.test:4566", true),
            ("[::1]:4566", "ruststack.test:4566", true),
            ("s3.localhost.localstack.cloud", "localhost:4566", true),
            ("bucket.s3.localhost.localstack.cloud:4566", "bucket.s3.ruststack.test:4566", true),
            ("bucket.s3.localhost.localstack.cloud:4566", "other.s3.ruststack.test:4566", false),
            ("bucket.s3.localhost.localstack.cloud:4566", "localhost:4566", false),
            ("localhost:4566", "bucket.s3.localhost:4566", false),
            ("elsewhere.example:4566", "localhost:4566", false),
            ("elsewhere.example:80", "elsewhere.example", true),
            ("notlocalhost:4566", "localhost.localstack.cloud:4566", true),
            ("not.alocalhost:4566", "localhost:4566", false),
        ] {
            let is_taken = signed(came, &domains, &[9000]).iter().any(|host| host == signed_for);
            assert_eq!(is_taken, expected, "signed for {signed_for}, came to {came}");
        }
    }
}
