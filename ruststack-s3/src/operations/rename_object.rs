//! `RenameObject`, which only directory buckets have: there are none here, and others refuse it.

use ruststack_core::error::AwsError;

use crate::{
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn rename_object(call: Call) -> Result<Reply<()>, AwsError> {
    call.bucket()?;
    Err(S3Error::MethodNotAllowed { method: "PUT".to_owned(), resource_type: "OBJECT" }.into())
}
