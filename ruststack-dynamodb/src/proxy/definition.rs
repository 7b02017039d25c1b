//! Definitions of tables as DynamoDB Local takes them: without what it drops or misreads.

use serde_json::{Value, json};

use crate::api::TableDescription;

/// What `CreateTable` is sent on with.
const KNOWN: [&str; 8] = [
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
    "StreamSpecification",
    "TableName",
];
/// What of an `UpdateTable` changes something there.
const CHANGES: [&str; 4] =
    ["BillingMode", "GlobalSecondaryIndexUpdates", "ProvisionedThroughput", "StreamSpecification"];

/// Deletion protection is ours: the other is asked when we have agreed.
pub(super) fn reduce(input: &mut Value) {
    if let Some(members) = input.as_object_mut() {
        members.retain(|name, _| KNOWN.contains(&name.as_str()));
    }
    for index in input.get_mut("GlobalSecondaryIndexes").and_then(Value::as_array_mut).into_iter().flatten() {
        reduce_index(index);
    }
}

fn reduce_index(index: &mut Value) {
    if let Some(members) = index.as_object_mut() {
        members.retain(|name, _| !["OnDemandThroughput", "WarmThroughput"].contains(&name.as_str()));
    }
}

/// False when nothing is left.
pub(super) fn reduce_update(input: &mut Value) -> bool {
    let kept = |name: &str| CHANGES.contains(&name) || name == "TableName" || name == "AttributeDefinitions";
    let Some(members) = input.as_object_mut() else { return false };
    members.retain(|name, _| kept(name));
    members.keys().any(|name| CHANGES.contains(&name.as_str()))
}

pub(super) fn take_counts(ours: &mut Value, theirs: &Value) {
    const COUNTS: [&str; 3] = ["ItemCount", "TableSizeBytes", "IndexSizeBytes"];
    for name in COUNTS {
        if let (Some(_), Some(theirs)) = (ours.get(name), theirs.get(name)) {
            ours[name] = theirs.clone();
        }
    }
    for member in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let indexes = ours.get_mut(member).and_then(Value::as_array_mut).into_iter().flatten();
        for index in indexes {
            let others = theirs.get(member).and_then(Value::as_array).into_iter().flatten();
            if let Some(other) = others.into_iter().find(|other| other["IndexName"] == index["IndexName"]) {
                take_counts(index, other);
            }
        }
    }
}

/// What makes a table again that is described so.
pub(super) fn input_of(description: &TableDescription) -> Value {
    let described = serde_json::to_value(description).unwrap_or_default();
    let mut input = json!({"BillingMode": "PAY_PER_REQUEST"});
    for member in ["AttributeDefinitions", "KeySchema", "StreamSpecification", "TableName"] {
        if let Some(value) = described.get(member) {
            input[member] = value.clone();
        }
    }
    for member in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Some(indexes) = described.get(member).and_then(Value::as_array) else { continue };
        let index = |index: &Value| json!({"IndexName": index["IndexName"], "KeySchema": index["KeySchema"], "Projection": index["Projection"]});
        input[member] = indexes.iter().map(index).collect();
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_that_the_other_knows_nothing_of_is_not_sent() {
        let mut update = json!({"TableName": "t", "TableClass": "STANDARD"});
        assert!(!reduce_update(&mut update));
        let mut update = json!({"TableName": "t", "TableClass": "STANDARD", "BillingMode": "PAY_PER_REQUEST"});
        assert!(reduce_update(&mut update));
        assert_eq!(update, json!({"TableName": "t", "BillingMode": "PAY_PER_REQUEST"}));
    }
}
