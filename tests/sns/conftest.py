"""What the tests of SNS share: topics, queues that subscribe to them, and what arrives there."""

import json
import uuid

import pytest

#: Who subscribed is a user of the account that recorded.
PRINCIPAL = ("SubscriptionPrincipal",)


@pytest.fixture
def sns(client):
    return client("sns")


@pytest.fixture
def sqs(client):
    return client("sqs")


def make_topic(sns, fifo=False, **attributes):
    name = f"topic-{uuid.uuid4().hex[:16]}" + (".fifo" if fifo else "")
    if fifo:
        attributes["FifoTopic"] = "true"
    return sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]


def make_queue(sqs, fifo=False, **attributes):
    """URL and ARN."""
    name = f"queue-{uuid.uuid4().hex[:16]}" + (".fifo" if fifo else "")
    if fifo:
        attributes["FifoQueue"] = "true"
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, told["Attributes"]["QueueArn"]


def subscribe(sns, topic, endpoint, protocol="sqs", **attributes):
    answer = sns.subscribe(
        TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes, ReturnSubscriptionArn=True
    )
    return answer["SubscriptionArn"]


def raw(value):
    """A parameter of a recording as the attribute that it means."""
    return {"RawMessageDelivery": "true"} if value else {}


def receive(sqs, url, count=1, **options):
    """All of so many messages in one answer, in the order of their bodies; they are gone then."""
    answer = {}
    while True:
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10 if count else 1, MaxNumberOfMessages=10, **options)
        for message in got.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        answer = {**got, "Messages": answer.get("Messages", []) + got.get("Messages", [])}
        if len(answer["Messages"]) >= count or "Messages" not in got:
            break
    if not answer["Messages"]:
        del answer["Messages"]
    return answer


@pytest.fixture
def topic(sns):
    return make_topic(sns)


@pytest.fixture
def queue(sqs):
    return make_queue(sqs)


def policy(arn):
    return json.dumps({"deadLetterTargetArn": arn})
