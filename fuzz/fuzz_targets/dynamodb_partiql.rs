//! DynamoDB's PartiQL statements.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_dynamodb::untrusted;

fuzz_target!(|text: &str| untrusted::read_statement(text));
