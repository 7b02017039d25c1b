//! What destinations and dead-letter queues are told.

use std::collections::BTreeMap;

use ruststack_core::{
    bus::{MessageAttribute, MessageAttributeValue, Payload},
    context::Context,
};
use serde_json::{Value, json};

use super::Event;
use crate::invoking::Outcome;

/// What became of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    Success,
    RetriesExhausted,
    EventAgeExceeded,
    ZeroReservedConcurrency,
}

impl Condition {
    fn as_str(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::RetriesExhausted => "RetriesExhausted",
            Self::EventAgeExceeded => "EventAgeExceeded",
            Self::ZeroReservedConcurrency => "ZeroReservedConcurrency",
        }
    }
}

/// The document for a destination.
pub(super) fn of(
    ctx: &Context,
    event: &Event,
    function_arn: &str,
    condition: Condition,
    invocations: u32,
    outcome: Option<&Outcome>,
) -> Value {
    let payload = serde_json::from_slice(&event.body).unwrap_or(Value::Null);
    let mut record = json!({
        "version": "1.0",
        "timestamp": ctx.now().to_iso_8601_millis(),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": function_arn,
            "condition": condition.as_str(),
            "approximateInvokeCount": invocations,
        },
        "requestPayload": payload,
    });
    if let Some(outcome) = outcome {
        let mut context = json!({ "statusCode": 200, "executedVersion": outcome.executed_version });
        if outcome.is_error {
            context["functionError"] = "Unhandled".into();
        }
        record["responseContext"] = context;
        record["responsePayload"] = outcome.json();
    }
    record
}

/// A record as its destination takes it: buses take events.
pub(super) fn destination_payload(function_arn: &str, target: &str, condition: Condition, record: &Value) -> Payload {
    if target.split(':').nth(2) != Some("events") {
        return Payload::of(record.to_string());
    }
    let result = if condition == Condition::Success { "Success" } else { "Failure" };
    let event = json!({
        "source": "lambda",
        "detail-type": format!("Lambda Function Invocation Result - {result}"),
        "detail": record,
        "resources": [target, function_arn],
    });
    Payload::of(event.to_string())
}

/// The event, and beside it why nothing became of it.
pub(super) fn dead_letter(event: &Event, outcome: Option<&Outcome>) -> Payload {
    let attribute = |data_type: &str, text: String| MessageAttribute {
        data_type: data_type.to_owned(),
        value: MessageAttributeValue::Text(text),
    };
    let document = outcome.map(Outcome::json).unwrap_or_default();
    let message = document["errorMessage"].as_str().unwrap_or("Rate Exceeded.").to_owned();
    let code = if outcome.is_some() { "200" } else { "429" };
    let message_attributes = BTreeMap::from([
        ("RequestID".to_owned(), attribute("String", event.request_id.clone())),
        ("ErrorCode".to_owned(), attribute("Number", code.to_owned())),
        ("ErrorMessage".to_owned(), attribute("String", message)),
    ]);
    Payload { message_attributes, ..Payload::of(event.body.clone()) }
}
