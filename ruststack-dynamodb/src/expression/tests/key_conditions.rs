//! Key conditions.

use super::*;

fn schema() -> KeySchema {
    KeySchema::simple(KeyAttribute::new("pk", Type::S), Some(KeyAttribute::new("sk", Type::N)))
}

fn values() -> Value {
    json!({":p": {"S": "p"}, ":n": {"N": "5"}, ":m": {"N": "7"}, ":e": {"S": ""}})
}

fn key_condition(text: &str, schema: &KeySchema) -> Result<KeyCondition, Refusal> {
    KeyClauses::of(&condition(ExpressionKind::KeyCondition, text, &values())?)?.against(schema)
}

#[test]
fn a_range_of_one_partition_is_read() {
    for (text, numbers) in [
        ("pk = :p", "4 5 6 7 8"),
        ("pk = :p AND sk = :n", "5"),
        ("sk < :n AND :p = pk", "4"),
        ("pk = :p AND :n < sk", "6 7 8"),
        ("(pk = :p) AND (sk BETWEEN :n AND :m)", "5 6 7"),
        ("pk = :p AND sk >= :m", "7 8"),
        ("(pk = :p AND sk <= :n)", "4 5"),
    ] {
        let made = key_condition(text, &schema()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(made.hash_bytes(&schema()), Some(b"p".to_vec()));
        let read = (4..9).filter(|number| {
            let key = item(json!({"pk": {"S": "p"}, "sk": {"N": number.to_string()}}));
            made.range().contains(&schema().bytes_of(&key).unwrap().range)
        });
        assert_eq!(read.map(|number| number.to_string()).collect::<Vec<_>>().join(" "), numbers, "{text}");
    }
}

#[test]
fn other_conditions_are_refused() {
    for (text, message) in [
        ("pk = :p OR sk = :n", "Invalid operator used in KeyConditionExpression: OR"),
        ("pk <> :p", "Invalid operator used in KeyConditionExpression: <>"),
        ("attribute_exists(pk)", "Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("pk = :p AND sk IN (:n)", "Invalid operator used in KeyConditionExpression: IN"),
        ("pk = sk", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"),
        ("pk > :p", "Query key condition not supported"),
        ("sk = :n", "Query condition missed key schema element: pk"),
        ("pk = :p AND a = :n", "Query condition missed key schema element: sk"),
        (
            "pk = :p AND sk = :n AND a = :n",
            "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
        ),
        (
            "pk = :p AND sk > :n AND sk < :n",
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
        ),
        (
            "pk.a = :p",
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes",
        ),
        ("pk = :n", "One or more parameter values were invalid: Condition parameter type does not match schema type"),
        (
            "pk = :e",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \
             string value. Key: pk",
        ),
        ("pk = :p AND size(sk) > :n", "KeyConditionExpressions cannot contain nested operations"),
    ] {
        assert_eq!(key_condition(text, &schema()).expect_err(text).message, message, "{text}");
    }
}

#[test]
fn keys_of_several_attributes_are_read_from_the_first_on() {
    let key = |name| KeyAttribute::new(name, Type::N);
    let schema = KeySchema { hash: vec![key("a"), key("b")], range: vec![key("c"), key("d")] };
    let made = key_condition("a = :n AND b = :m AND c = :n AND d > :n", &schema).unwrap();
    let bytes = |c: u8, d: u8| {
        let number = |n: u8| json!({"N": n.to_string()});
        schema.bytes_of(&item(json!({"a": number(5), "b": number(7), "c": number(c), "d": number(d)}))).unwrap()
    };
    assert_eq!(made.hash_bytes(&schema), Some(bytes(0, 0).hash));
    assert!(made.range().contains(&bytes(5, 6).range) && !made.range().contains(&bytes(5, 5).range));
    assert!(!made.range().contains(&bytes(6, 6).range));
    assert_eq!(
        key_condition("a = :n AND c = :n", &schema).unwrap_err().message,
        "HASH key attributes b must have equality conditions specified in the query"
    );
    assert_eq!(
        key_condition("a = :n AND b = :n AND d = :n", &schema).unwrap_err().message,
        "RANGE key attributes c must have equality conditions specified in the query because a condition is present on \
         key attribute d"
    );
}

proptest! {
    #[test]
    fn what_is_in_a_range_fulfils_the_condition(
        text in "sk (<|<=|=|>|>=) :n|:n (<|<=|=|>|>=) sk|sk BETWEEN :n AND :m",
        low in -20..20i64,
        span in 0..20i64,
        number in -40..40i64,
    ) {
        let values = json!({":p": {"S": "p"}, ":n": {"N": low.to_string()}, ":m": {"N": (low + span).to_string()}});
        let made = condition(ExpressionKind::KeyCondition, &format!("pk = :p AND {text}"), &values).unwrap();
        let range = KeyClauses::of(&made).unwrap().against(&schema()).unwrap().range();
        let of = item(json!({"pk": {"S": "p"}, "sk": {"N": number.to_string()}}));
        prop_assert_eq!(range.contains(&schema().bytes_of(&of).unwrap().range), made.holds(&of));
    }
}
