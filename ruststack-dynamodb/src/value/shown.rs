//! Items in answers: shared with what is stored, not copied.

use std::sync::Arc;

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
