//! The parameters from before expressions, as AWS takes and refuses them.

use serde_json::{Value, json};

use super::*;
use crate::value::Item;

fn item(attributes: Value) -> Item {
    serde_json::from_value(attributes).unwrap()
}

fn value(value: &Value) -> AttributeValue {
    serde_json::from_value(value.clone()).unwrap()
}

fn values(list: &Value) -> Vec<AttributeValue> {
    list.as_array().unwrap().iter().map(value).collect()
}

fn expected(given: &Value) -> Expected {
    Expected {
        value: given.get("Value").map(value),
        exists: given.get("Exists").and_then(Value::as_bool),
        comparison_operator: given.get("ComparisonOperator").map(|operator| operator.as_str().unwrap().to_owned()),
        attribute_value_list: given.get("AttributeValueList").map(values),
    }
}

fn of_expected(given: &Value) -> Result<Condition, Refusal> {
    condition_of_expected(&[("a".to_owned(), expected(given))].into(), ConditionalOperator::And)
}

fn compared(operator: &str, list: &Value) -> AttributeCondition {
    AttributeCondition { comparison_operator: operator.to_owned(), attribute_value_list: values(list) }
}

#[test]
fn operators_compare_an_attribute_with_values() {
    let of = item(json!({"a": {"N": "5"}, "s": {"S": "hello"}, "t": {"SS": ["x"]}}));
    for (attribute, operator, list, is_true) in [
        ("a", "EQ", json!([{"N": "5.0"}]), true),
        ("a", "NE", json!([{"S": "5"}]), true),
        ("a", "GT", json!([{"N": "4"}]), true),
        ("a", "BETWEEN", json!([{"N": "1"}, {"N": "4"}]), false),
        ("a", "IN", json!([{"N": "1"}, {"N": "5"}]), true),
        ("s", "BEGINS_WITH", json!([{"S": "he"}]), true),
        ("s", "NOT_CONTAINS", json!([{"S": "x"}]), true),
        ("z", "NOT_CONTAINS", json!([{"S": "x"}]), false),
        ("t", "CONTAINS", json!([{"S": "x"}]), true),
        ("z", "NULL", json!([]), true),
        ("a", "NOT_NULL", json!([]), true),
    ] {
        let filter = [(attribute.to_owned(), compared(operator, &list))].into();
        let condition = condition_of_filter(&filter, ConditionalOperator::And).unwrap();
        assert_eq!(condition.holds(&of), is_true, "{attribute} {operator} {list}");
    }
}

#[test]
fn operators_are_refused_with_values_that_they_do_not_take() {
    for (operator, list, message) in [
        (
            "EQ",
            json!([]),
            "One or more parameter values were invalid: Invalid number of argument(s) for the EQ ComparisonOperator",
        ),
        ("eq", json!([]), "One or more parameter values were invalid: Invalid comparison operator"),
        (
            "LT",
            json!([{"BOOL": true}]),
            "One or more parameter values were invalid: ComparisonOperator LT is not valid for BOOL AttributeValue type",
        ),
        (
            "IN",
            json!([{"S": "a"}, {"N": "1"}]),
            "One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            "BETWEEN",
            json!([{"N": "2"}, {"N": "1"}]),
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        ),
    ] {
        let filter = [("a".to_owned(), compared(operator, &list))].into();
        assert_eq!(condition_of_filter(&filter, ConditionalOperator::And).unwrap_err().message, message);
    }
}

#[test]
fn expected_is_a_comparison_or_an_existence() {
    let of = item(json!({"a": {"N": "5"}}));
    for (given, is_true) in [
        (json!({"Value": {"N": "5"}}), true),
        (json!({"Exists": true, "Value": {"N": "6"}}), false),
        (json!({"Exists": false}), false),
        (json!({"ComparisonOperator": "GE", "Value": {"N": "5"}}), true),
        (json!({"ComparisonOperator": "IN", "AttributeValueList": [{"N": "4"}, {"N": "5"}]}), true),
    ] {
        assert_eq!(of_expected(&given).unwrap().holds(&of), is_true, "{given}");
    }
}

