//! What outlives the process.

use super::{
    subscriptions::{data, filter},
    *,
};

async fn told(emulator: &Emulator) -> Vec<Value> {
    let mut told = Vec::new();
    for (operation, input) in [
        ("DescribeLogGroups", json!({})),
        ("DescribeLogStreams", json!({"logGroupName": "group"})),
        ("FilterLogEvents", json!({"logGroupName": "group"})),
        ("DescribeSubscriptionFilters", json!({"logGroupName": "group"})),
        ("DescribeMetricFilters", json!({})),
        ("ListTagsLogGroup", json!({"logGroupName": "group"})),
        ("DescribeResourcePolicies", json!({})),
        ("DescribeDestinations", json!({})),
        ("DescribeDeliverySources", json!({})),
        ("DescribeDeliveryDestinations", json!({})),
        ("DescribeDeliveries", json!({})),
        ("DescribeQueryDefinitions", json!({})),
    ] {
        told.push(ok(emulator, operation, input).await);
    }
    told
}

async fn fill(emulator: &Emulator) {
    make_streams(emulator, &["a", "b", "gone"]).await;
    let transformation = json!({"metricName": "m", "metricNamespace": "n", "metricValue": "1"});
    let metric = json!({
        "logGroupName": "group", "filterName": "f", "filterPattern": "x", "metricTransformations": [transformation],
    });
    let bucket = json!({"destinationResourceArn": "arn:aws:s3:::bucket"});
    let delivery = json!({
        "deliverySourceName": "source", "deliveryDestinationArn": format!("{ARN}:delivery-destination:to"),
    });
    for (operation, input) in [
        ("PutSubscriptionFilter", filter("test", "")),
        ("PutMetricFilter", metric),
        ("TagLogGroup", json!({"logGroupName": "group", "tags": {"a": "b"}})),
        ("PutResourcePolicy", json!({"policyName": "p", "policyDocument": "{}"})),
        (
            "PutDestination",
            json!({"destinationName": "d", "targetArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s", "roleArn": "arn:aws:iam::000000000000:role/r"}),
        ),
        (
            "PutDeliverySource",
            json!({"name": "source", "resourceArn": "arn:aws:cloudfront::000000000000:distribution/E", "logType": "ACCESS_LOGS"}),
        ),
        ("PutDeliveryDestination", json!({"name": "to", "deliveryDestinationConfiguration": bucket})),
        ("CreateDelivery", delivery),
        ("PutQueryDefinition", json!({"name": "q", "queryString": "fields @message"})),
        ("DeleteLogStream", json!({"logGroupName": "group", "logStreamName": "gone"})),
    ] {
        ok(emulator, operation, input).await;
    }
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let function = Arc::default();
    let emulator = kept_in(folder.path(), NOW, &function).await;
    fill(&emulator).await;
    put(&emulator, "a", &[(0, "0"), (2, "2")]).await;
    put(&emulator, "b", &[(1, "1")]).await;
    let before = told(&emulator).await;
    drop(emulator);
    let emulator = kept_in(folder.path(), NOW, &function).await;
    assert_eq!(told(&emulator).await, before);
    put(&emulator, "b", &[(3, "3")]).await;
    let told = ok(&emulator, "FilterLogEvents", json!({"logGroupName": "group"})).await;
    assert_eq!(messages(&told), ["0", "1", "2", "3"]);
    let ids =
        |told: &Value| told["events"].as_array().unwrap().iter().map(|e| e["eventId"].to_string()).collect::<Vec<_>>();
    let mut distinct = ids(&told);
    distinct.dedup();
    assert_eq!(distinct.len(), 4);
}

/// The process ends between the answer to PutLogEvents and the delivery.
#[tokio::test]
async fn acknowledged_events_reach_the_function_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let function = Arc::default();
    let emulator = Emulator::kept_in(folder.path(), |_| services(&function));
    make_streams(&emulator, &["s"]).await;
    ok(&emulator, "PutSubscriptionFilter", filter("test", "")).await;
    put(&emulator, "s", &[(0, "kept")]).await;
    assert!(data(&function).is_empty());
    drop(emulator);
    let emulator = kept_in(folder.path(), NOW, &function).await;
    emulator.settle().await;
    assert_eq!(data(&function)[0]["logEvents"][0]["message"], "kept");
}
