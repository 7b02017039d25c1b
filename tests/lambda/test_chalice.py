"""Chalice deploys an app as its users do: one of its own projects, with a handler of a queue from its documentation."""

import os
import pathlib
import subprocess
import sys
import time

import boto3
import pytest

from ..conftest import Server
from ..sqs.conftest import make_queue

PROGRAM = pathlib.Path(sys.executable).parent / "chalice"
# Says of each call what it was given, in its log: https://aws.github.io/chalice/topics/events.html
QUEUE_HANDLER = """

@app.on_sqs_message(queue='{queue}', batch_size=1)
def handle_sqs_message(event):
    for record in event:
        print("Received message:", record.body)
"""


@pytest.fixture
def machine():
    """One whose Python is that of the tests."""
    server = Server(PATH=f"{PROGRAM.parent}:{os.environ['PATH']}")
    yield server
    assert server.stop() == 0


@pytest.fixture
def client(machine):
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    return lambda service: boto3.client(service, endpoint_url=machine.url, **credentials)


def messages(client, function):
    logs = client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")["logGroups"]:
        return []
    return [event["message"] for event in logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]]


def wait_for(client, function, text):
    until = time.monotonic() + 30
    while not any(text in message for message in messages(client, function)):
        assert time.monotonic() < until, messages(client, function)


def test_an_app_is_deployed_and_its_handlers_get_their_events(machine, client, tmp_path):
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": machine.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "APP_BUCKET_NAME": "chalice-bucket",
    }

    def chalice(*arguments, folder=tmp_path / "hello"):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "timeout": 200}
        done = subprocess.run([PROGRAM, *arguments], cwd=folder, env=environment, **options)
        assert done.returncode == 0, done.stdout
        return done.stdout

    client("s3").create_bucket(Bucket="chalice-bucket")
    queue = make_queue(client("sqs"))
    chalice("new-project", "--project-type", "s3-event-handler", "hello", folder=tmp_path)
    with open(tmp_path / "hello/app.py", "a") as app:
        app.write(QUEUE_HANDLER.format(queue=queue.rpartition("/")[2]))
    assert "Lambda ARN: arn:aws:lambda:us-east-1:000000000000:function:hello-dev-s3_handler" in chalice("deploy")

    client("s3").put_object(Bucket="chalice-bucket", Key="a key", Body=b"x")
    client("sqs").send_message(QueueUrl=queue, MessageBody="hello")
    wait_for(client, "hello-dev-s3_handler", "Received event for bucket: chalice-bucket, key: a key")
    wait_for(client, "hello-dev-handle_sqs_message", "Received message: hello")

    chalice("delete")
    assert client("lambda").list_functions()["Functions"] == []
    assert [role["RoleName"] for role in client("iam").list_roles()["Roles"]] == []
