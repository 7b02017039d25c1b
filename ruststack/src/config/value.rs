//! Values of variables, read and refused.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use ruststack_core::scope::{AccountId, REGIONS, Region};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

const PORT: u16 = 4566;
const LEVELS: [(&str, &str); 7] = [
    ("trace", "trace"),
    ("trace-internal", "trace"),
    ("debug", "debug"),
    ("info", "info"),
    ("warn", "warn"),
    ("warning", "warn"),
    ("error", "error"),
];

/// How the names of crates begin whose lines reach the log.
const CRATES: [&str; 7] = ["ruststack", "s3s", "hyper", "h2", "rustls", "tokio", "axum"];

pub(super) fn flag(name: &str, value: Option<&str>) -> Result<Option<bool>, String> {
    match value {
        None => Ok(None),
        Some("1" | "true" | "True") => Ok(Some(true)),
        Some("0" | "false" | "False") => Ok(Some(false)),
        Some(other) => Err(format!("{name}={other} is neither on nor off; valid values: 1, true, 0, false")),
    }
}

pub(super) fn list(value: Option<&str>) -> Vec<String> {
    let items = value.unwrap_or_default().split(',').map(str::trim);
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// The first choice is the default.
pub(super) fn choice<T: Copy>(name: &str, value: Option<&str>, choices: &[(&str, T)]) -> Result<T, String> {
    let Some(value) = value else { return Ok(choices[0].1) };
    let found = choices.iter().find(|(choice, _)| *choice == value).map(|(_, found)| *found);
    let valid = || choices.iter().map(|(choice, _)| *choice).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| format!("{name}={value} is not known; valid values: {}", valid()))
}

pub(super) fn listen(value: Option<&str>, is_in_container: bool) -> Result<Vec<SocketAddr>, String> {
    let host = if is_in_container { "0.0.0.0" } else { "127.0.0.1" };
    let items = list(value);
    let items = if items.is_empty() { vec![format!("{host}:{PORT}")] } else { items };
    items.iter().map(|item| address(item, host)).collect()
}

fn address(item: &str, host: &str) -> Result<SocketAddr, String> {
    let text = if item.starts_with(':') { format!("{host}{item}") } else { item.replace("localhost", "127.0.0.1") };
    let bare_host = text.parse().map(|ip| SocketAddr::new(ip, PORT));
    let parsed = text.parse().or(bare_host);
    parsed
        .map_err(|_| format!("GATEWAY_LISTEN={item} is not an address; for example: 127.0.0.1:4566, :4566, [::]:4566"))
}

/// s3s logs every refusal as an error, and bodies at its debug level: it is never heard.
pub(super) fn log_filter(filter: Option<&str>, level: Option<&str>, is_debug: bool) -> Result<String, String> {
    if let Some(filter) = filter {
        return checked_filter(filter).map(str::to_owned);
    }
    let default = [("info", "info")];
    let level = match level {
        Some(level) => choice("LS_LOG", Some(level), &LEVELS)?,
        None if is_debug => "debug",
        None => choice("LS_LOG", None, &default)?,
    };
    Ok(format!("{level},s3s=off,hyper=warn,h2=warn,rustls=warn"))
}

/// A word without `=` is a level, or the name of a crate; anything else is a slip that would silence the log.
fn checked_filter(filter: &str) -> Result<&str, String> {
    let is_level = |word: &str| word.parse::<LevelFilter>().is_ok();
    let is_crate = |word: &str| CRATES.iter().any(|name| word.starts_with(name));
    let is_directive = |item: &str| item.contains(['=', '[', ':']) || is_level(item) || is_crate(item);
    let is_filter =
        EnvFilter::builder().parse(filter).is_ok() && list(Some(filter)).iter().all(|item| is_directive(item));
    let hint = "valid values: trace, debug, info, warn, error, off, and filters such as info,ruststack_s3=debug";
    if is_filter { Ok(filter) } else { Err(format!("RUST_LOG={filter} is not a filter of the log; {hint}")) }
}

pub(super) fn region(value: Option<&str>, allows_nonstandard: bool) -> Result<Region, String> {
    let Some(name) = value else { return Ok(Region::US_EAST_1) };
    if allows_nonstandard {
        return Ok(Region::nonstandard(name));
    }
    Region::known(name).ok_or_else(|| {
        let valid = REGIONS.join(", ");
        format!("AWS_DEFAULT_REGION={name} is not one of AWS's regions; set ALLOW_NONSTANDARD_REGIONS=1, or use one of: {valid}")
    })
}

/// `host`, `host:port` or `:port`; the host alone is of interest.
pub(super) fn host(name: &str, value: &str) -> Result<Option<String>, String> {
    let (host, port) = value.split_once(':').unwrap_or((value, "0"));
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    if is_host && port.parse::<u16>().is_ok() {
        return Ok(Some(host.to_lowercase()).filter(|host| !host.is_empty()));
    }
    Err(format!(
        "{name}={value} is not a host name with or without a port; for example: localhost.localstack.cloud:4566"
    ))
}

pub(super) fn account(value: Option<&str>) -> Result<Option<AccountId>, String> {
    value.map(|text| text.parse().map_err(|error| format!("DEFAULT_ACCOUNT_ID={text}: {error}"))).transpose()
}

pub(super) fn size(name: &str, value: Option<&str>, default: usize) -> Result<usize, String> {
    value.map_or(Ok(default), |text| text.parse().map_err(|_| format!("{name}={text} is not a number of bytes")))
}

/// 0 is as good as none.
pub(super) fn number(name: &str, value: Option<&str>) -> Result<Option<NonZeroU32>, String> {
    let parse = |text: &str| text.parse().map_err(|_| format!("{name}={text} is not a number from 0 to 4294967295"));
    Ok(NonZeroU32::new(value.map_or(Ok(0), parse)?))
}

/// From 0 to 1; 0 where nothing is said.
pub(super) fn probability(name: &str, value: Option<&str>) -> Result<f64, String> {
    let Some(text) = value else { return Ok(0.0) };
    let parsed = text.parse().ok().filter(|probability| (0.0..=1.0).contains(probability));
    parsed.ok_or_else(|| format!("{name}={text} is not a number from 0.0 to 1.0"))
}

pub(super) fn init_directories(value: Option<&str>) -> Result<Vec<PathBuf>, String> {
    let mut directories = vec![PathBuf::from("/etc/localstack/init")];
    if let Some(path) = value {
        // Read once, so that what hinders it is said now and not by hooks that never run.
        std::fs::read_dir(path).map_err(|error| format!("RUSTSTACK_INIT_DIR={path} cannot be read: {error}"))?;
        let path = PathBuf::from(path);
        if !directories.contains(&path) {
            directories.push(path);
        }
    }
    Ok(directories)
}
