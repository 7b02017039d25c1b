//! What an account has in a region.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::{Mutex, MutexGuard};
use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    api::{CodeSigningConfig, EventSourceMappingConfiguration},
    error::LambdaError,
    function::{Function, ResourcePolicy},
    names::FunctionName,
};

/// Functions, layers and mappings of an account in a region.
#[derive(Default)]
pub(crate) struct Home(Mutex<Things>);

impl Home {
    /// Never held across an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Things> {
        self.0.lock()
    }
}

#[derive(Clone, Default)]
pub(crate) struct Things {
    pub(crate) functions: BTreeMap<String, Arc<Function>>,
    pub(crate) layers: BTreeMap<String, Arc<Layer>>,
    /// By UUID.
    pub(crate) mappings: BTreeMap<String, Arc<Mapping>>,
    /// By id.
    pub(crate) signing: BTreeMap<String, Arc<CodeSigningConfig>>,
}

/// A layer and its versions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) versions: BTreeMap<i64, LayerVersion>,
    pub(crate) next_version: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LayerVersion {
    /// The archive's SHA-256 in hexadecimal.
    pub(crate) digest: String,
    pub(crate) code_sha256: String,
    pub(crate) code_size: i64,
    pub(crate) description: String,
    pub(crate) license_info: Option<String>,
    /// As they were told, or not at all.
    pub(crate) runtimes: Option<Vec<String>>,
    pub(crate) architectures: Option<Vec<String>>,
    pub(crate) created: Timestamp,
    pub(crate) policy: Option<ResourcePolicy>,
}

/// An event source mapping.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Mapping {
    pub(crate) configuration: EventSourceMappingConfiguration,
    pub(crate) tags: BTreeMap<String, String>,
    /// The last record of each shard that is done with: its sequence number.
    pub(crate) positions: BTreeMap<String, String>,
}

impl Things {
    pub(crate) fn function(&self, name: &FunctionName) -> Result<&Arc<Function>, LambdaError> {
        self.functions.get(&name.name).ok_or_else(|| name.unknown())
    }

    /// The same, where AWS leaves the qualifier out of the ARN that it says.
    pub(crate) fn function_itself(&self, name: &FunctionName) -> Result<&Arc<Function>, LambdaError> {
        let name = FunctionName { qualifier: None, ..name.clone() };
        self.functions.get(&name.name).ok_or_else(|| name.unknown())
    }
}

impl Things {
    /// The digests of all archives that are used, some more than once.
    pub(crate) fn archives(&self) -> Vec<String> {
        let of_functions = self.functions.values().flat_map(|function| function.archives().map(str::to_owned));
        let of_layers = self.layers.values().flat_map(|layer| layer.versions.values().map(|one| one.digest.clone()));
        of_functions.chain(of_layers).collect()
    }
}
