//! The ACL that a request asks for, in whichever form.

use ruststack_core::{
    identity::{Identity, Principal},
    scope::AccountId,
};
use s3s::dto;

use super::{Acl, CanonicalUser, Grant, ObjectOwnership, canned, document, headers};
use crate::{call::Call, config::AclMode, error::S3Error};

/// The ACL in a request's headers: a canned name or grants, not both.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct AclHeaders {
    canned: Option<String>,
    grants: Vec<Grant>,
}

/// What `PutBucketAcl` and `PutObjectAcl` are given.
pub(crate) struct AclRequest {
    pub(crate) headers: AclHeaders,
    pub(crate) policy: Option<dto::AccessControlPolicy>,
}

impl AclHeaders {
    pub(crate) fn of(call: &Call) -> Result<Self, S3Error> {
        if call.s3.config.acl == AclMode::Ignore {
            return Ok(Self::default());
        }
        Self::parse(|name| call.header(name))
    }

    fn parse<'h>(header: impl Fn(&str) -> Option<&'h str>) -> Result<Self, S3Error> {
        let canned = header("x-amz-acl").map(str::to_owned);
        let mut grants = Vec::new();
        for (name, permission) in headers::HEADERS {
            if let Some(value) = header(name) {
                grants.extend(headers::grants(name, permission, value)?);
            }
        }
        if canned.is_some() && !grants.is_empty() {
            return Err(S3Error::TwoKindsOfAcl {});
        }
        Ok(Self { canned, grants })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.canned.is_none() && self.grants.is_empty()
    }

    /// The account that owns an object which `writer` puts into the bucket of another; `None` is the bucket's owner.
    // Differs from AWS: what is written without credentials belongs to the bucket's owner, never to nobody.
    pub(crate) fn owner_of_new_object(&self, ownership: ObjectOwnership, writer: &Identity) -> Option<AccountId> {
        let is_given_up = match ownership {
            ObjectOwnership::BucketOwnerEnforced => true,
            ObjectOwnership::BucketOwnerPreferred => self.canned.as_deref() == Some(canned::BUCKET_OWNER_FULL_CONTROL),
            ObjectOwnership::ObjectWriter => false,
        };
        (!is_given_up && writer.principal != Principal::Anonymous).then_some(writer.account)
    }

    /// The ACL of a new object; refused where its bucket takes none.
    pub(crate) fn for_object(
        &self,
        ownership: ObjectOwnership,
        owner: &CanonicalUser,
        bucket_owner: &CanonicalUser,
    ) -> Result<Acl, S3Error> {
        let acl = self.resolve(owner, bucket_owner)?;
        if ownership == ObjectOwnership::BucketOwnerEnforced {
            return if self.is_empty() || self.is_for_bucket_owner(bucket_owner) {
                Ok(Acl::default())
            } else {
                Err(S3Error::AccessControlListNotSupported {})
            };
        }
        Ok(acl)
    }

    /// The ACL of an object that is being written.
    // Differs from AWS: `private`, which rclone sends unless told otherwise, is taken by buckets without ACLs, too: it
    // asks for what they give.
    pub(crate) fn for_new_object(
        &self,
        ownership: ObjectOwnership,
        owner: &CanonicalUser,
        bucket_owner: &CanonicalUser,
    ) -> Result<Acl, S3Error> {
        if ownership == ObjectOwnership::BucketOwnerEnforced && self.canned.as_deref() == Some("private") {
            return Ok(Acl::default());
        }
        self.for_object(ownership, owner, bucket_owner)
    }

    /// The ACL of a new bucket; a bucket without ACLs can be asked for as `private` all the same.
    pub(crate) fn for_new_bucket(&self, ownership: ObjectOwnership, owner: &CanonicalUser) -> Result<Acl, S3Error> {
        let acl = self.resolve(owner, owner)?;
        if ownership == ObjectOwnership::BucketOwnerEnforced && !acl.is_private(owner) {
            return Err(S3Error::InvalidBucketAclWithObjectOwnership {});
        }
        Ok(acl)
    }

    fn resolve(&self, owner: &CanonicalUser, bucket_owner: &CanonicalUser) -> Result<Acl, S3Error> {
        match &self.canned {
            Some(name) => canned::acl(name, owner, bucket_owner),
            None if self.grants.is_empty() => Ok(Acl::default()),
            None => Ok(Acl::of(self.grants.clone())),
        }
    }

    fn is_for_bucket_owner(&self, bucket_owner: &CanonicalUser) -> bool {
        match &self.canned {
            Some(name) => name == canned::BUCKET_OWNER_FULL_CONTROL,
            None => self.grants == Acl::default().grants(bucket_owner),
        }
    }
}

