"""Functions and the rest of AWS, as processes and in containers."""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request
import uuid

import boto3
import pytest

from . import images
from .conftest import ROLE, Functions, packed
from .test_deliveries import received
from ..conftest import Server

BOTO3 = """
import json, os, boto3
s3, sqs, sts = boto3.client("s3"), boto3.client("sqs"), boto3.client("sts")
table = boto3.resource("dynamodb").Table("table")
def handler(event, context):
    s3.put_object(Bucket="bucket", Key="made inside", Body=b"x" * event["size"])
    table.put_item(Item={"id": "made inside", "n": 7})
    queue = sqs.get_queue_url(QueueName="queue")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "made inside"})
    identity = sts.get_caller_identity()
    return {"link": link, "arn": identity["Arn"], "item": str(table.get_item(Key={"id": "made inside"})["Item"]["n"])}
"""


@pytest.fixture(scope="module", params=["process", "docker"])
def executing(request):
    """A server with that executor."""
    settings = {"LAMBDA_RUNTIME_EXECUTOR": request.param}
    if request.param == "process":
        # The machine's Python may have no boto3; that of the tests has.
        settings["PATH"] = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    elif reason := images.reason_without_engine():
        pytest.skip(reason)
    else:
        settings["LAMBDA_RUNTIME_IMAGE_MAPPING"] = json.dumps({"python3.12": images.python_image()})
    server = Server(**settings)
    yield server
    assert server.stop() == 0


@pytest.fixture
def client(executing, account):
    """Instead of the one of the common server."""

    def make(service):
        credentials = {"aws_access_key_id": account, "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=executing.url, **credentials)

    return make


def test_a_function_works_with_other_services(client, functions, account):
    s3, sqs, dynamodb = client("s3"), client("sqs"), client("dynamodb")
    bucket = f"bucket-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    dynamodb.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    name = functions.make(BOTO3.replace('"bucket"', f'"{bucket}"'), MemorySize=256, Role=f"arn:aws:iam::{account}:role/anybody")
    answer, told = functions.invoke(name, {"size": 1_000_000})
    assert "FunctionError" not in answer, told
    assert told["arn"].startswith(f"arn:aws:sts::{account}:assumed-role/anybody/")
    assert told["item"] == "7"
    assert s3.head_object(Bucket=bucket, Key="made inside")["ContentLength"] == 1_000_000
    assert json.loads(received(sqs, queue)[0]["Body"]) == {"size": 1_000_000}


def test_a_link_made_inside_works_outside(client, functions, executing):
    s3 = client("s3")
    bucket = f"bucket-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a key", Body=b"found")
    code = """
import boto3
def handler(event, context):
    return boto3.client("s3").generate_presigned_url("get_object", Params=event)
"""
    answer, link = functions.invoke(functions.make(code, MemorySize=256), {"Bucket": bucket, "Key": "a key"})
    assert "FunctionError" not in answer, link
    # The host is the one by which the function reaches RustStack, which need not be a name for this machine.
    assert urllib.request.urlopen(link).read() == b"found"


def test_payloads_of_megabytes_pass(functions):
    name = functions.make("def handler(event, context):\n    return event['text'] + '!'\n", MemorySize=512)
    text = "x" * 5_000_000
    assert functions.invoke(name, {"text": text})[1] == text + "!"


def test_what_is_exited_is_told(functions):
    name = functions.make("import os\ndef handler(event, context):\n    os._exit(event['status'])\n")
    for status, reason in [(3, "with error: exit status 3"), (0, "without providing a reason")]:
        answer, payload = functions.invoke(name, {"status": status})
        request_id = answer["ResponseMetadata"]["RequestId"]
        message = f"RequestId: {request_id} Error: Runtime exited {reason}"
        assert payload == {"errorType": "Runtime.ExitError", "errorMessage": message}


EXTENSION = """#!/usr/bin/python3 -u
import http.client, json, os
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def ask(method, path, body=None, headers={}):
    connection.request(method, "/2020-01-01/extension" + path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()
answer, _ = ask("POST", "/register", json.dumps({"events": ["INVOKE", "SHUTDOWN"]}),
                {"Lambda-Extension-Name": os.path.basename(__file__)})
mine = {"Lambda-Extension-Identifier": answer.getheader("Lambda-Extension-Identifier")}
while True:
    _, event = ask("GET", "/event/next", headers=mine)
    event = json.loads(event)
    print("extension sees", event["eventType"], event.get("shutdownReason"))
    if event["eventType"] == "SHUTDOWN":
        break
"""


