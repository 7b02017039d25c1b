"""Where asynchronous invocations end up, compared with what AWS answered."""

import json

import pytest

from ..conftest import packed
from .conftest import fresh

CODE = """
import json


def handler(event, context):
    if event.get("raise_error"):
        raise Exception("Test exception (this is intentional)")
    names = ["invoked_function_arn", "function_version", "function_name", "memory_limit_in_mb", "aws_request_id"]
    names += ["log_group_name", "log_stream_name", "client_context"]
    return {"event": event, "context": {name: getattr(context, name) for name in names}}
"""
FUNCTION = {"Code": {"ZipFile": packed({"handler.py": CODE})}}


def destinations(name, date=""):
    return pytest.mark.recorded("lambda_destinations", name, date)


class Queue:
    """A queue, and what arrives there."""

    def __init__(self, sqs):
        self.sqs, self.url = sqs, sqs.create_queue(QueueName=fresh("queue"))["QueueUrl"]
        asked = {"QueueUrl": self.url, "AttributeNames": ["QueueArn"]}
        self.arn = sqs.get_queue_attributes(**asked)["Attributes"]["QueueArn"]

    def receive(self):
        return self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=20, MessageAttributeNames=["All"])


@pytest.fixture
def arrivals(client):
    return Queue(client("sqs"))


#: Code is elsewhere where no container holds it; of times the recording has words.
ELSEWHERE = ("stackTrace", "MD5OfBody", "timestamp")


@pytest.mark.parametrize("number, event", [(0, {}), (1, {"raise_error": 1})])
@destinations("TestLambdaDestinationSqs::test_assess_lambda_destination_invocation[payload{number}]", "24-11-2025")
def test_an_invocations_end_is_told_to_a_queue(replay, arrivals, number, event):
    function = replay.make(**FUNCTION)
    both = {side: {"Destination": arrivals.arn} for side in ("OnSuccess", "OnFailure")}
    given = {"MaximumRetryAttempts": 0, "DestinationConfig": both}
    function("put_function_event_invoke_config", "put_function_event_invoke_config", **given)
    function.call("invoke", InvocationType="Event", Payload=json.dumps(event))
    replay.recording.compare("receive_message_result", arrivals.receive(), ELSEWHERE)


@destinations("TestLambdaDLQ::test_dead_letter_queue")
def test_an_event_that_nobody_could_handle_is_kept(replay, arrivals):
    recording = replay.recording
    for step in ("invoke_result", "log_result"):
        recording.leave(step, "test_invocations.py compares what synchronous invocations answer")
    function = replay.make("create_lambda_with_dlq", DeadLetterConfig={"TargetArn": arrivals.arn}, **FUNCTION)
    function.call("put_function_event_invoke_config", MaximumRetryAttempts=0)
    function.call("invoke", InvocationType="Event", Payload=json.dumps({"raise_error": 1}))
    recording.compare("receive_result", arrivals.receive(), ("MD5OfBody",))
    function("delete_dlq", "update_function_configuration", DeadLetterConfig={})
