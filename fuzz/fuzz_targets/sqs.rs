//! Texts that SQS reads itself: queue URLs, receipt handles, policies, attributes, messages. Read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    ruststack_sqs::untrusted::read(text);
});
