//! One version of one object: immutable, shared by whoever reads it.

use std::{fmt, num::NonZeroU16, sync::Arc};

use base64::{Engine, alphabet::Alphabet, engine::GeneralPurpose, engine::general_purpose::PAD};
use md5::{Digest as _, Md5};
use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    acl::Acl, blobs::Blob, checksum::Checksum, encryption::Encryption, error::S3Error, metadata::Metadata,
    object_lock::Lock, replication, restoration::Restoration, tags::Tags,
};

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
    /// An id of these bytes, the last four of them replaced by a checksum of the others.
    pub(crate) fn sealed(mut bytes: [u8; 24]) -> Self {
        let seal = crc_fast::crc32_iso_hdlc(&bytes[..20]);
        bytes[20..].copy_from_slice(&seal.to_be_bytes());
        Self::Id(bytes)
    }

    /// `None` when the text is no version's id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "null" {
            return Some(Self::Null);
        }
        let bytes: [u8; 24] = LETTERS.decode(text).ok()?.try_into().ok()?;
        let id = Self::sealed(bytes);
        // What was changed, or never made here, does not bear the right seal.
        (id == Self::Id(bytes)).then_some(id)
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
    /// Rises with each version that is written: the order of a key's versions.
    pub(crate) sequence: u64,
    pub(crate) last_modified: Timestamp,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Object(Object),
    DeleteMarker,
}

impl Version {
    /// The object; `None` for a delete marker.
    pub(crate) fn object(&self) -> Option<&Object> {
        match &self.content {
            Content::Object(object) => Some(object),
            Content::DeleteMarker => None,
        }
    }
}

/// An object's bytes and all that was said of them.
#[derive(Clone, Default, Debug)]
pub(crate) struct Object {
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) etag: ETag,
    pub(crate) blob: Blob,
    pub(crate) checksum: Option<Checksum>,
    pub(crate) tags: Tags,
    pub(crate) acl: Acl,
    pub(crate) storage_class: StorageClass,
    /// `None` where no rule applies.
    pub(crate) replication: Option<replication::Status>,
    /// `None` when nothing was said, as of most objects.
    pub(crate) metadata: Option<Arc<Metadata>>,
    pub(crate) encryption: Encryption,
    /// `None` when nothing was said of locks.
    pub(crate) lock: Option<Box<Lock>>,
    /// Of an object of an archive, when it was asked for.
    pub(crate) restoration: Option<Box<Restoration>>,
    /// The parts of an object that was uploaded in parts.
    pub(crate) parts: Option<Arc<[PartSummary]>>,
}

/// What is remembered of a part when its upload is complete.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PartSummary {
    pub(crate) number: u16,
    /// Bytes.
    pub(crate) size: u64,
    /// Kept where the object's checksum is made of its parts'.
    pub(crate) checksum: Option<Checksum>,
}

/// An entity tag: the MD5 of the bytes, or of the parts' tags and their number; of bytes under a key of KMS or of a
/// customer, something like it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ETag {
    #[serde(with = "serde_bytes")]
    pub(crate) md5: [u8; 16],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parts: Option<NonZeroU16>,
}

/// Without its quotes.
impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.md5))?;
        self.parts.map_or(Ok(()), |parts| write!(f, "-{parts}"))
    }
}

impl ETag {
    pub(crate) fn of_md5(md5: [u8; 16]) -> Self {
        Self { md5, parts: None }
    }

    /// Of an object uploaded in parts: the MD5 of their tags.
    pub(crate) fn of_parts(parts: &[[u8; 16]]) -> Self {
        let md5 = Md5::digest(parts.concat()).into();
        let count = u16::try_from(parts.len()).ok().and_then(NonZeroU16::new);
        Self { md5, parts: count }
    }

    pub(crate) fn quoted(self) -> String {
        format!("\"{self}\"")
    }

    /// Whether a client's text, with or without quotes, names this tag.
    pub(crate) fn is_named_by(self, text: &str) -> bool {
        text.trim().trim_matches('"') == self.to_string()
    }
}

/// Where an object is kept; here it only decides what is echoed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) enum StorageClass {
    #[default]
    Standard,
    ReducedRedundancy,
    StandardIa,
    OnezoneIa,
    IntelligentTiering,
    Glacier,
    DeepArchive,
    GlacierIr,
}

impl Serialize for StorageClass {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StorageClass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl StorageClass {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>, without those of Outposts, Snow and
    /// directory buckets, which general purpose buckets refuse.
    const ALL: [Self; 8] = [
        Self::Standard,
        Self::ReducedRedundancy,
        Self::StandardIa,
        Self::OnezoneIa,
        Self::IntelligentTiering,
        Self::Glacier,
        Self::DeepArchive,
        Self::GlacierIr,
    ];

    pub(crate) fn parse(name: &str) -> Result<Self, S3Error> {
        let known = Self::ALL.into_iter().find(|class| class.name() == name);
        known.ok_or_else(|| S3Error::InvalidStorageClass { requested: name.to_owned() })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::ReducedRedundancy => "REDUCED_REDUNDANCY",
            Self::StandardIa => "STANDARD_IA",
            Self::OnezoneIa => "ONEZONE_IA",
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::Glacier => "GLACIER",
            Self::DeepArchive => "DEEP_ARCHIVE",
            Self::GlacierIr => "GLACIER_IR",
        }
    }

    /// Objects of archives must be restored before they can be read.
    pub(crate) fn is_archive(self) -> bool {
        matches!(self, Self::Glacier | Self::DeepArchive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_id_is_shown_as_32_characters_and_read_back() {
        let id = VersionId::sealed([7; 24]);
        assert_eq!(id.to_string().len(), 32);
        assert_eq!(VersionId::parse(&id.to_string()), Some(id));
        assert_eq!(VersionId::parse("null"), Some(VersionId::Null));
        for wrong in ["", "x", &"/".repeat(32), &"a".repeat(36), "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"] {
            assert_eq!(VersionId::parse(wrong), None, "{wrong}");
        }
    }

    /// There may be millions of them.
    #[test]
    fn a_version_takes_little_memory() {
        let size = size_of::<Version>();
        assert!(size <= 256, "{size} bytes");
    }

    /// Recorded: test_complete_multipart_parts_checksum_default, whose one part is "abc" in other letters.
    #[test]
    fn an_etag_of_parts_ends_in_their_number() {
        let part: [u8; 16] = Md5::digest(b"test content 123").into();
        assert_eq!(ETag::of_md5(part).to_string(), "eee506dd7ada7ded524c77e359a0e7c6");
        assert_eq!(ETag::of_parts(&[part]).to_string(), "b972025bc34adf8d76d6d51e93c035cc-1");
        assert!(ETag::of_md5(part).is_named_by("\"eee506dd7ada7ded524c77e359a0e7c6\""));
        assert!(ETag::of_md5(part).is_named_by("eee506dd7ada7ded524c77e359a0e7c6"));
    }
}
