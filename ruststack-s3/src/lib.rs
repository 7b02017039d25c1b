//! Amazon S3, on the s3s crate.
//!
//! A request passes `before.rs` (host, sub-resource guard, headers, body), the s3s codec (`s3s_adapter.rs`), its
//! operation (`operations/`), and `after.rs` (status, headers, XML). Object bytes never pass through s3s: they stay in
//! the [`call::Exchange`]. The domain is `bucket.rs`, `object.rs`, `index.rs`, `multipart.rs`; bytes are in `blobs.rs`.

#![allow(dead_code, reason = "the crate is being filled")]

mod bucket;
mod call;
mod config;
mod error;
mod index;
mod object;

pub use config::Config;

use std::sync::Arc;

use dashmap::DashMap;

use crate::bucket::Bucket;

/// The service.
pub struct S3 {
    config: Config,
    /// Bucket names are unique in a partition, across accounts.
    buckets: DashMap<String, Arc<Bucket>>,
}
