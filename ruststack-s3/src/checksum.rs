//! Digests of object bytes: MD5 for ETags, and the checksums that clients choose.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use crc_fast::CrcAlgorithm;
use md5::{Digest as _, Md5};
use ring::digest::Context;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use xxhash_rust::{xxh3::Xxh3, xxh64::Xxh64};

/// Of a checksum: SHA-512's. Bytes.
const MAX_LENGTH: usize = 64;
/// As much as a `Box` takes, with its length and what tells the two apart.
const SHORT_LENGTH: usize = 22;

/// The checksum algorithms of S3, in the order in which AWS lists them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
    // Since April 2026.
    Sha512,
    Md5,
    Xxhash64,
    Xxhash3,
    Xxhash128,
}

/// What a checksum of a multipart object covers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// The object's bytes.
    FullObject,
    /// The checksums of its parts.
    Composite,
}

/// The bytes of a checksum.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_bytes::ByteBuf", into = "serde_bytes::ByteBuf")]
pub(crate) enum Value {
    /// Most have few, and every object has one.
    Short([u8; SHORT_LENGTH], u8),
    Long(Box<[u8]>),
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

/// What is known of an algorithm.
struct Facts {
    name: &'static str,
    header: &'static str,
    /// In documents.
    element: &'static str,
    /// Of its values. Bytes.
    length: usize,
}

/// In the order of [`Algorithm`].
#[rustfmt::skip]
static FACTS: [Facts; 10] = [
    Facts { name: "CRC32", header: "x-amz-checksum-crc32", element: "ChecksumCRC32", length: 4 },
    Facts { name: "CRC32C", header: "x-amz-checksum-crc32c", element: "ChecksumCRC32C", length: 4 },
    Facts { name: "CRC64NVME", header: "x-amz-checksum-crc64nvme", element: "ChecksumCRC64NVME", length: 8 },
    Facts { name: "SHA1", header: "x-amz-checksum-sha1", element: "ChecksumSHA1", length: 20 },
    Facts { name: "SHA256", header: "x-amz-checksum-sha256", element: "ChecksumSHA256", length: 32 },
    Facts { name: "SHA512", header: "x-amz-checksum-sha512", element: "ChecksumSHA512", length: 64 },
    Facts { name: "MD5", header: "x-amz-checksum-md5", element: "ChecksumMD5", length: 16 },
    Facts { name: "XXHASH64", header: "x-amz-checksum-xxhash64", element: "ChecksumXXHASH64", length: 8 },
    Facts { name: "XXHASH3", header: "x-amz-checksum-xxhash3", element: "ChecksumXXHASH3", length: 8 },
    Facts { name: "XXHASH128", header: "x-amz-checksum-xxhash128", element: "ChecksumXXHASH128", length: 16 },
];

impl Algorithm {
    pub(crate) const ALL: [Self; 10] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Md5,
        Self::Xxhash64,
        Self::Xxhash3,
        Self::Xxhash128,
    ];

    /// Those that s3s does not know.
    pub(crate) fn newer() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().skip(Self::Sha512 as usize)
    }

    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    pub(crate) fn name(self) -> &'static str {
        self.facts().name
    }

    /// As multipart errors spell it.
    pub(crate) fn lower_name(self) -> &'static str {
        &self.header()["x-amz-checksum-".len()..]
    }

    pub(crate) fn header(self) -> &'static str {
        self.facts().header
    }

    pub(crate) fn element(self) -> &'static str {
        self.facts().element
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    fn length(self) -> usize {
        self.facts().length
    }

    fn crc(self) -> Option<CrcAlgorithm> {
        match self {
            Self::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
            _ => None,
        }
    }

    /// Which kinds of multipart checksums there are of it. Assumed for those of 2026: as for SHA-1, their parts' cannot be
    /// made that of the whole.
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
        let mut bytes = [0; SHORT_LENGTH];
        match u8::try_from(slice.len()) {
            Ok(length) if slice.len() <= SHORT_LENGTH => {
                bytes[..slice.len()].copy_from_slice(slice);
                Self::Short(bytes, length)
            }
            _ => Self::Long(slice.into()),
        }
    }

    fn of_crc(algorithm: Algorithm, crc: u64) -> Self {
        Self::of(&crc.to_be_bytes()[8 - algorithm.length()..])
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short(bytes, length) => &bytes[..usize::from(*length)],
            Self::Long(bytes) => bytes,
        }
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
        if bytes.len() <= MAX_LENGTH { Ok(Self::of(&bytes)) } else { Err("a checksum has at most 64 bytes") }
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
        let besides_md5 = algorithms.iter().filter(|algorithm| **algorithm != Algorithm::Md5);
        Self { md5: Md5::new(), running: besides_md5.map(|algorithm| Running::new(*algorithm)).collect() }
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
        if algorithm == Algorithm::Md5 {
            return Some(Value::of(&self.md5));
        }
        self.checksums.iter().find(|(found, _)| *found == algorithm).map(|(_, value)| value.clone())
    }
}

