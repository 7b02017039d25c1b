"""What Prometheus is told."""

import re
import urllib.request

import boto3
import pytest

from .conftest import Server


@pytest.fixture(scope="module")
def emulator():
    server = Server(PERSISTENCE="0")
    yield server
    assert server.stop() == 0


@pytest.fixture
def make(emulator):
    def client(service):
        keys = {"aws_access_key_id": "000000000000", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=emulator.url, region_name="us-east-1", **keys)

    return client


def fetch(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return answer.headers["content-type"], answer.read().decode()


def value(text, name, **labels):
    """Of the one line that has these labels."""
    lines = [line for line in text.splitlines() if re.match(rf"{name}(\{{|\s)", line)]
    found = [line for line in lines if all(f'{key}="{wanted}"' in line for key, wanted in labels.items())]
    assert len(found) == 1, (name, labels, found)
    return float(found[0].rsplit(" ", 1)[1])


def test_requests_are_counted_by_operation_and_status(emulator, make):
    s3 = make("s3")
    s3.create_bucket(Bucket="metrics")
    for _ in range(3):
        s3.put_object(Bucket="metrics", Key="key", Body=b"1")
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="metrics", Key="none")
    kind, text = fetch(f"{emulator.url}/_ruststack/metrics")
    assert kind.startswith("application/openmetrics-text") and text.endswith("# EOF\n")
    assert value(text, "ruststack_requests_total", service="s3", operation="PutObject", status="200") == 3
    assert value(text, "ruststack_requests_total", service="s3", operation="GetObject", status="404") == 1
    assert value(text, "ruststack_request_duration_seconds_count", service="s3", operation="PutObject") == 3
    assert value(text, "ruststack_uptime_seconds") >= 0


def test_the_depth_of_queues_is_told(emulator, make):
    sqs = make("sqs")
    queue = sqs.create_queue(QueueName="deep")["QueueUrl"]
    for number in range(4):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    sqs.receive_message(QueueUrl=queue)
    _, text = fetch(f"{emulator.url}/_localstack/metrics")
    depth = {
        standing: value(text, "ruststack_queue_messages", queue="deep", standing=standing)
        for standing in ("ready", "in_flight", "delayed")
    }
    assert depth == {"ready": 3, "in_flight": 1, "delayed": 0}
    assert value(text, "ruststack_outbox_parcels", service="sns") == 0


def test_the_usual_path_is_prometheuss_alone(emulator, make):
    """As Prometheus 3 asks; anybody else finds the bucket."""
    s3 = make("s3")
    s3.create_bucket(Bucket="metrics")
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
    assert "ruststack_requests_total" in fetch(f"{emulator.url}/metrics", Accept=accept)[1]
    assert "ListBucketResult" in fetch(f"{emulator.url}/metrics")[1]
    assert s3.list_objects_v2(Bucket="metrics")["Name"] == "metrics"


def test_the_size_of_the_journal_is_told_where_there_is_one(tmp_path):
    server = Server(PERSISTENCE="1", DATA_DIR=str(tmp_path))
    _, text = fetch(f"{server.url}/_ruststack/metrics")
    assert value(text, "ruststack_journal_bytes", file="state.db") == (tmp_path / "state.db").stat().st_size
    assert server.stop() == 0
