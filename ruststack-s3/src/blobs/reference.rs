//! What a row says of where an object's bytes are.

use std::ops::Range;

use blake3::Hash;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Leads to a blob again after the process ended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(crate) enum BlobRef {
    /// Bytes so few that the row holds them.
    Inline(Bytes),
    /// A stretch of a file.
    Stored {
        hash: ContentHash,
        /// Of the whole file. Bytes.
        length: u64,
        range: Range<u64>,
    },
    /// A stretch of what a snapshot holds; only in the rows of one.
    Held { number: u32, range: Range<u64> },
    /// One after the other; never parts again.
    Parts(Vec<BlobRef>),
}

/// BLAKE3 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(transparent)]
pub(crate) struct ContentHash(#[serde(with = "serde_bytes")] [u8; 32]);

impl From<Hash> for ContentHash {
    fn from(hash: Hash) -> Self {
        Self(*hash.as_bytes())
    }
}

impl From<ContentHash> for Hash {
    fn from(hash: ContentHash) -> Self {
        Self::from_bytes(hash.0)
    }
}
