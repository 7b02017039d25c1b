//! Items in answers: shared with what is stored, not copied.

use std::sync::Arc;

use ruststack_core::{
    shape::Shape,
    wire::{
        field::{Field, read_serde, write_serde},
        reader::{Misfit, Reader},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Item;

/// An item, or a part of one, as an answer shows it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Shown(pub Arc<Item>);

impl From<Item> for Shown {
    fn from(item: Item) -> Self {
        Self(Arc::new(item))
    }
}

impl Field for Shown {
    fn read(&mut self, _: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        *self = read_serde(reader)?;
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_serde(&*self.0, document);
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Item::deserialize(deserializer).map(Self::from)
    }
}
