"""What the tests of EventBridge share: a client, names, and queues that events arrive at."""

import json
import time
import uuid

import pytest

PATTERN = json.dumps(
    {
        "source": ["core.update-account-command"],
        "detail-type": ["core.update-account-command"],
        "detail": {"command": ["update-account"]},
    }
)
DETAIL = {"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}
ENTRY = {
    "Source": "core.update-account-command",
    "DetailType": "core.update-account-command",
    "Detail": json.dumps(DETAIL),
}


@pytest.fixture
def events(client):
    return client("events")


def fresh(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


class Queue:
    """A queue as a target, and what arrives there."""

    def __init__(self, sqs):
        self.sqs = sqs
        self.url = sqs.create_queue(QueueName=fresh("queue"))["QueueUrl"]
        asked = {"QueueUrl": self.url, "AttributeNames": ["QueueArn"]}
        self.arn = sqs.get_queue_attributes(**asked)["Attributes"]["QueueArn"]

    def receive(self, count=1):
        """So many messages, or those that came within ten seconds; they are gone then."""
        messages, end = [], time.monotonic() + 10
        while len(messages) < count and time.monotonic() < end:
            got = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in got.get("Messages", []):
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                messages.append(message)
        return messages


@pytest.fixture
def queue(client):
    return Queue(client("sqs"))


def make_bus(events):
    name = fresh("bus")
    events.create_event_bus(Name=name)
    return name


@pytest.fixture
def bus(events, request):
    """The default bus, or one of the test's own where the recording is of such a one."""
    return "default" if getattr(request, "param", "default") == "default" else make_bus(events)


def make_rule(events, queue, bus="default", pattern=PATTERN, **target):
    name = fresh("rule")
    arn = events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)["RuleArn"]
    target = {"Id": "1", "Arn": queue.arn, **target}
    events.put_targets(Rule=name, EventBusName=bus, Targets=[target])
    return name, arn


def compare_pages(recording, step, call, **rest):
    """A list in two pages: three things, and what `rest` asks for."""
    page = recording.compare(step, call(Limit=3))
    recording.compare(f"{step}-next-token", call(NextToken=page["NextToken"], **rest))
