//! What ACLs grant of an action.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions>

use ruststack_auth::policy::{evaluate::AclGrant, principal::Caller};

use super::actions::Level;
use crate::{
    acl::{Acl, CanonicalUser, Grant, Grantee, Group, Permission},
    bucket::Bucket,
};

/// An action, and the ACLs of what it is asked for on.
pub(super) struct Asked<'a> {
    pub(super) action: &'static str,
    pub(super) level: Level,
    pub(super) bucket: &'a Bucket,
    pub(super) bucket_acl: &'a Acl,
    /// `None` when there is no such object.
    pub(super) object_acl: Option<&'a Acl>,
}

/// Whose ACL grants an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum On {
    Bucket,
    Object,
}

impl Asked<'_> {
    pub(super) fn grant(&self, caller: &Caller, ignores_public: bool) -> Option<AclGrant> {
        let (on, permission) = needed(self.action, self.level)?;
        let (acl, owner) = match on {
            On::Bucket => (self.bucket_acl, self.bucket.owner),
            On::Object => (self.object_acl?, self.object_acl?.owner().unwrap_or(self.bucket.owner)),
        };
        let grants = acl.grants(&CanonicalUser::of_account(owner));
        let grants = grants.iter().filter(|grant| grant.permission.covers(permission));
        let to_caller: Vec<_> = grants.filter_map(|grant| reach(grant, caller, ignores_public)).collect();
        to_caller.iter().find(|grant| **grant == AclGrant::Everyone).or(to_caller.first()).copied()
    }
}

fn reach(grant: &Grant, caller: &Caller, ignores_public: bool) -> Option<AclGrant> {
    match &grant.grantee {
        Grantee::User(user) => (caller.canonical_user.as_deref() == Some(user.as_str())).then_some(AclGrant::Account),
        Grantee::Group(Group::AllUsers) => (!ignores_public).then_some(AclGrant::Everyone),
        Grantee::Group(Group::AuthenticatedUsers) => {
            (!ignores_public && caller.account.is_some()).then_some(AclGrant::Everyone)
        }
        // S3 itself writes its logs.
        Grantee::Group(Group::LogDelivery) => None,
    }
}

/// The permission that an action is, in the words of ACLs; most actions are none.
fn needed(action: &str, level: Level) -> Option<(On, Permission)> {
    Some(match (action, level) {
        ("s3:ListBucket" | "s3:ListBucketVersions" | "s3:ListBucketMultipartUploads", _) => {
            (On::Bucket, Permission::Read)
        }
        // Who may write an object says who may read it.
        ("s3:PutObject" | "s3:DeleteObject", _) | ("s3:PutObjectAcl", Level::NewObject) => {
            (On::Bucket, Permission::Write)
        }
        ("s3:GetBucketAcl", _) => (On::Bucket, Permission::ReadAcp),
        ("s3:PutBucketAcl", _) => (On::Bucket, Permission::WriteAcp),
        ("s3:GetObject" | "s3:GetObjectVersion" | "s3:GetObjectTorrent", _) => (On::Object, Permission::Read),
        ("s3:GetObjectAcl" | "s3:GetObjectVersionAcl", _) => (On::Object, Permission::ReadAcp),
        ("s3:PutObjectAcl" | "s3:PutObjectVersionAcl", _) => (On::Object, Permission::WriteAcp),
        _ => return None,
    })
}
