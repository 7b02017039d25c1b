//! `GetBucketOwnershipControls`, `PutBucketOwnershipControls`, `DeleteBucketOwnershipControls`: whose a bucket's objects
//! are, and whether it takes ACLs.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    self, DeleteBucketOwnershipControlsInput, DeleteBucketOwnershipControlsOutput, GetBucketOwnershipControlsInput,
    GetBucketOwnershipControlsOutput, PutBucketOwnershipControlsInput, PutBucketOwnershipControlsOutput,
};

use crate::{
    acl::ObjectOwnership,
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn get_bucket_ownership_controls(
    call: Call,
    input: GetBucketOwnershipControlsInput,
) -> Result<Reply<GetBucketOwnershipControlsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let settings = bucket.settings.read();
    if settings.lacks_ownership_controls {
        return Err(S3Error::OwnershipControlsNotFoundError { bucket: input.bucket }.into());
    }
    let object_ownership = dto::ObjectOwnership::from_static(settings.ownership.as_str());
    let rules = vec![dto::OwnershipControlsRule { object_ownership }];
    Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(dto::OwnershipControls { rules }) }.into())
}

pub(crate) async fn put_bucket_ownership_controls(
    call: Call,
    input: PutBucketOwnershipControlsInput,
) -> Result<Reply<PutBucketOwnershipControlsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let [rule] = input.ownership_controls.rules.as_slice() else { return Err(S3Error::MalformedXML {}.into()) };
    let ownership = ObjectOwnership::named(rule.object_ownership.as_str()).ok_or(S3Error::MalformedXML {})?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        let is_private = settings.acl.is_private(&bucket.owner_id());
        if ownership == ObjectOwnership::BucketOwnerEnforced && !is_private {
            return Err(S3Error::InvalidBucketAclWithObjectOwnership {});
        }
        settings.ownership = ownership;
        settings.lacks_ownership_controls = false;
        Ok(())
    })?;
    Ok(PutBucketOwnershipControlsOutput::default().into())
}

/// Without controls objects belong to who writes them, as before there were any.
pub(crate) async fn delete_bucket_ownership_controls(
    call: Call,
    input: DeleteBucketOwnershipControlsInput,
) -> Result<Reply<DeleteBucketOwnershipControlsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.ownership = ObjectOwnership::ObjectWriter;
        settings.lacks_ownership_controls = true;
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketOwnershipControlsOutput::default()).with_status(StatusCode::NO_CONTENT))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use s3s::dto::{OwnershipControls, OwnershipControlsRule};

    use super::*;
    use crate::{
        acl::{Acl, Grant, Grantee, Group, Permission},
        caller::Caller,
    };

    /// Documented: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html>
    #[tokio::test]
    async fn acls_cannot_be_turned_off_while_the_buckets_own_lets_others_in() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        let put = || {
            let object_ownership = dto::ObjectOwnership::from_static("BucketOwnerEnforced");
            let rules = vec![OwnershipControlsRule { object_ownership }];
            let input = PutBucketOwnershipControlsInput {
                bucket: "bucket".to_owned(),
                content_md5: None,
                expected_bucket_owner: None,
                ownership_controls: OwnershipControls { rules },
            };
            put_bucket_ownership_controls(caller.call(Method::PUT), input)
        };
        bucket.settings.write().ownership = ObjectOwnership::ObjectWriter;
        let grant = Grant { grantee: Grantee::Group(Group::LogDelivery), permission: Permission::Write };
        bucket.settings.write().acl = Acl::of(vec![grant]);
        assert_eq!(put().await.err().unwrap().code(), "InvalidBucketAclWithObjectOwnership");
        bucket.settings.write().acl = Acl::default();
        assert!(put().await.is_ok());
    }
}
