//! Key schemas: which attributes are keys, and what AWS says of items and keys that do not fit them.
//!
//! A table has one hash key and at most one range key; a global secondary index has up to four of each.

use crate::{
    refusal::Refusal,
    value::{AttributeValue, Item, Type},
};

mod bytes;

pub use bytes::{ByteRange, KeyBytes, partition_order, segment_of};

/// The most that a hash key may be, in bytes.
const MAX_HASH_KEY: usize = 2048;
/// The most that all range keys of an item may be, in bytes.
const MAX_RANGE_KEYS: usize = 1024;

/// An attribute that is a key, and the type that it has to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyAttribute {
    pub name: String,
    /// S, N or B.
    pub of: Type,
}

/// The keys of a table or an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeySchema {
    /// One, or up to four of a global secondary index.
    pub hash: Vec<KeyAttribute>,
    /// None or one, or up to four of a global secondary index.
    pub range: Vec<KeyAttribute>,
}

/// What is wrong with the keys in an item, or with a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyFault {
    /// An item lacks it.
    Missing {
        name: String,
    },
    /// An item has it, of another type.
    OtherType {
        name: String,
        expected: Type,
        actual: Type,
    },
    /// A key is not what the schema says, in whatever way.
    NoMatch,
    /// It has no letters or bytes: in a transaction this refuses the whole request.
    EmptyValue {
        name: String,
        of: Type,
    },
    HashTooLarge,
    RangeTooLarge,
}

impl KeyFault {
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Missing { name } => Refusal::parameter(format_args!("Missing the key {name} in the item")),
            Self::OtherType { name, expected, actual } => Refusal::parameter(format_args!(
                "Type mismatch for key {name} expected: {} actual: {}",
                expected.name(),
                actual.name()
            )),
            Self::NoMatch => Refusal::plain("The provided key element does not match the schema"),
            Self::EmptyValue { name, of } => Refusal::plain(format!(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an \
                 empty {} value. Key: {name}",
                emptiness(*of)
            )),
            // The missing blank is AWS's.
            Self::HashTooLarge => {
                Refusal::parameter("Size of hashkey has exceeded the maximum size limit of2048 bytes")
            }
            Self::RangeTooLarge => {
                Refusal::parameter("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
            }
        }
    }
}

/// What is wrong with an index key in an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IndexKeyFault {
    OtherType {
        name: String,
        expected: Type,
        actual: Type,
    },
    /// In a transaction this refuses the whole request.
    EmptyValue {
        name: String,
        of: Type,
    },
    TooLarge {
        name: String,
        size: usize,
        most: usize,
    },
}

impl IndexKeyFault {
    /// The refusal of an item that is put.
    pub fn refusal(&self, index_name: &str) -> Refusal {
        match self {
            Self::OtherType { name, expected, actual } => Refusal::parameter(format_args!(
                "Type mismatch for Index Key {name} Expected: {} Actual: {} IndexName: {index_name}",
                expected.name(),
                actual.name()
            )),
            Self::EmptyValue { name, of } => Refusal::plain(format!(
                "One or more parameter values are not valid. A value specified for a secondary index key is not \
                 supported. The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: \
                 {index_name}, IndexKey: {name}",
                emptiness(*of)
            )),
            Self::TooLarge { name, size, most } => Refusal::parameter(format_args!(
                "Size limit exceeded for Index Key {name} Actual Size: {size} bytes Max Size: {most} bytes IndexName: \
                 {index_name}"
            )),
        }
    }

    /// The refusal of an update that made the key so.
    pub fn refusal_of_update(&self, index_name: &str) -> Refusal {
        match self {
            Self::OtherType { .. } | Self::TooLarge { .. } => self.refusal(index_name),
            Self::EmptyValue { of, .. } => Refusal::plain(format!(
                "One or more parameter values are not valid. The update expression attempted to update a secondary \
                 index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an \
                 empty {} value.",
                emptiness(*of)
            )),
        }
    }
}

fn emptiness(of: Type) -> &'static str {
    if of == Type::B { "binary" } else { "string" }
}

/// The refusal of an update of a key attribute.
pub fn refusal_of_key_update(name: &str) -> Refusal {
    Refusal::parameter(format_args!("Cannot update attribute {name}. This attribute is part of the key"))
}

