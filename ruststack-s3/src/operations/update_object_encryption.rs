//! `UpdateObjectEncryption`: an object gets a key of KMS and stays what it is.

use ruststack_core::error::AwsError;

use crate::{
    access::version_id,
    answer::Headers,
    call::{Call, Reply},
    described::Described,
    encryption::Encryption,
    error::S3Error,
    kms_key,
};

pub(crate) async fn update_object_encryption(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let document = call.document("UpdateObjectEncryption")?;
    let kms = &document["SSEKMS"];
    let arn = kms["KMSKeyArn"].as_str().ok_or(S3Error::MalformedXML {})?;
    kms_key::check_arn(arn, &bucket.region)?;
    let encryption = Encryption::of_key(arn.to_owned(), kms["BucketKeyEnabled"].as_bool().unwrap_or(false));
    let version_id = version_id(&call);
    let found = Described::change(&call, &bucket, call.key(), version_id.as_deref(), |object| {
        if !object.encryption.can_be_updated() {
            return Err(S3Error::EncryptionNotUpdated {});
        }
        object.encryption = encryption;
        Ok(())
    })?;
    let mut headers = Headers::default();
    headers.push_version_id(found.shown_version_id(&bucket).as_deref());
    Ok(headers.on(()))
}
