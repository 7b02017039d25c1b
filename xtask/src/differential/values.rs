//! Attribute values by chance, out of small alphabets, so that keys collide and values are equal.

use serde_json::{Map, Value, json};

use super::schema::{Key, KeyType, Schema};
use crate::crash::random::Random;

/// Attributes that are no keys.
pub(super) const ATTRIBUTES: [&str; 6] = ["a", "b", "c", "m", "list", "set"];

const TEXTS: [&str; 10] = ["a", "b", "ab", "abc", "ba", "A", "0", "é", "~", "a b"];
const NUMBERS: [&str; 18] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "10",
    "1.5",
    "-0",
    "1E2",
    "100",
    "0.10",
    "1e-3",
    "007",
    "-2.50",
    "1E20",
    "123456789.987654321",
    "99999999999999999999999999999999999999",
    "1E-130",
];
/// `a`, `ab`, a zero, 0xFF, `b`.
const BLOBS: [&str; 5] = ["YQ==", "YWI=", "AA==", "/w==", "Yg=="];
/// What AWS refuses.
const WRONG: [&str; 9] = [
    r#"{"N":""}"#,
    r#"{"N":"abc"}"#,
    r#"{"SS":[]}"#,
    r#"{"SS":["a","a"]}"#,
    r#"{"NULL":false}"#,
    r#"{}"#,
    r#"{"N":"1E126"}"#,
    r#"{"NS":["1","1.0"]}"#,
    r#"{"N":"123456789012345678901234567890123456789"}"#,
];

pub(super) fn scalar(random: &mut Random, key_type: KeyType) -> Value {
    match key_type {
        KeyType::S => json!({"S": random.pick(&TEXTS)}),
        KeyType::N => json!({"N": random.pick(&NUMBERS)}),
        KeyType::B => json!({"B": random.pick(&BLOBS)}),
    }
}

/// Fewer than there are others: keys shall collide.
fn key_scalar(random: &mut Random, key_type: KeyType) -> Value {
    match key_type {
        KeyType::S => json!({"S": random.pick(&TEXTS[..4])}),
        KeyType::N => json!({"N": random.pick(&NUMBERS[..8])}),
        KeyType::B => json!({"B": random.pick(&BLOBS)}),
    }
}

pub(super) fn any(random: &mut Random, depth: u64) -> Value {
    let kinds = if depth == 0 { 8 } else { 10 };
    match random.below(kinds) {
        0 | 1 => scalar(random, KeyType::S),
        2 | 3 => scalar(random, KeyType::N),
        4 => scalar(random, KeyType::B),
        5 => json!({"BOOL": random.chance(50)}),
        6 => json!({"NULL": true}),
        7 => set(random),
        8 => list(random, depth),
        _ => map(random, depth),
    }
}

pub(super) fn list(random: &mut Random, depth: u64) -> Value {
    let values: Vec<Value> = (0..random.below(4)).map(|_| any(random, depth.saturating_sub(1))).collect();
    json!({"L": values})
}

fn map(random: &mut Random, depth: u64) -> Value {
    let mut map = Map::new();
    for _ in 0..random.below(4) {
        map.insert((*random.pick(&ATTRIBUTES)).to_owned(), any(random, depth.saturating_sub(1)));
    }
    json!({"M": map})
}

pub(super) fn set(random: &mut Random) -> Value {
    let key_type = *random.pick(&[KeyType::S, KeyType::N, KeyType::B]);
    let mut members: Vec<Value> = Vec::new();
    for _ in 0..=random.below(3) {
        let member = key_scalar(random, key_type)[key_type.name()].clone();
        // Zero has two texts.
        if !members.contains(&member) && member != "-0" {
            members.push(member);
        }
    }
    if members.is_empty() {
        members.push(key_scalar(&mut Random::new(1), key_type)[key_type.name()].clone());
    }
    json!({format!("{}S", key_type.name()): members})
}

pub(super) fn wrong(random: &mut Random) -> Value {
    serde_json::from_str(random.word(&WRONG)).expect("they are JSON")
}

/// The key of an item; now and then one that the schema refuses.
pub(super) fn key(random: &mut Random, schema: &Schema) -> Map<String, Value> {
    let mut key = Map::new();
    for part in schema.table_keys() {
        key.insert(part.name.to_owned(), key_scalar(random, part.key_type));
    }
    if random.chance(2) {
        spoil(random, &mut key);
    }
    key
}

fn spoil(random: &mut Random, key: &mut Map<String, Value>) {
    match random.below(4) {
        0 => drop(key.remove("pk")),
        1 => drop(key.insert("pk".to_owned(), any(random, 0))),
        2 => drop(key.insert("extra".to_owned(), any(random, 0))),
        _ => drop(key.insert("pk".to_owned(), json!({"S": ""}))),
    }
}

pub(super) fn item(random: &mut Random, schema: &Schema) -> Map<String, Value> {
    let mut item = key(random, schema);
    let keys: Vec<Key> = schema.keys().into_iter().cloned().collect();
    for key in keys.iter().skip(schema.table_keys().count()) {
        if random.chance(70) {
            item.insert(key.name.to_owned(), key_scalar(random, key.key_type));
        } else if random.chance(4) {
            item.insert(key.name.to_owned(), any(random, 1));
        }
    }
    for name in ATTRIBUTES {
        if random.chance(50) {
            item.insert(name.to_owned(), of_attribute(random, name));
        }
    }
    if random.chance(2) {
        item.insert("wrong".to_owned(), wrong(random));
    }
    item
}

/// Lists are mostly in `list`, sets in `set`, maps in `m`, so that updates of them find some.
pub(super) fn of_attribute(random: &mut Random, name: &str) -> Value {
    match name {
        "m" if random.chance(70) => map(random, 2),
        "list" if random.chance(70) => list(random, 1),
        "set" if random.chance(80) => set(random),
        "a" if random.chance(60) => scalar(random, KeyType::N),
        _ => any(random, 2),
    }
}
