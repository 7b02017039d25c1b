//! Operations that the codec does not know: configurations that are kept and echoed, and what only other buckets have.

use std::time::Duration;

use crate::emulator::{Answer, Emulator};

async fn send(emulator: &Emulator, method: &str, uri: &str, body: &'static str) -> Answer {
    emulator.request(method.parse().unwrap(), uri).send(body).await
}

fn code(answer: &Answer) -> (u16, &str) {
    let (status, code, _) = answer.error();
    (status, code)
}

#[tokio::test]
async fn abac_is_off_until_it_is_turned_on() {
    let emulator = Emulator::with_object().await;
    assert!(emulator.get("/bucket?abac").send("").await.body.contains("<Status>Disabled</Status></AbacStatus>"));
    let document =
        "<AbacStatus xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status></AbacStatus>";
    assert_eq!(send(&emulator, "PUT", "/bucket?abac", document).await.status, 200);
    assert!(emulator.get("/bucket?abac").send("").await.body.contains("<Status>Enabled</Status>"));
    for wrong in ["", "<AbacStatus><Status>On</Status></AbacStatus>", "<AbacStatus></AbacStatus>"] {
        assert_eq!(code(&send(&emulator, "PUT", "/bucket?abac", wrong).await), (400, "MalformedXML"), "{wrong}");
    }
}

#[tokio::test]
async fn a_bucket_has_metadata_tables_of_one_kind() {
    let emulator = Emulator::with_object().await;
    let uri = "/bucket?metadataConfiguration";
    assert_eq!(code(&emulator.get(uri).send("").await), (404, "MetadataConfigurationNotFound"));
    let document = "<MetadataConfiguration><JournalTableConfiguration><RecordExpiration><Expiration>ENABLED</Expiration>\
                    <Days>7</Days></RecordExpiration></JournalTableConfiguration></MetadataConfiguration>";
    assert_eq!(send(&emulator, "POST", uri, document).await.status, 200);
    assert_eq!(send(&emulator, "POST", uri, document).await.status, 409);
    let read = emulator.get(uri).send("").await.body;
    assert!(read.contains("<Days>7</Days>") && read.contains("bucket/aws-s3</TableBucketArn>"), "{read}");
    let journal = "<JournalTableConfiguration><RecordExpiration><Expiration>DISABLED</Expiration></RecordExpiration>\
                   </JournalTableConfiguration>";
    assert_eq!(send(&emulator, "PUT", "/bucket?metadataJournalTable", journal).await.status, 200);
    let inventory = "<InventoryTableConfiguration><ConfigurationState>ENABLED</ConfigurationState>\
                     </InventoryTableConfiguration>";
    assert_eq!(send(&emulator, "PUT", "/bucket?metadataInventoryTable", inventory).await.status, 200);
    let read = emulator.get(uri).send("").await.body;
    assert!(!read.contains("<Days>") && read.contains("<TableName>inventory</TableName>"), "{read}");
    assert_eq!(emulator.get("/bucket?metadataTable").send("").await.status, 405);
    assert_eq!(send(&emulator, "DELETE", uri, "").await.status, 204);
    assert_eq!(send(&emulator, "DELETE", uri, "").await.status, 404);
}

#[tokio::test]
async fn metadata_tables_of_the_older_kind_are_in_a_bucket_of_the_users() {
    let emulator = Emulator::with_object().await;
    let uri = "/bucket?metadataTable";
    let document = "<MetadataTableConfiguration><S3TablesDestination><TableBucketArn>arn:aws:s3tables:us-east-1:000000000000:bucket/mine\
                    </TableBucketArn><TableName>table</TableName></S3TablesDestination></MetadataTableConfiguration>";
    assert_eq!(send(&emulator, "POST", uri, document).await.status, 200);
    let read = emulator.get(uri).send("").await.body;
    assert!(read.contains("<TableNamespace>aws_s3_metadata</TableNamespace>") && read.contains("ACTIVE"), "{read}");
    let inventory = "<InventoryTableConfiguration><ConfigurationState>ENABLED</ConfigurationState>\
                     </InventoryTableConfiguration>";
    assert_eq!(send(&emulator, "PUT", "/bucket?metadataInventoryTable", inventory).await.status, 405);
    assert_eq!(send(&emulator, "DELETE", uri, "").await.status, 204);
}

