//! `ListObjectVersions`: a page of a bucket's versions and delete markers.

use ruststack_core::error::AwsError;
use s3s::dto::{ListObjectVersionsInput, ListObjectVersionsOutput};

use crate::{
    call::{Call, Reply},
    listing::{
        self,
        output::{Lists, Owners},
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
    let lists = Lists::of(&call, page.entries, encoding, Owners::for_call(&call, &bucket).as_ref());
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

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::caller::{Caller, delete_marker, object, put_versions, version_id};

    async fn list(caller: &Caller, query: &str, key_marker: Option<&str>) -> ListObjectVersionsOutput {
        let call = caller.request(Method::GET, &format!("/bucket?versions&{query}")).call();
        let key_marker = key_marker.map(str::to_owned);
        let input = ListObjectVersionsInput { bucket: "bucket".to_owned(), key_marker, ..Default::default() };
        list_object_versions(call, input).await.ok().unwrap().output
    }

    fn id(number: u64) -> String {
        version_id(number).to_string()
    }

    /// The versions of test_list_objects_versions_markers, numbered in the order they were written.
    fn recorded() -> Caller {
        let caller = Caller::new();
        let version = |number| object(version_id(number));
        let marker = |number| delete_marker(version_id(number));
        put_versions(
            &caller.bucket("bucket"),
            [
                ("test_0", vec![version(1), marker(5), version(8)]),
                ("test_1", vec![version(2), marker(6), version(9)]),
                ("test_2", vec![version(3), version(4), marker(7)]),
            ],
        );
        caller
    }

    #[tokio::test]
    async fn versions_are_listed_newest_first() {
        let output = list(&recorded(), "", None).await;
        let versions = output.versions.unwrap();
        let ids: Vec<_> = versions.iter().map(|version| version.version_id.clone().unwrap()).collect();
        assert_eq!(ids, [8, 1, 9, 2, 4, 3].map(id));
        let latest: Vec<_> = versions.iter().map(|version| version.is_latest == Some(true)).collect();
        assert_eq!(latest, [true, false, true, false, false, false]);
        let markers = output.delete_markers.unwrap();
        let markers: Vec<_> =
            markers.iter().map(|marker| (marker.version_id.clone().unwrap(), marker.is_latest)).collect();
        assert_eq!(markers, [(id(5), Some(false)), (id(6), Some(false)), (id(7), Some(true))]);
        assert_eq!((output.key_marker.as_deref(), output.version_id_marker.as_deref()), (Some(""), Some("")));
        assert_eq!((output.next_key_marker, output.next_version_id_marker), (None, None));
    }

    #[tokio::test]
    async fn a_list_goes_on_after_a_version() {
        let caller = recorded();
        let page = list(&caller, "max-keys=5", None).await;
        assert_eq!(page.next_key_marker.as_deref(), Some("test_1"));
        assert_eq!(page.next_version_id_marker, Some(id(6)));

        let both = list(&caller, &format!("max-keys=1&version-id-marker={}", id(6)), Some("test_1")).await;
        assert_eq!(both.versions.unwrap()[0].version_id, Some(id(2)));
        assert_eq!((both.is_truncated, both.next_version_id_marker), (Some(true), Some(id(2))));

        let last = list(&caller, &format!("max-keys=1&version-id-marker={}", id(4)), Some("test_2")).await;
        assert_eq!(last.versions.unwrap()[0].version_id, Some(id(3)));
        assert_eq!((last.is_truncated, last.next_key_marker), (Some(false), None));
    }

    #[tokio::test]
    async fn a_key_marker_alone_passes_all_versions_of_its_key() {
        let caller = recorded();
        let next = list(&caller, "max-keys=1", Some("test_1")).await;
        assert_eq!(next.delete_markers.unwrap()[0].version_id, Some(id(7)));
        assert_eq!((next.is_truncated, next.next_version_id_marker), (Some(true), Some(id(7))));
        let last = list(&caller, "max-keys=1", Some("test_2")).await;
        assert_eq!((last.is_truncated, last.versions.unwrap().len()), (Some(false), 0));
    }

    #[tokio::test]
    async fn a_page_that_ends_with_a_common_prefix_has_no_next_version() {
        let caller = Caller::new();
        let keys = ["folder/aSubfolder/subFile1", "folder/file1"];
        put_versions(&caller.bucket("bucket"), keys.map(|key| (key, vec![object(version_id(1))])));
        let call = caller.request(Method::GET, "/bucket?versions&max-keys=1").call();
        let input = ListObjectVersionsInput {
            bucket: "bucket".to_owned(),
            prefix: Some("folder/".to_owned()),
            delimiter: Some("/".to_owned()),
            ..Default::default()
        };
        let output = list_object_versions(call, input).await.ok().unwrap().output;
        assert_eq!(output.next_key_marker.as_deref(), Some("folder/aSubfolder/"));
        assert_eq!((output.is_truncated, output.next_version_id_marker), (Some(true), None));
    }
}
