//! Archives of functions: whatever they hold is listed or refused, and stays below its folder.
#![no_main]

use std::path::Component;

use libfuzzer_sys::fuzz_target;
use ruststack_lambda::archive::{Bounds, entries};

fuzz_target!(|archive: &[u8]| {
    let bounds = Bounds { size: 1 << 20, files: 100 };
    if let Ok(entries) = entries(archive, bounds) {
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        assert!(entries.iter().all(|entry| entry.path.components().all(is_plain)));
    }
});
