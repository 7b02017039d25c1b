//! How containers reach this process: what is decided from what is known of the surroundings.
//!
//! `surroundings.rs` finds out what is known; `probe.rs` looks whether the decision holds.

use std::net::{IpAddr, Ipv4Addr};

/// The name that containers know the machine of the engine by.
const HOST_NAME: &str = "host.docker.internal";

/// What the engine replaces by that machine's address.
const HOST_GATEWAY: &str = "host-gateway";

/// What the user has set.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct NetworkSettings {
    /// `RUSTSTACK_LAMBDA_HOST`: by what containers reach this process.
    pub host: Option<String>,
    /// `LAMBDA_DOCKER_NETWORK`: the networks that containers join, the one that they reach this process by first.
    pub networks: Vec<String>,
}

/// Where this process is, as seen from containers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Surroundings {
    /// On the engine's machine, which has this address in the containers' network, if that could be found out.
    Host { gateway: Option<Ipv4Addr>, is_podman: bool },
    /// On a machine whose engine is in a virtual one: Docker Desktop.
    Desktop,
    /// In a container, with these networks and addresses.
    Container { networks: Vec<(String, Ipv4Addr)>, is_podman: bool },
    /// On another machine than the engine, which reaches it by this address.
    Remote(IpAddr),
}

/// The decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Network {
    /// What stands in `AWS_LAMBDA_RUNTIME_API`, without the port.
    pub(super) host: String,
    /// Where this process listens for containers.
    pub(super) bind: IpAddr,
    /// What containers join: a network, or `host`. The engine's default, where none is named.
    pub(super) mode: Option<String>,
    /// What they join besides.
    pub(super) further: Vec<String>,
    /// Names that containers know beside those of DNS: `name:address`.
    pub(super) hosts: Vec<String>,
    /// What will not work.
    pub(super) warning: Option<String>,
}

impl Network {
    pub(super) fn decide(settings: &NetworkSettings, surroundings: &Surroundings) -> Self {
        let mut names = settings.networks.iter().cloned();
        let mode = names.next();
        let further = names.collect();
        let is_podman = match surroundings {
            Surroundings::Host { is_podman, .. } | Surroundings::Container { is_podman, .. } => *is_podman,
            _ => false,
        };
        // Podman names its machine by itself, and refuses `host-gateway`; so does Docker Desktop the former.
        let hosts = match surroundings {
            Surroundings::Desktop => Vec::new(),
            _ if is_podman => Vec::new(),
            _ => vec![format!("{HOST_NAME}:{HOST_GATEWAY}")],
        };
        let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let base = Self { host: HOST_NAME.to_owned(), bind: everywhere, mode, further, hosts, warning: None };
        let decided = base.in_surroundings(surroundings);
        match &settings.host {
            Some(host) => Self { host: host.clone(), bind: everywhere, warning: None, ..decided },
            None => decided,
        }
    }

    fn in_surroundings(self, surroundings: &Surroundings) -> Self {
        let is_host = self.mode.as_deref() == Some("host");
        match surroundings {
            Surroundings::Host { .. } if is_host => self.at(Ipv4Addr::LOCALHOST.into()),
            Surroundings::Host { gateway: Some(gateway), is_podman: false } => self.at((*gateway).into()),
            // Podman makes the bridge with the first container: nothing can listen there before.
            Surroundings::Host { gateway: Some(gateway), .. } => Self { host: gateway.to_string(), ..self },
            Surroundings::Host { gateway: None, .. } => self,
            // It brings connections to the loopback address of the real machine.
            Surroundings::Desktop => Self { bind: Ipv4Addr::LOCALHOST.into(), ..self },
            Surroundings::Container { networks, .. } => self.beside(networks),
            Surroundings::Remote(address) => self.at(*address),
        }
    }

    fn at(self, address: IpAddr) -> Self {
        Self { host: address.to_string(), bind: address, ..self }
    }

    /// In a container: containers of functions join its network, and reach it by its own address there.
    fn beside(self, networks: &[(String, Ipv4Addr)]) -> Self {
        let wanted = self.mode.as_deref().filter(|mode| *mode != "host");
        let found = match wanted {
            Some(name) => networks.iter().find(|(network, _)| network == name),
            None => networks.first(),
        };
        let Some((name, address)) = found.or(networks.first()) else {
            let text = "RustStack runs in a container whose networks it cannot see: set RUSTSTACK_LAMBDA_HOST to the \
                        name or address by which other containers reach it";
            return Self { warning: Some(text.to_owned()), ..self };
        };
        let warning = wanted.filter(|wanted| wanted != name).map(|wanted| {
            format!("LAMBDA_DOCKER_NETWORK names {wanted}, which RustStack's own container is not attached to")
        });
        let mode = self.mode.clone().or_else(|| Some(name.clone()));
        Self { mode, warning, ..self.at((*address).into()) }
    }

