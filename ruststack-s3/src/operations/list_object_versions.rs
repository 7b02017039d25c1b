//! `ListObjectVersions`: a page of a bucket's versions and delete markers.

use ruststack_core::error::AwsError;
use s3s::dto::{ListObjectVersionsInput, ListObjectVersionsOutput};

use crate::{
    call::{Call, Reply},
    listing::{
        self,
        output::{Lists, owner_for},
        parameters::{self, Parameters},
    },
};

pub(crate) async fn list_object_versions(
    call: Call,
    input: ListObjectVersionsInput,
) -> Result<Reply<ListObjectVersionsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let parameters = Parameters::of(&call, input.prefix, input.delimiter)?;
    let key_marker = input.key_marker.unwrap_or_default();
    let version_id_marker = parameters::raw(call.exchange.head().uri.query(), "version-id-marker");
    let after = parameters::version_marker(Some(&key_marker), version_id_marker.as_deref())?;
    let page = listing::versions(&bucket.objects.read(), parameters.filter(), &after, parameters.max_keys);

    let encoding = parameters.encoding;
    let next_key_marker = page.next_after().map(|name| encoding.write(name));
    let next_version_id_marker = page.next_after_version();
    let is_truncated = page.is_truncated;
    let lists = Lists::of(page.entries, encoding, owner_for(&call, &bucket).as_ref());
    let output = ListObjectVersionsOutput {
        common_prefixes: Some(lists.common_prefixes),
        delete_markers: Some(lists.delete_markers),
        delimiter: parameters.echoed_delimiter(),
        encoding_type: encoding.encoding_type(),
        is_truncated: Some(is_truncated),
        key_marker: Some(encoding.write(&key_marker)),
        max_keys: parameters.echoed_max_keys(),
        name: Some(input.bucket),
        next_key_marker,
        next_version_id_marker,
        prefix: parameters.echoed_prefix(),
        request_charged: None,
        version_id_marker: Some(version_id_marker.unwrap_or_default()),
        versions: Some(lists.versions),
    };
    Ok(output.into())
}
