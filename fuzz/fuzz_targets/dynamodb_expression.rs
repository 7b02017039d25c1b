//! DynamoDB's expressions of all kinds, and its numbers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_dynamodb::untrusted;

fuzz_target!(|text: &str| {
    untrusted::read_expression(text);
    untrusted::read_number(text);
});
