//! A filter pattern of CloudWatch Logs, and behind the first line a message that it is held against.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_logs::filter_pattern::FilterPattern;

fuzz_target!(|text: &str| {
    let (pattern, message) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(pattern) = FilterPattern::parse(pattern) {
        pattern.matches(message);
        pattern.extract(message);
        assert_eq!(FilterPattern::parse(pattern.text()), Ok(pattern));
    }
});
