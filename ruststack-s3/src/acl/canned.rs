//! Canned ACLs: names for common lists of grants.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>

use super::{Acl, CanonicalUser, Grant, Grantee, Group, Permission};
use crate::error::S3Error;

/// The one canned ACL that even a bucket without ACLs takes.
pub(super) const BUCKET_OWNER_FULL_CONTROL: &str = "bucket-owner-full-control";

/// The ACL a name stands for.
pub(super) fn acl(name: &str, owner: &CanonicalUser, bucket_owner: &CanonicalUser) -> Result<Acl, S3Error> {
    let others: &[(Grantee, Permission)] = match name {
        // Differs from AWS: `aws-exec-read` would let EC2's own account read, which is not here.
        "private" | "aws-exec-read" => &[],
        "public-read" => &[(Grantee::Group(Group::AllUsers), Permission::Read)],
        "public-read-write" => {
            &[(Grantee::Group(Group::AllUsers), Permission::Read), (Grantee::Group(Group::AllUsers), Permission::Write)]
        }
        "authenticated-read" => &[(Grantee::Group(Group::AuthenticatedUsers), Permission::Read)],
        "bucket-owner-read" => &[(Grantee::User(bucket_owner.clone()), Permission::Read)],
        BUCKET_OWNER_FULL_CONTROL => &[(Grantee::User(bucket_owner.clone()), Permission::FullControl)],
        "log-delivery-write" => &[
            (Grantee::Group(Group::LogDelivery), Permission::Write),
            (Grantee::Group(Group::LogDelivery), Permission::ReadAcp),
        ],
        _ => return Err(S3Error::InvalidCannedAcl { value: name.to_owned() }),
    };
    Ok(with_owner(owner, others))
}

/// The owner has full control; what others are given is listed after, unless the other is the owner.
fn with_owner(owner: &CanonicalUser, others: &[(Grantee, Permission)]) -> Acl {
    let owner = Grantee::User(owner.clone());
    let others = others.iter().filter(|(grantee, _)| *grantee != owner).cloned();
    let grants = std::iter::once((owner.clone(), Permission::FullControl)).chain(others);
    Acl::of(grants.map(|(grantee, permission)| Grant { grantee, permission }).collect())
}

#[cfg(test)]
mod tests {
    use ruststack_core::{error::AwsError, scope::AccountId};

    use super::*;

    fn user(number: u64) -> CanonicalUser {
        CanonicalUser::of_account(AccountId::from_number(number).unwrap())
    }

    #[test]
    fn a_canned_acl_stands_for_grants() {
        let (writer, bucket_owner) = (user(1), user(2));
        for (name, owner, grants) in [
            ("private", &writer, 1),
            ("public-read", &writer, 2),
            ("public-read-write", &writer, 3),
            ("authenticated-read", &writer, 2),
            ("bucket-owner-read", &writer, 2),
            ("bucket-owner-full-control", &writer, 2),
            ("bucket-owner-full-control", &bucket_owner, 1),
            ("log-delivery-write", &writer, 3),
        ] {
            let acl = acl(name, owner, &bucket_owner).unwrap();
            assert_eq!(acl.grants(owner).len(), grants, "{name}");
        }
    }

    #[test]
    fn an_unknown_canned_acl_is_an_invalid_argument_without_words() {
        let error = AwsError::from(acl("fake-acl", &user(1), &user(1)).unwrap_err());
        assert_eq!((error.code(), error.message()), ("InvalidArgument", ""));
        let members = [("ArgumentName", "x-amz-acl".to_owned()), ("ArgumentValue", "fake-acl".to_owned())];
        assert_eq!(error.members(), members);
    }
}
