//! Keys as bytes whose order is the order of keys.
//!
//! A lone hash key is its own bytes, as AWS hashes it. Range keys, and hash keys of several attributes, are components
//! that each tell where they end: so what starts with the bytes of a component has that component.

use md5::{Digest, Md5};

use super::{KeyAttribute, KeySchema};
use crate::value::{AttributeValue, Item};

/// What AWS hashes before the bytes of a hash key.
const SALT: &[u8] = b"Outliers";

/// The bytes of the keys of an item.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyBytes {
    pub hash: Vec<u8>,
    pub range: Vec<u8>,
}

/// Bytes from one on, up to but without the other; without an end, all that follow.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ByteRange {
    pub start: Vec<u8>,
    pub end: Option<Vec<u8>>,
}

impl KeySchema {
    /// The bytes of an item's keys; none where it lacks one, or has one that cannot be a key.
    pub fn bytes_of(&self, item: &Item) -> Option<KeyBytes> {
        let hash = self.hash_bytes(&self.values_of(&self.hash, item)?)?;
        let range = components(&self.values_of(&self.range, item)?)?;
        Some(KeyBytes { hash, range })
    }

    /// The bytes of an item in an index: its range is followed by the keys in the table, which make it unique.
    pub fn index_bytes_of(&self, item: &Item, table: &Self) -> Option<KeyBytes> {
        let mut bytes = self.bytes_of(item)?;
        for attribute in table.attributes() {
            write_component(&mut bytes.range, item.get(&attribute.name)?)?;
        }
        Some(bytes)
    }

    /// The bytes of values for all hash keys, in their order.
    pub fn hash_bytes(&self, values: &[&AttributeValue]) -> Option<Vec<u8>> {
        match values {
            [AttributeValue::S(text)] => Some(text.clone().into_bytes()),
            [AttributeValue::B(bytes)] => Some(bytes.clone()),
            [AttributeValue::N(number)] => {
                let mut bytes = Vec::new();
                number.write_sortable(&mut bytes);
                Some(bytes)
            }
            values => components(values),
        }
    }

    fn values_of<'a>(&self, attributes: &[KeyAttribute], item: &'a Item) -> Option<Vec<&'a AttributeValue>> {
        let value = |attribute: &KeyAttribute| item.get(&attribute.name).filter(|value| attribute.takes(value));
        attributes.iter().map(value).collect()
    }
}

fn components(values: &[&AttributeValue]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for value in values {
        write_component(&mut bytes, value)?;
    }
    Some(bytes)
}

/// Appends a value that tells where it ends; none where it cannot be a key.
fn write_component(bytes: &mut Vec<u8>, value: &AttributeValue) -> Option<()> {
    write_start(bytes, value)?;
    match value {
        // Pairs of digits are higher than this.
        AttributeValue::N(_) => bytes.push(0),
        _ => bytes.extend([0, 0]),
    }
    Some(())
}

/// Appends what all values that begin with this one begin with: zeros are marked, so that the end is lower than they.
fn write_start(bytes: &mut Vec<u8>, value: &AttributeValue) -> Option<()> {
    let raw = match value {
        AttributeValue::S(text) => text.as_bytes(),
        AttributeValue::B(raw) => raw,
        AttributeValue::N(number) => {
            number.write_sortable(bytes);
            return Some(());
        }
        _ => return None,
    };
    for byte in raw {
        bytes.push(*byte);
        if *byte == 0 {
            bytes.push(0xFF);
        }
    }
    Some(())
}

impl ByteRange {
    pub fn contains(&self, bytes: &[u8]) -> bool {
        bytes >= self.start.as_slice() && self.end.as_deref().is_none_or(|end| bytes < end)
    }

    /// Everything that begins so.
    fn of_prefix(prefix: Vec<u8>) -> Self {
        let end = after(&prefix);
        Self { start: prefix, end }
    }

    /// Where the first components are these, in order.
    pub fn equal(values: &[&AttributeValue]) -> Option<Self> {
        components(values).map(Self::of_prefix)
    }

    /// Within where the first components are `equal`, where the next one is lower.
    pub fn less(equal: &[&AttributeValue], value: &AttributeValue) -> Option<Self> {
        let within = Self::equal(equal)?;
        Some(Self { start: within.start.clone(), end: Some(with(within.start, value)?) })
    }

    pub fn less_or_equal(equal: &[&AttributeValue], value: &AttributeValue) -> Option<Self> {
        let within = Self::equal(equal)?;
        Some(Self { start: within.start.clone(), end: after(&with(within.start, value)?) })
    }

    pub fn greater(equal: &[&AttributeValue], value: &AttributeValue) -> Option<Self> {
        let within = Self::equal(equal)?;
        let component = with(within.start, value)?;
        Some(Self { start: after(&component).expect("a component ends with a zero"), end: within.end })
    }

    pub fn greater_or_equal(equal: &[&AttributeValue], value: &AttributeValue) -> Option<Self> {
        let within = Self::equal(equal)?;
        Some(Self { start: with(within.start, value)?, end: within.end })
    }

    pub fn between(equal: &[&AttributeValue], low: &AttributeValue, high: &AttributeValue) -> Option<Self> {
        let start = Self::greater_or_equal(equal, low)?.start;
        Some(Self { start, end: Self::less_or_equal(equal, high)?.end })
    }

    pub fn begins_with(equal: &[&AttributeValue], start: &AttributeValue) -> Option<Self> {
        let mut prefix = components(equal)?;
        write_start(&mut prefix, start)?;
        Some(Self::of_prefix(prefix))
    }
}

fn with(mut bytes: Vec<u8>, value: &AttributeValue) -> Option<Vec<u8>> {
    write_component(&mut bytes, value)?;
    Some(bytes)
}

/// The lowest bytes above all that begin with these; none where there are no such bytes.
fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != 0xFF)?;
    let mut bytes = prefix[..=last].to_vec();
    bytes[last] += 1;
    Some(bytes)
}

/// What partitions are scanned in the order of.
pub fn partition_order(hash: &[u8]) -> [u8; 16] {
    Md5::new().chain_update(SALT).chain_update(hash).finalize().into()
}

/// Which of so many segments a partition is scanned in: segments follow each other in the order of partitions.
pub fn segment_of(order: &[u8; 16], total_segments: u32) -> u32 {
    let head = u32::from_be_bytes([order[0], order[1], order[2], order[3]]);
    ((u64::from(head) * u64::from(total_segments)) >> 32) as u32
}