def test_an_extension_is_told_of_invocations_and_of_the_end(client, functions, aws_lambda):
    layer = packed({"extensions/watcher": EXTENSION})
    layer = aws_lambda.publish_layer_version(LayerName="watching", Content={"ZipFile": layer})
    name = functions.make("def handler(event, context):\n    return 1\n", Layers=[layer["LayerVersionArn"]])
    assert functions.invoke(name)[1] == 1
    # Its environment is of no more use.
    aws_lambda.update_function_configuration(FunctionName=name, Description="another")
    logs, lines, until = client("logs"), [], time.monotonic() + 30
    while not any("SHUTDOWN" in line for line in lines) and time.monotonic() < until:
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        lines = [event["message"].strip() for event in events if "extension sees" in event["message"]]
    assert lines == ["extension sees INVOKE None", "extension sees SHUTDOWN spindown"]


def containers_of(aws_lambda, name):
    function = aws_lambda.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    return containers_with(function)


def containers_with(arn):
    found = images.docker("ps", "--all", "--quiet", "--filter", f"label=ruststack.function={arn}")
    return found.stdout.split()


@pytest.fixture
def in_containers(executing, request):
    if request.node.callspec.params["executing"] != "docker":
        pytest.skip("of containers alone")


def test_a_function_that_takes_too_much_memory_is_killed(in_containers, functions):
    code = "def handler(event, context):\n    return len(bytearray(event['size']))\n"
    name = functions.make(code, MemorySize=128)
    answer, payload = functions.invoke(name, {"size": 400_000_000})
    request_id = answer["ResponseMetadata"]["RequestId"]
    message = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
    assert payload == {"errorType": "Runtime.ExitError", "errorMessage": message}
    assert functions.invoke(name, {"size": 1000})[1] == 1000


def test_a_container_that_is_killed_is_replaced(in_containers, functions, aws_lambda):
    name = functions.make("def handler(event, context):\n    return 'fine'\n")
    assert functions.invoke(name)[1] == "fine"
    (container,) = containers_of(aws_lambda, name)
    images.docker("kill", container.decode())
    assert functions.invoke(name)[1] == "fine"


def test_containers_go_with_their_function(in_containers, functions, aws_lambda):
    name = functions.make("def handler(event, context):\n    return 'fine'\n")
    assert functions.invoke(name)[1] == "fine"
    arn = aws_lambda.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    assert containers_with(arn)
    aws_lambda.delete_function(FunctionName=name)
    until = time.monotonic() + 30
    while containers_with(arn):
        assert time.monotonic() < until


def test_a_container_image_is_run(in_containers, functions, aws_lambda, tmp_path):
    (tmp_path / "app.py").write_text("def one(event, context):\n    return ['one', event]\n\ndef two(event, context):\n    return 2\n")
    (tmp_path / "Dockerfile").write_text(f'FROM {images.python_image()}\nCOPY app.py /var/task/\nCMD ["app.one"]\n')
    tag = f"ruststack-test/function:{uuid.uuid4().hex[:12]}"
    images.docker("build", "--tag", tag, tmp_path, env={**os.environ, "DOCKER_BUILDKIT": "0"})
    try:
        settings = {"FunctionName": "image", "PackageType": "Image", "Role": ROLE, "Timeout": 30}
        made = aws_lambda.create_function(Code={"ImageUri": tag}, **settings)
        assert made["PackageType"] == "Image" and "Runtime" not in made
        aws_lambda.get_waiter("function_active_v2").wait(FunctionName="image", WaiterConfig={"Delay": 1})
        assert functions.invoke("image", {"a": 1})[1] == ["one", {"a": 1}]
        aws_lambda.update_function_configuration(FunctionName="image", ImageConfig={"Command": ["app.two"]})
        aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="image", WaiterConfig={"Delay": 1})
        assert functions.invoke("image")[1] == 2
        aws_lambda.delete_function(FunctionName="image")
    finally:
        images.docker("rmi", "--force", tag)


def test_an_image_that_is_not_there_fails_and_says_why(in_containers, aws_lambda):
    settings = {"FunctionName": "none", "PackageType": "Image", "Role": ROLE}
    aws_lambda.create_function(Code={"ImageUri": "localhost:1/no-such:image"}, **settings)
    with pytest.raises(Exception, match="Waiter FunctionActiveV2 failed"):
        aws_lambda.get_waiter("function_active_v2").wait(FunctionName="none", WaiterConfig={"Delay": 1})
    told = aws_lambda.get_function(FunctionName="none")["Configuration"]
    assert (told["State"], told["StateReasonCode"]) == ("Failed", "InvalidImage")
    assert told["StateReason"].startswith("The image localhost:1/no-such:image is not on this machine")


def test_functions_without_their_image_run_as_processes():
    """The choice of auto."""
    if reason := images.reason_without_engine():
        pytest.skip(reason)
    mapping = json.dumps({"python3.12": "localhost:1/no-such:image"})
    server = Server(LAMBDA_RUNTIME_EXECUTOR="auto", LAMBDA_RUNTIME_IMAGE_MAPPING=mapping)
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    functions = Functions(boto3.client("lambda", endpoint_url=server.url, **credentials))
    name = functions.make("def handler(event, context):\n    return event\n")
    assert functions.invoke(name, {"a": 1})[1] == {"a": 1}
    assert server.stop() == 0
