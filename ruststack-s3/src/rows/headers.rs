//! Headers in rows: names as text, values as bytes.

use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_bytes::{ByteBuf, Bytes};

pub(crate) fn serialize<S: Serializer>(list: &[(HeaderName, HeaderValue)], serializer: S) -> Result<S::Ok, S::Error> {
    let pairs = list.iter().map(|(name, value)| (name.as_str(), Bytes::new(value.as_bytes())));
    pairs.collect::<Vec<_>>().serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Box<[(HeaderName, HeaderValue)]>, D::Error> {
    let pairs = Vec::<(String, ByteBuf)>::deserialize(deserializer)?;
    let header = |(name, value): (String, ByteBuf)| {
        let name = HeaderName::try_from(name).map_err(D::Error::custom)?;
        Ok((name, HeaderValue::from_bytes(&value).map_err(D::Error::custom)?))
    };
    pairs.into_iter().map(header).collect()
}
