//! Queries of S3 Select: read or refused, however they nest.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        ruststack_s3::select::takes_query(text);
        ruststack_s3::select::takes_query(&format!("SELECT {text} FROM S3Object s"));
    }
});
