"""SQS with boto3: its resources, a worker that waits, and its own checks of MD5s."""

import concurrent.futures
import time
import urllib.request

import boto3

from .conftest import make_queue


def test_a_worker_that_waits_is_told_at_once(client, sqs, queue):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waiting = pool.submit(client("sqs").receive_message, QueueUrl=queue, WaitTimeSeconds=20)
        before = time.monotonic()
        sqs.send_message(QueueUrl=queue, MessageBody="work")
        assert waiting.result()["Messages"][0]["Body"] == "work"
        assert time.monotonic() - before < 10


def test_every_message_is_worked_on_once(client, sqs, queue):
    def work():
        mine, done = client("sqs"), []
        while got := mine.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
            entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(got)]
            assert "Failed" not in mine.delete_message_batch(QueueUrl=queue, Entries=entries)
            done += [message["Body"] for message in got]
        return done

    bodies = [str(number) for number in range(300)]
    for start in range(0, len(bodies), 10):
        entries = [{"Id": body, "MessageBody": body} for body in bodies[start : start + 10]]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        done = [body for worker in [pool.submit(work) for _ in range(4)] for body in worker.result()]
    assert sorted(done, key=int) == bodies


def test_workers_that_wait_are_given_each_message_as_it_is_sent_and_once(client, sqs, queue):
    """A message for each worker that says "stop" ends the day."""
    workers, messages = 3, 1000

    def work():
        mine, done = client("sqs"), []
        while True:
            for message in mine.receive_message(QueueUrl=queue, WaitTimeSeconds=20).get("Messages", []):
                mine.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                if message["Body"] == "stop":
                    return done
                done.append(int(message["Body"]))

    with concurrent.futures.ThreadPoolExecutor() as pool:
        waiting = [pool.submit(work) for _ in range(workers)]
        for number in range(messages):
            sqs.send_message(QueueUrl=queue, MessageBody=str(number))
        for _ in waiting:
            sqs.send_message(QueueUrl=queue, MessageBody="stop")
        done = [number for worker in waiting for number in worker.result()]
    assert sorted(done) == list(range(messages))


def test_messages_of_a_group_keep_their_order(sqs, fifo):
    for number in range(20):
        ids = {"MessageGroupId": "group", "MessageDeduplicationId": str(number)}
        sqs.send_message(QueueUrl=fifo, MessageBody=str(number), **ids)
    got = []
    while messages := sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=3).get("Messages"):
        for message in messages:
            got.append(int(message["Body"]))
            sqs.delete_message(QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])
    assert got == list(range(20))


def test_resources_work(server, account):
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "test", "region_name": "eu-west-1"}
    resource = boto3.resource("sqs", endpoint_url=server.url, **keys)
    queue = resource.create_queue(QueueName="resource")
    attribute = {"DataType": "Binary", "BinaryValue": bytes(range(256))}
    sent = queue.send_message(MessageBody="ü\r\n\"<&>", MessageAttributes={"bytes": attribute})
    (message,) = queue.receive_messages(MessageAttributeNames=["All"])
    assert (message.message_id, message.body) == (sent["MessageId"], "ü\r\n\"<&>")
    assert message.message_attributes == {"bytes": attribute}
    message.delete()
    assert queue.attributes["QueueArn"] == f"arn:aws:sqs:eu-west-1:{account}:resource"
    assert resource.get_queue_by_name(QueueName="resource").url == queue.url


def test_a_queues_url_can_be_presigned(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="presigned")
    url = f"{queue}?Action=ReceiveMessage&VisibilityTimeout=0"
    assert "<Body>presigned</Body>" in urllib.request.urlopen(url).read().decode()


def test_messages_are_seen_without_being_received(server, sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="seen")
    for _ in range(2):
        seen = urllib.request.urlopen(f"{server.url}/_aws/sqs/messages?QueueUrl={queue}").read().decode()
        assert "<Body>seen</Body>" in seen and "<Value>0</Value>" in seen


def test_queues_are_listed_with_a_paginator(sqs):
    urls = {make_queue(sqs) for _ in range(5)}
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})
    assert {url for page in pages for url in page["QueueUrls"]} == urls
