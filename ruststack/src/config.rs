//! The only reader of the environment: one table of variables, from which parsing, `--print-config` and
//! docs/configuration.md follow.

mod dynamodb;
pub(crate) mod functions;
mod selection;
mod table;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use ruststack_auth::Mode;
use ruststack_core::{
    journal::sqlite::Durability,
    scope::{AccountId, Region},
};
use ruststack_s3::{AclMode, DataDirectory, EventVersion, SseMode};
use ruststack_sqs::EndpointStrategy;

use crate::{
    config::{
        functions::{Functions, Surroundings},
        table::{Effect, TABLE, Variable},
    },
    services,
};

const REQUESTS_PER_SECOND: &str = "RUSTSTACK_S3_REQUESTS_PER_SECOND";
const EVENT_VERSION: &str = "RUSTSTACK_S3_EVENT_VERSION";
const CERTIFICATE_HOST: &str = "SNS_CERT_URL_HOST";
const LISTING_DELAY: &str = "RUSTSTACK_S3_LISTING_DELAY_MS";
const EXPIRY_PERIOD: &str = "RUSTSTACK_DYNAMODB_EXPIRY_PERIOD";
/// Of LocalStack.
const USUAL_EXPIRY_PERIOD: Duration = Duration::from_secs(60 * 60);

/// Forms of queues' URLs; the first is the default.
const STRATEGIES: [(&str, EndpointStrategy); 6] = [
    ("host", EndpointStrategy::Host),
    ("standard", EndpointStrategy::Standard),
    ("domain", EndpointStrategy::Domain),
    ("path", EndpointStrategy::Path),
    ("dynamic", EndpointStrategy::Dynamic),
    ("off", EndpointStrategy::Off),
];

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
    pub(crate) dynamodb: ruststack_dynamodb::Config,
    pub(crate) functions: Functions,
    pub(crate) s3: ruststack_s3::Config,
    pub(crate) sns: ruststack_sns::Config,
    pub(crate) sqs: ruststack_sqs::Config,
    pub(crate) sts: ruststack_sts::Config,
    /// Where state would be kept.
    pub(crate) data_directory: PathBuf,
    /// Without it state ends with the process.
    pub(crate) persistence: Option<Persistence>,
    pub(crate) cors: Cors,
    pub(crate) has_localstack_header: bool,
    /// Requests are recorded.
    pub(crate) has_request_log: bool,
    /// And written to this file.
    pub(crate) request_log_file: Option<PathBuf>,
    pub(crate) allows_config_updates: bool,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) init_directories: Vec<PathBuf>,
    pub(crate) is_in_container: bool,
    /// `AWS_…` variables that the user has set: init scripts keep them.
    pub(crate) aws_variables: BTreeSet<String>,
    /// The variables as they were read, secrets hidden, for --print-config.
    values: BTreeMap<String, String>,
}

/// Where state is kept, and how well.
#[derive(Clone, Debug)]
pub(crate) struct Persistence {
    pub(crate) directory: PathBuf,
    pub(crate) durability: Durability,
}

impl Persistence {
    fn objects(&self) -> DataDirectory {
        DataDirectory {
            path: self.directory.clone(),
            is_synced: self.durability == Durability::Full,
            reserve_bytes: DataDirectory::RESERVE_BYTES,
        }
    }
}

/// What browsers may do.
#[derive(Clone, Debug)]
pub(crate) struct Cors {
    pub(crate) is_checked: bool,
    pub(crate) has_headers: bool,
    pub(crate) answers_preflight: bool,
    pub(crate) extra_origins: Vec<String>,
    pub(crate) extra_headers: Vec<String>,
    pub(crate) extra_exposed_headers: Vec<String>,
}

impl Config {
    pub(crate) fn from_environment() -> Result<Self, String> {
        let is_in_container = ["/.dockerenv", "/run/.containerenv"].iter().any(|path| PathBuf::from(path).exists());
        Self::from_map(&environment()?, is_in_container)
    }

