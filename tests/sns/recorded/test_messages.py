"""Messages, compared with what AWS answered."""

import json
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from ...recorded import from_xml
from ..conftest import PRINCIPAL, make_queue, make_topic, policy, raw, receive, subscribe

#: The recordings have a word for each of these, or Python's way to write bytes.
HIDDEN = ("SentTimestamp", "ApproximateFirstReceiveTimestamp", "SenderId", "BinaryValue")
ALL = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
RAW = pytest.mark.parametrize("is_raw", [True, False])
NUMBER = {"DataType": "Number", "StringValue": "1"}


def recorded(name, date=""):
    return pytest.mark.recorded("sns", name, date)


def publishing(name, date=""):
    return recorded(f"TestSNSPublishCrud::{name}", date)


def queues(name, date=""):
    return recorded(f"TestSNSSubscriptionSQS::{name}", date)


def fifos(name, date=""):
    return recorded(f"TestSNSSubscriptionSQSFifo::{name}", date)


@pytest.fixture
def subscribed(sns, topic, queue):
    return subscribe(sns, topic, queue[1])


def number(value):
    return {"DataType": "Number", "StringValue": value}


@publishing("test_publish_by_path_parameters")
def test_a_message_is_published_by_its_url(sqs, server, account, topic, queue, subscribed, recording):
    url = f"{server.url}/?Action=Publish&Version=2010-03-31&TopicArn={topic}&Message=test+message+direct+post+request"
    request = AWSRequest("POST", url)
    SigV4Auth(Credentials(account, "test"), "sns", "us-east-1").add_auth(request)
    sent = urllib.request.Request(url, b"", dict(request.headers), method="POST")
    with urllib.request.urlopen(sent) as answer:
        document = from_xml(answer.read())
    document["PublishResponse"].pop("ResponseMetadata")
    del recording.steps["post-request"]["PublishResponse"]["ResponseMetadata"]
    recording.compare("post-request", document)
    recording.compare("messages", receive(sqs, queue[0]))


@publishing("test_publish_wrong_arn_format")
def test_topics_that_are_none(sns, recording):
    for step, arn in [
        ("invalid-topic-arn", "randomstring"),
        ("invalid-topic-arn-1", "randomstring:1"),
        ("empty-topic", ""),
    ]:
        recording.refused(step, sns.publish, Message="message", TopicArn=arn)


@publishing("test_publish_message_by_target_arn")
def test_a_topic_is_a_target(sns, sqs, topic, queue, subscribed, recording):
    sns.publish(TopicArn=topic, Message="test-msg-1")
    recording.compare("receive-topic-arn", receive(sqs, queue[0]))
    sns.publish(TargetArn=topic, Message="test-msg-2")
    recording.compare("receive-target-arn", receive(sqs, queue[0]))


@publishing("test_publish_message_before_subscribe_topic")
def test_what_was_published_before_is_not_delivered(sns, sqs, topic, queue, recording):
    def publish(step, subject, message):
        recording.compare(step, sns.publish(TopicArn=topic, Subject=subject, Message=message))

    publish("publish-before-subscribing", "test-subject-before-sub", "test_message_before")
    subscribe(sns, topic, queue[1])
    publish("publish-after-subscribing", "test-subject-after-sub", "test_message_after")
    recording.compare("receive-messages", receive(sqs, queue[0]))


@publishing("test_unknown_topic_publish")
def test_a_topic_that_is_not_there(sns, topic, recording):
    recording.compare("success", sns.publish(TopicArn=topic, Message="message"))
    recording.refused("error", sns.publish, TopicArn=f"{topic}x", Message="message")


@publishing("test_publish_non_existent_target")
def test_a_device_that_is_not_there(sns, recording):
    arn = "arn:aws:sns:us-east-1:000000000001:endpoint/APNS/abcdef/0f7d5971-aa8b-4bd5-b585-0826e9f93a66"
    recording.refused("non-existent-endpoint", sns.publish, TargetArn=arn, Message="This is a push notification")


@publishing("test_publish_with_empty_subject")
def test_a_subject_is_not_empty(sns, topic, recording):
    recording.compare("response-without-subject", sns.publish(TopicArn=topic, Message="message"))
    recording.refused("response-with-empty-subject", sns.publish, TopicArn=topic, Subject="", Message="message")


