//! Who may do what with a queue, where identities are held to policies.

use ruststack_auth::Authorizer;
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Payload, Sender},
};
use ruststack_sqs::Sqs;
use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::{Value, json};

use crate::{ask, at_queue, config, ok, with_queue};

const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:queue";
const OTHER: &str = "000000000002";

async fn held_to_policies(policy: Option<Value>) -> Emulator {
    let emulator = Emulator::of(|keys| vec![Sqs::new(config(), Some(Authorizer::new(keys.clone())))]);
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue"})).await;
    if let Some(policy) = policy {
        ok(&emulator, "SetQueueAttributes", at_queue(json!({"Attributes": {"Policy": policy.to_string()}}))).await;
    }
    emulator
}

fn policy(effect: &str, principal: impl Into<Value>, actions: impl Into<Value>) -> Value {
    let (principal, actions) = (principal.into(), actions.into());
    let statement = json!({"Effect": effect, "Principal": principal, "Action": actions, "Resource": ARN});
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

/// Asks for the queue as another account's root.
async fn ask_from(emulator: &Emulator, account: &str, operation: &str, input: Value) -> Answer {
    let request =
        emulator.post("/").service("sqs").account(account).header("x-amz-target", &format!("AmazonSQS.{operation}"));
    let request = request.header("x-amzn-query-mode", "true").header("content-type", "application/x-amz-json-1.0");
    request.send(at_queue(input).to_string()).await
}

/// A form without a signature.
async fn ask_unsigned(emulator: &Emulator, path: &str, parameters: &str) -> Answer {
    let request = emulator.post(path).unsigned().header("content-type", "application/x-www-form-urlencoded");
    request.send(format!("{parameters}&Version=2012-11-05")).await
}

fn message(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body["message"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_account_needs_no_word_of_the_queues_policy() {
    let emulator = held_to_policies(None).await;
    ok(&emulator, "SendMessage", at_queue(json!({"MessageBody": "a"}))).await;
    ok(&emulator, "ListQueues", json!({})).await;
}

/// The text is known from <https://github.com/aws/serverless-application-model/issues/3633>.
#[tokio::test]
async fn another_account_needs_the_queues_policy() {
    let emulator = held_to_policies(None).await;
    let refused = ask_from(&emulator, OTHER, "SendMessage", json!({"MessageBody": "a"})).await;
    let expected = format!(
        "User: arn:aws:iam::{OTHER}:root is not authorized to perform: sqs:sendmessage on resource: {ARN} because no \
         resource-based policy allows the sqs:sendmessage action"
    );
    assert_eq!((refused.status, message(&refused)), (403, expected));
    assert_eq!(refused.header("x-amzn-query-error"), Some("AccessDenied;Sender"));

    let emulator = held_to_policies(Some(policy("Allow", json!({"AWS": OTHER}), "sqs:SendMessage"))).await;
    assert_eq!(ask_from(&emulator, OTHER, "SendMessage", json!({"MessageBody": "a"})).await.status, 200);
    assert_eq!(ask_from(&emulator, OTHER, "ReceiveMessage", json!({})).await.status, 403);
    let batch = json!({"Entries": [{"Id": "a", "MessageBody": "a"}]});
    assert_eq!(ask_from(&emulator, OTHER, "SendMessageBatch", batch).await.status, 200);
}

#[tokio::test]
async fn what_add_permission_gives_is_given() {
    let emulator = held_to_policies(None).await;
    let permission = json!({"Label": "other", "AWSAccountIds": [OTHER], "Actions": ["ReceiveMessage"]});
    ok(&emulator, "AddPermission", at_queue(permission)).await;
    assert_eq!(ask_from(&emulator, OTHER, "ReceiveMessage", json!({})).await.status, 200);
    ok(&emulator, "RemovePermission", at_queue(json!({"Label": "other"}))).await;
    assert_eq!(ask_from(&emulator, OTHER, "ReceiveMessage", json!({})).await.status, 403);
}

#[tokio::test]
async fn no_policy_gives_a_queue_itself_away() {
    let emulator = held_to_policies(Some(policy("Allow", "*", "sqs:*"))).await;
    for (operation, input) in [
        ("DeleteQueue", json!({})),
        ("SetQueueAttributes", json!({"Attributes": {}})),
        ("AddPermission", json!({"Label": "a", "AWSAccountIds": [OTHER], "Actions": ["*"]})),
        ("TagQueue", json!({"Tags": {}})),
    ] {
        assert_eq!(ask_from(&emulator, OTHER, operation, input).await.status, 403, "{operation}");
    }
    assert_eq!(ask_from(&emulator, OTHER, "PurgeQueue", json!({})).await.status, 200);
}

#[tokio::test]
async fn a_denial_wins_and_the_root_can_still_take_it_back() {
    let emulator = held_to_policies(Some(policy("Deny", "*", "sqs:*"))).await;
    let refused = ask_from(&emulator, ACCOUNT, "SendMessage", json!({"MessageBody": "a"})).await;
    let expected = format!(
        "User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform: sqs:sendmessage on resource: {ARN} with an \
         explicit deny in a resource-based policy"
    );
    assert_eq!((refused.status, message(&refused)), (403, expected));
    ok(&emulator, "SetQueueAttributes", at_queue(json!({"Attributes": {"Policy": ""}}))).await;
    ok(&emulator, "SendMessage", at_queue(json!({"MessageBody": "a"}))).await;
}

/// The text is of older answers: <https://github.com/getlift/lift/issues/236>.
#[tokio::test]
async fn whoever_does_not_sign_needs_a_policy_for_all() {
    let sends = "Action=SendMessage&MessageBody=a";
    let emulator = held_to_policies(None).await;
    let refused = ask_unsigned(&emulator, "/000000000000/queue", sends).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let text = "<Code>AccessDenied</Code><Message>Access to the resource \
                https://sqs.us-east-1.amazonaws.com/000000000000/queue is denied.</Message>";
    assert!(refused.body.contains(text), "{}", refused.body);
    assert_eq!(ask_unsigned(&emulator, "/", "Action=ListQueues").await.status, 403);

    let emulator = held_to_policies(Some(policy("Allow", "*", "sqs:SendMessage"))).await;
    assert_eq!(ask_unsigned(&emulator, "/000000000000/queue", sends).await.status, 200);
}

#[tokio::test]
async fn services_need_the_queues_policy() {
    let topic = "arn:aws:sns:us-east-1:000000000000:topic";
    let sender = Sender::of("sns", &topic.parse().unwrap());
    let target: Arn = ARN.parse().unwrap();
    let mut let_in = policy("Allow", json!({"Service": "sns.amazonaws.com"}), "sqs:SendMessage");
    let_in["Statement"][0]["Condition"] = json!({"ArnEquals": {"aws:SourceArn": topic}});
    for (policy, is_let) in [(None, false), (Some(let_in), true)] {
        let emulator = held_to_policies(policy).await;
        let ctx = emulator.context();
        let probed = ctx.bus().probe(&ctx, &sender, &target).await;
        let delivered = ctx.bus().deliver(&ctx, &sender, &target, Payload::of("a")).await;
        assert_eq!((probed.is_ok(), delivered.is_ok()), (is_let, is_let));
        assert!(is_let || matches!(delivered, Err(DeliveryError::Denied(_))), "{delivered:?}");
    }
}

#[tokio::test]
async fn who_moves_messages_must_be_let_send_them() {
    let emulator = held_to_policies(None).await;
    let redrive = json!({"deadLetterTargetArn": ARN, "maxReceiveCount": 1}).to_string();
    ok(&emulator, "CreateQueue", json!({"QueueName": "source", "Attributes": {"RedrivePolicy": redrive}})).await;
    let deny = policy("Deny", "*", "sqs:ReceiveMessage");
    ok(&emulator, "SetQueueAttributes", at_queue(json!({"Attributes": {"Policy": deny.to_string()}}))).await;
    let refused = ask(&emulator, "StartMessageMoveTask", json!({"SourceArn": ARN})).await;
    assert!(message(&refused).contains("sqs:receivemessage"), "{}", refused.body);
}

#[tokio::test]
async fn policies_decide_nothing_where_identities_are_not_held_to_them() {
    let policy = policy("Deny", "*", "sqs:*").to_string();
    let emulator = with_queue(json!({"Policy": policy})).await;
    assert_eq!(ask_from(&emulator, OTHER, "SendMessage", json!({"MessageBody": "a"})).await.status, 200);
    assert_eq!(ask_unsigned(&emulator, "/000000000000/queue", "Action=ReceiveMessage").await.status, 200);
}

/// That a wrong policy is refused is known from <https://github.com/hashicorp/terraform-provider-aws/pull/42209>; how
/// much of the language is checked is assumed.
#[tokio::test]
async fn a_policy_that_is_none_is_refused() {
    let emulator = with_queue(json!({})).await;
    let many = |count| vec!["sqs:SendMessage"; count];
    let statement = policy("Allow", "*", "sqs:*")["Statement"][0].clone();
    for (policy, status, text) in [
        (json!({}), 400, "Invalid value for the parameter Policy."),
        (policy("Perhaps", "*", "sqs:*"), 400, "Invalid value for the parameter Policy."),
        (policy("Allow", json!({"AWS": "nobody"}), "sqs:*"), 400, "Invalid value for the parameter Policy."),
        (policy("Allow", "*", many(8)), 403, "8 Actions were found, maximum allowed is 7."),
        (json!({"Statement": vec![statement; 21]}), 403, "21 Statements were found, maximum allowed is 20."),
        (policy("Allow", "*", many(7)), 200, ""),
    ] {
        let input = at_queue(json!({"Attributes": {"Policy": policy.to_string()}}));
        let answer = ask_from(&emulator, ACCOUNT, "SetQueueAttributes", input).await;
        assert_eq!(answer.status, status, "{policy}");
        assert!(answer.body.contains(text), "{}", answer.body);
    }
}
