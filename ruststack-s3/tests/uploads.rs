//! Uploads in parts: what a client is told of them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest as _, Md5};

use crate::emulator::{Answer, Emulator, Sent};

/// Begins an upload of `/bucket/{key}` with these headers; gives back what follows the key in its requests.
async fn begin(emulator: &Emulator, key: &str, headers: &[(&str, &str)]) -> String {
    let request = emulator.post(&format!("/bucket/{key}?uploads"));
    let answer = with(request, headers).send("").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    format!("/bucket/{key}?uploadId={}", answer.element("UploadId").unwrap())
}

fn with<'e>(request: Sent<'e>, headers: &[(&str, &str)]) -> Sent<'e> {
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

/// Sends a part and gives back its ETag.
async fn send_part(emulator: &Emulator, upload: &str, headers: &[(&str, &str)]) -> String {
    let answer = with(emulator.put(&format!("{upload}&partNumber=1")), headers).send("part").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.header("etag").unwrap().to_owned()
}

async fn complete(emulator: &Emulator, upload: &str, etag: &str) -> Answer {
    let part = format!("<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>");
    emulator.post(upload).send(format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>")).await
}

/// Recorded: test_multipart_upload_sse_c.
#[tokio::test]
async fn an_upload_with_a_customers_key_gets_no_checksum_by_default() {
    let emulator = Emulator::with_object().await;
    let (key, md5) = (STANDARD.encode([7; 32]), STANDARD.encode(Md5::digest([7; 32])));
    let customer = [
        ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ("x-amz-server-side-encryption-customer-key", &key),
        ("x-amz-server-side-encryption-customer-key-md5", &md5),
    ];
    let upload = begin(&emulator, "secret", &customer).await;
    let etag = send_part(&emulator, &upload, &customer).await;
    let done = complete(&emulator, &upload, &etag).await;
    assert_eq!((done.status, done.element("ChecksumCRC64NVME"), done.element("ChecksumType")), (200, None, None));
    let got = with(emulator.get("/bucket/secret").header("x-amz-checksum-mode", "ENABLED"), &customer).send("").await;
    assert_eq!((got.body.as_str(), got.header("x-amz-checksum-crc64nvme")), ("part", None));
}

/// Recorded: test_s3_multipart_upload_sse, test_s3_copy_object_in_place_with_encryption.
#[tokio::test]
async fn what_a_key_encrypts_has_an_etag_that_is_no_md5() {
    let emulator = Emulator::with_object().await;
    let kms = [("x-amz-server-side-encryption", "aws:kms")];
    let plain = format!("\"{}\"", hex(&Md5::digest("part")));
    let upload = begin(&emulator, "secret", &kms).await;
    let part = send_part(&emulator, &upload, &[]).await;
    assert!(part.len() == plain.len() && part != plain, "{part}");
    let done = complete(&emulator, &upload, &part).await;
    let of_parts = format!("\"{}-1\"", hex(&Md5::digest(bytes(&part))));
    assert_eq!((done.status, done.element("ETag")), (200, Some(of_parts.as_str())));

    let read = emulator.get("/bucket/secret").header("if-match", &of_parts).send("").await;
    assert_eq!((read.status, read.body.as_str()), (200, "part"));
    let copy = emulator.put("/bucket/copy").header("x-amz-copy-source", "bucket/secret");
    assert_eq!(copy.header("x-amz-copy-source-if-match", &of_parts).send("").await.status, 200);
    assert_eq!(emulator.head("/bucket/copy").send("").await.header("etag"), Some(plain.as_str()));
    let back = with(emulator.put("/bucket/back").header("x-amz-copy-source", "bucket/copy"), &kms).send("").await;
    assert_eq!((back.status, back.body.contains(&plain[1..33])), (200, false));
    let one = with(emulator.put("/bucket/one"), &kms).send("part").await;
    let attributes = emulator.get("/bucket/one?attributes").header("x-amz-object-attributes", "ETag").send("").await;
    assert_eq!(one.header("etag").map(|etag| etag.trim_matches('"')), attributes.element("ETag"));
    assert_ne!(one.header("etag"), Some(plain.as_str()));
    let replaced = emulator.put("/bucket/one").header("if-match", one.header("etag").unwrap()).send("other").await;
    assert_eq!(replaced.status, 200);
}

/// Assumed: as with SHA-1, of whose kind they are.
#[tokio::test]
async fn the_checksums_of_2026_are_kept_and_told() {
    let emulator = Emulator::with_object().await;
    let values = [
        ("SHA512", "GhqvZuOtT6dLeD6B6eSAp+8Qo3MZrkfbGkzIqfUaMM5iH5j5vFd1NNZY3q1k3Uuksy9pUYion0/prI/ElqaQdw=="),
        ("MD5", "9Mk4XxkC9zNLALm07NFk3g=="),
        ("XXHASH64", "endzebmHg1o="),
        ("XXHASH3", "jQLEEpaUb9s="),
        ("XXHASH128", "KYfQBN4KyGkLcxpOLv7rDQ=="),
    ];
    for (name, value) in values {
        let header = format!("x-amz-checksum-{}", name.to_lowercase());
        let element = format!("Checksum{name}");
        let headers = [("x-amz-checksum-algorithm", name)];
        let upload = begin(&emulator, "key", &headers).await;
        let etag = send_part(&emulator, &upload, &[(&header, value)]).await;
        let part = format!("<PartNumber>1</PartNumber><ETag>{etag}</ETag>");
        let list = emulator.get(&upload).send("").await;
        assert_eq!((list.element(&element), list.element("ChecksumType")), (Some(value), Some("COMPOSITE")));
        let complete = async |checksum: &str| {
            let document = format!("<Part>{part}<{element}>{checksum}</{element}></Part>");
            let document = format!("<CompleteMultipartUpload>{document}</CompleteMultipartUpload>");
            emulator.post(&upload).send(document).await
        };
        assert_eq!(complete("AAAA").await.error().1, "InvalidPart");
        let done = complete(value).await;
        let of_parts = done.element(&element).unwrap().to_owned();
        assert!(of_parts.ends_with("=-1") && !of_parts.contains(value), "{}", done.body);
        let head = emulator.head("/bucket/key").header("x-amz-checksum-mode", "ENABLED").send("").await;
        assert_eq!((head.status, head.header(&header)), (200, Some(of_parts.as_str())));

        let copy = emulator.put("/bucket/copy").header("x-amz-copy-source", "bucket/key").send("").await;
        assert_eq!(copy.element(&element), Some(value), "{}", copy.body);
        let attributes = emulator.get("/bucket/copy?attributes").header("x-amz-object-attributes", "Checksum");
        assert_eq!(attributes.send("").await.element(&element), Some(value));
        let wrong = emulator.put("/bucket/one").header(&header, value).send("other").await;
        assert_eq!(wrong.error().1, "BadDigest");
        let put = emulator.put("/bucket/one").header(&header, value).send("part").await;
        assert_eq!((put.status, put.header(&header)), (200, Some(value)));
        let full = emulator.post("/bucket/key?uploads").header("x-amz-checksum-algorithm", name);
        assert_eq!(full.header("x-amz-checksum-type", "FULL_OBJECT").send("").await.status, 400);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of a quoted ETag.
fn bytes(etag: &str) -> Vec<u8> {
    (1..33).step_by(2).map(|at| u8::from_str_radix(&etag[at..at + 2], 16).unwrap()).collect()
}

/// Assumed: as AWS refuses such values of `max-keys` and `max-uploads`.
#[tokio::test]
async fn a_page_of_parts_begins_and_ends_with_numbers() {
    let emulator = Emulator::with_object().await;
    let upload = begin(&emulator, "other", &[]).await;
    for name in ["max-parts", "part-number-marker"] {
        let header = format!("x-amz-{name}");
        let attributes = emulator.get("/bucket/key?attributes").header("x-amz-object-attributes", "ObjectParts");
        let attributes = attributes.header(&header, "1.5").send("").await;
        let list = emulator.get(&format!("{upload}&{name}=1.5")).send("").await;
        for answer in [attributes, list] {
            let text = format!("Provided {name} not an integer or within integer range");
            assert_eq!(answer.error(), (400, "InvalidArgument", text.as_str()));
            assert_eq!((answer.element("ArgumentName"), answer.element("ArgumentValue")), (Some(name), Some("1.5")));
        }
        let below = emulator.get(&format!("{upload}&{name}=-1")).send("").await;
        let text = format!("Argument {name} must be an integer between 0 and 2147483647");
        assert_eq!(below.error(), (400, "InvalidArgument", text.as_str()));
        for value in ["", "0", "70000"] {
            assert_eq!(emulator.get(&format!("{upload}&{name}={value}")).send("").await.status, 200, "{name} {value}");
        }
    }
}
