//! Receipt handles: which message was received from which queue, and at which of its receptions.

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::clock::Timestamp;

use crate::error::SqsError;

/// What a handle says, in the form that LocalStack gives it as well: base64 of its parts with blanks between them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ReceiptHandle {
    /// Of the one reception.
    pub(crate) receipt: String,
    pub(crate) queue_arn: String,
    pub(crate) message_id: String,
}

impl ReceiptHandle {
    pub(crate) fn encode(&self, received_at: Timestamp) -> String {
        let Self { receipt, queue_arn, message_id } = self;
        STANDARD.encode(format!("{receipt} {queue_arn} {message_id} {}", received_at.millis()))
    }

    /// Reads a handle of the queue `queue_arn`.
    pub(crate) fn decode(text: &str, queue_arn: &str) -> Result<Self, SqsError> {
        let handle = Self::parse(text).filter(|handle| handle.queue_arn == queue_arn);
        handle.ok_or_else(|| SqsError::ReceiptHandleIsInvalid { receipt_handle: text.to_owned() })
    }

    fn parse(text: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let mut parts = text.split(' ').map(str::to_owned);
        let handle = Self { receipt: parts.next()?, queue_arn: parts.next()?, message_id: parts.next()? };
        parts.next().map(|_| handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

    #[test]
    fn a_handle_is_of_its_queue_alone() {
        let handle = ReceiptHandle { receipt: "r".to_owned(), queue_arn: ARN.to_owned(), message_id: "m".to_owned() };
        let text = handle.encode(Timestamp::from_millis(1));
        assert_eq!(ReceiptHandle::decode(&text, ARN), Ok(handle));
        assert!(ReceiptHandle::decode(&text, "arn:aws:sqs:us-east-1:000000000000:other").is_err());
    }

    #[test]
    fn what_is_no_handle_is_refused() {
        for text in ["", "garbage", "YSBi", "/w=="] {
            assert!(ReceiptHandle::decode(text, ARN).is_err(), "{text}");
        }
    }
}