@publishing("test_empty_sns_message")
def test_a_message_is_not_empty(sns, sqs, topic, queue, subscribed, recording):
    recording.refused("empty-msg-error", sns.publish, TopicArn=topic, Message="")
    told = sqs.get_queue_attributes(QueueUrl=queue[0], AttributeNames=["ApproximateNumberOfMessages"])
    recording.compare("queue-attrs", told)


@publishing("test_publish_too_long_message")
def test_messages_have_a_greatest_size(sns, topic, recording):
    recording.refused("error", sns.publish, TopicArn=topic, Message="This is a test message" * 12000)
    given = {"TopicArn": topic, "MessageAttributes": {"attr1": NUMBER}}
    longest = 262144 - len("attr1Number1")
    recording.refused("error-with-attrs", sns.publish, Message="a" * (longest + 1), **given)
    sns.publish(Message="a" * longest, **given)


@publishing("test_publish_batch_too_long_message")
def test_batches_have_a_greatest_size(sns, topic, recording):
    def batch(one, other, **given):
        entries = [{"Id": "1", "Message": one, **given}, {"Id": "2", "Message": other}]
        return {"TopicArn": topic, "PublishBatchRequestEntries": entries}

    half = 262144 // 2
    recording.refused("error-no-attrs", sns.publish_batch, **batch("a" * half, "b" * (half + 1)))
    longest = "a" * (262144 - len("attr1Number1"))
    attributes = {"MessageAttributes": {"attr1": NUMBER}}
    recording.refused("error-with-attrs", sns.publish_batch, **batch(longest, "b", **attributes))
    sns.publish_batch(**batch(longest[:-1], "b", **attributes))


@publishing("test_publish_batch_invalid_entry_id")
def test_ids_of_entries(sns, topic, recording):
    def batch(name):
        return {"TopicArn": topic, "PublishBatchRequestEntries": [{"Id": name, "Message": "test message"}]}

    long = recording.steps["id-too-long-91"]["Error"]["Message"].rpartition(" ")[2]
    for step, name in [
        ("invalid-char-dot", "message.id"),
        ("invalid-char-special", "msg@123#test"),
        ("id-too-long-81", "a" * 81),
        ("id-too-long-91", long),
    ]:
        recording.refused(step, sns.publish_batch, **batch(name))
    for step, name in [("valid-id-80-chars", "a" * 80), ("valid-id-with-hyphen-underscore", "valid-message_123")]:
        recording.compare(step, sns.publish_batch(**batch(name)))


@publishing("test_message_structure_json_exc")
def test_structured_messages(sns, topic, recording):
    given = {"TopicArn": topic, "MessageStructure": "json"}
    recording.refused("missing-default-key", sns.publish, Message='{"sqs": "test sqs"}', **given)
    recording.refused("invalid-json", sns.publish, Message='{"default": "This is a default message", }', **given)
    twice = '{"default": "This is a default message", "default": "other"}'
    recording.compare("duplicate-json-keys", sns.publish(Message=twice, **given))
    recording.refused("key-is-not-string", sns.publish, Message='{"default": {"object": "test"}}', **given)


@publishing("test_topic_publish_another_region")
def test_a_topic_takes_messages_in_its_region(client, sns, topic, recording):
    recording.compare("success", sns.publish(TopicArn=topic, Message="message"))
    other = client("sns", region_name="eu-central-1")
    recording.refused("error", other.publish, TopicArn=topic, Message="message")
    entries = [{"Id": "1", "Message": "message"}]
    recording.refused("error-batch", other.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)


@queues("test_subscribe_sqs_queue")
def test_a_filtered_message_arrives(sns, sqs, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1], FilterPolicy=json.dumps({"attr1": [{"numeric": [">", 0, "<=", 100]}]}))
    told = sns.get_subscription_attributes(SubscriptionArn=arn)
    recording.compare("subscription-attributes", told, hidden=PRINCIPAL)
    sns.publish(TopicArn=topic, Message="This is a test message", MessageAttributes={"attr1": number("99.12")})
    recording.compare("messages", receive(sqs, queue[0], MessageAttributeNames=["attr1"]))


@queues("test_publish_unicode_chars")
def test_letters_of_all_kinds_arrive(sns, sqs, topic, queue, subscribed, recording):
    sns.publish(TopicArn=topic, Message='ö§a1"_!?,. £$-')
    recording.compare("received-message", receive(sqs, queue[0]))


