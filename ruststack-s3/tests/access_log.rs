//! Server access logs, delivered when they are asked for.

use std::time::Duration;

use crate::emulator::Emulator;

/// With the log of `bucket` in `logs`.
async fn logging(emulator: &Emulator, rest: &str) {
    for bucket in ["bucket", "logs"] {
        assert_eq!(emulator.put(&format!("/{bucket}")).send("").await.status, 200);
    }
    let enabled = format!("<TargetBucket>logs</TargetBucket><TargetPrefix>of/</TargetPrefix>{rest}");
    let document = format!("<BucketLoggingStatus><LoggingEnabled>{enabled}</LoggingEnabled></BucketLoggingStatus>");
    let answer = emulator.put("/bucket?logging").send(document).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn keys(emulator: &Emulator) -> Vec<String> {
    let list = emulator.get("/logs?list-type=2").send("").await.body;
    list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

async fn lines(emulator: &Emulator) -> Vec<String> {
    let mut lines = Vec::new();
    for key in keys(emulator).await {
        let log = emulator.get(&format!("/logs/{key}")).send("").await;
        assert_eq!(log.headers["content-type"], "text/plain");
        lines.extend(log.body.lines().map(str::to_owned));
    }
    lines
}

#[tokio::test]
async fn every_request_to_a_bucket_has_a_line() {
    let emulator = Emulator::new().started().await;
    logging(&emulator, "").await;
    let put = emulator.put("/bucket/a%20key").header("user-agent", "an \"agent\"").send("bytes").await;
    emulator.get("/bucket/a%20key").header("range", "bytes=0-1").send("").await;
    emulator.get("/bucket/none").unsigned().send("").await;
    emulator.get("/bucket?versioning").send("").await;
    emulator.settle().await;
    let lines = lines(&emulator).await;
    assert_eq!(lines.len(), 4, "{lines:?}");
    let owner = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";
    let id = put.headers["x-amz-request-id"].to_str().unwrap();
    let begin = format!("{owner} bucket [21/Oct/2026:07:28:00 +0000] - {owner} {id}");
    let request = "REST.PUT.OBJECT a%20key \"PUT /bucket/a%20key HTTP/1.1\" 200 - - 5 0 0";
    let end = "\"-\" \"an %22agent%22\" - - SigV4 - AuthHeader localhost:4566 - - -";
    assert_eq!(lines[0], format!("{begin} {request} {end}"));
    for (line, part) in [
        (1, "REST.GET.OBJECT a%20key \"GET /bucket/a%20key HTTP/1.1\" 206 - 2 5 "),
        (2, "REST.GET.OBJECT none \"GET /bucket/none HTTP/1.1\" 404 NoSuchKey - - "),
        (3, "REST.GET.VERSIONING - \"GET /bucket?versioning HTTP/1.1\" 200 - "),
    ] {
        assert!(lines[line].contains(part), "{}", lines[line]);
    }
}

#[tokio::test]
async fn logs_come_every_few_minutes_and_are_not_logged_themselves() {
    let emulator = Emulator::new().started().await;
    logging(&emulator, "").await;
    emulator.put("/bucket/key").send("bytes").await;
    emulator.clock().advance(Duration::from_secs(6 * 60));
    emulator.settle().await;
    assert!(keys(&emulator).await[0].starts_with("of/2026-10-21-07-34-00-"));
    emulator.settle().await;
    assert_eq!(keys(&emulator).await.len(), 1);
}

#[tokio::test]
async fn a_bucket_that_logs_to_itself_logs_no_deliveries() {
    let emulator = Emulator::new().started().await;
    assert_eq!(emulator.put("/logs").send("").await.status, 200);
    let enabled = "<TargetBucket>logs</TargetBucket><TargetPrefix/>";
    let document = format!("<BucketLoggingStatus><LoggingEnabled>{enabled}</LoggingEnabled></BucketLoggingStatus>");
    assert_eq!(emulator.put("/logs?logging").send(document).await.status, 200);
    for _ in 0..3 {
        emulator.settle().await;
    }
    assert!(keys(&emulator).await.is_empty());
}

#[tokio::test]
async fn what_was_not_delivered_is_delivered_when_the_process_ends() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path()).started().await;
    let by_day = "<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat>";
    logging(&emulator, by_day).await;
    emulator.put("/bucket/key").send("bytes").await;
    emulator.stop().await;
    let emulator = Emulator::kept_in(folder.path()).started().await;
    let key = keys(&emulator).await.remove(0);
    assert!(key.starts_with("of/000000000000/us-east-1/bucket/2026/10/21/2026-10-21-00-00-00-"), "{key}");
    // The log goes on.
    emulator.get("/bucket/key").send("").await;
    emulator.settle().await;
    assert_eq!(lines(&emulator).await.len(), 2);
    emulator.stop().await;
}

/// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
#[tokio::test]
async fn each_delete_of_many_has_a_line() {
    let emulator = Emulator::new().started().await;
    emulator.put("/bucket").send("").await;
    emulator.put("/bucket/a%20key").send("bytes").await;
    logging(&emulator, "").await;
    let objects = "<Object><Key>a key</Key></Object><Object><Key>none</Key><VersionId>x</VersionId></Object>";
    let document = format!("<Delete>{objects}</Delete>");
    let answer = emulator.post("/bucket?delete").header("content-md5", "RlAbgi+/DQf0YnHqI4axBA==").send(document).await;
    emulator.settle().await;
    let lines = lines(&emulator).await;
    let [deleted, refused, request] = &lines[..] else { panic!("{lines:?}") };
    let id = answer.headers["x-amz-request-id"].to_str().unwrap();
    let end = "- - - - - - SigV4 - AuthHeader localhost:4566 - - -";
    assert!(deleted.ends_with(&format!(" {id} BATCH.DELETE.OBJECT a%20key - 204 - - 5 {end}")), "{deleted}");
    assert!(refused.contains(" BATCH.DELETE.OBJECT none - 404 NoSuchVersion - - - - - - x - "), "{refused}");
    assert!(request.contains(" REST.POST.MULTI_OBJECT_DELETE - \"POST /bucket?delete HTTP/1.1\" 200 "), "{request}");
}

/// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-and-other-bucket-config.html
#[tokio::test]
async fn what_a_lifecycle_does_has_lines() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let emulator = Emulator::new().started().await;
    logging(&emulator, "").await;
    let rule = |prefix: &str, rest: &str| {
        format!(
            "<Rule><ID>{prefix}</ID><Filter><Prefix>{prefix}</Prefix></Filter><Status>Enabled</Status>{rest}</Rule>"
        )
    };
    let abort =
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
    let size = "<Filter><And><Prefix>cold</Prefix><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></And></Filter>";
    let cold = "<Transition><Days>0</Days><StorageClass>GLACIER_IR</StorageClass></Transition>";
    let rules = [
        rule("old", "<Expiration><Days>1</Days></Expiration>"),
        rule("upload", abort),
        format!("<Rule><ID>cold</ID>{size}<Status>Enabled</Status>{cold}</Rule>"),
    ];
    let document = format!("<LifecycleConfiguration>{}</LifecycleConfiguration>", rules.concat());
    let answer = emulator.put("/bucket?lifecycle").send(document).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    emulator.put("/bucket/old").send("bytes").await;
    emulator.put("/bucket/cold").send("bytes").await;
    emulator.post("/bucket/upload?uploads").send("").await;
    emulator.clock().advance(DAY * 3);
    emulator.settle().await;
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    emulator.put("/bucket?versioning").send(versioning).await;
    let put = emulator.put("/bucket/old").send("bytes").await;
    assert!(put.headers.contains_key("x-amz-version-id"));
    emulator.clock().advance(DAY * 3);
    emulator.settle().await;
    let lines = lines(&emulator).await;
    let done: Vec<_> = lines.iter().filter_map(|line| line.split_once(" - AmazonS3 ")).map(|(_, rest)| rest).collect();
    for (line, expected) in [
        "S3.DELETE.UPLOAD upload \"-\" - - - - - - \"-\" \"-\" - - - - - - - - -",
        "S3.TRANSITION_GIR.OBJECT cold \"-\" - - - 5 - - \"-\" \"-\" - - - - - - - - -",
        "S3.EXPIRE.OBJECT old \"-\" - - - 5 - - \"-\" \"-\" - - - - - - - - -",
        "S3.CREATE.DELETEMARKER old \"-\" - - - - - - \"-\" \"-\" ",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(done[line].split_once(' ').unwrap().1.starts_with(expected), "{done:?}");
    }
    assert_eq!(done.len(), 4, "{done:?}");
}
