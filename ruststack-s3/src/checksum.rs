//! Digests of object bytes: MD5 for ETags, and the checksums that clients choose.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use crc_fast::CrcAlgorithm;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// The checksum algorithms of S3, in the order in which AWS lists them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

/// What a checksum of a multipart object covers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// The object's bytes.
    FullObject,
    /// The checksums of its parts.
    Composite,
}

/// The bytes of a checksum; the longest are SHA-256's 32.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_bytes::ByteBuf", into = "serde_bytes::ByteBuf")]
pub(crate) struct Value {
    bytes: [u8; 32],
    length: u8,
}

/// A stored checksum.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Checksum {
    pub(crate) algorithm: Algorithm,
    pub(crate) kind: Kind,
    pub(crate) value: Value,
    /// Number of parts, shown behind a composite value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parts: Option<u16>,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 5] = [Self::Crc32, Self::Crc32c, Self::Crc64Nvme, Self::Sha1, Self::Sha256];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// As multipart errors spell it.
    pub(crate) fn lower_name(self) -> &'static str {
        &self.header()["x-amz-checksum-".len()..]
    }

    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    fn length(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    fn crc(self) -> Option<CrcAlgorithm> {
        match self {
            Self::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
            Self::Sha1 | Self::Sha256 => None,
        }
    }

    /// Which kinds of multipart checksums there are of it.
    pub(crate) fn allows(self, kind: Kind) -> bool {
        match kind {
            Kind::FullObject => self.crc().is_some(),
            Kind::Composite => self != Self::Crc64Nvme,
        }
    }

    /// The kind of a multipart upload that names only the algorithm.
    pub(crate) fn default_kind(self) -> Kind {
        if self == Self::Crc64Nvme { Kind::FullObject } else { Kind::Composite }
    }
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::FullObject, Self::Composite].into_iter().find(|kind| kind.name() == name)
    }
}

impl Value {
    fn of(slice: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes[..slice.len()].copy_from_slice(slice);
        Self { bytes, length: u8::try_from(slice.len()).expect("at most 32 bytes") }
    }

    fn of_crc(algorithm: Algorithm, crc: u64) -> Self {
        Self::of(&crc.to_be_bytes()[8 - algorithm.length()..])
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// From a header: base64 of as many bytes as the algorithm makes.
    pub(crate) fn parse(algorithm: Algorithm, text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        (bytes.len() == algorithm.length()).then(|| Self::of(&bytes))
    }

    fn crc(&self) -> u64 {
        self.as_bytes().iter().fold(0, |crc, byte| crc << 8 | u64::from(*byte))
    }
}

impl From<Value> for ByteBuf {
    fn from(value: Value) -> Self {
        Self::from(value.as_bytes())
    }
}

impl TryFrom<ByteBuf> for Value {
    type Error = &'static str;

    fn try_from(bytes: ByteBuf) -> Result<Self, Self::Error> {
        if bytes.len() <= 32 { Ok(Self::of(&bytes)) } else { Err("a checksum has at most 32 bytes") }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.as_bytes()))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Checksum {
    pub(crate) fn full(algorithm: Algorithm, value: Value) -> Self {
        Self { algorithm, kind: Kind::FullObject, value, parts: None }
    }

    /// Over the checksums of parts, in order.
    pub(crate) fn composite(algorithm: Algorithm, parts: &[Value]) -> Self {
        let mut running = Running::new(algorithm);
        parts.iter().for_each(|part| running.update(part.as_bytes()));
        let count = u16::try_from(parts.len()).expect("an upload has at most 10,000 parts");
        Self { algorithm, kind: Kind::Composite, value: running.finish(), parts: Some(count) }
    }

    /// As GetObjectAttributes shows it, which tells the number of parts elsewhere.
    pub(crate) fn without_parts(&self) -> Self {
        Self { parts: None, ..self.clone() }
    }

    /// Of the whole, from the CRCs and lengths of its parts.
    ///
    /// # Panics
    ///
    /// For algorithms that are not CRCs; [`Algorithm::allows`] says which are.
    pub(crate) fn combined(algorithm: Algorithm, parts: impl IntoIterator<Item = (Value, u64)>) -> Self {
        let crc = algorithm.crc().expect("only CRCs can be combined");
        let combine = |(one, _): (u64, u64), (other, length): (Value, u64)| {
            (crc_fast::checksum_combine(crc, one, other.crc(), length), length)
        };
        let empty = Running::new(algorithm).finish().crc();
        let (whole, _) = parts.into_iter().fold((empty, 0), combine);
        Self::full(algorithm, Value::of_crc(algorithm, whole))
    }
}

/// As headers and XML show it: composite values end in the number of parts.
impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts {
            Some(parts) => write!(f, "{}-{parts}", self.value),
            None => fmt::Display::fmt(&self.value, f),
        }
    }
}

