//! `ListTagsForResource`, `TagResource`, `UntagResource`, of buckets: the tags are those of Get- and PutBucketTagging.

use std::sync::Arc;

use http::StatusCode;
use quick_xml::escape::escape;
use ruststack_core::{Response, arn::Arn, context::Context, error::AwsError};

use super::{S3Control, answer_with, empty};
use crate::{bucket::Bucket, error::S3Error, tags};

impl S3Control {
    pub(super) fn list_tags(&self, ctx: &Context, arn: &str) -> Result<Response, AwsError> {
        let bucket = self.bucket(ctx, arn)?;
        let settings = bucket.settings.read();
        let tag = |(key, value): &(String, String)| {
            format!("<Tag><Key>{}</Key><Value>{}</Value></Tag>", escape(key), escape(value))
        };
        let tags: String = settings.tags.iter().map(tag).collect();
        Ok(answer_with("ListTagsForResourceResult", &format!("<Tags>{tags}</Tags>")))
    }

    /// Tags that are there already get their new values; the others stay.
    pub(super) fn tag(&self, ctx: &Context, arn: &str, document: &[u8]) -> Result<Response, AwsError> {
        let bucket = self.bucket(ctx, arn)?;
        let new = tags::from_tag_resource(document)?;
        let mut settings = bucket.settings.write();
        settings.tags = tags::merged(&settings.tags, new)?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    pub(super) fn untag(&self, ctx: &Context, arn: &str, query: &str) -> Result<Response, AwsError> {
        let bucket = self.bucket(ctx, arn)?;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let removed: Option<Vec<String>> =
            pairs.filter(|(name, _)| *name == "tagKeys").map(|(_, key)| tags::decode(key)).collect();
        let removed = removed.ok_or(S3Error::InvalidURI {})?;
        bucket.settings.write().tags.retain(|(key, _)| !removed.contains(key));
        Ok(empty(StatusCode::NO_CONTENT))
    }

    /// The caller's bucket that an ARN names.
    fn bucket(&self, ctx: &Context, arn: &str) -> Result<Arc<Bucket>, AwsError> {
        let arn: Arn = arn.parse().map_err(|_| S3Error::NoSuchResource {})?;
        let name = bucket_name(&arn).ok_or(S3Error::NoSuchResource {})?;
        let bucket = self.s3.buckets.get(name).map_err(|_| S3Error::NoSuchResource {})?;
        if bucket.owner != ctx.scope().account {
            return Err(S3Error::AccessDenied {}.into());
        }
        if is_where(&arn, &bucket) { Ok(bucket) } else { Err(S3Error::NoSuchResource {}.into()) }
    }
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
