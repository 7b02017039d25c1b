"""What functions are told of messages in queues, compared with what AWS answered."""

import json

import pytest

from ...recorded import FOLDER
from ..conftest import packed
from .conftest import fresh
from .test_url_invocations import log_of

PRINT = {"Code": {"ZipFile": packed({"handler.py": "import json\ndef handler(event, context):\n    print(json.dumps(event))\n"})}}
#: Times, of which the recording has words.
TIMES = ("SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp", "LastModified")


def filters():
    """The names of those that let something through; all of what a test sends is in its recording."""
    steps = json.loads((FOLDER / "lambda_integration_sqs.json").read_text())
    for name, recording in steps.items():
        name, _, case = name.rpartition("::")[2].partition("[")
        if name == "test_sqs_event_filter" and "2025" in recording["recorded-date"]:
            if recording["recorded-content"].get("invocation_events"):
                yield case.removesuffix("]")


@pytest.mark.parametrize("case", list(filters()))
@pytest.mark.recorded("lambda_integration_sqs", "TestSQSEventSourceMapping::test_sqs_event_filter[{case}]", "25-11-2025")
def test_a_function_sees_what_its_filters_let_through(replay, client, case):
    steps, sqs = replay.recording.steps, client("sqs")
    url = sqs.create_queue(QueueName=fresh("queue"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    function = replay.make(**PRINT)
    patterns = steps["create_event_source_mapping_response"]["FilterCriteria"]["Filters"]
    wanted = {"Filters": [{"Pattern": json.dumps(one["Pattern"])} for one in patterns]}
    given = {"EventSourceArn": arn, "MaximumBatchingWindowInSeconds": 1, "FilterCriteria": wanted}
    function("create_event_source_mapping_response", "create_event_source_mapping", TIMES, **given)
    body = steps["invocation_events"][0]["Records"][0]["body"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"nobody": "wants this"}))
    sqs.send_message(QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body))
    event = json.loads(log_of(function, client("logs"), '{"Records"'))
    replay.recording.compare("invocation_events", [event], TIMES)
