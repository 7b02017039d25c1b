//! S3's continuation tokens: core's, refused in S3's words.

use ruststack_core::page;

use crate::error::S3Error;

pub(crate) use ruststack_core::page::encode;

/// The name that the list goes on after.
pub(crate) fn decode(token: &str) -> Result<String, S3Error> {
    page::decode(token).map_err(|_| S3Error::InvalidContinuationToken {})
}
