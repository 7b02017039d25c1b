//! Expressions as AWS reads, refuses and evaluates them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    key::{KeyAttribute, KeySchema},
    value::{Item, Type},
};

mod conditions;
mod key_conditions;
mod projections;
mod updates;

fn item(attributes: Value) -> Item {
    serde_json::from_value(attributes).unwrap()
}

fn names(names: Value) -> BTreeMap<String, String> {
    serde_json::from_value(names).unwrap()
}

/// A condition with these values for its placeholders; `#n` is `n` everywhere.
fn condition(kind: ExpressionKind, text: &str, values: &Value) -> Result<Condition, Refusal> {
    let (names, values) = (names(json!({"#n": "n"})), item(values.clone()));
    ParsedCondition::parse(kind, text)?.bind(&mut Binding::new(&names, &values))
}

fn refusal(text: &str, values: &Value) -> String {
    let refusal = condition(ExpressionKind::Condition, text, values).expect_err(text);
    refusal.message.strip_prefix("Invalid ConditionExpression: ").unwrap_or_else(|| panic!("{refusal}")).to_owned()
}

fn update(text: &str, values: &Value) -> Result<Update, Refusal> {
    let (names, values) = (names(json!({"#n": "n"})), item(values.clone()));
    ParsedUpdate::parse(text)?.bind(&mut Binding::new(&names, &values))
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in "[ a-z#:0-9()\\[\\].,<>=+é-]{0,80}|(\\(|NOT |a\\(|a=b AND \\(|size\\(){0,400}") {
        for kind in [ExpressionKind::Condition, ExpressionKind::KeyCondition] {
            drop(ParsedCondition::parse(kind, &text));
        }
        drop(ParsedProjection::parse(&text));
        drop(ParsedUpdate::parse(&text));
        drop(ParsedUpdate::parse(&format!("SET a = {text}")));
    }
}

#[test]
fn what_is_given_has_to_be_used_and_what_is_used_has_to_be_given() {
    let names = names(json!({"#a": "a", "#b": "b"}));
    let values = item(json!({":a": {"S": "a"}, ":c": {"S": "c"}}));
    let mut binding = Binding::new(&names, &values);
    let parsed = ParsedCondition::parse(ExpressionKind::Filter, "#a = :a").unwrap();
    parsed.bind(&mut binding).unwrap();
    assert_eq!(
        binding.check_used().unwrap_err().message,
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}"
    );
    ParsedProjection::parse("#b").unwrap().bind(&mut binding).unwrap();
    assert_eq!(
        binding.check_used().unwrap_err().message,
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:c}"
    );
    let parsed = ParsedCondition::parse(ExpressionKind::Filter, "#x = :a").unwrap();
    assert_eq!(
        parsed.bind(&mut binding).unwrap_err().message,
        "Invalid FilterExpression: An expression attribute name used in the document path is not defined; attribute \
         name: #x"
    );
    assert_eq!(
        refusal("a = :x", &json!({})),
        "An expression attribute value used in expression is not defined; attribute value: :x"
    );
}

#[test]
fn placeholders_have_a_form() {
    let message = |given: Value| check_names(&names(given)).unwrap_err().message;
    assert_eq!(message(json!({})), "ExpressionAttributeNames must not be empty");
    assert_eq!(message(json!({"a": "a"})), "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
    assert_eq!(
        message(json!({"#a": ""})),
        "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a"
    );
    assert_eq!(
        check_values(&item(json!({":": {"S": "a"}}))).unwrap_err().message,
        "ExpressionAttributeValues contains invalid key: Syntax error; key: \":\""
    );
}

#[test]
fn placeholders_are_for_expressions() {
    use ExpressionKind::{Condition, Update};
    let message = |has_names, has_values, given: &[ExpressionKind]| {
        check_only_with_expressions(has_names, has_values, given, &[Update, Condition]).unwrap_err().message
    };
    assert_eq!(message(true, true, &[]), "ExpressionAttributeNames can only be specified when using expressions");
    assert_eq!(
        message(false, true, &[]),
        "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression is null and \
         ConditionExpression is null"
    );
    assert!(check_only_with_expressions(true, true, &[Condition], &[Update, Condition]).is_ok());
}

#[test]
fn an_expression_has_a_length() {
    assert_eq!(refusal("", &json!({})), "The expression can not be empty;");
    assert_eq!(
        refusal(&format!("a = :{}", "a".repeat(4096)), &json!({})),
        "Expression size has exceeded the maximum allowed size;"
    );
}
