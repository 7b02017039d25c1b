//! `WriteGetObjectResponse`: what a function answers that an Object Lambda access point called. None does here, so that no
//! request waits for an answer.

use ruststack_core::error::AwsError;

use crate::{
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn write_get_object_response(_call: Call) -> Result<Reply<()>, AwsError> {
    Err(S3Error::ObjectLambdaTokenInvalid {}.into())
}
