//! Batches: refused as a whole, or entry by entry.

use serde_json::{Value, json};

use crate::{at_queue, bodies, ok, receive, refused, with_queue};

fn entries(ids: &[&str]) -> Value {
    let entry = |id: &&str| json!({"Id": id, "MessageBody": format!("body {id}")});
    at_queue(json!({"Entries": ids.iter().map(entry).collect::<Vec<_>>()}))
}

#[tokio::test]
async fn a_batch_is_sent_received_and_deleted() {
    let emulator = with_queue(json!({})).await;
    let sent = ok(&emulator, "SendMessageBatch", entries(&["1", "2"])).await;
    assert_eq!((sent["Successful"].as_array().unwrap().len(), sent.get("Failed")), (2, None));
    let received = receive(&emulator, json!({"MaxNumberOfMessages": 10})).await;
    assert_eq!(bodies(&received), ["body 1", "body 2"]);
    let handles = json!([
        {"Id": "a", "ReceiptHandle": received[0]["ReceiptHandle"]},
        {"Id": "b", "ReceiptHandle": "garbage"},
    ]);
    let deleted = ok(&emulator, "DeleteMessageBatch", at_queue(json!({"Entries": handles}))).await;
    assert_eq!(deleted["Successful"], json!([{"Id": "a"}]));
    let failed = &deleted["Failed"][0];
    assert_eq!(
        (&failed["Id"], &failed["Code"], &failed["SenderFault"]),
        (&json!("b"), &json!("ReceiptHandleIsInvalid"), &json!(true))
    );
    let shown = json!([{"Id": "a", "ReceiptHandle": received[1]["ReceiptHandle"], "VisibilityTimeout": 0}]);
    ok(&emulator, "ChangeMessageVisibilityBatch", at_queue(json!({"Entries": shown}))).await;
    assert_eq!(bodies(&receive(&emulator, json!({})).await), ["body 2"]);
}

/// Recorded: test_too_many_entries_in_batch_request, test_invalid_batch_id, 2024-04-30; the empty batch is documented.
#[tokio::test]
async fn a_batch_that_is_none_is_refused_as_a_whole() {
    let emulator = with_queue(json!({})).await;
    let eleven: Vec<String> = (0..11).map(|number| number.to_string()).collect();
    let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
    for (input, code) in [
        (entries(&[]), "EmptyBatchRequest"),
        (at_queue(json!({})), "EmptyBatchRequest"),
        (entries(&eleven), "TooManyEntriesInBatchRequest"),
        (entries(&["a:b"]), "InvalidBatchEntryId"),
        (entries(&["a", "a"]), "BatchEntryIdsNotDistinct"),
    ] {
        let refusal = refused(&emulator, "SendMessageBatch", input).await;
        assert_eq!((refusal.0, refusal.1), (400, format!("AWS.SimpleQueueService.{code}")));
    }
}

/// Recorded: test_send_message_batch_with_oversized_contents, 2025-08-19; test_send_batch_message_size, 2024-04-30.
#[tokio::test]
async fn bodies_are_measured_together_and_each() {
    let emulator = with_queue(json!({"MaximumMessageSize": "1024"})).await;
    let two = |first: usize, second: usize| {
        at_queue(json!({"Entries": [
            {"Id": "1", "MessageBody": "a".repeat(first)},
            {"Id": "2", "MessageBody": "a".repeat(second)},
        ]}))
    };
    let refusal = refused(&emulator, "SendMessageBatch", two(1_048_576, 1)).await;
    assert_eq!(refusal.2, "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.");
    let sent = ok(&emulator, "SendMessageBatch", two(1025, 1024)).await;
    let message = "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.";
    let failed = json!([{"Id": "1", "SenderFault": true, "Code": "InvalidParameterValue", "Message": message}]);
    assert_eq!((sent["Successful"].as_array().unwrap().len(), &sent["Failed"]), (1, &failed));
}
