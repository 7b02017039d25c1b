//! HTML forms posted to a bucket.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    bodies::pieces,
    emulator::{Answer, Emulator, Sent},
};

const MALFORMED: (u16, &str, &str) =
    (400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.");

fn post(emulator: &Emulator) -> Sent<'_> {
    emulator.post("/bucket").unsigned().header("content-type", "multipart/form-data; boundary=XX")
}

fn field(name: &str, value: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn form(fields: &[(&str, &str)], file: &str) -> String {
    let fields: String = fields.iter().map(|(name, value)| field(name, value)).collect();
    let file = field("file\"; filename=\"dir/a b.txt", file);
    format!("{fields}{file}{}--XX--\r\n", field("submit", "ignored"))
}

async fn sent(emulator: &Emulator, fields: &[(&str, &str)], file: &str) -> Answer {
    post(emulator).send(form(fields, file)).await
}

fn policy(conditions: &str) -> String {
    STANDARD.encode(format!("{{\"expiration\": \"2026-10-22T12:00:00Z\", \"conditions\": [{conditions}]}}"))
}

/// The form of an account, with a policy of these conditions.
fn signed<'f>(policy: &'f str, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let signature = [("AWSAccessKeyId", "000000000000"), ("signature", "any"), ("policy", policy)];
    fields.iter().copied().chain(signature).collect()
}

#[tokio::test]
async fn a_form_stores_its_file_and_what_it_says_of_it() {
    let emulator = Emulator::with_object().await;
    let fields = [
        ("key", "dir/${filename}"),
        ("Content-Type", "text/plain"),
        ("x-amz-meta-A", "1"),
        ("x-amz-storage-class", "STANDARD_IA"),
        ("tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"),
        ("success_action_status", "201"),
    ];
    let answer = sent(&emulator, &fields, "hello").await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
    assert_eq!((answer.header("etag"), answer.header("content-type")), (Some(etag), Some("application/xml")));
    assert!(answer.header("x-amz-checksum-crc64nvme").is_some());
    let location = "http://localhost:4566/bucket/dir%2Fa%20b.txt";
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{location}</Location>\
         <Bucket>bucket</Bucket><Key>dir/a b.txt</Key><ETag>&quot;{}&quot;</ETag></PostResponse>",
        etag.trim_matches('"')
    );
    assert_eq!((answer.body.as_str(), answer.header("location")), (expected.as_str(), Some(location)));
    let got = emulator.get("/bucket/dir/a%20b.txt").send("").await;
    assert_eq!((got.body.as_str(), got.header("content-type")), ("hello", Some("text/plain")));
    assert_eq!((got.header("x-amz-meta-a"), got.header("x-amz-tagging-count")), (Some("1"), Some("1")));
    assert_eq!(got.header("x-amz-storage-class"), Some("STANDARD_IA"));
}

#[tokio::test]
async fn where_the_network_cuts_a_form_does_not_matter() {
    let emulator = Emulator::with_object().await;
    let body: &'static [u8] = form(&[("key", "key")], "\r\n--X\r\n").leak().as_bytes();
    for size in [1, 7, 64] {
        assert_eq!(post(&emulator).send_body(pieces(body.chunks(size).collect())).await.status, 204);
        assert_eq!(emulator.get("/bucket/key").send("").await.body, "\r\n--X\r\n");
    }
}

#[tokio::test]
async fn a_form_may_lead_on_to_a_page() {
    let emulator = Emulator::with_object().await;
    for (page, location) in [
        ("http://host/page", "http://host/page?bucket=bucket&key=a%2Fb&etag=%225d41402abc4b2a76b9719d911017c592%22"),
        (
            "http://host/page?a=b#c",
            "http://host/page?a=b&bucket=bucket&key=a%2Fb&etag=%225d41402abc4b2a76b9719d911017c592%22#c",
        ),
    ] {
        let answer = sent(&emulator, &[("key", "a/b"), ("success_action_redirect", page)], "hello").await;
        assert_eq!((answer.status, answer.header("location"), answer.body.as_str()), (303, Some(location), ""));
    }
}

#[tokio::test]
async fn location_has_the_bucket_where_the_client_can_reach_it() {
    let emulator = Emulator::with_object().await;
    for (host, uri, location) in [
        ("127.0.0.1:4566", "/bucket", "http://127.0.0.1:4566/bucket/k"),
        ("s3:4566", "/bucket", "http://s3:4566/bucket/k"),
        ("localhost.localstack.cloud:4566", "/bucket", "http://bucket.s3.localhost.localstack.cloud:4566/k"),
        ("s3.localhost.localstack.cloud", "/bucket/", "http://bucket.s3.localhost.localstack.cloud/k"),
        ("bucket.s3.localhost.localstack.cloud:4566", "/", "http://bucket.s3.localhost.localstack.cloud:4566/k"),
    ] {
        let post = emulator.post(uri).header("content-type", "multipart/form-data; boundary=XX").host(host);
        assert_eq!(post.send(form(&[("key", "k")], "x")).await.header("location"), Some(location), "{host}");
    }
}

