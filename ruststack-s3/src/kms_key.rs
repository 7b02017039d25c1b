//! The names of KMS's keys, which objects show as ARNs, and what KMS says of the keys.

use md5::{Digest as _, Md5};
use ruststack_core::{
    context::Context,
    error::AwsError,
    scope::{AccountId, Region},
};
use serde_json::{Value, json};

use crate::{bucket::Bucket, call::Call, config::SseMode, encryption::Encryption, error::S3Error, object::ETag};

/// The alias of the key that AWS manages for S3 in each account and region.
const MANAGED: &str = "alias/aws/s3";

/// The ARN of what a key is named by: its id, an alias or its ARN; without a name, of the alias of the one that AWS
/// manages. [`resolve`] makes of it the ARN of the key.
pub(crate) fn arn(key: Option<&str>, account: AccountId, region: &Region) -> Result<String, S3Error> {
    let resource = match key {
        Some(arn) if arn.starts_with("arn:") => return check_arn(arn, region).map(|()| arn.to_owned()),
        Some(alias) if alias.starts_with("alias/") => alias.to_owned(),
        Some(id) if is_id(id) => format!("key/{id}"),
        Some(id) => return Err(S3Error::KmsKeyInvalid { key: id.to_owned() }),
        None => MANAGED.to_owned(),
    };
    Ok(key_arn(&resource, account, region))
}

fn key_arn(resource: &str, account: AccountId, region: &Region) -> String {
    format!("arn:{}:kms:{region}:{account}:{resource}", region.partition())
}

/// Puts the key in the place of the name that a new object's encryption has of it; refuses keys that cannot be used,
/// where they are looked up.
// Differs from AWS: unless S3_SKIP_KMS_KEY_VALIDATION=0, names of keys that are not there, are disabled or may not be
// used are taken; an alias that KMS does not know is then shown as its own ARN.
pub(crate) async fn resolve(call: &Call, bucket: &Bucket, encryption: &mut Encryption) -> Result<(), AwsError> {
    let Some(named) = encryption.kms_key().map(str::to_owned) else { return Ok(()) };
    let is_alias = named.split(':').nth(5).is_some_and(|resource| resource.starts_with("alias/"));
    if !is_alias && !validates(call) {
        return Ok(());
    }
    match look_up(call, bucket, &named).await {
        Ok(key) => {
            if validates(call) {
                check_state(&key)?;
            }
            encryption.set_kms_key(key["Arn"].as_str().unwrap_or(&named));
        }
        Err(error) if validates(call) && is_refusal(&error) => return Err(refusal(&error).into()),
        // Without KMS there is still a key that is the same each time.
        Err(_) if named.ends_with(&format!(":{MANAGED}")) => {
            let account = call.ctx().scope().account;
            let id = managed_key_id(account, &bucket.region);
            encryption.set_kms_key(&key_arn(&format!("key/{id}"), account, &bucket.region));
        }
        Err(_) => {}
    }
    Ok(())
}

/// Whether what is encrypted by a key can be read. Recorded: test_s3_sse_validate_kms_key_state, 2026-02-21.
pub(crate) async fn check_readable(call: &Call, bucket: &Bucket, encryption: &Encryption) -> Result<(), AwsError> {
    let Some(arn) = encryption.kms_key().filter(|_| validates(call)) else { return Ok(()) };
    match look_up(call, bucket, arn).await {
        Ok(key) => Ok(check_state(&key)?),
        Err(error) if is_refusal(&error) => Err(refusal(&error).into()),
        Err(_) => Ok(()),
    }
}

fn validates(call: &Call) -> bool {
    call.s3.config.validates_kms_keys && call.s3.config.sse == SseMode::Transparent
}

/// What KMS says of a key, asked where the bucket is.
async fn look_up(call: &Call, bucket: &Bucket, arn: &str) -> Result<Value, AwsError> {
    let ctx = in_region(call.ctx(), &bucket.region);
    let mut described = ctx.bus().request(&ctx, "kms", "DescribeKey", json!({"KeyId": arn})).await?;
    Ok(described["KeyMetadata"].take())
}

fn in_region(ctx: &Context, region: &Region) -> Context {
    let mut identity = ctx.identity().clone();
    identity.region = Some(region.clone());
    ctx.with_identity(identity)
}

fn check_state(key: &Value) -> Result<(), S3Error> {
    let arn = key["Arn"].as_str().unwrap_or_default().to_owned();
    match key["KeyState"].as_str() {
        Some("Disabled") => Err(S3Error::KmsKeyDisabled { arn }),
        Some("PendingDeletion") => Err(S3Error::KmsKeyPendingDeletion { arn }),
        _ => Ok(()),
    }
}

/// Not that KMS is not here.
fn is_refusal(error: &AwsError) -> bool {
    error.status().is_client_error()
}

fn refusal(error: &AwsError) -> S3Error {
    match error.code() {
        "AccessDeniedException" => S3Error::AccessDenied {},
        _ => S3Error::KmsKeyNotFound { message: error.message().to_owned() },
    }
}

/// Keys are used where they are. Recorded: test_s3_sse_validate_kms_key.
pub(crate) fn check_arn(arn: &str, region: &Region) -> Result<(), S3Error> {
    match arn.split(':').nth(3) {
        Some(named) if named == region.as_str() => Ok(()),
        named => Err(S3Error::KmsArnInvalid { region: named.unwrap_or_default().to_owned() }),
    }
}

/// A UUID, or `mrk-` and its digits where a key is in several regions.
fn is_id(id: &str) -> bool {
    let is_hex = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(digits) = id.strip_prefix("mrk-") {
        return is_hex(digits, 32);
    }
    let groups: Vec<_> = id.split('-').collect();
    groups.len() == 5 && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, length)| is_hex(group, length))
}

fn managed_key_id(account: AccountId, region: &Region) -> String {
    uuid_of(&format!("aws/s3 {account} {region}"))
}

/// The same for the same text, in the form of a UUID.
pub(crate) fn uuid_of(text: &str) -> String {
    let digest = ETag::of_md5(Md5::digest(text).into()).to_string();
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digest[part]).join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_s3_sse_validate_kms_key.
    #[test]
    fn a_key_is_shown_as_its_arn() {
        let arn = |key| arn(key, AccountId::DEFAULT, &Region::US_EAST_1);
        let id = "134f2428-cec1-4b25-a1ae-9048164dba47";
        let whole = format!("arn:aws:kms:us-east-1:000000000000:key/{id}");
        assert_eq!(arn(Some(id)), Ok(whole.clone()));
        assert_eq!(arn(Some(&whole)), Ok(whole.clone()));
        assert_eq!(arn(Some("alias/mine")).unwrap(), "arn:aws:kms:us-east-1:000000000000:alias/mine");
        assert_eq!(arn(None).unwrap(), "arn:aws:kms:us-east-1:000000000000:alias/aws/s3");
        assert!(is_id(&managed_key_id(AccountId::DEFAULT, &Region::US_EAST_1)));
        assert_eq!(arn(Some("fake-key-id")).unwrap_err().to_string(), "Invalid keyId 'fake-key-id'");
        let elsewhere = whole.replace("us-east-1", "us-east-2");
        assert_eq!(arn(Some(&elsewhere)).unwrap_err().to_string(), "Invalid arn us-east-2");
    }
}
