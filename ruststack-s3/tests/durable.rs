//! What an emulator keeps, the next one answers alike.

use std::sync::Arc;

use ruststack_core::{journal::Changes, service::Part};

use crate::emulator::Emulator;

const BLOCK: &str =
    "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>";
const TAGS: &str = "<Tagging><TagSet><Tag><Key>tag</Key><Value>value</Value></Tag></TagSet></Tagging>";
const OWNERSHIP: &str =
    "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>";
const EMPTY_MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const POLICY: &str = r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}]}"#;

/// All that shows the state.
const READS: [&str; 20] = [
    "/",
    "/bucket?acl",
    "/bucket?location",
    "/bucket?ownershipControls",
    "/bucket?publicAccessBlock",
    "/bucket?tagging",
    "/bucket?uploads",
    "/bucket?versioning",
    "/bucket?versions",
    "/bucket?list-type=2",
    "/bucket/key",
    "/bucket/key?acl",
    "/bucket/key?tagging",
    "/bucket?policy",
    "/bucket/kms",
    "/bucket/parts?partNumber=1",
    "/bucket/gone",
    "/bucket/k%00%01",
    "/europe?location",
    "/v20180820/configuration/publicAccessBlock",
];

async fn put(emulator: &Emulator, uri: &str, headers: &[(&str, &str)], body: &str) {
    let request = headers.iter().fold(emulator.put(uri), |request, (name, value)| request.header(name, value));
    let answer = request.send(body.to_owned()).await;
    assert_eq!(answer.status, 200, "{uri}: {}", answer.body);
}

async fn set_versioning(emulator: &Emulator, status: &str) {
    let document = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    put(emulator, "/bucket?versioning", &[], &document).await;
}

async fn delete(emulator: &Emulator, uri: &str) {
    assert_eq!(emulator.delete(uri).send("").await.status, 204, "{uri}");
}

/// Begins an upload and sends its first part, which is empty.
async fn begin(emulator: &Emulator, key: &str) -> String {
    let answer = emulator.post(&format!("/bucket/{key}?uploads")).header("x-amz-meta-a", "b").send("").await;
    let upload = format!("/bucket/{key}?uploadId={}", answer.element("UploadId").unwrap());
    put(emulator, &format!("{upload}&partNumber=1"), &[], "").await;
    upload
}

async fn complete(emulator: &Emulator, upload: &str) -> String {
    let part = format!("<Part><PartNumber>1</PartNumber><ETag>{EMPTY_MD5}</ETag></Part>");
    let document = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
    let answer = emulator.post(upload).send(document).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.wire()
}

/// Some of everything; gives back an upload that is in progress and one that is complete.
pub(crate) async fn fill(emulator: &Emulator) -> [String; 2] {
    put(emulator, "/bucket", &[], "").await;
    let constraint =
        "<CreateBucketConfiguration><LocationConstraint>EU</LocationConstraint></CreateBucketConfiguration>";
    put(emulator, "/europe", &[], constraint).await;
    put(emulator, "/bucket?ownershipControls", &[], OWNERSHIP).await;
    delete(emulator, "/bucket?publicAccessBlock").await;
    assert_eq!(emulator.put("/bucket?policy").send(POLICY).await.status, 204);
    put(emulator, "/bucket?acl", &[("x-amz-acl", "public-read")], "").await;
    let described = [
        ("x-amz-meta-a", "\u{e9}"),
        ("content-type", "text/plain"),
        ("x-amz-tagging", "a=b"),
        ("x-amz-acl", "public-read"),
    ];
    put(emulator, "/bucket/key", &described, "first").await;
    set_versioning(emulator, "Enabled").await;
    put(emulator, "/bucket/key", &[("x-amz-storage-class", "STANDARD_IA")], "second").await;
    set_versioning(emulator, "Suspended").await;
    put(emulator, "/bucket/key", &described, "third").await;
    set_versioning(emulator, "Enabled").await;
    put(emulator, "/bucket/gone", &[], "gone").await;
    delete(emulator, "/bucket/gone").await;
    put(emulator, "/bucket/k%00%01", &[("x-amz-checksum-algorithm", "SHA256")], "").await;
    let kms = [
        ("x-amz-server-side-encryption", "aws:kms:dsse"),
        ("x-amz-server-side-encryption-aws-kms-key-id", "134f2428-cec1-4b25-a1ae-9048164dba47"),
    ];
    put(emulator, "/bucket/kms", &kms, "kms").await;
    put(emulator, "/bucket/kms?tagging", &[], TAGS).await;
    put(emulator, "/bucket?publicAccessBlock", &[], BLOCK).await;
    let completed = begin(emulator, "parts").await;
    complete(emulator, &completed).await;
    let aborted = begin(emulator, "aborted").await;
    delete(emulator, &aborted).await;
    put(emulator, "/v20180820/configuration/publicAccessBlock", &[], BLOCK).await;
    [begin(emulator, "begun").await, completed]
}

pub(crate) async fn read(emulator: &Emulator, more: &[String; 2]) -> Vec<String> {
    let mut wires = Vec::new();
    for uri in READS.into_iter().chain([more[0].as_str()]) {
        wires.push(format!("{uri}: {}", emulator.get(uri).send("").await.wire()));
    }
    wires
}

