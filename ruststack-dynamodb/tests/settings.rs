//! What is set about tables by operations of its own: policies, insights, automatic scaling.

use serde_json::{Value, json};

use crate::{at_table, ok, refused, with_table};

const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/table";

fn policy(sid: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": sid, "Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": ARN,
        }],
    })
    .to_string()
}

fn arn(emulator_account: &str) -> String {
    ARN.replace("000000000000", emulator_account)
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html>
#[tokio::test]
async fn a_policy_is_kept_as_it_was_given_with_a_revision() {
    let emulator = with_table().await;
    let arn = arn(ruststack_testkit::ACCOUNT);
    let at = |more: Value| {
        let mut input = json!({"ResourceArn": arn});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    assert_eq!(refused(&emulator, "GetResourcePolicy", at(json!({}))).await.0, "PolicyNotFoundException");
    let none = at(json!({"Policy": policy("one"), "ExpectedRevisionId": "NO_POLICY"}));
    let first = ok(&emulator, "PutResourcePolicy", none.clone()).await["RevisionId"].clone();
    assert_eq!(refused(&emulator, "PutResourcePolicy", none).await.0, "PolicyNotFoundException");
    let second = at(json!({"Policy": policy("two"), "ExpectedRevisionId": first}));
    let second = ok(&emulator, "PutResourcePolicy", second).await["RevisionId"].clone();
    assert_ne!(first, second);
    let told = ok(&emulator, "GetResourcePolicy", at(json!({}))).await;
    assert_eq!(told, json!({"Policy": policy("two"), "RevisionId": second}));
    let other = at(json!({"ExpectedRevisionId": first}));
    assert_eq!(refused(&emulator, "DeleteResourcePolicy", other).await.0, "PolicyNotFoundException");
    assert_eq!(ok(&emulator, "DeleteResourcePolicy", at(json!({}))).await, json!({"RevisionId": second}));
    assert_eq!(ok(&emulator, "DeleteResourcePolicy", at(json!({}))).await, json!({}));
    let (code, _) = refused(&emulator, "PutResourcePolicy", at(json!({"Policy": "{}"}))).await;
    assert_eq!(code, "ValidationException");
    let nobody = json!({"ResourceArn": arn.replace("table/table", "table/nobody")});
    assert_eq!(refused(&emulator, "GetResourcePolicy", nobody).await.0, "ResourceNotFoundException");
}

/// recorded: test_dynamodb_describe_contributor_insights, 2025-10-08; documented of the rest
#[tokio::test]
async fn insights_are_off_until_they_are_switched_on() {
    let emulator = with_table().await;
    let told = ok(&emulator, "DescribeContributorInsights", at_table(json!({}))).await;
    assert_eq!(told, json!({"ContributorInsightsStatus": "DISABLED", "TableName": "table"}));
    let enable = at_table(json!({"ContributorInsightsAction": "ENABLE"}));
    let told = ok(&emulator, "UpdateContributorInsights", enable).await;
    assert_eq!(told["ContributorInsightsStatus"], "ENABLING");
    let told = ok(&emulator, "DescribeContributorInsights", at_table(json!({}))).await;
    assert_eq!(told["ContributorInsightsStatus"], "ENABLED");
    assert_eq!(told["ContributorInsightsRuleList"].as_array().unwrap().len(), 4);
    let listed = ok(&emulator, "ListContributorInsights", json!({})).await;
    assert_eq!(listed["ContributorInsightsSummaries"][0]["TableName"], "table");
    for more in [json!({"IndexName": "nobody"}), json!({"TableName": "nobody"})] {
        let mut input = at_table(json!({}));
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(refused(&emulator, "DescribeContributorInsights", input).await.0, "ResourceNotFoundException");
    }
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html>
#[tokio::test]
async fn automatic_scaling_is_kept_by_region() {
    let emulator = with_table().await;
    ok(&emulator, "UpdateTable", at_table(json!({"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}))).await;
    let input = at_table(json!({
        "ProvisionedWriteCapacityAutoScalingUpdate": {"MinimumUnits": 1, "MaximumUnits": 10},
        "ReplicaUpdates": [{
            "RegionName": "eu-west-1",
            "ReplicaProvisionedReadCapacityAutoScalingUpdate": {"MinimumUnits": 2, "MaximumUnits": 20},
        }],
    }));
    ok(&emulator, "UpdateTableReplicaAutoScaling", input).await;
    let told = ok(&emulator, "DescribeTableReplicaAutoScaling", at_table(json!({}))).await;
    let replicas = &told["TableAutoScalingDescription"]["Replicas"];
    assert_eq!(replicas[0]["ReplicaProvisionedWriteCapacityAutoScalingSettings"]["MaximumUnits"], 10);
    assert_eq!(replicas[1]["ReplicaProvisionedReadCapacityAutoScalingSettings"]["MinimumUnits"], 2);
    let nowhere = at_table(json!({"ReplicaUpdates": [{"RegionName": "sa-east-1"}]}));
    assert_eq!(refused(&emulator, "UpdateTableReplicaAutoScaling", nowhere).await.0, "ValidationException");
}
