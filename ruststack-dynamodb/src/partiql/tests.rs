//! PartiQL statements as AWS takes them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn item(attributes: Value) -> Item {
    serde_json::from_value(attributes).unwrap()
}

fn parse(text: &str, parameters: &Value) -> Result<Statement, Refusal> {
    let parameters: Vec<AttributeValue> = serde_json::from_value(parameters.clone()).unwrap();
    Statement::parse(text, &parameters)
}

fn select(text: &str) -> Select {
    match parse(text, &json!([])).unwrap_or_else(|error| panic!("{text}: {error}")) {
        Statement::Select(select) => select,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_selection_has_a_table_paths_conditions_and_an_order() {
    let made = select("select a.b[1], \"c d\" FROM \"t\".\"i\" WHERE pk = 'it''s' AND n >= -1.5 ORDER BY sk DESC;");
    assert_eq!(made.table, Table { name: "t".to_owned(), index_name: Some("i".to_owned()) });
    let paths: Vec<String> = made.paths.iter().flatten().map(ToString::to_string).collect();
    assert_eq!(paths, ["[a, b, [1]]", "[c d]"]);
    assert_eq!(made.order_by, [Order { attribute: "sk".to_owned(), is_descending: true }]);
    let condition = made.condition.unwrap();
    assert_eq!(condition.required_value("pk"), Some(&AttributeValue::S("it's".to_owned())));
    assert!(condition.holds(&item(json!({"pk": {"S": "it's"}, "n": {"N": "-1.5"}}))));
}

#[test]
fn conditions_are_true_of_items() {
    let of = item(json!({"s": {"S": "hello"}, "n": {"N": "5"}, "x": {"NULL": true}, "l": {"L": [{"N": "1"}]}}));
    for (text, is_true) in [
        ("begins_with(s, 'he') AND contains(\"s\", 'll')", true),
        ("s <> 'x'", true),
        ("z <> 'x'", false),
        ("z IS MISSING AND s IS NOT MISSING", true),
        ("x IS NULL AND NOT s IS NULL", true),
        ("n IN [1, 5]", true),
        ("n NOT IN (1, 5)", false),
        ("n BETWEEN 1 AND 5 AND size(s) = 5", true),
        ("attribute_type(l, 'L') OR n = 1", true),
        ("(n = 1 OR n = 5) AND l[0] = 1.0", true),
    ] {
        let condition = select(&format!("SELECT * FROM t WHERE {text}")).condition.unwrap();
        assert_eq!(condition.holds(&of), is_true, "{text}");
    }
}

#[test]
fn an_item_is_inserted_as_a_tuple() {
    let text = "INSERT INTO \"t\" VALUE {'pk': ?, 'm': {'l': [1, TRUE, null], 's': <<'b', 'a'>>, 'n': <<1, 2>>}}";
    let Statement::Insert { table_name, item: inserted } = parse(text, &json!([{"S": "p"}])).unwrap() else { panic!() };
    assert_eq!(table_name, "t");
    let map = json!({"l": {"L": [{"N": "1"}, {"BOOL": true}, {"NULL": true}]}, "s": {"SS": ["a", "b"]}, "n": {"NS": ["1", "2"]}});
    assert_eq!(inserted, item(json!({"pk": {"S": "p"}, "m": {"M": map}})));
}

#[test]
fn an_update_sets_and_removes() {
    let text = "UPDATE t SET a = a + 1 SET b = list_append(b, ['x']), s = set_add(s, <<'y'>>) REMOVE c WHERE pk = 'p' \
                RETURNING ALL NEW *";
    let Statement::Update(made) = parse(text, &json!([])).unwrap() else { panic!() };
    assert_eq!(made.returning, Some(Returning::AllNew));
    assert!(made.condition.is_some());
    let old = json!({"a": {"N": "1"}, "b": {"L": []}, "s": {"SS": ["x"]}, "c": {"N": "1"}});
    let new = json!({"a": {"N": "2"}, "b": {"L": [{"S": "x"}]}, "s": {"SS": ["x", "y"]}});
    assert_eq!(made.update.apply(&item(old)).unwrap(), item(new));
}

#[test]
fn the_other_statements_are_read() {
    let Statement::Delete(made) = parse("DELETE FROM t WHERE pk = 'p' RETURNING ALL OLD *", &json!([])).unwrap() else {
        panic!()
    };
    assert_eq!(made.returning, Some(Returning::AllOld));
    assert!(matches!(parse("EXISTS(SELECT * FROM t WHERE pk = 'p')", &json!([])), Ok(Statement::Exists(_))));
}

#[test]
fn wrong_statements_are_refused() {
    for (text, parameters, message) in [
        ("SELECT * FROM t WHERE pk = ?", json!([]), "Number of parameters in request and statement don't match."),
        ("SELECT * FROM t", json!([{"S": "a"}]), "Number of parameters in request and statement don't match."),
        ("SELECT COUNT(*) FROM t", json!([]), "Unexpected path component at 1:8:5"),
        ("SELECT * FROM t WHERE a = MISSING", json!([]), "MISSING must be compared using IS operator"),
        (
            "INSERT INTO t VALUE {'a': <<'b', TRUE>>}",
            json!([]),
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags at 1:29:3",
        ),
        (
            "UPDATE t SET a = set_add(b, <<1>>)",
            json!([]),
            "The first argument to set_add must equal the assignment value at 1:18:7",
        ),
        (
            "UPDATE t SET a = 1, a.b = 2 WHERE pk = 'p'",
            json!([]),
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path \
             two: [a, b]",
        ),
    ] {
        assert_eq!(parse(text, &parameters).expect_err(text).message, message, "{text}");
    }
    for text in
        ["SELECTT * FROMM \"t\"", "", "SELECT * FROM", "INSERT INTO t VALUE 5", "UPDATE t WHERE a = 1", "SELECT ~"]
    {
        let message = parse(text, &json!([])).expect_err(text).message;
        assert!(message.starts_with("Statement wasn't well formed, can't be processed: "), "{text}: {message}");
    }
}

#[test]
fn nothing_is_too_deep() {
    for text in [
        "INSERT INTO t VALUE {'a':",
        "SELECT * FROM t WHERE (",
        "SELECT * FROM t WHERE size(",
        "UPDATE t SET a = list_append(",
    ] {
        let (head, unit) = text.split_at(text.len() - if text.ends_with(':') { 5 } else { 1 });
        for unit in [unit, "[", "list_append(", "size(", "(", "NOT "] {
            assert!(parse(&format!("{head}{}", unit.repeat(8000 / unit.len())), &json!([])).is_err());
        }
    }
}

proptest! {
    #[test]
    fn no_text_is_too_much(
        head in "(SELECT \\* FROM t WHERE|INSERT INTO t VALUE|UPDATE t SET|DELETE FROM t|EXISTS)?",
        tail in "[ a-z'\"?0-9()\\[\\]{}<>.,:=+é-]{0,60}",
    ) {
        drop(Statement::parse(&format!("{head} {tail}"), &[AttributeValue::Null]));
    }
}
