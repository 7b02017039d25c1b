//! Notifications as a bucket is told them: what AWS takes, how it shows it, and what it refuses, in its words.

use crate::{
    emulator::{Answer, Emulator, config},
    mailbox::Mailbox,
};

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:queue";
const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:topic";

struct Fixture {
    emulator: Emulator,
    sqs: std::sync::Arc<Mailbox>,
    sns: std::sync::Arc<Mailbox>,
}

impl Fixture {
    async fn new() -> Self {
        let (sqs, sns, lambda) = (Mailbox::sqs(), Mailbox::sns(), Mailbox::lambda());
        let emulator = Emulator::beside(config(None), [sqs.clone() as _, sns.clone() as _, lambda as _]);
        assert_eq!(emulator.put("/bucket").send("").await.status, 200);
        Self { emulator, sqs, sns }
    }

    async fn put(&self, configurations: &str) -> Answer {
        let document = format!("<NotificationConfiguration>{configurations}</NotificationConfiguration>");
        self.emulator.put("/bucket?notification").send(document).await
    }

    async fn shown(&self) -> String {
        let shown = self.emulator.get("/bucket?notification").send("").await.body;
        let root = shown.split_once("<NotificationConfiguration").unwrap().1.split_once('>').unwrap().1;
        root.trim_end_matches("</NotificationConfiguration>").to_owned()
    }
}

fn queue(arn: &str, rest: &str) -> String {
    format!("<QueueConfiguration>{rest}<Event>s3:ObjectCreated:*</Event><Queue>{arn}</Queue></QueueConfiguration>")
}

fn topic(arn: &str) -> String {
    format!("<TopicConfiguration><Event>s3:ObjectRemoved:*</Event><Topic>{arn}</Topic></TopicConfiguration>")
}

fn function(arn: &str) -> String {
    let function = format!("<Event>s3:ObjectTagging:Put</Event><CloudFunction>{arn}</CloudFunction>");
    format!("<CloudFunctionConfiguration>{function}</CloudFunctionConfiguration>")
}

fn filter(name: &str, value: &str) -> String {
    format!("<Filter><S3Key><FilterRule><Name>{name}</Name><Value>{value}</Value></FilterRule></S3Key></Filter>")
}

#[tokio::test]
async fn a_configuration_is_shown_as_it_was_put_with_the_names_of_rules_in_capitals() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.shown().await, "");
    let document = queue(QUEUE, &format!("<Id>id</Id>{}", filter("suffix", "")));
    assert_eq!(fixture.put(&document).await.status, 200);
    assert_eq!(
        fixture.shown().await,
        "<QueueConfiguration><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Suffix</Name>\
         <Value></Value></FilterRule></S3Key></Filter><Id>id</Id><Queue>arn:aws:sqs:us-east-1:000000000000:queue</Queue>\
         </QueueConfiguration>"
    );
    assert_eq!(fixture.put("<EventBridgeConfiguration/>").await.status, 200);
    assert_eq!(fixture.shown().await, "<EventBridgeConfiguration></EventBridgeConfiguration>");
    assert_eq!(fixture.put("").await.status, 200);
    assert_eq!(fixture.shown().await, "");
}

#[tokio::test]
async fn a_notification_without_an_id_is_given_one_and_functions_and_webhooks_are_destinations_too() {
    let fixture = Fixture::new().await;
    let lambda = function("arn:aws:lambda:us-east-1:000000000000:function:f");
    let webhook = topic("http://localhost:1/hook?a=b");
    assert_eq!(fixture.put(&format!("{lambda}{webhook}")).await.status, 200);
    let shown = fixture.shown().await;
    assert!(
        shown.contains("<CloudFunction>arn:aws:lambda:us-east-1:000000000000:function:f</CloudFunction>"),
        "{shown}"
    );
    assert!(shown.contains("<Topic>http://localhost:1/hook?a=b</Topic>"), "{shown}");
    let ids: Vec<_> = shown.split("<Id>").skip(1).map(|rest| rest.split_once('<').unwrap().0).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1] && ids[0].len() == 48, "{ids:?}");
}

