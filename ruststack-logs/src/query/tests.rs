//! Queries and what they find. Documented: the query syntax of CloudWatch Logs Insights.

use proptest::prelude::*;

use super::{Query, record::Record};

/// Of messages, the latest first; the first of `messages` is the earliest.
fn ask(query: &str, messages: &[&str]) -> Vec<Vec<(String, String)>> {
    let query = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let own = String::new();
    let records = messages.iter().enumerate().rev().map(|(at, message)| {
        let time = 1_792_567_680_000 + 60_000 * i64::try_from(at).unwrap_or(0);
        Record::of_event(message, (time, time), [("@logStream", &own), ("@log", &own), ("@ptr", &own)])
    });
    let mut rows = query.run(records, 1000).rows;
    rows.iter_mut().for_each(|row| row.retain(|(name, _)| name != "@ptr"));
    rows
}

/// Values of the rows, joined.
fn values(query: &str, messages: &[&str]) -> Vec<String> {
    let joined = |row: Vec<(String, String)>| row.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(" ");
    ask(query, messages).into_iter().map(joined).collect()
}

const JSON: [&str; 4] = [
    r#"{"level":"info","ms":5,"user":{"id":"a"},"ok":true}"#,
    r#"{"level":"warn","ms":40,"user":{"id":"b"}}"#,
    r#"{"level":"info","ms":15,"user":{"id":"b"},"tags":["x","y"]}"#,
    "plain text",
];

#[test]
fn a_query_of_nothing_shows_time_and_message() {
    let expected = vec![
        ("@timestamp".to_owned(), "2026-10-21 07:28:00.000".to_owned()),
        ("@message".to_owned(), "one".to_owned()),
    ];
    assert_eq!(ask("", &["one"]), [expected]);
}

#[test]
fn filters_compare_match_and_list() {
    for (filter, expected) in [
        ("level = 'warn'", "40"),
        ("level != \"warn\" and ms > 5", "15"),
        ("ms >= 5 and ms < 16 | sort ms", "5,15"),
        ("@message like /lev.l\":\"w/", "40"),
        ("@message like 'user' and not level like 'info'", "40"),
        ("level not like /warn/ and ispresent(ms)", "15,5"),
        ("ms in [5, 40] | sort ms desc", "40,5"),
        ("user.id = 'b' and (level = 'warn' or tags.1 = 'y')", "15,40"),
        ("ok = 1", "5"),
        ("ms * 2 + 10 = 40", "15"),
        ("@message =~ /40/", "40"),
    ] {
        assert_eq!(values(&format!("fields ms | filter {filter}"), &JSON).join(","), expected, "{filter}");
    }
}

#[test]
fn statistics_are_by_groups() {
    let query = "filter ispresent(ms) | stats count(*) as n, sum(ms), avg(ms), min(ms), max(ms) by level | sort level";
    assert_eq!(values(query, &JSON), ["info 2 20 10 5 15", "warn 1 40 40 40 40"]);
    assert_eq!(values("stats count(*) by bin(2m) as t | sort t", &JSON)[0], "2026-10-21 07:28:00.000 2");
    assert_eq!(values("stats count(ms), count_distinct(level), pct(ms, 90)", &JSON), ["3 2 40"]);
    assert_eq!(values("filter ms > 1000 | stats count(*)", &JSON), ["0"]);
    let names: Vec<String> = ask("filter ispresent(level) | stats count(*), max(ms) as most by level", &JSON)[0]
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(names, ["level", "count(*)", "most"]);
}

#[test]
fn parse_finds_by_asterisks_and_expressions() {
    let messages = ["user=ann, took 12 ms", "user=bob, took 7 ms"];
    let glob = "parse @message \"user=*, took * ms\" as user, took | fields user, took | sort took";
    assert_eq!(values(glob, &messages), ["bob 7", "ann 12"]);
    assert_eq!(values(r"parse /user=(?<u>\w+)/ | display u | sort u", &messages), ["ann", "bob"]);
}

#[test]
fn fields_are_computed_and_deduplicated() {
    assert_eq!(
        values("filter ms < 20 | fields concat(level, '-', user.id) as x | display x | sort x", &JSON),
        ["info-a", "info-b"]
    );
    assert_eq!(values("fields user.id | filter ispresent(user.id) | dedup user.id", &JSON), ["b", "a"]);
    assert_eq!(values("fields strlen(@message) as `a b` # length\n| limit 1", &JSON), ["10"]);
}

#[test]
fn what_is_no_query_is_refused() {
    for wrong in [
        "nonsense",
        "fields",
        "filter",
        "filter ms >",
        "filter (ms",
        "limit x",
        "stats sum()",
        "stats median(x)",
        "parse @message /(/",
        "parse @message 'a*' as a, b",
        "fields nosuch(x)",
        "sort",
        "fields a |||",
        "fields \"a",
    ] {
        assert!(Query::parse(wrong).is_err(), "{wrong}");
    }
    assert!(Query::parse(&format!("filter {}a{}", "(".repeat(500), ")".repeat(500))).is_err());
    assert!(Query::parse(&format!("filter a{}", "+1".repeat(4000))).is_err());
}

proptest! {
    #[test]
    fn no_text_makes_queries_panic(text in "\\PC{0,80}", message in "\\PC{0,40}") {
        if Query::parse(&text).is_ok() {
            ask(&text, &[&message]);
        }
    }
}
