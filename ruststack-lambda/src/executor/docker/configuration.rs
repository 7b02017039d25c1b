//! The configuration of an environment's container: what AWS's sandbox gives a function, as far as an engine can.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, PortBinding, ResourcesUlimits};

use super::{flags::Flags, network::Network};
use crate::executor::{Package, Plan, Version};

/// Where functions find their code and their layers.
pub(super) const TASK_ROOT: &str = "/var/task";
pub(super) const LAYERS_ROOT: &str = "/opt";
const RUNTIME_ROOT: &str = "/var/runtime";

/// Whom functions run as on AWS.
const USER: &str = "993:990";

/// How many processes and threads, and how many open files a function has at most.
const MAX_PROCESSES: i64 = 1024;
const MAX_OPEN_FILES: i64 = 1024;

/// The memory that comes with one processor, in MB, and how the engine weighs one.
const MEMORY_OF_A_PROCESSOR: i64 = 1769;
const SHARES_OF_A_PROCESSOR: i64 = 1024;

/// The names of variables that hold addresses of RustStack.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";
const HOSTNAME: &str = "LOCALSTACK_HOSTNAME";

/// What a container's configuration is made of, beside the plan.
pub(super) struct Parts<'p> {
    pub(super) image: String,
    pub(super) network: &'p Network,
    pub(super) flags: &'p Flags,
    pub(super) mounts: Vec<Mount>,
    pub(super) labels: HashMap<String, String>,
    /// The runtime that the function brings, where it is in the container.
    pub(super) bootstrap: Option<String>,
    pub(super) has_selinux: bool,
}

/// The container's configuration.
pub(super) fn container(plan: &Plan, parts: Parts<'_>) -> ContainerCreateBody {
    let Parts { image, network, flags, mounts, mut labels, bootstrap, has_selinux } = parts;
    let version = &plan.version;
    let inside = Inside::new(plan, network, flags);
    labels.extend(flags.labels.iter().cloned());
    let (entrypoint, cmd, working_dir) = entry(version, bootstrap);
    ContainerCreateBody {
        image: Some(image),
        entrypoint,
        cmd,
        working_dir,
        env: Some(inside.variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect()),
        labels: Some(labels),
        user: Some(flags.user.clone().unwrap_or_else(|| user(version))),
        exposed_ports: Some(flags.ports.iter().map(|port| port.container.clone()).collect()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        host_config: Some(HostConfig {
            mounts: Some(mounts),
            network_mode: network.mode.clone(),
            extra_hosts: Some(inside.hosts),
            security_opt: has_selinux.then(|| vec!["label=disable".to_owned()]),
            ..limits(version, flags)
        }),
        ..ContainerCreateBody::default()
    }
}

/// What a function may use of the machine.
fn limits(version: &Version, flags: &Flags) -> HostConfig {
    let memory = i64::from(version.memory_mb) * 1024 * 1024;
    // Differs from AWS: /tmp is memory, and counts as such.
    let tmp = format!("rw,exec,nosuid,nodev,mode=1777,size={}m", version.ephemeral_storage_mb);
    let none = HostConfigLogConfig { typ: Some("none".to_owned()), config: None };
    HostConfig {
        memory: Some(memory),
        memory_swap: Some(memory),
        // Differs from AWS: a function with little memory has less of the processors only while others want them too.
        cpu_shares: Some((i64::from(version.memory_mb) * SHARES_OF_A_PROCESSOR / MEMORY_OF_A_PROCESSOR).max(2)),
        nano_cpus: flags.nano_cpus,
        pids_limit: Some(MAX_PROCESSES),
        ulimits: Some(ulimits(flags)),
        readonly_rootfs: Some(true),
        tmpfs: Some(HashMap::from([("/tmp".to_owned(), tmp)])),
        // What it writes goes to us, and need not be kept a second time.
        log_config: Some(none),
        binds: (!flags.volumes.is_empty()).then(|| flags.volumes.clone()),
        cap_add: (!flags.capabilities.is_empty()).then(|| flags.capabilities.clone()),
        dns: (!flags.dns.is_empty()).then(|| flags.dns.clone()),
        privileged: flags.is_privileged.then_some(true),
        port_bindings: Some(port_bindings(flags)),
        ..HostConfig::default()
    }
}

fn ulimits(flags: &Flags) -> Vec<ResourcesUlimits> {
    let mut limits = BTreeMap::from([("nofile", (MAX_OPEN_FILES, MAX_OPEN_FILES))]);
    limits.extend(flags.ulimits.iter().map(|limit| (limit.name.as_str(), (limit.soft, limit.hard))));
    let limit = |(name, (soft, hard)): (&str, (i64, i64))| ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(soft),
        hard: Some(hard),
    };
    limits.into_iter().map(limit).collect()
}

