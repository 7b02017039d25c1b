//! `GetObjectLockConfiguration`, `PutObjectLockConfiguration`: whether a bucket's objects can be locked, and for how long
//! they are when nobody says.

use ruststack_core::error::AwsError;
use s3s::dto::{
    DefaultRetention, GetObjectLockConfigurationInput, GetObjectLockConfigurationOutput, ObjectLockConfiguration,
    ObjectLockEnabled, ObjectLockRule, PutObjectLockConfigurationInput, PutObjectLockConfigurationOutput,
};

use crate::{
    bucket::Versioning,
    call::{Call, Reply},
    error::S3Error,
    object_lock::Mode,
};

pub(crate) async fn get_object_lock_configuration(
    call: Call,
    input: GetObjectLockConfigurationInput,
) -> Result<Reply<GetObjectLockConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let settings = bucket.settings.read();
    if !settings.has_object_lock {
        return Err(S3Error::ObjectLockConfigurationNotFoundError { bucket: input.bucket }.into());
    }
    let retention = settings.configurations.retention.clone();
    let configuration = ObjectLockConfiguration {
        object_lock_enabled: Some(ObjectLockEnabled::from_static(ObjectLockEnabled::ENABLED)),
        rule: retention.map(|retention| ObjectLockRule { default_retention: Some(retention) }),
    };
    Ok(GetObjectLockConfigurationOutput { object_lock_configuration: Some(configuration) }.into())
}

pub(crate) async fn put_object_lock_configuration(
    call: Call,
    input: PutObjectLockConfigurationInput,
) -> Result<Reply<PutObjectLockConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        if settings.versioning != Versioning::Enabled {
            return Err(S3Error::ObjectLockNeedsVersioning {});
        }
        let retention = parse(input.object_lock_configuration.ok_or(S3Error::MalformedXML {})?)?;
        settings.has_object_lock = true;
        settings.configurations.retention = retention;
        Ok(())
    })?;
    Ok(PutObjectLockConfigurationOutput::default().into())
}

fn parse(configuration: ObjectLockConfiguration) -> Result<Option<DefaultRetention>, S3Error> {
    let malformed = || S3Error::MalformedXML {};
    let enabled = configuration.object_lock_enabled.ok_or_else(malformed)?;
    if enabled.as_str() != ObjectLockEnabled::ENABLED {
        return Err(malformed());
    }
    let Some(rule) = configuration.rule else { return Ok(None) };
    let retention = rule.default_retention.ok_or_else(malformed)?;
    let is_mode = retention.mode.as_ref().is_some_and(|mode| Mode::named(mode.as_str()).is_some());
    if !is_mode || retention.days.is_some() == retention.years.is_some() {
        return Err(malformed());
    }
    let is_positive = retention.days.or(retention.years).is_some_and(|period| period > 0);
    if is_positive { Ok(Some(retention)) } else { Err(S3Error::DefaultRetentionNotPositive {}) }
}
