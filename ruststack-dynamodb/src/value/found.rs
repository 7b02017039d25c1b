//! A visitor for JSON that may be anything: what is expected is taken, all else is skipped and named.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// What stands in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Null,
    True,
    False,
    Whole,
    Decimal,
    Text,
    List,
    Map,
}

/// What to do with each kind of JSON; a kind that is not expected is `other`.
pub(super) trait Expected<'de>: Sized {
    type Value;

    fn other(self, found: Found) -> Self::Value;

    fn text(self, _text: Cow<'_, str>) -> Self::Value {
        self.other(Found::Text)
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.other(Found::List))
    }

    fn map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self.other(Found::Map))
    }
}

/// Makes a seed of what is expected.
pub(super) struct Seed<T>(pub(super) T);

impl<'de, T: Expected<'de>> DeserializeSeed<'de> for Seed<T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Expected<'de>> Visitor<'de> for Seed<T> {
    type Value = T::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<T::Value, E> {
        Ok(self.0.other(if flag { Found::True } else { Found::False }))
    }

    fn visit_i64<E>(self, _number: i64) -> Result<T::Value, E> {
        Ok(self.0.other(Found::Whole))
    }

    fn visit_u64<E>(self, _number: u64) -> Result<T::Value, E> {
        Ok(self.0.other(Found::Whole))
    }

    fn visit_f64<E>(self, _number: f64) -> Result<T::Value, E> {
        Ok(self.0.other(Found::Decimal))
    }

    fn visit_str<E>(self, text: &str) -> Result<T::Value, E> {
        Ok(self.0.text(Cow::Borrowed(text)))
    }

    fn visit_string<E>(self, text: String) -> Result<T::Value, E> {
        Ok(self.0.text(Cow::Owned(text)))
    }

    fn visit_unit<E>(self) -> Result<T::Value, E> {
        Ok(self.0.other(Found::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T::Value, A::Error> {
        self.0.list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T::Value, A::Error> {
        self.0.map(map)
    }
}
