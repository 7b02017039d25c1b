//! Finds out where this process is, as seen from containers: on the engine's machine, in a container, elsewhere.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    path::{Path, PathBuf},
};

use bollard::{
    Docker,
    errors::Error,
    models::{ContainerInspectResponse, NetworkInspect},
};

use super::network::Surroundings;

/// The network that containers join where none is named.
const DEFAULT_NETWORK: &str = "bridge";

/// The container that this process runs in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct OwnContainer {
    pub(super) id: String,
    /// When it was started last: an id survives a restart.
    pub(super) started: String,
    networks: Vec<(String, Ipv4Addr)>,
    is_on_host_network: bool,
    /// Folders of the engine's machine that are seen here: where they are here, and there.
    pub(super) mounts: Vec<(PathBuf, PathBuf)>,
}

/// What is known of the engine.
pub(super) struct About {
    pub(super) is_podman: bool,
    is_desktop: bool,
    /// Processes may not read what another process wrote without a label for it.
    pub(super) has_selinux: bool,
    /// `x86_64` or `arm64`, as functions name them.
    pub(super) architecture: String,
    /// It has a machine of its own, at this address.
    remote: Option<SocketAddr>,
}

impl About {
    pub(super) async fn ask(docker: &Docker, address: &str) -> Result<Self, Error> {
        let (version, info) = tokio::try_join!(docker.version(), docker.info())?;
        let components = version.components.unwrap_or_default();
        let system = info.operating_system.unwrap_or_default();
        let options = info.security_options.unwrap_or_default();
        let architecture = match info.architecture.as_deref() {
            Some("aarch64" | "arm64") => "arm64",
            _ => "x86_64",
        };
        Ok(Self {
            is_podman: components.iter().any(|component| component.name.contains("Podman")),
            is_desktop: system.contains("Docker Desktop") || !cfg!(target_os = "linux"),
            has_selinux: options.iter().any(|option| option.contains("name=selinux")),
            architecture: architecture.to_owned(),
            remote: remote(address).await,
        })
    }

    /// Whether paths of this machine are paths of the engine's.
    pub(super) fn shares_files(&self) -> bool {
        self.remote.is_none()
    }
}

/// The address of an engine that is not on this machine.
async fn remote(address: &str) -> Option<SocketAddr> {
    let (_, rest) = address.split_once("://").filter(|(scheme, _)| *scheme != "unix")?;
    let host = rest.trim_end_matches('/');
    let addresses: Vec<_> = tokio::net::lookup_host(host).await.ok()?.collect();
    addresses.into_iter().find(|address| !address.ip().is_loopback())
}

/// Where this process is; `network` is the one that containers are to join.
pub(super) async fn explore(
    docker: &Docker,
    about: &About,
    own: Option<&OwnContainer>,
    is_in_container: bool,
    network: Option<&str>,
) -> Surroundings {
    let is_podman = about.is_podman;
    if let Some(own) = own.filter(|own| !own.is_on_host_network) {
        return Surroundings::Container { networks: own.networks.clone(), is_podman };
    }
    if about.is_desktop && !is_in_container {
        return Surroundings::Desktop;
    }
    if let Some(address) = about.remote.and_then(source_towards) {
        return Surroundings::Remote(address);
    }
    let name = network.filter(|name| *name != "host").unwrap_or(if is_podman { "podman" } else { DEFAULT_NETWORK });
    let inspected = docker.inspect_network(name, None).await;
    if let Err(error) = &inspected {
        tracing::debug!(%error, name, "a network of containers could not be looked at");
    }
    match inspected.ok().and_then(|network| gateway(&network, is_podman)) {
        // In a container that the engine does not know, and without an address that others reach.
        None if is_in_container && own.is_none() => Surroundings::Container { networks: Vec::new(), is_podman },
        gateway => Surroundings::Host { gateway, is_podman },
    }
}

/// This machine's address in a network of containers.
///
/// Engines do not always say it (20.10 leaves it out for the default network), but the routing table knows.
fn gateway(network: &NetworkInspect, is_podman: bool) -> Option<Ipv4Addr> {
    let configs = network.ipam.as_ref()?.config.as_ref()?;
    for config in configs {
        let told: Option<Ipv4Addr> = config.gateway.as_deref().and_then(|gateway| gateway.parse().ok());
        if let Some(told) = told.filter(|told| is_podman || is_mine(*told)) {
            return Some(told);
        }
        let subnet = config.subnet.as_deref().and_then(subnet);
        if let Some(IpAddr::V4(found)) = subnet.and_then(|(first, _)| source_towards((first, 9).into()))
            && subnet.is_some_and(|subnet| is_within(subnet, found))
        {
            return Some(found);
        }
    }
    None
}

