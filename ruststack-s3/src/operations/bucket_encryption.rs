//! `GetBucketEncryption`, `PutBucketEncryption`, `DeleteBucketEncryption`: how objects are encrypted whose requests do
//! not say.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, GetBucketEncryptionInput, GetBucketEncryptionOutput,
    PutBucketEncryptionInput, PutBucketEncryptionOutput, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};

use crate::{
    call::{Call, Reply},
    encryption::{AES, DefaultEncryption, DefaultKms, KMS, KMS_DUAL_LAYER},
    error::S3Error,
};

pub(crate) async fn get_bucket_encryption(
    call: Call,
    input: GetBucketEncryptionInput,
) -> Result<Reply<GetBucketEncryptionOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let encryption = bucket.settings.read().configurations.encryption.clone().unwrap_or_default();
    let rules = vec![to_document(&encryption)];
    let configuration = ServerSideEncryptionConfiguration { rules };
    Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) }.into())
}

pub(crate) async fn put_bucket_encryption(
    call: Call,
    input: PutBucketEncryptionInput,
) -> Result<Reply<PutBucketEncryptionOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let encryption = from_document(input.server_side_encryption_configuration)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.encryption = Some(encryption);
        Ok(())
    })?;
    Ok(PutBucketEncryptionOutput::default().into())
}

/// There is no bucket without: what is left is SSE-S3.
pub(crate) async fn delete_bucket_encryption(
    call: Call,
    input: DeleteBucketEncryptionInput,
) -> Result<Reply<DeleteBucketEncryptionOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.encryption = None;
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketEncryptionOutput::default()).with_status(StatusCode::NO_CONTENT))
}

fn from_document(configuration: ServerSideEncryptionConfiguration) -> Result<DefaultEncryption, S3Error> {
    let [rule] = <[_; 1]>::try_from(configuration.rules).map_err(|_| S3Error::MalformedXML {})?;
    let by_default = rule.apply_server_side_encryption_by_default.ok_or(S3Error::MalformedXML {})?;
    let key = by_default.kms_master_key_id;
    let kms = match by_default.sse_algorithm.as_str() {
        AES if key.is_some() => return Err(S3Error::DefaultKeyNotApplicable {}),
        AES => None,
        KMS => Some(DefaultKms { is_dual_layer: false, key }),
        KMS_DUAL_LAYER => Some(DefaultKms { is_dual_layer: true, key }),
        _ => return Err(S3Error::MalformedXML {}),
    };
    Ok(DefaultEncryption { kms, has_bucket_key: rule.bucket_key_enabled.unwrap_or(false) })
}

fn to_document(encryption: &DefaultEncryption) -> ServerSideEncryptionRule {
    let by_default = ServerSideEncryptionByDefault {
        kms_master_key_id: encryption.kms.as_ref().and_then(|kms| kms.key.clone()),
        sse_algorithm: ServerSideEncryption::from_static(encryption.algorithm()),
    };
    ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(by_default),
        bucket_key_enabled: Some(encryption.has_bucket_key),
    }
}
