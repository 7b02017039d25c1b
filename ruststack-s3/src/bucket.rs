//! A bucket: its objects, its uploads in progress, its configuration.

use parking_lot::RwLock;
use ruststack_core::{
    clock::Timestamp,
    scope::{AccountId, Region},
};

use crate::index::ObjectIndex;

/// One bucket. Locks are held for look-ups and swaps of handles only, never while bytes move.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: Region,
    pub(crate) owner: AccountId,
    pub(crate) created: Timestamp,
    pub(crate) objects: RwLock<ObjectIndex>,
    pub(crate) settings: RwLock<Settings>,
}

/// What Put…Configuration operations change.
#[derive(Default, Debug)]
pub(crate) struct Settings {
    pub(crate) versioning: Versioning,
    /// In the order given.
    pub(crate) tags: Vec<(String, String)>,
}

/// Whether overwrites keep what they replace.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) enum Versioning {
    #[default]
    Unversioned,
    Enabled,
    Suspended,
}
