"""EventBridge with the AWS CLI."""

import json
import pathlib
import subprocess
import sys

import pytest

from .conftest import ENTRY, PATTERN

PROGRAM = pathlib.Path(sys.executable).parent / "aws"


@pytest.fixture
def aws(environment):
    def call(*arguments):
        command = [PROGRAM, "--endpoint-url", environment["AWS_ENDPOINT_URL"], "events", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout or "{}")

    return call


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
