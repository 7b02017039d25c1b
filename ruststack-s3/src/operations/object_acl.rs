//! `GetObjectAcl`, `PutObjectAcl`: the ACL of one version.

use ruststack_core::error::AwsError;
use s3s::dto::{GetObjectAclInput, GetObjectAclOutput, PutObjectAclInput, PutObjectAclOutput};

use crate::{
    AclMode,
    acl::{Acl, AclHeaders, AclRequest, CanonicalUser, ObjectOwnership},
    call::{Call, Reply},
    described::{Described, Hidden},
    public_access::Blocks,
};

pub(crate) async fn get_object_acl(
    call: Call,
    input: GetObjectAclInput,
) -> Result<Reply<GetObjectAclOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let found = Described::find(&call, &bucket, &input.key, input.version_id.as_deref(), Hidden::DoesNotExist)?;
    let acl = effective(&found.object().acl, bucket.settings.read().ownership);
    let owner = CanonicalUser::of_account(acl.owner().unwrap_or(bucket.owner));
    let grants = acl.to_document(&owner);
    Ok(GetObjectAclOutput { grants: Some(grants), owner: Some(owner.to_owner()), request_charged: None }.into())
}

pub(crate) async fn put_object_acl(
    call: Call,
    input: PutObjectAclInput,
) -> Result<Reply<PutObjectAclOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let (ownership, blocks) = {
        let settings = bucket.settings.read();
        (settings.ownership, Blocks::of(&call.s3, &bucket, &settings))
    };
    let request = AclRequest { headers: AclHeaders::of(&call)?, policy: input.access_control_policy };
    if call.s3.config.acl == AclMode::Ignore {
        Described::find(&call, &bucket, &input.key, input.version_id.as_deref(), Hidden::IsNotAllowed)?;
        return Ok(PutObjectAclOutput { request_charged: None }.into());
    }
    Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), |object| {
        let writer = object.acl.owner();
        let owner = CanonicalUser::of_account(writer.unwrap_or(bucket.owner));
        let acl = request.resolve(ownership, &owner, &bucket.owner_id())?;
        blocks.check_acl(&call, &acl, "s3:PutObjectAcl", || format!("{}/{}", bucket.arn(), input.key))?;
        object.acl = acl.owned_by(writer);
        Ok(())
    })?;
    Ok(PutObjectAclOutput { request_charged: None }.into())
}

/// Where the bucket's owner enforces ownership, older ACLs and owners count for nothing.
fn effective(acl: &Acl, ownership: ObjectOwnership) -> Acl {
    if ownership == ObjectOwnership::BucketOwnerEnforced { Acl::default() } else { acl.clone() }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::{
        bucket::PublicAccessBlock,
        caller::{Caller, delete_marker, object, put_objects, put_versions, version_id},
    };

    async fn get(caller: &Caller, version_id: Option<String>) -> Result<GetObjectAclOutput, AwsError> {
        let input = GetObjectAclInput {
            bucket: "bucket".to_owned(),
            expected_bucket_owner: None,
            key: "key".to_owned(),
            request_payer: None,
            version_id,
        };
        get_object_acl(caller.call(Method::GET), input).await.map(|reply| reply.output)
    }

    async fn put(caller: &Caller, canned: &str, version_id: Option<String>) -> Result<(), AwsError> {
        let call = caller.request(Method::PUT, "/bucket/key?acl").header("x-amz-acl", canned).call();
        let input = PutObjectAclInput {
            bucket: "bucket".to_owned(),
            key: "key".to_owned(),
            version_id,
            ..PutObjectAclInput::default()
        };
        put_object_acl(call, input).await.map(|_| ())
    }

    #[tokio::test]
    async fn an_object_keeps_its_acl() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        bucket.settings.write().ownership = ObjectOwnership::ObjectWriter;
        bucket.settings.write().public_access_block = PublicAccessBlock(None);
        put_objects(&bucket, &["key"]);
        assert_eq!(get(&caller, None).await.unwrap().grants.unwrap().len(), 1);
        put(&caller, "public-read", None).await.unwrap();
        let grants = get(&caller, None).await.unwrap().grants.unwrap();
        let uri = grants[1].grantee.clone().unwrap().uri;
        assert_eq!(uri.as_deref(), Some("http://acs.amazonaws.com/groups/global/AllUsers"));
    }

    #[tokio::test]
    async fn objects_of_a_bucket_without_acls_take_none() {
        let caller = Caller::new();
        put_objects(&caller.bucket("bucket"), &["key"]);
        let error = put(&caller, "public-read", None).await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.code()), (400, "AccessControlListNotSupported"));
        assert_eq!(error.message(), "The bucket does not allow ACLs");
        put(&caller, "bucket-owner-full-control", None).await.unwrap();
    }

    /// Recorded: test_put_object_acl_on_delete_marker.
    #[tokio::test]
    async fn a_delete_marker_has_no_acl() {
        let caller = Caller::new();
        put_versions(&caller.bucket("bucket"), [("key", vec![object(version_id(1)), delete_marker(version_id(2))])]);
        let marker = Some(version_id(2).to_string());
        assert_eq!(put(&caller, "public-read", None).await.unwrap_err().code(), "MethodNotAllowed");
        assert_eq!(get(&caller, None).await.unwrap_err().code(), "NoSuchKey");
        assert_eq!(put(&caller, "public-read", marker.clone()).await.unwrap_err().code(), "MethodNotAllowed");
        assert_eq!(get(&caller, marker).await.unwrap_err().code(), "MethodNotAllowed");
    }
}
