//! `GetBucketPolicy`, `PutBucketPolicy`, `DeleteBucketPolicy`, `GetBucketPolicyStatus`: kept byte for byte. What policies
//! must say is in `bucket_policy.rs`, what they decide in `access.rs`.

use http::{HeaderValue, StatusCode, header};
use ruststack_core::{body::Body, error::AwsError};
use s3s::dto::{
    DeleteBucketPolicyInput, DeleteBucketPolicyOutput, GetBucketPolicyInput, GetBucketPolicyOutput,
    GetBucketPolicyStatusInput, GetBucketPolicyStatusOutput, PolicyStatus, PutBucketPolicyInput, PutBucketPolicyOutput,
};

use crate::{
    bucket_policy,
    call::{Call, Reply},
    error::S3Error,
    public_access::Blocks,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub(crate) async fn get_bucket_policy(
    call: Call,
    input: GetBucketPolicyInput,
) -> Result<Reply<GetBucketPolicyOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let policy = bucket.settings.read().policy.clone();
    let policy = policy.ok_or(S3Error::NoSuchBucketPolicy { bucket: input.bucket })?;
    let body = Body::from(policy.text().to_owned().into_bytes());
    Ok(Reply::from(GetBucketPolicyOutput::default()).with_header(header::CONTENT_TYPE, JSON).with_body(body))
}

pub(crate) async fn put_bucket_policy(
    call: Call,
    input: PutBucketPolicyInput,
) -> Result<Reply<PutBucketPolicyOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let text = call.exchange.head().document.as_deref().unwrap_or_default();
    let policy = bucket_policy::parse(text, &bucket)?;
    let is_public = bucket_policy::is_public(policy.policy());
    bucket.change_settings(call.ctx().changes(), |settings| {
        if is_public {
            Blocks::of(&call.s3, &bucket, settings).check_public_policy(&call, &bucket)?;
        }
        settings.policy = Some(policy);
        Ok(())
    })?;
    Ok(Reply::from(PutBucketPolicyOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn delete_bucket_policy(
    call: Call,
    input: DeleteBucketPolicyInput,
) -> Result<Reply<DeleteBucketPolicyOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.policy = None;
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketPolicyOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn get_bucket_policy_status(
    call: Call,
    input: GetBucketPolicyStatusInput,
) -> Result<Reply<GetBucketPolicyStatusOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let policy = bucket.settings.read().policy.clone();
    let policy = policy.ok_or(S3Error::NoSuchBucketPolicy { bucket: input.bucket })?;
    let is_public = Some(bucket_policy::is_public(policy.policy()));
    Ok(GetBucketPolicyStatusOutput { policy_status: Some(PolicyStatus { is_public }) }.into())
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::{bucket::PublicAccessBlock, caller::Caller};

    const PUBLIC: &str = r#"{"Statement": {"Effect":"Allow", "Principal":"*", "Action":"s3:GetObject", "Resource":"arn:aws:s3:::bucket/*"}}"#;
    const OWN: &str = r#"{"Statement": {"Effect":"Allow", "Principal":{"AWS":"000000000000"}, "Action":"s3:*", "Resource":"arn:aws:s3:::bucket/*"}}"#;

    async fn put(caller: &Caller, policy: &'static str) -> Result<(), AwsError> {
        let call = caller.request(Method::PUT, "/bucket?policy").document(policy).call();
        let input = PutBucketPolicyInput { bucket: "bucket".to_owned(), ..PutBucketPolicyInput::default() };
        put_bucket_policy(call, input).await.map(|_| ())
    }

    async fn get(caller: &Caller) -> Result<String, AwsError> {
        let input = GetBucketPolicyInput { bucket: "bucket".to_owned(), expected_bucket_owner: None };
        let reply = get_bucket_policy(caller.call(Method::GET), input).await?;
        Ok(String::from_utf8(reply.body.unwrap().as_bytes().unwrap().to_vec()).unwrap())
    }

    async fn is_public(caller: &Caller) -> Option<bool> {
        let input = GetBucketPolicyStatusInput { bucket: "bucket".to_owned(), expected_bucket_owner: None };
        let reply = get_bucket_policy_status(caller.call(Method::GET), input).await.ok()?;
        reply.output.policy_status?.is_public
    }

    #[tokio::test]
    async fn a_policy_is_echoed_byte_for_byte() {
        let caller = Caller::new();
        caller.bucket("bucket");
        assert_eq!(get(&caller).await.unwrap_err().code(), "NoSuchBucketPolicy");
        put(&caller, OWN).await.unwrap();
        assert_eq!((get(&caller).await.unwrap().as_str(), is_public(&caller).await), (OWN, Some(false)));
        assert_eq!(put(&caller, "{}").await.unwrap_err().code(), "MalformedPolicy");
        assert_eq!(get(&caller).await.unwrap(), OWN);
    }

    #[tokio::test]
    async fn a_new_bucket_takes_no_public_policy() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        let error = put(&caller, PUBLIC).await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.code()), (403, "AccessDenied"));
        let message = "User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketPolicy on resource: \
                       \"arn:aws:s3:::bucket\" because public policies are blocked by the BlockPublicPolicy block \
                       public access setting.";
        assert_eq!(error.message(), message);
        bucket.settings.write().public_access_block = PublicAccessBlock(None);
        put(&caller, PUBLIC).await.unwrap();
        assert_eq!(is_public(&caller).await, Some(true));
    }
}
