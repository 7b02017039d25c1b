//! What is said of an object besides its bytes: system headers and the user's own `x-amz-meta-*`.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};

use crate::error::S3Error;

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>. Bytes of names and values together.
const MAX_USER_METADATA: usize = 2048;
const USER_PREFIX: &str = "x-amz-meta-";
const DEFAULT_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("binary/octet-stream");
const REDIRECT: HeaderName = HeaderName::from_static("x-amz-website-redirect-location");

/// The system headers that an object keeps as they were sent.
const SYSTEM: [HeaderName; 6] = [
    header::CACHE_CONTROL,
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_TYPE,
    header::EXPIRES,
];

/// Headers that come back with the object.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Metadata {
    #[serde(with = "crate::rows::headers", skip_serializing_if = "<[_]>::is_empty")]
    system: Box<[(HeaderName, HeaderValue)]>,
    /// Names with their prefix, in lower case.
    #[serde(with = "crate::rows::headers", skip_serializing_if = "<[_]>::is_empty")]
    user: Box<[(HeaderName, HeaderValue)]>,
    #[serde(with = "crate::rows::header_value", skip_serializing_if = "Option::is_none")]
    redirect: Option<HeaderValue>,
}

impl Metadata {
    /// Of a request that writes an object.
    pub(crate) fn of_request(headers: &HeaderMap) -> Result<Self, S3Error> {
        let system = SYSTEM.iter().filter_map(|name| Some((name.clone(), system_value(name, headers)?)));
        let metadata =
            Self { system: system.collect(), user: user_metadata(headers), redirect: headers.get(REDIRECT).map(own) };
        match metadata.user_size() {
            size if size > MAX_USER_METADATA => Err(S3Error::MetadataTooLarge { size, limit: MAX_USER_METADATA }),
            _ => Ok(metadata),
        }
    }

    /// True when nothing was said: such metadata need not be kept.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn redirect(&self) -> Option<&HeaderValue> {
        self.redirect.as_ref()
    }

    /// A copy gets the redirect of its own request, whatever becomes of the rest.
    pub(crate) fn with_redirect(mut self, redirect: Option<HeaderValue>) -> Self {
        self.redirect = redirect;
        self
    }

    pub(crate) fn write_to(&self, headers: &mut Vec<(HeaderName, HeaderValue)>) {
        headers.extend(self.system.iter().cloned());
        if !self.system.iter().any(|(name, _)| name == header::CONTENT_TYPE) {
            headers.push((header::CONTENT_TYPE, DEFAULT_CONTENT_TYPE));
        }
        headers.extend(self.user.iter().map(|(name, value)| (name.clone(), encoded(value))));
        headers.extend(self.redirect.iter().map(|redirect| (REDIRECT, redirect.clone())));
    }

    fn user_size(&self) -> usize {
        self.user.iter().map(|(name, value)| name.as_str().len() - USER_PREFIX.len() + value.len()).sum()
    }
}

/// A copy with bytes of its own: those of a request are slices of all that was read with it, and would keep that.
fn own(value: &HeaderValue) -> HeaderValue {
    HeaderValue::from_bytes(value.as_bytes()).expect("it is a header's value")
}

/// `aws-chunked` is how the body travelled, not what the object is.
fn system_value(name: &HeaderName, headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get(name)?;
    if *name != header::CONTENT_ENCODING {
        return (!value.is_empty()).then(|| own(value));
    }
    let text = value.to_str().ok()?;
    let codings = text.split(',').map(str::trim).filter(|coding| !coding.is_empty() && *coding != "aws-chunked");
    let codings = codings.collect::<Vec<_>>().join(",");
    // What was valid stays valid when parts of it are left out.
    HeaderValue::from_str(&codings).ok().filter(|value| !value.is_empty())
}

/// Repeated headers are joined by commas, as AWS does.
fn user_metadata(headers: &HeaderMap) -> Box<[(HeaderName, HeaderValue)]> {
    let names = headers.keys().filter(|name| name.as_str().starts_with(USER_PREFIX));
    names.filter_map(|name| Some((name.clone(), decoded(joined(headers.get_all(name).iter())?)))).collect()
}

/// What came in RFC 2047's form is kept as what it says.
fn decoded(value: HeaderValue) -> HeaderValue {
    let word = value.to_str().ok().and_then(|text| text.strip_prefix("=?")?.strip_suffix("?="));
    let fields: Vec<&str> = word.map(|word| word.splitn(3, '?').collect()).unwrap_or_default();
    let [charset, encoding, text] = fields[..] else { return value };
    let bytes = match encoding {
        _ if !charset.eq_ignore_ascii_case("utf-8") => None,
        "B" | "b" => Some(STANDARD.decode(text).unwrap_or_else(|_| decode_bad_base64(text))),
        "Q" | "q" => decode_q(text),
        _ => None,
    };
    let text = bytes.as_deref().map(String::from_utf8_lossy);
    text.and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok()).unwrap_or(value)
}

