//! `ListObjects`: a page of a bucket's objects, in the older form.

use ruststack_core::error::AwsError;
use s3s::dto::{ListObjectsInput, ListObjectsOutput};

use crate::{
    call::{Call, Reply},
    listing::{
        self,
        output::{Lists, Owners, in_region},
        parameters::Parameters,
    },
};

pub(crate) async fn list_objects(call: Call, input: ListObjectsInput) -> Result<Reply<ListObjectsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let parameters = Parameters::of(&call, input.prefix, input.delimiter)?;
    let marker = input.marker.unwrap_or_default();
    let after = Some(marker.as_str()).filter(|marker| !marker.is_empty());
    let page = listing::objects_of(&call, &bucket, parameters.filter(), after, parameters.max_keys);

    let encoding = parameters.encoding;
    // Without a delimiter clients go on after the last key; a page cut among delete markers may have none.
    let has_next_marker = parameters.echoed_delimiter().is_some() || page.cut_after.is_some();
    let next_marker = page.next_after().filter(|_| has_next_marker).map(|name| encoding.write(name));
    let is_truncated = page.is_truncated;
    let lists = Lists::of(&call, page.entries, encoding, Owners::for_call(&call, &bucket).as_ref());
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
    Ok(in_region(&bucket, output))
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::caller::{Caller, put_objects};

    async fn list(caller: &Caller, query: &str, input: ListObjectsInput) -> ListObjectsOutput {
        let call = caller.request(Method::GET, &format!("/bucket?{query}")).call();
        let input = ListObjectsInput { bucket: "bucket".to_owned(), ..input };
        list_objects(call, input).await.ok().unwrap().output
    }

    fn names(output: &ListObjectsOutput) -> Vec<String> {
        let keys = output.contents.iter().flatten().filter_map(|object| object.key.clone());
        let prefixes = output.common_prefixes.iter().flatten().filter_map(|prefix| prefix.prefix.clone());
        keys.chain(prefixes).collect()
    }

    /// Recorded: test_list_objects_marker_common_prefixes.
    #[tokio::test]
    async fn a_list_goes_on_after_its_next_marker() {
        let caller = Caller::new();
        let keys = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"];
        put_objects(&caller.bucket("bucket"), &keys);
        for (marker, listed, next_marker) in [
            (None, "folder/aSubfolder/", Some("folder/aSubfolder/")),
            (Some("folder/aSubfolder/"), "folder/file1", Some("folder/file1")),
            (Some("folder/file1"), "folder/file2", None),
            (Some("folder/aSubfolder/subFile1"), "folder/file1", Some("folder/file1")),
        ] {
            let input = ListObjectsInput {
                prefix: Some("folder/".to_owned()),
                delimiter: Some("/".to_owned()),
                marker: marker.map(str::to_owned),
                ..ListObjectsInput::default()
            };
            let output = list(&caller, "max-keys=1", input).await;
            assert_eq!(names(&output), [listed]);
            assert_eq!(output.next_marker.as_deref(), next_marker);
            assert_eq!(output.is_truncated, Some(next_marker.is_some()));
            assert_eq!(output.marker.as_deref(), Some(marker.unwrap_or_default()));
        }
    }

    /// Recorded: test_list_objects_next_marker, test_list_objects_with_prefix.
    #[tokio::test]
    async fn without_a_delimiter_there_is_no_next_marker() {
        let caller = Caller::new();
        put_objects(&caller.bucket("bucket"), &["test_0", "test_1"]);
        let input = ListObjectsInput { delimiter: Some(String::new()), ..ListObjectsInput::default() };
        let output = list(&caller, "max-keys=1&encoding-type=url", input).await;
        assert_eq!((names(&output), output.is_truncated), (vec!["test_0".to_owned()], Some(true)));
        assert_eq!((output.next_marker, output.delimiter), (None, None));
        assert_eq!((output.prefix.as_deref(), output.marker.as_deref()), (Some(""), Some("")));
        assert_eq!(output.encoding_type.unwrap().as_str(), "url");
        let owner = output.contents.unwrap()[0].owner.clone().unwrap();
        assert!(owner.id.is_some() && owner.display_name.is_none());
    }

    #[tokio::test]
    async fn a_bucket_that_does_not_exist_has_no_list() {
        let input = ListObjectsInput { bucket: "bucket".to_owned(), ..ListObjectsInput::default() };
        let error = list_objects(Caller::new().call(Method::GET), input).await.err().unwrap();
        assert_eq!((error.status().as_u16(), error.code()), (404, "NoSuchBucket"));
        assert_eq!(error.members(), [("BucketName", "bucket".to_owned())]);
    }
}
