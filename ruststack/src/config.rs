//! The only reader of the environment: one table of variables, from which parsing, `--print-config` and
//! docs/configuration.md follow.

mod table;
mod value;

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, path::PathBuf};

use ruststack_auth::Mode;
use ruststack_core::scope::{AccountId, Region};

use crate::{
    config::table::{Effect, TABLE},
    services,
};

/// Everything the user set, parsed; plain data.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) listen: Vec<SocketAddr>,
    /// Empty means all.
    pub(crate) services: Vec<String>,
    pub(crate) log_filter: String,
    pub(crate) is_debug: bool,
    pub(crate) default_region: Region,
    pub(crate) auth: ruststack_auth::Config,
    pub(crate) s3: ruststack_s3::Config,
    pub(crate) sts: ruststack_sts::Config,
    pub(crate) cors: Cors,
    pub(crate) has_localstack_header: bool,
    pub(crate) allows_config_updates: bool,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) init_directories: Vec<PathBuf>,
    /// The variables as they were read, for --print-config.
    values: BTreeMap<&'static str, String>,
}

/// What browsers may do.
#[derive(Clone, Debug)]
pub(crate) struct Cors {
    pub(crate) is_checked: bool,
    pub(crate) has_headers: bool,
    pub(crate) extra_origins: Vec<String>,
    pub(crate) extra_headers: Vec<String>,
    pub(crate) extra_exposed_headers: Vec<String>,
}

impl Config {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn from_environment() -> Result<Self, String> {
        let is_in_container = ["/.dockerenv", "/run/.containerenv"].iter().any(|path| PathBuf::from(path).exists());
        Self::from_map(|name| std::env::var(name).ok(), is_in_container)
    }

