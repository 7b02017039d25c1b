//! Exact bytes. What the elements are is recorded (test_s3.py, test_s3_list_operations.py); the order of those in listings
//! is the codec's, which no client reads.

use crate::emulator::Emulator;

/// Recorded: test_list_objects_v2_with_prefix_and_delimiter.
#[tokio::test]
async fn a_listing_shows_its_parameters_then_its_contents() {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.put("/bucket/a/b").send("").await.status, 200);
    let answer = emulator.get("/bucket?list-type=2&delimiter=%2F&max-keys=2&encoding-type=url").send("").await;
    insta::assert_snapshot!(answer.wire());
}

/// Documented: API_Error, "Error responses"; recorded: the elements beside Code and Message.
#[tokio::test]
async fn an_error_names_what_was_not_found() {
    let emulator = Emulator::with_object().await;
    insta::assert_snapshot!(emulator.get("/bucket/none").send("").await.wire());
}

/// Documented: API_GetObject.html, response syntax; assumed: nothing beside it but what S3 always sends.
#[tokio::test]
async fn an_object_comes_with_its_headers() {
    let emulator = Emulator::with_object().await;
    insta::assert_snapshot!(emulator.get("/bucket/key").header("range", "bytes=0-1").send("").await.wire());
}

/// Documented: API_CreateMultipartUpload.html.
#[tokio::test]
async fn an_upload_begins_with_its_id() {
    let emulator = Emulator::with_object().await;
    insta::assert_snapshot!(emulator.post("/bucket/large?uploads").send("").await.wire());
}
