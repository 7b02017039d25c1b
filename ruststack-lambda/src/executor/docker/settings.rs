//! What the variables of the environment say about containers. Whoever reads the environment hands them in.

use std::path::PathBuf;

use super::{DockerConfig, Flags, ImageMapping, NetworkSettings};

impl DockerConfig {
    /// From variables by name: those of LocalStack and of Docker, and `HOME` and `XDG_RUNTIME_DIR`, below which engines
    /// of users listen. An error is a sentence that names the variable.
    pub fn parse(get: impl Fn(&str) -> Option<String>, is_in_container: bool) -> Result<Self, String> {
        let text = |name: &str| get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let named = |name: &'static str| move |fault: String| format!("{name}: {fault}");
        let mapping = text("LAMBDA_RUNTIME_IMAGE_MAPPING").unwrap_or_default();
        let flags = text("LAMBDA_DOCKER_FLAGS").unwrap_or_default();
        let mut flags = Flags::parse(&flags).map_err(named("LAMBDA_DOCKER_FLAGS"))?;
        let list =
            |text: &str| text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
        let dns: Vec<String> = list(&text("LAMBDA_DOCKER_DNS").unwrap_or_default());
        flags.dns.extend(dns);
        let networks = text("LAMBDA_DOCKER_NETWORK").or_else(|| text("MAIN_DOCKER_NETWORK")).unwrap_or_default();
        Ok(Self {
            host: text("DOCKER_HOST"),
            sockets: sockets(&text),
            images: ImageMapping::parse(&mapping).map_err(named("LAMBDA_RUNTIME_IMAGE_MAPPING"))?,
            flags,
            network: NetworkSettings { host: text("RUSTSTACK_LAMBDA_HOST"), networks: list(&networks) },
            is_in_container,
            ignores_architecture: matches!(text("LAMBDA_IGNORE_ARCHITECTURE").as_deref(), Some("1" | "true")),
        })
    }
}

/// Where engines listen: Docker, Docker Desktop, Docker and Podman without root, Podman.
fn sockets(text: &impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let below = |name: &str, rest: &str| text(name).map(|folder| PathBuf::from(folder).join(rest));
    let candidates = [
        Some(PathBuf::from(text("DOCKER_SOCK").unwrap_or_else(|| "/var/run/docker.sock".to_owned()))),
        below("HOME", ".docker/run/docker.sock"),
        below("HOME", ".colima/default/docker.sock"),
        below("XDG_RUNTIME_DIR", "docker.sock"),
        below("XDG_RUNTIME_DIR", "podman/podman.sock"),
        Some(PathBuf::from("/run/podman/podman.sock")),
    ];
    candidates.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn parse(variables: &[(&str, &str)]) -> Result<DockerConfig, String> {
        let variables: BTreeMap<_, _> = variables.iter().copied().collect();
        DockerConfig::parse(|name| variables.get(name).map(|&value| value.to_owned()), false)
    }

    #[test]
    fn variables_mean_what_they_mean_in_localstack() {
        let config = parse(&[
            ("DOCKER_HOST", "tcp://engine:2375"),
            ("LAMBDA_DOCKER_NETWORK", "app, other"),
            ("MAIN_DOCKER_NETWORK", "main"),
            ("LAMBDA_DOCKER_DNS", "10.0.0.1"),
            ("LAMBDA_RUNTIME_IMAGE_MAPPING", "mine/<runtime>"),
            ("LAMBDA_IGNORE_ARCHITECTURE", "1"),
            ("RUSTSTACK_LAMBDA_HOST", "ruststack"),
            ("HOME", "/home/me"),
        ]);
        let config = config.unwrap();
        assert_eq!(config.host.as_deref(), Some("tcp://engine:2375"));
        let networks = vec!["app".to_owned(), "other".to_owned()];
        assert_eq!(config.network, NetworkSettings { host: Some("ruststack".to_owned()), networks });
        assert_eq!((config.flags.dns, config.ignores_architecture), (vec!["10.0.0.1".to_owned()], true));
        assert_eq!(config.images, ImageMapping::Pattern("mine/<runtime>".to_owned()));
        let sockets = ["/var/run/docker.sock", "/home/me/.docker/run/docker.sock"].map(PathBuf::from);
        assert_eq!(config.sockets[..2], sockets);
        assert_eq!(parse(&[("MAIN_DOCKER_NETWORK", "main")]).unwrap().network.networks, ["main"]);
        assert_eq!(parse(&[]).unwrap().network, NetworkSettings::default());
    }

    #[test]
    fn what_is_wrong_is_told_with_the_name_of_the_variable() {
        for (name, value) in [("LAMBDA_DOCKER_FLAGS", "--what"), ("LAMBDA_RUNTIME_IMAGE_MAPPING", "image")] {
            let error = parse(&[(name, value)]).unwrap_err();
            assert!(error.starts_with(&format!("{name}: ")), "{error}");
        }
    }
}
