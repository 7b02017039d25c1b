//! S3 Control. Recorded answers are of test_s3control.py in LocalStack's repository.

use crate::emulator::{ACCOUNT, Answer, Emulator};

const ARN: &str = "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Abucket";
const LONG_ARN: &str = "/v20180820/tags/arn:aws:s3:us-east-1:000000000000:bucket/bucket";
const BLOCK: &str = "/v20180820/configuration/publicAccessBlock";
/// The SDKs put the account in front of the endpoint's host.
const ACCOUNT_HOST: &str = "000000000000.localhost:4566";

fn document(tags: &[(&str, &str)]) -> String {
    let tag = |(key, value): &(&str, &str)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
    let tags: String = tags.iter().map(tag).collect();
    let namespace = "http://awss3control.amazonaws.com/doc/2018-08-20/";
    format!("<TagResourceRequest xmlns=\"{namespace}\"><Tags>{tags}</Tags></TagResourceRequest>")
}

async fn tag(emulator: &Emulator, tags: &[(&str, &str)]) -> Answer {
    let request = emulator.post(ARN).header("x-amz-account-id", ACCOUNT);
    request.host(ACCOUNT_HOST).send(document(tags)).await
}

async fn list(emulator: &Emulator, path: &str) -> String {
    let answer = emulator.get(path).header("x-amz-account-id", ACCOUNT).host(ACCOUNT_HOST).send("").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (_, tags) = answer.body.split_once("<Tags>").unwrap();
    tags.split_once("</Tags>")
        .unwrap()
        .0
        .replace("<Tag><Key>", "")
        .replace("</Key><Value>", "=")
        .replace("</Value></Tag>", ";")
}

/// Recorded: test_tag_lifecycle.
#[tokio::test]
async fn tags_are_added_replaced_and_removed_by_key() {
    let emulator = Emulator::with_object().await;
    assert_eq!(list(&emulator, ARN).await, "");
    assert_eq!(tag(&emulator, &[("key1", "value1"), ("key2", "value2")]).await.status, 204);
    assert_eq!(list(&emulator, ARN).await, "key1=value1;key2=value2;");
    assert_eq!(tag(&emulator, &[("key1", "new"), ("key3", "value3")]).await.status, 204);
    assert_eq!(list(&emulator, LONG_ARN).await, "key1=new;key2=value2;key3=value3;");
    for _ in 0..2 {
        assert_eq!(emulator.delete(&format!("{ARN}?tagKeys=key1&tagKeys=key3")).send("").await.status, 204);
        assert_eq!(list(&emulator, ARN).await, "key2=value2;");
    }
}

#[tokio::test]
async fn a_buckets_tags_are_the_same_through_both_services() {
    let emulator = Emulator::with_object().await;
    let tagging = "<Tagging><TagSet><Tag><Key>a</Key><Value>x &amp; y</Value></Tag></TagSet></Tagging>";
    assert_eq!(
        emulator.put("/bucket?tagging").send(tagging).await.error(),
        (400, "InvalidTag", "The TagValue you have provided is invalid")
    );
    assert_eq!(emulator.put("/bucket?tagging").send(tagging.replace(" &amp; ", "+")).await.status, 204);
    assert_eq!(list(&emulator, ARN).await, "a=x+y;");
    assert_eq!(emulator.delete(&format!("{ARN}?tagKeys=a")).send("").await.status, 204);
    assert_eq!(emulator.get("/bucket?tagging").send("").await.error().1, "NoSuchTagSet");
}

/// Recorded: test_tag_resource_validation.
#[tokio::test]
async fn wrong_tags_are_refused_in_s3_controls_words() {
    let emulator = Emulator::with_object().await;
    let reserved = "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. \
                    Remove \"aws:\" from your tag keys and try again.";
    let repeated = "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.";
    let invalid = "This request contains a tag key or value that isn't valid. Valid characters include the following: \
                   [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 \
                   characters.";
    for (tags, message) in [
        (&[("aws:test", "value")][..], reserved),
        (&[("key", "a"), ("key", "b")], repeated),
        (&[("key", "bad,value")], invalid),
        (&[("bad,key", "value")], invalid),
    ] {
        let answer = tag(&emulator, tags).await;
        assert_eq!(answer.error(), (400, "InvalidTag", message));
    }
    let malformed = "The XML you provided was not well-formed or did not validate against our published schema";
    for document in
        ["<T><Tags><Tag><Key>a</Key></Tag></Tags></T>", "<T><Tags><Tag><Value>a</Value></Tag></Tags></T>", "<T>"]
    {
        let answer = emulator.post(ARN).send(document).await;
        assert_eq!(answer.error(), (400, "MalformedXML", malformed), "{document}");
    }
    assert_eq!(list(&emulator, ARN).await, "");
}

