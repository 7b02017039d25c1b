//! Headers that the codec would refuse and AWS passes over or takes as they are.

use crate::emulator::Emulator;

#[tokio::test]
async fn a_range_that_is_none_gives_the_whole_object() {
    let emulator = Emulator::with_object().await;
    for range in ["abc", "bytes=abc", "bytes=3-1", "bytes=-1-", "bytes=0-1,3-4", "bytes=", "lines=1-2"] {
        let answer = emulator.get("/bucket/key").header("range", range).send("").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "unharmed"), "{range}");
    }
    for (range, body) in [("bytes=0-1", "un"), ("bytes=-4", "rmed"), ("bytes=2-", "harmed"), ("bytes=6-99", "ed")] {
        let answer = emulator.get("/bucket/key").header("range", range).send("").await;
        assert_eq!((answer.status, answer.body.as_str()), (206, body), "{range}");
    }
    let answer = emulator.get("/bucket/key").header("range", "bytes=8-").send("").await;
    assert_eq!(answer.error(), (416, "InvalidRange", "The requested range is not satisfiable"));
    assert_eq!(answer.element("ActualObjectSize"), Some("8"));
}

#[tokio::test]
async fn a_date_that_is_none_is_no_condition() {
    let emulator = Emulator::with_object().await;
    for name in ["if-modified-since", "if-unmodified-since"] {
        let answer = emulator.get("/bucket/key").header(name, "yesterday").send("").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "unharmed"), "{name}");
    }
}

#[tokio::test]
async fn one_of_several_etags_is_enough() {
    let emulator = Emulator::with_object().await;
    let etag = emulator.head("/bucket/key").send("").await.header("etag").unwrap().to_owned();
    let several = format!("\"other\", {etag}");
    assert_eq!(emulator.get("/bucket/key").header("if-match", &several).send("").await.status, 200);
    let answer = emulator.get("/bucket/key").header("if-none-match", &several).send("").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("etag")), (304, "", Some(etag.as_str())));
}

#[tokio::test]
async fn expires_comes_back_as_it_was_sent() {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.put("/bucket/other").header("expires", "in a while").send("x").await.status, 200);
    assert_eq!(emulator.get("/bucket/other").send("").await.header("expires"), Some("in a while"));
}

#[tokio::test]
async fn metadata_sent_twice_is_joined() {
    let emulator = Emulator::with_object().await;
    let put = emulator.put("/bucket/other").header("x-amz-meta-a", "1").header("x-amz-meta-a", "2");
    assert_eq!(put.send("x").await.status, 200);
    assert_eq!(emulator.head("/bucket/other").send("").await.header("x-amz-meta-a"), Some("1,2"));
}

#[tokio::test]
async fn a_page_size_that_is_no_number_is_told_in_awss_words() {
    let emulator = Emulator::with_object().await;
    let answer = emulator.get("/bucket?list-type=2&max-keys=abc").send("").await;
    assert_eq!(answer.error(), (400, "InvalidArgument", "Provided max-keys not an integer or within integer range"));
    assert_eq!((answer.element("ArgumentName"), answer.element("ArgumentValue")), (Some("max-keys"), Some("abc")));
    // Whether the bucket is there is looked at first.
    assert_eq!(emulator.get("/other?max-keys=abc").send("").await.error().1, "NoSuchBucket");
}

#[tokio::test]
async fn a_copy_source_is_judged_by_s3_alone() {
    let emulator = Emulator::with_object().await;
    let copy = |source: &'static str| emulator.put("/bucket/copy").header("x-amz-copy-source", source);
    let answer = copy("wrongformat").send("").await;
    assert_eq!((answer.status, answer.error().1), (400, "InvalidArgument"), "{}", answer.body);
    assert_eq!(answer.element("ArgumentName"), Some("x-amz-copy-source"));
    assert_eq!(copy("bucket_with_underscore/key").send("").await.error().1, "NoSuchBucket");
    assert_eq!(copy("/bucket/missing").send("").await.error().1, "NoSuchKey");
    emulator.assert_unharmed().await;
    assert_eq!(copy("/bucket/key").send("").await.status, 200);
    assert_eq!(emulator.get("/bucket/copy").send("").await.body, "unharmed");
}

#[tokio::test]
async fn object_attributes_are_a_list_in_one_header_or_several() {
    let emulator = Emulator::with_object().await;
    let one = emulator.get("/bucket/key?attributes").header("x-amz-object-attributes", "ETag,ObjectSize");
    let several = emulator.get("/bucket/key?attributes");
    let several = several.header("x-amz-object-attributes", "ETag").header("x-amz-object-attributes", "ObjectSize");
    let (one, several) = (one.send("").await, several.send("").await);
    assert_eq!((one.status, one.element("ObjectSize")), (200, Some("8")));
    assert!(!one.element("ETag").unwrap().contains("&quot;") && !one.body.contains("<ETag>\""));
    assert_eq!(one.body, several.body);
}
