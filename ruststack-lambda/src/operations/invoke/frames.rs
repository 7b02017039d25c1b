//! Messages of AWS's event streams, as InvokeWithResponseStream answers them.
//!
//! <https://smithy.io/2.0/aws/amazon-eventstream.html>

use bytes::{BufMut, Bytes, BytesMut};
use flate2::Crc;

/// An event with its payload.
pub(super) fn event(kind: &str, content_type: &str, payload: &[u8]) -> Bytes {
    message(&[(":event-type", kind), (":content-type", content_type), (":message-type", "event")], payload)
}

fn message(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    let mut packed = BytesMut::new();
    for (name, value) in headers {
        packed.put_u8(name.len() as u8);
        packed.put_slice(name.as_bytes());
        // Text.
        packed.put_u8(7);
        packed.put_u16(value.len() as u16);
        packed.put_slice(value.as_bytes());
    }
    let mut message = BytesMut::with_capacity(16 + packed.len() + payload.len());
    message.put_u32((16 + packed.len() + payload.len()) as u32);
    message.put_u32(packed.len() as u32);
    message.put_u32(checksum(&message));
    message.put_slice(&packed);
    message.put_slice(payload);
    message.put_u32(checksum(&message));
    message.freeze()
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_its_lengths_and_checksums() {
        let message = event("PayloadChunk", "application/octet-stream", b"abc");
        let length = u32::from_be_bytes(message[..4].try_into().unwrap()) as usize;
        assert_eq!(length, message.len());
        assert_eq!(checksum(&message[..8]).to_be_bytes(), message[8..12]);
        assert_eq!(checksum(&message[..length - 4]).to_be_bytes(), message[length - 4..]);
        assert_eq!(&message[length - 7..length - 4], b"abc");
    }
}
