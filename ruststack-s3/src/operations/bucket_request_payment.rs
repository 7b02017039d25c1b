//! `GetBucketRequestPayment`, `PutBucketRequestPayment`: who pays for downloads; kept and echoed.

use ruststack_core::error::AwsError;
use s3s::dto::{
    GetBucketRequestPaymentInput, GetBucketRequestPaymentOutput, Payer, PutBucketRequestPaymentInput,
    PutBucketRequestPaymentOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn get_bucket_request_payment(
    call: Call,
    input: GetBucketRequestPaymentInput,
) -> Result<Reply<GetBucketRequestPaymentOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let is_paid_by_requester = bucket.settings.read().configurations.is_paid_by_requester;
    let payer = if is_paid_by_requester { Payer::REQUESTER } else { Payer::BUCKET_OWNER };
    Ok(GetBucketRequestPaymentOutput { payer: Some(Payer::from_static(payer)) }.into())
}

pub(crate) async fn put_bucket_request_payment(
    call: Call,
    input: PutBucketRequestPaymentInput,
) -> Result<Reply<PutBucketRequestPaymentOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let is_paid_by_requester = match input.request_payment_configuration.payer.as_str() {
        Payer::REQUESTER => true,
        Payer::BUCKET_OWNER => false,
        _ => return Err(S3Error::MalformedXML {}.into()),
    };
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.is_paid_by_requester = is_paid_by_requester;
        Ok(())
    })?;
    Ok(PutBucketRequestPaymentOutput {}.into())
}
