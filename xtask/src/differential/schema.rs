//! Tables by chance: keys of every type, and secondary indexes over attributes that items have or lack.

use serde_json::{Value, json};

use crate::crash::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KeyType {
    S,
    N,
    B,
}

impl KeyType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }

    fn any(random: &mut Random) -> Self {
        *random.pick(&[Self::S, Self::S, Self::N, Self::B])
    }
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) key_type: KeyType,
}

#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) is_global: bool,
    pub(super) hash: Key,
    pub(super) range: Option<Key>,
    projection: Value,
}

/// A table that is called [`NAME`].
#[derive(Clone, Debug)]
pub(super) struct Schema {
    pub(super) hash: Key,
    pub(super) range: Option<Key>,
    pub(super) indexes: Vec<Index>,
    /// What its stream shows, where it has one.
    pub(super) stream: Option<&'static str>,
}

pub(super) const NAME: &str = "table-of-chance";
/// Attributes that indexes may have as keys.
pub(super) const INDEX_ATTRIBUTES: [&str; 3] = ["g", "h", "l"];

impl Schema {
    pub(super) fn any(random: &mut Random) -> Self {
        let hash = Key { name: "pk", key_type: KeyType::any(random) };
        let range = random.chance(70).then(|| Key { name: "sk", key_type: KeyType::any(random) });
        let attributes = INDEX_ATTRIBUTES.map(|name| Key { name, key_type: KeyType::any(random) });
        let mut indexes: Vec<Index> = Vec::new();
        for number in 0..random.below(4) {
            let hash = random.pick(&attributes).clone();
            let other = random.pick(&attributes).clone();
            let range = (other.name != hash.name && random.chance(60)).then_some(other);
            let projection = projection(random);
            indexes.push(Index { name: format!("global-{number}"), is_global: true, hash, range, projection });
        }
        for number in 0..if range.is_some() { random.below(3) } else { 0 } {
            let (hash, range) = (hash.clone(), Some(random.pick(&attributes).clone()));
            let projection = projection(random);
            indexes.push(Index { name: format!("local-{number}"), is_global: false, hash, range, projection });
        }
        let views = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "NEW_AND_OLD_IMAGES"];
        let stream = random.chance(40).then(|| *random.pick(&views));
        Self { hash, range, indexes, stream }
    }

    /// The keys of the table and of its indexes, each once.
    pub(super) fn keys(&self) -> Vec<&Key> {
        let of_indexes = self.indexes.iter().flat_map(|index| [Some(&index.hash), index.range.as_ref()]);
        let all = [Some(&self.hash), self.range.as_ref()].into_iter().chain(of_indexes).flatten();
        let mut keys: Vec<&Key> = Vec::new();
        for key in all {
            if keys.iter().all(|known| known.name != key.name) {
                keys.push(key);
            }
        }
        keys
    }

    pub(super) fn table_keys(&self) -> impl Iterator<Item = &Key> {
        [Some(&self.hash), self.range.as_ref()].into_iter().flatten()
    }

    /// What `CreateTable` is given.
    pub(super) fn input(&self) -> Value {
        let definitions: Vec<Value> = self
            .keys()
            .iter()
            .map(|key| json!({"AttributeName": key.name, "AttributeType": key.key_type.name()}))
            .collect();
        let mut input = json!({
            "TableName": NAME, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions,
            "KeySchema": key_schema(&self.hash, self.range.as_ref()),
        });
        for (member, is_global) in [("GlobalSecondaryIndexes", true), ("LocalSecondaryIndexes", false)] {
            let indexes = self.indexes.iter().filter(|index| index.is_global == is_global);
            let indexes: Vec<Value> = indexes.map(Index::input).collect();
            if !indexes.is_empty() {
                input[member] = Value::Array(indexes);
            }
        }
        if let Some(view) = self.stream {
            input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": view});
        }
        input
    }
}

impl Index {
    fn input(&self) -> Value {
        let keys = key_schema(&self.hash, self.range.as_ref());
        json!({"IndexName": self.name, "KeySchema": keys, "Projection": self.projection})
    }
}

fn key_schema(hash: &Key, range: Option<&Key>) -> Value {
    let mut keys = vec![json!({"AttributeName": hash.name, "KeyType": "HASH"})];
    keys.extend(range.map(|range| json!({"AttributeName": range.name, "KeyType": "RANGE"})));
    Value::Array(keys)
}

fn projection(random: &mut Random) -> Value {
    match random.below(3) {
        0 => json!({"ProjectionType": "KEYS_ONLY"}),
        1 => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "m"]}),
        _ => json!({"ProjectionType": "ALL"}),
    }
}
