//! Round trips: what comes back is what was put, under the very key.

use aws_sdk_s3::{
    error::ProvideErrorMetadata as _,
    primitives::ByteStream,
    types::{Delete, ObjectIdentifier},
};
use ruststack_rust_clients::{Samples, Server, content, new_bucket, put, read};

#[tokio::test]
async fn bytes_come_back_as_they_were_put() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let samples = Samples::read();
    for size in samples.sizes.into_iter().chain([samples.large]) {
        put(&s3, &bucket, "key", content(size)).await;
        assert!(read(&s3, &bucket, "key").await == content(size), "{size} bytes");
        let head = s3.head_object().bucket(&bucket).key("key").send().await.unwrap();
        assert_eq!(head.content_length(), Some(i64::try_from(size).unwrap()));
    }
}

#[tokio::test]
async fn a_file_is_streamed() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let large = Samples::read().large;
    let file = std::env::temp_dir().join(&bucket);
    std::fs::write(&file, content(large)).unwrap();
    let body = ByteStream::from_path(&file).await.unwrap();
    let put = s3.put_object().bucket(&bucket).key("large").body(body).send().await;
    std::fs::remove_file(&file).unwrap();
    put.unwrap();
    assert!(read(&s3, &bucket, "large").await == content(large));
}

#[tokio::test]
async fn keys_are_taken_as_they_are() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    for key in Samples::read().odd_keys {
        put(&s3, &bucket, &key, key.clone().into_bytes()).await;
        assert_eq!(read(&s3, &bucket, &key).await, key.as_bytes());
        let listed = s3.list_objects_v2().bucket(&bucket).send().await.unwrap();
        assert_eq!(listed.contents().iter().filter_map(|object| object.key()).collect::<Vec<_>>(), [&key]);
        let source = format!("{bucket}/{}", percent_encoded(&key));
        s3.copy_object().bucket(&bucket).key("copy").copy_source(source).send().await.unwrap();
        assert_eq!(read(&s3, &bucket, "copy").await, key.as_bytes());
        s3.delete_object().bucket(&bucket).key("copy").send().await.unwrap();
        let one = ObjectIdentifier::builder().key(&key).build().unwrap();
        let both = Delete::builder().objects(one).build().unwrap();
        let deleted = s3.delete_objects().bucket(&bucket).delete(both).send().await.unwrap();
        assert_eq!(deleted.deleted().iter().filter_map(|object| object.key()).collect::<Vec<_>>(), [&key]);
    }
}

#[tokio::test]
async fn errors_have_awss_names() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let none = s3.get_object().bucket(&bucket).key("none").send().await.unwrap_err().into_service_error();
    assert!(none.is_no_such_key());
    assert_eq!(none.message(), Some("The specified key does not exist."));
    assert!(s3.head_object().bucket(&bucket).key("none").send().await.unwrap_err().into_service_error().is_not_found());
    let nowhere = s3.get_object().bucket("no-such-bucket-here").key("x").send().await.unwrap_err();
    assert_eq!(nowhere.code(), Some("NoSuchBucket"));
}

/// `x-amz-copy-source` is encoded by the caller.
fn percent_encoded(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
