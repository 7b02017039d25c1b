//! Amazon S3, on the s3s crate.
//!
//! A request passes `before.rs` (host, sub-resource guard, headers, body), the s3s codec (`s3s_adapter.rs`), its
//! operation (`operations/`), and `after.rs` (status, headers, XML). Object bytes never pass through s3s: they stay in
//! the [`call::Exchange`]. The domain is `buckets.rs`, `bucket.rs`, `object.rs`, `index.rs`, `listing.rs`, `multipart.rs`;
//! bytes are in `blobs.rs`.

#![allow(dead_code, reason = "the crate is being filled")]

mod acl;
mod bucket;
mod bucket_name;
mod buckets;
mod call;
#[cfg(test)]
mod caller;
mod config;
mod described;
mod error;
mod index;
mod listing;
mod object;
mod operations;
mod tags;

pub use config::Config;

use crate::buckets::Buckets;

/// The service.
pub struct S3 {
    config: Config,
    /// Bucket names are unique in a partition, across accounts.
    buckets: Buckets,
}
