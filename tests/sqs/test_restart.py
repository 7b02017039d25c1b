"""What SQS answered is there after the process was killed."""

import json

import pytest

from ..conftest import Server
from .conftest import arn, make_queue


@pytest.fixture
def killed(client, tmp_path):
    """Makes a client of a server with persistence; from the second time on after the one before was killed."""
    servers = []

    def again():
        for server in servers:
            server.process.kill()
            server.process.wait()
        servers[:] = [Server(PERSISTENCE="1", DATA_DIR=str(tmp_path))]
        return client("sqs", url=servers[0].url)

    yield again
    assert servers[0].stop() == 0


def here(sqs, url):
    return f"{sqs.meta.endpoint_url}/{'/'.join(url.split('/')[3:])}"


def test_a_message_received_before_is_deleted_after_a_kill(killed):
    sqs = killed()
    url = make_queue(sqs, VisibilityTimeout="600")
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": body, "MessageBody": body} for body in "abc"])
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    sqs = killed()
    url = here(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=got[1]["ReceiptHandle"], VisibilityTimeout=0)
    sqs = killed()
    left = sqs.receive_message(QueueUrl=here(sqs, url), MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    counts = {message["Body"]: message["Attributes"]["ApproximateReceiveCount"] for message in left}
    assert counts == {"b": "2", "c": "1"}


def test_a_task_goes_on_after_a_kill(killed):
    sqs = killed()
    dead, url = make_queue(sqs), make_queue(sqs)
    source, destination = arn(sqs, dead), arn(sqs, url)
    make_queue(sqs, RedrivePolicy=json.dumps({"deadLetterTargetArn": source, "maxReceiveCount": 1}))
    bodies = [str(number) for number in range(5)]
    sqs.send_message_batch(QueueUrl=dead, Entries=[{"Id": body, "MessageBody": body} for body in bodies])
    sqs.start_message_move_task(SourceArn=source, DestinationArn=destination, MaxNumberOfMessagesPerSecond=2)
    sqs = killed()
    moved = []
    while len(moved) < len(bodies):
        got = sqs.receive_message(QueueUrl=here(sqs, url), MaxNumberOfMessages=10, WaitTimeSeconds=10)
        moved += [message["Body"] for message in got["Messages"]]
    assert sorted(moved) == bodies