    /// With all services, and what they keep in the directory, or else where DATA_DIR says.
    pub(crate) fn for_directory(self, directory: Option<PathBuf>) -> Self {
        let directory = directory.unwrap_or(self.data_directory.clone());
        let persistence = Persistence { directory, durability: Durability::Normal };
        let s3 = ruststack_s3::Config { data: Some(persistence.objects()), ..self.s3 };
        Self { services: Vec::new(), persistence: Some(persistence), s3, ..self }
    }

    pub(crate) fn from_map(environment: &BTreeMap<String, String>, is_in_container: bool) -> Result<Self, String> {
        let mut values = known_values(environment);
        let get = |name: &str| values.get(name).map(String::as_str);
        let flag = |name: &str| value::flag(name, get(name));
        let probability = |name: &str| value::probability(name, get(name));
        let is_debug = flag("DEBUG")?.unwrap_or(false);
        let host = get("LOCALSTACK_HOST").map(|host| value::host("LOCALSTACK_HOST", host)).transpose()?.flatten();
        let domains = ["localhost.localstack.cloud", "localhost", "amazonaws.com", "amazonaws.com.cn"];
        let extra_domains = value::list(get("RUSTSTACK_EXTRA_DOMAINS")).into_iter();
        let extra_domains = extra_domains.map(|domain| value::host("RUSTSTACK_EXTRA_DOMAINS", &domain));
        let extra_domains: Vec<_> = extra_domains.collect::<Result<_, _>>()?;
        let domains = domains.into_iter().map(str::to_owned).chain(host.clone());
        let domains: Vec<_> = domains.chain(extra_domains.into_iter().flatten()).collect();
        let allows_nonstandard_regions = flag("ALLOW_NONSTANDARD_REGIONS")?.unwrap_or(false);
        let is_strict = flag("STRICT_SERVICE_LOADING")?.unwrap_or(true);
        let selected = selection::parse(get("SERVICES"))?;
        let durability = value::choice(
            "RUSTSTACK_DURABILITY",
            get("RUSTSTACK_DURABILITY"),
            &[("normal", Durability::Normal), ("full", Durability::Full)],
        )?;
        let default_directory = if is_in_container { "/var/lib/localstack" } else { "./.ruststack" };
        let directory = PathBuf::from(get("DATA_DIR").unwrap_or(default_directory));
        let data_directory = directory.clone();
        let persistence = flag("PERSISTENCE")?.unwrap_or(false).then_some(Persistence { directory, durability });
        let backend = dynamodb::backend(&values, environment, &data_directory, persistence.is_some())?;
        let verifies_presigned = !flag("S3_SKIP_SIGNATURE_VALIDATION")?.unwrap_or(true);
        let listen = value::listen(get("GATEWAY_LISTEN"), is_in_container)?;
        let ports = listen.iter().map(SocketAddr::port).collect();
        let certificate_host = get(CERTIFICATE_HOST).map(|host| value::host(CERTIFICATE_HOST, host)).transpose()?;
        let certificate_host = certificate_host.flatten();
        let sqs = ruststack_sqs::Config {
            endpoint_strategy: value::choice("SQS_ENDPOINT_STRATEGY", get("SQS_ENDPOINT_STRATEGY"), &STRATEGIES)?,
            domain: host.unwrap_or_else(|| domains[0].clone()),
            delays_purges: flag("SQS_DELAY_PURGE_RETRY")?.unwrap_or(false),
            delays_recreation: flag("SQS_DELAY_RECENTLY_DELETED")?.unwrap_or(false),
            enforces_retention: flag("SQS_ENABLE_MESSAGE_RETENTION_PERIOD")?.unwrap_or(true),
            limits_received: !flag("SQS_DISABLE_MAX_NUMBER_OF_MESSAGE_LIMIT")?.unwrap_or(false),
        };
        let around = Surroundings {
            listen: &listen,
            domain: sqs.domain.clone(),
            temporary_directory: get("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from),
            environment,
            is_in_container,
        };
        let functions = functions::parse(&values, around)?;
        let request_log_file = get("RUSTSTACK_REQUEST_LOG_FILE").map(PathBuf::from);
        Ok(Self {
            listen,
            services: if is_strict { selected } else { Vec::new() },
            log_filter: value::log_filter(get("RUST_LOG"), get("LS_LOG"), is_debug)?,
            is_debug,
            default_region: value::region(get("AWS_DEFAULT_REGION"), allows_nonstandard_regions)?,
            auth: ruststack_auth::Config {
                mode: auth_mode(get("RUSTSTACK_AUTH"))?,
                verified_when_presigned: if verifies_presigned { vec!["s3"] } else { Vec::new() },
                ports,
                domains: domains.clone(),
                default_account: value::account(get("DEFAULT_ACCOUNT_ID"))?.unwrap_or(AccountId::DEFAULT),
                allows_nonstandard_regions,
                has_accounts_in_aws_keys: flag("PARITY_AWS_ACCESS_KEY_ID")?.unwrap_or(false),
            },
            dynamodb: ruststack_dynamodb::Config {
                removes_expired: flag("DYNAMODB_REMOVE_EXPIRED_ITEMS")?.unwrap_or(true),
                expiry_period: value::number(EXPIRY_PERIOD, get(EXPIRY_PERIOD))?
                    .map_or(USUAL_EXPIRY_PERIOD, |seconds| Duration::from_secs(seconds.get().into())),
                trouble: ruststack_dynamodb::Trouble {
                    of_all: probability("DYNAMODB_ERROR_PROBABILITY")?,
                    of_reads: probability("DYNAMODB_READ_ERROR_PROBABILITY")?,
                    of_writes: probability("DYNAMODB_WRITE_ERROR_PROBABILITY")?,
                    enforces_throughput: flag("RUSTSTACK_DYNAMODB_THROUGHPUT")?.unwrap_or(false),
                },
                backend,
            },
            functions,
            s3: ruststack_s3::Config {
                max_memory_object_size: value::size(
                    "S3_MAX_MEMORY_OBJECT_SIZE",
                    get("S3_MAX_MEMORY_OBJECT_SIZE"),
                    512 * 1024,
                )?,
                temporary_directory: get("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from),
                data: persistence.as_ref().map(Persistence::objects),
                domains,
                acl: value::choice(
                    "S3_ACL",
                    get("S3_ACL"),
                    &[("enforce", AclMode::Enforce), ("record", AclMode::Record), ("ignore", AclMode::Ignore)],
                )?,
                sse: value::choice(
                    "S3_SSE",
                    get("S3_SSE"),
                    &[("transparent", SseMode::Transparent), ("record", SseMode::Record), ("ignore", SseMode::Ignore)],
                )?,
                validates_kms_keys: !flag("S3_SKIP_KMS_KEY_VALIDATION")?.unwrap_or(true),
                event_version: value::choice(
                    EVENT_VERSION,
                    get(EVENT_VERSION),
                    &[("2.5", EventVersion::Current), ("legacy", EventVersion::Legacy)],
                )?,
                sends_test_events: flag("RUSTSTACK_S3_TEST_EVENT")?.unwrap_or(true),
                requests_per_second: value::number(REQUESTS_PER_SECOND, get(REQUESTS_PER_SECOND))?,
                listing_delay: value::number(LISTING_DELAY, get(LISTING_DELAY))?
                    .map(|millis| Duration::from_millis(millis.get().into())),
            },
            sns: ruststack_sns::Config { certificate_host },
            sqs,
            sts: ruststack_sts::Config { issues_aws_keys: flag("PARITY_AWS_ACCESS_KEY_ID")?.unwrap_or(false) },
            data_directory,
            persistence,
            cors: Cors {
                is_checked: !flag("DISABLE_CORS_CHECKS")?.unwrap_or(false),
                has_headers: !flag("DISABLE_CORS_HEADERS")?.unwrap_or(false),
                answers_preflight: !flag("DISABLE_PREFLIGHT_PROCESSING")?.unwrap_or(false),
                extra_origins: value::list(get("EXTRA_CORS_ALLOWED_ORIGINS")),
                extra_headers: value::list(get("EXTRA_CORS_ALLOWED_HEADERS")),
                extra_exposed_headers: value::list(get("EXTRA_CORS_EXPOSE_HEADERS")),
            },
            has_localstack_header: flag("LOCALSTACK_RESPONSE_HEADER_ENABLED")?.unwrap_or(true),
            has_request_log: flag("RUSTSTACK_REQUEST_LOG")?.unwrap_or(false) || request_log_file.is_some(),
            request_log_file,
            allows_config_updates: flag("ENABLE_CONFIG_UPDATES")?.unwrap_or(false),
            certificate: get("CUSTOM_SSL_CERT_PATH").map(PathBuf::from),
            init_directories: value::init_directories(get("RUSTSTACK_INIT_DIR"))?,
            is_in_container,
            aws_variables: environment.keys().filter(|name| name.starts_with("AWS_")).cloned().collect(),
            values: {
                hide_secrets(&mut values);
                values
            },
        })
    }

    pub(crate) fn has_service(&self, name: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|service| service == name)
    }

    /// Lines for the log: variables that were set and do not do what LocalStack does with them.
    pub(crate) fn remarks(&self) -> Vec<Remark> {
        let set = self.values.iter().filter_map(|(name, value)| Some((name, value, table::find(name)?)));
        // What is set to what is in effect anyway needs no words.
        let differing = set
            .filter(|(_, value, variable)| *value != variable.default && !(is_off(value) && is_off(variable.default)));
        let mut remarks: Vec<_> = differing.filter_map(|(name, _, variable)| remark(name, variable)).collect();
        let missing = self.services.iter().filter(|name| !services::NAMES.contains(&name.as_str()));
        remarks.extend(missing.map(|name| Remark {
            is_warning: true,
            text: format!("SERVICES asks for {name}, which is not here yet: its requests are answered 501"),
        }));
        remarks
    }

    /// The variables that were set; secrets are hidden.
    pub(crate) fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// Every variable, the value in effect and its meaning.
    pub(crate) fn describe(&self) -> String {
        let (honoured, others): (Vec<_>, Vec<_>) =
            TABLE.iter().partition(|variable| variable.effect == Effect::Honoured);
        let mut text = String::new();
        for Variable { name, default, meaning, .. } in honoured {
            match self.values.get(*name) {
                Some(value) => writeln!(text, "{name}={value}\n    {meaning}"),
                None => writeln!(
                    text,
                    "{name}={} (default)\n    {meaning}",
                    self.computed(name).unwrap_or((*default).to_owned())
                ),
            }
            .expect("a String takes all");
        }
        text.push_str("\nUnderstood, without effect:\n\n");
        for variable in others {
            let set = self.values.iter().filter(|(name, _)| variable.is_called(name));
            let set = set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
            let shown = if set.is_empty() { variable.name } else { &set };
            writeln!(text, "{shown}\n    {}", variable.meaning).expect("a String takes all");
        }
        text
    }

    /// Defaults that depend on where the process runs.
    fn computed(&self, name: &str) -> Option<String> {
        match name {
            "GATEWAY_LISTEN" => Some(self.listen.iter().map(SocketAddr::to_string).collect::<Vec<_>>().join(",")),
            "TMPDIR" => Some(self.s3.temporary_directory.display().to_string()),
            "LS_LOG" if self.is_debug => Some("debug".to_owned()),
            _ => None,
        }
    }
}

/// A line for the log about a setting.
#[derive(Debug)]
pub(crate) struct Remark {
    /// The user expects something that does not happen.
    pub(crate) is_warning: bool,
    pub(crate) text: String,
}

fn remark(name: &str, variable: &Variable) -> Option<Remark> {
    let meaning = variable.meaning;
    let (is_warning, text) = match variable.effect {
        Effect::Honoured => return None,
        Effect::Accepted => (false, format!("{name} is not needed: {meaning}")),
        Effect::Missing => (true, format!("{name} has no effect: {meaning}")),
        Effect::Ignored => (true, format!("{name} is ignored: {meaning}")),
    };
    Some(Remark { is_warning, text })
}

fn is_off(value: &str) -> bool {
    matches!(value, "" | "0" | "false" | "False")
}

/// The whole environment; what is not text is refused if it is ours.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment() -> Result<BTreeMap<String, String>, String> {
    let mut environment = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => {
                environment.insert(name, value);
            }
            Err(_) if table::find(&name).is_some() => return Err(format!("{name} is not valid UTF-8")),
            Err(_) => {}
        }
    }
    Ok(environment)
}

