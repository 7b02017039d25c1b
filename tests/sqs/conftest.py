"""What the tests of SQS share: a server whose clock a test may move, queues, and their ARNs."""

import uuid

import pytest

from ..conftest import Server


@pytest.fixture
def patient(client):
    """Makes clients of a server of the test's own, with a function that moves its clock."""
    server = Server(SQS_DELAY_PURGE_RETRY="1")
    yield client("sqs", url=server.url), server.advance
    assert server.stop() == 0


@pytest.fixture
def sqs(client):
    return client("sqs")


def make_queue(sqs, fifo=False, **attributes):
    name = f"queue-{uuid.uuid4().hex[:16]}" + (".fifo" if fifo else "")
    if fifo:
        attributes["FifoQueue"] = "true"
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def arn(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@pytest.fixture
def queue(sqs):
    return make_queue(sqs)


@pytest.fixture
def fifo(sqs):
    return make_queue(sqs, fifo=True)
