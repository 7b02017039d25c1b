//! What a client's buckets must look like.
//!
//! Ids that the client was never told are `?`.

use std::collections::BTreeMap;

/// What stands for an id whose answer did not come.
pub(crate) const UNTOLD: &str = "?";

/// A client's buckets, by name.
pub(crate) type State = BTreeMap<String, Bucket>;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Bucket {
    /// Empty when it was never versioned.
    pub(crate) versioning: String,
    /// The value of its one tag; empty when it has none.
    pub(crate) tag: String,
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
}

/// Length and hash of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Content {
    pub(crate) length: usize,
    pub(crate) hash: u64,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Upload {
    pub(crate) key: String,
    /// By number.
    pub(crate) parts: BTreeMap<u16, Part>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub(crate) length: usize,
    pub(crate) etag: String,
}

impl Part {
    /// Its length says what its bytes are.
    pub(crate) fn bytes(length: usize) -> Vec<u8> {
        vec![u8::try_from(length % 251).unwrap_or(0); length]
    }
}

impl Content {
    /// FNV-1a.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let hash = bytes
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Self { length: bytes.len(), hash }
    }
}

impl Bucket {
    /// Writes a version, or a delete marker.
    pub(crate) fn write(&mut self, key: &str, id: &str, content: Option<Content>) {
        let versions = self.keys.entry(key.to_owned()).or_default();
        let id = if self.versioning == "Enabled" { id } else { "null" };
        versions.retain(|version| id != "null" || version.id != id);
        versions.push(Version { id: id.to_owned(), content });
    }

    /// Deletes without naming a version.
    pub(crate) fn delete(&mut self, key: &str, id: &str) {
        if self.versioning.is_empty() { self.remove(key, "null") } else { self.write(key, id, None) }
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

    fn ids(&self) -> impl Iterator<Item = &String> {
        self.keys.values().flatten().map(|version| &version.id).chain(self.uploads.keys())
    }

    /// As far as it can be compared: with `?` for ids that `told` does not know, without ETags of parts, and of older
    /// versions without their order, which lists do not show.
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
        let parts = comparable.uploads.values_mut().flat_map(|upload| upload.parts.values_mut());
        parts.for_each(|part| part.etag.clear());
        comparable
    }

    /// Learns from what was seen the ids and ETags that were not told.
    fn learn(&mut self, seen: &Self, told: &Self) {
        let new = seen.ids().find(|id| *id != "null" && !told.ids().any(|told| told == *id));
        let untold = self.keys.values_mut().flatten().filter(|version| version.id == UNTOLD);
        untold.zip(new).for_each(|(version, new)| version.id.clone_from(new));
        self.uploads.clone_from(&seen.uploads);
    }
}

/// What was seen, if it is what may be, given what clients were told.
pub(crate) fn agree(seen: &State, possible: &State, told: &State) -> Option<State> {
    let nothing = Bucket::default();
    let told = |name: &String| told.get(name).unwrap_or(&nothing);
    let comparable = |state: &State| -> State {
        state.iter().map(|(name, bucket)| (name.clone(), bucket.comparable(told(name)))).collect()
    };
    let mut known = (comparable(seen) == comparable(possible)).then(|| possible.clone())?;
    known.iter_mut().for_each(|(name, bucket)| bucket.learn(&seen[name], told(name)));
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_the_buckets_setting() {
        let mut bucket = Bucket::default();
        let content = |byte| Some(Content::of(&[byte]));
        bucket.write("key", "x", content(1));
        bucket.write("key", "x", content(2));
        bucket.versioning = "Enabled".to_owned();
        bucket.write("key", "a", content(3));
        bucket.delete("key", "b");
        bucket.versioning = "Suspended".to_owned();
        bucket.write("key", "x", content(4));
        let ids: Vec<_> = bucket.keys["key"].iter().map(|version| version.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "null"]);
        bucket.versioning.clear();
        bucket.delete("key", "x");
        assert_eq!(bucket.version_count(), 2);
    }

    #[test]
    fn an_id_that_was_not_told_may_be_any() {
        let (mut seen, mut possible) = (State::new(), State::new());
        seen.entry("bucket".to_owned()).or_default().uploads.insert("id".to_owned(), Upload::default());
        possible.entry("bucket".to_owned()).or_default().uploads.insert(UNTOLD.to_owned(), Upload::default());
        assert_eq!(agree(&seen, &possible, &State::new()), Some(seen.clone()));
        assert_eq!(agree(&seen, &possible, &seen), None);
        assert_eq!(agree(&seen, &seen, &seen), Some(seen.clone()));
    }
}
