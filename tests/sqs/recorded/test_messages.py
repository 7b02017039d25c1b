"""Messages sent and received, compared with what AWS answered."""

import json

import pytest

from ..conftest import arn, make_queue

TIMES = ("ApproximateFirstReceiveTimestamp", "SentTimestamp")


def recorded(name, date=""):
    return pytest.mark.recorded("sqs", f"TestSqsProvider::{name}", date)


def text(value):
    return {"DataType": "String", "StringValue": value}


@recorded("test_send_receive_max_number_of_messages[sqs]", "30-04-2024")
def test_ten_messages_are_received_at_once(sqs, queue, recording):
    given = {"QueueUrl": queue, "MaxNumberOfMessages": 11}
    recording.refused("send_max_number_of_messages", sqs.receive_message, **given)


@recorded("test_send_oversized_message[sqs]", "19-08-2025")
def test_a_message_is_a_mebibyte_at_most(sqs, queue, recording):
    given = {"QueueUrl": queue, "MessageBody": "a" * (2**20 + 1)}
    recording.refused("send_oversized_message", sqs.send_message, **given)


@recorded("test_send_message_batch_with_oversized_contents[sqs]", "19-08-2025")
def test_a_batch_is_a_mebibyte_at_most(sqs, queue, recording):
    entries = [{"Id": "1", "MessageBody": "a" * 2**20}, {"Id": "2", "MessageBody": "a"}]
    recording.refused("send_oversized_message_batch", sqs.send_message_batch, QueueUrl=queue, Entries=entries)


@recorded("test_send_empty_message[sqs]", "22-09-2025")
def test_a_message_has_a_body(sqs, queue, recording):
    recording.refused("send_empty_message", sqs.send_message, QueueUrl=queue, MessageBody="")


@recorded("test_too_many_entries_in_batch_request[sqs]", "30-04-2024")
def test_a_batch_has_ten_entries_at_most(sqs, queue, recording):
    entries = [{"Id": str(number), "MessageBody": "a"} for number in range(20)]
    step = "test_too_many_entries_in_batch_request"
    recording.refused(step, sqs.send_message_batch, QueueUrl=queue, Entries=entries)


@recorded("test_invalid_batch_id[sqs]", "30-04-2024")
def test_ids_of_entries_are_words(sqs, queue, recording):
    entries = [{"Id": "message:123", "MessageBody": "a"}]
    recording.refused("test_invalid_batch_id", sqs.send_message_batch, QueueUrl=queue, Entries=entries)


@recorded("test_send_message_with_empty_string_attribute[sqs]", "30-04-2024")
def test_attributes_are_not_empty(sqs, queue, recording):
    given = {"QueueUrl": queue, "MessageBody": "test", "MessageAttributes": {"ErrorDetails": text("")}}
    (step,) = recording.steps
    recording.refused(step, sqs.send_message, **given)


@recorded("test_receive_message_message_attribute_names_filters[sqs]", "30-04-2024")
def test_attributes_are_told_by_name(sqs, queue, recording):
    attributes = {"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi")}
    sent = sqs.send_message(QueueUrl=queue, MessageBody="msg", MessageAttributes=attributes)
    recording.compare("send_message_response", sent)
    for step, names in [
        ("empty_filter", []),
        ("all_name", ["All"]),
        ("all_wildcard_asterisk", ["*"]),
        ("all_wildcard", [".*"]),
        ("only_non_existing_names", ["Foo", "Bar"]),
        ("only_existing", ["Hello", "General"]),
        ("existing_and_non_existing", ["Foo", "Hello"]),
        ("prefix_filter", ["Hel.*"]),
        ("illegal_name_1", ["AWS."]),
        ("illegal_name_2", ["..foo"]),
    ]:
        got = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0, MessageAttributeNames=names)
        recording.compare(step, got if "Messages" in recording.steps[step] else got["Messages"][0])