/// The first address of a subnet and the length of its prefix.
fn subnet(text: &str) -> Option<(Ipv4Addr, u32)> {
    let (network, length) = text.split_once('/')?;
    let (network, length): (Ipv4Addr, u32) = (network.parse().ok()?, length.parse().ok()?);
    (length <= 30).then_some((Ipv4Addr::from(network.to_bits() + 2), length))
}

fn is_within((first, length): (Ipv4Addr, u32), address: Ipv4Addr) -> bool {
    let shift = 32 - length;
    first.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
}

/// Whether an address is one of this machine's.
fn is_mine(address: Ipv4Addr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// The address that packets to a destination would be sent from; none is sent.
fn source_towards(destination: SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(destination).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

impl OwnContainer {
    /// Looks for the container that this process runs in among those of the engine.
    pub(super) async fn find(docker: &Docker) -> Option<Self> {
        let read = |path: &str| std::fs::read_to_string(Path::new(path)).unwrap_or_default();
        let ids = candidates(&read("/proc/self/mountinfo"), &read("/proc/self/cgroup"), &read("/etc/hostname"));
        for id in ids {
            if let Ok(found) = docker.inspect_container(&id, None).await {
                return Self::of(docker, found).await;
            }
        }
        None
    }

    async fn of(docker: &Docker, found: ContainerInspectResponse) -> Option<Self> {
        let mode = found.host_config.as_ref().and_then(|config| config.network_mode.clone()).unwrap_or_default();
        let mut networks = networks(&found);
        // It may share those of another container.
        if let Some(other) = mode.strip_prefix("container:") {
            networks = docker.inspect_container(other, None).await.map(|other| self::networks(&other)).ok()?;
        }
        let mounts = found.mounts.unwrap_or_default().into_iter();
        let mounts = mounts.filter_map(|mount| Some((mount.destination?.into(), mount.source?.into()))).collect();
        let started = found.state.and_then(|state| state.started_at).unwrap_or_default();
        Some(Self { id: found.id?, started, networks, is_on_host_network: mode == "host", mounts })
    }
}

fn networks(container: &ContainerInspectResponse) -> Vec<(String, Ipv4Addr)> {
    let networks = container.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
    let addresses = networks
        .into_iter()
        .flatten()
        .filter_map(|(name, endpoint)| Some((name.clone(), endpoint.ip_address.as_deref()?.parse().ok()?)));
    let mut addresses: Vec<_> = addresses.collect();
    addresses.sort();
    addresses
}

/// What the id of the own container may be. Its name in the network need not be its id, but often is.
fn candidates(mounts: &str, groups: &str, hostname: &str) -> Vec<String> {
    let after = |text: &str, mark: &str| {
        let mut parts = text.split(mark).skip(1).map(|part| part.chars().take(64).collect::<String>());
        parts.find(|id| id.len() == 64 && id.chars().all(|letter| letter.is_ascii_hexdigit()))
    };
    let found =
        [after(mounts, "containers/"), after(groups, "docker/"), after(groups, "docker-"), after(groups, "libpod-")];
    let mut ids: Vec<String> = found.into_iter().flatten().collect();
    ids.extend(Some(hostname.trim().to_owned()).filter(|name| !name.is_empty()));
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use bollard::models::{Ipam, IpamConfig};

    use super::*;

    #[test]
    fn the_own_container_is_found_in_the_table_of_mounts() {
        let id = "0f".repeat(32);
        let mounts = format!("1 2 3 /var/lib/docker/containers/{id}/hostname /etc/hostname rw\n");
        let groups = format!("12:cpu:/docker/{}\n", "1e".repeat(32));
        assert_eq!(candidates(&mounts, &groups, "web\n"), [id, "1e".repeat(32), "web".to_owned()]);
        assert_eq!(candidates("/x/containers/short/", "0::/", ""), [""; 0]);
    }

    #[test]
    fn the_address_in_a_network_of_containers_is_found_though_the_engine_does_not_say_it() {
        // The loopback network stands for one that this machine has a route to.
        let config = |subnet: &str, gateway: Option<&str>| NetworkInspect {
            ipam: Some(Ipam {
                config: Some(vec![IpamConfig {
                    subnet: Some(subnet.to_owned()),
                    gateway: gateway.map(str::to_owned),
                    ..IpamConfig::default()
                }]),
                ..Ipam::default()
            }),
            ..NetworkInspect::default()
        };
        assert_eq!(gateway(&config("127.0.0.0/8", None), false), Some(Ipv4Addr::LOCALHOST));
        assert_eq!(gateway(&config("127.0.0.0/8", Some("127.0.0.7")), false), Some(Ipv4Addr::new(127, 0, 0, 7)));
        assert_eq!(gateway(&config("203.0.113.0/24", Some("203.0.113.1")), false), None);
        let podman = Some(Ipv4Addr::new(203, 0, 113, 1));
        assert_eq!(gateway(&config("203.0.113.0/24", Some("203.0.113.1")), true), podman);
    }
}