/// The variables of the table that are set, by their names without LocalStack's prefix.
fn known_values(environment: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for (name, value) in environment.iter().filter(|(_, value)| !value.is_empty()) {
        let unprefixed = || name.strip_prefix("LOCALSTACK_").filter(|name| table::find(name).is_some());
        if table::find(name).is_some() {
            values.insert(name.clone(), value.clone());
        } else if let Some(name) = unprefixed() {
            values.entry(name.to_owned()).or_insert_with(|| value.clone());
        }
    }
    values
}

fn hide_secrets(values: &mut BTreeMap<String, String>) {
    let secret = values.iter_mut().filter(|(name, _)| table::find(name).is_some_and(Variable::is_secret));
    secret.for_each(|(_, value)| "(hidden)".clone_into(value));
}

fn auth_mode(value: Option<&str>) -> Result<Mode, String> {
    value::choice("RUSTSTACK_AUTH", value, &[("off", Mode::Off), ("sigv4", Mode::SigV4), ("iam", Mode::Iam)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(list: &[(&str, &str)]) -> Result<Config, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Config::from_map(&list.iter().map(owned).collect(), false)
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_is_right() {
        for (name, value, hint) in [
            (
                "SERVICES",
                "s3,kinesiss",
                "valid names: dynamodb, dynamodbstreams, events, iam, kms, lambda, logs, s3, s3control, sns, sqs, sts",
            ),
            ("RUSTSTACK_AUTH", "maybe", "valid values: off, sigv4, iam"),
            ("S3_ACL", "maybe", "valid values: enforce, record, ignore"),
            ("S3_SSE", "maybe", "valid values: transparent, record, ignore"),
            ("DEBUG", "yes", "valid values: 1, true, 0, false"),
            ("PERSISTENCE", "yes", "valid values: 1, true, 0, false"),
            ("GATEWAY_LISTEN", "nowhere", "127.0.0.1:4566"),
            ("LS_LOG", "loud", "valid values"),
            ("RUST_LOG", "inof", "valid values: trace, debug, info"),
            ("RUST_LOG", "info,ruststack_s3=loud", "valid values: trace, debug, info"),
            ("AWS_DEFAULT_REGION", "us-east-9", "us-east-1, us-east-2"),
            ("LOCALSTACK_HOST", "http://here", "localhost.localstack.cloud:4566"),
            ("LOCALSTACK_HOST", "here:port", "localhost.localstack.cloud:4566"),
            ("RUSTSTACK_EXTRA_DOMAINS", "a.example,b/c", "localhost.localstack.cloud:4566"),
            ("DEFAULT_ACCOUNT_ID", "12", "twelve digits"),
            ("S3_MAX_MEMORY_OBJECT_SIZE", "big", "a number of bytes"),
            ("RUSTSTACK_S3_REQUESTS_PER_SECOND", "-1", "a number from 0"),
            ("RUSTSTACK_DURABILITY", "best", "valid values: normal, full"),
            ("RUSTSTACK_REQUEST_LOG", "log.json", "valid values: 1, true, 0, false"),
            ("RUSTSTACK_INIT_DIR", "/nowhere", "No such file"),
            ("SQS_ENDPOINT_STRATEGY", "any", "valid values: host, standard, domain, path, dynamic, off"),
        ] {
            let error = parse(&[(name, value)]).unwrap_err();
            assert!(error.contains(name) && error.contains(hint), "{error}");
        }
    }

    #[test]
    fn filters_of_the_log_are_taken() {
        for filter in ["debug", "info,ruststack_s3=trace", "off", "ruststack", "warn,my::module=info"] {
            assert_eq!(parse(&[("RUST_LOG", filter)]).unwrap().log_filter, filter);
        }
    }

    #[test]
    fn variables_may_have_localstacks_prefix() {
        assert!(parse(&[("LOCALSTACK_DEBUG", "1")]).unwrap().is_debug);
        assert_eq!(parse(&[("SERVICES", "s3:4566")]).unwrap().services, ["s3", "s3control"]);
        assert_eq!(parse(&[("GATEWAY_LISTEN", ":4567,0.0.0.0:80")]).unwrap().listen.len(), 2);
    }

    #[test]
    fn what_has_no_effect_is_said_once_it_is_asked_for() {
        let settings = [
            ("EDGE_PORT", "1"),
            ("DEBUG", "1"),
            ("DISABLE_CUSTOM_CORS_APIGATEWAY", "1"),
            ("SERVICES", "route53"),
            ("ACTIVATE_PRO", "1"),
        ];
        let remarks = parse(&settings).unwrap().remarks();
        let warnings = remarks.iter().filter(|remark| remark.is_warning).map(|remark| &remark.text[..5]);
        assert_eq!(warnings.collect::<Vec<_>>(), ["DISAB", "EDGE_", "SERVI"], "{remarks:?}");
        assert_eq!(remarks.len(), 4, "{remarks:?}");
        let idle = parse(&[("PERSISTENCE", "0"), ("LAMBDA_KEEPALIVE_MS", "600000")]).unwrap();
        assert!(idle.remarks().is_empty(), "{:?}", idle.remarks());
    }

    #[test]
    fn secrets_are_never_shown() {
        let config = parse(&[("LOCALSTACK_AUTH_TOKEN", "ls-1234"), ("LOCALSTACK_API_KEY", "ls-1234")]).unwrap();
        assert!(!format!("{} {config:?}", config.describe()).contains("ls-1234"));
        assert!(config.describe().contains("LOCALSTACK_AUTH_TOKEN=(hidden)"));
    }

    #[test]
    fn defaults_in_effect_are_shown() {
        let text = parse(&[("DEBUG", "1"), ("PROVIDER_OVERRIDE_S3", "v3")]).unwrap().describe();
        for line in
            ["GATEWAY_LISTEN=127.0.0.1:4566 (default)", "DEBUG=1", "LS_LOG=debug (default)", "PROVIDER_OVERRIDE_S3=v3"]
        {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(!text.contains("not set"));
    }

    #[test]
    fn services_that_are_left_out_may_be_kept_all_the_same() {
        assert!(!parse(&[("SERVICES", "sts")]).unwrap().has_service("s3"));
        assert!(parse(&[("SERVICES", "sts"), ("STRICT_SERVICE_LOADING", "0")]).unwrap().has_service("s3"));
    }

    /// The page is written by `UPDATE=1 cargo test`.
    #[test]
    fn the_documentation_lists_every_variable() {
        let mut page = String::from(
            "# Configuration\n\nRustStack reads its settings from the environment; each may also have the prefix `LOCALSTACK_`.\n\
             This page is made from `ruststack/src/config/table.rs`; `ruststack --print-config` shows the values in effect.\n\n\
             | variable | effect | default | meaning |\n| --- | --- | --- | --- |\n",
        );
        for Variable { name, effect, default, meaning } in TABLE {
            let effect = format!("{effect:?}").to_lowercase();
            let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
            writeln!(page, "| `{name}` | {effect} | {default} | {meaning} |").unwrap();
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
        if option_env!("UPDATE").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), page, "run `UPDATE=1 cargo test -p ruststack`");
    }
}