#[tokio::test]
async fn queues_and_topics_hear_that_they_are_destinations() {
    let fixture = Fixture::new().await;
    let answer = fixture.put(&format!("{}{}", queue(QUEUE, ""), topic(TOPIC))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let letters = fixture.sqs.take_documents(QUEUE);
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!(
        *letter,
        serde_json::json!({
            "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-10-21T07:28:00.000Z", "Bucket": "bucket",
            "RequestId": answer.header("x-amz-request-id").unwrap(), "HostId": answer.header("x-amz-id-2").unwrap(),
        })
    );
    assert_eq!(fixture.sns.take(TOPIC)[0].subject.as_deref(), Some("Amazon S3 Notification"));
    let request = fixture.emulator.put("/bucket?notification").header("x-amz-skip-destination-validation", "true");
    let document = format!("<NotificationConfiguration>{}</NotificationConfiguration>", queue(QUEUE, ""));
    assert_eq!(request.send(document).await.status, 200);
    assert!(fixture.sqs.take(QUEUE).is_empty(), "who skips the validation skips the message");
}

/// Recorded: test_invalid_sqs_arn, test_multiple_invalid_sqs_arns, test_invalid_lambda_arn.
#[tokio::test]
async fn destinations_that_do_not_do_are_listed() {
    let fixture = Fixture::new().await;
    let unparsable = fixture.put(&format!("{}{}", queue(QUEUE, ""), queue("invalid", ""))).await;
    assert_eq!(unparsable.error(), (400, "InvalidArgument", "The ARN could not be parsed"));
    assert_eq!(
        (unparsable.element("ArgumentName"), unparsable.element("ArgumentValue")),
        (Some("Queue"), Some("invalid"))
    );

    let (missing, forbidden) = (QUEUE.replace("queue", "missing"), TOPIC.replace("topic", "forbidden"));
    let lambda = "arn:aws:lambda:us-east-1:000000000000:function:missing";
    let document = [queue(&missing, ""), topic(&forbidden), function(lambda)].concat();
    let refused = fixture.put(&document).await;
    let text = "Unable to validate the following destination configurations";
    assert_eq!(refused.error(), (400, "InvalidArgument", text));
    let denied = "Permissions on the destination topic do not allow S3 to publish notifications from this bucket";
    for (number, name, value) in [
        (1, forbidden.as_str(), denied),
        (2, &missing, "The destination queue does not exist"),
        (3, &format!("{lambda}, null"), &format!("Not authorized to invoke function [{lambda}]")),
    ] {
        assert_eq!(refused.element(&format!("ArgumentName{number}")), Some(name));
        assert_eq!(refused.element(&format!("ArgumentValue{number}")), Some(value));
    }
    let request = fixture.emulator.put("/bucket?notification").header("x-amz-skip-destination-validation", "TRUE");
    let document = format!("<NotificationConfiguration>{document}</NotificationConfiguration>");
    assert_eq!(request.send(document).await.status, 200);
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.put(&queue(QUEUE, "<Id>a</Id>")).await.status, 200);
    let before = fixture.shown().await;
    drop(fixture.sqs.take(QUEUE));
    let fifo = format!("{QUEUE}.fifo");
    let ambiguous = "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes \
                     are overlapping for the same event type.";
    let malformed = "The XML you provided was not well-formed or did not validate against our published schema";
    for (document, code, text) in [
        (queue(QUEUE, &filter("infix", "a")), "InvalidArgument", "filter rule name must be either prefix or suffix"),
        (
            queue(QUEUE, "<Filter><S3Key><FilterRule><Name>prefix</Name></FilterRule></S3Key></Filter>"),
            "MalformedXML",
            malformed,
        ),
        (
            queue(QUEUE, "").replace("s3:ObjectCreated:*", "s3:*"),
            "InvalidArgument",
            "The event 's3:*' is not supported for notifications",
        ),
        (
            format!("{}{}", queue(QUEUE, &filter("prefix", "a")), queue(QUEUE, &filter("prefix", "ab"))),
            "InvalidArgument",
            ambiguous,
        ),
        (queue(&fifo, ""), "InvalidArgument", "FIFO SQS queues are not supported."),
        (
            format!("{}{}", queue(QUEUE, "<Id>a</Id>"), topic(TOPIC).replace("<Event>", "<Id>a</Id><Event>")),
            "InvalidArgument",
            "Same ID used for multiple configurations. IDs must be unique.",
        ),
    ] {
        assert_eq!(fixture.put(&document).await.error(), (400, code, text), "{document}");
    }
    assert_eq!(fixture.shown().await, before);
    assert!(fixture.sqs.take(QUEUE).is_empty() && fixture.sns.take(TOPIC).is_empty());
}