@queues("test_attribute_raw_subscribe")
def test_raw_messages_have_their_attributes(sns, sqs, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1], RawMessageDelivery="true")
    told = sns.get_subscription_attributes(SubscriptionArn=arn)
    recording.compare("subscription-attributes", told, hidden=PRINCIPAL)
    attributes = {"store": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}}
    sns.publish(TopicArn=topic, Message="This is a test message", MessageAttributes=attributes)
    got = receive(sqs, queue[0], MessageAttributeNames=["All"])
    recording.compare("messages-response", got, hidden=HIDDEN)


@queues("test_publish_sqs_from_sns")
def test_delivery_turns_raw_and_back(sns, sqs, topic, queue, subscribed, recording):
    for name, value, target in [("true", "99.12", "TopicArn"), ("false", "100.12", "TargetArn")]:
        given = {"AttributeName": "RawMessageDelivery", "AttributeValue": name}
        sns.set_subscription_attributes(SubscriptionArn=subscribed, **given)
        told = sns.get_subscription_attributes(SubscriptionArn=subscribed)
        recording.compare(f"sub-attrs-raw-{name}", told, hidden=PRINCIPAL)
        sns.publish(**{target: topic}, Message="Test msg", MessageAttributes={"attr1": number(value)})
        recording.compare(f"message-raw-{name}", receive(sqs, queue[0], MessageAttributeNames=["All"]))


ENTRIES = [
    {
        "Id": "1",
        "Message": "Test Message with two attributes",
        "Subject": "Subject",
        "MessageAttributes": {"attr1": number("99.12"), "attr2": number("109.12")},
    },
    {
        "Id": "2",
        "Message": "Test Message with one attribute",
        "Subject": "Subject",
        "MessageAttributes": {"attr1": number("19.12")},
    },
    {"Id": "3", "Message": "Test Message without attribute", "Subject": "Subject"},
]


@queues("test_publish_batch_messages_from_sns_to_sqs")
def test_a_batch_arrives(sns, sqs, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1], RawMessageDelivery="true")
    told = sns.get_subscription_attributes(SubscriptionArn=arn)
    recording.compare("sub-attrs-raw-true", told, hidden=PRINCIPAL)
    more = [
        {"Id": "4", "Message": "Test Message without subject"},
        {"Id": "5", "Message": json.dumps({"default": "x", "sqs": "test sqs"}), "MessageStructure": "json"},
    ]
    published = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=ENTRIES + more)
    recording.compare("publish-batch", published)
    got = receive(sqs, queue[0], 5, **ALL)["Messages"]
    recording.compare("messages", {"Messages": sorted(got, key=lambda message: message["Body"])}, hidden=HIDDEN)


@queues("test_publish_batch_messages_without_topic")
def test_a_batch_for_nothing(sns, topic, recording):
    given = {"TopicArn": f"{topic}x", "PublishBatchRequestEntries": ENTRIES}
    recording.refused("publish-batch-no-topic", sns.publish_batch, **given)


@queues("test_publish_batch_exceptions")
def test_batches_that_cannot_be(sns, recording):
    topic = make_topic(sns, fifo=True)
    message = {"Id": "1", "Message": "message"}
    for step, entries in [
        ("no-group-id", [message]),
        ("too-many-msg", [{**message, "Id": str(number)} for number in range(11)]),
        ("same-msg-id", [message, message]),
        ("no-dedup-id", [{**message, "MessageGroupId": "msg1"}]),
        ("no-default-key-json", [{**message, "Message": '{"sqs": "test sqs"}', "MessageStructure": "json"}]),
    ]:
        recording.refused(step, sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)


@queues("test_publish_sqs_from_sns_with_xray_propagation")
def test_a_trace_goes_on(sns, sqs, topic, queue, subscribed, recording):
    trace = recording.steps["xray-msg"]["Attributes"]["AWSTraceHeader"]

    def add(request, **_):
        request.headers["X-Amzn-Trace-Id"] = trace

    sns.meta.events.register("before-send.sns.Publish", add)
    sns.publish(TargetArn=topic, Message="X-Ray propagation test msg")
    (got,) = receive(sqs, queue[0], AttributeNames=["SentTimestamp", "AWSTraceHeader"])["Messages"]
    recording.compare("xray-msg", got, hidden=HIDDEN)


