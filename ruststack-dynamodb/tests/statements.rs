//! PartiQL statements.

use serde_json::{Value, json};

use super::{ask, create, emulator, get, item, ok, put, refused, sort_keys, with_table};
use ruststack_testkit::Emulator;

async fn execute(emulator: &Emulator, statement: &str) -> Value {
    ok(emulator, "ExecuteStatement", json!({"Statement": statement})).await
}

async fn wrong(emulator: &Emulator, statement: &str) -> (String, String) {
    refused(emulator, "ExecuteStatement", json!({"Statement": statement})).await
}

/// With an index, and the items 1 to 4 of `a` and 1 of `b`.
async fn filled() -> Emulator {
    let emulator = emulator();
    let index = json!({
        "IndexName": "by_v",
        "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    });
    let attributes =
        [("pk", "S"), ("sk", "N"), ("v", "S")].map(|(name, of)| json!({"AttributeName": name, "AttributeType": of}));
    create(&emulator, json!({"AttributeDefinitions": attributes, "GlobalSecondaryIndexes": [index]})).await;
    for sk in 1..=4 {
        put(
            &emulator,
            item("a", sk, json!({"v": {"S": if sk % 2 == 0 { "even" } else { "odd" }}, "l": {"L": [{"N": "7"}]}})),
        )
        .await;
    }
    put(&emulator, item("b", 1, json!({"v": {"S": "odd"}}))).await;
    emulator
}

/// assumed of the capacity, documented of the rest:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html>
#[tokio::test]
async fn a_selection_by_keys_reads_no_more_than_it_names() {
    let emulator = filled().await;
    for (statement, sort, units) in [
        ("SELECT * FROM \"table\" WHERE pk = 'a' AND sk = 2", vec![2], 0.5),
        ("SELECT * FROM \"table\" WHERE pk = 'a' AND sk > 2", vec![3, 4], 0.5),
        ("SELECT * FROM \"table\" WHERE pk = 'a' AND sk > 2 AND v = 'odd'", vec![3], 0.5),
        ("SELECT * FROM \"table\" WHERE pk = 'a' ORDER BY sk DESC", vec![4, 3, 2, 1], 0.5),
        ("SELECT * FROM \"table\" WHERE pk IN ['b', 'a'] AND sk < 2", vec![1, 1], 1.0),
        ("SELECT * FROM \"table\" WHERE pk = 'a' AND NOT sk = 1 AND sk <> 2", vec![3, 4], 0.5),
        ("SELECT * FROM \"table\".\"by_v\" WHERE v = 'even'", vec![2, 4], 0.5),
        ("SELECT * FROM \"table\" WHERE pk = 'a' AND (sk = 1 OR sk = 4)", vec![1, 4], 0.5),
        ("SELECT * FROM \"table\" WHERE pk = 'nobody'", vec![], 0.5),
    ] {
        let input = json!({"Statement": statement, "ReturnConsumedCapacity": "TOTAL"});
        let answer = ok(&emulator, "ExecuteStatement", input).await;
        assert_eq!(sort_keys(&answer), sort, "{statement}");
        assert_eq!(answer["ConsumedCapacity"]["CapacityUnits"], units, "{statement}");
    }
    assert_eq!(execute(&emulator, "SELECT * FROM \"table\"").await["Items"].as_array().unwrap().len(), 5);
}

/// captured from AWS by others: nubo-db/dynamodb-conformance, and floci's tests of 2026-09-17
#[tokio::test]
async fn what_is_selected_is_called_by_its_last_name() {
    let emulator = with_table().await;
    put(&emulator, item("a", 1, json!({"m": {"M": {"x": {"M": {"y": {"S": "z"}}}}}, "l": {"L": [{"S": "first"}]}})))
        .await;
    let answer = execute(&emulator, "SELECT m.x.y, l[0], nothing FROM \"table\" WHERE pk = 'a' AND sk = 1").await;
    assert_eq!(answer["Items"], json!([{"y": {"S": "z"}, "l[0]": {"S": "first"}}]));
}

/// documented: the token goes on where the page ended; assumed: a token of another statement is refused
#[tokio::test]
async fn a_selection_goes_on_page_by_page() {
    let emulator = filled().await;
    let statement = "SELECT sk FROM \"table\" WHERE pk IN ['a', 'b']";
    let (mut found, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut input = json!({"Statement": statement, "Limit": 2});
        if token.is_string() {
            input["NextToken"] = token;
        }
        let answer = ok(&emulator, "ExecuteStatement", input).await;
        found.extend(sort_keys(&answer));
        token = answer["NextToken"].clone();
        if token.is_null() {
            break;
        }
        let other = json!({"Statement": "SELECT * FROM \"table\"", "NextToken": token});
        assert_eq!(refused(&emulator, "ExecuteStatement", other).await.1, "NextToken does not match request");
    }
    assert_eq!(found, [1, 2, 3, 4, 1]);
}

/// captured from AWS by others: nubo-db/dynamodb-conformance
#[tokio::test]
async fn statements_write_and_show_what_they_return() {
    let emulator = with_table().await;
    let insert = "INSERT INTO \"table\" VALUE {'pk': 'a', 'sk': 1, 'tags': ['a', 'b', 'c'], 'n': 5}";
    assert_eq!(execute(&emulator, insert).await["Items"], json!([]));
    let again = wrong(&emulator, insert).await;
    assert_eq!(again, ("DuplicateItemException".into(), "Duplicate primary key exists in table".into()));
    let at = "WHERE pk = 'a' AND sk = 1";
    for (change, returning, items) in [
        ("SET n = n + 1", "MODIFIED NEW", json!([{"n": {"N": "6"}}])),
        ("SET n = 7", "MODIFIED OLD", json!([{"n": {"N": "6"}}])),
        ("SET tags[2] = 'y', tags[0] = 'x'", "MODIFIED NEW", json!([{"tags": {"L": [{"S": "x"}, {"S": "y"}]}}])),
        ("REMOVE tags", "MODIFIED NEW", json!([])),
        ("SET fresh = 1", "MODIFIED OLD", json!([])),
    ] {
        let statement = format!("UPDATE \"table\" {change} {at} RETURNING {returning} *");
        assert_eq!(execute(&emulator, &statement).await["Items"], items, "{statement}");
    }
    let all = json!([item("a", 1, json!({"n": {"N": "7"}, "fresh": {"N": "1"}}))]);
    let delete = format!("DELETE FROM \"table\" {at} AND n = 7 RETURNING ALL OLD *");
    assert_eq!(execute(&emulator, &delete).await["Items"], all);
    assert_eq!(execute(&emulator, &delete).await["Items"], json!([]));
    assert_eq!(get(&emulator, "a", 1).await, None);
}

/// captured from AWS by others: nubo-db/dynamodb-conformance, and floci's tests of 2026-09-17
#[tokio::test]
async fn wrong_statements_are_refused_in_the_words_of_aws() {
    let emulator = filled().await;
    let at = "WHERE pk = 'a' AND sk = 1";
    for (statement, code, message) in [
        ("SELECT * FROM nobody WHERE pk = 'a'", "ResourceNotFoundException", "Requested resource not found"),
        (
            "DELETE FROM \"table\" WHERE pk = 'a'",
            "ValidationException",
            "Where clause does not contain a mandatory equality on all key attributes",
        ),
        (
            &format!("DELETE FROM \"table\" {at} RETURNING ALL NEW *"),
            "ValidationException",
            "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in DELETE statements.",
        ),
        (
            &format!("UPDATE \"table\" SET n = 1 {at} AND pk = 'b'"),
            "ValidationException",
            "Multiple conditions on same key pk. Only single item Update/Insert/Delete are supported",
        ),
        (
            "UPDATE \"table\" SET n = 1 WHERE pk = 'z' AND sk = 1",
            "ConditionalCheckFailedException",
            "The conditional request failed",
        ),
        (
            &format!("DELETE FROM \"table\" {at} AND v = 'x'"),
            "ConditionalCheckFailedException",
            "The conditional request failed",
        ),
        (
            "SELECT * FROM \"table\" ORDER BY sk",
            "ValidationException",
            "Must have WHERE clause in the statement when using ORDER BY clause.",
        ),
        (
            "SELECT * FROM \"table\" WHERE pk = 'a' ORDER BY v",
            "ValidationException",
            "Attribute v in ORDER BY clause must be part of the primary key",
        ),
        (
            "SELECT * FROM \"table\" WHERE v = 'a' ORDER BY sk",
            "ValidationException",
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
        ),
        (
            "SELECT * FROM \"table\" WHERE pk = 1",
            "ValidationException",
            "Key attribute's data type should match its data type in table's schema: Key pk",
        ),
        (
            "SELECT * FROM \"table\" WHERE pk IN ['a', 'a']",
            "ValidationException",
            "Overlapping conditions with range keys are not supported in where clause",
        ),
        (
            "SELECT pk FROM \"table\".\"by_v\" WHERE v = 'odd' AND l = 1",
            "ValidationException",
            "One or more parameter values were invalid: Secondary index by_v does not project one or more filter attributes: [l]",
        ),
        (
            "EXISTS(SELECT * FROM \"table\" WHERE pk = 'a')",
            "ValidationException",
            "EXISTS can only be used in ExecuteTransaction write requests.",
        ),
        (
            &format!("DELETE FROM \"table\" {at} more"),
            "ValidationException",
            "Statement wasn't well formed, can't be processed: Unexpected token after expression",
        ),
    ] {
        assert_eq!(wrong(&emulator, statement).await, (code.into(), message.into()), "{statement}");
    }
}

/// recorded: test_dynamodb_execute_statement_empy_parameter, 2025-10-08
#[tokio::test]
async fn an_empty_list_of_parameters_is_refused() {
    let emulator = with_table().await;
    let input = json!({"Statement": "SELECT * FROM \"table\"", "Parameters": []});
    let message = "1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: Member must \
                   have length greater than or equal to 1";
    assert_eq!(refused(&emulator, "ExecuteStatement", input).await.1, message);
}

fn statements(texts: &[&str]) -> Value {
    texts.iter().map(|text| json!({"Statement": text})).collect()
}

/// captured from AWS by others: nubo-db/dynamodb-conformance; that failures name their tables is documented:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementResponse.html>
#[tokio::test]
async fn each_statement_of_a_batch_succeeds_or_fails_for_itself() {
    let emulator = filled().await;
    let texts = [
        "SELECT v FROM \"table\" WHERE pk = 'a' AND sk = 1",
        "SELECT * FROM nobody WHERE pk = 'a'",
        "SELECT * FROM \"table\" WHERE pk = 'a'",
        "SELECT",
    ];
    let answer = ok(&emulator, "BatchExecuteStatement", json!({"Statements": statements(&texts)})).await;
    let wrong_key = "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";
    let unread = "Statement wasn't well formed, can't be processed: Unexpected term";
    let expected = json!([
        {"TableName": "table", "Item": {"v": {"S": "odd"}}},
        {"TableName": "nobody", "Error": {"Code": "ResourceNotFound", "Message": "Requested resource not found"}},
        {"TableName": "table", "Error": {"Code": "ValidationError", "Message": wrong_key}},
        {"Error": {"Code": "ValidationError", "Message": unread}},
    ]);
    assert_eq!(answer["Responses"], expected);

    let insert = "INSERT INTO \"table\" VALUE {'pk': 'c', 'sk': 1}";
    let writes = json!({"Statements": statements(&[insert, insert]), "ReturnConsumedCapacity": "TOTAL"});
    let answer = ok(&emulator, "BatchExecuteStatement", writes).await;
    let duplicate = json!({"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"});
    assert_eq!(answer["Responses"], json!([{"TableName": "table"}, {"TableName": "table", "Error": duplicate}]));
    assert_eq!(answer["ConsumedCapacity"][0]["CapacityUnits"], 1.0);
}

async fn transact(emulator: &Emulator, texts: &[&str]) -> Value {
    let answer = ask(emulator, "ExecuteTransaction", json!({"TransactStatements": statements(texts)})).await;
    let mut body: Value = serde_json::from_str(&answer.body).unwrap();
    body["status"] = answer.status.into();
    body
}

/// captured from AWS by others: floci's tests of 2026-09-17
#[tokio::test]
async fn a_transaction_writes_all_or_none() {
    let emulator = filled().await;
    let insert = |sk: u32| format!("INSERT INTO \"table\" VALUE {{'pk': 't', 'sk': {sk}}}");
    let exists = "EXISTS(SELECT * FROM \"table\" WHERE pk = 'a' AND sk = 1 AND v = 'odd')";
    let answer = transact(&emulator, &[&insert(1), exists]).await;
    assert_eq!((answer["status"].as_u64(), &answer["Responses"]), (Some(200), &json!([])));

    let answer = transact(&emulator, &[&insert(2), &insert(1)]).await;
    let message = "Transaction cancelled, please refer cancellation reasons for specific reasons [None, DuplicateItem]";
    assert_eq!(answer["Message"], message);
    assert_eq!(answer["CancellationReasons"][1]["Message"], "Duplicate primary key exists in table");
    assert_eq!(get(&emulator, "t", 2).await, None);

    let update = "UPDATE \"table\" SET n = 1 WHERE pk = 'a'";
    let missing = "DELETE FROM nobody WHERE pk = 'a'";
    for (texts, reasons) in [
        (vec![update, "DELETE FROM \"table\" WHERE pk = 'a' AND sk = 1"], ["ValidationError", "None"]),
        (vec!["DELETE FROM \"table\" WHERE pk = 'a' AND sk = 1", missing], ["None", "ResourceNotFound"]),
    ] {
        let answer = transact(&emulator, &texts).await;
        let codes: Vec<&Value> =
            answer["CancellationReasons"].as_array().unwrap().iter().map(|reason| &reason["Code"]).collect();
        assert_eq!(codes, reasons);
    }
}

/// captured from AWS by others: floci's tests of 2026-09-17
#[tokio::test]
async fn a_transaction_of_statements_is_refused_as_a_whole() {
    let emulator = filled().await;
    let (select, update) =
        ("SELECT * FROM \"table\" WHERE pk = 'a' AND sk = 1", "UPDATE \"table\" SET n = 1 WHERE pk = 'a' AND sk = 1");
    let returning = format!("{update} RETURNING ALL NEW *");
    for (texts, message) in [
        (
            vec![select, update],
            "ExecuteTransaction API does not support both read and write operations in the same request.",
        ),
        (vec![select, select], "Transaction request cannot include multiple operations on one item"),
        (
            vec![returning.as_str()],
            "Validation failed in TransactStatements[0]: RETURNING clause is not supported in ExecuteTransaction.",
        ),
        (
            vec!["SELECT * FROM \"table\" WHERE pk = 'a'"],
            "Validation failed in TransactStatements[0]: Select statements within ExecuteTransaction must specify the primary \
             key in the where clause.",
        ),
        (
            vec![update, "EXISTS(SELECT * FROM \"table\" WHERE pk = 'a' AND sk = 2)"],
            "Validation failed in TransactStatements[1]: EXISTS() must contain a single item read with additional condition",
        ),
    ] {
        let answer = transact(&emulator, &texts).await;
        assert_eq!((answer["status"].as_u64(), answer["message"].as_str()), (Some(400), Some(message)));
    }
    let answer = transact(&emulator, &[select, "SELECT v FROM \"table\" WHERE pk = 'z' AND sk = 1"]).await;
    assert_eq!(answer["Responses"][0]["Item"]["v"], json!({"S": "odd"}));
    assert_eq!(answer["Responses"][1], json!({}));
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html>
#[tokio::test]
async fn a_transaction_of_statements_is_made_once_under_its_token() {
    let emulator = filled().await;
    let input = |change: &str| {
        let text = format!("UPDATE \"table\" SET {change} WHERE pk = 'a' AND sk = 1");
        json!({"TransactStatements": [{"Statement": text}], "ClientRequestToken": "token", "ReturnConsumedCapacity": "TOTAL"})
    };
    ok(&emulator, "ExecuteTransaction", input("n = 1")).await;
    let again = ok(&emulator, "ExecuteTransaction", input("n = 1")).await;
    assert_eq!(again["ConsumedCapacity"][0]["ReadCapacityUnits"], 2.0);
    let (code, _) = refused(&emulator, "ExecuteTransaction", input("n = 2")).await;
    assert_eq!(code, "IdempotentParameterMismatchException");
}
