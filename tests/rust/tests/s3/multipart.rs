//! Multipart uploads, with parts sent again and uploads given up.

use aws_sdk_s3::{
    Client,
    error::ProvideErrorMetadata as _,
    types::{CompletedMultipartUpload, CompletedPart},
};
use ruststack_rust_clients::{MIB, Samples, Server, content, new_bucket, read};

struct Upload<'a> {
    s3: &'a Client,
    bucket: &'a str,
    id: String,
}

impl<'a> Upload<'a> {
    async fn begin(s3: &'a Client, bucket: &'a str) -> Self {
        let created = s3.create_multipart_upload().bucket(bucket).key("key").send().await.unwrap();
        Self { s3, bucket, id: created.upload_id.unwrap() }
    }

    async fn send(&self, number: i32, body: Vec<u8>) -> CompletedPart {
        let part = self.s3.upload_part().bucket(self.bucket).key("key").upload_id(&self.id).part_number(number);
        let sent = part.body(body.into()).send().await.unwrap();
        CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build()
    }

    async fn complete(&self, parts: Vec<CompletedPart>) -> Result<String, String> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.s3.complete_multipart_upload().bucket(self.bucket).key("key").upload_id(&self.id);
        match complete.multipart_upload(parts).send().await {
            Ok(done) => Ok(done.e_tag.unwrap()),
            Err(refused) => Err(refused.code().unwrap().to_owned()),
        }
    }
}

#[tokio::test]
async fn a_large_object_is_put_together_from_its_parts() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let upload = Upload::begin(&s3, &bucket).await;
    let body = content(Samples::read().large);
    let mut parts = Vec::new();
    for (number, part) in (1..).zip(body.chunks(8 * MIB)) {
        parts.push(upload.send(number, part.to_vec()).await);
    }
    assert!(upload.complete(parts).await.unwrap().ends_with("-13\""));
    assert!(read(&s3, &bucket, "key").await == body);
}

#[tokio::test]
async fn a_part_may_be_sent_again_until_the_upload_is_complete() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let upload = Upload::begin(&s3, &bucket).await;
    let wrong = upload.send(1, b"wrong".to_vec()).await;
    let first = upload.send(1, content(5 * MIB)).await;
    let last = upload.send(2, b"end".to_vec()).await;
    assert_eq!(upload.complete(vec![wrong, last.clone()]).await, Err("InvalidPart".to_owned()));
    assert_eq!(upload.complete(vec![last.clone(), first.clone()]).await, Err("InvalidPartOrder".to_owned()));
    let done = upload.complete(vec![first.clone(), last.clone()]).await.unwrap();
    assert_eq!(upload.complete(vec![first, last]).await, Ok(done));
    assert!(read(&s3, &bucket, "key").await == [content(5 * MIB), b"end".to_vec()].concat());
}

#[tokio::test]
async fn an_upload_that_is_aborted_leaves_nothing() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let upload = Upload::begin(&s3, &bucket).await;
    let part = upload.send(1, b"part".to_vec()).await;
    let listed = s3.list_multipart_uploads().bucket(&bucket).send().await.unwrap();
    assert_eq!(listed.uploads()[0].upload_id(), Some(&*upload.id));
    s3.abort_multipart_upload().bucket(&bucket).key("key").upload_id(&upload.id).send().await.unwrap();
    assert_eq!(upload.complete(vec![part]).await, Err("NoSuchUpload".to_owned()));
    assert!(s3.list_multipart_uploads().bucket(&bucket).send().await.unwrap().uploads().is_empty());
    s3.delete_bucket().bucket(&bucket).send().await.unwrap();
}