@recorded("test_receive_message_message_system_attribute_names_filters[sqs]", "04-06-2024")
def test_system_attributes_are_told_by_name(sqs, queue, recording):
    sqs.send_message(QueueUrl=queue, MessageBody="msg", MessageAttributes={"Foo": text("Bar")})
    for step, names, others in [
        ("all_attributes", ["All"], []),
        ("all_system_and_message_attributes", ["All"], ["All"]),
        ("single_attribute", ["SenderId"], []),
        ("multiple_attributes", ["SenderId", "SequenceNumber"], []),
    ]:
        got = sqs.receive_message(
            QueueUrl=queue, VisibilityTimeout=0, MessageSystemAttributeNames=names, MessageAttributeNames=others
        )
        recording.compare(step, got, hidden=TIMES)


@recorded("test_dead_letter_queue_message_attributes")
def test_a_dead_message_keeps_what_it_is(sqs, queue, recording):
    dead = arn(sqs, queue)
    recording.compare("dlq-arn", dead)
    source = make_queue(sqs, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 1}))
    recording.compare("sourcen-arn", arn(sqs, source))
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    sqs.send_message(
        QueueUrl=source,
        MessageBody="message-1",
        MessageAttributes={"MyAttribute": text("foobar")},
        MessageSystemAttributes={"AWSTraceHeader": text(trace)},
    )
    sqs.send_message(QueueUrl=source, MessageBody="message-2")

    def collect(url, **options):
        every = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"], **options}
        answers = [sqs.receive_message(QueueUrl=url, **every) for _ in range(4)]
        messages = [message for answer in answers for message in answer.get("Messages", [])]
        for message in messages:
            del message["Attributes"]["SenderId"]
        return sorted(messages, key=lambda message: message["Body"])

    recording.compare("rec-pre-dlq", collect(source, VisibilityTimeout=0), hidden=TIMES)
    recording.compare("dlq-messages", collect(queue), hidden=TIMES)


@recorded("test_change_message_visibility_after_visibility_timeout_expiration[sqs]", "30-04-2024")
def test_a_visible_message_is_hidden_by_its_old_handle(patient, recording):
    sqs, move = patient
    url = make_queue(sqs, VisibilityTimeout="1")
    sqs.send_message(QueueUrl=url, MessageBody="test")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    move(2)
    changed = sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=2)
    recording.compare("visibility_timeout_expired", changed)


@recorded("test_fifo_delete_after_visibility_timeout[sqs]", "28-03-2025")
def test_handles_of_fifo_queues_expire(patient, recording):
    sqs, move = patient
    url = make_queue(sqs, fifo=True, VisibilityTimeout="1", ContentBasedDeduplication="True")
    sqs.send_message(QueueUrl=url, MessageBody="foobar", MessageGroupId="1")
    got = recording.compare("received_sqs_message", sqs.receive_message(QueueUrl=url))
    move(1)
    handle = got["Messages"][0]["ReceiptHandle"]
    recording.refused("delete_after_timeout_fifo", sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)


@pytest.mark.parametrize("position, expected", [(0, "0-visible"), (1, "1-visible"), (2, "2-visible")])
@recorded("test_fifo_group_visibility_extends_with_change_message_visibility[sqs-{expected}]", "19-11-2025")
def test_a_hidden_message_hides_what_follows_in_its_group(patient, position, expected, recording):
    sqs, move = patient
    url = make_queue(sqs, fifo=True, VisibilityTimeout="1")
    for body in ["foo", "bar", "baz"]:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="1", MessageDeduplicationId=body)
    got = recording.compare("receive_all_messages", sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=5))
    handle = got["Messages"][position]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=30)
    move(2)
    recording.compare("some-messages-invisible", sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=5))


@recorded("test_fifo_message_attributes[sqs]", "30-04-2024")
def test_a_fifo_queue_tells_group_id_and_number(sqs, recording):
    url = make_queue(sqs, fifo=True, VisibilityTimeout="0")
    ids = {"MessageGroupId": "group-1", "MessageDeduplicationId": "dedup-1"}
    recording.compare("send_message", sqs.send_message(QueueUrl=url, MessageBody="message-body-1", **ids))
    for number in range(2):
        got = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])
        recording.compare(f"receive_message_{number}", got, hidden=TIMES)


