//! Conditions and filters.

use super::*;

fn holds(text: &str, values: &Value, of: Value) -> bool {
    condition(ExpressionKind::Condition, text, values)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .holds(&item(of))
}

#[test]
fn a_syntax_error_shows_the_token_and_its_neighbours() {
    for (text, reason) in [
        ("a ! b", "Syntax error; token: \"!\", near: \"a ! b\""),
        ("a = ", "Syntax error; token: \"<EOF>\", near: \"=\""),
        ("   ", "Syntax error; token: \"<EOF>\", near: \"   \""),
        ("a = :v b", "Syntax error; token: \"b\", near: \":v b\""),
        ("attribute_exists(a,)", "Syntax error; token: \")\", near: \",)\""),
        ("a = 5", "Syntax error; token: \"5\", near: \"= 5\""),
        ("a AND b = :v", "Syntax error; token: \"AND\", near: \"a AND b\""),
        ("l[00] = :v", "Syntax error; token: \"0\", near: \"00]\""),
        ("_a = :v", "Syntax error; token: \"_\", near: \"_a\""),
        ("(a = :v", "Syntax error; token: \"<EOF>\", near: \":v\""),
    ] {
        assert_eq!(refusal(text, &json!({":v": {"S": "a"}})), reason, "{text}");
    }
}

#[test]
fn a_condition_is_refused_whatever_its_values_are() {
    for (text, reason) in [
        ("status = :v", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("a.Name = :v", "Attribute name is a reserved keyword; reserved keyword: Name"),
        ("foo(a)", "Invalid function name; function: foo"),
        ("SIZE(a) > :v", "Invalid function name; function: SIZE"),
        ("size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "contains(a, :v) = :v",
            "The function is not allowed to be used this way in an expression; function: contains",
        ),
        ("list_append(a, :v) = :v", "The function is not allowed in a condition expression; function: list_append"),
        (
            "begins_with(a)",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
        ),
        ("((a = :v))", "The expression has redundant parentheses;"),
        ("((a)) = :v", "The expression has redundant parentheses;"),
        ("a = ((:v))", "The expression has redundant parentheses;"),
        ("a[9999999999] = :v", "List index is not within the allowable range; index: [9999999999]"),
    ] {
        assert_eq!(refusal(text, &json!({":v": {"S": "a"}})), reason, "{text}");
    }
}

#[test]
fn operands_have_types() {
    let values = json!({":s": {"S": "b"}, ":t": {"S": "a"}, ":n": {"N": "1"}, ":m": {"M": {}}, ":l": {"L": []}});
    for (text, reason) in [
        ("a < :m", "Incorrect operand type for operator or function; operator or function: <, operand type: M"),
        (
            "a BETWEEN :l AND :l",
            "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: L",
        ),
        (
            "begins_with(a, :n)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
        (
            "size(:n) = :n",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N",
        ),
        (
            "attribute_type(a, :n)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
        ),
        (
            "attribute_type(a, :t)",
            "Invalid attribute type name found; type: a, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}",
        ),
        (
            "attribute_exists(:n)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        (
            "a.b = a.b",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b]",
        ),
        (
            "contains(a, a)",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]",
        ),
        (
            "a BETWEEN :s AND :t",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: \
             AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}",
        ),
        (
            "a BETWEEN :s AND :n",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: \
             AttributeValue: {S:b}, upper bound operand: AttributeValue: {N:1}",
        ),
    ] {
        assert_eq!(refusal(text, &values), reason, "{text}");
    }
}

#[test]
fn an_expression_has_at_most_300_operators() {
    let chain = |count: usize| vec!["a=b"; count].join(" OR ");
    assert!(condition(ExpressionKind::Condition, &chain(150), &json!({})).is_ok());
    assert_eq!(refusal(&chain(151), &json!({})), "The expression contains too many operators; operator count: 301");
    assert_eq!(
        refusal(&format!("{}a=b", "NOT ".repeat(1000)), &json!({})),
        "The expression contains too many operators; operator count: 301"
    );
    let candidates = vec![":v"; 101].join(",");
    assert_eq!(
        refusal(&format!("a IN ({candidates})"), &json!({":v": {"S": "a"}})),
        "The IN operator is provided with too many operands; number of operands: 101"
    );
}

