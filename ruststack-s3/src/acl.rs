//! Access control lists: who may do what, as it was granted.
//!
//! An ACL is sent as a canned name, as headers (`acl/headers.rs`) or as a document (`acl/document.rs`); a bucket whose
//! owner enforces ownership, the default, takes none.

mod canned;
mod document;
mod headers;
mod request;

pub(crate) use request::{AclHeaders, AclRequest};

use std::sync::Arc;

use ring::digest;
use ruststack_core::scope::AccountId;
use s3s::dto;
use serde::{Deserialize, Serialize};

/// Who may do what to a bucket or object.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub(crate) struct Acl {
    /// `None` is what most have: all for the bucket's owner, nothing for others.
    said: Option<Arc<Said>>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Said {
    /// The account that wrote an object into another's bucket, and kept it.
    owner: Option<AccountId>,
    /// `None`: all for the owner.
    grants: Option<Vec<Grant>>,
}

/// What outlives the process.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Owned { owner: AccountId, grants: Option<Vec<Grant>> },
    Plain(Option<Vec<Grant>>),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) grantee: Grantee,
    pub(crate) permission: Permission,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Grantee {
    User(CanonicalUser),
    Group(Group),
}

/// The groups that AWS knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Group {
    AllUsers,
    AuthenticatedUsers,
    LogDelivery,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Permission {
    FullControl,
    Read,
    ReadAcp,
    Write,
    WriteAcp,
}

/// Whether a bucket takes ACLs, and whose its objects are.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum ObjectOwnership {
    #[default]
    BucketOwnerEnforced,
    BucketOwnerPreferred,
    ObjectWriter,
}

/// An account as ACLs name it: 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct CanonicalUser(String);

impl From<Kept> for Acl {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Plain(grants) => Self::new(None, grants),
            Kept::Owned { owner, grants } => Self::new(Some(owner), grants),
        }
    }
}

impl From<Acl> for Kept {
    fn from(acl: Acl) -> Self {
        let Said { owner, grants } = acl.said.map(|said| Said::clone(&said)).unwrap_or_default();
        match owner {
            None => Self::Plain(grants),
            Some(owner) => Self::Owned { owner, grants },
        }
    }
}

impl Acl {
    fn new(owner: Option<AccountId>, grants: Option<Vec<Grant>>) -> Self {
        let is_said = owner.is_some() || grants.is_some();
        Self { said: is_said.then(|| Arc::new(Said { owner, grants })) }
    }

    pub(crate) fn of(grants: Vec<Grant>) -> Self {
        Self::new(None, Some(grants))
    }

    /// The same of an object that this account owns; `None` is the bucket's owner.
    pub(crate) fn owned_by(self, owner: Option<AccountId>) -> Self {
        let grants = self.said.and_then(|said| said.grants.clone());
        Self::new(owner, grants)
    }

    /// The account that owns the object, if it is not the bucket's.
    pub(crate) fn owner(&self) -> Option<AccountId> {
        self.said.as_ref().and_then(|said| said.owner)
    }

    fn said_grants(&self) -> Option<&[Grant]> {
        self.said.as_ref().and_then(|said| said.grants.as_deref())
    }

    /// The grants, with those that go without saying.
    pub(crate) fn grants(&self, owner: &CanonicalUser) -> Vec<Grant> {
        match self.said_grants() {
            Some(grants) => grants.to_vec(),
            None => vec![Grant { grantee: Grantee::User(owner.clone()), permission: Permission::FullControl }],
        }
    }

    /// Nobody but the owner has a permission.
    pub(crate) fn is_private(&self, owner: &CanonicalUser) -> bool {
        self.grants(owner) == Self::default().grants(owner)
    }

    /// Whether all have a permission, or all who are signed in.
    pub(crate) fn is_public(&self) -> bool {
        self.said_grants().is_some_and(|grants| grants.iter().any(Grant::is_public))
    }

    /// As answers show it.
    pub(crate) fn to_document(&self, owner: &CanonicalUser) -> Vec<dto::Grant> {
        self.grants(owner).iter().map(Grant::to_document).collect()
    }
}

impl Grant {
    fn is_public(&self) -> bool {
        matches!(self.grantee, Grantee::Group(Group::AllUsers | Group::AuthenticatedUsers))
    }

