//! `GetBucketWebsite`, `PutBucketWebsite`, `DeleteBucketWebsite`: a bucket that is shown to browsers. The rules are in
//! `website.rs`, the pages in `website/hosting.rs`.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketWebsiteInput, DeleteBucketWebsiteOutput, GetBucketWebsiteInput, GetBucketWebsiteOutput,
    PutBucketWebsiteInput, PutBucketWebsiteOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    website,
};

pub(crate) async fn get_bucket_website(
    call: Call,
    input: GetBucketWebsiteInput,
) -> Result<Reply<GetBucketWebsiteOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let website = bucket.settings.read().configurations.website.clone();
    let website = website.ok_or(S3Error::NoSuchWebsiteConfiguration { bucket: input.bucket })?;
    let output = GetBucketWebsiteOutput {
        error_document: website.error_document,
        index_document: website.index_document,
        redirect_all_requests_to: website.redirect_all_requests_to,
        routing_rules: website.routing_rules,
    };
    Ok(output.into())
}

pub(crate) async fn put_bucket_website(
    call: Call,
    input: PutBucketWebsiteInput,
) -> Result<Reply<PutBucketWebsiteOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    website::validate(&input.website_configuration)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.website = Some(input.website_configuration);
        Ok(())
    })?;
    Ok(PutBucketWebsiteOutput {}.into())
}

pub(crate) async fn delete_bucket_website(
    call: Call,
    input: DeleteBucketWebsiteInput,
) -> Result<Reply<DeleteBucketWebsiteOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.website = None;
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketWebsiteOutput {}).with_status(StatusCode::NO_CONTENT))
}
