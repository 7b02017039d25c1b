//! `GetObjectTagging`, `PutObjectTagging`, `DeleteObjectTagging`: the tags of one version.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteObjectTaggingInput, DeleteObjectTaggingOutput, GetObjectTaggingInput, GetObjectTaggingOutput,
    PutObjectTaggingInput, PutObjectTaggingOutput,
};

use crate::{
    call::{Call, Reply},
    described::{Described, Hidden},
    error::S3Error,
    tags::{self, Tagged},
};

pub(crate) async fn get_object_tagging(
    call: Call,
    input: GetObjectTaggingInput,
) -> Result<Reply<GetObjectTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let found = Described::find(&call, &bucket, &input.key, input.version_id.as_deref(), Hidden::IsNotAllowed);
    let found = found.map_err(|error| with_bucket_in_key(error, &input.bucket))?;
    let tag_set = tags::to_document(&found.object().tags);
    Ok(GetObjectTaggingOutput { tag_set, version_id: found.shown_version_id(&bucket) }.into())
}

/// Of all operations AWS lets this one show the bucket before a key that does not exist.
fn with_bucket_in_key(error: S3Error, bucket: &str) -> S3Error {
    match error {
        S3Error::NoSuchKey { key } => S3Error::NoSuchKey { key: format!("{bucket}/{key}") },
        other => other,
    }
}

pub(crate) async fn put_object_tagging(
    call: Call,
    input: PutObjectTaggingInput,
) -> Result<Reply<PutObjectTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let tags = tags::from_document(input.tagging.tag_set, Tagged::Object)?;
    let changed = Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), |object| {
        object.tags = tags;
        Ok(())
    })?;
    Ok(PutObjectTaggingOutput { version_id: changed.shown_version_id(&bucket) }.into())
}

pub(crate) async fn delete_object_tagging(
    call: Call,
    input: DeleteObjectTaggingInput,
) -> Result<Reply<DeleteObjectTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let changed = Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), |object| {
        object.tags.clear();
        Ok(())
    })?;
    let output = DeleteObjectTaggingOutput { version_id: changed.shown_version_id(&bucket) };
    Ok(Reply::from(output).with_status(StatusCode::NO_CONTENT))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use s3s::dto::{Tag, Tagging};

    use super::*;
    use crate::caller::{Caller, delete_marker, object, put_objects, put_versions, version_id};

    async fn get(caller: &Caller, version_id: Option<String>) -> Result<GetObjectTaggingOutput, AwsError> {
        let input = GetObjectTaggingInput {
            bucket: "bucket".to_owned(),
            expected_bucket_owner: None,
            key: "key".to_owned(),
            request_payer: None,
            version_id,
        };
        get_object_tagging(caller.call(Method::GET), input).await.map(|reply| reply.output)
    }

    async fn put(caller: &Caller, version_id: Option<String>, key: &str) -> Result<Option<String>, AwsError> {
        let tag = Tag { key: Some(key.to_owned()), value: Some(String::new()) };
        let input = PutObjectTaggingInput {
            bucket: "bucket".to_owned(),
            checksum_algorithm: None,
            content_md5: None,
            expected_bucket_owner: None,
            key: "key".to_owned(),
            request_payer: None,
            tagging: Tagging { tag_set: vec![tag] },
            version_id,
        };
        put_object_tagging(caller.call(Method::PUT), input).await.map(|reply| reply.output.version_id)
    }

    async fn delete(caller: &Caller, version_id: Option<String>) -> Result<Option<String>, AwsError> {
        let input = DeleteObjectTaggingInput {
            bucket: "bucket".to_owned(),
            expected_bucket_owner: None,
            key: "key".to_owned(),
            version_id,
        };
        delete_object_tagging(caller.call(Method::DELETE), input).await.map(|reply| reply.output.version_id)
    }

    fn id(number: u64) -> Option<String> {
        Some(version_id(number).to_string())
    }

    /// Recorded: test_object_tagging_versioned.
    #[tokio::test]
    async fn each_version_has_its_tags() {
        let caller = Caller::new();
        put_versions(&caller.bucket("bucket"), [("key", vec![object(version_id(1)), object(version_id(2))])]);
        assert_eq!(put(&caller, None, "new").await.unwrap(), id(2));
        assert_eq!(put(&caller, id(1), "old").await.unwrap(), id(1));
        let key = |output: GetObjectTaggingOutput| (output.tag_set[0].key.clone(), output.version_id);
        assert_eq!(key(get(&caller, None).await.unwrap()), (Some("new".to_owned()), id(2)));
        assert_eq!(key(get(&caller, id(1)).await.unwrap()), (Some("old".to_owned()), id(1)));
        assert_eq!(delete(&caller, None).await.unwrap(), id(2));
        assert!(get(&caller, None).await.unwrap().tag_set.is_empty());
        assert_eq!(get(&caller, id(1)).await.unwrap().tag_set.len(), 1);
    }

    #[tokio::test]
    async fn a_delete_marker_takes_no_tags() {
        let caller = Caller::new();
        put_versions(&caller.bucket("bucket"), [("key", vec![object(version_id(1)), delete_marker(version_id(2))])]);
        for version_id in [None, id(2)] {
            let errors = [
                ("GET", get(&caller, version_id.clone()).await.unwrap_err()),
                ("PUT", put(&caller, version_id.clone(), "tag").await.unwrap_err()),
                ("DELETE", delete(&caller, version_id).await.unwrap_err()),
            ];
            for (method, error) in errors {
                assert_eq!((error.status().as_u16(), error.code()), (405, "MethodNotAllowed"));
                let members = [("Method", method.to_owned()), ("ResourceType", "DeleteMarker".to_owned())];
                assert_eq!(error.members(), members);
            }
        }
    }

    /// Recorded: test_object_tagging_exc.
    #[tokio::test]
    async fn a_key_that_does_not_exist_has_no_tags() {
        let caller = Caller::new();
        caller.bucket("bucket");
        assert_eq!(get(&caller, None).await.unwrap_err().members(), [("Key", "bucket/key".to_owned())]);
        for error in [put(&caller, None, "tag").await.unwrap_err(), delete(&caller, None).await.unwrap_err()] {
            assert_eq!((error.code(), error.members()), ("NoSuchKey", &[("Key", "key".to_owned())][..]));
        }
    }

    #[tokio::test]
    async fn a_bucket_that_was_never_versioned_shows_no_version_id() {
        let caller = Caller::new();
        put_objects(&caller.bucket("bucket"), &["key"]);
        assert_eq!(put(&caller, None, "tag").await.unwrap(), None);
        assert_eq!(get(&caller, Some("null".to_owned())).await.unwrap().tag_set.len(), 1);
        assert_eq!(get(&caller, Some("no-id".to_owned())).await.unwrap_err().message(), "Invalid version id specified");
        assert_eq!(get(&caller, id(7)).await.unwrap_err().code(), "NoSuchVersion");
    }
}
