//! Amazon S3, on the s3s crate.
//!
//! A request passes `before.rs` (host, sub-resource guard, headers, body), the s3s codec (`s3s_adapter.rs`), its
//! operation (`operations/`), and `after.rs` (status, headers, XML). Object bytes never pass through s3s: they stay in
//! the [`call::Exchange`]. The domain is `buckets.rs`, `bucket.rs`, `object.rs`, `index.rs`, `listing.rs`, `multipart.rs`;
//! bytes are in `blobs.rs`.

#![allow(dead_code, reason = "the crate is being filled")]

mod acl;
mod answer;
mod blobs;
mod bucket;
mod bucket_name;
mod buckets;
mod call;
#[cfg(test)]
mod caller;
mod checksum;
mod conditions;
mod config;
mod copy_source;
mod described;
mod encryption;
mod error;
mod index;
mod ingest;
mod listing;
mod metadata;
mod multipart;
mod new_object;
mod object;
mod operations;
mod range;
mod reading;
mod tags;
mod versioning;

pub use config::Config;

use crate::{blobs::BlobStore, buckets::Buckets, versioning::VersionIds};

/// The service.
pub struct S3 {
    config: Config,
    /// Bucket names are unique in a partition, across accounts.
    buckets: Buckets,
    blobs: BlobStore,
    version_ids: VersionIds,
}

impl S3 {
    pub(crate) fn with_config(config: Config) -> Self {
        let blobs = BlobStore::new(config.max_memory_object_size, config.temporary_directory.clone());
        Self { config, buckets: Buckets::default(), blobs, version_ids: VersionIds::default() }
    }
}
