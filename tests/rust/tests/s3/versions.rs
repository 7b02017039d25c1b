//! Versions are kept, hidden by markers and deleted one by one.

use aws_sdk_s3::{
    Client,
    types::{BucketVersioningStatus, VersioningConfiguration},
};
use ruststack_rust_clients::{Server, new_bucket, put, read};

#[tokio::test]
async fn deleting_a_version_restores_the_one_before() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    s3.put_bucket_versioning().bucket(&bucket).versioning_configuration(enabled).send().await.unwrap();
    put(&s3, &bucket, "key", b"1".to_vec()).await;
    put(&s3, &bucket, "key", b"2".to_vec()).await;
    let marker = s3.delete_object().bucket(&bucket).key("key").send().await.unwrap();
    assert_eq!(marker.delete_marker(), Some(true));
    let hidden = s3.get_object().bucket(&bucket).key("key").send().await.unwrap_err();
    assert!(hidden.into_service_error().is_no_such_key());

    let listed = s3.list_object_versions().bucket(&bucket).send().await.unwrap();
    assert_eq!(listed.delete_markers()[0].version_id(), marker.version_id());
    let versions: Vec<_> = listed.versions().iter().map(|version| version.version_id().unwrap()).collect();
    delete(&s3, &bucket, marker.version_id().unwrap()).await;
    assert_eq!(read(&s3, &bucket, "key").await, b"2");
    delete(&s3, &bucket, versions[0]).await;
    assert_eq!(read(&s3, &bucket, "key").await, b"1");
    delete(&s3, &bucket, versions[1]).await;
    s3.delete_bucket().bucket(&bucket).send().await.unwrap();
}

async fn delete(s3: &Client, bucket: &str, version: &str) {
    s3.delete_object().bucket(bucket).key("key").version_id(version).send().await.unwrap();
}
