"""What the tests of CloudWatch Logs share: groups, streams, the time."""

import time
import uuid

import pytest

#: Times and tokens that differ from run to run; recordings have their names in their place.
HIDDEN = ("creationTime", "timestamp", "lastUpdatedTime", "nextSequenceToken", "createTime")


@pytest.fixture
def logs(client):
    return client("logs")


@pytest.fixture
def group(logs):
    return make_group(logs)


@pytest.fixture
def stream(logs, group):
    name = f"stream-{uuid.uuid4().hex[:8]}"
    logs.create_log_stream(logGroupName=group, logStreamName=name)
    return name


def make_group(logs, **given):
    name = f"group-{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=name, **given)
    return name


def now():
    return int(time.time() * 1000)


def put(logs, group, stream, *messages, at=None):
    events = [{"timestamp": (at or now()) + place, "message": message} for place, message in enumerate(messages)]
    return logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def messages(answer):
    return [event["message"] for event in answer["events"]]
