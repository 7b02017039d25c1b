//! The names of KMS's keys, which objects show as ARNs.

use md5::{Digest as _, Md5};
use ruststack_core::scope::{AccountId, Region};

use crate::{error::S3Error, object::ETag};

/// The ARN of a key that is named by its id, its alias or its ARN; without a name, of the one that AWS manages for S3 in
/// this account and region.
// Differs from AWS: there are no keys that could be looked up. Names of keys that are not there, are disabled or may not
// be used are taken; an alias is shown as its own ARN, not as its key's.
pub(crate) fn arn(key: Option<&str>, account: AccountId, region: &Region) -> Result<String, S3Error> {
    let resource = match key {
        Some(arn) if arn.starts_with("arn:") => return check_arn(arn, region).map(|()| arn.to_owned()),
        Some(alias) if alias.starts_with("alias/") => alias.to_owned(),
        Some(id) if is_id(id) => format!("key/{id}"),
        Some(id) => return Err(S3Error::KmsKeyInvalid { key: id.to_owned() }),
        None => format!("key/{}", managed_key_id(account, region)),
    };
    Ok(format!("arn:{}:kms:{region}:{account}:{resource}", region.partition()))
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
        assert!(is_id(arn(None).unwrap().rsplit_once('/').unwrap().1));
        assert_eq!(arn(Some("fake-key-id")).unwrap_err().to_string(), "Invalid keyId 'fake-key-id'");
        let elsewhere = whole.replace("us-east-1", "us-east-2");
        assert_eq!(arn(Some(&elsewhere)).unwrap_err().to_string(), "Invalid arn us-east-2");
    }
}
