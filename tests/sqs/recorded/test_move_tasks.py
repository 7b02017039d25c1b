"""Move tasks, compared with what AWS answered."""

import json
import time

import pytest

from ..conftest import arn, make_queue

HIDDEN = ("StartedTimestamp",)


def recorded(name):
    return pytest.mark.recorded("sqs_move_task", name, "30-04-2024")


@pytest.fixture
def dead(sqs, queue):
    """A dead-letter queue with two messages, its ARN, and the queue that they came from."""
    policy = json.dumps({"deadLetterTargetArn": arn(sqs, queue), "maxReceiveCount": 1})
    source = make_queue(sqs, RedrivePolicy=policy)
    for number in range(2):
        sqs.send_message(QueueUrl=source, MessageBody=f"message-{number}")
    for _ in range(2):
        sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return arn(sqs, queue), source


def finished(sqs, source):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        listed = sqs.list_message_move_tasks(SourceArn=source)
        if listed["Results"][0]["Status"] != "RUNNING":
            return listed
    raise AssertionError("the task does not end")


@recorded("test_basic_move_task_workflow")
def test_messages_are_moved_elsewhere(sqs, dead, recording):
    source, _ = dead
    url = make_queue(sqs)
    started = sqs.start_message_move_task(SourceArn=source, DestinationArn=arn(sqs, url))
    recording.compare("start-message-move-task-response", started)
    recording.compare("list-message-move-task-response", finished(sqs, source), hidden=HIDDEN)
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 2


@recorded("test_move_task_workflow_with_default_destination")
def test_messages_are_moved_back(sqs, dead, recording):
    source, url = dead
    recording.compare("source-arn", source)
    recording.compare("original-source", arn(sqs, url))
    started = sqs.start_message_move_task(SourceArn=source)
    recording.compare("start-message-move-task-response", started)
    recording.compare("list-message-move-task-response", finished(sqs, source), hidden=HIDDEN)
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 2


@recorded("test_move_task_with_throughput_limit")
def test_messages_are_moved_slowly(sqs, dead, recording):
    source, _ = dead
    started = sqs.start_message_move_task(SourceArn=source, MaxNumberOfMessagesPerSecond=1)
    recording.compare("start-message-move-task-response", started)


@recorded("test_start_multiple_move_tasks")
def test_one_task_moves_messages_at_a_time(sqs, dead, recording):
    source, _ = dead
    given = {"SourceArn": source, "MaxNumberOfMessagesPerSecond": 1}
    sqs.start_message_move_task(**given)
    recording.refused("error", sqs.start_message_move_task, **given)


ORIGINS = ["original-source-1", "original-source-2"]


@recorded("test_move_task_workflow_with_multiple_sources_as_default_destination")
def test_messages_are_moved_back_to_where_each_came_from(sqs, queue, recording):
    source = arn(sqs, queue)
    recording.compare("source-arn", source)
    policy = json.dumps({"deadLetterTargetArn": source, "maxReceiveCount": 1})
    urls = [make_queue(sqs, RedrivePolicy=policy) for _ in ORIGINS]
    for step, url in zip(ORIGINS, urls):
        recording.compare(step, arn(sqs, url))
        for number in range(2):
            sqs.send_message(QueueUrl=url, MessageBody=f"message-{number}")
        for _ in range(2):
            sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    started = sqs.start_message_move_task(SourceArn=source)
    recording.compare("start-message-move-task-response", started)
    recording.compare("list-message-move-task-response", finished(sqs, source), hidden=HIDDEN)
    for url in urls:
        assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 2


@pytest.fixture
def ten(sqs):
    """A dead-letter queue with ten messages, and a queue that takes them, slowly."""
    dead_url, url = make_queue(sqs), make_queue(sqs)
    source, destination = arn(sqs, dead_url), arn(sqs, url)
    make_queue(sqs, RedrivePolicy=json.dumps({"deadLetterTargetArn": source, "maxReceiveCount": 1}))
    entries = [{"Id": str(number), "MessageBody": f"message-{number}"} for number in range(10)]
    sqs.send_message_batch(QueueUrl=dead_url, Entries=entries)
    given = {"SourceArn": source, "DestinationArn": destination, "MaxNumberOfMessagesPerSecond": 1}
    return source, url, sqs.start_message_move_task(**given)["TaskHandle"]


# AWS counts some seconds behind what it has done.
COUNTED = (*HIDDEN, "ApproximateNumberOfMessagesMoved")


@recorded("test_move_task_cancel")
def test_a_task_is_cancelled(sqs, ten, recording):
    source, _, handle = ten
    recording.compare("list-while", sqs.list_message_move_tasks(SourceArn=source), hidden=COUNTED)
    recording.compare("cancel", sqs.cancel_message_move_task(TaskHandle=handle), hidden=COUNTED)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        listed = sqs.list_message_move_tasks(SourceArn=source)
        if listed["Results"][0]["Status"] != "CANCELLING":
            break
    recording.compare("list-after", listed, hidden=COUNTED)


@recorded("test_move_task_delete_destination_queue_while_running")
def test_a_task_fails_without_its_destination(sqs, ten, recording):
    source, url, _ = ten
    sqs.delete_queue(QueueUrl=url)
    recording.compare("list", finished(sqs, source), hidden=COUNTED)
