//! Values from JSON, in one pass, whatever they are: what is wrong is noted, and reading goes on.

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess},
};

use super::{
    AttributeValue, Item, MAX_NESTING, ValueFault, fault_of_name,
    found::{Expected, Found, Seed},
    members::Members,
};

/// What reading has found so far.
#[derive(Default)]
pub struct Reading {
    pub(super) first: Option<Standing>,
    /// How many lists and maps lie over the deepest value.
    pub(super) nesting: usize,
    pub(super) needs_older_layer: bool,
    /// The attribute that is being read.
    name: Option<String>,
}

/// A fault, and the attribute that it stands in.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) fault: ValueFault,
    pub(super) name: Option<String>,
}

impl Reading {
    /// The first fault is told, but what cannot be read comes before all else.
    pub(super) fn report(&mut self, fault: ValueFault) {
        let is_malformed = |fault: &ValueFault| matches!(fault, ValueFault::Malformed(_));
        let is_first = match &self.first {
            None => true,
            Some(first) => is_malformed(&fault) && !is_malformed(&first.fault),
        };
        if is_first {
            self.first = Some(Standing { fault, name: self.name.clone() });
        }
    }

    pub(super) fn malformed(&mut self, text: &'static str) {
        self.report(ValueFault::Malformed(text.into()));
    }
}

/// What is read from JSON with its faults kept: a value, attributes by name, a list of values.
pub trait FromWire: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, reading: &mut Reading) -> Result<Self, D::Error>;
}

impl FromWire for AttributeValue {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, reading: &mut Reading) -> Result<Self, D::Error> {
        Seed(ExpectedValue { reading, nesting: 0 }).deserialize(deserializer)
    }
}

impl FromWire for Item {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, reading: &mut Reading) -> Result<Self, D::Error> {
        Seed(ExpectedAttributes { reading, nesting: 0 }).deserialize(deserializer).map(Option::unwrap_or_default)
    }
}

impl FromWire for Vec<AttributeValue> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, reading: &mut Reading) -> Result<Self, D::Error> {
        Seed(ExpectedList { reading, nesting: 0 }).deserialize(deserializer).map(Option::unwrap_or_default)
    }
}

/// A value, with so many lists and maps over it.
pub(super) struct ExpectedValue<'r> {
    pub(super) reading: &'r mut Reading,
    pub(super) nesting: usize,
}

impl<'de> Expected<'de> for ExpectedValue<'_> {
    type Value = AttributeValue;

    fn other(self, found: Found) -> AttributeValue {
        match found {
            Found::Null => self.reading.report(ValueFault::Empty),
            Found::List => self
                .reading
                .malformed("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"),
            _ => self.reading.malformed("Unexpected value type in payload"),
        }
        AttributeValue::Null
    }

    fn map<A: MapAccess<'de>>(self, mut map: A) -> Result<AttributeValue, A::Error> {
        self.reading.nesting = self.reading.nesting.max(self.nesting);
        // Deeper than any operation takes: what is in there does not matter, and is not descended into.
        if self.nesting > MAX_NESTING {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(AttributeValue::Null);
        }
        Ok(Members::read(map, self.reading, self.nesting)?.into_value(self.reading))
    }
}

/// Attributes by name; none where JSON has a null.
pub(super) struct ExpectedAttributes<'r> {
    pub(super) reading: &'r mut Reading,
    /// Over the values.
    pub(super) nesting: usize,
}

impl<'de> Expected<'de> for ExpectedAttributes<'_> {
    type Value = Option<Item>;

    fn other(self, found: Found) -> Option<Item> {
        match found {
            Found::Null => {}
            Found::List => self.reading.malformed(
                "Unrecognized collection type java.util.Map<java.lang.String, \
                 com.amazonaws.dynamodb.v20120810.AttributeValue>",
            ),
            _ => self.reading.malformed("Unexpected field type"),
        }
        None
    }

    fn map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Item>, A::Error> {
        let mut item = Item::new();
        while let Some(name) = map.next_key::<String>()? {
            if self.nesting == 0 {
                self.reading.name = Some(name.clone());
            }
            if let Some(fault) = fault_of_name(&name) {
                self.reading.report(fault);
            }
            let value = ExpectedValue { reading: &mut *self.reading, nesting: self.nesting };
            item.insert(name, map.next_value_seed(Seed(value))?);
        }
        if self.nesting == 0 {
            self.reading.name = None;
        }
        Ok(Some(item))
    }
}

/// A list of values; none where JSON has a null.
pub(super) struct ExpectedList<'r> {
    pub(super) reading: &'r mut Reading,
    /// Over the values.
    pub(super) nesting: usize,
}

impl<'de> Expected<'de> for ExpectedList<'_> {
    type Value = Option<Vec<AttributeValue>>;

    fn other(self, found: Found) -> Self::Value {
        no_list(self.reading, found);
        None
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let value = ExpectedValue { reading: &mut *self.reading, nesting: self.nesting };
            match list.next_element_seed(Seed(value))? {
                Some(value) => values.push(value),
                None => return Ok(Some(values)),
            }
        }
    }
}

pub(super) fn no_list(reading: &mut Reading, found: Found) {
    match found {
        Found::Null => {}
        Found::Map => reading.malformed("Start of structure or map found where not expected"),
        _ => reading.malformed("Unexpected field type"),
    }
}
