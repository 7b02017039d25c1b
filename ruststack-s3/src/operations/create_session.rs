//! `CreateSession`, which only directory buckets have: there are none here, and others refuse it.

use ruststack_core::error::AwsError;

use crate::{
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn create_session(call: Call) -> Result<Reply<()>, AwsError> {
    call.bucket()?;
    Err(S3Error::MethodNotAllowed { method: "GET".to_owned(), resource_type: "BUCKET" }.into())
}
