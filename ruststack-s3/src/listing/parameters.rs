//! What a listing's query says: page size, encoding and markers, with AWS's words for what it may not say.

use percent_encoding::percent_decode_str;

use super::{After, Filter, encoding::Encoding};
use crate::{call::Call, error::S3Error, object::VersionId};

/// The most keys that a page holds, whatever is asked for.
pub(crate) const MAX_KEYS: usize = 1000;

/// What all listings of keys are asked for.
pub(crate) struct Parameters {
    prefix: String,
    delimiter: String,
    pub(crate) max_keys: usize,
    pub(crate) encoding: Encoding,
}

impl Parameters {
    pub(crate) fn of(call: &Call, prefix: Option<String>, delimiter: Option<String>) -> Result<Self, S3Error> {
        let query = call.exchange.head().uri.query();
        let max_keys = max_keys(raw(query, "max-keys").as_deref())?;
        let encoding = encoding(raw(query, "encoding-type").as_deref())?;
        Ok(Self { prefix: prefix.unwrap_or_default(), delimiter: delimiter.unwrap_or_default(), max_keys, encoding })
    }

    pub(crate) fn filter(&self) -> Filter<'_> {
        Filter { prefix: &self.prefix, delimiter: &self.delimiter }
    }

    pub(crate) fn echoed_prefix(&self) -> Option<String> {
        Some(self.encoding.write(&self.prefix))
    }

    pub(crate) fn echoed_delimiter(&self) -> Option<String> {
        (!self.delimiter.is_empty()).then(|| self.encoding.write(&self.delimiter))
    }

    pub(crate) fn echoed_max_keys(&self) -> Option<i32> {
        Some(i32::try_from(self.max_keys).expect("a page holds at most 1000 keys"))
    }
}

/// The value of a query parameter as the client sent it: s3s knows fewer values than AWS refuses with a text of its own.
pub(crate) fn raw(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (_, value) = pairs.into_iter().find(|(found, _)| decode(found) == name)?;
    Some(decode(value))
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// `max-keys`: 1000 unless less is asked for.
pub(crate) fn max_keys(value: Option<&str>) -> Result<usize, S3Error> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(MAX_KEYS) };
    let number: i32 = value.parse().map_err(|_| S3Error::MaxKeysNotInteger { value: value.to_owned() })?;
    let number = usize::try_from(number).map_err(|_| S3Error::MaxKeysOutOfRange { value: value.to_owned() })?;
    Ok(number.min(MAX_KEYS))
}

/// `max-parts` and `part-number-marker`, which ListParts takes as parameters, and GetObjectAttributes as headers.
pub(crate) struct PartsPage {
    pub(crate) max_parts: usize,
    /// The page begins behind the part of this number.
    pub(crate) marker: u16,
}

impl PartsPage {
    pub(crate) fn of(max_parts: Option<&str>, marker: Option<&str>) -> Result<Self, S3Error> {
        let max_parts = part_number("max-parts", max_parts)?.map_or(MAX_KEYS, usize::from).min(MAX_KEYS);
        let marker = part_number("part-number-marker", marker)?.unwrap_or(0);
        Ok(Self { max_parts, marker })
    }

    pub(crate) fn echoed_max_parts(&self) -> Option<i32> {
        Some(i32::try_from(self.max_parts).expect("a page holds at most 1000 parts"))
    }
}

/// A number from zero; no part has one that is larger than the largest `u16`.
fn part_number(argument: &'static str, value: Option<&str>) -> Result<Option<u16>, S3Error> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
    let not_integer = |_| S3Error::PartArgumentNotInteger { argument, value: value.to_owned() };
    let number: i32 = value.parse().map_err(not_integer)?;
    match u16::try_from(number) {
        Ok(number) => Ok(Some(number)),
        Err(_) if number > 0 => Ok(Some(u16::MAX)),
        Err(_) => Err(S3Error::PartArgumentOutOfRange { argument, value: value.to_owned() }),
    }
}

/// `encoding-type`: `url` or absent.
pub(crate) fn encoding(value: Option<&str>) -> Result<Encoding, S3Error> {
    match value {
        None => Ok(Encoding::Plain),
        Some("url") => Ok(Encoding::Url),
        Some(value) => Err(S3Error::InvalidEncodingType { value: value.to_owned() }),
    }
}

/// `key-marker` and `version-id-marker`.
pub(crate) fn version_marker<'a>(key: Option<&'a str>, version_id: Option<&str>) -> Result<After<'a>, S3Error> {
    match (key.filter(|key| !key.is_empty()), version_id) {
        (None, None) => Ok(After::Nothing),
        (Some(key), None) => Ok(After::Key(key)),
        (None, Some(value)) => Err(S3Error::VersionIdMarkerWithoutKey { value: value.to_owned() }),
        (Some(_), Some("")) => Err(S3Error::VersionIdMarkerEmpty {}),
        (Some(key), Some(value)) => {
            let invalid = || S3Error::InvalidVersionId { argument: "version-id-marker", value: value.to_owned() };
            Ok(After::Version(key, VersionId::parse(value).ok_or_else(invalid)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::error::AwsError;

    use super::*;

    #[test]
    fn a_parameter_is_read_as_it_was_sent() {
        let query = Some("list-type=2&max-keys=abc&prefix=a%2Fb+c&delimiter");
        assert_eq!(raw(query, "max-keys").as_deref(), Some("abc"));
        assert_eq!(raw(query, "prefix").as_deref(), Some("a/b c"));
        assert_eq!(raw(query, "delimiter").as_deref(), Some(""));
        assert_eq!(raw(query, "marker"), None);
        assert_eq!(raw(None, "marker"), None);
    }

    #[test]
    fn a_page_has_at_most_a_thousand_keys() {
        for (value, size) in [(None, 1000), (Some(""), 1000), (Some("0"), 0), (Some("7"), 7), (Some("2000"), 1000)] {
            assert_eq!(max_keys(value), Ok(size), "{value:?}");
        }
    }

    #[test]
    fn a_page_size_is_a_number_from_zero() {
        let error = AwsError::from(max_keys(Some("-1")).unwrap_err());
        assert_eq!(error.message(), "Argument maxKeys must be an integer between 0 and 2147483647");
        assert_eq!(error.members(), [("ArgumentName", "maxKeys".to_owned()), ("ArgumentValue", "-1".to_owned())]);
        for garbage in ["blah", "2147483648", "1.5"] {
            let error = AwsError::from(max_keys(Some(garbage)).unwrap_err());
            assert_eq!(error.message(), "Provided max-keys not an integer or within integer range");
        }
    }

    #[test]
    fn the_encoding_type_is_url() {
        assert_eq!(encoding(Some("url")), Ok(Encoding::Url));
        for wrong in ["value", ""] {
            let error = AwsError::from(encoding(Some(wrong)).unwrap_err());
            assert_eq!(error.message(), "Invalid Encoding Method specified in Request");
            assert_eq!(error.members()[1], ("ArgumentValue", wrong.to_owned()));
        }
    }

    #[test]
    fn a_version_id_marker_needs_a_key_marker() {
        let message = |key, version| AwsError::from(version_marker(key, version).unwrap_err()).message().to_owned();
        let alone = "A version-id marker cannot be specified without a key marker.";
        assert_eq!(message(None, Some("x")), alone);
        assert_eq!(message(Some(""), Some("x")), alone);
        assert_eq!(message(Some("a"), Some("")), "A version-id marker cannot be empty.");
        assert_eq!(message(Some("a"), Some("no")), "Invalid version id specified");
    }
}
