//! Query strings, as signatures see them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// RFC 3986's unreserved characters stay as they are.
pub(crate) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Names and values, still encoded.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The decoded value of a parameter.
pub(crate) fn value(query: &str, name: &str) -> Option<String> {
    pairs(query).find(|(found, _)| *found == name).map(|(_, value)| decode(value))
}

pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Decoded and encoded again: however a client wrote a character, it is signed one way.
pub(crate) fn encode(text: &str) -> String {
    percent_encoding::percent_encode(&decode_bytes(text), UNRESERVED).to_string()
}

pub(crate) fn decode_bytes(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

pub(crate) fn encode_plain(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
