//! Attribute values: ten types, held in the one form that AWS answers them in.
//!
//! Numbers are normalised, sets are sorted and without repeats; so values that AWS holds for equal are equal here.
//! [`Given`] reads them from JSON and keeps what is wrong with them until an operation asks; `Serialize` writes them.

use std::collections::BTreeMap;

use crate::number::Number;

mod fault;
mod found;
mod given;
mod members;
mod reading;
mod shown;
mod writing;

pub(crate) use fault::fault_of_name;
pub use fault::{Layer, ValueFault};
pub use given::Given;
pub use reading::FromWire;
pub use shown::Shown;

/// An item, a key, or the values of an expression: attributes by name.
pub type Item = BTreeMap<String, AttributeValue>;

/// How deep lists and maps hold a value: one in 31 of them is taken, one in 32 is not.
pub const MAX_NESTING: usize = 32;
/// The most that an item may be: its names and values, by [`item_size`].
pub const MAX_ITEM_SIZE: usize = 400 * 1024;

/// A value of an attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AttributeValue {
    S(String),
    N(Number),
    B(Vec<u8>),
    Ss(Vec<String>),
    Ns(Vec<Number>),
    Bs(Vec<Vec<u8>>),
    M(Item),
    L(Vec<AttributeValue>),
    Bool(bool),
    Null,
}

/// The ten types, by the names that they have on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    S,
    N,
    B,
    Ss,
    Ns,
    Bs,
    M,
    L,
    Bool,
    Null,
}

impl Type {
    pub const ALL: [Self; 10] =
        [Self::S, Self::N, Self::B, Self::Ss, Self::Ns, Self::Bs, Self::M, Self::L, Self::Bool, Self::Null];

    pub const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
            Self::M => "M",
            Self::L => "L",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
        }
    }

    /// As AWS calls it in sentences about operands of functions.
    pub const fn word(self) -> &'static str {
        match self {
            Self::S => "STRING",
            Self::N => "NUMBER",
            Self::B => "BINARY",
            Self::Ss => "STRING_SET",
            Self::Ns => "NUMBER_SET",
            Self::Bs => "BINARY_SET",
            Self::M => "MAP",
            Self::L => "LIST",
            Self::Bool => "BOOLEAN",
            Self::Null => "NULL",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    pub const fn is_set(self) -> bool {
        matches!(self, Self::Ss | Self::Ns | Self::Bs)
    }

    /// Types that have an order, and may be keys.
    pub const fn is_scalar(self) -> bool {
        matches!(self, Self::S | Self::N | Self::B)
    }
}

impl AttributeValue {
    pub fn value_type(&self) -> Type {
        match self {
            Self::S(_) => Type::S,
            Self::N(_) => Type::N,
            Self::B(_) => Type::B,
            Self::Ss(_) => Type::Ss,
            Self::Ns(_) => Type::Ns,
            Self::Bs(_) => Type::Bs,
            Self::M(_) => Type::M,
            Self::L(_) => Type::L,
            Self::Bool(_) => Type::Bool,
            Self::Null => Type::Null,
        }
    }

    /// What AWS bills the value at, without the attribute's name.
    pub fn size(&self) -> usize {
        /// Of a list or a map itself; each element costs one more.
        const COLLECTION: usize = 3;
        match self {
            Self::S(text) => text.len(),
            Self::N(number) => number.size(),
            Self::B(bytes) => bytes.len(),
            Self::Ss(texts) => texts.iter().map(String::len).sum(),
            Self::Ns(numbers) => numbers.iter().map(Number::size).sum(),
            Self::Bs(blobs) => blobs.iter().map(Vec::len).sum(),
            Self::M(map) => COLLECTION + map.len() + item_size(map),
            Self::L(list) => COLLECTION + list.len() + list.iter().map(Self::size).sum::<usize>(),
            Self::Bool(_) | Self::Null => 1,
        }
    }

    /// How many lists and maps lie over the deepest value in this one.
    pub fn nesting(&self) -> usize {
        match self {
            Self::M(map) => 1 + map.values().map(Self::nesting).max().unwrap_or_default(),
            Self::L(list) => 1 + list.iter().map(Self::nesting).max().unwrap_or_default(),
            _ => 0,
        }
    }

    /// How many members a set, list or map has.
    pub fn member_count(&self) -> Option<usize> {
        match self {
            Self::Ss(texts) => Some(texts.len()),
            Self::Ns(numbers) => Some(numbers.len()),
            Self::Bs(blobs) => Some(blobs.len()),
            Self::M(map) => Some(map.len()),
            Self::L(list) => Some(list.len()),
            _ => None,
        }
    }

    /// The order of two values of the same scalar type; others have none.
    pub fn compare(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::S(one), Self::S(another)) => Some(one.as_bytes().cmp(another.as_bytes())),
            (Self::N(one), Self::N(another)) => Some(one.cmp(another)),
            (Self::B(one), Self::B(another)) => Some(one.cmp(another)),
            _ => None,
        }
    }

    /// A set of what is in either, where both are sets of one type.
    pub fn union(self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Ss(one), Self::Ss(another)) => Some(Self::Ss(sorted(one, another))),
            (Self::Ns(one), Self::Ns(another)) => Some(Self::Ns(sorted(one, another))),
            (Self::Bs(one), Self::Bs(another)) => Some(Self::Bs(sorted(one, another))),
            _ => None,
        }
    }

    /// What is in this set and not in the other, where both are sets of one type; an empty set is left for the caller.
    pub fn difference(self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Ss(one), Self::Ss(another)) => Some(Self::Ss(without(one, another))),
            (Self::Ns(one), Self::Ns(another)) => Some(Self::Ns(without(one, another))),
            (Self::Bs(one), Self::Bs(another)) => Some(Self::Bs(without(one, another))),
            _ => None,
        }
    }
}

fn sorted<T: Clone + Ord>(mut one: Vec<T>, another: &[T]) -> Vec<T> {
    one.extend_from_slice(another);
    one.sort_unstable();
    one.dedup();
    one
}

fn without<T: Ord>(mut one: Vec<T>, another: &[T]) -> Vec<T> {
    one.retain(|member| another.binary_search(member).is_err());
    one
}

/// What AWS bills attributes at, and holds to [`MAX_ITEM_SIZE`].
pub fn item_size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value.size()).sum()
}

#[cfg(test)]
pub(crate) mod tests;