impl AclRequest {
    /// The ACL to be put; what it says is checked before whether the bucket takes it.
    pub(crate) fn resolve(
        self,
        ownership: ObjectOwnership,
        owner: &CanonicalUser,
        bucket_owner: &CanonicalUser,
    ) -> Result<Acl, S3Error> {
        let Some(policy) = self.policy else {
            return match self.headers.is_empty() {
                true => Err(S3Error::MissingAcl {}),
                false => self.headers.for_object(ownership, owner, bucket_owner),
            };
        };
        if !self.headers.is_empty() {
            return Err(S3Error::UnexpectedContent {});
        }
        let acl = document::acl(policy, owner)?;
        if ownership == ObjectOwnership::BucketOwnerEnforced && !acl.is_private(bucket_owner) {
            return Err(S3Error::AccessControlListNotSupported {});
        }
        Ok(acl)
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::{error::AwsError, scope::AccountId};

    use super::*;

    const LOG_DELIVERY: &str = "uri=\"http://acs.amazonaws.com/groups/s3/LogDelivery\"";

    fn owner() -> CanonicalUser {
        CanonicalUser::of_account(AccountId::DEFAULT)
    }

    fn headers(list: &'static [(&str, &str)]) -> Result<AclHeaders, S3Error> {
        AclHeaders::parse(|name| list.iter().find(|(found, _)| *found == name).map(|(_, value)| *value))
    }

    fn put(
        headers: AclHeaders,
        policy: Option<dto::AccessControlPolicy>,
        ownership: ObjectOwnership,
    ) -> Result<Acl, S3Error> {
        AclRequest { headers, policy }.resolve(ownership, &owner(), &owner())
    }

    #[test]
    fn a_request_sets_one_kind_of_acl() {
        let both = headers(&[("x-amz-acl", "private"), ("x-amz-grant-read", LOG_DELIVERY)]);
        assert_eq!(both, Err(S3Error::TwoKindsOfAcl {}));
        let policy = || Some(dto::AccessControlPolicy { grants: Some(Vec::new()), owner: Some(owner().to_owner()) });
        let writer = ObjectOwnership::ObjectWriter;
        let private = headers(&[("x-amz-acl", "private")]).unwrap();
        assert_eq!(put(private, policy(), writer), Err(S3Error::UnexpectedContent {}));
        let error = AwsError::from(put(AclHeaders::default(), None, writer).unwrap_err());
        assert_eq!(error.members(), [("MissingHeaderName", "x-amz-acl".to_owned())]);
        assert_eq!(put(AclHeaders::default(), policy(), writer), Ok(Acl::of(Vec::new())));
    }

    #[test]
    fn a_bucket_that_enforces_ownership_takes_no_acl_but_full_control_of_its_owner() {
        let enforced = ObjectOwnership::BucketOwnerEnforced;
        for (list, expected) in [
            (&[("x-amz-acl", "public-read")][..], Err(S3Error::AccessControlListNotSupported {})),
            (&[("x-amz-acl", "private")], Err(S3Error::AccessControlListNotSupported {})),
            (&[("x-amz-grant-read", LOG_DELIVERY)], Err(S3Error::AccessControlListNotSupported {})),
            (&[("x-amz-acl", "bucket-owner-full-control")], Ok(Acl::default())),
            (&[("x-amz-acl", "fake-acl")], Err(S3Error::InvalidCannedAcl { value: "fake-acl".to_owned() })),
        ] {
            assert_eq!(put(headers(list).unwrap(), None, enforced), expected, "{list:?}");
        }
    }

    #[test]
    fn a_writer_owns_what_they_do_not_give_up() {
        let writer = Identity { principal: Principal::Root, ..Identity::anonymous(AccountId::DEFAULT) };
        let anonymous = Identity::anonymous(AccountId::DEFAULT);
        let owner = |list, ownership, writer| headers(list).unwrap().owner_of_new_object(ownership, writer);
        let gives: &[_] = &[("x-amz-acl", "bucket-owner-full-control")];
        let (writers, preferred) = (ObjectOwnership::ObjectWriter, ObjectOwnership::BucketOwnerPreferred);
        assert_eq!(owner(gives, writers, &writer), Some(AccountId::DEFAULT));
        assert_eq!(owner(&[], preferred, &writer), Some(AccountId::DEFAULT));
        assert_eq!(owner(gives, preferred, &writer), None);
        assert_eq!(owner(&[], ObjectOwnership::BucketOwnerEnforced, &writer), None);
        assert_eq!(owner(&[], writers, &anonymous), None);
    }

    #[test]
    fn a_new_bucket_has_acls_only_if_its_ownership_setting_allows_them() {
        let create = |list, ownership| headers(list).unwrap().for_new_bucket(ownership, &owner());
        let enforced = ObjectOwnership::BucketOwnerEnforced;
        assert!(create(&[("x-amz-acl", "private")], enforced).is_ok());
        let public: &[_] = &[("x-amz-acl", "public-read")];
        assert_eq!(create(public, enforced), Err(S3Error::InvalidBucketAclWithObjectOwnership {}));
        let acl = create(public, ObjectOwnership::ObjectWriter).unwrap();
        assert_eq!(acl.grants(&owner()).len(), 2);
    }
}
