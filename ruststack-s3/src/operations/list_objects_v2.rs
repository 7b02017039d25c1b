//! `ListObjectsV2`: a page of a bucket's objects.

use ruststack_core::error::AwsError;
use s3s::dto::{ListObjectsV2Input, ListObjectsV2Output};

use crate::{
    call::{Call, Reply},
    listing::{
        self,
        output::{Lists, Owners, in_region},
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
    let page = listing::objects_of(&call, &bucket, parameters.filter(), after.as_deref(), parameters.max_keys);

    let encoding = parameters.encoding;
    let next_continuation_token = page.next_after().map(token::encode);
    let (is_truncated, key_count) = (page.is_truncated, page.entries.len());
    let owner = Owners::for_call(&call, &bucket).filter(|_| input.fetch_owner == Some(true));
    let lists = Lists::of(&call, page.entries, encoding, owner.as_ref());
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
    Ok(in_region(&bucket, output))
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::{
        bucket::Bucket,
        caller::{Caller, put_objects},
    };

    fn twelve_keys(bucket: &Bucket) {
        let keys: Vec<_> = (0..12).map(|number| format!("test_{number}")).collect();
        put_objects(bucket, &keys.iter().map(String::as_str).collect::<Vec<_>>());
    }

    async fn list(caller: &Caller, query: &str, input: ListObjectsV2Input) -> Result<ListObjectsV2Output, AwsError> {
        let call = caller.request(Method::GET, &format!("/bucket?list-type=2&{query}")).call();
        let input = ListObjectsV2Input { bucket: "bucket".to_owned(), ..input };
        list_objects_v2(call, input).await.map(|reply| reply.output)
    }

    fn keys(output: &ListObjectsV2Output) -> Vec<&str> {
        output.contents.iter().flatten().filter_map(|object| object.key.as_deref()).collect()
    }

    /// Recorded: test_list_objects_v2_continuation_start_after.
    #[tokio::test]
    async fn a_continuation_token_goes_before_start_after() {
        let caller = Caller::new();
        twelve_keys(&caller.bucket("bucket"));
        let first = list(&caller, "max-keys=5", ListObjectsV2Input::default()).await.unwrap();
        assert_eq!(keys(&first), ["test_0", "test_1", "test_10", "test_11", "test_2"]);
        assert_eq!((first.key_count, first.max_keys, first.is_truncated), (Some(5), Some(5), Some(true)));
        let token = first.next_continuation_token.unwrap();

        let start_after = || ListObjectsV2Input { start_after: Some("test_7".to_owned()), ..Default::default() };
        let rest = list(&caller, &format!("continuation-token={token}"), start_after()).await.unwrap();
        assert_eq!((keys(&rest).len(), keys(&rest)[0]), (7, "test_3"));
        assert_eq!((rest.start_after, rest.continuation_token), (None, Some(token)));
        assert_eq!((rest.next_continuation_token, rest.max_keys), (None, Some(1000)));

        let after = list(&caller, "max-keys=2", start_after()).await.unwrap();
        assert_eq!((keys(&after), after.is_truncated), (vec!["test_8", "test_9"], Some(false)));
        assert_eq!(after.start_after.as_deref(), Some("test_7"));
    }

    #[tokio::test]
    async fn an_empty_continuation_token_is_incorrect() {
        let caller = Caller::new();
        caller.bucket("bucket");
        let error = list(&caller, "continuation-token=", ListObjectsV2Input::default()).await.unwrap_err();
        assert_eq!(error.message(), "The continuation token provided is incorrect");
        assert_eq!(error.members(), [("ArgumentName", "continuation-token".to_owned())]);
    }

    /// Recorded: test_list_objects_v2_continuation_token_safe_chars.
    #[tokio::test]
    async fn names_are_encoded_and_tokens_are_not() {
        let caller = Caller::new();
        put_objects(&caller.bucket("bucket"), &["date=1/", "date=2/", "date=3/"]);
        let input = ListObjectsV2Input { start_after: Some("date=1/".to_owned()), ..Default::default() };
        let output = list(&caller, "max-keys=1&encoding-type=url", input).await.unwrap();
        assert_eq!((keys(&output), output.start_after.as_deref()), (vec!["date%3D2/"], Some("date%3D1/")));
        assert_eq!(token::decode(&output.next_continuation_token.unwrap()).unwrap(), "date=2/");
    }

    #[tokio::test]
    async fn owners_are_shown_to_who_fetches_them() {
        let caller = Caller::new();
        put_objects(&caller.bucket("bucket"), &["key"]);
        for fetch_owner in [None, Some(false), Some(true)] {
            let output = list(&caller, "", ListObjectsV2Input { fetch_owner, ..Default::default() }).await.unwrap();
            assert_eq!(output.contents.unwrap()[0].owner.is_some(), fetch_owner == Some(true));
        }
    }

    #[tokio::test]
    async fn common_prefixes_are_counted_as_keys() {
        let caller = Caller::new();
        put_objects(&caller.bucket("bucket"), &["a/1", "a/2", "b", "c/1"]);
        let input = ListObjectsV2Input { delimiter: Some("/".to_owned()), ..Default::default() };
        let output = list(&caller, "max-keys=2", input).await.unwrap();
        assert_eq!((output.key_count, output.is_truncated), (Some(2), Some(true)));
        assert_eq!(output.common_prefixes.unwrap().len(), 1);
    }
}
