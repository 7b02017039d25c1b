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
    bucket.change_settings(call.ctx().changes(), |settings| {
        if settings.has_object_lock && versioning != Versioning::Enabled {
            return Err(S3Error::VersioningIsLocked {});
        }
        if settings.configurations.replication.is_some() && versioning != Versioning::Enabled {
            return Err(S3Error::VersioningIsReplicated {});
        }
        settings.versioning = versioning;
        Ok(())
    })?;
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
    use http::Method;

    use super::*;
    use crate::caller::Caller;

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

    async fn put(caller: &Caller, status: &str) -> Result<(), AwsError> {
        let input = PutBucketVersioningInput {
            bucket: "bucket".to_owned(),
            checksum_algorithm: None,
            content_md5: None,
            expected_bucket_owner: None,
            mfa: None,
            versioning_configuration: VersioningConfiguration {
                mfa_delete: None,
                status: Some(status.to_owned().into()),
            },
        };
        put_bucket_versioning(caller.call(Method::PUT), input).await.map(|_| ())
    }

    /// Recorded: test_bucket_versioning_crud.
    #[tokio::test]
    async fn versioning_has_no_status_until_it_is_put() {
        let caller = Caller::new();
        caller.bucket("bucket");
        let get = || async {
            let input = GetBucketVersioningInput { bucket: "bucket".to_owned(), expected_bucket_owner: None };
            let reply = get_bucket_versioning(caller.call(Method::GET), input).await.ok().unwrap();
            reply.output.status.map(|status| status.as_str().to_owned())
        };
        assert_eq!(get().await, None);
        for status in ["Suspended", "Enabled", "Suspended"] {
            put(&caller, status).await.unwrap();
            assert_eq!(get().await.as_deref(), Some(status));
        }
    }

    #[tokio::test]
    async fn versioning_of_a_bucket_with_object_lock_stays_on() {
        let caller = Caller::new();
        caller.bucket("bucket").settings.write().has_object_lock = true;
        put(&caller, "Enabled").await.unwrap();
        let error = put(&caller, "Suspended").await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.code()), (409, "InvalidBucketState"));
    }
}
