//! What a client's buckets must look like.
//!
//! Ids that the client was never told are `?`.

use std::collections::BTreeMap;

use super::content::Content;

/// What stands for an id whose answer did not come.
pub(crate) const UNTOLD: &str = "?";

/// What a client has in S3.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    /// By name.
    pub(crate) buckets: BTreeMap<String, Bucket>,
    /// The account's public access block.
    pub(crate) account_block: Option<String>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Bucket {
    /// Empty when it was never versioned.
    pub(crate) versioning: String,
    /// Made with Object Lock.
    pub(crate) is_locked: bool,
    /// Of each configuration, the value that tells it from others of its kind.
    pub(crate) configurations: BTreeMap<&'static str, String>,
    /// By key, the oldest version first.
    pub(crate) keys: BTreeMap<String, Vec<Version>>,
    /// By id.
    pub(crate) uploads: BTreeMap<String, Upload>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Version {
    pub(crate) id: String,
    /// `None` for a delete marker.
    pub(crate) content: Option<Content>,
    /// Tags, grants, retention, legal hold: those that are not as they are by themselves.
    pub(crate) traits: Traits,
}

pub(crate) type Traits = BTreeMap<&'static str, String>;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Upload {
    pub(crate) key: String,
    /// By number.
    pub(crate) parts: BTreeMap<u16, Content>,
}

impl Bucket {
    /// Writes a version, or a delete marker.
    pub(crate) fn write(&mut self, key: &str, id: &str, content: Option<Content>, traits: Traits) {
        let versions = self.keys.entry(key.to_owned()).or_default();
        let id = if self.versioning == "Enabled" { id } else { "null" };
        versions.retain(|version| id != "null" || version.id != id);
        versions.push(Version { id: id.to_owned(), content, traits });
    }

    /// Deletes without naming a version.
    pub(crate) fn delete(&mut self, key: &str, id: &str) {
        if self.versioning.is_empty() { self.remove(key, "null") } else { self.write(key, id, None, Traits::new()) }
    }

    pub(crate) fn remove(&mut self, key: &str, id: &str) {
        let versions = self.keys.entry(key.to_owned()).or_default();
        versions.retain(|version| version.id != id);
        if versions.is_empty() {
            self.keys.remove(key);
        }
    }

    pub(crate) fn version_count(&self) -> usize {
        self.keys.values().map(Vec::len).sum()
    }

    /// All versions with their keys.
    pub(crate) fn versions(&self) -> Vec<(&String, &Version)> {
        self.keys.iter().flat_map(|(key, versions)| versions.iter().map(move |version| (key, version))).collect()
    }

    pub(crate) fn version_mut(&mut self, key: &str, id: &str) -> Option<&mut Version> {
        self.keys.get_mut(key)?.iter_mut().find(|version| version.id == id)
    }

    fn ids(&self) -> impl Iterator<Item = &String> {
        self.keys.values().flatten().map(|version| &version.id).chain(self.uploads.keys())
    }

    /// As far as it can be compared: with `?` for ids that `told` does not know, and of older versions without their
    /// order, which lists do not show.
    fn comparable(&self, told: &Self) -> Self {
        let told: Vec<_> = told.ids().collect();
        let name = |id: &String| if id == "null" || told.contains(&id) { id.clone() } else { UNTOLD.to_owned() };
        let mut comparable = self.clone();
        for versions in comparable.keys.values_mut() {
            versions.iter_mut().for_each(|version| version.id = name(&version.id));
            if let Some((_, older)) = versions.split_last_mut() {
                older.sort_by(|one, other| one.id.cmp(&other.id));
            }
        }
        comparable.uploads = self.uploads.iter().map(|(id, upload)| (name(id), upload.clone())).collect();
        comparable
    }

    /// Learns from what was seen the ids that were not told.
    fn learn(&mut self, seen: &Self, told: &Self) {
        for (key, versions) in &mut self.keys {
            let is_told = |id: &String| id == "null" || told.ids().any(|told| told == id);
            let new = seen.keys[key].iter().map(|version| &version.id).filter(|id| !is_told(id));
            let untold = versions.iter_mut().filter(|version| version.id == UNTOLD);
            untold.zip(new).for_each(|(version, new)| version.id.clone_from(new));
        }
        if let Some(upload) = self.uploads.remove(UNTOLD)
            && let Some(id) = seen.uploads.keys().find(|id| !told.uploads.contains_key(*id))
        {
            self.uploads.insert(id.clone(), upload);
        }
    }
}

/// What was seen, if it is what may be, given what the client was told.
pub(crate) fn agree(seen: &State, possible: &State, told: &State) -> Option<State> {
    let nothing = Bucket::default();
    let told = |name: &String| told.buckets.get(name).unwrap_or(&nothing);
    let comparable = |state: &State| -> State {
        let buckets = state.buckets.iter().map(|(name, bucket)| (name.clone(), bucket.comparable(told(name))));
        State { buckets: buckets.collect(), account_block: state.account_block.clone() }
    };
    let mut known = (comparable(seen) == comparable(possible)).then(|| possible.clone())?;
    known.buckets.iter_mut().for_each(|(name, bucket)| bucket.learn(&seen.buckets[name], told(name)));
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_the_buckets_setting() {
        let mut bucket = Bucket::default();
        let content = |byte| Some(Content::of(&[byte]));
        bucket.write("key", "x", content(1), Traits::new());
        bucket.write("key", "x", content(2), Traits::new());
        bucket.versioning = "Enabled".to_owned();
        bucket.write("key", "a", content(3), Traits::new());
        bucket.delete("key", "b");
        bucket.versioning = "Suspended".to_owned();
        bucket.write("key", "x", content(4), Traits::new());
        let ids: Vec<_> = bucket.keys["key"].iter().map(|version| version.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "null"]);
        bucket.versioning.clear();
        bucket.delete("key", "x");
        assert_eq!(bucket.version_count(), 2);
    }

    #[test]
    fn an_id_that_was_not_told_may_be_any() {
        let with = |id: &str| {
            let bucket = Bucket { uploads: BTreeMap::from([(id.to_owned(), Upload::default())]), ..Bucket::default() };
            State { buckets: BTreeMap::from([("bucket".to_owned(), bucket)]), account_block: None }
        };
        let (seen, possible) = (with("id"), with(UNTOLD));
        assert_eq!(agree(&seen, &possible, &State::default()), Some(seen.clone()));
        assert_eq!(agree(&seen, &possible, &seen), None);
        assert_eq!(agree(&seen, &seen, &seen), Some(seen.clone()));
    }
}
