//! `GetPublicAccessBlock`, `PutPublicAccessBlock`, `DeletePublicAccessBlock` of a bucket. What it forbids is in
//! `public_access.rs`.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeletePublicAccessBlockInput, DeletePublicAccessBlockOutput, GetPublicAccessBlockInput, GetPublicAccessBlockOutput,
    PublicAccessBlockConfiguration, PutPublicAccessBlockInput, PutPublicAccessBlockOutput,
};

use crate::{
    bucket::PublicAccessBlock,
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn get_public_access_block(
    call: Call,
    input: GetPublicAccessBlockInput,
) -> Result<Reply<GetPublicAccessBlockOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let block = bucket.settings.read().public_access_block;
    let Some(block) = block.0 else {
        return Err(S3Error::NoSuchPublicAccessBlockConfiguration { bucket: input.bucket }.into());
    };
    let [block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets] = block.map(Some);
    let configuration = PublicAccessBlockConfiguration {
        block_public_acls,
        block_public_policy,
        ignore_public_acls,
        restrict_public_buckets,
    };
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(configuration) }.into())
}

pub(crate) async fn put_public_access_block(
    call: Call,
    input: PutPublicAccessBlockInput,
) -> Result<Reply<PutPublicAccessBlockOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let sent = input.public_access_block_configuration;
    let block =
        [sent.block_public_acls, sent.ignore_public_acls, sent.block_public_policy, sent.restrict_public_buckets];
    let block = block.map(|blocks| blocks.unwrap_or(false));
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.public_access_block = PublicAccessBlock(Some(block));
        Ok(())
    })?;
    Ok(PutPublicAccessBlockOutput::default().into())
}

pub(crate) async fn delete_public_access_block(
    call: Call,
    input: DeletePublicAccessBlockInput,
) -> Result<Reply<DeletePublicAccessBlockOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.public_access_block = PublicAccessBlock(None);
        Ok(())
    })?;
    Ok(Reply::from(DeletePublicAccessBlockOutput::default()).with_status(StatusCode::NO_CONTENT))
}
