//! Replication between buckets.

use crate::emulator::{Answer, Emulator};

const ENABLED: &str = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
const OTHER: &str = "000000000042";
const MARKERS: &str = "<DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>";
const SYNC: &str = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status></ReplicaModifications>\
                    </SourceSelectionCriteria>";

/// From `source` to `target`.
async fn with_rules(emulator: &Emulator, rest: &str, destination: &str) {
    for bucket in ["source", "target"] {
        let account =
            if bucket == "target" && destination.contains("Account") { OTHER } else { crate::emulator::ACCOUNT };
        assert_eq!(emulator.put(&format!("/{bucket}")).account(account).send("").await.status, 200);
        let versioned = emulator.put(&format!("/{bucket}?versioning")).account(account).send(ENABLED).await;
        assert_eq!(versioned.status, 200);
    }
    let destination = format!("<Destination><Bucket>arn:aws:s3:::target</Bucket>{destination}</Destination>");
    let rule = format!("<Rule><ID>rule</ID><Priority>1</Priority><Status>Enabled</Status>{rest}{destination}</Rule>");
    let role = "<Role>arn:aws:iam::000000000000:role/replication</Role>";
    let document = format!("<ReplicationConfiguration>{role}{rule}</ReplicationConfiguration>");
    let answer = emulator.put("/source?replication").send(document).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// From `target` to `source`.
async fn with_rule_back(emulator: &Emulator, rest: &str) {
    let destination = "<Destination><Bucket>arn:aws:s3:::source</Bucket></Destination>";
    let rule = format!("<Rule><Status>Enabled</Status><Prefix/>{rest}{destination}</Rule>");
    let document = format!("<ReplicationConfiguration><Role>r</Role>{rule}</ReplicationConfiguration>");
    assert_eq!(emulator.put("/target?replication").send(document).await.status, 200);
}

async fn replicating() -> Emulator {
    let emulator = Emulator::new().started().await;
    with_rules(&emulator, &format!("<Filter><Prefix>k</Prefix></Filter>{MARKERS}"), "").await;
    emulator
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).map(|value| value.to_str().unwrap())
}

async fn status(emulator: &Emulator, uri: &str) -> Option<String> {
    header(&emulator.head(uri).send("").await, "x-amz-replication-status").map(str::to_owned)
}

