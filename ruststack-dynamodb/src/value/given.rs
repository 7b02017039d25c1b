//! A value as a request gave it: read as far as it can be, with the first thing that is wrong with it.
//!
//! AWS checks other members of a request before it complains of values, so reading a request does not fail of them.

use ruststack_core::{
    shape::Shape,
    wire::{
        field::{Field, read_serde, write_serde},
        reader::{Misfit, Reader},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    AttributeValue, FromWire, Item, Layer, MAX_NESTING, ValueFault,
    reading::{Reading, Standing},
};
use crate::refusal::Refusal;

/// What was read, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Given<T> {
    read: T,
    fault: Option<Standing>,
    nesting: usize,
    needs_older_layer: bool,
}

impl<T> Given<T> {
    /// What was given, or the refusal of an operation of that layer.
    pub fn get(self, layer: Layer) -> Result<T, Refusal> {
        self.checked(layer, MAX_NESTING)
    }

    /// As [`Self::get`], of a parameter of a PartiQL statement or a value of a `ScanFilter`, which may be one deeper.
    pub fn get_deeper(self, layer: Layer) -> Result<T, Refusal> {
        self.checked(layer, MAX_NESTING + 1)
    }

    /// What was read, whatever is wrong with it.
    pub fn peek(&self) -> &T {
        &self.read
    }

    fn checked(self, layer: Layer, nesting: usize) -> Result<T, Refusal> {
        let layer = self.layer(layer);
        match self.fault_within(nesting) {
            Some(Standing { fault, .. }) => Err(fault.refusal(layer)),
            None => Ok(self.read),
        }
    }

    fn fault_within(&self, nesting: usize) -> Option<Standing> {
        let too_deep = (self.nesting >= nesting).then_some(Standing { fault: ValueFault::TooDeep, name: None });
        self.fault.clone().or(too_deep)
    }

    /// Refuses what cannot be read at all; AWS does before it looks at anything else.
    pub fn check_readable(&self) -> Result<(), Refusal> {
        match &self.fault {
            Some(Standing { fault: fault @ ValueFault::Malformed(_), .. }) => Err(fault.refusal(Layer::Current)),
            _ => Ok(()),
        }
    }

    /// The layer that reads this in an operation of that one: a flag written as a text and a value of two types put
    /// the whole request on the older one.
    pub fn layer(&self, of_operation: Layer) -> Layer {
        if self.needs_older_layer { Layer::Older } else { of_operation }
    }
}

impl Given<Item> {
    /// As [`Self::get`], of the values of an expression: some refusals name the value.
    pub fn get_expression_values(self, layer: Layer) -> Result<Item, Refusal> {
        let layer = self.layer(layer);
        match self.fault_within(MAX_NESTING) {
            None => Ok(self.read),
            Some(Standing { fault, name: Some(name) }) if fault.names_key(layer) => {
                let Refusal { kind, message } = fault.refusal(layer);
                let message = format!("ExpressionAttributeValues contains invalid value: {message} for key {name}");
                Err(Refusal { kind, message })
            }
            Some(Standing { fault, .. }) => Err(fault.refusal(layer)),
        }
    }
}

impl<T: FromWire> Given<T> {
    fn of(read: T, reading: Reading) -> Self {
        Self { read, fault: reading.first, nesting: reading.nesting, needs_older_layer: reading.needs_older_layer }
    }
}

impl<T: Default> Default for Given<T> {
    fn default() -> Self {
        T::default().into()
    }
}

/// What was read is what matters.
impl<T: PartialEq> PartialEq for Given<T> {
    fn eq(&self, other: &Self) -> bool {
        self.read == other.read
    }
}

/// Keys and requests that are given back.
impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.read.serialize(serializer)
    }
}

/// What we made ourselves is as it has to be.
impl<T> From<T> for Given<T> {
    fn from(read: T) -> Self {
        Self { read, fault: None, nesting: 0, needs_older_layer: false }
    }
}

impl<'de, T: FromWire> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut reading = Reading::default();
        let read = T::read(deserializer, &mut reading)?;
        Ok(Self::of(read, reading))
    }
}

impl<T: FromWire + Serialize> Field for Given<T> {
    fn read(&mut self, _: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        *self = read_serde(reader)?;
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_serde(&self.read, document);
    }
}

/// For what we wrote ourselves; requests are read as [`Given`].
impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Given::<Self>::deserialize(deserializer)?.get_deeper(Layer::Current).map_err(serde::de::Error::custom)
    }
}
