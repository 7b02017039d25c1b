//! `ListObjects`: a page of a bucket's objects, in the older form.

use ruststack_core::error::AwsError;
use s3s::dto::{ListObjectsInput, ListObjectsOutput};

use crate::{
    call::{Call, Reply},
    listing::{
        self,
        output::{Lists, owner_for},
        parameters::Parameters,
    },
};

pub(crate) async fn list_objects(call: Call, input: ListObjectsInput) -> Result<Reply<ListObjectsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let parameters = Parameters::of(&call, input.prefix, input.delimiter)?;
    let marker = input.marker.unwrap_or_default();
    let after = Some(marker.as_str()).filter(|marker| !marker.is_empty());
    let page = listing::objects(&bucket.objects.read(), parameters.filter(), after, parameters.max_keys);

    let encoding = parameters.encoding;
    // Without a delimiter clients go on after the last key; a page cut among delete markers may have none.
    let has_next_marker = parameters.echoed_delimiter().is_some() || page.cut_after.is_some();
    let next_marker = page.next_after().filter(|_| has_next_marker).map(|name| encoding.write(name));
    let is_truncated = page.is_truncated;
    let lists = Lists::of(page.entries, encoding, owner_for(&call, &bucket).as_ref());
    let output = ListObjectsOutput {
        name: Some(input.bucket),
        prefix: parameters.echoed_prefix(),
        marker: Some(encoding.write(&marker)),
        max_keys: parameters.echoed_max_keys(),
        is_truncated: Some(is_truncated),
        contents: Some(Lists::objects(lists.versions)),
        common_prefixes: Some(lists.common_prefixes),
        delimiter: parameters.echoed_delimiter(),
        next_marker,
        encoding_type: encoding.encoding_type(),
        request_charged: None,
    };
    Ok(output.into())
}
