//! `ListTagsForResource`, `TagResource`, `UntagResource`, of buckets: the tags are those of Get- and PutBucketTagging.

use std::sync::Arc;

use ruststack_core::{arn::Arn, operation::Call};

use super::{
    S3Control,
    api::{
        ListTagsForResourceInput, ListTagsForResourceOutput, Tag, TagResourceInput, TagResourceOutput,
        UntagResourceInput, UntagResourceOutput,
    },
    own_account,
};
use crate::{
    access::check_in_account,
    bucket::Bucket,
    error::S3Error,
    tags::{self, Tagged, Tags},
};

pub(super) async fn list_tags_for_resource(
    call: Call<S3Control>,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceOutput, S3Error> {
    let bucket = bucket(&call, &input.account_id, &input.resource_arn, "s3:ListTagsForResource")?;
    let settings = bucket.settings.read();
    let tag = |(key, value): &(String, String)| Tag { key: key.clone(), value: value.clone() };
    Ok(ListTagsForResourceOutput { tags: Some(settings.tags.iter().map(tag).collect()) })
}

/// Tags that are there already get their new values; the others stay.
pub(super) async fn tag_resource(call: Call<S3Control>, input: TagResourceInput) -> Result<TagResourceOutput, S3Error> {
    let bucket = bucket(&call, &input.account_id, &input.resource_arn, "s3:TagResource")?;
    let new: Tags = input.tags.into_iter().map(|Tag { key, value }| (key, value)).collect();
    tags::validate(&new, Tagged::Resource)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.tags = tags::merged(&settings.tags, new)?;
        Ok(())
    })?;
    Ok(TagResourceOutput {})
}

pub(super) async fn untag_resource(
    call: Call<S3Control>,
    input: UntagResourceInput,
) -> Result<UntagResourceOutput, S3Error> {
    let bucket = bucket(&call, &input.account_id, &input.resource_arn, "s3:UntagResource")?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.tags.retain(|(key, _)| !input.tag_keys.contains(key));
        Ok(())
    })?;
    Ok(UntagResourceOutput {})
}

/// The caller's bucket that an ARN names, if the caller may do this to it.
fn bucket(call: &Call<S3Control>, account: &str, arn: &str, action: &'static str) -> Result<Arc<Bucket>, S3Error> {
    let account = own_account(call, account)?;
    let arn: Arn = arn.parse().map_err(|_| S3Error::NoSuchResource {})?;
    let name = bucket_name(&arn).ok_or(S3Error::NoSuchResource {})?;
    let bucket = call.service().s3.buckets.get(name).map_err(|_| S3Error::NoSuchResource {})?;
    if bucket.owner != account {
        return Err(S3Error::AccessDenied {});
    }
    if !is_where(&arn, &bucket) {
        return Err(S3Error::NoSuchResource {});
    }
    check_in_account(&call.service().s3, call.ctx(), action, Some(&bucket))?;
    Ok(bucket)
}

/// Of `arn:aws:s3:::bucket` and of `arn:aws:s3:region:account:bucket/bucket`; nothing else that has tags is here.
fn bucket_name(arn: &Arn) -> Option<&str> {
    let is_short = arn.region().is_empty() && arn.account().is_empty();
    let name = if is_short { Some(arn.resource()) } else { arn.resource().strip_prefix("bucket/") };
    name.filter(|_| arn.service() == "s3")
}

/// The longer form names region and account, too.
fn is_where(arn: &Arn, bucket: &Bucket) -> bool {
    let is_or_unnamed = |named: &str, real: &str| named.is_empty() || named == real;
    is_or_unnamed(arn.region(), bucket.region.as_str()) && is_or_unnamed(arn.account(), &bucket.owner.to_string())
}
