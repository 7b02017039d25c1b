//! Identifiers: random for users, the same in every run for tests.

use std::sync::Arc;

use parking_lot::Mutex;

/// A source of identifiers; cheap to clone, shared by the whole emulator.
#[derive(Clone)]
pub struct Ids(Arc<Mutex<fastrand::Rng>>);

const UPPER_ALPHANUMERIC: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEX: &[u8; 16] = b"0123456789abcdef";

impl Default for Ids {
    fn default() -> Self {
        Self::random()
    }
}

impl Ids {
    /// Different in each process.
    pub fn random() -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::new())))
    }

    /// The same sequence for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    pub fn number(&self) -> u64 {
        self.0.lock().u64(..)
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().fill(&mut bytes);
        bytes
    }

    /// A version 4 UUID: `b0f2c6a8-8a4e-4d0f-9d6a-2f4f6f0c9a3e`.
    pub fn uuid(&self) -> String {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (index, byte) in bytes.into_iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 0x0f)]));
        }
        text
    }

    /// `length` characters of `0-9A-Z`.
    pub fn upper_alphanumeric(&self, length: usize) -> String {
        self.text(UPPER_ALPHANUMERIC, length)
    }

    /// `length` characters of `0-9A-Za-z`.
    pub fn alphanumeric(&self, length: usize) -> String {
        self.text(ALPHANUMERIC, length)
    }

    /// `length` characters of `0-9a-f`.
    pub fn hex(&self, length: usize) -> String {
        self.text(HEX, length)
    }

    fn text(&self, alphabet: &[u8], length: usize) -> String {
        let mut rng = self.0.lock();
        (0..length).map(|_| char::from(alphabet[rng.usize(..alphabet.len())])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_ids() {
        let (one, other) = (Ids::seeded(7), Ids::seeded(7));
        assert_eq!(one.uuid(), other.uuid());
        assert_eq!(one.upper_alphanumeric(16), other.upper_alphanumeric(16));
        assert_ne!(one.number(), one.number());
    }

    #[test]
    fn a_uuid_is_of_version_4() {
        let uuid = Ids::seeded(1).uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]));
    }
}
