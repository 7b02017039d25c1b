//! `GetBucketLogging`, `PutBucketLogging`: where the log of a bucket's requests goes.

use ruststack_core::{error::AwsError, scope::Region};
use s3s::dto::{
    self, BucketLogsPermission, GetBucketLoggingInput, GetBucketLoggingOutput, LoggingEnabled, PutBucketLoggingInput,
    PutBucketLoggingOutput, TargetGrant,
};

use crate::{
    acl::{Acl, Grant},
    bucket::Bucket,
    call::{Call, Reply},
    configurations::Logging,
    error::S3Error,
};

pub(crate) async fn get_bucket_logging(
    call: Call,
    input: GetBucketLoggingInput,
) -> Result<Reply<GetBucketLoggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let logging = bucket.settings.read().configurations.logging.clone();
    let logging_enabled = logging.map(|logging| to_document(logging, &bucket));
    Ok(GetBucketLoggingOutput { logging_enabled }.into())
}

pub(crate) async fn put_bucket_logging(
    call: Call,
    input: PutBucketLoggingInput,
) -> Result<Reply<PutBucketLoggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let logging = match input.bucket_logging_status.logging_enabled {
        None => None,
        Some(enabled) => {
            check_target(&call, &bucket, &enabled.target_bucket)?;
            Some(from_document(enabled)?)
        }
    };
    if logging.is_some() {
        call.s3.access_log.switch_on();
    }
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.logging = logging;
        Ok(())
    })?;
    Ok(PutBucketLoggingOutput {}.into())
}

/// Logs stay with their owner and in their region.
fn check_target(call: &Call, bucket: &Bucket, name: &str) -> Result<(), S3Error> {
    let missing = |_| S3Error::InvalidTargetBucketForLogging { bucket: name.to_owned() };
    let target = call.s3.buckets.get(name).map_err(missing)?;
    if target.owner != bucket.owner {
        return Err(S3Error::InvalidTargetBucketOwnerForLogging { bucket: name.to_owned() });
    }
    let (here, there) = (bucket.region.as_str().to_owned(), target.region.as_str().to_owned());
    match () {
        () if target.region == bucket.region => Ok(()),
        // us-east-1 does not name itself.
        () if bucket.region == Region::US_EAST_1 => Err(S3Error::CrossLocationLoggingProhibitted { target: there }),
        () => Err(S3Error::CrossLocationLoggingProhibittedElsewhere { source: here, target: there }),
    }
}

fn from_document(enabled: LoggingEnabled) -> Result<Logging, S3Error> {
    let target_grants = enabled.target_grants.map(|grants| grants.into_iter().map(grant).collect()).transpose()?;
    Ok(Logging {
        target_bucket: enabled.target_bucket,
        target_prefix: enabled.target_prefix,
        target_grants,
        key_format: enabled.target_object_key_format,
    })
}

fn grant(grant: TargetGrant) -> Result<Grant, S3Error> {
    let permission = grant.permission.map(|permission| permission.as_str().to_owned().into());
    Grant::from_document(dto::Grant { grantee: grant.grantee, permission })
}

fn to_document(logging: Logging, bucket: &Bucket) -> LoggingEnabled {
    let grants = logging.target_grants.map(|grants| Acl::of(grants).to_document(&bucket.owner_id()));
    let target = |grant: dto::Grant| TargetGrant {
        grantee: grant.grantee,
        permission: grant.permission.map(|permission| BucketLogsPermission::from(permission.as_str().to_owned())),
    };
    LoggingEnabled {
        target_bucket: logging.target_bucket,
        target_prefix: logging.target_prefix,
        target_grants: grants.map(|grants| grants.into_iter().map(target).collect()),
        target_object_key_format: logging.key_format,
    }
}
