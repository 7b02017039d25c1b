//! The frames of an event stream.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html>

use super::error::SelectError;

/// Of records in one frame. Bytes.
pub(crate) const MAX_RECORDS: usize = 128 * 1024;
/// A string, among the types of headers.
const TEXT: u8 = 7;

/// How far a query is.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Progress {
    pub(crate) scanned: usize,
    pub(crate) processed: usize,
    pub(crate) returned: usize,
}

impl Progress {
    fn document(self, root: &str) -> String {
        let Self { scanned, processed, returned } = self;
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root}><BytesScanned>{scanned}</BytesScanned><BytesProcessed>{processed}\
             </BytesProcessed><BytesReturned>{returned}</BytesReturned></{root}>"
        )
    }
}

pub(crate) fn records(payload: &[u8], to: &mut Vec<u8>) {
    for piece in payload.chunks(MAX_RECORDS) {
        event("Records", Some("application/octet-stream"), piece, to);
    }
}

pub(crate) fn continuation(to: &mut Vec<u8>) {
    event("Cont", None, b"", to);
}

pub(crate) fn progress(progress: Progress, to: &mut Vec<u8>) {
    event("Progress", Some("text/xml"), progress.document("Progress").as_bytes(), to);
}

pub(crate) fn stats(progress: Progress, to: &mut Vec<u8>) {
    event("Stats", Some("text/xml"), progress.document("Stats").as_bytes(), to);
}

pub(crate) fn end(to: &mut Vec<u8>) {
    event("End", None, b"", to);
}

/// Ends a stream, too.
pub(crate) fn error(error: &SelectError, to: &mut Vec<u8>) {
    let headers = [(":error-code", error.code), (":error-message", error.message.as_str()), (":message-type", "error")];
    frame(&headers, b"", to);
}

fn event(name: &str, content_type: Option<&str>, payload: &[u8], to: &mut Vec<u8>) {
    let mut headers = vec![(":event-type", name)];
    headers.extend(content_type.map(|content_type| (":content-type", content_type)));
    headers.push((":message-type", "event"));
    frame(&headers, payload, to);
}

fn frame(headers: &[(&str, &str)], payload: &[u8], to: &mut Vec<u8>) {
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
    to.extend_from_slice(&length(head.len() + payload.len() + 16));
    to.extend_from_slice(&length(head.len()));
    let prelude = crc_fast::crc32_iso_hdlc(&to[start..]);
    to.extend_from_slice(&prelude.to_be_bytes());
    to.extend_from_slice(&head);
    to.extend_from_slice(payload);
    let message = crc_fast::crc32_iso_hdlc(&to[start..]);
    to.extend_from_slice(&message.to_be_bytes());
}
