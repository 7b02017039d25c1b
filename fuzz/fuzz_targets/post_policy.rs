//! Policies of forms: parsed or refused, and evaluated, whatever the form says.
#![no_main]

use base64::{Engine, engine::general_purpose::STANDARD};
use libfuzzer_sys::fuzz_target;
use ruststack_auth::post_policy::{Fields, PostPolicy};
use ruststack_core::clock::Timestamp;

fuzz_target!(|input: (&str, &str, &str)| {
    let (document, name, value) = input;
    let mut fields = Fields::default();
    fields.push(name, value.to_owned());
    // As it comes, and as the document of an encoded policy.
    for policy in [document.to_owned(), STANDARD.encode(document)] {
        if let Ok(policy) = PostPolicy::parse(&policy) {
            let checked = policy.check(&fields, "bucket", Timestamp::UNIX_EPOCH);
            assert!(checked.is_ok() || checked.is_err_and(|error| error.status() == 403));
        }
    }
});
