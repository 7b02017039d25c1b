//! Grants in an `AccessControlPolicy` document.

use s3s::dto;

use super::{Acl, CanonicalUser, Grant, Grantee, Group, Permission};
use crate::error::S3Error;

/// The ACL that a document says; it must name the owner, whom an ACL cannot change.
pub(super) fn acl(policy: dto::AccessControlPolicy, owner: &CanonicalUser) -> Result<Acl, S3Error> {
    let named = policy.owner.and_then(|owner| owner.id).ok_or(S3Error::MalformedACLError {})?;
    let grants = policy.grants.ok_or(S3Error::MalformedACLError {})?;
    let permissions: Option<Vec<_>> = grants.iter().map(permission).collect();
    let permissions = permissions.ok_or(S3Error::MalformedACLError {})?;
    if parse_user(&named)? != *owner {
        return Err(S3Error::AccessDenied {});
    }
    let grants = grants.into_iter().zip(permissions);
    let grants = grants.map(|(grant, permission)| Ok(Grant { grantee: grantee(grant)?, permission }));
    grants.collect::<Result<_, _>>().map(Acl::of)
}

impl Grant {
    /// One grant of a document.
    pub(crate) fn from_document(grant: dto::Grant) -> Result<Self, S3Error> {
        let permission = permission(&grant).ok_or(S3Error::MalformedXML {})?;
        Ok(Self { grantee: grantee(grant)?, permission })
    }
}

fn permission(grant: &dto::Grant) -> Option<Permission> {
    grant.permission.as_ref().and_then(|permission| Permission::named(permission.as_str()))
}

fn grantee(grant: dto::Grant) -> Result<Grantee, S3Error> {
    let grantee = grant.grantee.ok_or(S3Error::MalformedACLError {})?;
    match grantee.type_.as_str() {
        dto::Type::CANONICAL_USER => {
            let id = grantee.id.ok_or(S3Error::MalformedACLError {})?;
            parse_user(&id).map(Grantee::User)
        }
        dto::Type::GROUP => {
            let uri = grantee.uri.ok_or(S3Error::MalformedACLError {})?;
            let group = Group::of_uri(&uri).map(Grantee::Group);
            group.ok_or(S3Error::InvalidGroupUri { argument: "Group/URI", value: uri })
        }
        dto::Type::AMAZON_CUSTOMER_BY_EMAIL => Err(S3Error::UnresolvableGrantByEmailAddress {}),
        _ => Err(S3Error::MalformedACLError {}),
    }
}

fn parse_user(id: &str) -> Result<CanonicalUser, S3Error> {
    let invalid = || S3Error::InvalidGrantId { argument: "CanonicalUser/ID", value: id.to_owned() };
    CanonicalUser::parse(id).ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use ruststack_core::{error::AwsError, scope::AccountId};

    use super::*;

    fn owner() -> CanonicalUser {
        CanonicalUser::of_account(AccountId::DEFAULT)
    }

    fn policy(owner_id: Option<&str>, kind: &str, grantee: &str, permission: &str) -> dto::AccessControlPolicy {
        let (id, uri) = (Some(grantee.to_owned()), Some(grantee.to_owned()));
        let type_ = dto::Type::from(kind.to_owned());
        let grantee = dto::Grantee { display_name: None, email_address: None, id, type_, uri };
        let permission = dto::Permission::from(permission.to_owned());
        let grant = dto::Grant { grantee: Some(grantee), permission: Some(permission) };
        let owner = owner_id.map(|id| dto::Owner { display_name: None, id: Some(id.to_owned()) });
        dto::AccessControlPolicy { grants: Some(vec![grant]), owner }
    }

    #[test]
    fn a_document_lists_grants_and_names_the_owner() {
        let owner = owner();
        let uri = Group::LogDelivery.uri();
        let acl = acl(policy(Some(owner.as_str()), "Group", uri, "WRITE"), &owner).unwrap();
        let grantee = Grantee::Group(Group::LogDelivery);
        assert_eq!(acl.grants(&owner), [Grant { grantee, permission: Permission::Write }]);
    }

    #[test]
    fn a_wrong_acl_document_is_refused() {
        let owner = owner();
        let id = Some(owner.as_str());
        let (log, fake) = (Group::LogDelivery.uri(), "http://acs.amazonaws.com/groups/s3/FakeGroup");
        let stranger = "0".repeat(64);
        let empty = dto::AccessControlPolicy { grants: None, owner: None };
        for (policy, code, argument) in [
            (policy(None, "Group", log, "WRITE"), "MalformedACLError", None),
            (policy(id, "Group", log, "WRONG-PERMISSION"), "MalformedACLError", None),
            (policy(Some("wrong-id"), "Group", log, "WRITE"), "InvalidArgument", Some("CanonicalUser/ID")),
            (policy(id, "Group", fake, "FULL_CONTROL"), "InvalidArgument", Some("Group/URI")),
            (policy(id, "CanonicalUser", "wrong-id", "READ"), "InvalidArgument", Some("CanonicalUser/ID")),
            (policy(id, "BadType", "wrong-id", "READ"), "MalformedACLError", None),
            (policy(Some(&stranger), "Group", log, "READ"), "AccessDenied", None),
            (empty, "MalformedACLError", None),
        ] {
            let error = AwsError::from(acl(policy, &owner).unwrap_err());
            assert_eq!(error.code(), code);
            assert_eq!(error.members().first().map(|(_, name)| name.as_str()), argument);
        }
    }
}
