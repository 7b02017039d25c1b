//! Bodies: framed, cut short, announced wrongly; and documents.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body::Frame;
use http_body_util::StreamBody;
use ruststack_core::body::{Body, BodyError};

use crate::emulator::{Answer, Emulator, Sent};

const CRC32_OF_HELLO: &str = "NhCmhg==";
const MALFORMED: (u16, &str, &str) =
    (400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

fn framed<'e>(emulator: &'e Emulator, decoded_length: &str) -> Sent<'e> {
    let put = emulator.put("/bucket/other").header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    put.header("x-amz-decoded-content-length", decoded_length).header("x-amz-trailer", "x-amz-checksum-crc32")
}

/// A body that comes in these pieces.
pub(crate) fn pieces(pieces: Vec<&'static [u8]>) -> Body {
    let frames = pieces.into_iter().map(|piece| Ok::<_, BodyError>(Frame::data(Bytes::from_static(piece))));
    Body::stream(StreamBody::new(stream::iter(frames)))
}

async fn assert_nothing_stored(emulator: &Emulator) {
    assert_eq!(emulator.get("/bucket/other").send("").await.error().1, "NoSuchKey");
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn aws_chunked_is_taken_off() {
    let emulator = Emulator::with_object().await;
    let body = format!("3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:{CRC32_OF_HELLO}\r\n\r\n");
    let answer = framed(&emulator, "5").header("content-encoding", "aws-chunked").send(body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("x-amz-checksum-crc32"), Some(CRC32_OF_HELLO));
    let got = emulator.get("/bucket/other").send("").await;
    assert_eq!(
        (got.body.as_str(), got.header("content-encoding"), got.header("content-length")),
        ("hello", None, Some("5"))
    );
    let both = framed(&emulator, "5").header("content-encoding", "gzip,aws-chunked");
    assert_eq!(both.send(body).await.status, 200);
    assert_eq!(emulator.get("/bucket/other").send("").await.header("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn where_the_network_cuts_a_framed_body_does_not_matter() {
    let emulator = Emulator::with_object().await;
    let cut = vec![&b"5\r"[..], b"\nhe", b"llo\r", b"\n0\r\nx-amz-checksum-", b"crc32:NhCmhg==\r\n", b"\r\n"];
    assert_eq!(framed(&emulator, "5").send_body(pieces(cut)).await.status, 200);
    assert_eq!(emulator.get("/bucket/other").send("").await.body, "hello");
}

#[tokio::test]
async fn a_framed_body_must_be_what_it_says() {
    let emulator = Emulator::with_object().await;
    for (length, body, code) in [
        ("5", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "BadDigest"),
        ("5", "5\r\nhello\r\n0\r\n\r\n", "MalformedTrailerError"),
        ("9", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "IncompleteBody"),
        ("3", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "IncompleteBody"),
        ("5", "5\r\nhel", "IncompleteBody"),
        ("many", "0\r\n\r\n", ""),
    ] {
        let answer = framed(&emulator, length).send(body).await;
        assert_eq!(answer.status, 400, "{length} {body:?}: {}", answer.body);
        assert!(code.is_empty() || answer.error().1 == code, "{length} {body:?}: {}", answer.body);
        assert_nothing_stored(&emulator).await;
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_incomplete() {
    let emulator = Emulator::with_object().await;
    let put = emulator.put("/bucket/other").header("content-length", "100");
    let answer = put.send_body(pieces(vec![b"short"])).await;
    let text = "You did not provide the number of bytes specified by the Content-Length HTTP header";
    assert_eq!(answer.error(), (400, "IncompleteBody", text));
    assert_nothing_stored(&emulator).await;
}

#[tokio::test]
async fn a_connection_that_breaks_stores_nothing() {
    let emulator = Emulator::with_object().await;
    let frames = [Ok(Frame::data(Bytes::from_static(b"some"))), Err(BodyError::from("reset"))];
    let body = Body::stream(StreamBody::new(stream::iter(frames)));
    let answer = emulator.put("/bucket/other").header("content-length", "8").send_body(body).await;
    assert_eq!((answer.status, answer.error().1), (400, "IncompleteBody"));
    assert_nothing_stored(&emulator).await;
}

/// A body before whose last piece the bucket is emptied and deleted.
fn losing_its_bucket(emulator: &Arc<Emulator>) -> Body {
    let emulator = Arc::clone(emulator);
    let last = async move {
        for uri in ["/bucket/key", "/bucket"] {
            assert_eq!(emulator.delete(uri).send("").await.status, 204, "{uri}");
        }
        Ok::<_, BodyError>(Frame::data(Bytes::from_static(b"lo")))
    };
    let first = stream::once(async { Ok(Frame::data(Bytes::from_static(b"hel"))) });
    Body::stream(StreamBody::new(first.chain(stream::once(last)).boxed()))
}

#[tokio::test]
async fn an_object_whose_bucket_is_deleted_meanwhile_is_refused() {
    let emulator = Arc::new(Emulator::with_object().await);
    let answer = emulator.put("/bucket/other").send_body(losing_its_bucket(&emulator)).await;
    assert_eq!(answer.error(), (404, "NoSuchBucket", "The specified bucket does not exist"));
}

#[tokio::test]
async fn a_part_whose_bucket_is_deleted_meanwhile_is_refused() {
    let emulator = Arc::new(Emulator::with_object().await);
    let begun = emulator.post("/bucket/other?uploads").send("").await;
    let uri = format!("/bucket/other?uploadId={}&partNumber=1", begun.element("UploadId").unwrap());
    let answer = emulator.put(&uri).send_body(losing_its_bucket(&emulator)).await;
    assert_eq!((answer.status, answer.error().1), (404, "NoSuchBucket"));
}

#[tokio::test]
async fn digests_are_held_against_the_bytes() {
    let emulator = Emulator::with_object().await;
    for (name, value, code) in [
        ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest"),
        ("content-md5", "abc", "InvalidDigest"),
        ("x-amz-checksum-crc32", "AAAAAA==", "BadDigest"),
        ("x-amz-checksum-crc32", "no base64", "InvalidRequest"),
        ("x-amz-checksum-sha256", "AAAA", "InvalidRequest"),
    ] {
        let answer = emulator.put("/bucket/other").header(name, value).send("hello").await;
        assert_eq!((answer.status, answer.error().1), (400, code), "{name} {value}");
        assert_nothing_stored(&emulator).await;
    }
}

async fn delete_objects(emulator: &Emulator, document: &str) -> Answer {
    let md5 = STANDARD.encode(<md5::Md5 as md5::Digest>::digest(document));
    emulator.post("/bucket?delete").header("content-md5", &md5).send(document).await
}

#[tokio::test]
async fn documents_are_read_however_they_are_written() {
    for document in [
        "<Delete><Object><Key>key</Key></Object></Delete>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>key</Key></Object></Delete>",
        "<s3:Delete xmlns:s3=\"http://s3.amazonaws.com/doc/2006-03-01/\"><s3:Object><s3:Key>key</s3:Key></s3:Object></s3:Delete>",
        "<Delete><Object><Key><![CDATA[key]]></Key></Object></Delete>",
        "\u{feff}<Delete><!-- all --><Object><Key>k&#101;y</Key></Object></Delete>",
    ] {
        let emulator = Emulator::with_object().await;
        let answer = delete_objects(&emulator, document).await;
        assert_eq!((answer.status, answer.element("Key")), (200, Some("key")), "{document}: {}", answer.body);
        assert_eq!(emulator.get("/bucket/key").send("").await.status, 404, "{document}");
    }
}

#[tokio::test]
async fn documents_that_are_none_are_refused() {
    let emulator = Emulator::with_object().await;
    let (deep, long) = ("<a>".repeat(10_000), format!("<Delete>{}</Delete>", " ".repeat(20 << 20)));
    for document in ["<Delete>", "</Delete>", "{}", "<Delete><Object></Delete>", "<Other/>", &deep] {
        let shown = &document[..document.len().min(40)];
        assert_eq!(delete_objects(&emulator, document).await.error(), MALFORMED, "{shown}");
    }
    assert_eq!(delete_objects(&emulator, &long).await.error().1, "MaxMessageLengthExceeded");
    let entities = "<!DOCTYPE a [<!ENTITY b \"key\">]><Delete><Object><Key>&b;</Key></Object></Delete>";
    assert_eq!(delete_objects(&emulator, entities).await.error(), MALFORMED);
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn deleting_objects_asks_for_a_digest_of_the_document() {
    let emulator = Emulator::with_object().await;
    let document = "<Delete><Object><Key>key</Key></Object></Delete>";
    let missing = (400, "InvalidRequest", "Missing required header for this request: Content-MD5");
    assert_eq!(emulator.post("/bucket?delete").send(document).await.error(), missing);
    for (name, value, code) in
        [("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest"), ("x-amz-checksum-crc32", "AAAAAA==", "BadDigest")]
    {
        let answer = emulator.post("/bucket?delete").header(name, value).send(document).await;
        assert_eq!((answer.status, answer.error().1), (400, code), "{name}");
    }
    emulator.assert_unharmed().await;
}

/// A body of unknown length, as HTTP/1.1 sends it in chunks.
#[tokio::test]
async fn a_document_may_come_without_its_length() {
    let emulator = Emulator::with_object().await;
    let document = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    let answer = emulator.put("/bucket?tagging").send_body(pieces(vec![&document[..20], &document[20..]])).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    assert_eq!(emulator.get("/bucket?tagging").send("").await.element("Value"), Some("b"));
}

#[tokio::test]
async fn a_read_with_a_body_is_a_read() {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.get("/bucket/key").send("ignored").await.body, "unharmed");
    assert_eq!(emulator.head("/bucket/key").send("ignored").await.status, 200);
}