/// As AWS does: what is no letter of base64 has all bits set, which no character in UTF-8 has.
fn decode_bad_base64(text: &str) -> Vec<u8> {
    let bits = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => 0xff,
    };
    let decode = |letters: &[u8]| {
        let pair = |at: usize, left: u32, right: u32| bits(letters[at]) << left | bits(letters[at + 1]) >> right;
        let length = letters.iter().rposition(|letter| *letter != b'=').unwrap_or(0);
        [(0, 2, 4), (1, 4, 2), (2, 6, 0)].map(|(at, left, right)| pair(at, left, right)).into_iter().take(length)
    };
    text.as_bytes().chunks_exact(4).flat_map(decode).collect()
}

fn decode_q(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'_' => bytes.push(b' '),
            b'=' => {
                let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &tail[2..];
            }
            plain => bytes.push(*plain),
        }
    }
    Some(bytes)
}

fn joined<'v>(mut values: impl Iterator<Item = &'v HeaderValue>) -> Option<HeaderValue> {
    let first = values.next()?;
    let mut bytes = first.as_bytes().to_vec();
    for value in values {
        bytes.push(b',');
        bytes.extend_from_slice(value.as_bytes());
    }
    HeaderValue::from_bytes(&bytes).ok()
}

/// Values with other than ASCII characters come back in RFC 2047's Q encoding, those that AWS could not read in B.
fn encoded(value: &HeaderValue) -> HeaderValue {
    if value.as_bytes().is_ascii() {
        return value.clone();
    }
    let text = match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    };
    if text.contains(char::REPLACEMENT_CHARACTER) {
        let word = format!("=?UTF-8?B?{}?=", STANDARD.encode(text));
        return HeaderValue::from_str(&word).expect("base64 is ASCII");
    }
    let mut word = String::from("=?UTF-8?Q?");
    for byte in text.bytes() {
        match byte {
            b' ' => word.push('_'),
            b'=' | b'?' | b'_' | 0x7f.. | ..=0x1f => write!(word, "={byte:02X}").expect("a String takes all"),
            plain => word.push(char::from(plain)),
        }
    }
    word.push_str("?=");
    HeaderValue::from_str(&word).expect("an encoded word is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &[u8])]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &[u8])| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())
        };
        let mut headers = HeaderMap::new();
        list.iter().map(pair).for_each(|(name, value)| {
            headers.append(name, value);
        });
        headers
    }

    fn written(metadata: &Metadata) -> Vec<(String, Vec<u8>)> {
        let mut headers = Vec::new();
        metadata.write_to(&mut headers);
        headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
    }

    #[test]
    fn headers_come_back_as_they_were_sent() {
        let sent = headers(&[
            ("content-encoding", b"aws-chunked,gzip"),
            ("expires", b"not a date"),
            ("x-amz-meta-b", b"1"),
            ("x-amz-meta-b", b"2"),
            ("x-amz-meta-c", "\u{e9} =".as_bytes()),
            ("x-amz-meta-d", b"=?UTF-8?B?YWJj?="),
            ("x-amz-meta-e", b"=?UTF-8?Q?a_=62?="),
            ("x-amz-meta-f", b"=?UTF-8?Q?=zz?="),
            // Recorded: test_user_metadata_rfc2047_bad_b64_encoded.
            ("x-amz-meta-g", b"=?UTF-8?B?=GGG?="),
            ("x-other", b"no"),
        ]);
        let expected = [
            ("content-encoding", "gzip"),
            ("expires", "not a date"),
            ("content-type", "binary/octet-stream"),
            ("x-amz-meta-b", "1,2"),
            ("x-amz-meta-c", "=?UTF-8?Q?=C3=A9_=3D?="),
            ("x-amz-meta-d", "abc"),
            ("x-amz-meta-e", "a b"),
            ("x-amz-meta-f", "=?UTF-8?Q?=zz?="),
            ("x-amz-meta-g", "=?UTF-8?B?77+9Ye+/vQ==?="),
        ];
        let expected: Vec<_> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        assert_eq!(written(&Metadata::of_request(&sent).unwrap()), expected);
    }

    #[test]
    fn metadata_keeps_nothing_of_its_request() {
        let read = bytes::Bytes::from(b"text/plain /elsewhere 1 and all that came with it".to_vec());
        let mut headers = HeaderMap::new();
        for (name, range) in [("content-type", 0..10), ("x-amz-website-redirect-location", 11..21)] {
            headers.insert(name, HeaderValue::from_maybe_shared(read.slice(range)).unwrap());
        }
        headers.insert("x-amz-meta-a", HeaderValue::from_maybe_shared(read.slice(22..23)).unwrap());
        let metadata = Metadata::of_request(&headers).unwrap();
        drop(headers);
        assert!(read.is_unique());
        assert_eq!(metadata.redirect().unwrap(), "/elsewhere");
    }

    #[test]
    fn user_metadata_has_two_kilobytes() {
        let metadata = |length| Metadata::of_request(&headers(&[("x-amz-meta-key", &vec![b'x'; length])]));
        assert!(metadata(2045).is_ok());
        assert_eq!(metadata(2046).unwrap_err(), S3Error::MetadataTooLarge { size: 2049, limit: 2048 });
    }

    #[test]
    fn an_object_of_which_nothing_was_said_has_a_content_type() {
        let metadata = Metadata::of_request(&headers(&[("content-encoding", b"aws-chunked")])).unwrap();
        assert!(metadata.is_empty());
        assert_eq!(written(&metadata)[0].1, b"binary/octet-stream");
    }
}
