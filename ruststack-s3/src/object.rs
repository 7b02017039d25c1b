//! One version of one object: immutable, shared by whoever reads it.

use std::fmt;

use base64::{Engine, alphabet::Alphabet, engine::GeneralPurpose, engine::general_purpose::PAD};
use ruststack_core::clock::Timestamp;

use crate::{acl::Acl, tags::Tags};

/// Names a version of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum VersionId {
    /// Written while the bucket was not versioned, or versioning was suspended.
    Null,
    /// Shown as 32 characters.
    Id([u8; 24]),
}

/// 24 bytes as 32 of AWS's letters.
const LETTERS: GeneralPurpose = GeneralPurpose::new(&alphabet(), PAD);

const fn alphabet() -> Alphabet {
    match Alphabet::new("._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
        Ok(alphabet) => alphabet,
        Err(_) => panic!("64 distinct letters"),
    }
}

impl VersionId {
    /// `None` when the text is no version's id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "null" {
            return Some(Self::Null);
        }
        let bytes = LETTERS.decode(text).ok()?;
        bytes.try_into().ok().map(Self::Id)
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Id(bytes) => f.write_str(&LETTERS.encode(bytes)),
        }
    }
}

/// A version: an object, or the marker that hides older versions.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) id: VersionId,
    pub(crate) last_modified: Timestamp,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Object(Object),
    DeleteMarker,
}

/// An object's bytes and all that was said of them.
#[derive(Clone, Default, Debug)]
pub(crate) struct Object {
    /// Bytes.
    pub(crate) size: u64,
    /// Without its quotes.
    pub(crate) etag: String,
    pub(crate) tags: Tags,
    pub(crate) acl: Acl,
}