#[tokio::test]
async fn an_object_is_replicated_with_all_that_was_said_of_it() {
    let emulator = replicating().await;
    let put = emulator.put("/source/key").header("x-amz-meta-a", "b").header("x-amz-tagging", "c=d");
    let put = put.header("content-type", "text/plain").send("bytes").await;
    emulator.settle().await;
    assert_eq!(status(&emulator, "/source/key").await.as_deref(), Some("COMPLETED"));
    let replica = emulator.get("/target/key").send("").await;
    assert_eq!((replica.status, replica.body.as_str()), (200, "bytes"));
    for (name, value) in [
        ("x-amz-replication-status", "REPLICA"),
        ("x-amz-meta-a", "b"),
        ("x-amz-tagging-count", "1"),
        ("content-type", "text/plain"),
        ("x-amz-version-id", header(&put, "x-amz-version-id").unwrap()),
        ("etag", header(&put, "etag").unwrap()),
    ] {
        assert_eq!(header(&replica, name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn what_no_rule_is_for_is_not_replicated() {
    let emulator = replicating().await;
    emulator.put("/source/other").send("bytes").await;
    emulator.settle().await;
    assert_eq!(status(&emulator, "/source/other").await, None);
    assert_eq!(emulator.head("/target/other").send("").await.status, 404);
}

#[tokio::test]
async fn tags_are_replicated_when_they_change() {
    let emulator = replicating().await;
    emulator.put("/source/key").send("bytes").await;
    emulator.settle().await;
    let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    assert_eq!(emulator.put("/source/key?tagging").send(tags).await.status, 200);
    emulator.settle().await;
    assert!(emulator.get("/target/key?tagging").send("").await.body.contains("<Key>a</Key>"));
    assert_eq!(status(&emulator, "/source/key").await.as_deref(), Some("COMPLETED"));
    let list = emulator.get("/target?versions").send("").await.body;
    assert_eq!(list.matches("<Version>").count(), 1);
}

#[tokio::test]
async fn delete_markers_are_replicated_and_deletions_of_versions_are_not() {
    let emulator = replicating().await;
    let put = emulator.put("/source/key").send("bytes").await;
    let version = header(&put, "x-amz-version-id").unwrap();
    emulator.settle().await;
    assert_eq!(emulator.delete("/source/key").send("").await.status, 204);
    emulator.settle().await;
    assert_eq!(emulator.head("/target/key").send("").await.status, 404);
    assert_eq!(emulator.delete(&format!("/source/key?versionId={version}")).send("").await.status, 204);
    emulator.settle().await;
    assert_eq!(emulator.head(&format!("/target/key?versionId={version}")).send("").await.status, 200);
}

#[tokio::test]
async fn a_replica_is_not_replicated_again() {
    let emulator = replicating().await;
    with_rule_back(&emulator, "").await;
    emulator.put("/source/key").send("bytes").await;
    emulator.settle().await;
    assert_eq!(status(&emulator, "/source/key").await.as_deref(), Some("COMPLETED"));
    assert_eq!(status(&emulator, "/target/key").await.as_deref(), Some("REPLICA"));
}

/// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-for-metadata-changes.html
#[tokio::test]
async fn what_changes_of_a_replica_goes_back_where_both_sides_say_so() {
    for (forth, back) in [("", ""), ("", SYNC), (SYNC, ""), (SYNC, SYNC)] {
        let emulator = Emulator::new().started().await;
        with_rules(&emulator, &format!("<Prefix/>{forth}"), "").await;
        with_rule_back(&emulator, back).await;
        emulator.put("/source/key").header("x-amz-storage-class", "STANDARD_IA").send("bytes").await;
        emulator.settle().await;

        let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
        assert_eq!(emulator.put("/target/key?tagging").send(tags).await.status, 200);
        emulator.settle().await;
        let is_told = emulator.get("/source/key?tagging").send("").await.body.contains("<Key>a</Key>");
        assert_eq!(is_told, !forth.is_empty() && !back.is_empty(), "{forth} {back}");
        assert_eq!(status(&emulator, "/source/key").await.as_deref(), Some("COMPLETED"));
        assert_eq!(status(&emulator, "/target/key").await.as_deref(), Some("REPLICA"));
    }
}

/// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
#[tokio::test]
async fn a_replica_whose_changes_find_no_object_says_so() {
    let emulator = Emulator::new().started().await;
    with_rules(&emulator, &format!("<Prefix/>{SYNC}"), "").await;
    with_rule_back(&emulator, SYNC).await;
    let put = emulator.put("/source/key").send("bytes").await;
    emulator.settle().await;
    let version = header(&put, "x-amz-version-id").unwrap();
    assert_eq!(emulator.delete(&format!("/source/key?versionId={version}")).send("").await.status, 204);
    assert_eq!(emulator.delete("/target/key?tagging").send("").await.status, 204);
    emulator.settle().await;
    assert_eq!(status(&emulator, "/target/key").await.as_deref(), Some("FAILED"));
}

#[tokio::test]
async fn a_destination_may_own_its_replicas_and_choose_their_class() {
    let emulator = Emulator::new().started().await;
    let owner = "<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>";
    let destination = format!("<Account>{OTHER}</Account>{owner}<StorageClass>GLACIER_IR</StorageClass>");
    with_rules(&emulator, "<Prefix/>", &destination).await;
    emulator.put("/source/key").send("bytes").await;
    emulator.settle().await;
    let replica = emulator.head("/target/key").account(OTHER).send("").await;
    assert_eq!(header(&replica, "x-amz-storage-class"), Some("GLACIER_IR"));
}

#[tokio::test]
async fn without_its_target_replication_fails() {
    let emulator = replicating().await;
    assert_eq!(emulator.delete("/target").send("").await.status, 204);
    assert_eq!(emulator.put("/source/key").send("bytes").await.status, 200);
    emulator.settle().await;
    assert_eq!(status(&emulator, "/source/key").await.as_deref(), Some("FAILED"));
}

#[tokio::test]
async fn versions_are_replicated_in_their_order() {
    let emulator = replicating().await;
    for number in 0..300 {
        assert_eq!(emulator.put(&format!("/source/k{}", number % 3)).send(number.to_string()).await.status, 200);
    }
    emulator.settle().await;
    for (key, last) in [("k0", "297"), ("k1", "298"), ("k2", "299")] {
        assert_eq!(emulator.get(&format!("/target/{key}")).send("").await.body, last);
    }
    let list = emulator.get("/target?versions").send("").await.body;
    assert_eq!(list.matches("<Version>").count(), 300);
}

/// Whoever does not get to replicate before the process ends leaves it to the next.
#[tokio::test]
async fn what_is_pending_is_replicated_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path());
    with_rules(&emulator, &format!("<Filter/>{MARKERS}"), "").await;
    emulator.put("/source/key").send("bytes").await;
    emulator.put("/source/gone").send("bytes").await;
    assert_eq!(emulator.delete("/source/gone").send("").await.status, 204);
    assert_eq!(status(&emulator, "/source/key").await.as_deref(), Some("PENDING"));
    drop(emulator);
    let emulator = Emulator::kept_in(folder.path()).started().await;
    emulator.settle().await;
    assert_eq!(emulator.get("/target/key").send("").await.body, "bytes");
    let list = emulator.get("/target?versions").send("").await.body;
    assert_eq!((list.matches("<Version>").count(), list.matches("<DeleteMarker>").count()), (2, 1));
    emulator.stop().await;
    let emulator = Emulator::kept_in(folder.path());
    assert_eq!(status(&emulator, "/source/key").await.as_deref(), Some("COMPLETED"));
}