@RAW
@queues("test_redrive_policy_sqs_queue_subscription[{is_raw}]")
def test_what_a_deleted_queue_would_have_got_is_a_dead_letter(sns, sqs, topic, queue, is_raw, recording):
    dead, dead_arn = make_queue(sqs)
    subscribe(sns, topic, queue[1], RedrivePolicy=policy(dead_arn), **raw(is_raw))
    sqs.delete_queue(QueueUrl=queue[0])
    attributes = {"attr1": number("111"), "attr2": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}}
    sns.publish(TopicArn=topic, Message="test_dlq_after_sqs_endpoint_deleted", MessageAttributes=attributes)
    recording.compare("messages", receive(sqs, dead, **ALL), hidden=HIDDEN)


@queues("test_message_attributes_not_missing")
def test_attributes_arrive(sns, sqs, topic, queue, subscribed, recording):
    attributes = {
        "an-attribute-key": {"DataType": "String", "StringValue": "an-attribute-value"},
        "binary-attribute": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"},
    }
    for name, form in [("true", "raw"), ("false", "json")]:
        given = {"AttributeName": "RawMessageDelivery", "AttributeValue": name}
        sns.set_subscription_attributes(SubscriptionArn=subscribed, **given)
        published = sns.publish(TopicArn=topic, Message="text", MessageAttributes=attributes)
        recording.compare(f"publish-msg-{form}", published)
        recording.compare(f"{form}-delivery-msg-attrs", receive(sqs, queue[0], **ALL), hidden=HIDDEN)


@queues("test_subscription_after_failure_to_deliver")
def test_a_subscription_outlives_its_queue(sns, sqs, topic, queue, subscribed, recording):
    def told(step):
        answer = sns.get_subscription_attributes(SubscriptionArn=subscribed)
        recording.compare(step, answer, hidden=PRINCIPAL)

    dead, dead_arn = make_queue(sqs)
    told("subscriptions-attrs")
    sns.publish(TopicArn=topic, Message="test_dlq_before_sqs_endpoint_deleted")
    recording.compare("messages-before-delete", receive(sqs, queue[0]))
    sqs.delete_queue(QueueUrl=queue[0])
    sns.publish(TopicArn=topic, Message="test_dlq_after_sqs_endpoint_deleted")
    recording.compare("subscriptions", sns.list_subscriptions_by_topic(TopicArn=topic))
    given = {"AttributeName": "RedrivePolicy", "AttributeValue": policy(dead_arn)}
    sns.set_subscription_attributes(SubscriptionArn=subscribed, **given)
    told("subscriptions-attrs-with-redrive")
    for index in range(2):
        sns.publish(TopicArn=topic, Message=f"test_dlq_after_sqs_endpoint_deleted_{index}")
        recording.compare(f"message-{index}-after-delete", receive(sqs, dead))


@queues("test_empty_or_wrong_message_attributes")
def test_attributes_that_cannot_be(client, topic, recording):
    sns = client("sns", config=Config(parameter_validation=False))
    text = {"DataType": "String", "StringValue": "123"}
    for step, attributes in {
        "missing_string_attr": {"attr1": {"DataType": "String", "StringValue": ""}},
        "fully_missing_string_attr": {"attr1": {"DataType": "String"}},
        "fully_missing_data_type": {"attr1": {"StringValue": "value"}},
        "missing_binary_attr": {"attr1": {"DataType": "Binary", "BinaryValue": b""}},
        "str_attr_binary_value": {"attr1": {"DataType": "String", "BinaryValue": b"123"}},
        "int_attr_binary_value": {"attr1": {"DataType": "Number", "BinaryValue": b"123"}},
        "binary_attr_string_value": {"attr1": {"DataType": "Binary", "StringValue": "123"}},
        "invalid_attr_string_value": {"attr1": {"DataType": "InvalidType", "StringValue": "123"}},
        "too_long_name": {"a" * 257: text},
        "invalid_name": {"a^*?": text},
        "invalid_name_2": {".abc": text},
        "invalid_name_3": {"abc.": text},
        "invalid_name_4": {"a..bc": text},
    }.items():
        given = {"Message": "test message", "MessageAttributes": attributes}
        recording.refused(step, sns.publish, TopicArn=topic, **given)
        entries = [{"Id": "1", **given}, {"Id": "3", "Message": "valid-batch"}]
        recording.refused(f"batch-{step}", sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)


