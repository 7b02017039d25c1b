//! The reader as one of serde's, for members that a service reads itself.

use std::borrow::Cow;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{Misfit, Open, Reader};

impl de::Error for Misfit {
    fn custom<T: std::fmt::Display>(text: T) -> Self {
        Self::new(text.to_string())
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.peek() {
            Some(b'{') => {
                let object = self.open(b'{')?;
                visitor.visit_map(Entries { reader: self, open: object })
            }
            Some(b'[') => {
                let list = self.open(b'[')?;
                visitor.visit_seq(Entries { reader: self, open: list })
            }
            Some(b'"') => match self.text()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Some(b'n') => self.take("null").and_then(|()| visitor.visit_unit()),
            Some(b't' | b'f') => visitor.visit_bool(self.boolean()?),
            _ => visit_number(self, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.take_null()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier
    }
}

/// Whole numbers of 64 bits as such, all others as floats: minus zero, too.
fn visit_number<'de, V: Visitor<'de>>(reader: &mut Reader<'de>, visitor: V) -> Result<V::Value, Misfit> {
    let begin = reader.at;
    let number = reader.number()?;
    if let Ok(number) = number.parse::<u64>() {
        return visitor.visit_u64(number);
    }
    match number.parse::<i64>() {
        Ok(number) if number != 0 => visitor.visit_i64(number),
        _ => {
            reader.at = begin;
            visitor.visit_f64(reader.float()?)
        }
    }
}

/// The entries of a list or an object.
struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
    open: Open,
}

impl<'de> SeqAccess<'de> for Entries<'_, 'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        if !self.reader.has_next(&mut self.open)? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        if !self.reader.has_next(&mut self.open)? {
            return Ok(None);
        }
        if self.reader.peek() != Some(b'"') {
            return Err(super::unexpected());
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        self.reader.colon()?;
        seed.deserialize(&mut *self.reader)
    }
}
