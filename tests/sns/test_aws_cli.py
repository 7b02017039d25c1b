"""SNS with the AWS CLI."""

import json
import pathlib
import subprocess
import sys

import pytest

from .conftest import receive

PROGRAM = pathlib.Path(sys.executable).parent / "aws"


@pytest.fixture
def aws(environment):
    def call(*arguments):
        command = [PROGRAM, "--endpoint-url", environment["AWS_ENDPOINT_URL"], "sns", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout or "{}")

    return call


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