    /// What replaces the host of an address of RustStack's in a variable, and the name that containers need for it.
    ///
    /// A name that stands for the loopback address outside stands for the container itself inside. Another name is
    /// kept: addresses that functions hand out work outside as well.
    pub(super) fn host_for(&self, host: &str) -> (String, Option<String>) {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let address = host.parse::<IpAddr>().ok();
        let is_here = host == "localhost" || address.is_some_and(|ip| ip.is_loopback() || ip.is_unspecified());
        if is_here {
            return (self.host.clone(), None);
        }
        if address.is_some() || host == self.host || self.mode.as_deref() == Some("host") {
            return (host.to_owned(), None);
        }
        match self.host.parse::<IpAddr>() {
            Ok(address) => (host.to_owned(), Some(format!("{host}:{address}"))),
            Err(_) if self.host == HOST_NAME => (host.to_owned(), Some(format!("{host}:{HOST_GATEWAY}"))),
            Err(_) => (self.host.clone(), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATEWAY: Ipv4Addr = Ipv4Addr::new(172, 17, 0, 1);
    const OWN: Ipv4Addr = Ipv4Addr::new(172, 20, 0, 3);

    fn decide(host: Option<&str>, networks: &[&str], surroundings: &Surroundings) -> (String, String, String, bool) {
        let networks = networks.iter().map(|&name| name.to_owned()).collect();
        let settings = NetworkSettings { host: host.map(str::to_owned), networks };
        let network = Network::decide(&settings, surroundings);
        let mode = [network.mode.unwrap_or_default()].into_iter().chain(network.further).collect::<Vec<_>>().join("+");
        (network.host, network.bind.to_string(), mode, network.warning.is_some())
    }

    #[test]
    fn containers_reach_ruststack_by_the_address_that_fits_where_it_runs() {
        let native = Surroundings::Host { gateway: Some(GATEWAY), is_podman: false };
        let unknown = Surroundings::Host { gateway: None, is_podman: false };
        let podman = Surroundings::Host { gateway: Some(GATEWAY), is_podman: true };
        let networks = vec![("app_default".to_owned(), OWN), ("other".to_owned(), Ipv4Addr::new(172, 21, 0, 3))];
        let container = Surroundings::Container { networks, is_podman: false };
        let blind = Surroundings::Container { networks: Vec::new(), is_podman: false };
        let remote = Surroundings::Remote(Ipv4Addr::new(10, 0, 0, 9).into());
        for (host, networks, surroundings, expected) in [
            (None, &[][..], &native, ("172.17.0.1", "172.17.0.1", "", false)),
            (None, &["mine", "too"], &native, ("172.17.0.1", "172.17.0.1", "mine+too", false)),
            (None, &["host"], &native, ("127.0.0.1", "127.0.0.1", "host", false)),
            (None, &[], &unknown, ("host.docker.internal", "0.0.0.0", "", false)),
            (None, &[], &podman, ("172.17.0.1", "0.0.0.0", "", false)),
            (None, &[], &Surroundings::Desktop, ("host.docker.internal", "127.0.0.1", "", false)),
            (None, &[], &container, ("172.20.0.3", "172.20.0.3", "app_default", false)),
            (None, &["other"], &container, ("172.21.0.3", "172.21.0.3", "other", false)),
            (None, &["elsewhere"], &container, ("172.20.0.3", "172.20.0.3", "elsewhere", true)),
            (None, &["host"], &container, ("172.20.0.3", "172.20.0.3", "host", false)),
            (None, &[], &blind, ("host.docker.internal", "0.0.0.0", "", true)),
            (Some("ruststack"), &[], &blind, ("ruststack", "0.0.0.0", "", false)),
            (Some("10.1.1.1"), &["n"], &native, ("10.1.1.1", "0.0.0.0", "n", false)),
            (None, &[], &remote, ("10.0.0.9", "10.0.0.9", "", false)),
        ] {
            let (reached, bind, mode, is_warned) = expected;
            let expected = (reached.to_owned(), bind.to_owned(), mode.to_owned(), is_warned);
            assert_eq!(decide(host, networks, surroundings), expected, "{host:?} {networks:?} {surroundings:?}");
        }
    }

    #[test]
    fn the_host_of_an_endpoint_is_one_that_reaches_ruststack_from_inside() {
        let settings = NetworkSettings::default();
        let native = Surroundings::Host { gateway: Some(GATEWAY), is_podman: false };
        let (native, desktop) =
            (Network::decide(&settings, &native), Network::decide(&settings, &Surroundings::Desktop));
        let (ip, name) = ("172.17.0.1", "host.docker.internal");
        for (network, host, replaced, extra) in [
            (&native, "localhost", ip, None),
            (&native, "127.0.0.1", ip, None),
            (&native, "[::1]", ip, None),
            (&native, "0.0.0.0", ip, None),
            (&native, "10.0.0.1", "10.0.0.1", None),
            (&native, "aws.test", "aws.test", Some("aws.test:172.17.0.1")),
            (&desktop, "localhost", name, None),
            (&desktop, "aws.test", "aws.test", Some("aws.test:host-gateway")),
        ] {
            assert_eq!(network.host_for(host), (replaced.to_owned(), extra.map(str::to_owned)), "{host}");
        }
    }
}