#[tokio::test]
async fn all_that_was_answered_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path());
    let uploads = fill(&emulator).await;
    let before = read(&emulator, &uploads).await;
    let completion = complete(&emulator, &uploads[1]).await;
    drop(emulator);
    let emulator = Emulator::kept_in(folder.path());
    for (after, before) in read(&emulator, &uploads).await.iter().zip(&before) {
        assert_eq!(after, before);
    }
    // A client that did not hear of its completion asks again.
    assert_eq!(complete(&emulator, &uploads[1]).await, completion);
    complete(&emulator, &uploads[0]).await;
}

#[tokio::test]
async fn what_was_deleted_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path());
    put(&emulator, "/bucket", &[], "").await;
    put(&emulator, "/bucket/key", &[], "bytes").await;
    begin(&emulator, "begun").await;
    delete(&emulator, "/bucket/key").await;
    delete(&emulator, "/bucket").await;
    put(&emulator, "/bucket", &[], "").await;
    drop(emulator);
    let emulator = Emulator::kept_in(folder.path());
    let list = emulator.get("/bucket?list-type=2").send("").await;
    assert_eq!((list.status, list.element("KeyCount")), (200, Some("0")));
    assert_eq!(emulator.get("/bucket?uploads").send("").await.element("UploadId"), None);
}

#[tokio::test]
async fn a_reset_outlives_the_process_as_far_as_it_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path());
    put(&emulator, "/bucket", &[], "").await;
    put(&emulator, "/bucket/key", &[], "bytes").await;
    assert_eq!(emulator.put("/theirs").account("000000000042").send("").await.status, 200);
    let changes = Changes::of(Arc::clone(&emulator.gateway().runtime().journal));
    let part = Part { account: "000000000042".parse().ok(), region: None };
    let section = changes.begin().unwrap();
    emulator.gateway().registry().services().iter().for_each(|service| service.state().reset(&part, &changes));
    drop(section);
    changes.committed().await.unwrap();
    drop((emulator, changes));
    let emulator = Emulator::kept_in(folder.path());
    assert_eq!(emulator.head("/theirs").account("000000000042").send("").await.status, 404);
    assert_eq!(emulator.get("/bucket/key").send("").await.body, "bytes");
}

/// One document for each kind of configuration: sub-resource, and what is put there.
const CONFIGURATIONS: [(&str, &str); 13] = [
    ("accelerate", "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>"),
    (
        "analytics&id=a",
        "<AnalyticsConfiguration><Id>a</Id><StorageClassAnalysis></StorageClassAnalysis></AnalyticsConfiguration>",
    ),
    (
        "cors",
        "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>http://a</AllowedOrigin>\
         <ExposeHeader>etag</ExposeHeader><MaxAgeSeconds>7</MaxAgeSeconds></CORSRule></CORSConfiguration>",
    ),
    (
        "encryption",
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms\
         </SSEAlgorithm><KMSMasterKeyID>134f2428-cec1-4b25-a1ae-9048164dba47</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true\
         </BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
    ),
    (
        "intelligent-tiering&id=a",
        "<IntelligentTieringConfiguration><Id>a</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS\
         </AccessTier><Days>90</Days></Tiering></IntelligentTieringConfiguration>",
    ),
    (
        "inventory&id=a",
        "<InventoryConfiguration><Id>a</Id><IsEnabled>true</IsEnabled><IncludedObjectVersions>All\
         </IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule><Destination><S3BucketDestination>\
         <Bucket>arn:aws:s3:::bucket</Bucket><Format>CSV</Format></S3BucketDestination></Destination>\
         </InventoryConfiguration>",
    ),
    (
        "lifecycle",
        "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key>\
         <Value>v</Value></Tag></And></Filter><Expiration><Days>7</Days></Expiration></Rule></LifecycleConfiguration>",
    ),
    (
        "logging",
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>bucket</TargetBucket><TargetPrefix>log/</TargetPrefix>\
         </LoggingEnabled></BucketLoggingStatus>",
    ),
    ("metrics&id=a", "<MetricsConfiguration><Id>a</Id><Filter><Prefix>p</Prefix></Filter></MetricsConfiguration>"),
    (
        "notification",
        "<NotificationConfiguration><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>",
    ),
    ("requestPayment", "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>"),
    (
        "website",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule>\
         <Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>b/\
         </ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
    ),
    (
        "object-lock",
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
         <Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
    ),
];

#[tokio::test]
async fn configurations_and_locks_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path());
    put(&emulator, "/bucket", &[("x-amz-bucket-object-lock-enabled", "true")], "").await;
    for (name, document) in CONFIGURATIONS {
        let answer =
            emulator.put(&format!("/bucket?{name}")).header("content-md5", &md5(document)).send(document).await;
        assert!(answer.status < 300, "{name}: {}", answer.body);
    }
    put(&emulator, "/bucket/held", &[("x-amz-object-lock-legal-hold", "ON")], "bytes").await;
    let uris: Vec<String> = CONFIGURATIONS.iter().map(|(name, _)| format!("/bucket?{name}")).collect();
    let read = async |emulator: &Emulator| {
        let mut wires = Vec::new();
        for uri in uris.iter().map(String::as_str).chain(["/bucket/held", "/bucket/held?retention"]) {
            let answer = emulator.get(uri).send("").await;
            assert_eq!(answer.status, 200, "{uri}: {}", answer.body);
            wires.push(format!("{uri}: {}", answer.wire()));
        }
        wires
    };
    let before = read(&emulator).await;
    drop(emulator);
    assert_eq!(read(&Emulator::kept_in(folder.path())).await, before);
}

fn md5(document: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use md5::{Digest as _, Md5};

    STANDARD.encode(Md5::digest(document))
}
