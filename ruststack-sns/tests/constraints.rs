//! Bad input for each operation, refused in AWS's words.

use crate::{TOPIC, emulator, ok, refused};

#[tokio::test]
async fn what_an_operation_needs_is_asked_for() {
    let emulator = emulator().await;
    let null = |path: &str| {
        format!(
            "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null"
        )
    };
    for (action, parameters, path) in [
        ("CheckIfPhoneNumberIsOptedOut", &[][..], "phoneNumber"),
        ("ConfirmSubscription", &[("TopicArn", TOPIC)], "token"),
        ("CreatePlatformApplication", &[("Name", "a"), ("Platform", "GCM")], "attributes"),
        ("CreatePlatformEndpoint", &[("PlatformApplicationArn", "x")], "token"),
        ("CreateSMSSandboxPhoneNumber", &[], "phoneNumber"),
        ("CreateTopic", &[], "name"),
        ("DeleteEndpoint", &[], "endpointArn"),
        ("DeletePlatformApplication", &[], "platformApplicationArn"),
        ("DeleteSMSSandboxPhoneNumber", &[], "phoneNumber"),
        ("DeleteTopic", &[], "topicArn"),
        ("GetDataProtectionPolicy", &[], "resourceArn"),
        ("GetEndpointAttributes", &[], "endpointArn"),
        ("GetPlatformApplicationAttributes", &[], "platformApplicationArn"),
        ("GetSubscriptionAttributes", &[], "subscriptionArn"),
        ("GetTopicAttributes", &[], "topicArn"),
        ("ListEndpointsByPlatformApplication", &[], "platformApplicationArn"),
        ("ListSubscriptionsByTopic", &[], "topicArn"),
        ("ListTagsForResource", &[], "resourceArn"),
        ("OptInPhoneNumber", &[], "phoneNumber"),
        ("Publish", &[("TopicArn", TOPIC)], "message"),
        ("PublishBatch", &[("TopicArn", TOPIC)], "publishBatchRequestEntries"),
        ("PutDataProtectionPolicy", &[("ResourceArn", TOPIC)], "dataProtectionPolicy"),
        ("RemovePermission", &[("TopicArn", TOPIC)], "label"),
        ("SetEndpointAttributes", &[("EndpointArn", "x")], "attributes"),
        (
            "SetPlatformApplicationAttributes",
            &[("PlatformApplicationArn", "arn:aws:sns:us-east-1:000000000000:app/GCM/a")],
            "attributes",
        ),
        ("SetSMSAttributes", &[], "attributes"),
        ("SetSubscriptionAttributes", &[("SubscriptionArn", "x")], "attributeName"),
        ("SetTopicAttributes", &[("TopicArn", TOPIC)], "attributeName"),
        ("Subscribe", &[("TopicArn", TOPIC)], "protocol"),
        ("TagResource", &[("ResourceArn", TOPIC)], "tags"),
        ("UntagResource", &[("ResourceArn", TOPIC)], "tagKeys"),
        ("VerifySMSSandboxPhoneNumber", &[("PhoneNumber", "+12345678")], "oneTimePassword"),
    ] {
        let refusal = refused(&emulator, action, parameters).await;
        assert_eq!(refusal, (400, "ValidationError".to_owned(), null(path)), "{action}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let emulator = emulator().await;
    let application = "arn:aws:sns:us-east-1:000000000000:app/GCM/none";
    let endpoint = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/none/f81d4fae";
    let subscription = &format!("{TOPIC}:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    let enabled = [("Attributes.entry.1.key", "Enabled"), ("Attributes.entry.1.value", "true")];
    let with = |one: (&'static str, &'static str)| [one, enabled[0], enabled[1]];
    for (action, parameters, what) in [
        ("GetTopicAttributes", vec![("TopicArn", TOPIC)], "Topic"),
        ("Publish", vec![("TopicArn", TOPIC), ("Message", "x")], "Topic"),
        ("Subscribe", vec![("TopicArn", TOPIC), ("Protocol", "sms"), ("Endpoint", "+1234567")], "Topic"),
        ("ListSubscriptionsByTopic", vec![("TopicArn", TOPIC)], "Topic"),
        ("GetDataProtectionPolicy", vec![("ResourceArn", TOPIC)], "Topic"),
        ("RemovePermission", vec![("TopicArn", TOPIC), ("Label", "x")], "Topic"),
        ("GetSubscriptionAttributes", vec![("SubscriptionArn", subscription)], "Subscription"),
        (
            "SetSubscriptionAttributes",
            vec![("SubscriptionArn", subscription), ("AttributeName", "FilterPolicy"), ("AttributeValue", "")],
            "Subscription",
        ),
        ("GetPlatformApplicationAttributes", vec![("PlatformApplicationArn", application)], "PlatformApplication"),
        (
            "SetPlatformApplicationAttributes",
            with(("PlatformApplicationArn", application)).to_vec(),
            "PlatformApplication",
        ),
        ("ListEndpointsByPlatformApplication", vec![("PlatformApplicationArn", application)], "PlatformApplication"),
        (
            "CreatePlatformEndpoint",
            vec![("PlatformApplicationArn", application), ("Token", "x")],
            "PlatformApplication",
        ),
        ("GetEndpointAttributes", vec![("EndpointArn", endpoint)], "Endpoint"),
        ("SetEndpointAttributes", with(("EndpointArn", endpoint)).to_vec(), "Endpoint"),
    ] {
        let refusal = refused(&emulator, action, &parameters).await;
        assert_eq!(refusal, (404, "NotFound".to_owned(), format!("{what} does not exist")), "{action}");
    }
}

#[tokio::test]
async fn values_that_cannot_be_are_refused() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let arn_reason = "Reason: An ARN must have at least 6 elements, not 1";
    let (long, longest) = ("x".repeat(262_145), "x".repeat(262_144));
    for (action, parameters, message) in [
        (
            "Publish",
            vec![("Message", "x")],
            "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
        ),
        ("Publish", vec![("TopicArn", "x"), ("Message", "x")], &format!("Invalid parameter: TopicArn {arn_reason}")),
        ("Publish", vec![("TopicArn", TOPIC), ("Message", "")], "Invalid parameter: Empty message"),
        ("Publish", vec![("TopicArn", TOPIC), ("Message", &long)], "Invalid parameter: Message too long"),
        (
            "Publish",
            vec![("PhoneNumber", "+1a234"), ("Message", "x")],
            "Invalid parameter: PhoneNumber Reason: +1a234 is not valid to publish to",
        ),
        (
            "OptInPhoneNumber",
            vec![("phoneNumber", "invalid")],
            "Invalid parameter: PhoneNumber Reason: input incorrectly formatted",
        ),
        (
            "CheckIfPhoneNumberIsOptedOut",
            vec![("phoneNumber", "x")],
            "Invalid parameter: PhoneNumber Reason: input incorrectly formatted",
        ),
        ("ListSubscriptions", vec![("NextToken", "x")], "Invalid parameter: NextToken"),
        ("ListPlatformApplications", vec![("NextToken", "x")], "Invalid parameter: NextToken"),
        ("ListPhoneNumbersOptedOut", vec![("nextToken", "x")], "Invalid parameter: NextToken"),
        ("DeleteEndpoint", vec![("EndpointArn", "x")], &format!("Invalid parameter: EndpointArn {arn_reason}")),
        (
            "DeletePlatformApplication",
            vec![("PlatformApplicationArn", "x")],
            &format!("Invalid parameter: PlatformApplicationArn {arn_reason}"),
        ),
        (
            "GetEndpointAttributes",
            vec![("EndpointArn", "arn:aws:sns:us-east-1:000000000000:x")],
            "Invalid parameter: EndpointArn Reason: Wrong number of slashes in relative portion of the ARN.",
        ),
        (
            "PutDataProtectionPolicy",
            vec![("ResourceArn", TOPIC), ("DataProtectionPolicy", "[]")],
            "Invalid parameter: DataProtectionPolicy",
        ),
        (
            "SetSMSAttributes",
            vec![("attributes.entry.1.key", "x"), ("attributes.entry.1.value", "x")],
            "x is not a valid attribute",
        ),
    ] {
        let refusal = refused(&emulator, action, &parameters).await;
        assert_eq!(refusal, (400, "InvalidParameter".to_owned(), message.to_owned()), "{action}");
    }
    ok(&emulator, "Publish", &[("TopicArn", TOPIC), ("Message", &longest)]).await;
}

/// Recorded: test_publish_batch_exceptions, test_publish_batch_invalid_entry_id, test_publish_batch_too_long_message.
#[tokio::test]
async fn batches_that_cannot_be_are_refused() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let batch = |ids: &[&str], text: &str| {
        let mut parameters = vec![("TopicArn".to_owned(), TOPIC.to_owned())];
        for (index, id) in ids.iter().enumerate() {
            let entry = format!("PublishBatchRequestEntries.member.{}", index + 1);
            parameters.push((format!("{entry}.Id"), (*id).to_owned()));
            parameters.push((format!("{entry}.Message"), text.to_owned()));
        }
        parameters
    };
    let eleven = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
    let (long_id, half) = ("a".repeat(81), "x".repeat(131_073));
    for (parameters, code, message) in [
        (
            batch(&eleven, "x"),
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        ),
        (
            batch(&["1", "1"], "x"),
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        ),
        (
            batch(&["message.id"], "x"),
            "InvalidBatchEntryId",
            "The Id of a batch entry in the batch request contains an impermissible character: message.id",
        ),
        (
            batch(&[&long_id], "x"),
            "InvalidBatchEntryId",
            &format!("The Id of a batch entry in the batch request is too long: {long_id}"),
        ),
        (
            batch(&["1", "2"], &half),
            "BatchRequestTooLong",
            "The length of all the messages put together is more than the limit.",
        ),
    ] {
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let refusal = refused(&emulator, "PublishBatch", &parameters).await;
        assert_eq!(refusal, (400, code.to_owned(), message.to_owned()));
    }
}
