"""Faults on request, as boto3 meets them."""

import json
import subprocess
import time
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from .conftest import ROOT, Server


@pytest.fixture(scope="module")
def emulator():
    server = Server()
    yield server
    assert server.stop() == 0


@pytest.fixture
def ask(emulator):
    def send(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{emulator.url}/_localstack/chaos/{path}", data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    yield send
    send("DELETE", "faults")
    send("DELETE", "effects")


@pytest.fixture
def make(emulator, account):
    """Clients that do not try again."""

    def client(service, region="us-east-1"):
        return boto3.client(
            service,
            endpoint_url=emulator.url,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    return client


def refusal(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    answer = error.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def test_a_rule_strikes_its_operation_in_its_region_alone(ask, make):
    ask("POST", "faults", [{"service": "sqs", "region": "eu-west-1", "operation": "ListQueues"}])
    assert refusal(make("sqs", "eu-west-1").list_queues) == (503, "ServiceUnavailable")
    assert make("sqs", "eu-west-1").create_queue(QueueName="queue")["QueueUrl"]
    assert "QueueUrls" not in make("sqs").list_queues()
    assert make("s3", "eu-west-1").list_buckets()["Buckets"] == []


def test_errors_have_the_shape_of_each_protocol(ask, make):
    error = {"statusCode": 500, "code": "InternalError", "message": "What the user wants."}
    ask("POST", "faults", [{"error": error}])
    calls = [
        make("s3").list_buckets,
        make("sqs").list_queues,
        make("sns").list_topics,
        make("dynamodb").list_tables,
        make("lambda").list_functions,
        make("iam").list_users,
        make("sts").get_caller_identity,
        make("events").list_rules,
        make("kms").list_keys,
        make("logs").describe_log_groups,
    ]
    assert {refusal(call) for call in calls} == {(500, "InternalError")}


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("s3", "list_buckets", (503, "SlowDown")),
        ("sqs", "list_queues", (403, "RequestThrottled")),
        ("lambda", "list_functions", (429, "TooManyRequestsException")),
        ("dynamodb", "list_tables", (400, "ThrottlingException")),
        ("sns", "list_topics", (400, "Throttling")),
    ],
)
def test_each_service_throttles_in_its_own_words(ask, make, service, operation, expected):
    ask("POST", "faults", [{"throttling": True}])
    assert refusal(getattr(make(service), operation)) == expected


def test_a_refused_write_changes_nothing(ask, make):
    s3 = make("s3")
    s3.create_bucket(Bucket="kept")
    ask("POST", "faults", [{"operation": "PutObject"}])
    assert refusal(s3.put_object, Bucket="kept", Key="key", Body=b"x" * 100_000) == (503, "ServiceUnavailable")
    assert s3.list_objects_v2(Bucket="kept")["KeyCount"] == 0


def test_a_connection_ends_without_an_answer(ask, make):
    ask("POST", "faults", [{"service": "dynamodb", "dropConnection": True}])
    with pytest.raises(ConnectionClosedError):
        make("dynamodb").list_tables()
    assert make("s3").list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_delays_of_rules_and_effects_add_up(ask, make):
    sts = make("sts")
    ask("POST", "effects", {"latency": 40})
    ask("POST", "faults", [{"service": "sts", "latency": 60}])
    begin = time.monotonic()
    assert sts.get_caller_identity()["Account"]
    assert time.monotonic() - begin >= 0.1


def test_retries_of_the_sdk_bear_what_strikes_every_other_time(ask, emulator, account):
    ask("POST", "effects", {"seed": 3})
    ask("POST", "faults", [{"service": "s3", "probability": 0.5}])
    s3 = boto3.client(
        "s3",
        endpoint_url=emulator.url,
        region_name="us-east-1",
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 12, "mode": "standard"}),
    )
    answers = [s3.list_buckets() for _ in range(4)]
    assert sum(answer["ResponseMetadata"]["RetryAttempts"] for answer in answers) > 0


def test_wrong_rules_are_refused_with_the_reason(ask):
    ask("POST", "faults", [{"service": "s3"}])
    for wrong, reason in [
        ([{"probability": 2}], "it goes from 0 to 1"),
        ([{"error": {"statusCode": 204, "code": "x"}}], "errors have 400 to 599"),
        ([{"servise": "s3"}], "unknown field"),
        ({"service": "s3"}, "the body is not understood"),
    ]:
        with pytest.raises(urllib.error.HTTPError) as error:
            ask("POST", "faults", wrong)
        assert error.value.code == 400 and reason in error.value.read().decode()
    assert ask("GET", "faults") == [{"service": "s3"}]
    assert ask("DELETE", "faults", [{"service": "sqs"}]) == [{"service": "s3"}]
    assert ask("DELETE", "faults", [{"service": "s3"}]) == []


def test_the_commands_of_the_documentation_work(emulator, ask):
    blocks = (ROOT / "docs/faults.md").read_text().split("```sh\n")[1:]
    lines = []
    for block in blocks:
        command = block.split("```")[0].replace("curl", "curl -sSf -w '\\n'").replace("http://localhost:4566", emulator.url)
        run = subprocess.run(["sh", "-ec", command], capture_output=True, text=True, check=True)
        lines += [json.loads(line) for line in run.stdout.splitlines()]
    rules, added, shown, removed, effects, _, ended = lines
    assert len(rules) == 2 and len(added) == 3 and shown == added and removed == []
    assert effects == {"latency": 50, "seed": 7} and ended == {"latency": 0}
