"""What survives the end of the process."""

import json
import time
import uuid

import boto3
import pytest

from . import images
from ..conftest import Server
from ..dynamodb.conftest import make_table
from ..sqs.conftest import arn
from .conftest import Functions
from .test_deliveries import FORWARD, received


def test_functions_and_their_code_are_kept(tmp_path):
    settings = {"PERSISTENCE": "1", "DATA_DIR": str(tmp_path)}

    def started():
        server = Server(**settings)
        options = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return server, boto3.client("lambda", endpoint_url=server.url, **options)

    server, client = started()
    name = Functions(client).make("def handler(event, context):\n    return 'kept'\n")
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    server.process.kill()
    server.process.wait()
    server, client = started()
    try:
        assert client.get_function(FunctionName=name)["Configuration"]["State"] == "Active"
        assert Functions(client).invoke(name, Qualifier="live")[1] == "kept"
    finally:
        assert server.stop() == 0


def forwarding(code):
    return {"index.py": code, "forward.py": FORWARD}


class Restarting:
    """A server that is killed and started, with what it keeps."""

    def __init__(self, folder, **settings):
        self.settings = {"PERSISTENCE": "1", "DATA_DIR": str(folder), "LAMBDA_RETRY_BASE_DELAY": "1", **settings}
        self.server = None
        self.start()

    def start(self):
        self.server = Server(**self.settings)

    def kill(self):
        self.server.process.kill()
        self.server.process.wait()

    def client(self, service):
        options = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=self.server.url, **options)


@pytest.fixture
def restarting(tmp_path):
    restarting = Restarting(tmp_path / "data")
    yield restarting
    assert restarting.server.stop() == 0


def bodies(messages):
    return sorted(json.loads(message["Body"])["n"] for message in messages)


def test_events_that_wait_are_carried_out_after_a_kill(restarting, tmp_path):
    sqs = restarting.client("sqs")
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    gate = tmp_path / "open"
    code = """
import os
from forward import handler as forward
def handler(event, context):
    assert os.path.exists(os.environ["GATE"]), "not yet"
    forward(event, context)
"""
    functions = Functions(restarting.client("lambda"))
    name = functions.make(forwarding(code), Environment={"Variables": {"QUEUE": queue, "GATE": str(gate)}})
    for number in range(10):
        functions.invoke(name, {"n": number}, InvocationType="Event")
    restarting.kill()
    gate.touch()
    restarting.start()
    found = bodies(received(restarting.client("sqs"), queue, 10))
    assert sorted(set(found)) == list(range(10))


def test_mappings_go_on_where_they_were(restarting):
    sqs, dynamodb, aws_lambda = (restarting.client(name) for name in ("sqs", "dynamodb", "lambda"))
    queue, source = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "source"))
    stream = make_table(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    table = stream["TableName"]
    code = """
import json
from forward import handler as forward
def handler(event, context):
    for one in event["Records"]:
        number = one["dynamodb"]["Keys"]["id"]["S"] if "dynamodb" in one else one["body"]
        forward({"n": int(number)}, context)
"""
    name = Functions(aws_lambda).make(forwarding(code), Environment={"Variables": {"QUEUE": queue}})
    of_stream = aws_lambda.create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream["LatestStreamArn"], StartingPosition="TRIM_HORIZON"
    )["UUID"]
    aws_lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=arn(sqs, source))

    def write(*numbers):
        dynamodb, sqs = restarting.client("dynamodb"), restarting.client("sqs")
        for number in numbers:
            dynamodb.put_item(TableName=table, Item={"id": {"S": str(number)}})
            sqs.send_message(QueueUrl=source, MessageBody=str(100 + number))

    write(1, 2, 3)
    assert bodies(received(sqs, queue, 6)) == [1, 2, 3, 101, 102, 103]
    # The position is noted after the function has answered, and kept with the next write that is answered.
    until = time.monotonic() + 30
    while aws_lambda.get_event_source_mapping(UUID=of_stream)["LastProcessingResult"] != "OK":
        assert time.monotonic() < until
    sqs.purge_queue(QueueUrl=queue)
    restarting.kill()
    restarting.start()
    write(4, 5)
    found = bodies(received(restarting.client("sqs"), queue, 4))
    assert found == [4, 5, 104, 105]


def test_no_container_is_left_after_a_kill(tmp_path):
    if reason := images.reason_without_engine():
        pytest.skip(reason)
    mapping = json.dumps({"python3.12": images.python_image()})
    settings = {"LAMBDA_RUNTIME_EXECUTOR": "docker", "LAMBDA_RUNTIME_IMAGE_MAPPING": mapping}
    restarting = Restarting(tmp_path / "data", **settings)
    name = f"left-{uuid.uuid4().hex}"
    code = "import time\ndef handler(event, context):\n    time.sleep(event['seconds'])\n    return 'fine'\n"
    functions = Functions(restarting.client("lambda"))
    functions.make(code, name=name)
    assert functions.invoke(name, {"seconds": 0})[1] == "fine"
    functions.invoke(name, {"seconds": 30}, InvocationType="Event")
    of_function = ["--filter", f"label=ruststack.function=arn:aws:lambda:us-east-1:000000000000:function:{name}"]

    def containers():
        return set(images.docker("ps", "--all", "--quiet", *of_function).stdout.split())

    before = containers()
    assert before
    restarting.kill()
    restarting.start()
    try:
        until = time.monotonic() + 60
        while before & containers():
            assert time.monotonic() < until
        assert Functions(restarting.client("lambda")).invoke(name, {"seconds": 0})[1] == "fine"
    finally:
        assert restarting.server.stop() == 0
    assert containers() == set()