    /// `read` gives a variable's value, if it is set.
    pub(crate) fn from_map(read: impl Fn(&str) -> Option<String>, is_in_container: bool) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        for variable in TABLE {
            let value = read(variable.name).or_else(|| read(&format!("LOCALSTACK_{}", variable.name)));
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                values.insert(variable.name, value);
            }
        }
        let get = |name: &str| values.get(name).map(String::as_str);
        let flag = |name: &str| value::flag(name, get(name));
        let is_debug = flag("DEBUG")?.unwrap_or(false);
        let host = get("LOCALSTACK_HOST").map(|host| host.split(':').next().unwrap_or(host).to_owned());
        let domains = ["localhost.localstack.cloud", "localhost", "amazonaws.com", "amazonaws.com.cn"];
        let extra_domains = value::list(get("RUSTSTACK_EXTRA_DOMAINS"));
        let verifies_presigned = !flag("S3_SKIP_SIGNATURE_VALIDATION")?.unwrap_or(true);
        Ok(Self {
            listen: value::listen(get("GATEWAY_LISTEN"), is_in_container)?,
            services: value::services(get("SERVICES"), services::NAMES)?,
            log_filter: value::log_filter(get("RUST_LOG"), get("LS_LOG"), is_debug)?,
            is_debug,
            default_region: value::region(get("AWS_DEFAULT_REGION"))?,
            auth: ruststack_auth::Config {
                mode: value::choice(
                    "RUSTSTACK_AUTH",
                    get("RUSTSTACK_AUTH"),
                    &[("off", Mode::Off), ("sigv4", Mode::SigV4)],
                )?,
                verified_when_presigned: if verifies_presigned { vec!["s3"] } else { Vec::new() },
                default_account: value::account(get("DEFAULT_ACCOUNT_ID"))?.unwrap_or(AccountId::DEFAULT),
                allows_nonstandard_regions: flag("ALLOW_NONSTANDARD_REGIONS")?.unwrap_or(false),
                has_accounts_in_aws_keys: flag("PARITY_AWS_ACCESS_KEY_ID")?.unwrap_or(false),
            },
            s3: ruststack_s3::Config {
                max_memory_object_size: value::size(
                    "S3_MAX_MEMORY_OBJECT_SIZE",
                    get("S3_MAX_MEMORY_OBJECT_SIZE"),
                    512 * 1024,
                )?,
                temporary_directory: get("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from),
                domains: domains.into_iter().map(str::to_owned).chain(host).chain(extra_domains).collect(),
            },
            sts: ruststack_sts::Config { issues_aws_keys: flag("PARITY_AWS_ACCESS_KEY_ID")?.unwrap_or(false) },
            cors: Cors {
                is_checked: !flag("DISABLE_CORS_CHECKS")?.unwrap_or(false),
                has_headers: !flag("DISABLE_CORS_HEADERS")?.unwrap_or(false),
                extra_origins: value::list(get("EXTRA_CORS_ALLOWED_ORIGINS")),
                extra_headers: value::list(get("EXTRA_CORS_ALLOWED_HEADERS")),
                extra_exposed_headers: value::list(get("EXTRA_CORS_EXPOSE_HEADERS")),
            },
            has_localstack_header: flag("LOCALSTACK_RESPONSE_HEADER_ENABLED")?.unwrap_or(true),
            allows_config_updates: flag("ENABLE_CONFIG_UPDATES")?.unwrap_or(false),
            certificate: get("CUSTOM_SSL_CERT_PATH").map(PathBuf::from),
            init_directories: value::init_directories(get("RUSTSTACK_INIT_DIR"))?,
            values,
        })
    }

    pub(crate) fn has_service(&self, name: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|service| service == name)
    }

    /// Lines for the log: variables that were set and do not do what LocalStack does with them.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let set = TABLE.iter().filter(|variable| self.values.contains_key(variable.name));
        let remark = |variable: &table::Variable| match variable.effect {
            Effect::Honoured => None,
            Effect::Accepted => Some(format!("{} is accepted: {}", variable.name, variable.meaning)),
            Effect::Ignored => Some(format!("{} is ignored: {}", variable.name, variable.meaning)),
        };
        set.filter_map(remark).collect()
    }

    pub(crate) fn values(&self) -> &BTreeMap<&'static str, String> {
        &self.values
    }

    /// Every variable, its value and its meaning.
    pub(crate) fn describe(&self) -> String {
        TABLE.iter().fold(String::new(), |mut text, variable| {
            let value = self.values.get(variable.name).map_or("(not set)", String::as_str);
            let (name, meaning) = (variable.name, variable.meaning);
            writeln!(text, "{name}={value}\n    {meaning}").expect("a String takes all");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(list: &[(&str, &str)]) -> Result<Config, String> {
        Config::from_map(
            |name| list.iter().find(|(found, _)| *found == name).map(|(_, value)| (*value).to_owned()),
            false,
        )
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_is_right() {
        for (name, value, hint) in [
            ("SERVICES", "s3,kinesiss", "valid names: s3, s3control, sts"),
            ("RUSTSTACK_AUTH", "iam2", "valid values: off, sigv4"),
            ("DEBUG", "yes", "valid values: 1, true, 0, false"),
            ("GATEWAY_LISTEN", "nowhere", "127.0.0.1:4566"),
            ("LS_LOG", "loud", "valid values"),
            ("DEFAULT_ACCOUNT_ID", "12", "twelve digits"),
            ("S3_MAX_MEMORY_OBJECT_SIZE", "big", "a number of bytes"),
        ] {
            let error = parse(&[(name, value)]).unwrap_err();
            assert!(error.contains(name) && error.contains(hint), "{error}");
        }
    }

    #[test]
    fn variables_may_have_localstacks_prefix() {
        assert!(parse(&[("LOCALSTACK_DEBUG", "1")]).unwrap().is_debug);
        assert_eq!(parse(&[("SERVICES", "s3:4566")]).unwrap().services, ["s3"]);
        assert_eq!(parse(&[("GATEWAY_LISTEN", ":4567,0.0.0.0:80")]).unwrap().listen.len(), 2);
    }

    #[test]
    fn what_has_no_effect_is_said() {
        let remarks = parse(&[("EDGE_PORT", "1"), ("DEBUG", "1"), ("PERSISTENCE", "1")]).unwrap().remarks();
        assert_eq!(remarks.len(), 2, "{remarks:?}");
    }

    /// The page is written by `UPDATE=1 cargo test`.
    #[test]
    fn the_documentation_lists_every_variable() {
        let mut page = String::from(
            "# Configuration\n\nRustStack reads its settings from the environment; each may also have the prefix `LOCALSTACK_`.\n\
             This page is made from `ruststack/src/config/table.rs`; `ruststack --print-config` shows the values in effect.\n\n\
             | variable | effect | meaning |\n| --- | --- | --- |\n",
        );
        for variable in TABLE {
            let effect = format!("{:?}", variable.effect).to_lowercase();
            writeln!(page, "| `{}` | {effect} | {} |", variable.name, variable.meaning).unwrap();
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
        if option_env!("UPDATE").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), page, "run `UPDATE=1 cargo test -p ruststack`");
    }
}
