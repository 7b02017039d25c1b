//! How generated types are read from JSON and written as JSON: field by field, by the tables of their shapes.
//!
//! A structure only tells where its members lie ([`members!`](crate::members)); reading and writing it exists once, for
//! all structures of all services, and so does checking it. What serde would generate for each is many times as large.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use super::{
    Blob,
    reader::{Misfit, Reader},
};
use crate::{
    clock::Timestamp,
    protocol::scalar,
    shape::{Member, Shape, Structure},
    validate::{is_count_fit, is_float_fit, is_text_fit, is_whole_fit},
};

/// For [`members!`](crate::members).
pub use serde;

/// What a member can be.
pub trait Field {
    /// Takes the value that the reader has come to; what is left of a misfit is of no use.
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit>;

    fn write(&self, document: &mut Vec<u8>);

    /// Whether a structure does not show it.
    fn is_absent(&self) -> bool {
        false
    }
}

/// A structure, as its members lie in the table of its shape.
pub trait Members {
    fn structure(&self) -> &'static Structure;

    fn member(&self, index: usize) -> Option<&dyn Field>;

    fn member_mut(&mut self, index: usize) -> Option<&mut dyn Field>;
}

/// Says where the members of generated structures lie.
#[macro_export]
macro_rules! members {
    ($($name:ident = $structure:ident { $($index:literal $field:ident)* })*) => { $(
        impl $crate::wire::field::Members for $name {
            fn structure(&self) -> &'static $crate::shape::Structure {
                &$structure
            }

            fn member(&self, index: usize) -> Option<&dyn $crate::wire::field::Field> {
                match index {
                    $($index => Some(&self.$field),)*
                    _ => None,
                }
            }

            fn member_mut(&mut self, index: usize) -> Option<&mut dyn $crate::wire::field::Field> {
                match index {
                    $($index => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }

        impl $crate::wire::field::Field for $name {
            fn read(
                &mut self,
                _: &$crate::shape::Shape,
                reader: &mut $crate::wire::reader::Reader<'_>,
            ) -> Result<(), $crate::wire::reader::Misfit> {
                $crate::wire::field::read_structure(self, reader)
            }

            fn write(&self, document: &mut Vec<u8>) {
                $crate::wire::field::write_structure(self, document)
            }
        }

        impl $crate::wire::field::serde::Serialize for $name {
            fn serialize<S: $crate::wire::field::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::wire::field::serialize(self, serializer)
            }
        }

        impl<'de> $crate::wire::field::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::wire::field::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::wire::field::deserialize(deserializer)
            }
        }
    )* };
}

/// Members that the model does not know are passed over; a null counts as absent.
pub fn read_structure(members: &mut dyn Members, reader: &mut Reader<'_>) -> Result<(), Misfit> {
    let structure = members.structure();
    let mut seen = Seen::default();
    let mut object = reader.open(b'{')?;
    while let Some(name) = reader.next_name(&mut object)? {
        let Some((index, member)) = seen.position(structure, &name) else {
            reader.skip()?;
            continue;
        };
        if reader.take_null()? {
            continue;
        }
        seen.add(index)?;
        if let Some(field) = members.member_mut(index) {
            field.read(member.shape, reader)?;
        }
    }
    match structure.members.iter().enumerate().find(|(index, member)| member.is_required && !seen.has(*index)) {
        Some((_, missing)) => Err(Misfit::new(format!("missing field `{}`", missing.name))),
        None => Ok(()),
    }
}

/// Which members were read.
#[derive(Default)]
struct Seen {
    bits: u128,
    next: usize,
}

impl Seen {
    /// Most clients send members in an order of their own, and always in the same.
    fn position(&mut self, structure: &Structure, name: &str) -> Option<(usize, &'static Member)> {
        let members = structure.members;
        let is_it = |index: &usize| members[*index].name == name;
        let index = (self.next..members.len()).find(is_it).or_else(|| (0..self.next).find(is_it))?;
        self.next = index + 1;
        Some((index, &members[index]))
    }

    /// Twice is a misfit, for what was read first may not be what was read last.
    fn add(&mut self, index: usize) -> Result<(), Misfit> {
        let bit = u32::try_from(index).ok().and_then(|index| 1u128.checked_shl(index));
        let bit = bit.ok_or_else(|| Misfit::new("too many members"))?;
        if self.bits & bit != 0 {
            return Err(Misfit::new("a member is repeated"));
        }
        self.bits |= bit;
        Ok(())
    }

    fn has(&self, index: usize) -> bool {
        self.bits >> index & 1 == 1
    }
}

pub fn write_structure(members: &dyn Members, document: &mut Vec<u8>) {
    document.push(b'{');
    let begin = document.len();
    for (index, member) in members.structure().members.iter().enumerate() {
        let Some(field) = members.member(index).filter(|field| !field.is_absent()) else { continue };
        if document.len() > begin {
            document.push(b',');
        }
        write_text(member.name, document);
        document.push(b':');
        field.write(document);
    }
    document.push(b'}');
}

/// The JSON of anything that has one.
pub fn document(field: &dyn Field) -> Vec<u8> {
    /// Most answers are short.
    const CAPACITY: usize = 256;
    let mut document = Vec::with_capacity(CAPACITY);
    field.write(&mut document);
    document
}

fn write_text(text: &str, document: &mut Vec<u8>) {
    write_serde(&text, document);
}

/// What is written of a field, read as the same of another type: of structures that share members, those.
pub fn same<T: Field + Default>(field: &dyn Field) -> Result<T, Misfit> {
    let mut same = T::default();
    fill(&mut same, &document(field)).map(|()| same)
}

