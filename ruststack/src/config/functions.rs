//! What the variables of Lambda say.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use ruststack_lambda::{Config, executor::docker::DockerConfig};

use super::value;

const EXECUTOR: &str = "LAMBDA_RUNTIME_EXECUTOR";

/// What functions run in; `auto` takes what there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ExecutorChoice {
    Auto,
    Process,
    Docker,
}

/// Lambda's part of the configuration.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    pub(crate) lambda: Config,
    pub(crate) executor: ExecutorChoice,
    pub(crate) docker: DockerConfig,
    /// Where interpreters are looked for.
    pub(crate) search_path: String,
}

/// What of the other settings Lambda's depend on.
pub(super) struct Surroundings<'s> {
    pub(super) listen: &'s [SocketAddr],
    pub(super) domain: String,
    pub(super) temporary_directory: PathBuf,
    /// What there is beside the variables of the table: `PATH`, `HOME`.
    pub(super) environment: &'s BTreeMap<String, String>,
    pub(super) is_in_container: bool,
}

pub(super) fn parse(values: &BTreeMap<String, String>, around: Surroundings<'_>) -> Result<Functions, String> {
    let get = |name: &str| values.get(name).map(String::as_str);
    let flag = |name: &str| value::flag(name, get(name));
    let number = |name: &str, usual: u64| {
        let parsed = get(name).map(str::parse::<u64>).transpose();
        parsed.map(|found| found.unwrap_or(usual)).map_err(|_| format!("{name} must be a number from 0"))
    };
    let fraction = |name: &str, usual: f64| {
        let parsed = get(name).map(str::parse::<f64>).transpose().ok();
        let parsed = parsed.map(|found| found.unwrap_or(usual)).filter(|found| (0.0..1e6).contains(found));
        parsed.map(Duration::from_secs_f64).ok_or_else(|| format!("{name} must be a number of seconds"))
    };
    let port = around.listen.first().map_or(4566, SocketAddr::port);
    let host = get("HOSTNAME_FROM_LAMBDA").unwrap_or("127.0.0.1");
    let has_endpoint = !flag("LAMBDA_DISABLE_AWS_ENDPOINT_URL")?.unwrap_or(false);
    let retry =
        get("LAMBDA_RETRY_BASE_DELAY_SECONDS").map_or("LAMBDA_RETRY_BASE_DELAY", |_| "LAMBDA_RETRY_BASE_DELAY_SECONDS");
    let limit = number("LAMBDA_LIMITS_CONCURRENT_EXECUTIONS", 1000)?;
    let choices =
        [("auto", ExecutorChoice::Auto), ("process", ExecutorChoice::Process), ("docker", ExecutorChoice::Docker)];
    Ok(Functions {
        executor: value::choice(EXECUTOR, get(EXECUTOR), &choices)?,
        docker: DockerConfig::parse(
            |name| values.get(name).or_else(|| around.environment.get(name)).cloned(),
            around.is_in_container,
        )?,
        search_path: around
            .environment
            .get("PATH")
            .cloned()
            .unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".to_owned()),
        lambda: Config {
            endpoint_url: has_endpoint.then(|| format!("http://{host}:{port}")),
            url_domain: around.domain,
            keep_alive: Duration::from_millis(number("LAMBDA_KEEPALIVE_MS", 600_000)?),
            creates_synchronously: flag("LAMBDA_SYNCHRONOUS_CREATE")?.unwrap_or(false),
            hot_reload_bucket: get("BUCKET_MARKER_LOCAL").unwrap_or("hot-reload").to_owned(),
            init_patience: Duration::from_secs(number("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", 20)?),
            retry_delay: fraction(retry, 60.0)?,
            refuses_old_runtimes: flag("LAMBDA_RUNTIME_VALIDATION")?.unwrap_or(false),
            concurrent_executions: u32::try_from(limit).unwrap_or(u32::MAX),
            poll_interval: fraction("LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC", 0.2)?,
            temporary_directory: around.temporary_directory,
        },
    })
}
