//! What the user may set about S3.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

pub use crate::notifications::EventVersion;

/// Plain data; the binary reads it from the environment.
#[derive(Clone, Debug)]
pub struct Config {
    /// Objects up to this size stay in memory, larger ones go to unlinked temporary files. Bytes.
    pub max_memory_object_size: usize,
    /// Where temporary files live.
    pub temporary_directory: PathBuf,
    /// Where objects are kept that outlive the process, in place of memory and temporary files.
    pub data: Option<DataDirectory>,
    /// Domains under which `<bucket>.<domain>` and `<bucket>.s3.<domain>` name buckets.
    pub domains: Vec<String>,
    pub acl: AclMode,
    pub sse: SseMode,
    /// Keys of KMS must be there and fit for use, where encryption is transparent.
    pub validates_kms_keys: bool,
    pub event_version: EventVersion,
    /// Queues and topics get a message when they become destinations of notifications.
    pub sends_test_events: bool,
    /// Above this rate requests are answered `SlowDown`.
    pub requests_per_second: Option<NonZeroU32>,
    /// Listings of objects show what there was so long ago.
    pub listing_delay: Option<Duration>,
}

/// What becomes of access control lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AclMode {
    /// They are taken and forgotten, whatever they say.
    Ignore,
    /// They are taken by AWS's rules, kept and echoed, and decide nothing.
    Record,
    /// They decide, too, where identities are held to policies.
    Enforce,
}

/// What becomes of server-side encryption. In no mode are bytes encrypted: they are on the disk as they were sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SseMode {
    /// What is asked for is taken and forgotten: all objects say that S3 encrypts them with keys of its own.
    Ignore,
    /// It is taken by AWS's rules, kept and echoed, and who reads need show no key.
    Record,
    /// To clients it is as if objects were encrypted: what is asked for is echoed, and the key of SSE-C is demanded.
    Transparent,
}

/// Where objects are kept, in the folder `objects`, and how.
#[derive(Clone, Debug)]
pub struct DataDirectory {
    pub path: PathBuf,
    /// An answered write survives a power cut, not only the death of the process.
    pub is_synced: bool,
    /// Objects leave this much of the file system free. Bytes.
    pub reserve_bytes: u64,
}

impl DataDirectory {
    /// What the rows need that tell of objects, and of their deletion.
    pub const RESERVE_BYTES: u64 = 64 * 1024 * 1024;
}
