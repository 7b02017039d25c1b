//! The frames of event streams, in which answers come bit by bit: headers and a payload, with checksums.
//!
//! <https://smithy.io/2.0/aws/amazon-eventstream.html>

/// A string, among the types of headers.
const TEXT: u8 = 7;
/// Of a frame besides its headers and its payload: two lengths, two checksums. Bytes.
const OVERHEAD: usize = 16;

/// Adds a frame. Names are shorter than 256 bytes; values are cut at 65,535, and payloads are shorter than 16 MiB.
pub fn frame(headers: &[(&str, &str)], payload: &[u8], to: &mut Vec<u8>) {
    let mut head = Vec::new();
    for (name, value) in headers {
        let value = &value.as_bytes()[..value.len().min(usize::from(u16::MAX))];
        head.push(u8::try_from(name.len()).expect("names are short"));
        head.extend_from_slice(name.as_bytes());
        head.push(TEXT);
        head.extend_from_slice(&u16::try_from(value.len()).expect("it was cut").to_be_bytes());
        head.extend_from_slice(value);
    }
    let length = |length: usize| u32::try_from(length).expect("frames are short").to_be_bytes();
    let start = to.len();
    to.extend_from_slice(&length(head.len() + payload.len() + OVERHEAD));
    to.extend_from_slice(&length(head.len()));
    let prelude = crc_fast::crc32_iso_hdlc(&to[start..]);
    to.extend_from_slice(&prelude.to_be_bytes());
    to.extend_from_slice(&head);
    to.extend_from_slice(payload);
    let message = crc_fast::crc32_iso_hdlc(&to[start..]);
    to.extend_from_slice(&message.to_be_bytes());
}

/// Adds the frame of an event, which has a content type unless it has nothing to say.
pub fn event(name: &str, content_type: Option<&str>, payload: &[u8], to: &mut Vec<u8>) {
    let mut headers = vec![(":event-type", name)];
    headers.extend(content_type.map(|content_type| (":content-type", content_type)));
    headers.push((":message-type", "event"));
    frame(&headers, payload, to);
}
