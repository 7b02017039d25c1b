//! What is told of what happens to objects, field by field.

use std::{sync::Arc, time::Duration};

use ruststack_s3::{Config, EventVersion};
use serde_json::{Value, json};

use crate::{
    emulator::{Answer, Emulator, config},
    mailbox::Mailbox,
};

pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:queue";
const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const EVENTS: [&str; 9] = [
    "ObjectCreated:*",
    "ObjectRemoved:*",
    "ObjectRestore:*",
    "ObjectTagging:*",
    "ObjectAcl:Put",
    "ObjectRetention:Put",
    "LifecycleExpiration:*",
    "LifecycleTransition",
    "Replication:*",
];

struct Fixture {
    emulator: Emulator,
    sqs: Arc<Mailbox>,
    events: Arc<Mailbox>,
}

impl Fixture {
    /// A queue and EventBridge hear of all that happens in `bucket`.
    async fn new() -> Self {
        Self::with(config(None)).await
    }

    async fn with(config: Config) -> Self {
        let (sqs, events) = (Mailbox::sqs(), Mailbox::events());
        let emulator = Emulator::beside(config, [sqs.clone() as _, events.clone() as _]).started().await;
        assert_eq!(emulator.put("/bucket").send("").await.status, 200);
        let fixture = Self { emulator, sqs, events };
        fixture.listen("bucket").await;
        fixture
    }

    async fn listen(&self, bucket: &str) {
        let names: String = EVENTS.iter().map(|name| format!("<Event>s3:{name}</Event>")).collect();
        let queue = format!("<QueueConfiguration><Id>id</Id>{names}<Queue>{QUEUE}</Queue></QueueConfiguration>");
        self.put(
            &format!("/{bucket}?notification"),
            "NotificationConfiguration",
            &format!("{queue}<EventBridgeConfiguration/>"),
        )
        .await;
        drop(self.sqs.take(QUEUE));
    }

    async fn put(&self, uri: &str, root: &str, document: &str) -> Answer {
        let answer = self.emulator.put(uri).send(format!("<{root}>{document}</{root}>")).await;
        assert_eq!(answer.status, 200, "{uri}: {}", answer.body);
        answer
    }

    async fn set_versioning(&self, status: &str) {
        self.put("/bucket?versioning", "VersioningConfiguration", &format!("<Status>{status}</Status>")).await;
    }

    /// The records that came since.
    async fn heard(&self) -> Vec<Value> {
        self.emulator.settle().await;
        self.sqs.take_records(QUEUE)
    }

    /// Their names.
    async fn names(&self) -> Vec<String> {
        self.heard().await.iter().map(|record| record["eventName"].as_str().unwrap().to_owned()).collect()
    }

    /// What EventBridge heard.
    async fn told(&self) -> Vec<Value> {
        self.emulator.settle().await;
        self.events.take_documents(BUS)
    }
}

#[tokio::test]
async fn a_record_says_what_was_stored_by_whom_and_which_request_did_it() {
    let fixture = Fixture::new().await;
    let answer = fixture.emulator.put("/bucket/red%20flower.jpg").send("something").await;
    let records = fixture.heard().await;
    let sequencer = records[0]["s3"]["object"]["sequencer"].as_str().unwrap();
    assert!(sequencer.len() == 18 && sequencer.starts_with("006AD86980"), "{sequencer}");
    assert_eq!(
        records,
        [json!({
            "eventVersion": "2.5", "eventSource": "aws:s3", "awsRegion": "us-east-1",
            "eventTime": "2026-10-21T07:28:00.000Z", "eventName": "ObjectCreated:Put",
            "userIdentity": {"principalId": "AWS:000000000000"},
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {
                "x-amz-request-id": answer.header("x-amz-request-id").unwrap(),
                "x-amz-id-2": answer.header("x-amz-id-2").unwrap(),
            },
            "s3": {
                "s3SchemaVersion": "1.0", "configurationId": "id",
                "bucket": {
                    "name": "bucket", "ownerIdentity": {"principalId": "A75AA57F09AA0C"}, "arn": "arn:aws:s3:::bucket",
                },
                "object": {
                    "key": "red+flower.jpg", "size": 9, "eTag": "437b930db84b8079c2dd804a71936b5f", "sequencer": sequencer,
                },
            },
        })]
    );
    assert_eq!(
        fixture.told().await,
        [json!({
            "detail-type": "Object Created", "source": "aws.s3", "account": "000000000000",
            "time": "2026-10-21T07:28:00Z", "region": "us-east-1", "resources": ["arn:aws:s3:::bucket"],
            "detail": {
                "version": "0", "event-version": "1.0", "bucket": {"name": "bucket"},
                "object": {
                    "key": "red flower.jpg", "size": 9, "etag": "437b930db84b8079c2dd804a71936b5f", "sequencer": sequencer,
                },
                "request-id": answer.header("x-amz-request-id").unwrap(), "requester": "000000000000",
                "source-ip-address": "127.0.0.1", "reason": "PutObject",
            },
        })]
    );
}

