//! Buses and their policies.

use super::*;

#[tokio::test]
async fn a_bus_is_told_as_it_was_made() {
    let emulator = emulator().await;
    let arn = "arn:aws:events:us-east-1:000000000000:event-bus/own";
    let made = ok(&emulator, "CreateEventBus", json!({"Name": "own", "Description": "test bus"})).await;
    assert_eq!(made, json!({"EventBusArn": arn, "Description": "test bus"}));
    let told = json!({
        "Name": "own", "Arn": arn, "Description": "test bus", "CreationTime": 1_792_567_680, "LastModifiedTime": 1_792_567_680,
    });
    assert_eq!(ok(&emulator, "DescribeEventBus", json!({"Name": arn})).await, told);
    let listed = ok(&emulator, "ListEventBuses", json!({"NamePrefix": "o"})).await;
    assert_eq!(listed, json!({"EventBuses": [told]}));
    let all = ok(&emulator, "ListEventBuses", json!({"Limit": 1})).await;
    assert_eq!(all["EventBuses"][0]["Name"], "default");
    let rest = ok(&emulator, "ListEventBuses", json!({"NextToken": all["NextToken"]})).await;
    assert_eq!((&rest["EventBuses"][0]["Name"], &rest["NextToken"]), (&json!("own"), &Value::Null));
    let updated = ok(&emulator, "UpdateEventBus", json!({"Name": "own", "Description": "other"})).await;
    assert_eq!(updated, json!({"Name": "own", "Arn": arn, "Description": "other"}));
    ok(&emulator, "DeleteEventBus", json!({"Name": "own"})).await;
    ok(&emulator, "DeleteEventBus", json!({"Name": "own"})).await;
    let gone = refused(&emulator, "DescribeEventBus", json!({"Name": "own"})).await;
    assert_eq!(gone, ("ResourceNotFoundException".to_owned(), "Event bus own does not exist.".to_owned()));
}

/// Recorded: test_put_permission, test_remove_permission, 2024.
#[tokio::test]
async fn permissions_come_and_go() {
    let emulator = emulator().await;
    let permit =
        |id: &str, principal: &str| json!({"Action": "events:PutEvents", "Principal": principal, "StatementId": id});
    let policy = || async {
        let bus = ok(&emulator, "DescribeEventBus", json!({})).await;
        bus["Policy"].as_str().map(|policy| serde_json::from_str::<Value>(policy).unwrap())
    };
    ok(&emulator, "PutPermission", permit("one", "000000000042")).await;
    ok(&emulator, "PutPermission", permit("two", "*")).await;
    let statement = |id: &str, principal: Value| {
        json!({
            "Sid": id, "Effect": "Allow", "Principal": principal, "Action": "events:PutEvents",
            "Resource": "arn:aws:events:us-east-1:000000000000:event-bus/default",
        })
    };
    let one = statement("one", json!({"AWS": "arn:aws:iam::000000000042:root"}));
    let both = json!({"Version": "2012-10-17", "Statement": [one, statement("two", json!("*"))]});
    assert_eq!(policy().await, Some(both));
    ok(&emulator, "RemovePermission", json!({"StatementId": "two"})).await;
    assert_eq!(policy().await, Some(json!({"Version": "2012-10-17", "Statement": [one]})));
    let unknown = refused(&emulator, "RemovePermission", json!({"StatementId": "two"})).await;
    assert_eq!(unknown.1, "Statement with the provided id does not exist.");
    ok(&emulator, "RemovePermission", json!({"RemoveAllPermissions": true})).await;
    assert_eq!(policy().await, None);
    let whole = json!({"Version": "2012-10-17", "Statement": [{"Sid": "x", "Effect": "Deny"}]});
    ok(&emulator, "PutPermission", json!({"Policy": whole.to_string()})).await;
    assert_eq!(policy().await, Some(whole));
}

#[tokio::test]
async fn conditions_of_permissions_are_kept() {
    let emulator = emulator().await;
    let condition = json!({"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890"});
    let permission = json!({
        "Action": "events:PutEvents", "Principal": "*", "StatementId": "org", "Condition": condition,
    });
    ok(&emulator, "PutPermission", permission).await;
    let bus = ok(&emulator, "DescribeEventBus", json!({})).await;
    let condition = r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}"#;
    assert!(bus["Policy"].as_str().unwrap().contains(condition));
}