@queues("test_message_attributes_prefixes")
def test_types_may_have_names(sns, topic, recording):
    def given(data_type):
        attributes = {"attr1": {"DataType": data_type, "StringValue": "prefixed-1"}}
        return {"TopicArn": topic, "Message": "test message", "MessageAttributes": attributes}

    recording.refused("publish-error", sns.publish, **given("String."))
    recording.refused("publish-error-2", sns.publish, **given("Stringprefixed"))
    recording.compare("publish-ok-1", sns.publish(**given("String.prefixed")))
    recording.compare("publish-ok-2", sns.publish(**given("String.  prefixed.")))


@queues("test_message_structure_json_to_sqs")
def test_a_queue_has_its_own_text(sns, sqs, topic, queue, subscribed, recording):
    for step, own in [("get-msg-json-sqs", '{"field": "value"}'), ("get-msg-json-default", {"field": "value"})]:
        message = json.dumps({"default": "default field", "sqs": own})
        sns.publish(TopicArn=topic, Message=message, MessageStructure="json")
        recording.compare(step, receive(sqs, queue[0]))


@pytest.mark.parametrize("version", ["1", "2"])
@queues("test_publish_sqs_verify_signature[{version}]")
def test_messages_are_signed(sns, sqs, queue, version, recording):
    topic = make_topic(sns, DisplayName="TestTopicSignature", SignatureVersion=version)
    subscribe(sns, topic, queue[1])
    given = {"Message": "test signature value with attributes", "MessageAttributes": {"attr1": NUMBER}}
    sns.publish(TopicArn=topic, **given)
    recording.compare("messages", receive(sqs, queue[0], **ALL), hidden=HIDDEN)


@queues("test_publish_message_group_id")
def test_a_standard_topic_passes_groups_on(sns, sqs, topic, queue, subscribed, recording):
    given = {"Message": "test signature value with attributes", "MessageAttributes": {"attr1": NUMBER}}
    sns.publish(TopicArn=topic, MessageGroupId="my-group-id-1", **given)
    recording.compare("messages", receive(sqs, queue[0], **ALL), hidden=HIDDEN)


@recorded("TestSNSMultiRegions::test_cross_region_delivery_sqs")
def test_a_queue_may_be_in_another_region(client, sns, topic, recording):
    sqs = client("sqs", region_name="eu-central-1")
    url, arn = make_queue(sqs)
    other = client("sns", region_name="eu-central-1")
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": arn}
    recording.refused("subscribe-cross-region", other.subscribe, **given)
    recording.compare("subscribe-same-region", sns.subscribe(**given))
    sns.publish(TopicArn=topic, Message="This is a test message", MessageAttributes={"attr1": number("99.12")})
    recording.compare("messages", receive(sqs, url))


def published(sns, topic, by_content, **given):
    ids = {} if by_content else {"MessageDeduplicationId": "message-deduplication-id-1"}
    return sns.publish(TopicArn=topic, Message="Test", MessageGroupId="message-group-id-1", **ids, **given)


def bare(answer):
    """As the recordings have what was received in several answers."""
    return {"Messages": answer["Messages"]}


BY_CONTENT = pytest.mark.parametrize("by_content", [True, False])


@BY_CONTENT
@fifos("test_message_to_fifo_sqs[{by_content}]")
def test_a_fifo_queue_gets_a_message_once(sns, sqs, by_content, recording):
    text = str(by_content).lower()
    topic = make_topic(sns, fifo=True, ContentBasedDeduplication=text)
    url, arn = make_queue(sqs, fifo=True, ContentBasedDeduplication=text)
    subscribe(sns, topic, arn)
    published(sns, topic, by_content)
    recording.compare("messages", receive(sqs, url, **ALL), hidden=HIDDEN)
    published(sns, topic, by_content)
    recording.compare("dedup-messages", receive(sqs, url, 0, **ALL))


@BY_CONTENT
@fifos("test_fifo_topic_to_regular_sqs[{by_content}]")
def test_a_standard_queue_gets_a_message_of_a_fifo_topic_once(sns, sqs, queue, by_content, recording):
    topic = make_topic(sns, fifo=True, ContentBasedDeduplication=str(by_content).lower())
    subscribe(sns, topic, queue[1])
    published(sns, topic, by_content)
    recording.compare("messages", receive(sqs, queue[0], **ALL), hidden=HIDDEN)
    published(sns, topic, by_content)
    recording.compare("dedup-messages", receive(sqs, queue[0], 0, **ALL))


