"""SNS with the AWS CLI."""

import json

from .conftest import receive

SERVICE = "sns"


def test_a_message_is_published(aws, sqs, queue):
    topic = aws("create-topic", "--name", "cli", "--tags", "Key=a,Value=b")["TopicArn"]
    assert aws("list-topics")["Topics"] == [{"TopicArn": topic}]
    assert aws("list-tags-for-resource", "--resource-arn", topic)["Tags"] == [{"Key": "a", "Value": "b"}]
    subscription = aws("subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", queue[1])
    attributes = json.dumps({"n": {"DataType": "Number", "StringValue": "1"}})
    published = aws("publish", "--topic-arn", topic, "--message", "hello", "--message-attributes", attributes)
    (message,) = receive(sqs, queue[0])["Messages"]
    body = json.loads(message["Body"])
    assert (body["Message"], body["MessageId"]) == ("hello", published["MessageId"])
    assert body["MessageAttributes"] == {"n": {"Type": "Number", "Value": "1"}}
    aws("unsubscribe", "--subscription-arn", subscription["SubscriptionArn"])
    aws("delete-topic", "--topic-arn", topic)
    assert aws("list-topics") == {"Topics": []}
