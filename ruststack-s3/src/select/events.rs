//! The frames of an event stream.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html>

use ruststack_core::protocol::event_stream::{event, frame};

use super::error::SelectError;

/// Of records in one frame. Bytes.
pub(crate) const MAX_RECORDS: usize = 128 * 1024;

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
