//! Answers to the byte: documents, headers, errors, and what has no body.

use crate::emulator::Emulator;

const START: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<";
const NAMESPACE: &str = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

#[tokio::test]
async fn every_document_has_a_line_break_and_the_namespace() {
    let emulator = Emulator::with_object().await;
    for (uri, root) in [
        ("/", "ListAllMyBucketsResult"),
        ("/bucket", "ListBucketResult"),
        ("/bucket?list-type=2", "ListBucketResult"),
        ("/bucket?versions", "ListVersionsResult"),
        ("/bucket?uploads", "ListMultipartUploadsResult"),
        ("/bucket?acl", "AccessControlPolicy"),
        ("/bucket?versioning", "VersioningConfiguration"),
        ("/bucket?ownershipControls", "OwnershipControls"),
        ("/bucket?publicAccessBlock", "PublicAccessBlockConfiguration"),
        ("/bucket/key?tagging", "Tagging"),
    ] {
        let answer = emulator.get(uri).send("").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/xml")), "{uri}");
        assert!(answer.body.starts_with(&format!("{START}{root}{NAMESPACE}")), "{uri}: {}", answer.body);
    }
    let copy = emulator.put("/bucket/copy").header("x-amz-copy-source", "bucket/key").send("").await;
    assert!(copy.body.starts_with(&format!("{START}CopyObjectResult{NAMESPACE}>")), "{}", copy.body);
}

#[tokio::test]
async fn the_location_of_us_east_1_is_empty() {
    let emulator = Emulator::with_object().await;
    let answer = emulator.get("/bucket?location").send("").await;
    assert_eq!(answer.body, format!("{START}LocationConstraint{NAMESPACE}/>"));
}

/// The Java SDK wants the owner first.
#[tokio::test]
async fn the_owner_of_buckets_comes_before_them() {
    let emulator = Emulator::with_object().await;
    let body = emulator.get("/").send("").await.body;
    assert!(body.find("<Owner>").unwrap() < body.find("<Buckets>").unwrap(), "{body}");
}

#[tokio::test]
async fn attributes_stand_in_awss_order() {
    let emulator = Emulator::with_object().await;
    let all = "ObjectSize,StorageClass,ObjectParts,Checksum,ETag";
    let body = emulator.get("/bucket/key?attributes").header("x-amz-object-attributes", all).send("").await.body;
    let positions = ["<ETag>", "<StorageClass>", "<ObjectSize>"].map(|name| body.find(name).unwrap());
    assert!(positions.is_sorted(), "{body}");
}

#[tokio::test]
async fn control_characters_in_keys_are_written_as_references() {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.put("/bucket/a%01b%0Dc%0Ad").send("x").await.status, 200);
    let body = emulator.get("/bucket").send("").await.body;
    assert!(body.contains("<Key>a&#x1;b&#xd;c"), "{body:?}");
    let body = emulator.get("/bucket?encoding-type=url").send("").await.body;
    assert!(body.contains("<Key>a%01b%0Dc%0Ad</Key>"), "{body:?}");
}

#[tokio::test]
async fn markup_in_keys_is_escaped() {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.put("/bucket/%3Ca%3E&%22b%22").send("x").await.status, 200);
    let body = emulator.get("/bucket?prefix=%3C").send("").await.body;
    assert!(body.contains("<Key>&lt;a&gt;&amp;") && !body.contains("<a>"), "{body}");
}

#[tokio::test]
async fn every_answer_names_server_and_request() {
    let emulator = Emulator::with_object().await;
    for (uri, status) in [("/", 200), ("/bucket/key", 200), ("/bucket/missing", 404), ("/bucket?foo", 501)] {
        let answer = emulator.get(uri).send("").await;
        assert_eq!((answer.status, answer.header("server")), (status, Some("AmazonS3")), "{uri}");
        assert_eq!(answer.header("x-amz-request-id").unwrap().len(), 16, "{uri}");
        assert!(answer.header("x-amz-id-2").is_some(), "{uri}");
    }
}

#[tokio::test]
async fn errors_carry_what_aws_puts_into_them() {
    let emulator = Emulator::with_object().await;
    let missing = emulator.get("/bucket/missing").send("").await;
    assert_eq!(missing.error(), (404, "NoSuchKey", "The specified key does not exist."));
    assert!(missing.body.starts_with(&format!("{START}Error><Code>")), "{}", missing.body);
    assert_eq!(missing.element("Key"), Some("missing"));
    assert_eq!(missing.element("RequestId"), missing.header("x-amz-request-id"));
    assert_eq!(missing.element("HostId"), missing.header("x-amz-id-2"));
    assert_eq!(missing.header("content-type"), Some("application/xml"));
    let bucket = emulator.get("/other").send("").await;
    assert_eq!(bucket.error(), (404, "NoSuchBucket", "The specified bucket does not exist"));
    assert_eq!(bucket.element("BucketName"), Some("other"));
}

#[tokio::test]
async fn an_error_of_head_has_no_body() {
    let emulator = Emulator::with_object().await;
    for uri in ["/bucket/missing", "/other", "/other/key", "/bucket/%zz"] {
        let answer = emulator.head(uri).send("").await;
        let status = if uri.contains('%') { 400 } else { 404 };
        assert_eq!((answer.status, answer.body.as_str(), answer.header("content-length")), (status, "", None), "{uri}");
    }
}

#[tokio::test]
async fn head_tells_the_length_of_what_get_gives() {
    let emulator = Emulator::with_object().await;
    let answer = emulator.head("/bucket/key").send("").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("content-length")), (200, "", Some("8")));
    let part = emulator.head("/bucket/key").header("range", "bytes=0-1").send("").await;
    assert_eq!((part.status, part.header("content-length")), (206, Some("2")));
    assert_eq!(part.header("content-range"), Some("bytes 0-1/8"));
}

#[tokio::test]
async fn what_is_not_modified_has_no_body_but_its_etag() {
    let emulator = Emulator::with_object().await;
    let etag = emulator.get("/bucket/key").send("").await.header("etag").unwrap().to_owned();
    let answer = emulator.get("/bucket/key").header("if-none-match", &etag).send("").await;
    assert_eq!((answer.status, answer.body.as_str()), (304, ""));
    assert_eq!(answer.header("etag"), Some(etag.as_str()));
    assert!(answer.header("last-modified").is_some());
    assert_eq!((answer.header("content-length"), answer.header("content-type")), (None, None));
}

#[tokio::test]
async fn what_was_deleted_answers_204_without_a_type() {
    let emulator = Emulator::with_object().await;
    let answer = emulator.delete("/bucket/key").send("").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("content-type")), (204, "", None));
}

/// Answers in XML of ours must not be mistaken for an object's bytes, nor these for them.
#[tokio::test]
async fn an_object_that_is_xml_stays_as_it_is() {
    let emulator = Emulator::with_object().await;
    let document = "<?xml version=\"1.0\"?><a>\u{1}</a>";
    assert_eq!(emulator.put("/bucket/other").header("content-type", "text/x-mine").send(document).await.status, 200);
    let answer = emulator.get("/bucket/other").send("").await;
    assert_eq!((answer.body.as_str(), answer.header("content-type")), (document, Some("text/x-mine")));
    let part = emulator.get("/bucket/other").header("range", "bytes=0-20").send("").await;
    assert_eq!(part.header("content-type"), Some("text/x-mine"));
}
