"""Ids that are taken once, compared with what AWS answered."""

import pytest

from ..conftest import make_queue

HIGH = {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}


def recorded(name, suffix=""):
    return pytest.mark.recorded("sqs", f"TestSqsProvider::{name}[sqs{suffix}]", "")


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


BY_CONTENT = pytest.mark.parametrize("by_content", [True, False])
ITEM = '{"foo": "bar"}'


def queue_and_ids(sqs, by_content):
    url = make_queue(sqs, fifo=True, ContentBasedDeduplication=str(by_content).lower())
    return url, {} if by_content else {"MessageDeduplicationId": "dedup1"}


@BY_CONTENT
@recorded("test_fifo_deduplication_arrives_once_after_delete", "-{by_content}")
def test_an_id_is_taken_though_its_message_was_deleted(sqs, by_content, recording):
    url, ids = queue_and_ids(sqs, by_content)
    given = {"QueueUrl": url, "MessageBody": ITEM, "MessageGroupId": "group-1", **ids}
    sqs.send_message(**given)
    got = recording.compare("get-messages", sqs.receive_message(QueueUrl=url))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])
    sqs.send_message(**given)
    received(sqs, url, recording, "get-messages-duplicate")


@BY_CONTENT
@recorded("test_fifo_deduplication_not_on_message_group_id", "-{by_content}")
def test_an_id_is_taken_in_all_groups(sqs, by_content, recording):
    url, ids = queue_and_ids(sqs, by_content)
    for group in ["group-1", "group-2"]:
        sqs.send_message(QueueUrl=url, MessageBody=ITEM, MessageGroupId=group, **ids)
    received(sqs, url, recording, "get-messages", "get-dedup-messages")


TIMES = ("CreatedTimestamp", "LastModifiedTimestamp")


def everything(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])


def delete(sqs, url, got):
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])


@recorded("test_fifo_change_to_high_throughput_after_creation")
def test_ids_stay_the_queues_whatever_is_set_later(sqs, recording):
    url = make_queue(sqs, fifo=True, ContentBasedDeduplication="False", DeduplicationScope="queue")
    send(sqs, url, "Test1", "group1", "same")
    delete(sqs, url, recording.compare(FIRST, sqs.receive_message(QueueUrl=url)))
    send(sqs, url, "Test2", "group2", "same")
    received(sqs, url, recording, SECOND)
    sqs.set_queue_attributes(QueueUrl=url, Attributes=HIGH)
    recording.compare("set-to-high-throughput", everything(sqs, url), hidden=TIMES)
    received(sqs, url, recording, "same-dedup-different-grp-high-throughput")
    send(sqs, url, "Test3", "group3", "same")
    received(sqs, url, recording, "same-dedup-different-grp-high-throughput-2")
    send(sqs, url, "Test4", "group4", "other")
    delete(sqs, url, recording.compare("new-dedup2-high-throughput", sqs.receive_message(QueueUrl=url)))
    send(sqs, url, "Test5", "group5", "other")
    received(sqs, url, recording, "same-dedup2-high-throughput")


@recorded("test_fifo_change_to_regular_throughput_after_creation")
def test_ids_stay_the_groups_whatever_is_set_later(sqs, recording):
    url = make_queue(sqs, fifo=True, ContentBasedDeduplication="False", **HIGH)
    for number, step in [("1", FIRST), ("2", SECOND)]:
        send(sqs, url, f"Test{number}", f"group{number}", "same")
        delete(sqs, url, recording.compare(step, sqs.receive_message(QueueUrl=url)))
    regular = {"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=regular)
    recording.compare("set-to-regular-throughput", everything(sqs, url), hidden=TIMES)
    send(sqs, url, "Test3", "group3", "same")
    received(sqs, url, recording, "same-dedup-different-grp-regular-throughput")


@recorded("test_fifo_set_content_based_deduplication_strategy")
def test_content_may_stop_being_the_id(sqs, recording):
    url = make_queue(sqs, fifo=True, ContentBasedDeduplication="true")
    recording.compare("before-update", everything(sqs, url), hidden=TIMES)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"ContentBasedDeduplication": "false"})
    recording.compare("after-update", everything(sqs, url), hidden=TIMES)