    fn to_document(&self) -> dto::Grant {
        let permission = dto::Permission::from_static(self.permission.as_str());
        dto::Grant { grantee: Some(self.grantee.to_document()), permission: Some(permission) }
    }
}

impl Grantee {
    fn to_document(&self) -> dto::Grantee {
        let (kind, id, uri) = match self {
            Self::User(user) => (dto::Type::CANONICAL_USER, Some(user.as_str().to_owned()), None),
            Self::Group(group) => (dto::Type::GROUP, None, Some(group.uri().to_owned())),
        };
        dto::Grantee { display_name: None, email_address: None, id, type_: dto::Type::from_static(kind), uri }
    }
}

impl Group {
    const ALL: [Self; 3] = [Self::AllUsers, Self::AuthenticatedUsers, Self::LogDelivery];

    pub(crate) fn uri(self) -> &'static str {
        match self {
            Self::AllUsers => "http://acs.amazonaws.com/groups/global/AllUsers",
            Self::AuthenticatedUsers => "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
            Self::LogDelivery => "http://acs.amazonaws.com/groups/s3/LogDelivery",
        }
    }

    pub(crate) fn of_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.uri() == uri)
    }
}

impl Permission {
    const ALL: [Self; 5] = [Self::FullControl, Self::Read, Self::ReadAcp, Self::Write, Self::WriteAcp];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::FullControl => "FULL_CONTROL",
            Self::Read => "READ",
            Self::ReadAcp => "READ_ACP",
            Self::Write => "WRITE",
            Self::WriteAcp => "WRITE_ACP",
        }
    }

    /// Whether who has this permission has the other.
    pub(crate) fn covers(self, other: Self) -> bool {
        self == other || self == Self::FullControl
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == name)
    }
}

impl ObjectOwnership {
    const ALL: [Self; 3] = [Self::BucketOwnerEnforced, Self::BucketOwnerPreferred, Self::ObjectWriter];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ownership| ownership.as_str() == name)
    }
}

impl CanonicalUser {
    /// LocalStack's, for the account of callers who name none.
    const DEFAULT_ID: &str = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";
    const ID_LENGTH: usize = 64;

    /// The same in every run.
    pub(crate) fn of_account(account: AccountId) -> Self {
        if account == AccountId::DEFAULT {
            return Self(Self::DEFAULT_ID.to_owned());
        }
        let digest = digest::digest(&digest::SHA256, format!("canonical user {account}").as_bytes());
        Self(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// `None` when the text cannot be an id.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let is_id = id.len() == Self::ID_LENGTH && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| Self(id.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As answers show it: AWS has stopped to send display names.
    pub(crate) fn to_owner(&self) -> dto::Owner {
        dto::Owner { display_name: None, id: Some(self.0.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_canonical_id() {
        let id = |number| CanonicalUser::of_account(AccountId::from_number(number).unwrap());
        assert_eq!(id(0).as_str(), "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a");
        assert_eq!(id(1), id(1));
        assert_ne!(id(1), id(2));
        assert_eq!(CanonicalUser::parse(id(1).as_str()), Some(id(1)));
        assert_eq!(CanonicalUser::parse("wrong-id"), None);
    }

    #[test]
    fn an_acl_outlives_the_process_with_its_objects_owner() {
        let grant = Grant { grantee: Grantee::Group(Group::AllUsers), permission: Permission::Read };
        let acl = Acl::of(vec![grant]);
        for acl in [Acl::default(), acl.clone(), acl.owned_by(Some(AccountId::DEFAULT))] {
            let kept = rmp_serde::to_vec_named(&acl).unwrap();
            assert_eq!(rmp_serde::from_slice::<Acl>(&kept).unwrap(), acl);
        }
    }

    #[test]
    fn an_acl_nobody_set_gives_all_to_the_owner() {
        let owner = CanonicalUser::of_account(AccountId::DEFAULT);
        let grants = Acl::default().to_document(&owner);
        let grantee = grants[0].grantee.clone().unwrap();
        assert_eq!((grants.len(), grantee.id.as_deref()), (1, Some(owner.as_str())));
        assert_eq!(grantee.type_.as_str(), "CanonicalUser");
        assert_eq!(grants[0].permission.as_ref().map(dto::Permission::as_str), Some("FULL_CONTROL"));
    }
}