#[tokio::test]
async fn each_way_to_create_an_object_has_its_name() {
    let fixture = Fixture::new().await;
    let emulator = &fixture.emulator;
    assert_eq!(emulator.put("/bucket/a").send("a").await.status, 200);
    assert_eq!(emulator.put("/bucket/b").header("x-amz-copy-source", "bucket/a").send("").await.status, 200);
    let begun = emulator.post("/bucket/c?uploads").send("").await;
    let upload = format!("/bucket/c?uploadId={}", begun.element("UploadId").unwrap());
    let part = emulator.put(&format!("{upload}&partNumber=1")).send("c").await;
    assert!(fixture.names().await.len() == 2, "a part is no object");
    let part = format!("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", part.header("etag").unwrap());
    let list = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
    for _ in 0..2 {
        assert_eq!(emulator.post(&upload).send(list.clone()).await.status, 200);
    }
    let fields = "--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nd\r\n--XX\r\nContent-Disposition: \
                  form-data; name=\"file\"\r\n\r\nd\r\n--XX--\r\n";
    let form = emulator.post("/bucket").header("content-type", "multipart/form-data; boundary=XX").send(fields).await;
    assert_eq!(form.status, 204, "{}", form.body);
    // The order of keys is nobody's.
    let mut names = fixture.names().await;
    names.sort();
    assert_eq!(names, ["ObjectCreated:CompleteMultipartUpload", "ObjectCreated:Post"]);
    let told = fixture.told().await;
    let mut reasons: Vec<_> = told.iter().map(|event| event["detail"]["reason"].as_str().unwrap()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["CompleteMultipartUpload", "CopyObject", "POST Object", "PutObject"]);
}

/// Recorded: test_object_created_put_versioned, test_delete_objects.
#[tokio::test]
async fn deletes_tell_versions_from_markers() {
    let fixture = Fixture::new().await;
    let emulator = &fixture.emulator;
    for key in ["missing", "a", "b"] {
        if key != "missing" {
            assert_eq!(emulator.put(&format!("/bucket/{key}")).send(key).await.status, 200);
        }
    }
    assert_eq!(fixture.names().await.len(), 2);
    assert_eq!(emulator.delete("/bucket/missing").send("").await.status, 204);
    let list = ["a", "b", "missing"].map(|key| format!("<Object><Key>{key}</Key></Object>")).concat();
    let request = emulator.post("/bucket?delete").header("content-md5", &md5(&format!("<Delete>{list}</Delete>")));
    assert_eq!(request.send(format!("<Delete>{list}</Delete>")).await.status, 200);
    let records = fixture.heard().await;
    assert_eq!(records.len(), 3, "DeleteObjects tells of what was not there, DeleteObject does not");
    let object = &records[0]["s3"]["object"];
    assert_eq!(records[0]["eventName"], "ObjectRemoved:Delete");
    assert_eq!(object.as_object().unwrap().keys().collect::<Vec<_>>(), ["key", "sequencer"]);

    fixture.set_versioning("Enabled").await;
    let version = emulator.put("/bucket/key").send("bytes").await.header("x-amz-version-id").unwrap().to_owned();
    let marker = emulator.delete("/bucket/key").send("").await.header("x-amz-version-id").unwrap().to_owned();
    for id in [&version, &marker, &marker] {
        assert_eq!(emulator.delete(&format!("/bucket/key?versionId={id}")).send("").await.status, 204);
    }
    let records = fixture.heard().await;
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            let object = &record["s3"]["object"];
            (record["eventName"].as_str().unwrap(), object["versionId"].as_str().unwrap(), object.get("size").is_some())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("ObjectCreated:Put", version.as_str(), true),
            ("ObjectRemoved:DeleteMarkerCreated", &marker, false),
            ("ObjectRemoved:Delete", &version, false),
            ("ObjectRemoved:Delete", &marker, false),
        ]
    );
    assert_eq!(records[1]["s3"]["object"]["eTag"], "d41d8cd98f00b204e9800998ecf8427e");
    let types: Vec<_> = fixture.told().await.iter().map(|event| event["detail"]["deletion-type"].clone()).collect();
    let (deleted, hidden) = (json!("Permanently Deleted"), json!("Delete Marker Created"));
    assert_eq!(types[5..], [Value::Null, hidden, deleted.clone(), deleted]);

    fixture.set_versioning("Suspended").await;
    assert_eq!(emulator.put("/bucket/key").send("bytes").await.status, 200);
    assert_eq!(emulator.delete("/bucket/key").send("").await.status, 204);
    let records = fixture.heard().await;
    assert_eq!(records[1]["eventName"], "ObjectRemoved:DeleteMarkerCreated");
    assert!(records.iter().all(|record| record["s3"]["object"].get("versionId").is_none()));
}

