//! Conditions whose names and values are known, and whether an item fulfils them.
//!
//! Expressions, the parameters from before expressions, and PartiQL all end here.

use std::cmp::Ordering;

use super::path::Path;
use crate::value::{AttributeValue, Item, Type};

/// Something that is true or false of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// True of every item when it is empty.
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        left: Operand,
        by: Comparator,
        right: Operand,
    },
    Between {
        operand: Operand,
        low: Operand,
        high: Operand,
    },
    In {
        operand: Operand,
        candidates: Vec<Operand>,
    },
    Exists(Path),
    NotExists(Path),
    HasType(Operand, Type),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
}

/// Something that has a value, in an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operand {
    Path(Path),
    Value(AttributeValue),
    Size(Box<Operand>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The comparator of the same two the other way round.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// Whether two values stand so to each other. Values of different types are not equal, and have no order.
    pub fn holds(self, left: &AttributeValue, right: &AttributeValue) -> bool {
        let order = || left.compare(right);
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => order().is_some_and(Ordering::is_lt),
            Self::LessOrEqual => order().is_some_and(Ordering::is_le),
            Self::Greater => order().is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
        }
    }
}

/// The value of an operand; that of a size is made for it.
enum Found<'a> {
    There(&'a AttributeValue),
    Made(AttributeValue),
}

impl Found<'_> {
    fn get(&self) -> &AttributeValue {
        match self {
            Self::There(value) => value,
            Self::Made(value) => value,
        }
    }
}

impl Operand {
    pub fn path(attribute: impl Into<String>) -> Self {
        Self::Path(Path::top(attribute))
    }

    /// The type that it has in every item.
    pub fn known_type(&self) -> Option<Type> {
        match self {
            Self::Path(_) => None,
            Self::Value(value) => Some(value.value_type()),
            Self::Size(_) => Some(Type::N),
        }
    }

    fn find<'a>(&'a self, item: &'a Item) -> Option<Found<'a>> {
        match self {
            Self::Path(path) => path.find(item).map(Found::There),
            Self::Value(value) => Some(Found::There(value)),
            Self::Size(of) => {
                let size = size(of.find(item)?.get())?;
                Some(Found::Made(AttributeValue::N(i64::try_from(size).ok()?.into())))
            }
        }
    }
}

/// What `size()` says: letters as UTF-16 counts them, bytes, or members. Numbers, flags and NULL have no size.
fn size(value: &AttributeValue) -> Option<usize> {
    match value {
        AttributeValue::S(text) => Some(text.encode_utf16().count()),
        AttributeValue::B(bytes) => Some(bytes.len()),
        value => value.member_count(),
    }
}

impl Condition {
    /// Whether it is true of an item; of no item at all, give an empty one.
    pub fn holds(&self, item: &Item) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(item)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(item)),
            Self::Not(inner) => !inner.holds(item),
            Self::Exists(path) => path.find(item).is_some(),
            Self::NotExists(path) => path.find(item).is_none(),
            Self::Compare { left, by, right } => match (left.find(item), right.find(item)) {
                (Some(left), Some(right)) => by.holds(left.get(), right.get()),
                // What is not there is not equal to anything, and in no other relation.
                _ => *by == Comparator::NotEqual,
            },
            Self::Between { operand, low, high } => {
                with_both(operand, low, item, |value, low| Comparator::GreaterOrEqual.holds(value, low))
                    && with_both(operand, high, item, |value, high| Comparator::LessOrEqual.holds(value, high))
            }
            Self::In { operand, candidates } => {
                candidates.iter().any(|candidate| with_both(operand, candidate, item, |one, other| one == other))
            }
            Self::HasType(operand, of) => operand.find(item).is_some_and(|value| value.get().value_type() == *of),
            Self::BeginsWith(operand, start) => with_both(operand, start, item, begins_with),
            Self::Contains(operand, part) => with_both(operand, part, item, contains),
        }
    }

    /// Every path, in the order in which they stand.
    pub fn visit_paths<'a>(&'a self, visit: &mut impl FnMut(&'a Path)) {
        let mut of_operand = |operand: &'a Operand| visit_path(operand, visit);
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit_paths(visit)),
            Self::Not(inner) => inner.visit_paths(visit),
            Self::Exists(path) | Self::NotExists(path) => visit(path),
            Self::HasType(operand, _) => of_operand(operand),
            Self::Compare { left, right, .. } | Self::BeginsWith(left, right) | Self::Contains(left, right) => {
                of_operand(left);
                of_operand(right);
            }
            Self::Between { operand, low, high } => [operand, low, high].into_iter().for_each(of_operand),
            Self::In { operand, candidates } => {
                of_operand(operand);
                candidates.iter().for_each(of_operand);
            }
        }
    }
}

fn visit_path<'a>(operand: &'a Operand, visit: &mut impl FnMut(&'a Path)) {
    match operand {
        Operand::Path(path) => visit(path),
        Operand::Value(_) => {}
        Operand::Size(of) => visit_path(of, visit),
    }
}

fn with_both(
    one: &Operand,
    other: &Operand,
    item: &Item,
    relation: impl FnOnce(&AttributeValue, &AttributeValue) -> bool,
) -> bool {
    match (one.find(item), other.find(item)) {
        (Some(one), Some(other)) => relation(one.get(), other.get()),
        _ => false,
    }
}

fn begins_with(value: &AttributeValue, start: &AttributeValue) -> bool {
    match (value, start) {
        (AttributeValue::S(text), AttributeValue::S(start)) => text.starts_with(start.as_str()),
        (AttributeValue::B(bytes), AttributeValue::B(start)) => bytes.starts_with(start),
        _ => false,
    }
}

/// Whether a text or bytes have a part, or a set or a list a member.
fn contains(value: &AttributeValue, part: &AttributeValue) -> bool {
    match (value, part) {
        (AttributeValue::S(text), AttributeValue::S(part)) => text.contains(part.as_str()),
        (AttributeValue::B(bytes), AttributeValue::B(part)) => {
            part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
        }
        (AttributeValue::Ss(texts), AttributeValue::S(text)) => texts.binary_search(text).is_ok(),
        (AttributeValue::Ns(numbers), AttributeValue::N(number)) => numbers.binary_search(number).is_ok(),
        (AttributeValue::Bs(blobs), AttributeValue::B(blob)) => blobs.binary_search(blob).is_ok(),
        (AttributeValue::L(list), part) => list.contains(part),
        _ => false,
    }
}
