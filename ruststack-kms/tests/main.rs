//! KMS as clients see it: JSON through the gateway, in process. Each answer names its source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod aliases;
mod cryptography;
mod durable;
mod grants;
mod keys;
mod lists;
mod policies;
mod rotation;
mod wire;

use std::time::Duration;

use ruststack_kms::Kms;
use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::{Value, json};

/// No key has it.
pub(crate) const NO_KEY: &str = "134f2428-cec1-4b25-a1ae-9048164dba47";

pub(crate) fn emulator() -> Emulator {
    Emulator::of(|_| vec![Kms::new(None)])
}

pub(crate) async fn send(emulator: &Emulator, account: &str, operation: &str, input: &Value) -> Answer {
    let request = emulator.post("/").service("kms").account(account);
    let request = request.header("content-type", "application/x-amz-json-1.1");
    request.header("x-amz-target", &format!("TrentService.{operation}")).send(input.to_string()).await
}

/// An answer that must be a success.
pub(crate) async fn call(emulator: &Emulator, operation: &str, input: Value) -> Value {
    let answer = send(emulator, ACCOUNT, operation, &input).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    if answer.body.is_empty() { Value::Null } else { serde_json::from_str(&answer.body).unwrap() }
}

/// Code and message of an answer that must be none.
pub(crate) async fn refused(emulator: &Emulator, operation: &str, input: Value) -> (String, String) {
    refused_to(emulator, ACCOUNT, operation, input).await
}

pub(crate) async fn refused_to(emulator: &Emulator, account: &str, operation: &str, input: Value) -> (String, String) {
    let answer = send(emulator, account, operation, &input).await;
    assert_eq!(answer.status, 400, "{operation}: {}", answer.body);
    let error: Value = serde_json::from_str(&answer.body).unwrap();
    // Errors without words have no member for them.
    let message = error.get("message").map(|message| message.as_str().filter(|text| !text.is_empty()).unwrap());
    (error["__type"].as_str().unwrap().to_owned(), message.unwrap_or_default().to_owned())
}

pub(crate) fn error(code: &str, message: impl Into<String>) -> (String, String) {
    (code.to_owned(), message.into())
}

/// The metadata of a new key.
pub(crate) async fn create(emulator: &Emulator, input: Value) -> Value {
    call(emulator, "CreateKey", input).await["KeyMetadata"].take()
}

/// Id and ARN of a new symmetric key.
pub(crate) async fn new_key(emulator: &Emulator) -> (String, String) {
    let key = create(emulator, json!({})).await;
    (key["KeyId"].as_str().unwrap().to_owned(), key["Arn"].as_str().unwrap().to_owned())
}

pub(crate) fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}
