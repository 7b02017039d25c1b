//! Patterns by category: each with events that are like it, and events that are not.

mod recorded;
mod untrusted;

use serde_json::json;

use super::*;

/// Asserts that `pattern` takes each of `taken` and none of `refused`.
fn takes(pattern: &Value, taken: &[Value], refused: &[Value]) {
    let parsed = Pattern::parse(&pattern.to_string(), Dialect::RULE).expect("a valid pattern");
    for event in taken {
        assert!(parsed.matches(event), "{pattern} takes {event}");
    }
    for event in refused {
        assert!(!parsed.matches(event), "{pattern} does not take {event}");
    }
}

#[test]
fn alternatives_of_a_key_are_alternatives_and_keys_are_conditions() {
    let pattern = json!({ "source": ["shop", "till"], "detail": { "state": ["sold"] } });
    let sold = |source: &str| json!({ "source": source, "detail": { "state": "sold", "by": "me" } });
    takes(&pattern, &[sold("shop"), sold("till")], &[sold("Shop"), json!({ "source": "shop" }), json!({})]);
}

#[test]
fn scalars_are_equal_to_their_own_kind_only() {
    takes(&json!({ "a": ["300"] }), &[json!({ "a": "300" })], &[json!({ "a": 300 })]);
    let numbers = [json!({ "a": 300 }), json!({ "a": 300.0 }), json!({ "a": 3e2 })];
    takes(&json!({ "a": [300] }), &numbers, &[json!({ "a": "300" }), json!({ "a": 301 })]);
    takes(&json!({ "a": [123_456_789_012_345_678_u64] }), &[], &[json!({ "a": 123_456_789_012_345_679_u64 })]);
    takes(&json!({ "a": [null] }), &[json!({ "a": null })], &[json!({ "a": "null" }), json!({ "a": [] }), json!({})]);
    takes(&json!({ "a": [false] }), &[json!({ "a": false })], &[json!({ "a": true }), json!({ "a": 0 })]);
    takes(&json!({ "a": [""] }), &[json!({ "a": "" })], &[json!({ "a": null })]);
}

#[test]
fn any_element_of_an_array_will_do() {
    let pattern = json!({ "resources": ["x", "y"] });
    takes(
        &pattern,
        &[json!({ "resources": ["a", "y"] })],
        &[json!({ "resources": ["a"] }), json!({ "resources": [] })],
    );
    takes(&json!({ "a": ["x"] }), &[json!({ "a": [[["x"]]] })], &[]);
    takes(&json!({ "a": { "id": [{ "exists": true }] } }), &[json!({ "a": [{ "b": 1 }, { "id": 1 }] })], &[]);
}

#[test]
fn conditions_on_one_array_hold_in_one_element() {
    let pattern = json!({ "songs": { "by": ["Naymar"], "minutes": [3] } });
    let naymar = |minutes: u8| json!({ "by": "Naymar", "minutes": minutes });
    let other = |minutes: u8| json!({ "by": "Other", "minutes": minutes });
    takes(&pattern, &[json!({ "songs": [other(4), naymar(3)] })], &[json!({ "songs": [other(3), naymar(4)] })]);
    let nested = json!({ "bands": { "name": ["Wall"], "songs": { "by": ["Naymar"] } } });
    let band = |name: &str, by: &str| json!({ "name": name, "songs": [{ "by": "Nobody" }, { "by": by }] });
    let taken = json!({ "bands": [band("Floor", "Nina"), band("Wall", "Naymar")] });
    let refused = json!({ "bands": [band("Floor", "Naymar"), band("Wall", "Nina")] });
    takes(&nested, &[taken], &[refused]);
}

#[test]
fn keys_are_joined_with_dots() {
    let forms = [json!({ "a": { "b": ["x"] } }), json!({ "a.b": ["x"] })];
    for pattern in forms {
        takes(&pattern, &[json!({ "a": { "b": "x" } }), json!({ "a.b": "x" })], &[json!({ "a.b": { "b": "x" } })]);
    }
    takes(&json!({ "A": ["x"] }), &[], &[json!({ "a": "x" })]);
}

#[test]
fn a_key_that_comes_twice_counts_as_it_comes_last() {
    let text = r#"{"a": [{"prefix": "us-"}], "a": [{"anything-but": "us-east"}]}"#;
    let pattern = Pattern::parse(text, Dialect::RULE).unwrap();
    assert!(pattern.matches(&json!({ "a": "eu-central" })));
}

#[test]
fn texts_begin_end_and_are_spelled_as_asked() {
    let a = |text: &str| json!({ "a": text });
    takes(&json!({ "a": [{ "prefix": "ab" }] }), &[a("ab"), a("abc")], &[a("Abc"), a("cab"), json!({ "a": 1 })]);
    takes(&json!({ "a": [{ "prefix": "" }] }), &[a(""), a("b")], &[json!({ "a": 1 })]);
    takes(&json!({ "a": [{ "suffix": ".png" }] }), &[a("x.png")], &[a("x.PNG"), a(".png.bak")]);
    takes(&json!({ "a": [{ "equals-ignore-case": "Grüße" }] }), &[a("GRÜßE"), a("grüße")], &[a("gruesse"), a("")]);
    takes(&json!({ "a": [{ "prefix": { "equals-ignore-case": "EventB" } }] }), &[a("EvEnTbus")], &[a("Event")]);
    takes(&json!({ "a": [{ "suffix": { "equals-ignore-case": ".png" } }] }), &[a("x.PNG")], &[a("x.jpg")]);
    takes(&json!({ "a": ["2001:db8::1"] }), &[a("2001:db8:0:0:0:0:0:1"), a("2001:DB8::1")], &[a("2001:db8::2")]);
}

