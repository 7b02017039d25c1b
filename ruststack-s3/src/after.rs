//! What stands behind s3s: the answer as AWS sends it.
//!
//! Status, headers and bodies that s3s cannot carry come from the exchange; its XML gets what it lacks (a line break
//! after the declaration, the namespace, escaped control characters); errors that s3s raised itself get AWS's texts.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use ruststack_core::{Response, body::Body, error::AwsError};

use crate::{answer::write_newer_checksums, call::Exchange};

const NAMESPACE: &str = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
pub(crate) const SERVER: HeaderValue = HeaderValue::from_static("AmazonS3");
const XML: HeaderValue = HeaderValue::from_static("application/xml");

/// The answer, or the error that the gateway renders.
pub(crate) fn finish(exchange: &Exchange, answer: http::Response<s3s::Body>) -> Result<Response, AwsError> {
    let reply = exchange.with_reply(std::mem::take);
    if let Some(failure) = reply.failure {
        return Err(failure);
    }
    let (mut parts, body) = answer.into_parts();
    let bytes = body.bytes().unwrap_or_default();
    if parts.status.is_client_error() || parts.status.is_server_error() {
        return Err(codec_error(parts.status, &bytes, exchange));
    }
    parts.extensions.clear();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.status = reply.status.unwrap_or(parts.status);
    let has_own_body = reply.body.is_some();
    let body = match reply.body {
        Some(body) => body,
        None if is_xml(&bytes) => Body::from(edited(&bytes, exchange.ctx().operation())),
        None => Body::from(bytes),
    };
    for (name, value) in reply.headers {
        if let Some(name) = name {
            parts.headers.insert(name, value);
        }
    }
    let is_xml_of_ours = has_own_body && body.as_bytes().is_some_and(is_xml) && !parts.headers.contains_key("etag");
    if is_xml_of_ours {
        parts.headers.insert(header::CONTENT_TYPE, XML);
    }
    if parts.status == StatusCode::NO_CONTENT {
        parts.headers.remove(header::CONTENT_TYPE);
    }
    parts.headers.insert(header::SERVER, SERVER);
    Ok(Response::from_parts(parts, body))
}

fn is_xml(bytes: &[u8]) -> bool {
    bytes.starts_with(b"<?xml ")
}

/// s3s's document as AWS writes it.
fn edited(bytes: &Bytes, operation: Option<&str>) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let text = write_newer_checksums(&text);
    let (declaration, document) = text.split_once("?>").unwrap_or(("<?xml version=\"1.0\" encoding=\"UTF-8\"", &text));
    let document = document.trim_start();
    let mut edited = String::with_capacity(text.len() + NAMESPACE.len() + 16);
    edited.push_str(declaration);
    edited.push_str("?>\n");
    let root_end = document.find('>').unwrap_or(document.len());
    let (root, rest) = document.split_at(root_end);
    edited.push_str(root);
    if !root.contains(" xmlns=") {
        edited.push_str(NAMESPACE);
    }
    match (operation, rest) {
        (Some("GetBucketLocation"), "></LocationConstraint>") => edited.push_str("/>"),
        (Some("GetObjectAttributes"), rest) => {
            push_attributes(&mut edited, &rest.replace("<ETag>\"", "<ETag>").replace("\"</ETag>", "</ETag>"));
        }
        (_, rest) => push_escaped(&mut edited, rest),
    }
    edited.into_bytes()
}

/// The attributes of an object, in AWS's order.
fn push_attributes(edited: &mut String, rest: &str) {
    let (start, end) = (rest.find('<').unwrap_or(0), rest.rfind("</").unwrap_or(rest.len()));
    let members = &rest[start..end.max(start)];
    edited.push_str(&rest[..start]);
    for name in ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let found = members.find(&open).zip(members.rfind(&close));
        if let Some((from, to)) = found.filter(|(from, to)| from < to) {
            edited.push_str(&members[from..to + close.len()]);
        }
    }
    edited.push_str(&rest[end.max(start)..]);
}

