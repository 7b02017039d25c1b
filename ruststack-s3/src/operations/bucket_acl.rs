//! `GetBucketAcl`, `PutBucketAcl`.

use ruststack_core::error::AwsError;
use s3s::dto::{GetBucketAclInput, GetBucketAclOutput, PutBucketAclInput, PutBucketAclOutput};

use crate::{
    AclMode,
    acl::{AclHeaders, AclRequest},
    call::{Call, Reply},
    public_access::Blocks,
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
    if call.s3.config.acl == AclMode::Ignore {
        return Ok(PutBucketAclOutput {}.into());
    }
    bucket.change_settings(call.ctx().changes(), |settings| {
        let acl = request.resolve(settings.ownership, &owner, &owner)?;
        Blocks::of(&call.s3, &bucket, settings).check_acl(&call, &acl, "s3:PutBucketAcl", || bucket.arn())?;
        settings.acl = acl;
        Ok(())
    })?;
    Ok(PutBucketAclOutput {}.into())
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::{acl::ObjectOwnership, bucket::PublicAccessBlock, caller::Caller};

    async fn put(caller: &Caller, header: &'static str, value: &str) -> Result<(), AwsError> {
        let call = caller.request(Method::PUT, "/bucket?acl").header(header, value).call();
        let input = PutBucketAclInput { bucket: "bucket".to_owned(), ..PutBucketAclInput::default() };
        put_bucket_acl(call, input).await.map(|_| ())
    }

    /// The permissions granted, each with the group's URI if it is a group that has it.
    async fn get(caller: &Caller) -> Vec<(String, Option<String>)> {
        let input = GetBucketAclInput { bucket: "bucket".to_owned(), expected_bucket_owner: None };
        let reply = get_bucket_acl(caller.call(Method::GET), input).await.ok().unwrap();
        let grants = reply.output.grants.unwrap().into_iter();
        grants.map(|grant| (grant.permission.unwrap().as_str().to_owned(), grant.grantee.unwrap().uri)).collect()
    }

    /// Recorded: test_s3_bucket_acl.
    #[tokio::test]
    async fn a_bucket_keeps_the_acl_put_last() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        bucket.settings.write().ownership = ObjectOwnership::ObjectWriter;
        let refused = put(&caller, "x-amz-acl", "public-read").await.unwrap_err();
        assert!(refused.message().ends_with("blocked by the BlockPublicAcls block public access setting."));
        bucket.settings.write().public_access_block = PublicAccessBlock(None);
        let everyone = "http://acs.amazonaws.com/groups/global/AllUsers".to_owned();
        let log_delivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";
        let owner = || ("FULL_CONTROL".to_owned(), None);

        put(&caller, "x-amz-acl", "public-read").await.unwrap();
        assert_eq!(get(&caller).await, [owner(), ("READ".to_owned(), Some(everyone))]);
        put(&caller, "x-amz-acl", "private").await.unwrap();
        assert_eq!(get(&caller).await, [owner()]);
        put(&caller, "x-amz-grant-read", &format!("uri=\"{log_delivery}\"")).await.unwrap();
        assert_eq!(get(&caller).await, [("READ".to_owned(), Some(log_delivery.to_owned()))]);
    }

    #[tokio::test]
    async fn a_bucket_takes_no_acl_unless_its_ownership_setting_allows_it() {
        let caller = Caller::new();
        caller.bucket("bucket");
        assert_eq!(put(&caller, "x-amz-acl", "private").await.unwrap_err().code(), "AccessControlListNotSupported");
        assert_eq!(put(&caller, "x-amz-acl", "fake-acl").await.unwrap_err().code(), "InvalidArgument");
    }
}
