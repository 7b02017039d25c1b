//! Resource policies, destinations, deliveries. Recorded: logs_resource_policies.json, logs_destinations.json,
//! logs_delivery.json, 2026-02-04 to 2026-02-06.

use super::*;

#[tokio::test]
async fn there_are_ten_resource_policies() {
    let emulator = emulator().await;
    let policy = |name: &str| json!({"policyName": name, "policyDocument": "{\"Version\":\"2012-10-17\"}"});
    for number in 0..10 {
        ok(&emulator, "PutResourcePolicy", policy(&format!("p{number}"))).await;
    }
    let put = ok(&emulator, "PutResourcePolicy", policy("p0")).await;
    let expected = json!({
        "lastUpdatedTime": now(), "policyDocument": "{\"Version\":\"2012-10-17\"}", "policyName": "p0",
        "policyScope": "ACCOUNT",
    });
    assert_eq!(put, json!({"resourcePolicy": expected}));
    let (code, message) = refused(&emulator, "PutResourcePolicy", policy("more")).await;
    assert_eq!((code.as_str(), message.as_str()), ("LimitExceededException", "Resource limit exceeded."));
    ok(&emulator, "DeleteResourcePolicy", json!({"policyName": "p0"})).await;
    let (_, message) = refused(&emulator, "DeleteResourcePolicy", json!({"policyName": "p0"})).await;
    assert_eq!(message, "Policy with name [p0] does not exist.");
}

#[tokio::test]
async fn a_destination_keeps_its_policy_when_it_is_put_again() {
    let emulator = emulator().await;
    let stream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    let role = "arn:aws:iam::000000000000:role/r";
    let input = json!({"destinationName": "d", "targetArn": stream, "roleArn": role});
    let put = ok(&emulator, "PutDestination", input.clone()).await;
    let mut expected = json!({
        "arn": format!("{ARN}:destination:d"), "creationTime": now(), "destinationName": "d", "roleArn": role,
        "targetArn": stream,
    });
    assert_eq!(put, json!({"destination": expected}));
    ok(&emulator, "PutDestinationPolicy", json!({"destinationName": "d", "accessPolicy": "{}"})).await;
    ok(&emulator, "PutDestination", input).await;
    expected["accessPolicy"] = json!("{}");
    let told = ok(&emulator, "DescribeDestinations", json!({"DestinationNamePrefix": "d"})).await;
    assert_eq!(told, json!({"destinations": [expected]}));
    let arn = format!("{ARN}:destination:d");
    ok(&emulator, "TagResource", json!({"resourceArn": arn, "tags": {"key1": "val1", "key2": "val2"}})).await;
    ok(&emulator, "UntagResource", json!({"resourceArn": arn, "tagKeys": ["key2"]})).await;
    let tags = ok(&emulator, "ListTagsForResource", json!({"resourceArn": arn})).await;
    assert_eq!(tags, json!({"tags": {"key1": "val1"}}));
    ok(&emulator, "DeleteDestination", json!({"destinationName": "d"})).await;
    assert_eq!(ok(&emulator, "DescribeDestinations", json!({})).await, json!({"destinations": []}));
}

#[tokio::test]
async fn a_delivery_leads_from_a_source_to_a_destination() {
    let emulator = emulator().await;
    let resource = "arn:aws:cloudfront::000000000000:distribution/E1Q5F5862X9VJ5";
    let source =
        json!({"name": "source", "resourceArn": resource, "logType": "ACCESS_LOGS", "tags": {"key1": "value1"}});
    let put = ok(&emulator, "PutDeliverySource", source).await;
    let expected = json!({
        "arn": format!("{ARN}:delivery-source:source"), "logType": "ACCESS_LOGS", "name": "source",
        "resourceArns": [resource], "service": "cloudfront", "tags": {"key1": "value1"},
    });
    assert_eq!(put["deliverySource"], expected);
    let destination = json!({
        "name": "to", "outputFormat": "json", "tags": {"a": "b"},
        "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::bucket"},
    });
    let put = ok(&emulator, "PutDeliveryDestination", destination).await;
    let expected = json!({
        "arn": format!("{ARN}:delivery-destination:to"), "deliveryDestinationType": "S3", "name": "to",
        "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::bucket"}, "outputFormat": "json",
    });
    assert_eq!(put["deliveryDestination"], expected);
    let delivery = json!({
        "deliverySourceName": "source", "deliveryDestinationArn": format!("{ARN}:delivery-destination:to"),
    });
    let made = ok(&emulator, "CreateDelivery", delivery).await["delivery"].clone();
    assert_eq!(made["recordFields"].as_array().unwrap().len(), 33);
    assert_eq!(made["s3DeliveryConfiguration"]["suffixPath"], "AWSLogs/{account-id}/CloudFront/");
    let id = json!({"id": made["id"]});
    assert_eq!(ok(&emulator, "GetDelivery", id.clone()).await["delivery"], made);
    ok(&emulator, "DeleteDelivery", id.clone()).await;
    let (_, message) = refused(&emulator, "GetDelivery", id).await;
    assert_eq!(message, "Requested Delivery does not exist in this account.");
}

#[tokio::test]
async fn deliveries_are_refused_in_other_words() {
    let emulator = emulator().await;
    for (operation, input, code, message) in [
        (
            "PutDeliveryDestination",
            json!({"name": "to", "outputFormat": "foobar"}),
            "ValidationException",
            "1 validation error detected: Value 'foobar' at 'outputFormat' failed to satisfy constraint: Member must \
             satisfy enum value set: [w3c, raw, json, plain, parquet]",
        ),
        (
            "PutDeliverySource",
            json!({"name": "s", "resourceArn": "arn:aws:s3:::bucket", "logType": "ACCESS_LOGS"}),
            "ResourceNotFoundException",
            "Cannot access provided service.",
        ),
        (
            "GetDeliverySource",
            json!({"name": "s"}),
            "ResourceNotFoundException",
            "Requested Delivery Source does not exist in this account.",
        ),
        (
            "DeleteDeliveryDestination",
            json!({"name": "s"}),
            "ResourceNotFoundException",
            "Requested Delivery Destination does not exist in this account.",
        ),
    ] {
        let refused = refused(&emulator, operation, input).await;
        assert_eq!(refused, (code.to_owned(), message.to_owned()));
    }
}
