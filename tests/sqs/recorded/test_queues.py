"""Queues and their attributes, compared with what AWS answered."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from ..conftest import arn, make_queue

TIMES = ("CreatedTimestamp", "LastModifiedTimestamp")


def recorded(name, date=""):
    return pytest.mark.recorded("sqs", f"TestSqsProvider::{name}", date)


def everything(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])


@recorded("test_create_queue_with_different_attributes_raises_exception[sqs]", "30-04-2024")
def test_a_queue_with_other_attributes_is_another(sqs, recording):
    def again(step, **attributes):
        recording.refused(step, sqs.create_queue, QueueName=name, Attributes=attributes)

    url = make_queue(sqs, DelaySeconds="1")
    name = url.rpartition("/")[2]
    again("create_queue_01", DelaySeconds="2")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "3"})
    again("create_queue_02", DelaySeconds="1")


@recorded("test_create_fifo_queue_with_different_attributes_raises_error[sqs]", "30-04-2024")
def test_a_fifo_queue_with_other_attributes_is_another(sqs, fifo, recording):
    other = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    name = fifo.rpartition("/")[2]
    recording.refused("queue-already-exists", sqs.create_queue, QueueName=name, Attributes=other)


@recorded("test_create_and_update_queue_attributes[sqs]", "19-08-2025")
def test_attributes_are_set_and_told(sqs, recording):
    given = {"MessageRetentionPeriod": "604800", "ReceiveMessageWaitTimeSeconds": "10", "VisibilityTimeout": "20"}
    url = make_queue(sqs, **given)
    recording.compare("get_queue_attributes", everything(sqs, url), hidden=TIMES)
    changed = {"MaximumMessageSize": "2048", "VisibilityTimeout": "69", "DelaySeconds": "420"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=changed)
    recording.compare("get_updated_queue_attributes", everything(sqs, url), hidden=TIMES)


@recorded("test_set_queue_attributes_default_values[sqs]", "10-12-2025")
def test_defaults_can_be_set(sqs, queue, recording):
    recording.compare("get-queue-attributes-initial-values", everything(sqs, queue), hidden=TIMES)
    keys = {"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=keys)
    recording.compare("get-queue-attributes-after-update", everything(sqs, queue), hidden=TIMES)
    keys = {"KmsMasterKeyId": "", "KmsDataKeyReusePeriodSeconds": "300"}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=keys)
    recording.compare("get-queue-attributes-after-set-to-defaults", everything(sqs, queue), hidden=TIMES)


@recorded("test_sse_queue_attributes[sqs]", "30-04-2024")
def test_a_queue_is_encrypted_in_one_way(sqs, queue, recording):
    names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]
    keys = {"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000", "SqsManagedSseEnabled": "false"}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=keys)
    told = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    recording.compare("sse_kms_attributes", told)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"SqsManagedSseEnabled": "true"})
    told = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    recording.compare("sse_sqs_attributes", told)


@recorded("test_set_unsupported_attribute_fifo[sqs]")
def test_a_queue_stays_of_its_kind(sqs, queue, fifo, recording):
    for number, url, value in [(1, queue, "true"), (2, fifo, "false")]:
        given = {"QueueUrl": url, "Attributes": {"FifoQueue": value}}
        recording.refused(f"invalid-attr-name-{number}", sqs.set_queue_attributes, **given)


@recorded("test_create_standard_queue_with_fifo_attribute_raises_error[sqs]", "15-05-2024")
def test_some_attributes_are_of_fifo_queues_alone(sqs, recording):
    for step, name, value in [
        ("fifo-queue", "FifoQueue", "false"),
        ("content-based-deduplication", "ContentBasedDeduplication", "true"),
        ("deduplication-scope", "DeduplicationScope", "queue"),
        ("throughput-limit", "FifoThroughputLimit", "perQueue"),
    ]:
        given = {"QueueName": "standard", "Attributes": {name: value}}
        recording.refused(f"invalid-attribute-{step}", sqs.create_queue, **given)


@recorded("test_tag_untag_queue[sqs]", "30-04-2024")
def test_tags_come_and_go(sqs, queue, recording):
    def told(step):
        recording.compare(step, sqs.list_queue_tags(QueueUrl=queue))

    sqs.tag_queue(QueueUrl=queue, Tags={"tag1": "value1", "tag2": "value2", "tag3": ""})
    told("get-tag-1")
    sqs.untag_queue(QueueUrl=queue, TagKeys=["tag1", "tag3"])
    told("get-tag-2")
    sqs.untag_queue(QueueUrl=queue, TagKeys=["tag2"])
    told("get-tag-after-untag")


@recorded("test_sqs_permission_lifecycle[sqs]", "30-04-2024")
def test_permissions_come_and_go(sqs, account, queue, recording):
    label = "crossaccountpermission"

    def add(label, *accounts):
        given = {"AWSAccountIds": accounts, "Actions": ["ReceiveMessage"], "Label": label}
        return sqs.add_permission(QueueUrl=queue, **given)

    def told(step):
        answer = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])
        recording.compare(step, answer)

    recording.compare("add-permission-response", add(label, "668614515564", account))
    told("get-queue-policy-attribute")
    recording.compare("remove-permission-response", sqs.remove_permission(QueueUrl=queue, Label=label))
    told("get-queue-policy-attribute-after-removal")
    add(label, account)
    told("get-queue-policy-attribute-first-account-same-label")
    again = {"QueueUrl": queue, "AWSAccountIds": ["668614515564"], "Actions": ["ReceiveMessage"], "Label": label}
    recording.refused("get-queue-policy-attribute-second-account-same-label", sqs.add_permission, **again)
    add(f"{label}2", account)
    told("get-queue-policy-attribute-second-account-different-label")
    sqs.remove_permission(QueueUrl=queue, Label=label)
    told("get-queue-policy-attribute-delete-first-permission")
    sqs.remove_permission(QueueUrl=queue, Label=f"{label}2")
    told("get-queue-policy-attribute-delete-second-permission")
    gone = {"QueueUrl": queue, "Label": f"{label}2"}
    recording.refused("get-queue-policy-attribute-delete-non-existent-label", sqs.remove_permission, **gone)


@recorded("test_non_existent_queue", "30-04-2024")
def test_a_deleted_queue_does_not_exist(sqs, queue, recording):
    sqs.delete_queue(QueueUrl=queue)
    recording.refused("queue-does-not-exist", sqs.get_queue_attributes, QueueUrl=queue)
    recording.refused("queue-does-not-exist-url", sqs.get_queue_url, QueueName=queue.rpartition("/")[2])
    recording.leave("queue-does-not-exist-query", "botocore no longer speaks the query protocol; ruststack-sqs/tests does")


@recorded("test_successive_purge_calls_fail[sqs]", "30-04-2024")
def test_a_queue_is_purged_once_a_minute(patient, recording):
    sqs, _ = patient
    url = make_queue(sqs)
    sqs.purge_queue(QueueUrl=url)
    recording.refused("purge_queue_error", sqs.purge_queue, QueueUrl=url)


@recorded("test_set_unsupported_attribute_standard[sqs]", "14-05-2024")
def test_a_standard_queue_has_nothing_to_say_of_its_kind(sqs, queue, recording):
    for number, value in [(1, "true"), (2, "false")]:
        given = {"QueueUrl": queue, "Attributes": {"FifoQueue": value}}
        recording.refused(f"invalid-attr-name-{number}", sqs.set_queue_attributes, **given)


@recorded("test_sse_kms_and_sqs_are_mutually_exclusive[sqs]", "30-04-2024")
def test_a_queue_is_not_encrypted_twice(sqs, queue, recording):
    keys = {"KmsMasterKeyId": "testKeyId", "SqsManagedSseEnabled": "true"}
    with pytest.raises(ClientError) as caught:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=keys)
    recording.compare("error", str(caught.value))


@recorded("test_list_queues_pagination", "19-03-2025")
def test_queues_are_listed_page_by_page(sqs, recording):
    for number in range(10):
        sqs.create_queue(QueueName=f"7f7df0f5-test-queue-{number}")

    def listed(step, **options):
        # AWS's URLs are elsewhere, and a token is one of them.
        def moved(url):
            return f"http://sqs.us-east-1.localhost.localstack.cloud:4566/{'/'.join(url.split('/')[3:])}"

        answer = sqs.list_queues(QueueNamePrefix="7f7df0f5", **options)
        shown = {**answer, "QueueUrls": [moved(url) for url in answer["QueueUrls"]]}
        recording.compare(step, shown, hidden=("NextToken",))
        return answer.get("NextToken")

    listed("list_all")
    listed("list_remaining", MaxResults=10, NextToken=listed("list_two_max", MaxResults=2))


MOVED = ("StartedTimestamp", "SourceArn", "DestinationArn")


def task(name):
    return pytest.mark.recorded("sqs_move_task", name, "30-04-2024")


@task("test_source_needs_redrive_policy")
def test_messages_are_moved_out_of_dead_letter_queues_alone(sqs, queue, recording):
    to = arn(sqs, make_queue(sqs))
    given = {"SourceArn": arn(sqs, queue), "DestinationArn": to}
    recording.refused("error", sqs.start_message_move_task, **given)


@task("test_destination_needs_to_exist")
def test_messages_are_moved_to_queues_that_exist(sqs, queue, recording):
    dead = arn(sqs, queue)
    make_queue(sqs, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 1}))
    given = {"SourceArn": dead, "DestinationArn": f"{dead}-missing"}
    recording.refused("error", sqs.start_message_move_task, **given)


@task("test_cancel_with_invalid_task_handle")
def test_a_handle_of_a_task_is_one(sqs, recording):
    recording.refused("error", sqs.cancel_message_move_task, TaskHandle="foobared")


def handle(source, task="10f57157-fc38-4da9-a113-4de7e12d05dd"):
    return base64.b64encode(json.dumps({"taskId": task, "sourceArn": source}).encode()).decode()


@task("test_cancel_with_invalid_source_arn_in_task_handle")
def test_a_task_is_of_a_queue_that_exists(sqs, queue, recording):
    given = {"TaskHandle": handle(f"{arn(sqs, queue)}-missing")}
    recording.refused("error", sqs.cancel_message_move_task, **given)


@task("test_cancel_with_invalid_task_id_in_task_handle")
def test_a_task_to_cancel_exists(sqs, queue, recording):
    recording.refused("error", sqs.cancel_message_move_task, TaskHandle=handle(arn(sqs, queue)))
