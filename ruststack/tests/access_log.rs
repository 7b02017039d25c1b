//! A bucket's log through a real socket: who sent the request, and what is left when the process ends.

use crate::running::Server;

const SIGNED: (&str, &str) = (
    "Authorization",
    "AWS4-HMAC-SHA256 Credential=test/20261021/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
);

#[test]
fn a_log_tells_where_requests_come_from() {
    let server = Server::start(&[]);
    let put = |path: &str, body: &str| {
        let answer = server.ask("PUT", path, &[SIGNED], body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    };
    put("/source", "");
    put("/logs", "");
    let enabled = "<TargetBucket>logs</TargetBucket><TargetPrefix/>";
    put(
        "/source?logging",
        &format!("<BucketLoggingStatus><LoggingEnabled>{enabled}</LoggingEnabled></BucketLoggingStatus>"),
    );
    put("/source/key", "bytes");
    assert_eq!(server.ask("POST", "/_ruststack/settle", &[], "").status, 200);
    let list = server.ask("GET", "/logs?list-type=2", &[SIGNED], "").body;
    let key = list.split("<Key>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let log = server.ask("GET", &format!("/logs/{key}"), &[SIGNED], "").body;
    assert!(log.contains(" 127.0.0.1 ") && log.contains(" REST.PUT.OBJECT key "), "{log}");
}
