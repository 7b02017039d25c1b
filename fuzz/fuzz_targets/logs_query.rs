//! A query of CloudWatch Logs Insights, and behind its first line a message that it is asked of.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_logs::query::Query;

fuzz_target!(|text: &str| {
    let (query, message) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(query) = Query::parse(query) {
        query.of_messages(&[message]);
    }
});
