//! Destinations in Kinesis, which are kept and told. Texts are recorded, 2025-07-23, but for those of wrong states.

use serde_json::{Value, json};

use crate::{at_table, create, emulator, kept_in, ok, refused};

const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/one";

fn of(stream: &str, more: Value) -> Value {
    let mut input = at_table(json!({"StreamArn": stream}));
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

#[tokio::test]
async fn destinations_are_enabled_updated_and_disabled() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path());
    create(&emulator, json!({})).await;
    let enabled = ok(&emulator, "EnableKinesisStreamingDestination", of(STREAM, json!({}))).await;
    let expected = json!({
        "TableName": "table", "StreamArn": STREAM, "DestinationStatus": "ENABLING",
        "EnableKinesisStreamingConfiguration": {},
    });
    assert_eq!(enabled, expected);
    let precise =
        json!({"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"}});
    let updated = ok(&emulator, "UpdateKinesisStreamingDestination", of(STREAM, precise)).await;
    assert_eq!(updated["DestinationStatus"], "UPDATING");
    drop(emulator);
    let emulator = kept_in(folder.path());
    let described = ok(&emulator, "DescribeKinesisStreamingDestination", at_table(json!({}))).await;
    let expected = json!([{
        "StreamArn": STREAM, "DestinationStatus": "ACTIVE", "ApproximateCreationDateTimePrecision": "MICROSECOND",
    }]);
    assert_eq!(described["KinesisDataStreamDestinations"], expected);
    let disabled = ok(&emulator, "DisableKinesisStreamingDestination", of(STREAM, json!({}))).await;
    assert_eq!(disabled["DestinationStatus"], "DISABLING");
    let described = ok(&emulator, "DescribeKinesisStreamingDestination", at_table(json!({}))).await;
    assert_eq!(described["KinesisDataStreamDestinations"][0]["DestinationStatus"], "DISABLED");
}

#[tokio::test]
async fn bad_input_is_refused() {
    let emulator = emulator();
    create(&emulator, json!({})).await;
    ok(&emulator, "EnableKinesisStreamingDestination", of(STREAM, json!({}))).await;
    let other = STREAM.replace("one", "two");
    let precise =
        |text: &str| json!({"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": text}});
    ok(&emulator, "UpdateKinesisStreamingDestination", of(STREAM, precise("MICROSECOND"))).await;
    for (operation, input, text) in [
        ("EnableKinesisStreamingDestination", of(STREAM, json!({})), "must be DISABLED or ENABLE_FAILED"),
        ("EnableKinesisStreamingDestination", of("short", json!({})), "greater than or equal to 37"),
        ("DisableKinesisStreamingDestination", of(&other, json!({})), "must be ACTIVE to perform DISABLE"),
        ("UpdateKinesisStreamingDestination", of(STREAM, json!({})), "cannot be null or contain only null values"),
        (
            "UpdateKinesisStreamingDestination",
            of(STREAM, precise("SECOND")),
            "enum value set: [MILLISECOND, MICROSECOND]",
        ),
        (
            "UpdateKinesisStreamingDestination",
            of(&other, precise("MICROSECOND")),
            "No streaming destination with streamArn",
        ),
        ("UpdateKinesisStreamingDestination", of(STREAM, precise("MICROSECOND")), "Precision is already set"),
    ] {
        let (code, message) = refused(&emulator, operation, input).await;
        assert_eq!(code, "ValidationException");
        assert!(message.contains(text), "{operation}: {message}");
    }
    let none = json!({"TableName": "bad-table", "StreamArn": STREAM});
    let (_, text) = refused(&emulator, "EnableKinesisStreamingDestination", none).await;
    assert_eq!(text, "Requested resource not found: Table: bad-table not found");
}
