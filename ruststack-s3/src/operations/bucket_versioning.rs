//! `GetBucketVersioning`, `PutBucketVersioning`: whether overwrites and deletes keep what they hide.

use ruststack_core::error::AwsError;
use s3s::dto::{
    BucketVersioningStatus, GetBucketVersioningInput, GetBucketVersioningOutput, MFADelete, PutBucketVersioningInput,
    PutBucketVersioningOutput, VersioningConfiguration,
};

use crate::{
    bucket::Versioning,
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn get_bucket_versioning(
    call: Call,
    input: GetBucketVersioningInput,
) -> Result<Reply<GetBucketVersioningOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let status = match bucket.settings.read().versioning {
        Versioning::Unversioned => None,
        Versioning::Enabled => Some(BucketVersioningStatus::ENABLED),
        Versioning::Suspended => Some(BucketVersioningStatus::SUSPENDED),
    };
    let status = status.map(BucketVersioningStatus::from_static);
    Ok(GetBucketVersioningOutput { mfa_delete: None, status }.into())
}

pub(crate) async fn put_bucket_versioning(
    call: Call,
    input: PutBucketVersioningInput,
) -> Result<Reply<PutBucketVersioningOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let versioning = parse(&input.versioning_configuration)?;
    let mut settings = bucket.settings.write();
    if settings.has_object_lock && versioning != Versioning::Enabled {
        return Err(S3Error::VersioningIsLocked {}.into());
    }
    settings.versioning = versioning;
    drop(settings);
    Ok(PutBucketVersioningOutput {}.into())
}

fn parse(configuration: &VersioningConfiguration) -> Result<Versioning, S3Error> {
    let status = configuration.status.as_ref().ok_or(S3Error::IllegalVersioningConfigurationException {})?;
    let versioning = match status.as_str() {
        BucketVersioningStatus::ENABLED => Versioning::Enabled,
        BucketVersioningStatus::SUSPENDED => Versioning::Suspended,
        _ => return Err(S3Error::MalformedXML {}),
    };
    match configuration.mfa_delete.as_ref().map(MFADelete::as_str) {
        None | Some(MFADelete::DISABLED) => Ok(versioning),
        Some(MFADelete::ENABLED) => Err(S3Error::MfaRequired {}),
        Some(_) => Err(S3Error::MalformedXML {}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_versioning_configuration_says_enabled_or_suspended() {
        let configuration = |status: Option<&str>, mfa_delete: Option<&str>| VersioningConfiguration {
            status: status.map(|status| status.to_owned().into()),
            mfa_delete: mfa_delete.map(|mfa_delete| mfa_delete.to_owned().into()),
        };
        for (status, mfa_delete, expected) in [
            (Some("Enabled"), None, Ok(Versioning::Enabled)),
            (Some("Suspended"), Some("Disabled"), Ok(Versioning::Suspended)),
            (Some("enabled"), None, Err(S3Error::MalformedXML {})),
            (Some("Disabled"), None, Err(S3Error::MalformedXML {})),
            (None, None, Err(S3Error::IllegalVersioningConfigurationException {})),
            (Some("Enabled"), Some("Enabled"), Err(S3Error::MfaRequired {})),
        ] {
            assert_eq!(parse(&configuration(status, mfa_delete)), expected, "{status:?} {mfa_delete:?}");
        }
    }
}