/// Control characters that keys may have, and XML may not, except as AWS writes them.
fn push_escaped(edited: &mut String, text: &str) {
    use std::fmt::Write as _;

    let is_control = |byte: u8| byte < 0x20 && byte != b'\n' && byte != b'\t';
    if !text.bytes().any(is_control) {
        edited.push_str(text);
        return;
    }
    for character in text.chars() {
        if u8::try_from(character).is_ok_and(is_control) {
            write!(edited, "&#x{:x};", u32::from(character)).expect("a String takes all");
        } else {
            edited.push(character);
        }
    }
}

/// AWS's texts for what s3s refuses without one, or with its own.
const TEXTS: [(&str, &str); 6] = [
    ("InternalError", "We encountered an internal error. Please try again."),
    ("InvalidURI", "Couldn't parse the specified URI."),
    ("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"),
    ("MissingRequestBodyError", "Request Body is empty"),
    ("NotImplemented", "A header you provided implies functionality that is not implemented"),
    ("MethodNotAllowed", "The specified method is not allowed against this resource."),
];

fn codec_error(status: StatusCode, bytes: &[u8], exchange: &Exchange) -> AwsError {
    let text = String::from_utf8_lossy(bytes);
    let code = element(&text, "Code").unwrap_or("InternalError").to_owned();
    let message = element(&text, "Message").unwrap_or_default();
    tracing::debug!(code, message, "refused by the codec");
    if let Some((name, value)) = invalid_argument(message) {
        let text = "Invalid argument";
        return AwsError::new(400, "InvalidArgument", text).with("ArgumentName", name).with("ArgumentValue", value);
    }
    let known = TEXTS.iter().find(|(known, _)| *known == code);
    let message = known.map_or_else(|| message.to_owned(), |(_, text)| (*text).to_owned());
    let error = AwsError::new(status.as_u16(), code, message);
    match exchange.head().method.as_str() {
        method if status == StatusCode::METHOD_NOT_ALLOWED => error.with("Method", method),
        _ => error,
    }
}

fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let length = text[start..].find("</")?;
    Some(&text[start..start + length])
}

/// `invalid query: max-keys: abc`.
fn invalid_argument(message: &str) -> Option<(String, String)> {
    let rest = message.strip_prefix("invalid query: ").or_else(|| message.strip_prefix("invalid header: "))?;
    let (name, value) = rest.split_once(": ")?;
    Some((name.to_owned(), value.trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(document: &'static str, operation: &str) -> String {
        String::from_utf8(edited(&Bytes::from_static(document.as_bytes()), Some(operation))).unwrap()
    }

    #[test]
    fn a_checksum_that_the_codec_does_not_know_has_an_element_of_its_own() {
        let part = edit(
            "<?xml version=\"1.0\"?><P><ChecksumSHA256>MD5:x==-2</ChecksumSHA256><E/><ChecksumSHA256>y</ChecksumSHA256></P>",
            "ListParts",
        );
        assert!(part.ends_with("<ChecksumMD5>x==-2</ChecksumMD5><E/><ChecksumSHA256>y</ChecksumSHA256></P>"), "{part}");
    }

    #[test]
    fn documents_look_as_awss_do() {
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        let copy = edit(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CopyObjectResult><ETag>&quot;x&quot;</ETag></CopyObjectResult>",
            "CopyObject",
        );
        assert_eq!(
            copy,
            format!("{declaration}<CopyObjectResult{NAMESPACE}><ETag>&quot;x&quot;</ETag></CopyObjectResult>")
        );
        let location = edit(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></LocationConstraint>",
            "GetBucketLocation",
        );
        assert_eq!(location, format!("{declaration}<LocationConstraint{NAMESPACE}/>"));
        let list = edit(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"x\"><Key>a\u{1}b\r</Key></ListBucketResult>",
            "ListObjects",
        );
        assert!(list.contains("<Key>a&#x1;b&#xd;</Key>"));
    }
}