struct Running {
    algorithm: Algorithm,
    state: RunningState,
}

enum RunningState {
    Crc(crc_fast::Digest),
    Sha(Context),
    Md5(Md5),
    Xxhash64(Xxh64),
    /// Of 64 bits or of 128.
    Xxhash3(Box<Xxh3>),
}

impl RunningState {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Crc32 => Self::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32IsoHdlc)),
            Algorithm::Crc32c => Self::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi)),
            Algorithm::Crc64Nvme => Self::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme)),
            Algorithm::Sha1 => Self::Sha(Context::new(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY)),
            Algorithm::Sha256 => Self::Sha(Context::new(&ring::digest::SHA256)),
            Algorithm::Sha512 => Self::Sha(Context::new(&ring::digest::SHA512)),
            Algorithm::Md5 => Self::Md5(Md5::new()),
            Algorithm::Xxhash64 => Self::Xxhash64(Xxh64::new(0)),
            Algorithm::Xxhash3 | Algorithm::Xxhash128 => Self::Xxhash3(Box::new(Xxh3::new())),
        }
    }
}

impl Running {
    fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, state: RunningState::new(algorithm) }
    }

    fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            RunningState::Crc(digest) => digest.update(bytes),
            RunningState::Sha(context) => context.update(bytes),
            RunningState::Md5(digest) => digest.update(bytes),
            RunningState::Xxhash64(hash) => hash.update(bytes),
            RunningState::Xxhash3(hash) => hash.update(bytes),
        }
    }

    /// Numbers are written with their highest byte first.
    fn finish(self) -> Value {
        match self.state {
            RunningState::Crc(digest) => Value::of_crc(self.algorithm, digest.finalize()),
            RunningState::Sha(context) => Value::of(context.finish().as_ref()),
            RunningState::Md5(digest) => Value::of(&digest.finalize()),
            RunningState::Xxhash64(hash) => Value::of(&hash.digest().to_be_bytes()),
            RunningState::Xxhash3(hash) if self.algorithm == Algorithm::Xxhash3 => {
                Value::of(&hash.digest().to_be_bytes())
            }
            RunningState::Xxhash3(hash) => Value::of(&hash.digest128().to_be_bytes()),
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
            (
                Algorithm::Sha512,
                "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274a\
                 d27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85",
            ),
            (Algorithm::Md5, "25f9e794323b453885f5181f1b624d0b"),
            (Algorithm::Xxhash64, "8cb841db40e6ae83"),
            (Algorithm::Xxhash3, "72dcb18b67a17dff"),
            (Algorithm::Xxhash128, "33119477ede5dcd5e9716427681d5860"),
        ] {
            let hex: String =
                value(algorithm, b"123456789").as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, expected, "{algorithm:?}");
        }
    }

    #[test]
    fn what_is_known_of_an_algorithm_stands_at_its_place() {
        for algorithm in Algorithm::ALL {
            assert!(format!("{algorithm:?}").eq_ignore_ascii_case(algorithm.name()));
            assert_eq!(algorithm.element(), format!("Checksum{}", algorithm.name()));
            assert_eq!(algorithm.header(), format!("x-amz-checksum-{}", algorithm.name().to_ascii_lowercase()));
            assert_eq!(value(algorithm, b"").as_bytes().len(), algorithm.length());
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
