//! Who may do what, where identities are held to policies.

use ruststack_auth::Authorizer;
use ruststack_sts::Sts;

use super::*;

const OTHER: &str = "000000000002";
const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";

/// With a queue, and the rule that sends to it.
async fn held_to_policies() -> Emulator {
    let emulator = Emulator::of(|keys| {
        let mut services = services(Some(Authorizer::new(keys.clone())));
        services.push(Sts::new(ruststack_sts::Config { issues_aws_keys: false }, keys.clone(), None));
        services
    });
    furnished(emulator.started().await).await
}

async fn ask_as(emulator: &Emulator, key: &str, operation: &str, input: Value) -> (u16, Value) {
    let answer = send(emulator, key, "events", &format!("AWSEvents.{operation}"), input).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

async fn put_policy(emulator: &Emulator, key: &str, statement: Value) {
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    let (status, answer) = ask_as(emulator, key, "PutPermission", json!({"Policy": policy.to_string()})).await;
    assert_eq!(status, 200, "{answer}");
}

fn to_put(principal: &Value, bus: &str, condition: Value) -> Value {
    let condition = if condition.is_null() { json!({}) } else { condition };
    let action = "events:PutEvents";
    json!({"Effect": "Allow", "Principal": principal, "Action": action, "Resource": bus, "Condition": condition})
}

/// What became of an event that the other account put to the bus.
async fn put_from_other(emulator: &Emulator) -> Value {
    let mut entry = entry(&json!({}));
    entry["EventBusName"] = json!(BUS);
    let (status, answer) = ask_as(emulator, OTHER, "PutEvents", json!({"Entries": [entry]})).await;
    assert_eq!(status, 200, "{answer}");
    answer["Entries"][0].clone()
}

/// That each entry says so is documented: <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html>
#[tokio::test]
async fn another_account_needs_the_buss_policy_to_put_events() {
    let emulator = held_to_policies().await;
    let refused = put_from_other(&emulator).await;
    let expected = format!(
        "User: arn:aws:iam::{OTHER}:root is not authorized to perform: events:PutEvents on resource: {BUS} because no \
         resource-based policy allows the events:PutEvents action"
    );
    assert_eq!(refused, json!({"ErrorCode": "AccessDeniedException", "ErrorMessage": expected}));
    let permission = json!({"Action": "events:PutEvents", "Principal": OTHER, "StatementId": "other"});
    ok(&emulator, "PutPermission", permission).await;
    assert!(put_from_other(&emulator).await["EventId"].is_string());
    assert_eq!(events(&emulator).await.len(), 1);
    ok(&emulator, "RemovePermission", json!({"StatementId": "other"})).await;
    assert_eq!(put_from_other(&emulator).await["ErrorCode"], "AccessDeniedException");
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html>
#[tokio::test]
async fn a_policy_lets_in_what_is_of_a_source() {
    let emulator = held_to_policies().await;
    for (source, is_let) in [("shop", true), ("bank", false)] {
        let condition = json!({"StringEquals": {"events:source": source, "events:detail-type": "sale"}});
        put_policy(&emulator, ACCOUNT, to_put(&json!({"AWS": OTHER}), BUS, condition)).await;
        assert_eq!(put_from_other(&emulator).await["EventId"].is_string(), is_let, "{source}");
    }
}

#[tokio::test]
async fn another_account_has_rules_where_the_buss_policy_says_so() {
    let emulator = held_to_policies().await;
    let input = json!({"Name": "theirs", "EventBusName": BUS, "EventPattern": r#"{"source":["shop"]}"#});
    let (status, refused) = ask_as(&emulator, OTHER, "PutRule", input.clone()).await;
    assert_eq!((status, &refused["__type"]), (400, &json!("AccessDeniedException")));
    let own = json!({"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}});
    let mut statement = to_put(&json!({"AWS": OTHER}), &BUS.replace("event-bus/default", "rule/*"), own);
    statement["Action"] = json!(["events:PutRule", "events:DescribeRule"]);
    put_policy(&emulator, ACCOUNT, statement).await;
    assert_eq!(ask_as(&emulator, OTHER, "PutRule", input).await.0, 200);
    for (rule, status) in [("theirs", 200), ("rule", 400)] {
        let asked = json!({"Name": rule, "EventBusName": BUS});
        assert_eq!(ask_as(&emulator, OTHER, "DescribeRule", asked).await.0, status, "{rule}");
    }
}

/// Operations that configure a bus take no ARN: no other account can name it.
#[tokio::test]
async fn no_policy_gives_a_bus_itself_away() {
    let emulator = held_to_policies().await;
    let mut statement = to_put(&json!("*"), "*", json!({}));
    statement["Action"] = json!("events:*");
    put_policy(&emulator, ACCOUNT, statement).await;
    let (status, _) = ask_as(&emulator, OTHER, "DescribeEventBus", json!({"Name": BUS})).await;
    assert_eq!(status, 200);
    for (operation, name) in
        [("DeleteEventBus", "Name"), ("UpdateEventBus", "Name"), ("RemovePermission", "EventBusName")]
    {
        let (status, refused) = ask_as(&emulator, OTHER, operation, json!({name: BUS, "StatementId": "s"})).await;
        assert_eq!((status, &refused["__type"]), (400, &json!("ValidationException")), "{operation}");
    }
}

/// As the account that has the rule, or as EventBridge in its name.
#[tokio::test]
async fn a_rule_sends_to_another_accounts_bus_where_that_lets_it() {
    let theirs = BUS.replace("000000000000", OTHER);
    let rule = "arn:aws:events:us-east-1:000000000000:rule/rule";
    let service = json!({"Service": "events.amazonaws.com"});
    let of = |source: &str| json!({"ArnEquals": {"aws:SourceArn": source}});
    let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "events:*", "Resource": theirs});
    for (statement, is_let) in [
        (None, false),
        (Some(to_put(&json!({"AWS": ACCOUNT}), &theirs, Value::Null)), true),
        (Some(to_put(&service, &theirs, of(rule))), true),
        (Some(to_put(&service, &theirs, of("arn:aws:events:us-east-1:000000000000:rule/other"))), false),
        (Some(deny), false),
    ] {
        let emulator = held_to_policies().await;
        make_queue(&emulator, "dead").await;
        let dead = json!({"Arn": QUEUE.replace("queue", "dead")});
        put_target(&emulator, json!({"Id": "1", "Arn": theirs, "DeadLetterConfig": dead})).await;
        let pattern = json!({"Name": "there", "EventPattern": r#"{"source":["shop"]}"#});
        assert_eq!(ask_as(&emulator, OTHER, "PutRule", pattern).await.0, 200);
        let targets = json!({"Rule": "there", "Targets": [{"Id": "1", "Arn": QUEUE}]});
        assert_eq!(ask_as(&emulator, OTHER, "PutTargets", targets).await.0, 200);
        if let Some(statement) = &statement {
            put_policy(&emulator, OTHER, statement.clone()).await;
        }
        put(&emulator, &json!({})).await;
        assert_eq!(events(&emulator).await.len(), usize::from(is_let), "{statement:?}");
        let lost = messages(&emulator, "dead").await;
        let code = lost.first().map(|message| message["MessageAttributes"]["ERROR_CODE"]["StringValue"].clone());
        assert_eq!(code, (!is_let).then(|| json!("NO_PERMISSIONS")));
    }
}

/// Operations and inputs; what they name need not be there.
fn everything() -> Vec<(&'static str, Value)> {
    let (name, rule) = (json!({"Name": "n"}), json!({"Rule": "rule"}));
    let archive = json!({"ArchiveName": "n", "EventSourceArn": BUS});
    let replay = json!({"ReplayName": "n"});
    let connection = json!({
        "Name": "n", "AuthorizationType": "BASIC",
        "AuthParameters": {"BasicAuthParameters": {"Username": "u", "Password": "p"}},
    });
    let destination = json!({
        "Name": "n", "ConnectionArn": "arn:aws:events:us-east-1:000000000000:connection/n/00000000-0000-0000-0000-000000000000",
        "InvocationEndpoint": "https://localhost", "HttpMethod": "POST",
    });
    let with = |input: &Value, name: &str, value: Value| {
        let mut input = input.clone();
        input[name] = value;
        input
    };
    let start = json!({
        "ReplayName": "n", "EventSourceArn": BUS.replace("event-bus/default", "archive/n"), "EventStartTime": 1,
        "EventEndTime": 2, "Destination": {"Arn": BUS},
    });
    let tagged = json!({"ResourceARN": BUS});
    vec![
        ("CancelReplay", replay.clone()),
        ("CreateApiDestination", destination),
        ("CreateArchive", archive.clone()),
        ("CreateConnection", connection),
        ("CreateEventBus", name.clone()),
        ("DeauthorizeConnection", name.clone()),
        ("DeleteApiDestination", name.clone()),
        ("DeleteArchive", json!({"ArchiveName": "n"})),
        ("DeleteConnection", name.clone()),
        ("DeleteEventBus", name.clone()),
        ("DeleteRule", name.clone()),
        ("DescribeApiDestination", name.clone()),
        ("DescribeArchive", json!({"ArchiveName": "n"})),
        ("DescribeConnection", name.clone()),
        ("DescribeEventBus", json!({})),
        ("DescribeReplay", replay),
        ("DescribeRule", name.clone()),
        ("DisableRule", name.clone()),
        ("EnableRule", name.clone()),
        ("ListApiDestinations", json!({})),
        ("ListArchives", json!({})),
        ("ListConnections", json!({})),
        ("ListEventBuses", json!({})),
        ("ListReplays", json!({})),
        ("ListRuleNamesByTarget", json!({"TargetArn": QUEUE})),
        ("ListRules", json!({})),
        ("ListTagsForResource", tagged.clone()),
        ("ListTargetsByRule", rule.clone()),
        ("PutPermission", json!({"Action": "events:PutEvents", "Principal": "*", "StatementId": "s"})),
        ("PutRule", with(&name, "ScheduleExpression", json!("rate(1 day)"))),
        ("PutTargets", with(&rule, "Targets", json!([{"Id": "1", "Arn": QUEUE}]))),
        ("RemovePermission", json!({"StatementId": "s"})),
        ("RemoveTargets", with(&rule, "Ids", json!(["1"]))),
        ("StartReplay", start),
        ("TagResource", with(&tagged, "Tags", json!([{"Key": "k", "Value": "v"}]))),
        ("TestEventPattern", json!({"EventPattern": "{}", "Event": "{}"})),
        ("UntagResource", with(&tagged, "TagKeys", json!(["k"]))),
        ("UpdateApiDestination", name.clone()),
        ("UpdateArchive", json!({"ArchiveName": "n"})),
        ("UpdateConnection", name),
        ("UpdateEventBus", json!({})),
    ]
}

/// The key of a session that may do only what the action says.
async fn session(emulator: &Emulator, action: &str) -> String {
    let statement = format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*"}}"#);
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let policy: String = policy.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form = format!("Action=GetFederationToken&Version=2011-06-15&Name=session&Policy={policy}");
    let request = emulator.post("/").service("sts").account(ACCOUNT);
    let answer = request.header("content-type", "application/x-www-form-urlencoded").send(form).await;
    answer.element("AccessKeyId").unwrap().to_owned()
}

#[tokio::test]
async fn a_session_may_do_what_its_policy_says_and_nothing_else() {
    let emulator = held_to_policies().await;
    let reader = session(&emulator, "events:ListRules").await;
    assert_eq!(ask_as(&emulator, &reader, "ListRules", json!({})).await.0, 200);
    for (operation, input) in everything().into_iter().filter(|(operation, _)| *operation != "ListRules") {
        let (status, answer) = ask_as(&emulator, &reader, operation, input).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("AccessDeniedException")), "{operation}: {answer}");
        let text = "because no session policy allows the events:";
        assert!(answer["message"].as_str().unwrap().contains(text), "{operation}: {answer}");
    }
    let (_, put) = ask_as(&emulator, &reader, "PutEvents", json!({"Entries": [entry(&json!({}))]})).await;
    assert_eq!(put["Entries"][0]["ErrorCode"], "AccessDeniedException");
}
