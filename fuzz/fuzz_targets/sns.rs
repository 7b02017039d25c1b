//! Texts that SNS reads itself: ARNs, tokens, attributes, policies, filters, messages. Read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    ruststack_sns::untrusted::read(text);
});
