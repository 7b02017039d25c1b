"""Batches and sizes, compared with what AWS answered."""

import pytest

from ..conftest import make_queue

WITHOUT_ID = "test_send_batch_missing_deduplication_id_for_fifo_queue[sqs]"
WITHOUT_GROUP = "test_send_batch_missing_message_group_id_for_fifo_queue[sqs]"
UPDATED = "test_send_message_batch_with_oversized_contents_with_updated_maximum_message_size[sqs]"


def recorded(name, date="30-04-2024"):
    return pytest.mark.recorded("sqs", f"TestSqsProvider::{name}", date)


@recorded("test_send_message_with_updated_maximum_message_size[sqs]")
def test_a_queue_may_take_smaller_messages_alone(sqs, recording):
    url = make_queue(sqs, MaximumMessageSize="1024")
    attributes = {"k": {"DataType": "String", "StringValue": "x"}}
    for size in [1024, 1024 - len("kStringx")]:
        body = "a" * size
        options = {} if size == 1024 else {"MessageAttributes": attributes}
        assert sqs.send_message(QueueUrl=url, MessageBody=body, **options)["MessageId"]
    given = {"QueueUrl": url, "MessageBody": "a" * 1025}
    recording.refused("send_oversized_message", sqs.send_message, **given)


@recorded(UPDATED)
def test_attributes_count_in_a_batch(sqs, recording):
    url = make_queue(sqs, MaximumMessageSize="2048")
    attributes = {"k": {"DataType": "String", "StringValue": "x"}}
    entries = [
        {"Id": "1", "MessageBody": "a" * (2048 - len("kStringx")), "MessageAttributes": attributes},
        {"Id": "2", "MessageBody": "a"},
    ]
    recording.compare("send_oversized_message_batch", sqs.send_message_batch(QueueUrl=url, Entries=entries))


@recorded("test_send_batch_message_size")
def test_an_entry_that_is_too_long_fails_alone(sqs, recording):
    url = make_queue(sqs, MaximumMessageSize="1024")
    entries = [{"Id": f"entry-{size}", "MessageBody": "a" * size} for size in [1024, 1025]]
    recording.compare("send-message-batch-result", sqs.send_message_batch(QueueUrl=url, Entries=entries))


@recorded(WITHOUT_ID)
def test_entries_for_a_fifo_queue_have_ids(sqs, fifo, recording):
    entries = [
        {"Id": "1", "MessageBody": "body", "MessageGroupId": "group", "MessageDeduplicationId": "id"},
        {"Id": "2", "MessageBody": "body", "MessageGroupId": "group"},
    ]
    (step,) = recording.steps
    recording.refused(step, sqs.send_message_batch, QueueUrl=fifo, Entries=entries)


@recorded(WITHOUT_GROUP)
def test_entries_for_a_fifo_queue_have_groups(sqs, fifo, recording):
    entries = [
        {"Id": "1", "MessageBody": "body", "MessageGroupId": "group", "MessageDeduplicationId": "1"},
        {"Id": "2", "MessageBody": "body", "MessageDeduplicationId": "2"},
    ]
    (step,) = recording.steps
    recording.refused(step, sqs.send_message_batch, QueueUrl=fifo, Entries=entries)


@pytest.mark.parametrize("identifier", ["", "testLongId" * 10, "invalid:id"])
@recorded("test_delete_message_batch_invalid_msg_id[sqs-{identifier}]")
def test_ids_of_deleted_entries_are_words(sqs, queue, identifier, recording):
    entries = [{"Id": identifier, "ReceiptHandle": "handle"}]
    recording.refused("error_response", sqs.delete_message_batch, QueueUrl=queue, Entries=entries)


def twenty(sqs, queue):
    """Receipt handles of so many messages."""
    for start in [0, 10]:
        entries = [{"Id": str(number), "MessageBody": "a"} for number in range(start, start + 10)]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    answers = [sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10) for _ in range(2)]
    return [message["ReceiptHandle"] for answer in answers for message in answer["Messages"]]


@recorded("test_delete_message_batch_with_too_large_batch[sqs]")
def test_ten_messages_are_deleted_at_once(sqs, queue, recording):
    entries = [{"Id": str(number), "ReceiptHandle": handle} for number, handle in enumerate(twenty(sqs, queue))]
    recording.refused("error_response", sqs.delete_message_batch, QueueUrl=queue, Entries=entries)


@recorded("test_change_message_visibility_batch_with_too_large_batch[sqs]")
def test_ten_messages_are_hidden_at_once(sqs, queue, recording):
    handles = enumerate(twenty(sqs, queue))
    entries = [{"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 123} for number, handle in handles]
    recording.refused("error_response", sqs.change_message_visibility_batch, QueueUrl=queue, Entries=entries)
