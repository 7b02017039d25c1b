"""CloudWatch Logs with the AWS CLI."""

import json
import pathlib
import subprocess
import sys

import pytest

from .conftest import put

PROGRAM = pathlib.Path(sys.executable).parent / "aws"


@pytest.fixture
def aws(environment):
    def call(*arguments):
        command = [PROGRAM, "--endpoint-url", environment["AWS_ENDPOINT_URL"], "logs", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout or "{}")

    return call


def test_events_are_written_and_filtered(aws, group, stream, logs):
    put(logs, group, stream, "one ERROR", "two")
    (told,) = aws("describe-log-groups", "--log-group-name-prefix", group)["logGroups"]
    assert told["logGroupName"] == group
    found = aws("filter-log-events", "--log-group-name", group, "--filter-pattern", "ERROR")
    assert [event["message"] for event in found["events"]] == ["one ERROR"]
    pages = aws("get-log-events", "--log-group-name", group, "--log-stream-name", stream, "--start-from-head")
    assert [event["message"] for event in pages["events"]] == ["one ERROR", "two"]

