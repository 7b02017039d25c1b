//! `GetBucketTagging`, `PutBucketTagging`, `DeleteBucketTagging`.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketTaggingInput, DeleteBucketTaggingOutput, GetBucketTaggingInput, GetBucketTaggingOutput,
    PutBucketTaggingInput, PutBucketTaggingOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    tags::{self, Tagged},
};

pub(crate) async fn get_bucket_tagging(
    call: Call,
    input: GetBucketTaggingInput,
) -> Result<Reply<GetBucketTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let tag_set = tags::to_document(&bucket.settings.read().tags);
    if tag_set.is_empty() {
        return Err(S3Error::NoSuchTagSet { bucket: input.bucket }.into());
    }
    Ok(GetBucketTaggingOutput { tag_set }.into())
}

pub(crate) async fn put_bucket_tagging(
    call: Call,
    input: PutBucketTaggingInput,
) -> Result<Reply<PutBucketTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let tags = tags::from_document(input.tagging.tag_set, Tagged::Bucket)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.tags = tags;
        Ok(())
    })?;
    Ok(Reply::from(PutBucketTaggingOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn delete_bucket_tagging(
    call: Call,
    input: DeleteBucketTaggingInput,
) -> Result<Reply<DeleteBucketTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.tags.clear();
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketTaggingOutput {}).with_status(StatusCode::NO_CONTENT))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use s3s::dto::{Tag, Tagging};

    use super::*;
    use crate::caller::Caller;

    async fn get(caller: &Caller) -> Result<Vec<Tag>, AwsError> {
        let input = GetBucketTaggingInput { bucket: "bucket".to_owned(), expected_bucket_owner: None };
        get_bucket_tagging(caller.call(Method::GET), input).await.map(|reply| reply.output.tag_set)
    }

    async fn put(caller: &Caller, tags: &[(&str, &str)]) {
        let tag = |(key, value): &(&str, &str)| Tag { key: Some((*key).into()), value: Some((*value).into()) };
        let tagging = Tagging { tag_set: tags.iter().map(tag).collect() };
        let input = PutBucketTaggingInput {
            bucket: "bucket".to_owned(),
            checksum_algorithm: None,
            content_md5: None,
            expected_bucket_owner: None,
            tagging,
        };
        let reply = put_bucket_tagging(caller.call(Method::PUT), input).await.ok().unwrap();
        assert_eq!(reply.status, Some(StatusCode::NO_CONTENT));
    }

    /// Recorded: test_bucket_tagging_crud.
    #[tokio::test]
    async fn putting_no_tags_is_deleting_them() {
        let caller = Caller::new();
        caller.bucket("bucket");
        let error = get(&caller).await.unwrap_err();
        assert_eq!(
            (error.status().as_u16(), error.code(), error.message()),
            (404, "NoSuchTagSet", "The TagSet does not exist")
        );
        assert_eq!(error.members(), [("BucketName", "bucket".to_owned())]);
        put(&caller, &[("tag1", "tag1"), ("tag2", "")]).await;
        assert_eq!(get(&caller).await.unwrap().len(), 2);
        put(&caller, &[("tag3", "tag3")]).await;
        assert_eq!(get(&caller).await.unwrap()[0].key.as_deref(), Some("tag3"));
        put(&caller, &[]).await;
        assert_eq!(get(&caller).await.unwrap_err().code(), "NoSuchTagSet");
    }
}
