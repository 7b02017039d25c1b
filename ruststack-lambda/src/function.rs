//! A function: its latest version, its published ones, and what belongs to it.

use std::collections::BTreeMap;

use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    api::{AliasConfiguration, DestinationConfig, FunctionConfiguration},
    error::{LambdaError, not_found},
    names::LATEST,
};

/// A function and all that belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) latest: Version,
    /// By number.
    pub(crate) published: BTreeMap<u64, Version>,
    pub(crate) next_version: u64,
    pub(crate) aliases: BTreeMap<String, AliasConfiguration>,
    /// By qualifier; that of the function itself by an empty one.
    pub(crate) policies: BTreeMap<String, ResourcePolicy>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) reserved_concurrency: Option<u32>,
    /// By qualifier.
    pub(crate) provisioned: BTreeMap<String, Provisioned>,
    /// By qualifier.
    pub(crate) event_invoke: BTreeMap<String, EventInvoke>,
    /// By qualifier; that of the function itself by an empty one.
    pub(crate) urls: BTreeMap<String, Url>,
    pub(crate) recursive_loop: Option<String>,
    pub(crate) code_signing: Option<String>,
    /// By version: when the runtime is updated, and to which.
    pub(crate) runtime_management: BTreeMap<String, (String, Option<String>)>,
}

/// Code and configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    /// As it is told; its ARN has no qualifier.
    pub(crate) configuration: FunctionConfiguration,
    pub(crate) code: Code,
    /// Another one with each change of code or configuration.
    pub(crate) generation: u64,
}

/// Where a version's code is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Code {
    /// An archive that is kept, by its SHA-256 in hexadecimal.
    Archive(String),
    /// A folder of this machine that is used as it is.
    HostFolder(String),
    Image(String),
}

/// Who may do what with a function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ResourcePolicy {
    pub(crate) statements: Vec<Value>,
    pub(crate) revision_id: String,
}

impl ResourcePolicy {
    pub(crate) fn document(&self) -> Value {
        serde_json::json!({ "Version": "2012-10-17", "Id": "default", "Statement": self.statements })
    }
}

/// Environments that are said to be kept ready.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Provisioned {
    pub(crate) requested: i32,
    pub(crate) at: Timestamp,
}

/// What becomes of asynchronous invocations.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(crate) struct EventInvoke {
    pub(crate) at: Timestamp,
    pub(crate) maximum_retry_attempts: Option<i32>,
    pub(crate) maximum_event_age_in_seconds: Option<i32>,
    pub(crate) destination_config: Option<DestinationConfig>,
}

/// An address by which anybody may call a function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Url {
    pub(crate) id: String,
    pub(crate) auth_type: String,
    pub(crate) invoke_mode: Option<String>,
    pub(crate) cors: Option<crate::api::Cors>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

/// A version that a qualifier names.
pub(crate) struct Chosen<'f> {
    pub(crate) version: &'f Version,
    /// `$LATEST` or a number.
    pub(crate) number: String,
}

impl Function {
    /// The ARN with a qualifier.
    pub(crate) fn qualified_arn(&self, qualifier: &str) -> String {
        format!("{}:{qualifier}", self.arn)
    }

    /// What there is not.
    pub(crate) fn unknown(&self, qualifier: Option<&str>) -> LambdaError {
        let arn = qualifier.map_or_else(|| self.arn.clone(), |qualifier| self.qualified_arn(qualifier));
        not_found(format!("Function not found: {arn}"))
    }

    pub(crate) fn version(&self, number: &str) -> Option<&Version> {
        if number == LATEST {
            return Some(&self.latest);
        }
        number.parse().ok().and_then(|number: u64| self.published.get(&number))
    }

    pub(crate) fn version_mut(&mut self, number: &str) -> Option<&mut Version> {
        if number == LATEST {
            return Some(&mut self.latest);
        }
        number.parse().ok().and_then(|number: u64| self.published.get_mut(&number))
    }

    /// The version that a qualifier names: itself, or what an alias points to; `chance` from 0 to 1 decides among
    /// the versions of an alias.
    pub(crate) fn choose(&self, qualifier: Option<&str>, chance: f64) -> Result<Chosen<'_>, LambdaError> {
        let qualifier = qualifier.unwrap_or(LATEST);
        let number = match self.aliases.get(qualifier) {
            Some(alias) => routed(alias, chance),
            None => qualifier.to_owned(),
        };
        let version = self.version(&number).ok_or_else(|| self.unknown(Some(qualifier)))?;
        Ok(Chosen { version, number })
    }

    pub(crate) fn has(&self, qualifier: &str) -> bool {
        self.aliases.contains_key(qualifier) || self.version(qualifier).is_some()
    }

    /// A version as it is told, under the ARN by which it was asked for.
    pub(crate) fn told(&self, qualifier: Option<&str>) -> Result<FunctionConfiguration, LambdaError> {
        let chosen = self.choose(qualifier, 1.0)?;
        let mut told = chosen.version.configuration.clone();
        told.function_arn = Some(qualifier.map_or_else(|| self.arn.clone(), |qualifier| self.qualified_arn(qualifier)));
        Ok(told)
    }

    /// What is provisioned for all versions and aliases together.
    pub(crate) fn provisioned_in_all(&self) -> u32 {
        self.provisioned.values().map(|one| one.requested.unsigned_abs()).sum()
    }

    /// Whether something is provisioned for a version, or for an alias that leads to it.
    pub(crate) fn is_provisioned(&self, number: &str) -> bool {
        let leads_there = |alias: &String| {
            self.aliases.get(alias).is_some_and(|alias| alias.function_version.as_deref() == Some(number))
        };
        self.provisioned.keys().any(|qualifier| qualifier == number || leads_there(qualifier))
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.latest).chain(self.published.values())
    }

    /// The digests of the archives that it uses.
    pub(crate) fn archives(&self) -> impl Iterator<Item = &str> {
        self.versions().filter_map(|version| match &version.code {
            Code::Archive(digest) => Some(digest.as_str()),
            Code::HostFolder(_) | Code::Image(_) => None,
        })
    }

    /// What was being made ready when the process ended is ready: code is unpacked when it is needed.
    pub(crate) fn settle(&mut self) {
        let published = self.published.values_mut();
        published.chain([&mut self.latest]).for_each(|version| version.configuration.make_active());
    }

    pub(crate) fn code_size(&self) -> i64 {
        self.versions().filter_map(|version| version.configuration.code_size).sum()
    }
}

/// The version that an alias comes to.
fn routed(alias: &AliasConfiguration, chance: f64) -> String {
    let routing = alias.routing_config.as_ref().and_then(|routing| routing.additional_version_weights.as_ref());
    let mut below = 0.0;
    for (version, weight) in routing.into_iter().flatten() {
        below += weight;
        if chance < below {
            return version.clone();
        }
    }
    alias.function_version.clone().unwrap_or_else(|| LATEST.to_owned())
}
