//! Values as JSON on the wire: an object of one member, named for the type.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{AttributeValue, Type};
use crate::number::Number;

impl Serialize for AttributeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        let name = self.value_type().name();
        match self {
            Self::S(text) => object.serialize_entry(name, text),
            Self::N(number) => object.serialize_entry(name, number),
            Self::B(bytes) => object.serialize_entry(name, &Base64(bytes)),
            Self::Ss(texts) => object.serialize_entry(name, texts),
            Self::Ns(numbers) => object.serialize_entry(name, numbers),
            Self::Bs(blobs) => object.serialize_entry(name, &blobs.iter().map(|blob| Base64(blob)).collect::<Vec<_>>()),
            Self::M(map) => object.serialize_entry(name, map),
            Self::L(list) => object.serialize_entry(name, list),
            Self::Bool(flag) => object.serialize_entry(name, flag),
            Self::Null => object.serialize_entry(name, &true),
        }?;
        object.end()
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

struct Base64<'a>(&'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(self.0))
    }
}
