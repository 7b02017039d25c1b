//! Values as AWS reads, orders, bills and answers them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    number,
    refusal::{Kind, Refusal},
};

/// Any value of at most three levels.
pub(crate) fn any_value() -> impl Strategy<Value = AttributeValue> {
    let number = || number::tests::written().prop_map(|text| text.parse::<Number>().unwrap());
    let leaf = prop_oneof![
        any::<String>().prop_map(AttributeValue::S),
        number().prop_map(AttributeValue::N),
        any::<Vec<u8>>().prop_map(AttributeValue::B),
        proptest::collection::btree_set(any::<String>(), 1..4)
            .prop_map(|set| AttributeValue::Ss(set.into_iter().collect())),
        proptest::collection::btree_set(number(), 1..4).prop_map(|set| AttributeValue::Ns(set.into_iter().collect())),
        proptest::collection::btree_set(any::<Vec<u8>>(), 1..4)
            .prop_map(|set| AttributeValue::Bs(set.into_iter().collect())),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
            proptest::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(AttributeValue::M),
        ]
    })
}

fn given(value: Value) -> Given<AttributeValue> {
    serde_json::from_value(value).unwrap()
}

fn refusal(value: &Value) -> Refusal {
    given(value.clone()).get(Layer::Current).expect_err(&value.to_string())
}

#[test]
fn sets_are_answered_in_order() {
    let ordered = |value| serde_json::to_value(given(value).get(Layer::Current).unwrap()).unwrap();
    assert_eq!(ordered(json!({"SS": ["b", "a", "B"]})), json!({"SS": ["B", "a", "b"]}));
    assert_eq!(ordered(json!({"NS": ["10", "9.0", "-1"]})), json!({"NS": ["-1", "9", "10"]}));
    assert_eq!(ordered(json!({"BS": ["/w==", "AA=="]})), json!({"BS": ["AA==", "/w=="]}));
}

#[test]
fn members_of_other_json_types_cannot_be_read() {
    for (value, message) in [
        (json!({"S": 1}), "NUMBER_VALUE cannot be converted to String"),
        (json!({"N": 1.5}), "DECIMAL_VALUE cannot be converted to String"),
        (json!({"S": true}), "TRUE_VALUE cannot be converted to String"),
        (json!({"S": ["a"]}), "Unrecognized collection type class java.lang.String"),
        (json!({"S": {"a": 1}}), "Start of structure or map found where not expected"),
        (json!({"BOOL": "maybe"}), "Unexpected token received from parser"),
        (json!({"BOOL": 1}), "NUMBER_VALUE cannot be converted to Boolean"),
        (json!({"B": "abc"}), "Base64 encoded length is expected a multiple of 4 bytes but found: 3"),
        (json!({"SS": "a"}), "Unexpected field type"),
        (json!({"L": [1]}), "Unexpected value type in payload"),
        (json!({"L": [{"SS": []}, {"S": 1}]}), "NUMBER_VALUE cannot be converted to String"),
        (json!("a"), "Unexpected value type in payload"),
    ] {
        let refusal = refusal(&value);
        assert_eq!((refusal.kind, refusal.message.as_str()), (Kind::Serialization, message), "{value}");
    }
}

#[test]
fn a_value_has_exactly_one_type() {
    let empty = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
    assert_eq!(refusal(&json!({})).message, empty);
    assert_eq!(refusal(&json!({"S": null})).message, empty);
    assert_eq!(refusal(&json!({"M": {"a": {}}})).message, empty);
    let two =
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
    assert_eq!(refusal(&json!({"S": "a", "N": "1"})).message, two);
    assert_eq!(given(json!({"S": "a", "N": null})).get(Layer::Current).unwrap(), AttributeValue::S("a".to_owned()));
}

#[test]
fn values_are_refused_in_the_words_of_the_reader() {
    for (value, current, older) in [
        (
            json!({"SS": ["b", "a", "b", "C"]}),
            "One or more parameter values were invalid: Input collection [\"a\", \"b\", \"b\", \"C\"] contains duplicates.",
            "One or more parameter values were invalid: Input collection [b, a, b, C] contains duplicates.",
        ),
        (
            json!({"NS": ["1", "1.0"]}),
            "One or more parameter values were invalid: Input collection contains duplicates.",
            "Input collection contains duplicates",
        ),
        (
            json!({"BS": ["AA==", "AA=="]}),
            "One or more parameter values were invalid: Input collection [\"AA==\",\"AA==\"]of type BS contains duplicates.",
            "One or more parameter values were invalid: Input collection [AA==, AA==]of type BS contains duplicates.",
        ),
        (
            json!({"N": ""}),
            "The parameter cannot be converted to a numeric value: ",
            "The parameter cannot be converted to a numeric value",
        ),
        (
            json!({"NULL": false}),
            "One or more parameter values were invalid: Null attribute value types must have the value of true",
            "One or more parameter values were invalid: Null attribute value types must have the value of true",
        ),
        (
            json!({"L": [{"NS": []}]}),
            "One or more parameter values were invalid: An number set  may not be empty",
            "One or more parameter values were invalid: An number set  may not be empty",
        ),
    ] {
        let read = given(value.clone());
        assert_eq!(read.clone().get(Layer::Current).unwrap_err(), Refusal::request(current), "{value}");
        assert_eq!(read.get(Layer::Older).unwrap_err(), Refusal::plain(older), "{value}");
    }
}

#[test]
fn values_of_expressions_are_refused_by_name() {
    let read = |value| serde_json::from_value::<Given<Item>>(value).unwrap();
    let values = json!({":a": {"S": "a"}, ":v": {"N": "x"}});
    assert_eq!(
        read(values.clone()).get_expression_values(Layer::Older).unwrap_err().message,
        "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v"
    );
    assert_eq!(
        read(values).get_expression_values(Layer::Current).unwrap_err().message,
        "The parameter cannot be converted to a numeric value: x"
    );
}

#[test]
fn a_value_lies_in_at_most_31_lists() {
    let deep = |nesting| (0..nesting).fold(json!({"S": "a"}), |inner, _| json!({"L": [inner]}));
    assert!(given(deep(31)).get(Layer::Current).is_ok());
    assert!(refusal(&deep(32)).message.starts_with("Nesting Levels have exceeded supported limits"));
    assert!(given(deep(32)).get_deeper(Layer::Current).is_ok());
    assert!(given(deep(33)).get_deeper(Layer::Current).is_err());
    assert!(given(deep(50)).get_deeper(Layer::Current).is_err());
}

#[test]
fn values_are_billed_as_aws_bills_them() {
    for (value, size) in [
        (json!({"S": "äb"}), 3),
        (json!({"N": "123.4"}), 4),
        (json!({"B": "AAAA"}), 3),
        (json!({"BOOL": true}), 1),
        (json!({"NULL": true}), 1),
        (json!({"SS": ["a", "bc"]}), 3),
        (json!({"L": []}), 3),
        (json!({"L": [{"S": "a"}, {"BOOL": true}]}), 7),
        (json!({"M": {"key": {"S": "a"}}}), 8),
    ] {
        assert_eq!(given(value.clone()).get(Layer::Current).unwrap().size(), size, "{value}");
    }
}

proptest! {
    #[test]
    fn what_is_answered_is_read_again(value in any_value()) {
        let text = serde_json::to_string(&value).unwrap();
        let read: AttributeValue = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, value);
    }
}
