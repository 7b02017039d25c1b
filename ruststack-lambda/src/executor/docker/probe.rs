//! Looks once whether containers reach this process, so that a firewall is told from a function that hangs.

use std::{net::SocketAddr, time::Duration};

use bollard::{
    models::{ContainerCreateBody, HostConfig},
    query_parameters::WaitContainerOptionsBuilder,
};
use futures_util::StreamExt;
use tokio::net::TcpListener;

use super::{network::Network, running::Container};

/// How long the container may take in all.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a connection may still be on its way when the container has ended.
const LATENESS: Duration = Duration::from_millis(200);

/// What the script says when it found nothing to connect with.
const NO_CLIENT: i64 = 42;

/// Connects to the address and port that are its arguments, by whatever the image has.
const SCRIPT: &str = r#"
has() { command -v "$1" >/dev/null 2>&1; }
if has curl; then curl -s -m 5 -o /dev/null "http://$0:$1/"
elif has python3; then python3 -c 'import socket,sys; socket.create_connection((sys.argv[1],int(sys.argv[2])),5)' "$0" "$1"
elif has node; then node -e 'require("net").connect(+process.argv[2],process.argv[1]).setTimeout(5000,process.exit).on("connect",process.exit)' "$0" "$1"
elif has bash; then timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$0" "$1"
elif has nc; then nc -w 5 "$0" "$1" </dev/null
else exit 42
fi
"#;

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Reachable,
    /// Nothing can be said: the image has no shell, or nothing that connects.
    Unknown,
    /// A sentence for the user.
    Unreachable(String),
}

/// What the probe runs in.
pub(super) fn container(network: &Network, image: &str, port: u16) -> ContainerCreateBody {
    let arguments = ["-c", SCRIPT, &network.host, &port.to_string()];
    ContainerCreateBody {
        image: Some(image.to_owned()),
        entrypoint: Some(vec!["/bin/sh".to_owned()]),
        cmd: Some(arguments.map(str::to_owned).to_vec()),
        host_config: Some(HostConfig {
            network_mode: network.mode.clone(),
            extra_hosts: Some(network.hosts.clone()),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

/// Where the probe is to connect to.
pub(super) async fn listen(network: &Network) -> std::io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::new(network.bind, 0)).await
}

/// Starts the container, and looks whether it comes.
pub(super) async fn run(container: &Container, listener: &TcpListener, network: &Network) -> Verdict {
    let ended = async {
        container.docker.start_container(&container.id, None).await.ok()?;
        let options = WaitContainerOptionsBuilder::new().condition("not-running").build();
        let waited = container.docker.wait_container(&container.id, Some(options)).next().await?;
        drop(tokio::time::timeout(LATENESS, std::future::pending::<()>()).await);
        match waited {
            Ok(response) => Some(response.status_code),
            Err(bollard::errors::Error::DockerContainerWaitError { code, .. }) => Some(code),
            Err(_) => None,
        }
    };
    let code = tokio::select! {
        biased;
        accepted = listener.accept() => return accepted.map_or(Verdict::Unknown, |_| Verdict::Reachable),
        code = tokio::time::timeout(PATIENCE, ended) => code.unwrap_or(Some(0)),
    };
    match code {
        // No shell either.
        None | Some(NO_CLIENT | 126 | 127) => Verdict::Unknown,
        Some(_) => Verdict::Unreachable(text(network)),
    }
}

fn text(network: &Network) -> String {
    let (host, mode) = (&network.host, network.mode.as_deref().unwrap_or("default"));
    format!(
        "Containers in the {mode} network do not reach RustStack at {host}: a firewall may drop what comes from them \
         (with ufw: `sudo ufw allow in on docker0`). LAMBDA_DOCKER_NETWORK names another network for them, \
         RUSTSTACK_LAMBDA_HOST another address."
    )
}