#[test]
fn a_path_has_at_most_32_steps() {
    let path = |steps| vec!["a"; steps].join(".");
    assert!(condition(ExpressionKind::Condition, &format!("attribute_exists({})", path(32)), &json!({})).is_ok());
    assert_eq!(
        refusal(&format!("attribute_exists({})", path(33)), &json!({})),
        "The document path has too many nesting levels; nesting levels: 33"
    );
}

#[test]
fn nothing_is_too_deep() {
    let groups = |count: usize| format!("{}a=b{}", "a=b AND (".repeat(count), ")".repeat(count));
    let made = condition(ExpressionKind::Condition, &groups(100), &json!({})).unwrap();
    assert!(!made.clone().holds(&Item::new()));
    let calls = format!("SET a = {}b{}", "if_not_exists(a,".repeat(100), ")".repeat(100));
    assert!(update(&calls, &json!({})).unwrap().apply(&Item::new()).is_err());
    for unit in ["(", "NOT ", "NOT (", "size(", "(a = b AND (", "a("] {
        assert!(condition(ExpressionKind::Condition, &unit.repeat(4096 / unit.len()), &json!({})).is_err(), "{unit}");
    }
}

#[test]
fn comparisons_know_types() {
    let of = json!({"s": {"S": "b"}, "t": {"S": "b"}, "n": {"N": "10"}, "l": {"L": [{"N": "1"}]}, "x": {"NULL": true}});
    let values = json!({":s": {"S": "a"}, ":n": {"N": "9"}, ":l": {"L": [{"N": "1.0"}]}});
    for (text, is_true) in [
        ("s > :s", true),
        ("n > :n", true),
        ("n > :s", false),
        ("n <> :s", true),
        ("l = :l", true),
        ("absent = :s", false),
        ("absent <> :s", true),
        ("NOT absent = :s", true),
        ("n BETWEEN :n AND l[0]", false),
        ("s IN (:n, :s, s2)", false),
        ("s IN (s2, l[0], t)", true),
        ("n >= :n AND (s = :n OR s > :s)", true),
        ("(n) >= (:n)", true),
        ("x = :s", false),
    ] {
        assert_eq!(holds(text, &values, of.clone()), is_true, "{text}");
    }
}

#[test]
fn functions_know_types() {
    let of = json!({
        "s": {"S": "héllo"}, "b": {"B": "AAEC"}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]},
        "l": {"L": [{"N": "1"}, {"M": {"k": {"S": "v"}}}]}, "n": {"N": "5"}
    });
    let values = json!({
        ":h": {"S": "hé"}, ":a": {"S": "a"}, ":one": {"N": "1.0"}, ":five": {"N": "5"}, ":two": {"N": "2"},
        ":b": {"B": "AQI="}, ":list": {"S": "L"}, ":v": {"S": "v"}
    });
    for (text, is_true) in [
        ("begins_with(s, :h)", true),
        ("begins_with(n, :h)", false),
        ("contains(s, :h)", true),
        ("contains(ss, :a)", true),
        ("contains(ns, :one)", true),
        ("contains(l, :one)", true),
        ("contains(b, :b)", true),
        ("size(s) = :five", true),
        ("size(ss) = :two", true),
        ("size(n) = :one", false),
        ("size(absent) < :one", false),
        ("attribute_type(l, :list)", true),
        ("attribute_type(:list, :list)", false),
        ("attribute_type(size(l), :list)", false),
        ("attribute_exists(l[1].k)", true),
        ("attribute_not_exists(l[2])", true),
        ("l[1].k = :v", true),
        ("#n = :five", true),
    ] {
        assert_eq!(holds(text, &values, of.clone()), is_true, "{text}");
    }
}

#[test]
fn keys_have_nothing_inside() {
    let made = condition(ExpressionKind::Filter, "a = :v AND pk.b = :v", &json!({":v": {"S": "a"}})).unwrap();
    let keys = KeySchema::simple(KeyAttribute::new("pk", Type::S), None);
    assert_eq!(
        made.check_key_paths(&keys, KeysOf::Table).unwrap_err().message,
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk"
    );
    assert_eq!(
        made.check_filter(&keys, "Filter Expression").unwrap_err().message,
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: pk"
    );
}