@recorded("test_posting_to_fifo_requires_deduplicationid_group_id[sqs]", "30-04-2024")
def test_a_fifo_queue_wants_group_and_id(sqs, fifo, recording):
    for suffix in ["", "-query"]:
        given = {"QueueUrl": fifo, "MessageBody": "test"}
        recording.refused(f"invalid-parameter-value{suffix}", sqs.send_message, MessageGroupId="g", **given)
        recording.refused(f"missing-parameter{suffix}", sqs.send_message, MessageDeduplicationId="d", **given)


@recorded("test_fair_queue_with_message_group_id[sqs]", "18-08-2025")
def test_a_standard_queue_has_groups(sqs, queue, recording):
    sent = sqs.send_message(QueueUrl=queue, MessageBody="message", MessageGroupId="test")
    recording.compare("send_message", sent)
    got = sqs.receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"])
    recording.compare("get-message-with-deduplication-id", got, hidden=TIMES)


@pytest.mark.parametrize("kind, value", [("empty", ""), ("too_long", "a" * 129), ("spaces", "group 123")])
@recorded("test_send_message_to_standard_queue_with_invalid_message_group_id[{kind}]", "30-07-2025")
def test_groups_have_printable_names(sqs, queue, kind, value, recording):
    given = {"QueueUrl": queue, "MessageBody": "message", "MessageGroupId": value}
    recording.refused("error-response", sqs.send_message, **given)


@pytest.mark.parametrize("kind, value", [("empty", ""), ("too_long", "a" * 129), ("spaces", "group 123")])
@recorded("test_message_deduplication_id_invalid[{kind}]", "30-07-2025")
def test_ids_are_printable(sqs, fifo, kind, value, recording):
    given = {"QueueUrl": fifo, "MessageBody": "message", "MessageGroupId": "test", "MessageDeduplicationId": value}
    recording.refused("error-response", sqs.send_message, **given)


@recorded("test_fifo_queue_send_message_with_delay_seconds_fails[sqs]", "30-04-2024")
def test_messages_of_fifo_queues_have_no_delays_of_their_own(sqs, fifo, recording):
    given = {"QueueUrl": fifo, "MessageBody": "message-1", "DelaySeconds": 2}
    ids = {"MessageGroupId": "1", "MessageDeduplicationId": "1"}
    recording.refused("send_message", sqs.send_message, **given, **ids)


@recorded("test_fifo_queue_send_message_with_zero_delay_defaults_to_queue_delay[sqs]", "31-07-2025")
def test_no_delay_is_the_queues(patient, recording):
    sqs, move = patient
    url = make_queue(sqs, fifo=True, ContentBasedDeduplication="true", DelaySeconds="2")
    sent = sqs.send_message(QueueUrl=url, MessageBody="message-1", MessageGroupId="1", DelaySeconds=0)
    recording.compare("send_message_result", sent)
    recording.compare("receive_message_initial_result", sqs.receive_message(QueueUrl=url))
    move(3)
    recording.compare("receive_message_after_delay_result", sqs.receive_message(QueueUrl=url))


@recorded("test_send_message_with_binary_attributes[sqs]", "30-04-2024")
def test_attributes_may_be_bytes(sqs, queue, recording):
    value = b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"
    attributes = {"attr1": {"BinaryValue": value, "DataType": "Binary"}}
    sqs.send_message(QueueUrl=queue, MessageBody="test", MessageAttributes=attributes)
    got = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])
    assert got["Messages"][0]["MessageAttributes"] == attributes
    # The recording has Python's form of the bytes.
    recording.compare("binary-attrs-msg", got, hidden=("BinaryValue",))


NAMES = [
    ("all_attributes", ["All"], []),
    ("all_system_and_message_attributes", ["All"], ["All"]),
    ("single_attribute", ["SenderId"], []),
    ("multiple_attributes", ["SenderId", "SequenceNumber"], []),
]


