//! The keys of a bucket in UTF-8 binary order, each with its versions.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use crate::object::{Version, VersionId};

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

    /// The version that a client names; the current one, where none is named.
    pub(crate) fn named(&self, version_id: Option<&str>) -> Option<&Arc<Version>> {
        let Some(id) = version_id else { return Some(self.current()) };
        let id = VersionId::parse(id)?;
        self.as_slice().iter().find(|version| version.id == id)
    }

    /// Oldest first.
    pub(crate) fn as_slice(&self) -> &[Arc<Version>] {
        match self {
            Self::One(version) => std::slice::from_ref(version),
            Self::Many(versions) => versions,
        }
    }
}

impl Versions {
    fn into_vec(self) -> Vec<Arc<Version>> {
        match self {
            Self::One(version) => vec![version],
            Self::Many(versions) => versions,
        }
    }

    fn push(&mut self, version: Arc<Version>) {
        match self {
            Self::One(only) => *self = Self::Many(vec![Arc::clone(only), version]),
            Self::Many(versions) => versions.push(version),
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

    /// Adds the newest version of a key, in the place of the one with its id: with `VersionId::Null` that is an
    /// overwrite. Gives back what it replaced, to be dropped outside the lock.
    pub(crate) fn put(&mut self, key: &str, version: Arc<Version>) -> Option<Arc<Version>> {
        let Some(versions) = self.keys.get_mut(key) else {
            self.keys.insert(key.into(), Versions::One(version));
            return None;
        };
        match versions {
            Versions::One(only) if only.id == version.id => Some(std::mem::replace(only, version)),
            Versions::One(only) => {
                *versions = Versions::Many(vec![Arc::clone(only), version]);
                None
            }
            Versions::Many(many) => {
                // Only the null version can be there already, and ids are made in order: look from the newest on.
                let is_null = version.id == VersionId::Null;
                let replaced = many.iter().rposition(|found| is_null && found.id == version.id);
                let replaced = replaced.map(|position| many.remove(position));
                many.push(version);
                replaced
            }
        }
    }

    /// Adds a version at its place in the order in which versions were written: what was written elsewhere may come
    /// late. Gives back the one that had its id.
    pub(crate) fn place(&mut self, key: &str, version: Arc<Version>) -> Option<Arc<Version>> {
        let replaced = self.remove(key, version.id);
        let mut versions = self.keys.remove(key).map_or_else(Vec::new, Versions::into_vec);
        let place = versions.partition_point(|other| other.sequence < version.sequence);
        versions.insert(place, version);
        let versions =
            if versions.len() == 1 { versions.pop().map(Versions::One) } else { Some(Versions::Many(versions)) };
        versions.and_then(|versions| self.keys.insert(key.into(), versions));
        replaced
    }

    /// The current versions alone.
    pub(crate) fn of_current(&self) -> Self {
        let one = |versions: &Versions| Versions::One(Arc::clone(versions.current()));
        Self { keys: self.keys.iter().map(|(key, versions)| (key.clone(), one(versions))).collect() }
    }

    /// Makes this the only version of a key.
    pub(crate) fn set_only(&mut self, key: &str, version: Option<Arc<Version>>) {
        match version {
            Some(version) => drop(self.keys.insert(key.into(), Versions::One(version))),
            None => drop(self.keys.remove(key)),
        }
    }

    /// Removes one version; the key goes with its last one.
    pub(crate) fn remove(&mut self, key: &str, id: VersionId) -> Option<Arc<Version>> {
        let versions = self.keys.get_mut(key)?;
        match versions {
            Versions::One(only) if only.id == id => match self.keys.remove(key) {
                Some(Versions::One(version)) => Some(version),
                _ => None,
            },
            Versions::One(_) => None,
            Versions::Many(many) => {
                let position = many.iter().position(|found| found.id == id)?;
                let removed = many.remove(position);
                if let [last] = many.as_slice() {
                    *versions = Versions::One(Arc::clone(last));
                }
                Some(removed)
            }
        }
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

    /// An index of these versions, the oldest of a key first.
    pub(crate) fn of_versions(versions: Vec<(Box<str>, Arc<Version>)>) -> Self {
        let mut versions = versions;
        versions.sort_by(|(key, one), (other, another)| (key, one.sequence).cmp(&(other, another.sequence)));
        let mut keys: Vec<(Box<str>, Versions)> = Vec::with_capacity(versions.len());
        for (key, version) in versions {
            match keys.last_mut() {
                Some((last, versions)) if *last == key => versions.push(version),
                _ => keys.push((key, Versions::One(version))),
            }
        }
        Self { keys: keys.into_iter().collect() }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ruststack_core::clock::Timestamp;

    use super::*;
    use crate::object::Content;

    fn version(id: u8) -> Arc<Version> {
        let id = if id == 0 { VersionId::Null } else { VersionId::Id([id; 24]) };
        Arc::new(Version { id, sequence: 0, last_modified: Timestamp::UNIX_EPOCH, content: Content::DeleteMarker })
    }

    proptest! {
        /// The model: a list of keys and ids, oldest first.
        #[test]
        fn an_index_is_a_list_of_versions(steps in prop::collection::vec((any::<bool>(), 0..3_u8, 0..4_u8), 0..40)) {
            let (mut index, mut model) = (ObjectIndex::default(), Vec::<(u8, VersionId)>::new());
            for (puts, key, id) in steps {
                let version = version(id);
                let name = key.to_string();
                let known = model.iter().position(|entry| *entry == (key, version.id));
                // Ids other than null are new in each put.
                if puts && (id == 0 || known.is_none()) {
                    let replaced = index.put(&name, Arc::clone(&version));
                    prop_assert_eq!(replaced.is_some(), known.is_some());
                    known.map(|position| model.remove(position));
                    model.push((key, version.id));
                } else if !puts {
                    prop_assert_eq!(index.remove(&name, version.id).is_some(), known.is_some());
                    known.map(|position| model.remove(position));
                }
                for key in 0..3_u8 {
                    let expected: Vec<_> = model.iter().filter(|entry| entry.0 == key).map(|entry| entry.1).collect();
                    let found: Vec<_> = index
                        .get(&key.to_string())
                        .map_or(&[][..], |versions| versions.as_slice())
                        .iter()
                        .map(|version| version.id)
                        .collect();
                    prop_assert_eq!(found, expected);
                }
            }
        }
    }
}