#[tokio::test]
async fn an_archived_object_is_restored_before_it_is_read() {
    let emulator = Emulator::with_object().await;
    let archived = emulator.put("/bucket/cold").header("x-amz-storage-class", "DEEP_ARCHIVE").send("cold").await;
    assert_eq!(archived.status, 200);
    assert_eq!(code(&emulator.get("/bucket/cold").send("").await), (403, "InvalidObjectState"));
    let document = "<RestoreRequest><Days>1</Days></RestoreRequest>";
    assert_eq!(code(&send(&emulator, "POST", "/bucket/key?restore", document).await), (403, "InvalidObjectState"));
    assert_eq!(send(&emulator, "POST", "/bucket/cold?restore", document).await.status, 202);
    let again = send(&emulator, "POST", "/bucket/cold?restore", document).await;
    assert_eq!(code(&again), (409, "RestoreAlreadyInProgress"));
    let head = send(&emulator, "HEAD", "/bucket/cold", "").await;
    assert_eq!(head.header("x-amz-restore"), Some("ongoing-request=\"true\""));
    emulator.clock().advance(Duration::from_secs(12 * 60 * 60));
    let read = emulator.get("/bucket/cold").send("").await;
    assert_eq!((read.status, read.body.as_str()), (200, "cold"));
    let restored = read.header("x-amz-restore");
    assert_eq!(restored, Some("ongoing-request=\"false\", expiry-date=\"Fri, 23 Oct 2026 00:00:00 GMT\""));
    for query in ["", "list-type=2", "versions"] {
        let list = emulator.get(&format!("/bucket?prefix=cold&{query}"));
        let list = list.header("x-amz-optional-object-attributes", "RestoreStatus").send("").await;
        assert_eq!(list.element("IsRestoreInProgress"), Some("false"), "{}", list.body);
        assert_eq!(list.element("RestoreExpiryDate"), Some("2026-10-23T00:00:00.000Z"));
        let silent = emulator.get(&format!("/bucket?prefix=cold&{query}")).send("").await;
        assert!(!silent.body.contains("RestoreStatus"));
    }
    assert_eq!(send(&emulator, "POST", "/bucket/cold?restore", document).await.status, 200);
    emulator.clock().advance(Duration::from_secs(3 * 24 * 60 * 60));
    assert_eq!(code(&emulator.get("/bucket/cold").send("").await), (403, "InvalidObjectState"));
    for wrong in ["", "<RestoreRequest></RestoreRequest>", "<RestoreRequest><Days>0</Days></RestoreRequest>"] {
        assert_eq!(code(&send(&emulator, "POST", "/bucket/cold?restore", wrong).await), (400, "MalformedXML"));
    }
}

#[tokio::test]
async fn a_query_that_is_none_is_refused() {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.put("/bucket/people").send("name,age\nJane,30\nJoe,25\n").await.status, 200);
    let query = |expression: &str| {
        format!(
            "<SelectObjectContentRequest><Expression>{expression}</Expression><ExpressionType>SQL</ExpressionType>\
             <InputSerialization><CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV></InputSerialization>\
             <OutputSerialization><JSON></JSON></OutputSerialization></SelectObjectContentRequest>"
        )
    };
    let uri = "/bucket/people?select&select-type=2";
    let post = |document: String| emulator.request("POST".parse().unwrap(), uri).send(document);
    assert_eq!(code(&post(query("SELECT nothing")).await), (400, "ParseSelectMissingFrom"));
    assert_eq!(code(&post(query("SELECT height FROM S3Object")).await), (400, "MissingHeaders"));
    assert_eq!(code(&post(String::new()).await), (400, "MalformedXML"));
    for format in ["GZIP", "BZIP2"] {
        let packed = format!("<InputSerialization><CompressionType>{format}</CompressionType>");
        let answer = post(query("SELECT * FROM S3Object").replace("<InputSerialization>", &packed)).await;
        let text = format!("{format} is not applicable to the queried object. Correct the request and try again.");
        assert_eq!(answer.error(), (400, "InvalidCompressionFormat", text.as_str()));
    }
    let empty = "<SelectObjectContentRequest></SelectObjectContentRequest>".to_owned();
    assert_eq!(code(&post(empty).await), (400, "MissingRequiredParameter"));
}

#[tokio::test]
async fn what_other_buckets_have_is_refused() {
    let emulator = Emulator::with_object().await;
    assert_eq!(code(&emulator.get("/bucket?session").send("").await), (405, "MethodNotAllowed"));
    assert_eq!(code(&emulator.get("/bucket/key?torrent").send("").await), (405, "MethodNotAllowed"));
    assert_eq!(code(&send(&emulator, "PUT", "/bucket/new?renameObject", "").await), (405, "MethodNotAllowed"));
    let list = emulator.get("/?x-id=ListDirectoryBuckets").send("").await;
    assert!(list.status == 200 && list.body.contains("<Buckets></Buckets>"), "{}", list.body);
    let answer = emulator.request("POST".parse().unwrap(), "/WriteGetObjectResponse");
    let answer = answer.header("x-amz-request-route", "route").header("x-amz-request-token", "token").send("x").await;
    assert_eq!(code(&answer), (400, "ValidationError"));
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn an_object_gets_another_key_and_stays_what_it_is() {
    let emulator = Emulator::with_object().await;
    let before = emulator.get("/bucket/key").send("").await;
    let document = "<ObjectEncryption><SSE-KMS><KMSKeyArn>arn:aws:kms:us-east-1:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47\
                    </KMSKeyArn><BucketKeyEnabled>true</BucketKeyEnabled></SSE-KMS></ObjectEncryption>";
    assert_eq!(send(&emulator, "PUT", "/bucket/key?encryption", document).await.status, 200);
    let after = emulator.get("/bucket/key").send("").await;
    assert_eq!((after.header("etag"), &after.body), (before.header("etag"), &before.body));
    assert_eq!(after.header("x-amz-server-side-encryption"), Some("aws:kms"));
    assert_eq!(after.header("x-amz-server-side-encryption-bucket-key-enabled"), Some("true"));
    assert_eq!(code(&send(&emulator, "PUT", "/bucket/none?encryption", document).await), (404, "NoSuchKey"));
    assert_eq!(code(&send(&emulator, "PUT", "/bucket/key?encryption", "").await), (400, "MalformedXML"));
}