@fifos("test_publish_to_fifo_topic_deduplication_on_topic_level")
def test_who_subscribes_later_does_not_get_what_is_the_same(sns, sqs, recording):
    topic = make_topic(sns, fifo=True, ContentBasedDeduplication="true")
    url, arn = make_queue(sqs, fifo=True, ContentBasedDeduplication="true")
    made = subscribe(sns, topic, arn)
    published(sns, topic, True)
    recording.compare("messages", receive(sqs, url, **ALL), hidden=HIDDEN)
    sns.unsubscribe(SubscriptionArn=made)
    subscribe(sns, topic, arn)
    published(sns, topic, True)
    recording.compare("dedup-messages", receive(sqs, url, 0, **ALL))


@RAW
@fifos("test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup[{is_raw}]")
def test_a_topic_gives_ids_to_a_queue_that_has_none(sns, sqs, is_raw, recording):
    topic = make_topic(sns, fifo=True, ContentBasedDeduplication="true")
    url, arn = make_queue(sqs, fifo=True)
    subscribe(sns, topic, arn, **raw(is_raw))
    group = {"MessageGroupId": "message-group-id-1"}
    sns.publish(TopicArn=topic, Message="Test single", **group)
    entries = [{"Id": "1", "Message": "Test batched", **group}]
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    recording.compare("messages", bare(receive(sqs, url, 2, **ALL)), hidden=HIDDEN)


def batch(by_content, first=0):
    ids = [{} if by_content else {"MessageDeduplicationId": f"MessageDeduplicationId-{number}"} for number in range(9)]
    group = {"MessageGroupId": "complexMessageGroupId"}
    return [{**entry, **group, **ids[first + index]} for index, entry in enumerate(ENTRIES)]


@BY_CONTENT
@fifos("test_publish_batch_messages_from_fifo_topic_to_fifo_queue[{by_content}]")
def test_a_batch_is_published_once(sns, sqs, by_content, recording):
    text = str(by_content).lower()
    topic = make_topic(sns, fifo=True, ContentBasedDeduplication=text)
    recording.compare("topic-attrs", sns.get_topic_attributes(TopicArn=topic))
    url, arn = make_queue(sqs, fifo=True, ContentBasedDeduplication=text)
    made = subscribe(sns, topic, arn, RawMessageDelivery="true")
    told = sns.get_subscription_attributes(SubscriptionArn=made)
    recording.compare("sub-attrs-raw-true", told, hidden=PRINCIPAL)
    given = {"TopicArn": topic, "PublishBatchRequestEntries": batch(by_content)}
    recording.compare("publish-batch-response-fifo", sns.publish_batch(**given))
    recording.compare("messages", bare(receive(sqs, url, 3, **ALL)), hidden=HIDDEN)
    recording.compare("republish-batch-response-fifo", sns.publish_batch(**given))
    recording.compare("duplicate-messages", receive(sqs, url, 0, **ALL))


@RAW
@fifos("test_publish_fifo_messages_to_dlq[{is_raw}]")
def test_dead_letters_keep_their_groups(sns, sqs, is_raw, recording):
    topic = make_topic(sns, fifo=True, ContentBasedDeduplication="false")
    recording.compare("topic-attrs", sns.get_topic_attributes(TopicArn=topic))
    (url, arn), (dead, dead_arn) = make_queue(sqs, fifo=True), make_queue(sqs, fifo=True)
    subscribe(sns, topic, arn, RedrivePolicy=policy(dead_arn), **raw(is_raw))
    sqs.delete_queue(QueueUrl=url)
    published_batch = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch(False, 1))
    recording.compare("publish-batch-response-fifo", published_batch)
    recording.compare("batch-messages-in-dlq", bare(receive(sqs, dead, 3, **ALL)), hidden=HIDDEN)
    ids = {"MessageGroupId": "message-group-id-1", "MessageDeduplicationId": "message-deduplication-id-1"}
    recording.compare("publish-response-fifo", sns.publish(TopicArn=topic, Message="test-message", **ids))
    recording.compare("messages-in-dlq", bare(receive(sqs, dead, **ALL)), hidden=HIDDEN)
