//! Values of variables, read and refused.

use std::{net::SocketAddr, path::PathBuf};

use ruststack_core::scope::{AccountId, Region};

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

pub(super) fn services(value: Option<&str>, names: &[&str]) -> Result<Vec<String>, String> {
    let wanted = list(value).into_iter().map(|name| name.split(':').next().unwrap_or_default().to_owned());
    let wanted: Vec<_> = wanted.collect();
    match wanted.iter().find(|name| !names.contains(&name.as_str())) {
        Some(unknown) => Err(format!("SERVICES: there is no service '{unknown}'; valid names: {}", names.join(", "))),
        None => Ok(wanted),
    }
}

/// s3s logs every refusal as an error, and bodies at its debug level: it is never heard.
pub(super) fn log_filter(filter: Option<&str>, level: Option<&str>, is_debug: bool) -> Result<String, String> {
    if let Some(filter) = filter {
        return Ok(filter.to_owned());
    }
    let default = [("info", "info")];
    let level = match level {
        Some(level) => choice("LS_LOG", Some(level), &LEVELS)?,
        None if is_debug => "debug",
        None => choice("LS_LOG", None, &default)?,
    };
    Ok(format!("{level},s3s=off,hyper=warn,h2=warn,rustls=warn"))
}

pub(super) fn region(value: Option<&str>) -> Result<Region, String> {
    Ok(value.map_or(Region::US_EAST_1, Region::nonstandard))
}

pub(super) fn account(value: Option<&str>) -> Result<Option<AccountId>, String> {
    value.map(|text| text.parse().map_err(|error| format!("DEFAULT_ACCOUNT_ID={text}: {error}"))).transpose()
}

pub(super) fn size(name: &str, value: Option<&str>, default: usize) -> Result<usize, String> {
    value.map_or(Ok(default), |text| text.parse().map_err(|_| format!("{name}={text} is not a number of bytes")))
}

pub(super) fn init_directories(value: Option<&str>) -> Result<Vec<PathBuf>, String> {
    let mut directories = vec![PathBuf::from("/etc/localstack/init")];
    if let Some(path) = value {
        let path = PathBuf::from(path);
        if !path.is_dir() {
            return Err(format!("RUSTSTACK_INIT_DIR={} is not a folder that can be read", path.display()));
        }
        directories.push(path);
    }
    Ok(directories)
}
