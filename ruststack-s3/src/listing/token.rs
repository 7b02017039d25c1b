//! Continuation tokens: where a list goes on, in a form that clients cannot mistake for a key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::error::S3Error;

/// The token's last bytes: a checksum that tells ours from made-up ones.
const CHECKSUM_LENGTH: usize = 4;

/// The token of a list that goes on after `name`.
pub(crate) fn encode(name: &str) -> String {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend(checksum(name.as_bytes()));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The name that the list goes on after.
pub(crate) fn decode(token: &str) -> Result<String, S3Error> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| S3Error::InvalidContinuationToken {})?;
    let name = bytes.split_last_chunk::<CHECKSUM_LENGTH>().filter(|(name, sum)| checksum(name) == **sum);
    let name = name.and_then(|(name, _)| std::str::from_utf8(name).ok());
    name.map(str::to_owned).ok_or(S3Error::InvalidContinuationToken {})
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LENGTH] {
    let sum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32Iscsi, bytes);
    // A 32-bit sum in 64 bits: the lower half is all of it.
    let [_, _, _, _, sum @ ..] = sum.to_be_bytes();
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_name() {
        for name in ["a", "date=2026-02-01/", "a/%F0%9F%98%80/", "\u{1f600} +&"] {
            assert_eq!(decode(&encode(name)).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_made_up_continuation_token_is_incorrect() {
        for token in ["", "abc", "test_5", "dGVzdF81", "*"] {
            assert_eq!(decode(token), Err(S3Error::InvalidContinuationToken {}), "{token}");
        }
    }
}
