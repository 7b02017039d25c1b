//! Our reader of JSON takes what `serde_json` takes, and inputs are read by it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_core::{
    operation::Operation,
    shape::Shape,
    wire::{
        field::{Field, document, read_serde},
        reader::{Misfit, Reader},
    },
};
use ruststack_sqs::api;
use serde_json::Value;

fn value(bytes: &[u8]) -> Result<Value, Misfit> {
    let mut reader = Reader::new(bytes)?;
    let value = read_serde(&mut reader)?;
    reader.end().map(|()| value)
}

fn read_as<O: Operation>(bytes: &[u8]) {
    let Ok(reader) = Reader::new(bytes) else { return };
    let mut input = O::Input::default();
    if input.read(&Shape::Document, &mut reader.holding_to_constraints()).is_ok() {
        value(&document(&input)).expect("what is written is JSON");
    }
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(value(bytes).is_ok(), serde_json::from_slice::<Value>(bytes).is_ok());
    read_as::<api::SendMessageBatch>(bytes);
    read_as::<api::CreateQueue>(bytes);
    read_as::<api::ReceiveMessage>(bytes);
});
