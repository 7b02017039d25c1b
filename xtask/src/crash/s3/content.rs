//! Bytes of objects: made of seeds, known by length, MD5 and ETag.

use md5::{Digest as _, Md5};

use crate::crash::random::Random;

#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) length: usize,
    md5: String,
    /// Without quotes.
    pub(crate) etag: String,
    /// Of what it is made; unknown of what was seen.
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    seed: u64,
    length: usize,
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        (self.length, &self.md5, &self.etag) == (other.length, &other.md5, &other.etag)
    }
}

impl Eq for Content {}

impl Content {
    /// As an object that was uploaded at once has it.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let md5 = hex(&Md5::digest(bytes));
        Self { length: bytes.len(), etag: md5.clone(), md5, pieces: Vec::new() }
    }

    pub(crate) fn seen(bytes: &[u8], etag: &str) -> Self {
        Self { etag: etag.to_owned(), ..Self::of(bytes) }
    }

    /// Of a part in a list: what was uploaded at once has its MD5 for an ETag.
    pub(crate) fn listed(length: usize, etag: &str) -> Self {
        Self { length, md5: etag.to_owned(), etag: etag.to_owned(), pieces: Vec::new() }
    }

    pub(crate) fn made(seed: u64, length: usize) -> Self {
        Self::of_pieces(vec![Piece { seed, length }])
    }

    fn of_pieces(pieces: Vec<Piece>) -> Self {
        let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes()).collect();
        Self { pieces, ..Self::of(&bytes) }
    }

    /// The object that an upload of these parts makes.
    pub(crate) fn joined(parts: &[&Self]) -> Self {
        let digests: Vec<u8> = parts.iter().flat_map(|part| Md5::digest(part.bytes())).collect();
        let etag = format!("{}-{}", hex(&Md5::digest(digests)), parts.len());
        Self { etag, ..Self::of_pieces(parts.iter().flat_map(|part| part.pieces.clone()).collect()) }
    }

    /// As CopyObject makes it: one object, whatever it was uploaded as.
    pub(crate) fn copied(&self) -> Self {
        Self { etag: self.md5.clone(), ..self.clone() }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|piece| piece.bytes()).collect()
    }
}

impl Piece {
    fn bytes(self) -> Vec<u8> {
        let mut random = Random::new(self.seed);
        let words = std::iter::repeat_with(|| random.next().to_le_bytes()).take(self.length.div_ceil(8));
        let mut bytes = words.collect::<Vec<_>>().concat();
        bytes.truncate(self.length);
        bytes
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
