//! Continuation tokens: where a list goes on, in a form that clients cannot mistake for a name.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The token's last bytes: a checksum that tells ours from made-up ones.
const CHECKSUM_LENGTH: usize = 4;

/// Not a token of ours.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAToken;

/// The token of a list that goes on after `name`.
pub fn encode(name: &str) -> String {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend(checksum(name.as_bytes()));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The name that the list goes on after.
pub fn decode(token: &str) -> Result<String, NotAToken> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| NotAToken)?;
    let name = bytes.split_last_chunk::<CHECKSUM_LENGTH>().filter(|(name, sum)| checksum(name) == **sum);
    let name = name.and_then(|(name, _)| std::str::from_utf8(name).ok());
    name.map(str::to_owned).ok_or(NotAToken)
}

/// FNV-1a, which guards against mistakes, not against forgers: a token gives no rights.
fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LENGTH] {
    const BASIS: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    bytes.iter().fold(BASIS, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(PRIME)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_name() {
        for name in ["", "a", "date=2026-02-01/", "a/%F0%9F%98%80/", "\u{1f600} +&"] {
            assert_eq!(decode(&encode(name)).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_made_up_token_is_none() {
        for token in ["", "abc", "test_5", "dGVzdF81", "*"] {
            assert_eq!(decode(token), Err(NotAToken), "{token}");
        }
    }
}