/// Computes in one pass all that is wanted of some bytes.
pub(crate) struct Hasher {
    md5: Md5,
    running: Vec<Running>,
}

/// What a [`Hasher`] found.
pub(crate) struct Digests {
    pub(crate) md5: [u8; 16],
    checksums: Vec<(Algorithm, Value)>,
}

impl Hasher {
    /// MD5 always, and these.
    pub(crate) fn new(algorithms: &[Algorithm]) -> Self {
        Self { md5: Md5::new(), running: algorithms.iter().map(|algorithm| Running::new(*algorithm)).collect() }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.running.iter_mut().for_each(|running| running.update(bytes));
    }

    pub(crate) fn finish(self) -> Digests {
        let checksums = self.running.into_iter().map(|running| (running.algorithm, running.finish())).collect();
        Digests { md5: self.md5.finalize().into(), checksums }
    }
}

impl Digests {
    /// One of those that were asked for.
    pub(crate) fn checksum(&self, algorithm: Algorithm) -> Option<Value> {
        self.checksums.iter().find(|(found, _)| *found == algorithm).map(|(_, value)| *value)
    }
}

struct Running {
    algorithm: Algorithm,
    state: RunningState,
}

enum RunningState {
    Crc(crc_fast::Digest),
    Sha(ring::digest::Context),
}

impl Running {
    fn new(algorithm: Algorithm) -> Self {
        let sha =
            if algorithm == Algorithm::Sha1 { &ring::digest::SHA1_FOR_LEGACY_USE_ONLY } else { &ring::digest::SHA256 };
        let state = match algorithm.crc() {
            Some(crc) => RunningState::Crc(crc_fast::Digest::new(crc)),
            None => RunningState::Sha(ring::digest::Context::new(sha)),
        };
        Self { algorithm, state }
    }

    fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            RunningState::Crc(digest) => digest.update(bytes),
            RunningState::Sha(context) => context.update(bytes),
        }
    }

    fn finish(self) -> Value {
        match self.state {
            RunningState::Crc(digest) => Value::of_crc(self.algorithm, digest.finalize()),
            RunningState::Sha(context) => Value::of(context.finish().as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(algorithm: Algorithm, bytes: &[u8]) -> Value {
        let mut hasher = Hasher::new(&[algorithm]);
        hasher.update(bytes);
        hasher.finish().checksum(algorithm).unwrap()
    }

    /// The check values of "123456789" that the algorithms' definitions give.
    #[test]
    fn known_inputs_have_known_checksums() {
        for (algorithm, expected) in [
            (Algorithm::Crc32, "cbf43926"),
            (Algorithm::Crc32c, "e3069283"),
            (Algorithm::Crc64Nvme, "ae8b14860a799888"),
            (Algorithm::Sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
            (Algorithm::Sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        ] {
            let hex: String =
                value(algorithm, b"123456789").as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, expected, "{algorithm:?}");
        }
    }

    #[test]
    fn a_checksum_of_the_wrong_length_is_none() {
        assert!(Value::parse(Algorithm::Crc32, "NSRBwg==").is_some());
        for wrong in ["", "NSRB", "NSRBwg", "!!!!", "NSRBwgAA"] {
            assert!(Value::parse(Algorithm::Crc32, wrong).is_none(), "{wrong}");
        }
    }

    /// Recorded: test_get_object_part_checksum[COMPOSITE].
    #[test]
    fn a_composite_checksum_shows_how_many_parts_it_covers() {
        let part = value(Algorithm::Crc32c, b"test content 123");
        assert_eq!(part.to_string(), "fwuu0Q==");
        assert_eq!(Checksum::composite(Algorithm::Crc32c, &[part]).to_string(), "sZB91Q==-1");
    }

    proptest! {
        #[test]
        fn combined_crcs_are_the_crc_of_the_whole(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 1..6)) {
            for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
                let combined = Checksum::combined(
                    algorithm,
                    parts.iter().map(|part| (value(algorithm, part), part.len() as u64)),
                );
                prop_assert_eq!(combined.value, value(algorithm, &parts.concat()));
            }
        }
    }
}
