//! Projections.

use super::*;

fn projection(text: &str) -> Result<Projection, Refusal> {
    let (names, values) = (names(json!({"#n": "n"})), Item::new());
    ParsedProjection::parse(text)?.bind(&mut Binding::new(&names, &values))
}

#[test]
fn parts_of_an_item_are_shown_in_their_order() {
    let of = item(json!({
        "n": {"N": "1"}, "m": {"M": {"x": {"S": "x"}, "y": {"S": "y"}}},
        "l": {"L": [{"M": {"a": {"N": "1"}, "b": {"N": "2"}, "c": {"N": "3"}}}, {"S": "b"}, {"S": "c"}]}
    }));
    for (text, shown) in [
        ("#n, absent", json!({"n": {"N": "1"}})),
        ("m.x", json!({"m": {"M": {"x": {"S": "x"}}}})),
        ("m.z, n.a", json!({})),
        ("l[2], l[1]", json!({"l": {"L": [{"S": "b"}, {"S": "c"}]}})),
        ("l[0].c, l[0].a", json!({"l": {"L": [{"M": {"a": {"N": "1"}, "c": {"N": "3"}}}]}})),
    ] {
        assert_eq!(projection(text).unwrap().apply(&of), item(shown), "{text}");
    }
}

#[test]
fn paths_do_not_overlap() {
    for (text, message) in [
        (
            "a.b, a",
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these \
             paths; path one: [a, b], path two: [a]",
        ),
        (
            "a.b, a[1]",
            "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite one of \
             these paths; path one: [a, b], path two: [a, [1]]",
        ),
        ("!!", "Invalid ProjectionExpression: Syntax error; token: \"!\", near: \"!!\""),
        ("a b", "Invalid ProjectionExpression: Syntax error; token: \"b\", near: \"a b\""),
        ("name", "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name"),
        ("", "Invalid ProjectionExpression: The expression can not be empty;"),
    ] {
        assert_eq!(projection(text).expect_err(text).message, message, "{text}");
    }
}
