//! `GetBucketInventoryConfiguration`, `PutBucketInventoryConfiguration`, `DeleteBucketInventoryConfiguration`,
//! `ListBucketInventoryConfigurations`: which lists of objects are written, when and where to. Kept and echoed.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketInventoryConfigurationInput, DeleteBucketInventoryConfigurationOutput,
    GetBucketInventoryConfigurationInput, GetBucketInventoryConfigurationOutput, InventoryConfiguration,
    ListBucketInventoryConfigurationsInput, ListBucketInventoryConfigurationsOutput,
    PutBucketInventoryConfigurationInput, PutBucketInventoryConfigurationOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    named_configurations,
};

pub(crate) async fn get_bucket_inventory_configuration(
    call: Call,
    input: GetBucketInventoryConfigurationInput,
) -> Result<Reply<GetBucketInventoryConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let found = named_configurations::get(&bucket.settings.read().configurations.inventory, &input.id)?;
    Ok(GetBucketInventoryConfigurationOutput { inventory_configuration: Some(found) }.into())
}

pub(crate) async fn put_bucket_inventory_configuration(
    call: Call,
    input: PutBucketInventoryConfigurationInput,
) -> Result<Reply<PutBucketInventoryConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let configuration = input.inventory_configuration;
    validate(&configuration, &input.id)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::put(&mut settings.configurations.inventory, input.id, configuration)
    })?;
    Ok(Reply::from(PutBucketInventoryConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn delete_bucket_inventory_configuration(
    call: Call,
    input: DeleteBucketInventoryConfigurationInput,
) -> Result<Reply<DeleteBucketInventoryConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::delete(&mut settings.configurations.inventory, &input.id)
    })?;
    Ok(Reply::from(DeleteBucketInventoryConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn list_bucket_inventory_configurations(
    call: Call,
    input: ListBucketInventoryConfigurationsInput,
) -> Result<Reply<ListBucketInventoryConfigurationsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let query = call.exchange.head().uri.query();
    let page = named_configurations::page(&bucket.settings.read().configurations.inventory, query)?;
    let output = ListBucketInventoryConfigurationsOutput {
        is_truncated: Some(page.is_truncated()),
        continuation_token: page.continuation_token,
        inventory_configuration_list: Some(page.configurations),
        next_continuation_token: page.next_continuation_token,
    };
    Ok(output.into())
}

/// What a list may tell of an object besides its key.
const OPTIONAL_FIELDS: [&str; 16] = [
    "BucketKeyStatus",
    "ChecksumAlgorithm",
    "ETag",
    "EncryptionStatus",
    "IntelligentTieringAccessTier",
    "IsMultipartUploaded",
    "LastModifiedDate",
    "LifecycleExpirationDate",
    "ObjectAccessControlList",
    "ObjectLockLegalHoldStatus",
    "ObjectLockMode",
    "ObjectLockRetainUntilDate",
    "ObjectOwner",
    "ReplicationStatus",
    "Size",
    "StorageClass",
];

fn validate(configuration: &InventoryConfiguration, id: &str) -> Result<(), S3Error> {
    if configuration.id != id {
        return Err(S3Error::IdMismatch {});
    }
    let destination = &configuration.destination.s3_bucket_destination;
    if !destination.bucket.starts_with("arn:") {
        return Err(S3Error::InvalidS3DestinationBucket {});
    }
    let fields = configuration.optional_fields.as_deref().unwrap_or_default();
    let is_known = matches!(destination.format.as_str(), "CSV" | "ORC" | "Parquet")
        && matches!(configuration.schedule.frequency.as_str(), "Daily" | "Weekly")
        && matches!(configuration.included_object_versions.as_str(), "All" | "Current")
        && fields.iter().all(|field| OPTIONAL_FIELDS.contains(&field.as_str()));
    if is_known { Ok(()) } else { Err(S3Error::MalformedXML {}) }
}
