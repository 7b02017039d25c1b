//! Queries and scans. Source of the texts: recorded answers of DynamoDB, and what dynoxide tells of such.

use std::collections::BTreeSet;

use ruststack_testkit::Emulator;
use serde_json::{Value, json};

use crate::{at_table, item, key, ok, put, refused, sort_keys, with_table};

async fn with_items(partitions: u32, each: u32) -> Emulator {
    let emulator = with_table().await;
    for partition in 0..partitions {
        for sort in 0..each {
            put(&emulator, item(&format!("p{partition}"), sort, json!({"even": {"BOOL": sort % 2 == 0}}))).await;
        }
    }
    emulator
}

fn query(condition: &str, more: Value) -> Value {
    let mut input = json!({
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {":p": {"S": "p0"}},
    });
    for (name, value) in more.as_object().unwrap() {
        match input[name].as_object_mut() {
            Some(object) => object.extend(value.as_object().unwrap().clone()),
            None => input[name] = value.clone(),
        }
    }
    at_table(input)
}

fn numbers(values: &[(&str, &str)]) -> Value {
    values.iter().map(|(name, number)| ((*name).to_owned(), json!({"N": number}))).collect()
}

#[tokio::test]
async fn a_query_reads_a_range_in_either_direction() {
    let emulator = with_items(2, 5).await;
    for (condition, values, expected) in [
        ("pk = :p", numbers(&[]), vec![0, 1, 2, 3, 4]),
        ("pk = :p AND sk >= :a", numbers(&[(":a", "3")]), vec![3, 4]),
        ("pk = :p AND sk > :a", numbers(&[(":a", "3")]), vec![4]),
        ("pk = :p AND sk < :a", numbers(&[(":a", "1")]), vec![0]),
        ("sk BETWEEN :a AND :b AND pk = :p", numbers(&[(":a", "1"), (":b", "3")]), vec![1, 2, 3]),
        ("pk = :p AND sk = :a", numbers(&[(":a", "2.0")]), vec![2]),
    ] {
        let answer = ok(&emulator, "Query", query(condition, json!({"ExpressionAttributeValues": values}))).await;
        assert_eq!(sort_keys(&answer), expected, "{condition}");
        let backwards = json!({"ExpressionAttributeValues": values, "ScanIndexForward": false});
        let answer = ok(&emulator, "Query", query(condition, backwards)).await;
        assert_eq!(sort_keys(&answer), expected.into_iter().rev().collect::<Vec<_>>(), "{condition}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_count_what_they_go_through() {
    let emulator = with_items(1, 5).await;
    let (mut start, mut found, mut pages) = (None, Vec::new(), 0);
    loop {
        let mut more =
            json!({"Limit": 2, "FilterExpression": "even = :t", "ExpressionAttributeValues": {":t": {"BOOL": true}}});
        if let Some(start) = start {
            more["ExclusiveStartKey"] = start;
        }
        let page = ok(&emulator, "Query", query("pk = :p", more)).await;
        assert!(page["ScannedCount"].as_u64().unwrap() <= 2);
        found.extend(sort_keys(&page));
        pages += 1;
        match page.get("LastEvaluatedKey") {
            Some(last) => start = Some(last.clone()),
            None => break,
        }
    }
    assert_eq!((found, pages), (vec![0, 2, 4], 3));
    // A page that ends where the items end does not know it.
    let exact = ok(&emulator, "Query", query("pk = :p", json!({"Limit": 5, "Select": "COUNT"}))).await;
    assert_eq!(exact, json!({"Count": 5, "ScannedCount": 5, "LastEvaluatedKey": key("p0", 4)}));
}

#[tokio::test]
async fn a_page_ends_at_a_megabyte() {
    let emulator = with_table().await;
    for sort in 0..4 {
        put(&emulator, item("p0", sort, json!({"v": {"S": "x".repeat(390_000)}}))).await;
    }
    let page = ok(&emulator, "Query", query("pk = :p", json!({"ProjectionExpression": "sk"}))).await;
    assert_eq!(sort_keys(&page), [0, 1, 2]);
    assert_eq!(page["LastEvaluatedKey"], key("p0", 2));
}

#[tokio::test]
async fn segments_of_a_scan_are_all_of_it() {
    let emulator = with_items(20, 2).await;
    let names = |answer: &Value| -> Vec<Value> { answer["Items"].as_array().unwrap().clone() };
    let all = names(&ok(&emulator, "Scan", at_table(json!({}))).await);
    assert_eq!(all.len(), 40);
    for total in [1, 3, 7, 1000] {
        let mut found = Vec::new();
        for segment in 0..total {
            let input = json!({"Segment": segment, "TotalSegments": total});
            found.extend(names(&ok(&emulator, "Scan", at_table(input)).await));
        }
        assert_eq!(found, all, "{total}");
    }
    let (mut start, mut found) = (Value::Null, Vec::new());
    loop {
        let page = ok(&emulator, "Scan", at_table(json!({"Limit": 3, "ExclusiveStartKey": start}))).await;
        found.extend(names(&page));
        match page.get("LastEvaluatedKey") {
            Some(last) => start = last.clone(),
            None => break,
        }
    }
    assert_eq!(found, all);
    let distinct: BTreeSet<String> = found.iter().map(Value::to_string).collect();
    assert_eq!(distinct.len(), 40);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let emulator = with_items(1, 1).await;
    for (operation, input, message) in [
        ("Query", query("sk = :p", json!({})), "Query condition missed key schema element: pk"),
        (
            "Query",
            query("pk = :p", json!({"FilterExpression": "sk = :p"})),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        ),
        (
            "Query",
            query("pk = :p", json!({"IndexName": "index"})),
            "The table does not have the specified index: index",
        ),
        (
            "Query",
            query("pk = :p", json!({"ExclusiveStartKey": key("p1", 0)})),
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
        (
            "Query",
            at_table(json!({})),
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        ),
        (
            "Scan",
            at_table(json!({"Segment": 2, "TotalSegments": 2})),
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less \
             than TotalSegments: 2",
        ),
        (
            "Scan",
            at_table(json!({"Select": "COUNT", "ProjectionExpression": "pk"})),
            "Cannot specify the ProjectionExpression when choosing to get only the Count",
        ),
    ] {
        let (code, told) = refused(&emulator, operation, input).await;
        assert_eq!((code.as_str(), told.as_str()), ("ValidationException", message));
    }
}

#[tokio::test]
async fn key_conditions_and_query_filters_still_work() {
    let emulator = with_items(1, 4).await;
    let input = at_table(json!({
        "KeyConditions": {
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p0"}]},
            "sk": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "0"}]},
        },
        "QueryFilter": {"even": {"ComparisonOperator": "EQ", "AttributeValueList": [{"BOOL": true}]}},
    }));
    assert_eq!(sort_keys(&ok(&emulator, "Query", input).await), [2]);
}

/// Recorded: ScyllaDB's tests of DynamoDB.
#[tokio::test]
async fn key_conditions_go_with_expressions_of_what_is_shown() {
    let emulator = with_items(1, 4).await;
    let conditions = json!({"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p0"}]}});
    let input = at_table(json!({
        "KeyConditions": conditions,
        "FilterExpression": "even = :true",
        "ProjectionExpression": "sk",
        "ExpressionAttributeValues": {":true": {"BOOL": true}},
    }));
    assert_eq!(sort_keys(&ok(&emulator, "Query", input).await), [0, 2]);
    let both = at_table(json!({
        "KeyConditions": conditions,
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "p0"}},
    }));
    let (_, message) = refused(&emulator, "Query", both).await;
    assert_eq!(
        message,
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {KeyConditions} Expression parameters: {KeyConditionExpression}"
    );
}