fn md5(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use md5::{Digest as _, Md5};
    STANDARD.encode(Md5::digest(text))
}

/// Recorded: test_object_tagging_put_event, test_object_tagging_delete_event, test_object_put_acl.
#[tokio::test]
async fn what_changes_beside_an_object_tells_neither_size_nor_order() {
    let fixture = Fixture::new().await;
    let emulator = &fixture.emulator;
    let ownership = "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>";
    fixture.put("/bucket?ownershipControls", "OwnershipControls", ownership).await;
    assert_eq!(emulator.delete("/bucket?publicAccessBlock").send("").await.status, 204);
    assert_eq!(emulator.put("/bucket/key").send("bytes").await.status, 200);
    let tags = "<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet>";
    fixture.put("/bucket/key?tagging", "Tagging", tags).await;
    assert_eq!(emulator.delete("/bucket/key?tagging").send("").await.status, 204);
    for acl in ["private", "public-read", "public-read", "private"] {
        assert_eq!(emulator.put("/bucket/key?acl").header("x-amz-acl", acl).send("").await.status, 200);
    }
    let records = fixture.heard().await;
    let names: Vec<_> = records[1..].iter().map(|record| record["eventName"].as_str().unwrap()).collect();
    assert_eq!(names, ["ObjectTagging:Put", "ObjectTagging:Delete", "ObjectAcl:Put", "ObjectAcl:Put"]);
    for record in &records[1..] {
        assert_eq!(record["s3"]["object"].as_object().unwrap().keys().collect::<Vec<_>>(), ["key", "eTag"]);
    }
    let types: Vec<_> = fixture.told().await.iter().map(|event| event["detail-type"].clone()).collect();
    let acl = "Object ACL Updated";
    assert_eq!(types, ["Object Created", "Object Tags Added", "Object Tags Deleted", acl, acl]);
}

/// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configure-notification.html
#[tokio::test]
async fn lifecycles_tell_that_s3_itself_acted() {
    let fixture = Fixture::new().await;
    let rules = "<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Transition><Days>0</Days><StorageClass>GLACIER_IR\
                 </StorageClass></Transition><Expiration><Days>3</Days></Expiration></Rule>";
    fixture.put("/bucket?lifecycle", "LifecycleConfiguration", rules).await;
    let bytes = vec![b'x'; 200_000];
    assert_eq!(fixture.emulator.put("/bucket/key").send(bytes).await.status, 200);
    drop(fixture.heard().await);
    let mut records = Vec::new();
    for _ in 0..5 {
        fixture.emulator.clock().advance(DAY);
        records.extend(fixture.heard().await);
    }
    let [transition, expiration] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!(transition["eventName"], "LifecycleTransition");
    let class = &transition["lifecycleEventData"]["transitionEventData"]["destinationStorageClass"];
    assert_eq!((class, &transition["s3"]["object"]["size"]), (&json!("GLACIER_IR"), &json!(200_000)));
    assert_eq!(expiration["eventName"], "LifecycleExpiration:Delete");
    assert_eq!(expiration["userIdentity"]["principalId"], "s3.amazonaws.com");
    assert_eq!(expiration["requestParameters"]["sourceIPAddress"], "s3.amazonaws.com");
    let told = fixture.told().await;
    assert_eq!(told[1]["detail"]["destination-storage-class"], "GLACIER_IR");
    let detail = &told[2]["detail"];
    assert_eq!((&detail["reason"], &detail["requester"]), (&json!("Lifecycle Expiration"), &json!("s3.amazonaws.com")));
    assert!(detail.get("source-ip-address").is_none());
}

