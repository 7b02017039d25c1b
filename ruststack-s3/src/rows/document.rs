//! Configurations in rows: the XML that the codec writes of them, which it reads again whatever members it learns.

use std::collections::BTreeMap;

use s3s::xml::{DeserializeContent, Deserializer as XmlReader, SerializeContent, Serializer as XmlWriter};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};

const ROOT: &str = "Configuration";

/// A value that stands in a row as a document.
struct Document<T>(T);

impl<T: SerializeContent> Serialize for Document<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut xml = Vec::new();
        XmlWriter::new(&mut xml).content(ROOT, self.0).map_err(S::Error::custom)?;
        serializer.serialize_str(&String::from_utf8(xml).map_err(S::Error::custom)?)
    }
}

impl<'de, T: for<'xml> DeserializeContent<'xml>> Deserialize<'de> for Document<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let xml = String::deserialize(deserializer)?;
        let read = XmlReader::new(xml.as_bytes()).named_element(ROOT, T::deserialize_content);
        read.map(Self).map_err(|error| D::Error::custom(format!("{error:?}")))
    }
}

/// For `Option<T>`.
pub(crate) mod one {
    use super::*;

    pub(crate) fn serialize<T: SerializeContent, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(Document).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        T: for<'xml> DeserializeContent<'xml>,
        D: Deserializer<'de>,
    {
        Ok(Option::<Document<T>>::deserialize(deserializer)?.map(|document| document.0))
    }
}

/// For `Vec<T>`.
pub(crate) mod list {
    use super::*;

    pub(crate) fn serialize<T: SerializeContent, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(Document))
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        T: for<'xml> DeserializeContent<'xml>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<Document<T>>::deserialize(deserializer)?.into_iter().map(|document| document.0).collect())
    }
}

/// For `Option<Vec<T>>`.
pub(crate) mod some_list {
    use super::*;

    pub(crate) fn serialize<T: SerializeContent, S: Serializer>(
        values: &Option<Vec<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        values.as_ref().map(|values| values.iter().map(Document).collect::<Vec<_>>()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
    where
        T: for<'xml> DeserializeContent<'xml>,
        D: Deserializer<'de>,
    {
        let documents = Option::<Vec<Document<T>>>::deserialize(deserializer)?;
        Ok(documents.map(|documents| documents.into_iter().map(|document| document.0).collect()))
    }
}

/// For `BTreeMap<String, T>`.
pub(crate) mod by_id {
    use super::*;

    pub(crate) fn serialize<T: SerializeContent, S: Serializer>(
        values: &BTreeMap<String, T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(values.iter().map(|(id, value)| (id, Document(value))))
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
    where
        T: for<'xml> DeserializeContent<'xml>,
        D: Deserializer<'de>,
    {
        let documents = BTreeMap::<String, Document<T>>::deserialize(deserializer)?;
        Ok(documents.into_iter().map(|(id, document)| (id, document.0)).collect())
    }
}