/// As anything that has a JSON: a row is little code then, and takes a detour.
pub fn serialize<S: Serializer>(field: &dyn Field, serializer: S) -> Result<S::Ok, S::Error> {
    value(&document(field)).serialize(serializer)
}

pub fn deserialize<'de, T: Field + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut field = T::default();
    let filled = fill(&mut field, &document(&Value::deserialize(deserializer)?));
    filled.map(|()| field).map_err(D::Error::custom)
}

/// Any JSON, of what was written here.
pub fn value(document: &[u8]) -> Value {
    Reader::new(document).and_then(|mut reader| read_serde(&mut reader)).unwrap_or_default()
}

fn fill(field: &mut dyn Field, document: &[u8]) -> Result<(), Misfit> {
    // Structures know their shapes.
    field.read(&Shape::Document, &mut Reader::new(document)?)
}

/// Reads what serde can read.
pub fn read_serde<T: for<'de> Deserialize<'de>>(reader: &mut Reader<'_>) -> Result<T, Misfit> {
    T::deserialize(reader)
}

/// Writes what serde can write; plain data cannot fail.
pub fn write_serde(value: &impl Serialize, document: &mut Vec<u8>) {
    let begin = document.len();
    if let Err(error) = serde_json::to_writer(&mut *document, value) {
        tracing::error!(%error, "an output is no JSON");
        document.truncate(begin);
        document.extend_from_slice(b"null");
    }
}

fn held(reader: &Reader<'_>, fits: impl FnOnce() -> bool) -> Result<(), Misfit> {
    if reader.holds_to_constraints() && !fits() { Err(Misfit::new("a constraint is broken")) } else { Ok(()) }
}

impl Field for String {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        let text = reader.text()?;
        held(reader, || is_text_fit(shape, &text))?;
        *self = text.into_owned();
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_text(self, document);
    }
}

impl Field for bool {
    fn read(&mut self, _: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        *self = reader.boolean()?;
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        document.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Field for i32 {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        let number = reader.whole()?;
        held(reader, || is_whole_fit(shape, number))?;
        *self = Self::try_from(number).map_err(|_| Misfit::new("a number is too large"))?;
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_serde(self, document);
    }
}

impl Field for i64 {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        *self = reader.whole()?;
        held(reader, || is_whole_fit(shape, *self))
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_serde(self, document);
    }
}

impl Field for f64 {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        *self = reader.float()?;
        held(reader, || is_float_fit(shape, *self))
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_serde(self, document);
    }
}

impl Field for Blob {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        let text = reader.text()?;
        held(reader, || is_text_fit(shape, &text))?;
        let bytes = STANDARD.decode(text.as_bytes()).map_err(|error| Misfit::new(error.to_string()))?;
        *self = Self(bytes.into());
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        document.push(b'"');
        document.extend_from_slice(STANDARD.encode(&self.0).as_bytes());
        document.push(b'"');
    }
}

/// Seconds. Other forms are brought into this one before anything is read once more.
impl Field for Timestamp {
    fn read(&mut self, _: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        *self = Self::from_millis((reader.float()? * 1000.0).round() as i64);
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_serde(&scalar::epoch(self.millis()), document);
    }
}

/// Any JSON.
impl Field for Value {
    fn read(&mut self, _: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        *self = read_serde(reader)?;
        Ok(())
    }

    fn write(&self, document: &mut Vec<u8>) {
        write_serde(self, document);
    }
}

impl<T: Field + Default> Field for Option<T> {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        self.insert(T::default()).read(shape, reader)
    }

    fn write(&self, document: &mut Vec<u8>) {
        match self {
            Some(field) => field.write(document),
            None => document.extend_from_slice(b"null"),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Field + Default> Field for Vec<T> {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        let Shape::List(list) = shape else { return Err(Misfit::new("no list")) };
        read_list(reader, &mut |reader| {
            let mut entry = T::default();
            entry.read(list.member, reader)?;
            self.push(entry);
            Ok(())
        })?;
        held(reader, || is_count_fit(list.length, self.len()))
    }

    fn write(&self, document: &mut Vec<u8>) {
        document.push(b'[');
        for (index, entry) in self.iter().enumerate() {
            if index > 0 {
                document.push(b',');
            }
            entry.write(document);
        }
        document.push(b']');
    }
}

fn read_list(
    reader: &mut Reader<'_>,
    entry: &mut dyn FnMut(&mut Reader<'_>) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    let mut list = reader.open(b'[')?;
    while reader.has_next(&mut list)? {
        entry(reader)?;
    }
    Ok(())
}

impl<T: Field + Default> Field for BTreeMap<String, T> {
    fn read(&mut self, shape: &Shape, reader: &mut Reader<'_>) -> Result<(), Misfit> {
        let Shape::Map(map) = shape else { return Err(Misfit::new("no map")) };
        read_map(map.key, reader, &mut |key, reader| {
            let mut entry = T::default();
            entry.read(map.value, reader)?;
            self.insert(key, entry);
            Ok(())
        })?;
        held(reader, || is_count_fit(map.length, self.len()))
    }

    fn write(&self, document: &mut Vec<u8>) {
        document.push(b'{');
        for (index, (key, entry)) in self.iter().enumerate() {
            if index > 0 {
                document.push(b',');
            }
            write_text(key, document);
            document.push(b':');
            entry.write(document);
        }
        document.push(b'}');
    }
}

fn read_map(
    key: &Shape,
    reader: &mut Reader<'_>,
    entry: &mut dyn FnMut(String, &mut Reader<'_>) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    let mut object = reader.open(b'{')?;
    while let Some(name) = reader.next_name(&mut object)? {
        held(reader, || is_text_fit(key, &name))?;
        entry(name.into_owned(), reader)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
