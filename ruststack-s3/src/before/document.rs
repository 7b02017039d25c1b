//! Requests whose body is an XML document: read whole, verified, and brought into the form that s3s reads.

use bytes::Bytes;
use http::{Method, request::Parts};
use memchr::memmem;
use quick_xml::{
    Reader, Writer,
    events::{BytesEnd, BytesStart, BytesText, Event},
};
use ruststack_core::{
    body::{Body, ReadError},
    context::Context,
    error::AwsError,
};

use crate::{
    checksum::{Algorithm, Hasher},
    error::S3Error,
    ingest::Announced,
};

/// The longest document: 10,000 parts with their checksums need three of these. Bytes.
const MAX_DOCUMENT: usize = 20 * 1024 * 1024;
/// The deepest nesting of AWS's documents is under ten.
const MAX_DEPTH: usize = 32;
const NO_PARTS: &[u8] = b"<CompleteMultipartUpload></CompleteMultipartUpload>";

pub(crate) async fn read(ctx: &Context, parts: &Parts, body: Body) -> Result<Bytes, AwsError> {
    let document = normalise(&read_text(ctx, parts, body).await?)?;
    // AWS takes no document for a list of no parts, which it refuses when it has found the upload.
    Ok(if completes(parts) && document.is_empty() { Bytes::from_static(NO_PARTS) } else { document })
}

fn completes(parts: &Parts) -> bool {
    parts.method == Method::POST && parts.uri.query().is_some_and(|query| query.contains("uploadId"))
}

/// A document of any kind, verified and else as it was sent.
pub(crate) async fn read_text(ctx: &Context, parts: &Parts, body: Body) -> Result<Bytes, AwsError> {
    let announced = match completes(parts) {
        true => Announced::md5_of_headers(&parts.headers)?,
        false => Announced::of_headers(&parts.headers)?,
    };
    let is_delete = parts.method == Method::POST && parts.uri.query().is_some_and(|query| query.contains("delete"));
    if is_delete && announced == Announced::default() {
        return Err(S3Error::MissingContentMd5 {}.into());
    }
    let body = crate::proof::checked(ctx, body);
    let document = match body.read(MAX_DOCUMENT).await {
        Ok(document) => document,
        Err(ReadError::TooLong) => return Err(S3Error::MaxMessageLengthExceeded {}.into()),
        Err(ReadError::Broken(error)) => {
            return Err(error
                .downcast::<AwsError>()
                .map_or_else(|_| S3Error::IncompleteBody {}.into(), |error| *error));
        }
    };
    let mut hasher = Hasher::new(announced.algorithm().as_slice());
    hasher.update(&document);
    announced.verify(&hasher.finish(), |_| None)?;
    Ok(document)
}

/// s3s refuses elements that it does not know: checksums of parts, which the operation reads from the document itself.
pub(super) fn for_codec(document: Bytes) -> Bytes {
    Algorithm::newer().fold(document, |document, algorithm| without(document, algorithm.element()))
}

fn without(document: Bytes, element: &str) -> Bytes {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let mut kept = Vec::new();
    let mut rest = document.as_ref();
    while let Some(start) = memmem::find(rest, open.as_bytes())
        && let Some(length) = memmem::find(&rest[start..], close.as_bytes())
    {
        kept.extend_from_slice(&rest[..start]);
        rest = &rest[start + length + close.len()..];
    }
    if rest.len() == document.len() {
        return document;
    }
    kept.extend_from_slice(rest);
    kept.into()
}

/// Namespace prefixes and CDATA are the same to AWS as their plain forms, but not to s3s.
pub(crate) fn normalise(document: &[u8]) -> Result<Bytes, S3Error> {
    let text = std::str::from_utf8(document).map_err(|_| S3Error::MalformedXML {})?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Ok(Bytes::new());
    }
    rewrite(text).map(Bytes::from).ok_or(S3Error::MalformedXML {})
}

fn rewrite(text: &str) -> Option<Vec<u8>> {
    let mut reader = Reader::from_str(text);
    let mut writer = Writer::new(Vec::with_capacity(text.len()));
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().ok()?;
        let event = match event {
            Event::Eof => return (depth == 0).then(|| writer.into_inner()),
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return None;
                }
                Event::Start(without_prefix(&start)?)
            }
            Event::End(end) => {
                depth = depth.checked_sub(1)?;
                Event::End(BytesEnd::new(std::str::from_utf8(end.local_name().as_ref()).ok()?.to_owned()))
            }
            // s3s refuses some empty elements that it takes as a pair of tags, and a list of tags that is not there.
            Event::Empty(empty) => {
                let plain = without_prefix(&empty)?;
                let end = plain.to_end().into_owned();
                let is_tagging = depth == 0 && plain.name().as_ref() == b"Tagging";
                writer.write_event(Event::Start(plain)).ok()?;
                if is_tagging {
                    writer.write_event(Event::Start(BytesStart::new("TagSet"))).ok()?;
                    writer.write_event(Event::End(BytesEnd::new("TagSet"))).ok()?;
                }
                Event::End(end)
            }
            Event::CData(text) => Event::Text(BytesText::new(&text.decode().ok()?).into_owned()),
            Event::DocType(_) => return None,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
            other => other,
        };
        writer.write_event(event).ok()?;
    }
}

/// Attributes stay, but for declarations of namespaces other than the default one and `xsi`.
fn without_prefix(start: &BytesStart<'_>) -> Option<BytesStart<'static>> {
    let name = std::str::from_utf8(start.local_name().as_ref()).ok()?.to_owned();
    let mut plain = BytesStart::new(name);
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let key = attribute.key.as_ref();
        if !key.starts_with(b"xmlns:") || key == b"xmlns:xsi" {
            plain.push_attribute(attribute);
        }
    }
    Some(plain.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(document: &str) -> Result<String, S3Error> {
        let document = normalise(document.as_bytes())?;
        Ok(String::from_utf8(document.to_vec()).unwrap())
    }

    #[test]
    fn prefixes_and_cdata_are_written_plainly() {
        let document = "\u{feff}<?xml version=\"1.0\"?><!-- x --><ns2:Delete xmlns:ns2=\"http://s3\"><ns2:Key><![CDATA[a&b]]></ns2:Key></ns2:Delete>";
        assert_eq!(normal(document).unwrap(), "<Delete><Key>a&amp;b</Key></Delete>");
        let grant = "<Grantee xmlns:xsi=\"http://x\" xsi:type=\"Group\"/>";
        assert_eq!(normal(grant).unwrap(), grant.replace("/>", "></Grantee>"));
        assert_eq!(normal("<Tagging/>").unwrap(), "<Tagging><TagSet></TagSet></Tagging>");
        assert_eq!(normal(" \n").unwrap(), "");
    }

    #[test]
    fn the_codec_does_not_see_what_it_does_not_know() {
        let document = "<P><ETag>x</ETag><ChecksumMD5>a</ChecksumMD5></P><P><ChecksumMD5>b</ChecksumMD5></P>";
        assert_eq!(for_codec(Bytes::from_static(document.as_bytes())), "<P><ETag>x</ETag></P><P></P>");
    }

    #[test]
    fn documents_that_are_none_are_refused() {
        let deep = "<a>".repeat(100_000);
        for wrong in ["<a>", "</a>", "<a></b>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a", &deep] {
            assert_eq!(normal(wrong), Err(S3Error::MalformedXML {}), "{}", &wrong[..wrong.len().min(40)]);
        }
        assert_eq!(normalise(b"<a>\xff</a>"), Err(S3Error::MalformedXML {}));
    }
}
