//! What the SDK adds on its own: a checksum, in a trailer where the body is a stream.

use std::sync::{Arc, Mutex};

use aws_sdk_s3::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef},
    error::{BoxError, ProvideErrorMetadata as _},
    primitives::ByteStream,
    types::{ChecksumAlgorithm, ChecksumMode},
};
use ruststack_rust_clients::{MIB, Server, content, new_bucket, read};

/// Keeps the `x-amz-trailer` header of the request.
#[derive(Clone, Debug, Default)]
struct Trailer(Arc<Mutex<Option<String>>>);

impl Intercept for Trailer {
    fn name(&self) -> &'static str {
        "Trailer"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.0.lock().unwrap() = context.request().headers().get("x-amz-trailer").map(str::to_owned);
        Ok(())
    }
}

#[tokio::test]
async fn a_stream_carries_its_checksum_in_a_trailer() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let trailer = Trailer::default();
    let body = content(MIB + 1);
    let file = std::env::temp_dir().join(&bucket);
    std::fs::write(&file, &body).unwrap();
    let stream = ByteStream::from_path(&file).await.unwrap();
    let put = s3.put_object().bucket(&bucket).key("key").body(stream);
    let stored = put.customize().interceptor(trailer.clone()).send().await;
    std::fs::remove_file(&file).unwrap();
    let stored = stored.unwrap();
    assert_eq!(trailer.0.lock().unwrap().as_deref(), Some("x-amz-checksum-crc32"));
    let head = s3.head_object().bucket(&bucket).key("key").checksum_mode(ChecksumMode::Enabled).send().await.unwrap();
    assert!(head.checksum_crc32().is_some());
    assert_eq!(head.checksum_crc32(), stored.checksum_crc32());
    assert!(read(&s3, &bucket, "key").await == body);
}

#[tokio::test]
async fn every_algorithm_is_verified_stored_and_shown() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    for algorithm in ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"].map(ChecksumAlgorithm::from) {
        let put = s3.put_object().bucket(&bucket).key("key").checksum_algorithm(algorithm.clone());
        let stored = put.body(ByteStream::from_static(b"abc")).send().await.unwrap();
        let got = s3.get_object().bucket(&bucket).key("key").checksum_mode(ChecksumMode::Enabled).send().await.unwrap();
        let (sent, shown) = match algorithm {
            ChecksumAlgorithm::Crc32 => (stored.checksum_crc32(), got.checksum_crc32()),
            ChecksumAlgorithm::Crc32C => (stored.checksum_crc32_c(), got.checksum_crc32_c()),
            ChecksumAlgorithm::Crc64Nvme => (stored.checksum_crc64_nvme(), got.checksum_crc64_nvme()),
            ChecksumAlgorithm::Sha1 => (stored.checksum_sha1(), got.checksum_sha1()),
            _ => (stored.checksum_sha256(), got.checksum_sha256()),
        };
        assert!(sent.is_some() && sent == shown, "{algorithm}");
        assert_eq!(got.body.collect().await.unwrap().to_vec(), b"abc", "the SDK verifies what it reads");
    }
    let wrong = s3.put_object().bucket(&bucket).key("wrong").checksum_crc32("AAAAAA==");
    let refused = wrong.body(ByteStream::from_static(b"abc")).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("BadDigest"));
    assert!(s3.head_object().bucket(&bucket).key("wrong").send().await.is_err());
}
