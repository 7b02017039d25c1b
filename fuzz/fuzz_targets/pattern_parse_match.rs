//! Event patterns: parsed or refused, and then matched with any event.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_core::pattern::{Dialect, Fields, Pattern};

fuzz_target!(|input: (&str, &str)| {
    let (pattern, event) = input;
    let event = serde_json::from_str(event).unwrap_or_default();
    let fields = Fields::of(&event);
    for dialect in [Dialect::RULE, Dialect::ATTRIBUTES, Dialect::BODY] {
        match Pattern::parse(pattern, dialect) {
            Ok(pattern) => drop(pattern.matches_fields(&fields)),
            Err(invalid) => drop(invalid.to_string()),
        }
    }
});