fn port_bindings(flags: &Flags) -> HashMap<String, Option<Vec<PortBinding>>> {
    let binding =
        |port: &super::flags::Port| PortBinding { host_ip: port.address.clone(), host_port: Some(port.host.clone()) };
    flags.ports.iter().map(|port| (port.container.clone(), Some(vec![binding(port)]))).collect()
}

type Entry = (Option<Vec<String>>, Option<Vec<String>>, Option<String>);

/// What is started: the image's entry point with the handler, or what the function brings.
fn entry(version: &Version, bootstrap: Option<String>) -> Entry {
    let some = |words: &[String]| (!words.is_empty()).then(|| words.to_vec());
    match &version.package {
        Package::Zip { .. } if bootstrap.is_some() => {
            (bootstrap.map(|path| vec![path]), None, Some(TASK_ROOT.to_owned()))
        }
        Package::Zip { handler, .. } => (None, Some(vec![handler.clone()]), Some(TASK_ROOT.to_owned())),
        Package::Image { entry_point, command, working_directory, .. } => {
            (some(entry_point), some(command), working_directory.clone())
        }
    }
}

/// Whom the function runs as: whoever may read a folder that the user shows, else whom AWS says.
fn user(version: &Version) -> String {
    let Package::Zip { code, .. } = &version.package else { return USER.to_owned() };
    match fs::metadata(&code.path) {
        Ok(folder) if code.digest.is_none() && folder.permissions().mode() & 0o005 != 0o005 => {
            format!("{}:{}", folder.uid(), folder.gid())
        }
        _ => USER.to_owned(),
    }
}

/// What a container finds inside.
pub(super) struct Inside {
    pub(super) variables: BTreeMap<String, String>,
    hosts: Vec<String>,
    /// Ports of RustStack that it is told.
    pub(super) ports: Vec<u16>,
}

impl Inside {
    pub(super) fn new(plan: &Plan, network: &Network, flags: &Flags) -> Self {
        let mut inside = Self { variables: BTreeMap::new(), hosts: network.hosts.clone(), ports: Vec::new() };
        inside.hosts.extend(flags.hosts.iter().cloned());
        for (name, value) in &plan.variables {
            let value = inside.seen(network, name, value);
            inside.variables.insert(name.clone(), value);
        }
        let runtime_api = format!("{}:{}", network.host, plan.runtime_api.port());
        let own = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.as_str()),
            ("LAMBDA_TASK_ROOT", TASK_ROOT),
            ("LAMBDA_RUNTIME_DIR", RUNTIME_ROOT),
        ];
        inside.variables.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        if let Package::Zip { handler, .. } = &plan.version.package {
            inside.variables.insert("_HANDLER".to_owned(), handler.clone());
        }
        inside.variables.extend(flags.variables.iter().cloned());
        inside
    }

    /// A variable's value, the host replaced where it is one of RustStack.
    fn seen(&mut self, network: &Network, name: &str, value: &str) -> String {
        if name == HOSTNAME {
            return self.host(network, value);
        }
        let endpoint = name.strip_prefix(ENDPOINT).filter(|rest| rest.is_empty() || rest.starts_with('_'));
        let uri = endpoint.and_then(|_| value.parse::<http::Uri>().ok());
        let Some((scheme, host, uri)) = uri.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.host()?, uri))) else {
            return value.to_owned();
        };
        self.ports.extend(uri.port_u16());
        let host = self.host(network, host);
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!(
            "{scheme}://{host}{port}{}",
            uri.path_and_query().map_or("", |path| path.as_str()).trim_end_matches('/')
        )
    }

    fn host(&mut self, network: &Network, host: &str) -> String {
        let (host, extra) = network.host_for(host);
        let extra = extra.filter(|extra| !self.hosts.contains(extra));
        self.hosts.extend(extra);
        host
    }
}
