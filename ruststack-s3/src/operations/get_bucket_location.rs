//! `GetBucketLocation`: the location constraint a bucket was made with, which us-east-1 has not.

use ruststack_core::{error::AwsError, scope::Region};
use s3s::dto::{BucketLocationConstraint, GetBucketLocationInput, GetBucketLocationOutput};

use crate::{
    bucket::Bucket,
    call::{Call, Reply},
};

pub(crate) async fn get_bucket_location(
    call: Call,
    input: GetBucketLocationInput,
) -> Result<Reply<GetBucketLocationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let location_constraint = location(&bucket).map(BucketLocationConstraint::from);
    Ok(GetBucketLocationOutput { location_constraint }.into())
}

fn location(bucket: &Bucket) -> Option<String> {
    if bucket.settings.read().is_located_eu {
        return Some(BucketLocationConstraint::EU.to_owned());
    }
    (bucket.region != Region::US_EAST_1).then(|| bucket.region.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::AccountId;

    use super::*;

    #[test]
    fn a_location_is_named_but_for_us_east_1() {
        for (region, is_located_eu, expected) in
            [("us-east-1", false, None), ("eu-west-1", false, Some("eu-west-1")), ("eu-west-1", true, Some("EU"))]
        {
            let region = Region::known(region).unwrap();
            let mut bucket = Bucket::named("bucket", AccountId::DEFAULT);
            bucket.region = region;
            bucket.settings.write().is_located_eu = is_located_eu;
            assert_eq!(location(&bucket).as_deref(), expected);
        }
    }
}