@recorded("test_receive_message_attribute_names_filters[sqs]", "04-06-2024")
def test_system_attributes_are_told_by_their_older_parameter(sqs, queue, recording):
    sqs.send_message(QueueUrl=queue, MessageBody="msg", MessageAttributes={"Foo": text("Bar")})
    for step, names, others in NAMES:
        given = {"AttributeNames": names, "MessageAttributeNames": others}
        got = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0, **given)
        recording.compare(step, got, hidden=TIMES)


@recorded("test_message_system_attribute_names_with_attribute_names[sqs]", "04-06-2024")
def test_the_newer_parameter_goes_before_the_older(sqs, queue, recording):
    sqs.send_message(QueueUrl=queue, MessageBody="msg", MessageAttributes={"Foo": text("Bar")})
    for step, older in [("same_values", ["All"]), ("different_values", ["SenderId"])]:
        given = {"MessageSystemAttributeNames": ["All"], "AttributeNames": older}
        got = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0, **given)
        recording.compare(step, got, hidden=TIMES)


@recorded("test_send_receive_wait_time_seconds[sqs]", "10-02-2025")
def test_a_receiver_waits_twenty_seconds_at_most(sqs, queue, recording):
    for _ in range(2):
        sqs.send_message(QueueUrl=queue, MessageBody="message")
    for step, seconds in [("large", 21), ("small", -1)]:
        given = {"QueueUrl": queue, "WaitTimeSeconds": seconds}
        recording.refused(f"recieve_message_error_too_{step}", sqs.receive_message, **given)
    recording.compare("empty_short_poll_by_default_resp", sqs.receive_message(QueueUrl=queue))
    recording.compare("empty_short_poll_explicit_resp", sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=0))


@recorded("test_receive_empty_queue[sqs]", "10-02-2025")
def test_nothing_is_told_of_an_empty_queue(sqs, queue, recording):
    recording.compare("empty_short_poll_resp_no_param", sqs.receive_message(QueueUrl=queue))
    recording.compare("empty_short_poll_resp", sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1))
    waited = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1, WaitTimeSeconds=1)
    recording.compare("empty_long_poll_resp", waited)


@recorded("test_delete_after_visibility_timeout[sqs]", "28-03-2025")
def test_handles_of_standard_queues_outlive_the_timeout(patient, recording):
    sqs, move = patient
    url = make_queue(sqs, VisibilityTimeout="1")
    sqs.send_message(QueueUrl=url, MessageBody="foobar")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    move(1)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    recording.compare("delete_after_timeout_queue_empty", sqs.receive_message(QueueUrl=url))


@recorded("test_fifo_delete_after_visibility_timeout_extended[sqs]", "05-10-2025")
def test_handles_of_fifo_queues_live_as_long_as_the_new_timeout(patient, recording):
    sqs, move = patient
    url = make_queue(sqs, fifo=True, VisibilityTimeout="1", ContentBasedDeduplication="True")
    sqs.send_message(QueueUrl=url, MessageBody="foobar", MessageGroupId="1")
    got = recording.compare("received_sqs_message", sqs.receive_message(QueueUrl=url))
    handle = got["Messages"][0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=5)
    move(2)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    recording.compare("delete_after_timeout_fifo_extended", sqs.receive_message(QueueUrl=url))


@recorded("test_aws_trace_header_propagation[sqs]", "27-06-2025")
def test_the_trace_of_a_request_is_its_messages(sqs, queue, recording):
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    traced = lambda request, **_: request.headers.update({"X-Amzn-Trace-Id": trace})
    sqs.meta.events.register("before-send.sqs.SendMessage", traced)
    attributes = {"timestamp": {"StringValue": "1493147359900", "DataType": "Number"}}
    sqs.send_message(QueueUrl=queue, MessageBody="test", MessageAttributes=attributes)
    names = {"AttributeNames": ["SentTimestamp", "AWSTraceHeader"], "MessageAttributeNames": ["All"]}
    got = sqs.receive_message(QueueUrl=queue, **names)
    # The recording hides the attribute, which is named like a time.
    recording.compare("xray-msg", got["Messages"][0], hidden=(*TIMES, "timestamp"))
