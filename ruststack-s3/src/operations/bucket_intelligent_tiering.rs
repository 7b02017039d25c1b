//! `GetBucketIntelligentTieringConfiguration`, `PutBucketIntelligentTieringConfiguration`, `DeleteBucketIntelligentTieringConfiguration`,
//! `ListBucketIntelligentTieringConfigurations`: when objects that nobody reads are archived. Kept and echoed.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketIntelligentTieringConfigurationInput, DeleteBucketIntelligentTieringConfigurationOutput,
    GetBucketIntelligentTieringConfigurationInput, GetBucketIntelligentTieringConfigurationOutput,
    IntelligentTieringConfiguration, ListBucketIntelligentTieringConfigurationsInput,
    ListBucketIntelligentTieringConfigurationsOutput, PutBucketIntelligentTieringConfigurationInput,
    PutBucketIntelligentTieringConfigurationOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    named_configurations,
};

pub(crate) async fn get_bucket_intelligent_tiering_configuration(
    call: Call,
    input: GetBucketIntelligentTieringConfigurationInput,
) -> Result<Reply<GetBucketIntelligentTieringConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, None)?;
    let found = named_configurations::get(&bucket.settings.read().configurations.intelligent_tiering, &input.id)?;
    Ok(GetBucketIntelligentTieringConfigurationOutput { intelligent_tiering_configuration: Some(found) }.into())
}

pub(crate) async fn put_bucket_intelligent_tiering_configuration(
    call: Call,
    input: PutBucketIntelligentTieringConfigurationInput,
) -> Result<Reply<PutBucketIntelligentTieringConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, None)?;
    let configuration = input.intelligent_tiering_configuration;
    if configuration.id != input.id {
        return Err(S3Error::MalformedXML {}.into());
    }
    validate(&configuration)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::put(&mut settings.configurations.intelligent_tiering, input.id, configuration)
    })?;
    Ok(Reply::from(PutBucketIntelligentTieringConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn delete_bucket_intelligent_tiering_configuration(
    call: Call,
    input: DeleteBucketIntelligentTieringConfigurationInput,
) -> Result<Reply<DeleteBucketIntelligentTieringConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, None)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::delete(&mut settings.configurations.intelligent_tiering, &input.id)
    })?;
    Ok(Reply::from(DeleteBucketIntelligentTieringConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn list_bucket_intelligent_tiering_configurations(
    call: Call,
    input: ListBucketIntelligentTieringConfigurationsInput,
) -> Result<Reply<ListBucketIntelligentTieringConfigurationsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, None)?;
    let query = call.exchange.head().uri.query();
    let page = named_configurations::page(&bucket.settings.read().configurations.intelligent_tiering, query)?;
    let output = ListBucketIntelligentTieringConfigurationsOutput {
        is_truncated: Some(page.is_truncated()),
        continuation_token: page.continuation_token,
        intelligent_tiering_configuration_list: Some(page.configurations),
        next_continuation_token: page.next_continuation_token,
    };
    Ok(output.into())
}

fn validate(configuration: &IntelligentTieringConfiguration) -> Result<(), S3Error> {
    let is_status = matches!(configuration.status.as_str(), "Enabled" | "Disabled");
    let is_tier = |name: &str| matches!(name, "ARCHIVE_ACCESS" | "DEEP_ARCHIVE_ACCESS");
    let tierings = &configuration.tierings;
    let are_tiers = !tierings.is_empty() && tierings.iter().all(|tiering| is_tier(tiering.access_tier.as_str()));
    if is_status && are_tiers { Ok(()) } else { Err(S3Error::MalformedXML {}) }
}
