//! Data directories as released RustStacks wrote them: all that is in them is there.
//!
//! `cargo xtask fixture <format>` makes one as today's RustStack writes it (`xtask/src/fixture.rs` says what is in it).

use std::{fs, path::Path};

use crate::running::{Answer, Server, run};

/// What shows of a directory: a path, and what its answer contains.
const SHOWN: &[(&str, &[&str])] = &[
    ("/", &["<Name>locked</Name>", "<Name>photos</Name>", "<Name>settings</Name>"]),
    ("/photos?versioning", &["<Status>Enabled</Status>"]),
    ("/photos?list-type=2", &["<KeyCount>5</KeyCount>", "<Key>cat</Key>", "<Key>copy</Key>", "<Key>joined</Key>"]),
    ("/photos?versions", &["<VersionId>null</VersionId>", "<DeleteMarker>"]),
    ("/photos/null", &["before versions"]),
    ("/photos/cat", &["second"]),
    ("/photos/cat?tagging", &["<Key>size</Key><Value>small</Value>"]),
    ("/photos/large", &["xxxx"]),
    ("/photos/copy", &["xxxx"]),
    ("/photos/joined", &["xxxx"]),
    ("/photos?uploads", &["<Key>begun</Key>"]),
    ("/settings?accelerate", &["Enabled"]),
    ("/settings?acl", &["<Permission>READ</Permission>"]),
    ("/settings?analytics&id=a", &["<Prefix>100</Prefix>"]),
    ("/settings?cors", &["<MaxAgeSeconds>100</MaxAgeSeconds>", "http://a"]),
    ("/settings?encryption", &["<BucketKeyEnabled>true</BucketKeyEnabled>"]),
    ("/settings?intelligent-tiering&id=a", &["<Days>100</Days>"]),
    ("/settings?inventory&id=a", &["<Prefix>100</Prefix>", "Daily"]),
    ("/settings?lifecycle", &["<Days>100</Days>"]),
    ("/settings?logging", &["<TargetPrefix>100</TargetPrefix>"]),
    ("/settings?metrics&id=a", &["<Prefix>100</Prefix>"]),
    ("/settings?notification", &["EventBridgeConfiguration"]),
    ("/settings?ownershipControls", &["ObjectWriter"]),
    ("/settings?publicAccessBlock", &["<IgnorePublicAcls>true</IgnorePublicAcls>"]),
    ("/settings?replication", &["<ID>100</ID>"]),
    ("/settings?requestPayment", &["Requester"]),
    ("/settings?tagging", &["<Value>100</Value>"]),
    ("/settings?website", &["<Suffix>100</Suffix>"]),
    ("/locked?object-lock", &["<ObjectLockEnabled>Enabled</ObjectLockEnabled>"]),
    ("/locked/kept?retention", &["GOVERNANCE", "2199-01-01"]),
    ("/locked/kept?legal-hold", &["<Status>ON</Status>"]),
    ("/v20180820/configuration/publicAccessBlock", &["<IgnorePublicAcls>true</IgnorePublicAcls>"]),
];

const ACCOUNT: &str = "000000000042";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(entry, target).unwrap();
        }
    }
}

fn ask(server: &Server, service: &str, access_key: &str, path: &str, body: &str) -> Answer {
    let credential = format!("Credential={access_key}/20260101/us-east-1/{service}/aws4_request");
    let signature = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    let headers = [
        ("Authorization", signature.as_str()),
        ("x-amz-account-id", ACCOUNT),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    server.ask(if body.is_empty() { "GET" } else { "POST" }, path, &headers, body)
}

fn check(server: &Server, access_key: &str) {
    for (path, expected) in SHOWN {
        let answer = ask(server, "s3", ACCOUNT, path, "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        expected.iter().for_each(|text| assert!(answer.body.contains(text), "{path}: no {text} in {}", answer.body));
    }
    let cat = ask(server, "s3", ACCOUNT, "/photos?versions", "").body;
    assert_eq!(cat.matches("<Key>cat</Key>").count(), 2);
    let uploads = ask(server, "s3", ACCOUNT, "/photos?uploads", "").body;
    let id = uploads.split("<UploadId>").nth(1).unwrap().split('<').next().unwrap();
    let parts = ask(server, "s3", ACCOUNT, &format!("/photos/begun?uploadId={id}"), "").body;
    assert!(parts.contains("<PartNumber>7</PartNumber>") && parts.contains("<Size>4</Size>"), "{parts}");
    let caller = ask(server, "sts", access_key, "/", "Action=GetCallerIdentity&Version=2011-06-15").body;
    assert!(caller.contains("arn:aws:sts::000000000042:assumed-role/reader/session"), "{caller}");
}

#[test]
fn data_directories_of_all_formats_are_read() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for fixture in fs::read_dir(fixtures).unwrap().map(|entry| entry.unwrap().path()) {
        let folder = tempfile::tempdir().unwrap();
        copy(&fixture, folder.path());
        let access_key = fs::read_to_string(fixture.join("access-key")).unwrap();
        // The second time it is of today's format.
        for _ in 0..2 {
            let mut server = Server::start(&[("PERSISTENCE", "1"), ("DATA_DIR", folder.path().to_str().unwrap())]);
            check(&server, &access_key);
            server.stop();
            let verified = run(&["verify", folder.path().to_str().unwrap()], &[]);
            assert!(verified.status.success(), "{verified:?}");
        }
    }
}