/// Recorded: test_restore_object.
#[tokio::test]
async fn a_restoration_is_told_when_it_begins_is_done_and_expires() {
    let fixture = Fixture::new().await;
    let put = fixture.emulator.put("/bucket/key").header("x-amz-storage-class", "GLACIER").send("something").await;
    assert_eq!(put.status, 200);
    let restore = || fixture.emulator.post("/bucket/key?restore");
    let document = "<RestoreRequest><Days>1</Days></RestoreRequest>";
    assert_eq!(restore().send(document).await.status, 202);
    assert_eq!(fixture.names().await, ["ObjectCreated:Put", "ObjectRestore:Post"]);
    fixture.emulator.clock().advance(DAY / 4);
    let records = fixture.heard().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["eventName"], "ObjectRestore:Completed");
    assert_eq!(records[0]["userIdentity"]["principalId"], "AmazonCustomer:A75AA57F09AA0C");
    assert_eq!(
        records[0]["glacierEventData"]["restoreEventData"],
        json!({
            "lifecycleRestorationExpiryTime": "2026-10-23T00:00:00.000Z", "lifecycleRestoreStorageClass": "GLACIER",
        })
    );
    assert_eq!(restore().send(document.replace('1', "2")).await.status, 200, "it lasts longer, which nobody is told");
    fixture.emulator.clock().advance(2 * DAY);
    assert!(fixture.names().await.is_empty());
    fixture.emulator.clock().advance(DAY);
    assert_eq!(fixture.names().await, ["ObjectRestore:Delete"]);
    let told = fixture.told().await;
    let types: Vec<_> = told.iter().map(|event| event["detail-type"].as_str().unwrap()).collect();
    let restored = ["Object Restore Initiated", "Object Restore Completed", "Object Restore Expired"];
    assert_eq!(types[1..], restored);
    let detail = &told[2]["detail"];
    assert_eq!(detail["restore-expiry-time"], "2026-10-23T00:00:00Z");
    assert_eq!(
        (&detail["source-storage-class"], &detail["requester"]),
        (&json!("GLACIER"), &json!("s3.amazonaws.com"))
    );
    assert!(detail.get("source-ip-address").is_none() && detail["object"].get("sequencer").is_none());
}

#[tokio::test]
async fn a_replica_is_an_object_that_s3_created_and_one_that_failed_is_told_where_it_was_written() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.emulator.put("/target").send("").await.status, 200);
    fixture.listen("target").await;
    fixture.set_versioning("Enabled").await;
    let enabled = "<Status>Enabled</Status>";
    fixture.put("/target?versioning", "VersioningConfiguration", enabled).await;
    let metrics = "<Metrics><Status>Enabled</Status></Metrics>";
    let destination = format!("<Destination><Bucket>arn:aws:s3:::target</Bucket>{metrics}</Destination>");
    let rule =
        format!("<Rule><ID>rule</ID><Priority>1</Priority><Status>Enabled</Status><Filter/>{destination}</Rule>");
    let rule = rule
        .replace("<Filter/>", "<Filter/><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>");
    let document = format!("<Role>arn:aws:iam::000000000000:role/replication</Role>{rule}");
    fixture.put("/bucket?replication", "ReplicationConfiguration", &document).await;
    assert_eq!(fixture.emulator.put("/bucket/key").send("bytes").await.status, 200);
    let mut records = fixture.heard().await;
    records.sort_by_key(|record| record["s3"]["bucket"]["name"].as_str().unwrap().to_owned());
    assert_eq!((records.len(), &records[1]["s3"]["bucket"]["name"]), (2, &json!("target")));
    assert_eq!(records[1]["eventName"], "ObjectCreated:Put");
    assert_eq!(records[1]["userIdentity"]["principalId"], "s3.amazonaws.com");

    fixture.put("/target?versioning", "VersioningConfiguration", "<Status>Suspended</Status>").await;
    assert_eq!(fixture.emulator.put("/bucket/key").send("bytes").await.status, 200);
    let records = fixture.heard().await;
    assert_eq!(records[1]["eventName"], "Replication:OperationFailedReplication");
    let data = &records[1]["replicationEventData"];
    assert_eq!(data["replicationRuleId"], "rule");
    assert_eq!(
        (&data["destinationBucket"], &data["failureReason"]),
        (&json!("arn:aws:s3:::target"), &json!("DstBucketUnversioned"))
    );
}

#[tokio::test]
async fn the_versions_of_records_before_2026_can_be_asked_for() {
    let fixture = Fixture::with(Config { event_version: EventVersion::Legacy, ..config(None) }).await;
    assert_eq!(fixture.emulator.put("/bucket/key").send("bytes").await.status, 200);
    fixture.put("/bucket/key?tagging", "Tagging", "<TagSet/>").await;
    let versions: Vec<_> = fixture.heard().await.iter().map(|record| record["eventVersion"].clone()).collect();
    assert_eq!(versions, ["2.1", "2.3"]);
    assert!(fixture.told().await[0]["detail"].get("event-version").is_none());
}

#[tokio::test]
async fn the_trace_of_a_request_goes_with_the_message() {
    let fixture = Fixture::new().await;
    let trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1";
    assert_eq!(fixture.emulator.put("/bucket/key").header("x-amzn-trace-id", trace).send("").await.status, 200);
    fixture.emulator.settle().await;
    assert_eq!(fixture.sqs.take(QUEUE)[0].trace_header.as_deref(), Some(trace));
}