impl KeyAttribute {
    pub fn new(name: impl Into<String>, of: Type) -> Self {
        Self { name: name.into(), of }
    }

    /// Whether a value may be this key.
    pub fn takes(&self, value: &AttributeValue) -> bool {
        value.value_type() == self.of
    }

    fn check(&self, value: &AttributeValue, is_key: bool) -> Result<(), KeyFault> {
        let (expected, actual) = (self.of, value.value_type());
        match value {
            _ if expected != actual && is_key => Err(KeyFault::NoMatch),
            _ if expected != actual => Err(KeyFault::OtherType { name: self.name.clone(), expected, actual }),
            _ if is_empty(value) => Err(KeyFault::EmptyValue { name: self.name.clone(), of: expected }),
            _ => Ok(()),
        }
    }

    fn check_of_index(&self, value: &AttributeValue, most: usize) -> Result<(), IndexKeyFault> {
        let (name, of) = (|| self.name.clone(), self.of);
        match value.size() {
            _ if !self.takes(value) => {
                Err(IndexKeyFault::OtherType { name: name(), expected: of, actual: value.value_type() })
            }
            _ if is_empty(value) => Err(IndexKeyFault::EmptyValue { name: name(), of }),
            size if size > most => Err(IndexKeyFault::TooLarge { name: name(), size, most }),
            _ => Ok(()),
        }
    }
}

fn is_empty(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::S(text) => text.is_empty(),
        AttributeValue::B(bytes) => bytes.is_empty(),
        _ => false,
    }
}

impl KeySchema {
    /// Of a table or a local secondary index.
    pub fn simple(hash: KeyAttribute, range: Option<KeyAttribute>) -> Self {
        Self { hash: vec![hash], range: range.into_iter().collect() }
    }

    /// All key attributes, hash keys first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.hash.iter().chain(&self.range)
    }

    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The key attributes of an item; those that it lacks are left out.
    pub fn key_of(&self, item: &Item) -> Item {
        let found = self.attributes().filter_map(|attribute| item.get_key_value(&attribute.name));
        found.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Checks the keys of an item that is put.
    pub fn check_item(&self, item: &Item) -> Result<(), KeyFault> {
        let missing = |attribute: &KeyAttribute| KeyFault::Missing { name: attribute.name.clone() };
        self.check(item, false, missing)
    }

    /// Checks a key, which has the key attributes and no others.
    pub fn check_key(&self, key: &Item) -> Result<(), KeyFault> {
        if key.len() != self.attributes().count() {
            return Err(KeyFault::NoMatch);
        }
        self.check(key, true, |_| KeyFault::NoMatch)
    }

    /// Checks the keys of an item of BatchWriteItem, which says less of a key of another type.
    pub fn check_batch_item(&self, item: &Item) -> Result<(), KeyFault> {
        self.check_item(item).map_err(|fault| match fault {
            KeyFault::OtherType { .. } => KeyFault::NoMatch,
            fault => fault,
        })
    }

    fn check(&self, item: &Item, is_key: bool, missing: impl Fn(&KeyAttribute) -> KeyFault) -> Result<(), KeyFault> {
        let of = [
            (&self.hash, MAX_HASH_KEY, KeyFault::HashTooLarge),
            (&self.range, MAX_RANGE_KEYS, KeyFault::RangeTooLarge),
        ];
        for (attributes, most, too_large) in of {
            let mut size = 0;
            for attribute in attributes {
                let value = item.get(&attribute.name).ok_or_else(|| missing(attribute))?;
                attribute.check(value, is_key)?;
                size += value.size();
            }
            if size > most {
                return Err(too_large);
            }
        }
        Ok(())
    }

    /// Checks the keys of an index in an item; one that the item lacks only keeps it out of the index.
    pub fn check_index_keys(&self, item: &Item) -> Result<(), IndexKeyFault> {
        let checked = |attributes: &[KeyAttribute], most: usize| {
            attributes.iter().try_for_each(|attribute| {
                item.get(&attribute.name).map_or(Ok(()), |value| attribute.check_of_index(value, most))
            })
        };
        checked(&self.hash, MAX_HASH_KEY)?;
        checked(&self.range, MAX_RANGE_KEYS)
    }
}

#[cfg(test)]
mod tests;
