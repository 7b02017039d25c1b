//! XML documents: normalised or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    ruststack_s3::takes_document(bytes);
});
