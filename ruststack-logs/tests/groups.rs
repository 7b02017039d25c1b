//! Groups. Recorded: logs_groups.json, 2026-02-03.

use super::*;

async fn names(emulator: &Emulator, input: Value) -> Vec<String> {
    let told = ok(emulator, "DescribeLogGroups", input).await;
    let groups = told["logGroups"].as_array().unwrap().iter();
    groups.map(|group| group["logGroupName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_group_is_described_with_both_its_arns() {
    let emulator = emulator().await;
    ok(&emulator, "CreateLogGroup", json!({"logGroupName": "/aws/a", "tags": {"env": "testing"}})).await;
    let told = ok(&emulator, "DescribeLogGroups", json!({"logGroupNamePrefix": "/aws/"})).await;
    let expected = json!({
        "arn": format!("{ARN}:log-group:/aws/a:*"), "creationTime": now(), "deletionProtectionEnabled": false,
        "logGroupArn": format!("{ARN}:log-group:/aws/a"), "logGroupClass": "STANDARD", "logGroupName": "/aws/a",
        "metricFilterCount": 0, "storedBytes": 0,
    });
    assert_eq!(told, json!({"logGroups": [expected]}));
    let summary = json!({
        "logGroupName": "/aws/a", "logGroupArn": format!("{ARN}:log-group:/aws/a"), "logGroupClass": "STANDARD",
    });
    assert_eq!(ok(&emulator, "ListLogGroups", json!({})).await, json!({"logGroups": [summary]}));
}

#[tokio::test]
async fn groups_are_found_by_prefix_pattern_class_and_identifier() {
    let emulator = emulator().await;
    for (name, class) in [("/a/One", "STANDARD"), ("/a/two", "STANDARD"), ("/b/one", "INFREQUENT_ACCESS")] {
        ok(&emulator, "CreateLogGroup", json!({"logGroupName": name, "logGroupClass": class})).await;
    }
    for (input, expected) in [
        (json!({}), vec!["/a/One", "/a/two", "/b/one"]),
        (json!({"logGroupNamePrefix": "/a/"}), vec!["/a/One", "/a/two"]),
        (json!({"logGroupNamePattern": "one"}), vec!["/a/One", "/b/one"]),
        (json!({"logGroupClass": "INFREQUENT_ACCESS"}), vec!["/b/one"]),
        (json!({"logGroupIdentifiers": ["/a/two", format!("{ARN}:log-group:/b/one")]}), vec!["/a/two", "/b/one"]),
    ] {
        assert_eq!(names(&emulator, input).await, expected);
    }
    let listed = ok(&emulator, "ListLogGroups", json!({"logGroupNamePattern": "^/b/|two"})).await;
    assert_eq!(listed["logGroups"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn lists_of_groups_have_pages() {
    let emulator = emulator().await;
    for number in 0..5 {
        ok(&emulator, "CreateLogGroup", json!({"logGroupName": format!("g{number}")})).await;
    }
    let (mut seen, mut token) = (0, None);
    loop {
        let told = ok(&emulator, "DescribeLogGroups", json!({"limit": 2, "nextToken": token})).await;
        seen += told["logGroups"].as_array().unwrap().len();
        token = told["nextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, 5);
}

#[tokio::test]
async fn a_protected_group_is_not_deleted() {
    let emulator = with_streams(&["s"]).await;
    let protect = |is_protected| json!({"logGroupIdentifier": "group", "deletionProtectionEnabled": is_protected});
    ok(&emulator, "PutLogGroupDeletionProtection", protect(true)).await;
    let (code, _) = refused(&emulator, "DeleteLogGroup", json!({"logGroupName": "group"})).await;
    assert_eq!(code, "ValidationException");
    ok(&emulator, "PutLogGroupDeletionProtection", protect(false)).await;
    ok(&emulator, "DeleteLogGroup", json!({"logGroupName": "group"})).await;
    assert!(names(&emulator, json!({})).await.is_empty());
}

#[tokio::test]
async fn tags_are_told_by_arn_and_by_name() {
    let emulator = emulator().await;
    ok(&emulator, "CreateLogGroup", json!({"logGroupName": "g", "tags": {"env": "testing1"}})).await;
    let arn = format!("{ARN}:log-group:g");
    ok(&emulator, "TagResource", json!({"resourceArn": arn, "tags": {"test1": "val1"}})).await;
    ok(&emulator, "TagLogGroup", json!({"logGroupName": "g", "tags": {"test2": "val2"}})).await;
    let expected = json!({"tags": {"env": "testing1", "test1": "val1", "test2": "val2"}});
    assert_eq!(ok(&emulator, "ListTagsLogGroup", json!({"logGroupName": "g"})).await, expected);
    assert_eq!(ok(&emulator, "ListTagsForResource", json!({"resourceArn": arn})).await, expected);
    ok(&emulator, "UntagLogGroup", json!({"logGroupName": "g", "tags": ["env"]})).await;
    ok(&emulator, "UntagResource", json!({"resourceArn": arn, "tagKeys": ["test1"]})).await;
    assert_eq!(
        ok(&emulator, "ListTagsForResource", json!({"resourceArn": arn})).await,
        json!({"tags": {"test2": "val2"}})
    );
}

#[tokio::test]
async fn settings_of_a_group_are_kept() {
    let emulator = with_streams(&[]).await;
    let key = "arn:aws:kms:us-east-1:000000000000:key/k";
    ok(&emulator, "AssociateKmsKey", json!({"logGroupName": "group", "kmsKeyId": key})).await;
    ok(&emulator, "PutRetentionPolicy", json!({"logGroupName": "group", "retentionInDays": 7})).await;
    let policy = json!({"Statement": []}).to_string();
    let input = json!({"logGroupIdentifier": "group", "policyDocument": policy});
    ok(&emulator, "PutDataProtectionPolicy", input).await;
    let told = ok(&emulator, "DescribeLogGroups", json!({})).await["logGroups"][0].clone();
    assert_eq!((&told["kmsKeyId"], &told["retentionInDays"]), (&json!(key), &json!(7)));
    assert_eq!(told["dataProtectionStatus"], "ACTIVATED");
    let kept = ok(&emulator, "GetDataProtectionPolicy", json!({"logGroupIdentifier": "group"})).await;
    assert_eq!(kept["policyDocument"], policy);
    ok(&emulator, "DisassociateKmsKey", json!({"logGroupName": "group"})).await;
    ok(&emulator, "DeleteRetentionPolicy", json!({"logGroupName": "group"})).await;
    ok(&emulator, "DeleteDataProtectionPolicy", json!({"logGroupIdentifier": "group"})).await;
    let told = ok(&emulator, "DescribeLogGroups", json!({})).await["logGroups"][0].clone();
    assert!(told["kmsKeyId"].is_null() && told["retentionInDays"].is_null() && told["dataProtectionStatus"].is_null());
}
