//! Why bytes cannot be kept, or not be read.

use std::{fmt, io};

use blake3::Hash;
use ruststack_core::error::AwsError;

use super::Blob;
use crate::error::S3Error;

#[derive(Debug)]
pub(crate) enum BlobError {
    /// The file system is full, or has less left than the reserve.
    NoSpace(io::Error),
    Damaged(Damage),
    Io(io::Error),
}

/// A file that is not what it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Damage {
    pub(crate) hash: Hash,
    /// Bytes that were written.
    pub(crate) expected: u64,
    /// Bytes that are there; `None` without a file.
    pub(crate) found: Option<u64>,
}

/// Opened, but some of its bytes cannot be read: the blob answers an error where they are needed.
#[derive(Debug)]
pub(crate) struct MissingBlob {
    /// Of the first file that is damaged.
    pub(crate) damage: Damage,
    /// What can be kept in place of the whole: it reads again when equal content is written.
    pub(crate) blob: Blob,
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSpace(cause) => write!(f, "no space for object bytes: {cause}"),
            Self::Damaged(damage) => damage.fmt(f),
            Self::Io(cause) => write!(f, "object bytes cannot be written or read: {cause}"),
        }
    }
}

impl std::error::Error for BlobError {}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hash, expected, found } = self;
        match found {
            None => write!(f, "the file of blob {hash} is gone"),
            Some(found) if found == expected => {
                write!(f, "the file of blob {hash} holds other bytes than were written: the disk has changed them")
            }
            Some(found) => write!(f, "the file of blob {hash} has {found} bytes, not {expected}"),
        }
    }
}

impl std::error::Error for Damage {}

impl fmt::Display for MissingBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.damage.fmt(f)
    }
}

impl std::error::Error for MissingBlob {}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace(error),
            _ => Self::Io(error),
        }
    }
}

impl From<Damage> for BlobError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

impl From<tokio::task::JoinError> for BlobError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Io(error.into())
    }
}

impl From<BlobError> for AwsError {
    /// The cause is for the log, under the request's id.
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::NoSpace(_) => {
                tracing::warn!(cause = %error, "no space left");
                S3Error::NoSpace {}.into()
            }
            BlobError::Damaged(_) | BlobError::Io(_) => {
                tracing::error!(cause = %error, "object bytes are not at hand");
                S3Error::InternalError {}.into()
            }
        }
    }
}
