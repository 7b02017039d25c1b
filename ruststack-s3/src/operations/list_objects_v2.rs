//! `ListObjectsV2`: a page of a bucket's objects.

use ruststack_core::error::AwsError;
use s3s::dto::{ListObjectsV2Input, ListObjectsV2Output};

use crate::{
    call::{Call, Reply},
    listing::{
        self,
        output::{Lists, owner_for},
        parameters::{self, Parameters},
        token,
    },
};

pub(crate) async fn list_objects_v2(
    call: Call,
    input: ListObjectsV2Input,
) -> Result<Reply<ListObjectsV2Output>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let parameters = Parameters::of(&call, input.prefix, input.delimiter)?;
    let continuation_token = parameters::raw(call.exchange.head().uri.query(), "continuation-token");
    // A token says where to go on; where the list began is then of no account, and not repeated.
    let start_after = input.start_after.filter(|name| !name.is_empty() && continuation_token.is_none());
    let after = match &continuation_token {
        Some(token) => Some(token::decode(token)?),
        None => start_after.clone(),
    };
    let page = listing::objects(&bucket.objects.read(), parameters.filter(), after.as_deref(), parameters.max_keys);

    let encoding = parameters.encoding;
    let next_continuation_token = page.next_after().map(token::encode);
    let (is_truncated, key_count) = (page.is_truncated, page.entries.len());
    let owner = owner_for(&call, &bucket).filter(|_| input.fetch_owner == Some(true));
    let lists = Lists::of(page.entries, encoding, owner.as_ref());
    let output = ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: parameters.echoed_prefix(),
        max_keys: parameters.echoed_max_keys(),
        key_count: Some(i32::try_from(key_count).expect("a page holds at most 1000 keys")),
        continuation_token,
        is_truncated: Some(is_truncated),
        next_continuation_token,
        contents: Some(Lists::objects(lists.versions)),
        common_prefixes: Some(lists.common_prefixes),
        delimiter: parameters.echoed_delimiter(),
        encoding_type: encoding.encoding_type(),
        start_after: start_after.map(|name| encoding.write(&name)),
        request_charged: None,
    };
    Ok(output.into())
}