#[tokio::test]
async fn a_bucket_takes_fifty_tags_in_all() {
    let emulator = Emulator::with_object().await;
    let keys: Vec<String> = (0..51).map(|number| format!("key{number}")).collect();
    let tags: Vec<_> = keys.iter().map(|key| (key.as_str(), "")).collect();
    assert_eq!(tag(&emulator, &tags[..50]).await.status, 204);
    assert_eq!(tag(&emulator, &tags[50..]).await.error().1, "BadRequest");
    assert_eq!(tag(&emulator, &tags[..1]).await.status, 204);
    assert_eq!(list(&emulator, ARN).await.matches(';').count(), 50);
}

/// Recorded: test_tag_operation_no_bucket.
#[tokio::test]
async fn what_an_arn_does_not_find_is_no_resource() {
    let emulator = Emulator::with_object().await;
    let missing = (404, "NoSuchResource", "The specified resource doesn't exist.");
    for arn in [
        "arn:aws:s3:::other",
        "arn:aws:s3:::bucket/key",
        "arn:aws:sqs:::bucket",
        "arn:aws:s3:eu-west-1:000000000000:bucket/bucket",
        "arn:aws:s3:us-east-1:000000000001:bucket/bucket",
        "arn:aws:s3:us-east-1:000000000000:accesspoint/bucket",
        "bucket",
    ] {
        let path = format!("/v20180820/tags/{arn}");
        assert_eq!(emulator.get(&path).send("").await.error(), missing, "{arn}");
        assert_eq!(emulator.post(&path).send(document(&[("a", "b")])).await.error(), missing, "{arn}");
        assert_eq!(emulator.delete(&format!("{path}?tagKeys=a")).send("").await.error(), missing, "{arn}");
    }
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn an_account_sees_only_its_own() {
    let emulator = Emulator::with_object().await;
    let denied = (403, "AccessDenied", "Access Denied");
    assert_eq!(emulator.get(ARN).account("000000000042").send("").await.error(), denied);
    for path in [ARN, BLOCK] {
        assert_eq!(emulator.get(path).header("x-amz-account-id", "000000000042").send("").await.error(), denied);
    }
}

/// Recorded: test_crud_public_access_block, test_empty_public_access_block.
#[tokio::test]
async fn an_accounts_public_access_block_is_kept() {
    let emulator = Emulator::new();
    let missing = (404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found");
    let answer = emulator.get(BLOCK).host(ACCOUNT_HOST).send("").await;
    assert_eq!((answer.error(), answer.element("AccountId")), (missing, Some(ACCOUNT)));
    let empty = "<PublicAccessBlockConfiguration></PublicAccessBlockConfiguration>";
    let refused = (400, "InvalidRequest", "Must specify at least one configuration.");
    assert_eq!(emulator.put(BLOCK).send(empty).await.error(), refused);
    let some = "<PublicAccessBlockConfiguration xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\">\
                <BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>\
                </PublicAccessBlockConfiguration>";
    assert_eq!(emulator.put(BLOCK).send(some).await.status, 200);
    let kept = emulator.get(BLOCK).send("").await;
    let values = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    assert_eq!(values.map(|name| kept.element(name)), ["true", "false", "false", "false"].map(Some));
    assert_eq!(emulator.get(BLOCK).account("000000000042").send("").await.error(), missing);
    for _ in 0..2 {
        assert_eq!(emulator.delete(BLOCK).send("").await.status, 204);
        assert_eq!(emulator.get(BLOCK).send("").await.error(), missing);
    }
}

#[tokio::test]
async fn errors_name_request_and_host() {
    let answer = Emulator::new().get(BLOCK).send("").await;
    let namespace = "<ErrorResponse xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Error><Code>";
    assert!(answer.body.contains(namespace), "{}", answer.body);
    assert_eq!(answer.element("RequestId"), answer.header("x-amz-request-id"));
    assert_eq!(answer.element("HostId"), answer.header("x-amz-id-2"));
    assert_eq!(answer.element("Type"), None);
}

#[tokio::test]
async fn what_s3_control_lacks_is_not_taken_for_a_bucket() {
    let emulator = Emulator::with_object().await;
    for (method, path) in
        [("PUT", "/v20180820/jobs"), ("POST", BLOCK), ("PUT", ARN), ("DELETE", "/v20180820/accesspoint/a")]
    {
        let answer = emulator.request(method.parse().unwrap(), path).send("").await;
        assert_eq!((answer.status, answer.error().1), (501, "NotImplemented"), "{method} {path}");
    }
    let buckets = emulator.get("/").send("").await.body;
    assert_eq!(buckets.matches("<Name>").count(), 1, "{buckets}");
}