#[test]
fn a_star_stands_for_anything() {
    let a = |text: &str| json!({ "a": text });
    let pattern = json!({ "a": [{ "wildcard": "dir/*/x*.png" }] });
    takes(&pattern, &[a("dir/a/b/x.png"), a("dir//x/x1.png")], &[a("dir/x.png"), a("dir/a/y.png"), a("dir/a/x.pn")]);
    takes(&json!({ "a": [{ "wildcard": "*" }] }), &[a(""), a("b")], &[json!({ "a": 1 }), json!({})]);
    takes(&json!({ "a": [{ "wildcard": r"\*\\*" }] }), &[a(r"*\"), a(r"*\b")], &[a("b")]);
    takes(&json!({ "a": [{ "wildcard": "ab*ba" }] }), &[a("abba")], &[a("aba")]);
    takes(&json!({ "a": [{ "wildcard": "" }] }), &[a("")], &[a("b")]);
}

#[test]
fn anything_but_needs_a_value() {
    let (null, none) = (json!({ "a": null }), json!({}));
    let a = |text: &str| json!({ "a": text });
    for (not, other, this) in [
        (json!("x"), a("y"), a("x")),
        (json!(["x", "z"]), a("y"), a("z")),
        (json!(5), json!({ "a": 0 }), json!({ "a": 5.0 })),
        (json!([5, 6]), json!({ "a": 0 }), json!({ "a": 6 })),
        (json!({ "prefix": "x" }), a("yx"), a("xy")),
        (json!({ "prefix": ["x", "z"] }), json!({ "a": 1 }), a("zy")),
        (json!({ "suffix": "x" }), a("xy"), a("yx")),
        (json!({ "suffix": [".x", ".z"] }), a("z"), a("y.z")),
        (json!({ "equals-ignore-case": "X" }), a("y"), a("x")),
        (json!({ "equals-ignore-case": ["X", "z"] }), a("y"), a("Z")),
        (json!({ "wildcard": "*x" }), a("xy"), a("yx")),
        (json!({ "wildcard": ["*x", "z*"] }), json!({ "a": 1 }), a("zy")),
        (json!({ "wildcard": "" }), a("x"), a("")),
    ] {
        takes(&json!({ "a": [{ "anything-but": not }] }), &[other, null.clone()], &[this, none.clone()]);
    }
}

#[test]
fn numbers_lie_between_numbers() {
    let a = |number: f64| json!({ "a": number });
    let pattern = |range: Value| json!({ "a": [{ "numeric": range }] });
    takes(&pattern(json!([">", 0, "<=", 5])), &[a(0.1), a(5.0)], &[a(0.0), a(5.1), json!({ "a": "3" })]);
    takes(&pattern(json!([">=", 0, "<", 5])), &[a(0.0), json!({ "a": 4 })], &[a(-0.1), a(5.0), json!({ "a": null })]);
    takes(&pattern(json!(["=", 3.018e2])), &[a(301.8)], &[a(301.9)]);
    takes(&pattern(json!(["<", 0])), &[json!({ "a": -1 })], &[a(0.0)]);
}

#[test]
fn addresses_lie_in_networks() {
    let a = |text: &str| json!({ "a": text });
    let v4 = json!({ "a": [{ "cidr": "10.0.0.0/24" }] });
    takes(&v4, &[a("10.0.0.255")], &[a("10.0.0.256"), a("10.0.1.0"), a("::1"), json!({ "a": 10 })]);
    let v6 = json!({ "a": [{ "cidr": "2001:db8:1234:1a00::/64" }] });
    takes(&v6, &[a("2001:0db8:1234:1a00:0000:0000:0000:00ff")], &[a("2001:db8:1234:1a01::")]);
    takes(&json!({ "a": [{ "cidr": "10.0.0.0/0" }] }), &[a("255.255.255.255")], &[]);
    takes(&json!({ "a": [{ "cidr": "10.0.0.1/32" }] }), &[a("10.0.0.1")], &[a("10.0.0.2")]);
}

#[test]
fn only_leaves_exist() {
    let exists = |exists: bool| json!({ "a": { "b": [{ "exists": exists }] } });
    let leaf = json!({ "a": { "b": 1 } });
    let others = [json!({ "a": { "b": { "c": 1 } } }), json!({ "a": { "b": [] } }), json!({ "a": 1 }), json!({})];
    takes(&exists(true), std::slice::from_ref(&leaf), &others);
    takes(&exists(false), &others, &[leaf]);
    let or_absent = json!({ "a": [{ "anything-but": "x" }, { "exists": false }] });
    takes(&or_absent, &[json!({ "a": "y" }), json!({})], &[json!({ "a": "x" })]);
}

#[test]
fn one_of_the_branches_of_or_will_do() {
    let pattern = json!({ "source": ["s"], "$or": [{ "a": [1] }, { "b": [2], "$or": [{ "c": [3] }, { "d": [4] }] }] });
    let taken = [json!({ "source": "s", "a": 1 }), json!({ "source": "s", "b": 2, "d": 4 })];
    takes(&pattern, &taken, &[json!({ "a": 1 }), json!({ "source": "s", "b": 2 }), json!({ "source": "s", "c": 3 })]);
    let within = json!({ "detail": { "$or": [{ "a": [1] }, { "b": [2] }] } });
    takes(&within, &[json!({ "detail": { "b": 2 } })], &[json!({ "b": 2 }), json!({ "detail": { "b": 1 } })]);
}
