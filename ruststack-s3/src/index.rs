//! The keys of a bucket in UTF-8 binary order, each with its versions.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use crate::object::Version;

/// Keys and versions; the cost of every operation is logarithmic in the number of keys.
#[derive(Default, Debug)]
pub(crate) struct ObjectIndex {
    keys: BTreeMap<Box<str>, Versions>,
}

/// The versions of one key, oldest first; never empty.
#[derive(Debug)]
pub(crate) enum Versions {
    One(Arc<Version>),
    Many(Vec<Arc<Version>>),
}

impl Versions {
    pub(crate) fn current(&self) -> &Arc<Version> {
        match self {
            Self::One(version) => version,
            Self::Many(versions) => versions.last().expect("a key has at least one version"),
        }
    }

    /// Oldest first.
    pub(crate) fn as_slice(&self) -> &[Arc<Version>] {
        match self {
            Self::One(version) => std::slice::from_ref(version),
            Self::Many(versions) => versions,
        }
    }
}

impl ObjectIndex {
    pub(crate) fn get(&self, key: &str) -> Option<&Versions> {
        self.keys.get(key)
    }

    /// All keys from `start` on, in order.
    pub(crate) fn range(&self, start: Bound<&str>) -> impl Iterator<Item = (&str, &Versions)> {
        self.keys.range::<str, _>((start, Bound::Unbounded)).map(|(key, versions)| (&**key, versions))
    }

    /// Puts a version in the place of the one with its id: an object's tags and ACL change, its bytes never.
    pub(crate) fn replace(&mut self, key: &str, version: Arc<Version>) {
        let versions = self.keys.get_mut(key).map(|versions| match versions {
            Versions::One(version) => std::slice::from_mut(version),
            Versions::Many(versions) => versions.as_mut_slice(),
        });
        if let Some(found) = versions.into_iter().flatten().find(|found| found.id == version.id) {
            *found = version;
        }
    }

    /// An index of these keys, each with its versions, oldest first.
    #[cfg(test)]
    pub(crate) fn of(keys: impl IntoIterator<Item = (String, Vec<Arc<Version>>)>) -> Self {
        let keys = keys.into_iter().map(|(key, versions)| (key.into_boxed_str(), Versions::Many(versions)));
        Self { keys: keys.collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}