#[test]
fn members_of_expected_go_together_or_not() {
    for (given, message) in [
        (json!({}), "Value must be provided when Exists is null for Attribute: a"),
        (json!({"Exists": true}), "Value must be provided when Exists is true for Attribute: a"),
        (json!({"Exists": false, "Value": {"N": "1"}}), "Value cannot be used when Exists is false for Attribute: a"),
        (
            json!({"Exists": true, "ComparisonOperator": "EQ"}),
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            json!({"Value": {"N": "1"}, "AttributeValueList": []}),
            "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            json!({"AttributeValueList": []}),
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (
            json!({"ComparisonOperator": "EQ"}),
            "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
        ),
        (
            json!({"ComparisonOperator": "EQ", "AttributeValueList": []}),
            "Invalid number of argument(s) for the EQ ComparisonOperator",
        ),
        (
            json!({"ComparisonOperator": "NULL", "Value": {"N": "1"}}),
            "Invalid number of argument(s) for the NULL ComparisonOperator",
        ),
        (json!({"ComparisonOperator": "XX", "Value": {"N": "1"}}), "Invalid comparison operator"),
    ] {
        let refusal = of_expected(&given).expect_err(&given.to_string());
        assert_eq!(refusal.message, format!("One or more parameter values were invalid: {message}"), "{given}");
    }
}

#[test]
fn conditions_are_joined_where_there_are_some() {
    for (given, count, message) in [
        ("AND", 0, "ConditionalOperator cannot be used without Filter or Expected"),
        ("OR", 1, "ConditionalOperator can only be used when Filter or Expected has two or more elements"),
        ("XOR", 2, "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"),
    ] {
        assert_eq!(ConditionalOperator::read(Some(given), count).unwrap_err().message, message);
    }
    let or = ConditionalOperator::read(Some("OR"), 2).unwrap();
    let filter =
        [("a".to_owned(), compared("NOT_NULL", &json!([]))), ("z".to_owned(), compared("NOT_NULL", &json!([])))].into();
    assert!(condition_of_filter(&filter, or).unwrap().holds(&item(json!({"a": {"N": "5"}}))));
}

#[test]
fn only_ranges_are_key_conditions() {
    let of = |operator: &str, list| clauses_of_key_conditions(&[("a".to_owned(), compared(operator, &list))].into());
    assert_eq!(of("EQ", json!([{"S": "a"}])).unwrap().attributes().collect::<Vec<_>>(), ["a"]);
    assert_eq!(
        of("NE", json!([{"S": "a"}])).unwrap_err().message,
        "Attempted conditional constraint is not an indexable operation"
    );
}

#[test]
fn attribute_updates_put_add_and_delete() {
    let update = |action: Option<&str>, given: Option<Value>| AttributeUpdate {
        action: action.map(str::to_owned),
        value: given.as_ref().map(value),
    };
    let made = update_of(
        [
            ("a".to_owned(), update(None, Some(json!({"S": "new"})))),
            ("n".to_owned(), update(Some("ADD"), Some(json!({"N": "1"})))),
            ("l".to_owned(), update(Some("ADD"), Some(json!({"L": [{"N": "1"}]})))),
            ("t".to_owned(), update(Some("DELETE"), Some(json!({"SS": ["x"]})))),
            ("z".to_owned(), update(Some("DELETE"), None)),
        ]
        .into(),
    );
    let old = item(json!({"l": {"L": [{"N": "0"}]}, "t": {"SS": ["x"]}, "z": {"S": "z"}}));
    let new = json!({"a": {"S": "new"}, "n": {"N": "1"}, "l": {"L": [{"N": "0"}, {"N": "1"}]}});
    assert_eq!(made.unwrap().apply(&old).unwrap(), item(new));

    let message =
        |one| update_of([("a".to_owned(), one)].into()).and_then(|made| made.apply(&old)).unwrap_err().message;
    assert_eq!(
        message(update(Some("put"), None)),
        "Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action"
    );
    assert_eq!(
        message(update(None, None)),
        "One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified"
    );
    assert_eq!(
        message(update(Some("ADD"), Some(json!({"S": "a"})))),
        "One or more parameter values were invalid: ADD action is not supported for the type S"
    );
    assert_eq!(
        message(update(Some("DELETE"), Some(json!({"N": "1"})))),
        "One or more parameter values were invalid: DELETE action with value is not supported for the type N"
    );
    let wrong = update_of([("z".to_owned(), update(Some("ADD"), Some(json!({"N": "1"}))))].into()).unwrap();
    assert_eq!(wrong.apply(&old).unwrap_err().message, "Type mismatch for attribute to update");
}

#[test]
fn attributes_are_got_once() {
    assert_eq!(
        projection_of(&["a".to_owned(), "a".to_owned()]).unwrap_err().message,
        "One or more parameter values were invalid: Duplicate value in attribute name: a"
    );
    assert_eq!(
        check_not_mixed(&["Expected"], &[ExpressionKind::Condition]).unwrap_err().message,
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {Expected} Expression parameters: {ConditionExpression}"
    );
}
