//! Fields of a form, as the headers that say the same.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue};
use ruststack_auth::post_policy::Fields;

use crate::{error::S3Error, tags};

const ACL: HeaderName = HeaderName::from_static("x-amz-acl");
const TAGGING: HeaderName = HeaderName::from_static("x-amz-tagging");
const METADATA_PREFIX: &str = "x-amz-meta-";
/// Fields that are headers under the same name.
const SAME: [&str; 8] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
];
const SAME_PREFIXES: [&str; 4] =
    ["x-amz-checksum-", "x-amz-grant-", "x-amz-object-lock-", "x-amz-server-side-encryption"];

pub(super) fn of_fields(fields: &Fields) -> Result<HeaderMap, S3Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields.iter() {
        let is_same = SAME.contains(&name) || SAME_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let header = match name {
            "acl" => latin1(value).map(|value| (ACL, value)),
            "tagging" => tagging(value)?.map(|value| (TAGGING, value)),
            _ if is_same => HeaderName::from_bytes(name.as_bytes()).ok().zip(latin1(value)),
            _ if name.starts_with(METADATA_PREFIX) => HeaderName::from_bytes(name.as_bytes()).ok().zip(metadata(value)),
            _ => None,
        };
        headers.extend(header.map(|(name, value)| (Some(name), value)));
    }
    Ok(headers)
}

/// System headers come back in Latin-1; AWS puts blanks in place of what that does not have.
fn latin1(value: &str) -> Option<HeaderValue> {
    let byte = |character: char| u8::try_from(character).ok().filter(|byte| !byte.is_ascii_control());
    let bytes: Vec<u8> = value.chars().map(|character| byte(character).unwrap_or(b' ')).collect();
    HeaderValue::from_bytes(&bytes).ok()
}

/// The user's metadata is kept as it is. What headers cannot hold, or what would be decoded in one, goes encoded.
fn metadata(value: &str) -> Option<HeaderValue> {
    let is_plain = !value.starts_with("=?") && value.bytes().all(|byte| byte == b'\t' || !byte.is_ascii_control());
    if is_plain {
        return HeaderValue::from_bytes(value.as_bytes()).ok();
    }
    HeaderValue::from_str(&format!("=?UTF-8?B?{}?=", STANDARD.encode(value))).ok()
}

fn tagging(document: &str) -> Result<Option<HeaderValue>, S3Error> {
    let tags = tags::from_form(document)?;
    Ok(HeaderValue::from_str(&tags::to_header(&tags)).ok().filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Metadata;

    fn headers(list: &[(&str, &str)]) -> Result<HeaderMap, S3Error> {
        let mut fields = Fields::default();
        list.iter().for_each(|(name, value)| fields.push(name, (*value).to_owned()));
        of_fields(&fields)
    }

    /// Recorded: test_post_object_with_unicode_metadata.
    #[test]
    fn texts_come_back_as_from_aws() {
        let headers = headers(&[
            ("Cache-Control", "non-ascii-%E2%80%94_\u{2014}_\u{e9}_"),
            ("x-amz-meta-nonascii", "\u{c4}M\u{c4}Z\u{d5}\u{d1} S3"),
            ("x-amz-meta-safe", "! \"=?~\t"),
            ("x-amz-meta-bytes", "\u{0}\u{1}\u{2}\u{3}\u{4}"),
            ("x-amz-meta-q", "=?UTF-8?Q?actually-ascii?="),
            ("x-amz-meta-b", "=?UTF-8?B?YWJj?="),
        ])
        .unwrap();
        let mut written = Vec::new();
        Metadata::of_request(&headers).unwrap().write_to(&mut written);
        let find = |wanted: &str| written.iter().find(|(name, _)| name == wanted).unwrap().1.as_bytes();
        for (name, value) in [
            ("cache-control", &b"non-ascii-%E2%80%94_ _\xe9_"[..]),
            ("x-amz-meta-nonascii", b"=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="),
            ("x-amz-meta-safe", b"! \"=?~\t"),
            ("x-amz-meta-bytes", b"=?UTF-8?B?AAECAwQ=?="),
            ("x-amz-meta-q", b"=?UTF-8?Q?actually-ascii?="),
            ("x-amz-meta-b", b"=?UTF-8?B?YWJj?="),
        ] {
            assert_eq!(find(name), value, "{name}");
        }
    }

    #[test]
    fn only_what_describes_an_object_becomes_a_header() {
        let headers = headers(&[
            ("key", "k"),
            ("policy", "p"),
            ("x-amz-signature", "s"),
            ("x-amz-copy-source", "b/k"),
            ("x-amz-decoded-content-length", "1"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
            ("if-none-match", "*"),
            ("x-amz-meta-\n", "1"),
            ("ACL", "private"),
            ("tagging", "<Tagging><TagSet><Tag><Key>a b</Key><Value>+</Value></Tag></TagSet></Tagging>"),
        ])
        .unwrap();
        let mut found: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        found.sort_unstable();
        assert_eq!(found, [("x-amz-acl", "private"), ("x-amz-tagging", "a%20b=%2B")]);
    }

    /// Recorded: test_post_object_with_tags.
    #[test]
    fn tags_come_in_their_document() {
        assert_eq!(headers(&[("tagging", "<Other></Other>")]).unwrap(), HeaderMap::new());
        for document in ["not-xml", "", "<Tagging>", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"] {
            assert_eq!(headers(&[("tagging", document)]), Err(S3Error::MalformedXML {}), "{document}");
        }
    }
}
