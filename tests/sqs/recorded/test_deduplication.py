"""Ids that are taken once, compared with what AWS answered."""

import pytest

from ..conftest import make_queue

HIGH = {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}


def recorded(name):
    return pytest.mark.recorded("sqs", f"TestSqsProvider::{name}[sqs]", "")


def send(sqs, url, body, group, identifier="1"):
    ids = {"MessageGroupId": group, "MessageDeduplicationId": identifier}
    sqs.send_message(QueueUrl=url, MessageBody=body, **ids)


def received(sqs, url, recording, *steps):
    for step in steps:
        recording.compare(step, sqs.receive_message(QueueUrl=url))


FIRST, SECOND = "same-dedup-different-grp-1", "same-dedup-different-grp-2"


@recorded("test_sqs_fifo_same_dedup_id_different_message_groups")
def test_an_id_is_the_queues(sqs, fifo, recording):
    for group in ["1", "2"]:
        send(sqs, fifo, "Test", group)
    received(sqs, fifo, recording, FIRST, SECOND)


@recorded("test_sqs_fifo_message_group_scope_no_throughput_setting")
def test_an_id_is_a_groups_where_the_queue_says_so(sqs, recording):
    url = make_queue(sqs, fifo=True, DeduplicationScope="messageGroup")
    for group in ["1", "2"]:
        send(sqs, url, "Test", group)
    received(sqs, url, recording, FIRST, SECOND)


@recorded("test_fifo_high_throughput_ordering")
def test_groups_do_not_wait_for_each_other(sqs, recording):
    url = make_queue(sqs, fifo=True, **HIGH)
    for number in ["1", "2"]:
        send(sqs, url, f"Test{number}", number)
    received(sqs, url, recording, FIRST, SECOND)


@recorded("test_fifo_empty_message_groups_added_back_to_queue")
def test_a_group_that_was_empty_goes_on(sqs, fifo, recording):
    send(sqs, fifo, "Message 1", "g1", "1")
    got = recording.compare("inital-fifo-receive", sqs.receive_message(QueueUrl=fifo))
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])
    received(sqs, fifo, recording, "empty-fifo-receive")
    send(sqs, fifo, "Message 2", "g1", "2")
    received(sqs, fifo, recording, "final-fifo-receive")
