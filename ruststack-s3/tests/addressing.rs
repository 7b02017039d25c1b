//! Buckets and keys, in paths and in hosts.

use crate::emulator::Emulator;

#[tokio::test]
async fn keys_are_kept_to_the_byte() {
    let emulator = Emulator::with_object().await;
    for (path, key) in [
        ("/bucket//leading", "/leading"),
        ("/bucket/a//b/", "a//b/"),
        ("/bucket/./here", "./here"),
        ("/bucket/../up", "../up"),
        ("/bucket/a%2Fb", "a/b"),
        ("/bucket/a+b", "a+b"),
        ("/bucket/a%20b", "a b"),
        ("/bucket/%E2%82%AC", "\u{20ac}"),
        ("/bucket/%25", "%"),
        ("/bucket/a%3Fb", "a?b"),
    ] {
        assert_eq!(emulator.put(path).send(key).await.status, 200, "{path}");
        assert_eq!(emulator.get(path).send("").await.body, key, "{path}");
        let list = emulator.get("/bucket?list-type=2").send("").await.body;
        assert!(list.contains(&format!("<Key>{key}</Key>")), "{path}: {list}");
        assert_eq!(emulator.delete(path).send("").await.status, 204, "{path}");
    }
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn a_host_names_the_bucket() {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.put("/dotted.bucket").send("").await.status, 200);
    assert_eq!(emulator.put("/dotted.bucket/key").send("dotted").await.status, 200);
    for (host, body) in [
        ("bucket.s3.localhost.localstack.cloud:4566", "unharmed"),
        ("bucket.s3.eu-west-1.localhost.localstack.cloud:4566", "unharmed"),
        ("bucket.s3-eu-west-1.amazonaws.com", "unharmed"),
        ("BUCKET.S3.localhost:4566", "unharmed"),
        ("bucket.localhost:4566", "unharmed"),
        ("dotted.bucket.s3.localhost.localstack.cloud:4566", "dotted"),
    ] {
        assert_eq!(emulator.get("/key").host(host).send("").await.body, body, "{host}");
        assert_eq!(emulator.get("/?list-type=2").host(host).send("").await.status, 200, "{host}");
    }
    for host in
        ["localhost:4566", "127.0.0.1:4566", "[::1]:4566", "s3.localhost.localstack.cloud", "host.docker.internal"]
    {
        assert_eq!(emulator.get("/bucket/key").host(host).send("").await.body, "unharmed", "{host}");
    }
}

#[tokio::test]
async fn keys_in_hosts_are_kept_to_the_byte() {
    let emulator = Emulator::with_object().await;
    let host = "bucket.s3.localhost.localstack.cloud:4566";
    for path in ["//leading", "/a%2Fb+c", "/../up", "/bucket/key"] {
        assert_eq!(emulator.put(path).host(host).send(path).await.status, 200, "{path}");
        assert_eq!(emulator.get(&format!("/bucket{path}")).send("").await.body, path);
        assert_eq!(emulator.delete(path).host(host).send("").await.status, 204, "{path}");
    }
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn a_uri_that_cannot_be_decoded_is_refused() {
    let emulator = Emulator::with_object().await;
    for path in ["/bucket/%", "/bucket/%zz", "/bucket/%ff", "/%ff/key"] {
        let answer = emulator.get(path).send("").await;
        assert_eq!(answer.error(), (400, "InvalidURI", "Couldn't parse the specified URI."), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_bucket_name_is_told_with_the_name() {
    let emulator = Emulator::new();
    let answer = emulator.put("/Bad_Name").send("").await;
    assert_eq!(answer.error(), (400, "InvalidBucketName", "The specified bucket is not valid."));
    assert_eq!(answer.element("BucketName"), Some("Bad_Name"));
}

/// Unsigned, and about nothing but the host's bucket.
#[tokio::test]
async fn a_host_without_a_marker_is_a_bucket_that_there_is() {
    let emulator = Emulator::with_object().await;
    for (host, status) in [("bucket.localhost:4566", 200), ("Bucket.localhost", 200), ("other.localhost:4566", 404)] {
        let request = http::Request::get("/?list-type=2").header("host", host);
        let answer = emulator.gateway().handle(request.body(ruststack_core::body::Body::empty()).unwrap(), false).await;
        assert_eq!(answer.status().as_u16(), status, "{host}");
    }
}
