//! Names of this machine are found without asking anybody; all others as the system finds them.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// What is this machine, with all below it: RFC 6761, 6.3, and the name that the network has for it, too.
const OWN: [&str; 2] = ["localhost", "localhost.localstack.cloud"];

pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is the URL's, whatever is said here.
            if is_own(name.as_str()) {
                let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                return Ok(Box::new(std::iter::once(here)) as Addrs);
            }
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn is_own(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    OWN.iter().any(|own| name.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_need_no_network() {
        for name in ["localhost", "a.LOCALHOST.", "abc.lambda-url.us-east-1.localhost.localstack.cloud"] {
            assert!(is_own(name), "{name}");
        }
        for name in ["notlocalhost", "localstack.cloud", "localhost.localstack.cloud.example.com"] {
            assert!(!is_own(name), "{name}");
        }
    }
}