#[tokio::test]
async fn a_forms_policy_is_kept() {
    let emulator = Emulator::with_object().await;
    let (key, size) = (r#"["starts-with", "$key", "user/"]"#, r#"["content-length-range", 2, 4]"#);
    let policy = policy(&format!("{key}, {size}, {{\"bucket\": \"bucket\"}}"));
    let send = async |key: &str, file: &str, extra: &[(&str, &str)]| {
        let fields = signed(&policy, &[&[("key", key)], extra].concat()).to_vec();
        let answer = sent(&emulator, &fields, file).await;
        let (status, code, message) = answer.error();
        (status, code.to_owned(), message.to_owned())
    };
    let denied = |why: &str| (403, "AccessDenied".to_owned(), format!("Invalid according to Policy: {why}"));
    assert_eq!(send("user/a", "abc", &[]).await.0, 204);
    assert_eq!(send("other", "abc", &[]).await, denied(&format!("Policy Condition failed: {key}")));
    assert_eq!(send("user/b", "abc", &[("acl", "private")]).await, denied("Extra input fields: acl"));
    let (status, code, message) = send("user/b", "abcde", &[]).await;
    assert_eq!((status, code.as_str()), (400, "EntityTooLarge"), "{message}");
    assert_eq!(message, "Your proposed upload exceeds the maximum allowed size");
    let (status, code, message) = send("user/b", "a", &[]).await;
    assert_eq!((status, code.as_str()), (400, "EntityTooSmall"), "{message}");
    assert_eq!(emulator.get("/bucket/user/b").send("").await.status, 404);
}

#[tokio::test]
async fn what_is_too_large_is_told_its_size() {
    let emulator = Emulator::with_object().await;
    let policy = policy(r#"{"key": "k"}, ["content-length-range", 0, 10]"#);
    let answer = sent(&emulator, &signed(&policy, &[("key", "k")]), &"x".repeat(3 << 20)).await;
    assert_eq!((answer.element("ProposedSize"), answer.element("MaxSizeAllowed")), (Some("3145728"), Some("10")));
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn what_is_no_form_is_refused_and_stores_nothing() {
    let emulator = Emulator::with_object().await;
    let whole = form(&[("key", "k")], "hello");
    for (body, expected) in [
        (String::new(), MALFORMED),
        ("no form".to_owned(), MALFORMED),
        (whole.replace("XX", "YY"), MALFORMED),
        (whole[..whole.len() / 2].to_owned(), MALFORMED),
        (whole[..whole.find("hello").unwrap() + 3].to_owned(), MALFORMED),
        (whole.replace("; name=\"key\"", ""), MALFORMED),
        (
            format!("{}--XX--\r\n", field("key", "k")),
            (400, "InvalidArgument", "POST requires exactly one file upload per request."),
        ),
        (
            form(&[], "hello"),
            (
                400,
                "InvalidArgument",
                "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
            ),
        ),
        (form(&[("key", "")], "x"), (400, "InvalidArgument", "User key must have a length greater than 0.")),
        (form(&[("key", &"k".repeat(1025))], "x"), (400, "KeyTooLongError", "Your key is too long")),
        (
            form(&[("key", "k"), ("x-ignore-a", &"a".repeat(20 * 1024))], "x"),
            (
                400,
                "MaxPostPreDataLengthExceededError",
                "Your POST request fields preceding the upload file were too large.",
            ),
        ),
        (form(&[("key", "k"), ("policy", "e30=")], "x"), (403, "AccessDenied", "Access Denied")),
    ] {
        let answer = post(&emulator).send(body.clone()).await;
        assert_eq!(answer.error(), expected, "{}", body.get(..200).unwrap_or(&body));
        emulator.assert_unharmed().await;
    }
}

#[tokio::test]
async fn only_forms_are_posted_to_buckets() {
    let emulator = Emulator::with_object().await;
    for content_type in ["text/html", "application/x-www-form-urlencoded"] {
        let answer = emulator.post("/bucket").header("content-type", content_type).send("x").await;
        assert_eq!((answer.status, answer.element("Code")), (412, Some("PreconditionFailed")), "{content_type}");
        let condition = "Bucket POST must be of the enclosure-type multipart/form-data";
        assert_eq!(answer.element("Condition"), Some(condition));
    }
    let without = emulator.post("/bucket").header("content-type", "multipart/form-data");
    assert_eq!(without.send("x").await.error(), MALFORMED);
    let to_object = emulator.post("/bucket/key").header("content-type", "multipart/form-data; boundary=XX");
    assert_eq!(to_object.send(form(&[("key", "k")], "x")).await.status, 405);
    let missing = emulator.post("/missing").header("content-type", "multipart/form-data; boundary=XX");
    assert_eq!(missing.send(form(&[("key", "k")], "x")).await.error().1, "NoSuchBucket");
    emulator.assert_unharmed().await;
}
