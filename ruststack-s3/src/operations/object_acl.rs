//! `GetObjectAcl`, `PutObjectAcl`: the ACL of one version.

use ruststack_core::error::AwsError;
use s3s::dto::{GetObjectAclInput, GetObjectAclOutput, PutObjectAclInput, PutObjectAclOutput};

use crate::{
    acl::{AclHeaders, AclRequest},
    call::{Call, Reply},
    described::{Described, Hidden},
};

pub(crate) async fn get_object_acl(
    call: Call,
    input: GetObjectAclInput,
) -> Result<Reply<GetObjectAclOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let found = Described::find(&call, &bucket, &input.key, input.version_id.as_deref(), Hidden::DoesNotExist)?;
    let owner = bucket.owner_id();
    let grants = found.object().acl.to_document(&owner);
    Ok(GetObjectAclOutput { grants: Some(grants), owner: Some(owner.to_owner()), request_charged: None }.into())
}

pub(crate) async fn put_object_acl(
    call: Call,
    input: PutObjectAclInput,
) -> Result<Reply<PutObjectAclOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let ownership = bucket.settings.read().ownership;
    let owner = bucket.owner_id();
    let request = AclRequest { headers: AclHeaders::of(&call)?, policy: input.access_control_policy };
    Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), |object| {
        object.acl = request.resolve(ownership, &owner, &owner)?;
        Ok(())
    })?;
    Ok(PutObjectAclOutput { request_charged: None }.into())
}
