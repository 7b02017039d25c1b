"""EventBridge with the AWS CLI."""

import json

from .conftest import ENTRY, PATTERN

SERVICE = "events"


def test_a_rule_sends_to_a_queue(aws, queue):
    assert aws("put-rule", "--name", "cli", "--event-pattern", PATTERN)["RuleArn"].endswith(":rule/cli")
    put = aws("put-targets", "--rule", "cli", "--targets", json.dumps([{"Id": "1", "Arn": queue.arn}]))
    assert put == {"FailedEntryCount": 0, "FailedEntries": []}
    assert aws("put-events", "--entries", json.dumps([ENTRY]))["FailedEntryCount"] == 0
    assert len(queue.receive()) == 1
    event = {"id": "1", "account": "1", "source": "s", "time": "t", "region": "r", "detail-type": "d"}
    tested = aws("test-event-pattern", "--event-pattern", '{"source":["s"]}', "--event", json.dumps(event))
    assert tested == {"Result": True}
    aws("remove-targets", "--rule", "cli", "--ids", "1")
    aws("delete-rule", "--name", "cli")
    assert aws("list-rules") == {"Rules": []}
