//! Shard iterators of DynamoDB's streams.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_dynamodb::untrusted;

fuzz_target!(|text: &str| untrusted::read_shard_iterator(text));
