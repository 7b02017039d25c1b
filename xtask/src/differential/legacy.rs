//! Parameters from before expressions, by chance.

use serde_json::{Map, Value, json};

use super::{
    schema::{Index, Key, Schema},
    values::{self, ATTRIBUTES},
};
use crate::crash::random::Random;

const OPERATORS: [(&str, u64); 13] = [
    ("EQ", 1),
    ("NE", 1),
    ("LT", 1),
    ("LE", 1),
    ("GT", 1),
    ("GE", 1),
    ("BEGINS_WITH", 1),
    ("CONTAINS", 1),
    ("NOT_CONTAINS", 1),
    ("NULL", 0),
    ("NOT_NULL", 0),
    ("BETWEEN", 2),
    ("IN", 2),
];

/// An operator with its values, of which the number is wrong now and then.
fn comparison(random: &mut Random) -> Value {
    let (operator, operands) = *random.pick(&OPERATORS);
    let operands = if random.chance(3) { random.below(4) } else { operands };
    let values: Vec<Value> = (0..operands).map(|_| values::any(random, 0)).collect();
    let mut comparison = json!({"ComparisonOperator": operator});
    if !values.is_empty() {
        comparison["AttributeValueList"] = values.into();
    }
    comparison
}

fn by_attribute(random: &mut Random, mut make: impl FnMut(&mut Random) -> Value) -> Value {
    let mut map = Map::new();
    for _ in 0..=random.below(2) {
        let name = *random.pick(&ATTRIBUTES);
        map.insert(name.to_owned(), make(random));
    }
    Value::Object(map)
}

fn operator(random: &mut Random, input: &mut Value) {
    if random.chance(30) {
        input["ConditionalOperator"] = (*random.pick(&["AND", "OR"])).into();
    }
}

pub(super) fn expected(random: &mut Random, input: &mut Value) {
    input["Expected"] = by_attribute(random, |random| match random.below(4) {
        0 => json!({"Exists": false}),
        1 => json!({"Value": values::any(random, 0)}),
        2 => json!({"Exists": true, "Value": values::any(random, 0)}),
        _ => comparison(random),
    });
    operator(random, input);
}

pub(super) fn updates(random: &mut Random, input: &mut Value) {
    input["AttributeUpdates"] = by_attribute(random, |random| match random.below(4) {
        0 => json!({"Action": "DELETE"}),
        1 => json!({"Action": "DELETE", "Value": values::set(random)}),
        2 => json!({"Action": "ADD", "Value": values::any(random, 1)}),
        // Without an action AWS puts; DynamoDB Local does nothing and says nothing.
        _ => json!({"Action": "PUT", "Value": values::any(random, 1)}),
    });
    // Of updates that only take away DynamoDB Local makes items, AWS none: what follows would differ.
    if let Some(updates) = input["AttributeUpdates"].as_object_mut()
        && updates.values().all(|update| update["Action"] == "DELETE")
    {
        updates.insert("counter".to_owned(), json!({"Action": "PUT", "Value": values::any(random, 1)}));
    }
    if random.chance(30) {
        expected(random, input);
    }
}

pub(super) fn scan_filter(random: &mut Random, input: &mut Value) {
    input["ScanFilter"] = by_attribute(random, comparison);
    operator(random, input);
}

pub(super) fn key_conditions(random: &mut Random, schema: &Schema, index: Option<&Index>, input: &mut Value) {
    let (hash, range) =
        index.map_or((&schema.hash, schema.range.as_ref()), |index| (&index.hash, index.range.as_ref()));
    let mut conditions = Map::new();
    let value = values::scalar(random, hash.key_type);
    conditions.insert(hash.name.to_owned(), json!({"ComparisonOperator": "EQ", "AttributeValueList": [value]}));
    if let Some(range) = range.filter(|_| random.chance(60)) {
        conditions.insert(range.name.to_owned(), range_condition(random, range));
    }
    input["KeyConditions"] = Value::Object(conditions);
    if random.chance(30) {
        input["QueryFilter"] = by_attribute(random, comparison);
    }
}

fn range_condition(random: &mut Random, range: &Key) -> Value {
    let (operator, operands) = *random.pick(&OPERATORS);
    let values: Vec<Value> = (0..operands).map(|_| values::scalar(random, range.key_type)).collect();
    json!({"ComparisonOperator": operator, "AttributeValueList": values})
}
