//! Topics: created, described, listed, tagged, deleted.

use crate::{TOPIC, ask_as, attribute, element, emulator, entries, ok, refused};

/// Recorded: test_create_topic_test_arn, test_create_topic_with_attributes.
#[tokio::test]
async fn a_topic_has_awss_attributes() {
    let emulator = emulator().await;
    let created = ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    assert_eq!(element(&created, "TopicArn"), TOPIC);
    let told = ok(&emulator, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    let policy = attribute(&told, "Policy").unwrap();
    assert!(policy.contains(r#""Condition":{"StringEquals":{"AWS:SourceOwner":"000000000000"}}"#), "{policy}");
    for (name, value) in [
        ("Owner", Some("000000000000")),
        ("SubscriptionsConfirmed", Some("0")),
        ("SubscriptionsPending", Some("0")),
        ("SubscriptionsDeleted", Some("0")),
        ("FifoTopic", None),
        ("DeliveryPolicy", None),
    ] {
        assert_eq!(attribute(&told, name).as_deref(), value, "{name}");
    }
    assert!(told.body.contains("<key>DisplayName</key><value"), "{}", told.body);
    assert!(
        attribute(&told, "EffectiveDeliveryPolicy").unwrap().starts_with(r#"{"http":{"defaultHealthyRetryPolicy""#)
    );
}

/// Recorded: test_create_topic_different_attrs, test_create_duplicate_topic_with_more_tags.
#[tokio::test]
async fn creating_a_topic_again_finds_it_unless_something_differs() {
    let emulator = emulator().await;
    let create = async |parameters: &[(&str, &str)]| {
        let all: Vec<_> = [("Name", "topic")].iter().chain(parameters).copied().collect();
        refused(&emulator, "CreateTopic", &all).await
    };
    let name = ("Attributes.entry.1.key", "DisplayName");
    assert_eq!(create(&[name, ("Attributes.entry.1.value", "one")]).await.0, 200);
    assert_eq!(create(&[]).await.0, 200);
    let other = create(&[name, ("Attributes.entry.1.value", "two")]).await;
    let reason = "Invalid parameter: Attributes Reason: Topic already exists with different attributes";
    assert_eq!(other, (400, "InvalidParameter".to_owned(), reason.to_owned()));
    let tagged = create(&[("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]).await;
    assert_eq!(tagged.2, "Invalid parameter: Tags Reason: Topic already exists with different tags");
}

#[tokio::test]
async fn attributes_are_set_and_an_empty_value_restores_the_default() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let set = async |name: &str, value: &str| {
        let parameters = [("TopicArn", TOPIC), ("AttributeName", name), ("AttributeValue", value)];
        refused(&emulator, "SetTopicAttributes", &parameters).await
    };
    let policy = r#"{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}"#;
    assert_eq!(set("DeliveryPolicy", policy).await.0, 200);
    let told = ok(&emulator, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    assert!(attribute(&told, "DeliveryPolicy").unwrap().contains("\"disableSubscriptionOverrides\":false"));
    assert_eq!(set("DeliveryPolicy", "").await.0, 200);
    let told = ok(&emulator, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    assert_eq!(attribute(&told, "DeliveryPolicy"), None);
    assert_eq!(set("FifoTopic", "false").await.2, "Invalid parameter: AttributeName");
}

#[tokio::test]
async fn topics_are_listed_in_pages_of_a_hundred() {
    let emulator = emulator().await;
    for number in 0..101 {
        ok(&emulator, "CreateTopic", &[("Name", &format!("topic-{number:03}"))]).await;
    }
    let first = ok(&emulator, "ListTopics", &[]).await;
    assert_eq!(first.body.matches("<TopicArn>").count(), 100);
    let token = element(&first, "NextToken");
    let second = ok(&emulator, "ListTopics", &[("NextToken", &token)]).await;
    assert_eq!((element(&second, "TopicArn"), second.element("NextToken")), (format!("{TOPIC}-100"), None));
    assert_eq!(refused(&emulator, "ListTopics", &[("NextToken", "x")]).await.2, "Invalid parameter: NextToken");
}

/// Recorded: test_tags, test_tags_removed_after_deletion, test_delete_topic_idempotency.
#[tokio::test]
async fn tags_go_with_their_topic() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let tag = |number: u32, part: &str| format!("Tags.member.{number}.{part}");
    let (key, value) = (tag(1, "Key"), tag(1, "Value"));
    for given in ["one", "two"] {
        ok(&emulator, "TagResource", &[("ResourceArn", TOPIC), (&key, "a"), (&value, given)]).await;
    }
    let twice =
        [("ResourceArn", TOPIC), (&*key, "a"), (&*value, "b"), (&*tag(2, "Key"), "a"), (&*tag(2, "Value"), "b")];
    let refusal = refused(&emulator, "TagResource", &twice).await;
    assert_eq!(refusal.2, "Invalid parameter: Duplicated keys are not allowed.");
    let told = ok(&emulator, "ListTagsForResource", &[("ResourceArn", TOPIC)]).await;
    assert!(told.body.contains("<Tags><member><Key>a</Key><Value>two</Value></member></Tags>"), "{}", told.body);
    ok(&emulator, "UntagResource", &[("ResourceArn", TOPIC), ("TagKeys.member.1", "a")]).await;
    for _ in 0..2 {
        ok(&emulator, "DeleteTopic", &[("TopicArn", TOPIC)]).await;
    }
    let gone = refused(&emulator, "ListTagsForResource", &[("ResourceArn", TOPIC)]).await;
    assert_eq!(gone, (404, "ResourceNotFound".to_owned(), "Resource does not exist".to_owned()));
}

/// Recorded: test_topic_add_permission, test_topic_remove_permission, test_data_protection_policy_crud.
#[tokio::test]
async fn policies_are_kept_and_shown() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let parameters = [
        ("TopicArn", TOPIC),
        ("Label", "test"),
        ("AWSAccountId.member.1", "111111111111"),
        ("ActionName.member.1", "Publish"),
    ];
    ok(&emulator, "AddPermission", &parameters).await;
    assert_eq!(refused(&emulator, "AddPermission", &parameters).await.2, "Invalid parameter: Statement already exists");
    let policy = async || {
        let told = ok(&emulator, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
        attribute(&told, "Policy").unwrap()
    };
    assert!(policy().await.contains("\"Sid\":\"test\""));
    ok(&emulator, "RemovePermission", &[("TopicArn", TOPIC), ("Label", "test")]).await;
    assert!(!policy().await.contains("\"Sid\":\"test\""));
    let document = r#"{"Name":"p","Version":"2021-06-01","Statement":[]}"#;
    let put = [("ResourceArn", TOPIC), ("DataProtectionPolicy", document)];
    ok(&emulator, "PutDataProtectionPolicy", &put).await;
    let told = ok(&emulator, "GetDataProtectionPolicy", &[("ResourceArn", TOPIC)]).await;
    assert_eq!(element(&told, "DataProtectionPolicy"), document);
}

/// Recorded: test_cross_region_access, 2025-05-28. That other accounts may is LocalStack's, where nobody enforces policies.
#[tokio::test]
async fn a_topic_is_its_regions_and_open_to_other_accounts() {
    let emulator = emulator().await;
    let arn = TOPIC.replace("us-east-1", "eu-west-1");
    for action in ["GetTopicAttributes", "DeleteTopic", "ListSubscriptionsByTopic"] {
        let refusal = refused(&emulator, action, &[("TopicArn", &arn)]).await;
        assert_eq!(refusal, (400, "InvalidParameter".to_owned(), "Invalid parameter: TopicArn".to_owned()), "{action}");
    }
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let told = ask_as(&emulator, "000000000042", "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    assert_eq!(attribute(&told, "Owner").as_deref(), Some("000000000000"));
}

#[tokio::test]
async fn a_fifo_topic_says_so() {
    let emulator = emulator().await;
    let attributes = entries(&[("FifoTopic", "true")]);
    let mut parameters = vec![("Name", "topic.fifo")];
    parameters.extend(attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let arn = element(&ok(&emulator, "CreateTopic", &parameters).await, "TopicArn");
    let told = ok(&emulator, "GetTopicAttributes", &[("TopicArn", &arn)]).await;
    assert_eq!(attribute(&told, "FifoTopic").as_deref(), Some("true"));
    assert_eq!(attribute(&told, "ContentBasedDeduplication").as_deref(), Some("false"));
}
