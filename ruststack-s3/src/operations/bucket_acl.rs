//! `GetBucketAcl`, `PutBucketAcl`.

use ruststack_core::error::AwsError;
use s3s::dto::{GetBucketAclInput, GetBucketAclOutput, PutBucketAclInput, PutBucketAclOutput};

use crate::{
    acl::{AclHeaders, AclRequest},
    call::{Call, Reply},
};

pub(crate) async fn get_bucket_acl(
    call: Call,
    input: GetBucketAclInput,
) -> Result<Reply<GetBucketAclOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let owner = bucket.owner_id();
    let grants = bucket.settings.read().acl.to_document(&owner);
    Ok(GetBucketAclOutput { grants: Some(grants), owner: Some(owner.to_owner()) }.into())
}

pub(crate) async fn put_bucket_acl(
    call: Call,
    input: PutBucketAclInput,
) -> Result<Reply<PutBucketAclOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let owner = bucket.owner_id();
    let request = AclRequest { headers: AclHeaders::of(&call)?, policy: input.access_control_policy };
    let mut settings = bucket.settings.write();
    settings.acl = request.resolve(settings.ownership, &owner, &owner)?;
    drop(settings);
    Ok(PutBucketAclOutput {}.into())
}
