//! Lifecycles that act when the clock is moved.

use std::time::Duration;

use crate::emulator::{Answer, Emulator};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn with_rules(rules: &str) -> Emulator {
    let emulator = Emulator::new().started().await;
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    put_rules(&emulator, rules).await;
    emulator
}

async fn put_rules(emulator: &Emulator, rules: &str) {
    let rule = format!("<Rule><ID>rule</ID><Filter/><Status>Enabled</Status>{rules}</Rule>");
    let document = format!("<LifecycleConfiguration>{rule}</LifecycleConfiguration>");
    let answer = emulator.put("/bucket?lifecycle").send(document).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn set_versioning(emulator: &Emulator) {
    let document = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(emulator.put("/bucket?versioning").send(document).await.status, 200);
}

async fn put(emulator: &Emulator) -> Answer {
    emulator.put("/bucket/key").send("bytes").await
}

/// Lets so many days go by.
async fn pass(emulator: &Emulator, days: u32) {
    emulator.clock().advance(DAY * days);
    emulator.settle().await;
}

async fn versions(emulator: &Emulator) -> [usize; 2] {
    let list = emulator.get("/bucket?versions").send("").await.body;
    ["<Version>", "<DeleteMarker>"].map(|element| list.matches(element).count())
}

#[tokio::test]
async fn an_object_expires_at_midnight_after_its_days() {
    let emulator = with_rules("<Expiration><Days>1</Days></Expiration>").await;
    let expiration = put(&emulator).await.headers["x-amz-expiration"].clone();
    assert_eq!(expiration, "expiry-date=\"Fri, 23 Oct 2026 00:00:00 GMT\", rule-id=\"rule\"");
    assert_eq!(emulator.head("/bucket/key").send("").await.headers["x-amz-expiration"], expiration);
    pass(&emulator, 1).await;
    assert_eq!(emulator.head("/bucket/key").send("").await.status, 200);
    pass(&emulator, 1).await;
    assert_eq!(emulator.head("/bucket/key").send("").await.status, 404);
    assert_eq!(versions(&emulator).await, [0, 0]);
}

#[tokio::test]
async fn where_versions_are_kept_an_expired_one_is_hidden_and_then_removed() {
    let rules = "<Expiration><Days>1</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>";
    let emulator = with_rules(rules).await;
    set_versioning(&emulator).await;
    put(&emulator).await;
    pass(&emulator, 2).await;
    assert_eq!(versions(&emulator).await, [1, 1]);
    pass(&emulator, 2).await;
    assert_eq!(versions(&emulator).await, [0, 1]);
    // The marker is alone now, and old enough.
    pass(&emulator, 1).await;
    assert_eq!(versions(&emulator).await, [0, 0]);
}

#[tokio::test]
async fn what_is_locked_outlives_its_expiration() {
    let emulator = Emulator::new().started().await;
    let request = emulator.put("/bucket").header("x-amz-bucket-object-lock-enabled", "true");
    assert_eq!(request.send("").await.status, 200);
    put_rules(
        &emulator,
        "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>",
    )
    .await;
    let lock = emulator.put("/bucket/key").header("x-amz-object-lock-mode", "GOVERNANCE");
    let lock = lock.header("x-amz-object-lock-retain-until-date", "2026-10-30T00:00:00Z").send("one").await;
    assert_eq!(lock.status, 200, "{}", lock.body);
    put(&emulator).await;
    pass(&emulator, 5).await;
    assert_eq!(versions(&emulator).await, [2, 0]);
    pass(&emulator, 5).await;
    assert_eq!(versions(&emulator).await, [1, 0]);
}

#[tokio::test]
async fn a_transition_changes_the_storage_class() {
    let transition = "<Transition><Days>1</Days><StorageClass>GLACIER_IR</StorageClass></Transition>";
    let emulator = with_rules(transition).await;
    let large = "x".repeat(128 * 1024);
    assert_eq!(emulator.put("/bucket/key").send(large.clone()).await.status, 200);
    pass(&emulator, 2).await;
    let read = emulator.get("/bucket/key").send("").await;
    assert_eq!((read.body, &read.headers["x-amz-storage-class"]), (large, &"GLACIER_IR".parse().unwrap()));
}

#[tokio::test]
async fn an_incomplete_upload_is_aborted() {
    let abort =
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
    let emulator = with_rules(abort).await;
    let begun = emulator.post("/bucket/key?uploads").send("").await;
    assert_eq!(begun.headers["x-amz-abort-date"], "Fri, 23 Oct 2026 00:00:00 GMT");
    assert_eq!(begun.headers["x-amz-abort-rule-id"], "rule");
    let uri = format!("/bucket/key?uploadId={}", begun.element("UploadId").unwrap());
    assert_eq!(emulator.put(&format!("{uri}&partNumber=1")).send("part").await.status, 200);
    pass(&emulator, 1).await;
    assert_eq!(emulator.get(&uri).send("").await.status, 200);
    pass(&emulator, 1).await;
    assert_eq!(emulator.get(&uri).send("").await.status, 404);
}

#[tokio::test]
async fn what_expired_is_gone_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path()).started().await;
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    put_rules(&emulator, "<Expiration><Days>1</Days></Expiration>").await;
    for number in 0..2500 {
        assert_eq!(emulator.put(&format!("/bucket/{number}")).send("").await.status, 200);
    }
    pass(&emulator, 2).await;
    emulator.stop().await;
    let emulator = Emulator::kept_in(folder.path());
    assert_eq!(versions(&emulator).await, [0, 0]);
}
