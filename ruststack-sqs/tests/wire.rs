//! Exact bytes of the query protocol, and the headers of JSON's errors.

use serde_json::json;

use crate::{ask, query, with_queue};

const ID: &str = "<ResponseMetadata><RequestId>";

/// The flattened names are those of the model before AWS turned to JSON; the envelope is documented.
#[tokio::test]
async fn forms_are_flat_and_so_are_answers() {
    let emulator = with_queue(json!({})).await;
    let created = query(
        &emulator,
        "/",
        "Action=CreateQueue&QueueName=other&Attribute.1.Name=DelaySeconds&Attribute.1.Value=0&Tag.1.Key=k&Tag.1.Value=v",
    );
    let expected = "<CreateQueueResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\n  <CreateQueueResult>\
                    <QueueUrl>http://localhost:4566/000000000000/other</QueueUrl></CreateQueueResult>";
    let body = created.await.body;
    assert!(body.starts_with(&format!("{expected}{ID}")), "{body}");
    let tags = query(&emulator, "/000000000000/other", "Action=ListQueueTags").await;
    assert!(tags.body.contains("<Tag><Key>k</Key><Value>v</Value></Tag>"), "{}", tags.body);
    let entry = "SendMessageBatchRequestEntry.1";
    let form = format!(
        "Action=SendMessageBatch&{entry}.Id=a&{entry}.MessageBody=x%0D%22&{entry}.MessageAttribute.1.Name=n\
         &{entry}.MessageAttribute.1.Value.DataType=String&{entry}.MessageAttribute.1.Value.StringValue=v"
    );
    let sent = query(&emulator, "/000000000000/queue", &form).await;
    assert_eq!(sent.element("SendMessageBatchResultEntry").map(|_| ()), Some(()), "{}", sent.body);
    let form = "Action=ReceiveMessage&AttributeName.1=ApproximateReceiveCount&MessageAttributeName.1=All";
    let received = query(&emulator, "/000000000000/queue", form).await;
    for part in [
        "<ReceiveMessageResult><Message><MessageId>",
        "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>",
        "<MessageAttribute><Name>n</Name><Value><StringValue>v</StringValue><DataType>String</DataType></Value></MessageAttribute>",
        "<Body>x&#xD;\"</Body>",
    ] {
        assert!(received.body.contains(part), "{part} in {}", received.body);
    }
    let empty = query(&emulator, "/000000000000/queue", "Action=ReceiveMessage").await;
    assert!(empty.body.contains("<ReceiveMessageResult/>"), "{}", empty.body);
}

/// Recorded: test_non_existent_queue, 2024-04-30.
#[tokio::test]
async fn errors_are_told_in_the_words_of_each_protocol() {
    let emulator = with_queue(json!({})).await;
    let xml = query(&emulator, "/000000000000/other", "Action=PurgeQueue").await;
    let message = "The specified queue does not exist for this wsdl version.";
    assert_eq!(xml.error(), (400, "AWS.SimpleQueueService.NonExistentQueue", message));
    assert!(xml.body.contains("<Error><Type>Sender</Type><Code>"), "{}", xml.body);
    assert!(xml.body.contains("</Message><Detail/></Error><RequestId>"), "{}", xml.body);
    let json = ask(&emulator, "PurgeQueue", json!({"QueueUrl": "other"})).await;
    let expected =
        "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"The specified queue does not exist.\"}";
    assert_eq!((json.status, json.body.as_str()), (400, expected));
    assert_eq!(json.header("x-amzn-query-error"), Some("AWS.SimpleQueueService.NonExistentQueue;Sender"));
}
