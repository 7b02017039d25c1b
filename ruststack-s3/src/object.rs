//! One version of one object: immutable, shared by whoever reads it.

use ruststack_core::clock::Timestamp;

/// Names a version of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum VersionId {
    /// Written while the bucket was not versioned, or versioning was suspended.
    Null,
    /// Shown as 32 characters.
    Id([u8; 24]),
}

/// A version: an object, or the marker that hides older versions.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) id: VersionId,
    pub(crate) last_modified: Timestamp,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Object(Object),
    DeleteMarker,
}

/// An object's bytes and all that was said of them.
#[derive(Debug)]
pub(crate) struct Object {
    /// Bytes.
    pub(crate) size: u64,
}
