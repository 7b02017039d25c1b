//! `GetBucketReplication`, `PutBucketReplication`, `DeleteBucketReplication`: which objects are copied to which buckets.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketReplicationInput, DeleteBucketReplicationOutput, GetBucketReplicationInput, GetBucketReplicationOutput,
    PutBucketReplicationInput, PutBucketReplicationOutput, ReplicationConfiguration, ReplicationRule,
    ReplicationRuleStatus,
};

use crate::{
    bucket::Versioning,
    call::{Call, Reply},
    document_id,
    error::S3Error,
};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html>
const MAX_RULES: usize = 1000;
const MAX_ID_LENGTH: usize = 255;

pub(crate) async fn get_bucket_replication(
    call: Call,
    input: GetBucketReplicationInput,
) -> Result<Reply<GetBucketReplicationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let replication = bucket.settings.read().configurations.replication.clone();
    let replication = replication.ok_or(S3Error::ReplicationConfigurationNotFoundError { bucket: input.bucket })?;
    Ok(GetBucketReplicationOutput { replication_configuration: Some(replication) }.into())
}

pub(crate) async fn put_bucket_replication(
    call: Call,
    input: PutBucketReplicationInput,
) -> Result<Reply<PutBucketReplicationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    if bucket.settings.read().versioning != Versioning::Enabled {
        return Err(S3Error::ReplicationNeedsVersioning {}.into());
    }
    let mut configuration = input.replication_configuration;
    validate(&call, &configuration)?;
    configuration.rules.iter_mut().for_each(|rule| document_id::fill(&mut rule.id, call.ctx()));
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.replication = Some(configuration);
        Ok(())
    })?;
    Ok(PutBucketReplicationOutput {}.into())
}

pub(crate) async fn delete_bucket_replication(
    call: Call,
    input: DeleteBucketReplicationInput,
) -> Result<Reply<DeleteBucketReplicationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.replication = None;
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketReplicationOutput {}).with_status(StatusCode::NO_CONTENT))
}

fn validate(call: &Call, configuration: &ReplicationConfiguration) -> Result<(), S3Error> {
    let rules = &configuration.rules;
    if rules.is_empty() || rules.len() > MAX_RULES {
        return Err(S3Error::MalformedXML {});
    }
    rules.iter().try_for_each(|rule| validate_rule(call, rule))
}

fn validate_rule(call: &Call, rule: &ReplicationRule) -> Result<(), S3Error> {
    let is_status = matches!(rule.status.as_str(), ReplicationRuleStatus::ENABLED | ReplicationRuleStatus::DISABLED);
    let is_id = rule.id.as_ref().is_none_or(|id| id.len() <= MAX_ID_LENGTH);
    if !is_status || !is_id || (rule.filter.is_some() && rule.prefix.is_some()) {
        return Err(S3Error::MalformedXML {});
    }
    if rule.filter.is_some() {
        let missing = |member| S3Error::ReplicationMemberMissing { member };
        rule.priority.ok_or(missing("Priority"))?;
        rule.delete_marker_replication.as_ref().ok_or(missing("DeleteMarkerReplication"))?;
    }
    let name = rule.destination.bucket.rsplit(':').next().unwrap_or_default();
    let is_versioned = call.s3.buckets.get(name).is_ok_and(|target| {
        let versioning = target.settings.read().versioning;
        versioning == Versioning::Enabled
    });
    if is_versioned { Ok(()) } else { Err(S3Error::ReplicationTargetNeedsVersioning {}) }
}
