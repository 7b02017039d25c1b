//! The value of a header in rows: bytes.

use http::HeaderValue;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_bytes::{ByteBuf, Bytes};

pub(crate) fn serialize<S: Serializer>(value: &Option<HeaderValue>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(|value| Bytes::new(value.as_bytes())).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HeaderValue>, D::Error> {
    let value = Option::<ByteBuf>::deserialize(deserializer)?;
    value.map(|value| HeaderValue::from_bytes(&value).map_err(D::Error::custom)).transpose()
}
