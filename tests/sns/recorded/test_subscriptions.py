"""Subscriptions, compared with what AWS answered."""

import json
import re
import urllib.request
import uuid

import pytest
from botocore.config import Config

from ..conftest import PRINCIPAL, make_queue, make_topic, policy, subscribe


def recorded(name, date=""):
    return pytest.mark.recorded("sns", name, date)


def crud(name, date=""):
    return recorded(f"TestSNSSubscriptionCrud::{name}", date)


def crud2(name, date=""):
    return recorded(f"TestSNSSubscriptionCrudV2::{name}", date)


def attributes(sns, arn):
    return sns.get_subscription_attributes(SubscriptionArn=arn)


def forget_name(recording, step):
    """The recording has the name of the topic that it was made with."""
    answer = recording.steps[step]
    answer["SubscriptionArn"] = re.sub(r":[a-z0-9-]+:<resource", ":<topic>:<resource", answer["SubscriptionArn"])


@crud("test_subscribe_with_invalid_protocol")
def test_protocols_that_there_are_not(sns, topic, recording):
    given = {"TopicArn": topic, "Protocol": "test-protocol", "Endpoint": "localstack@yopmail.com"}
    recording.refused("exception", sns.subscribe, **given)


@crud("test_unsubscribe_from_non_existing_subscription")
def test_what_was_never_there_ends(sns, topic, recording):
    recording.compare("empty-unsubscribe", sns.unsubscribe(SubscriptionArn=f"{topic}:{uuid.uuid4()}"))


@crud("test_create_subscriptions_with_attributes")
def test_a_subscription_has_the_attributes_given(sns, topic, queue, recording):
    wish = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue[1], "ReturnSubscriptionArn": True}
    wrong = {"RawMessageDelivery": "wrongvalue"}
    recording.refused("subscribe-wrong-attr", sns.subscribe, **wish, Attributes=wrong)
    made = recording.compare("subscribe", sns.subscribe(**wish, Attributes={"RawMessageDelivery": "true"}))
    recording.compare("get-attrs", attributes(sns, made["SubscriptionArn"]), hidden=PRINCIPAL)
    gone = f"{topic}:{uuid.uuid4()}"
    recording.refused("get-attrs-nonexistent-sub", sns.get_subscription_attributes, SubscriptionArn=gone)


@crud("test_not_found_error_on_set_subscription_attributes")
def test_an_ended_subscription_is_not_found(sns, topic, queue, recording):
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1])
    arn = recording.compare("sub", made)["SubscriptionArn"]
    recording.compare("sub-attrs", attributes(sns, arn), hidden=PRINCIPAL)
    recording.compare("subscriptions-for-topic-before-unsub", sns.list_subscriptions_by_topic(TopicArn=topic))
    sns.unsubscribe(SubscriptionArn=arn)
    given = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}
    recording.refused("sub-not-found", sns.set_subscription_attributes, SubscriptionArn=arn, **given)
    recording.compare("subscriptions-for-topic-after-unsub", sns.list_subscriptions_by_topic(TopicArn=topic))


@crud("test_validate_set_sub_attributes")
def test_attributes_that_cannot_be(sns, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1])
    for step, name, value in [
        ("fake-attribute", "FakeAttribute", "test-value"),
        ("raw-message-wrong-value", "RawMessageDelivery", "test-ValUe"),
        ("raw-message-empty-value", "RawMessageDelivery", ""),
        ("fake-arn-redrive-policy", "RedrivePolicy", policy("fake-arn")),
        ("invalid-json-redrive-policy", "RedrivePolicy", "{invalidjson}"),
        ("invalid-json-filter-policy", "FilterPolicy", "{invalidjson}"),
    ]:
        given = {"SubscriptionArn": arn, "AttributeName": name, "AttributeValue": value}
        recording.refused(step, sns.set_subscription_attributes, **given)


TOKEN = "51b2ff3edb475b7d91550e0ab6edf0c1de2a34e6ebaf6c2262a001bcb7e051c43aa00022ceecce70bd2a67b2042da8d8eb47fef7a4e4e942"


@crud("test_sns_confirm_subscription_wrong_token")
def test_tokens_that_are_none(sns, topic, recording):
    for step, arn, token in [
        ("topic-not-exists", f"{topic[:-1]}i", TOKEN),
        ("invalid-token", topic, "randomtoken"),
        ("token-not-exists", topic, TOKEN),
    ]:
        recording.refused(step, sns.confirm_subscription, TopicArn=arn, Token=token)


@crud("test_subscribe_idempotency")
def test_a_subscription_is_the_same_unless_something_differs(sns, topic, queue, recording):
    def again(**given):
        return sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1], ReturnSubscriptionArn=True, **given)

    made = recording.compare("subscribe", again(Attributes={"RawMessageDelivery": "True"}))
    recording.compare("get-sub-attrs", attributes(sns, made["SubscriptionArn"]), hidden=PRINCIPAL)
    raw, scope = {"RawMessageDelivery": "true"}, {"FilterPolicyScope": "MessageAttributes"}
    recording.compare("subscribe-exact-same-raw", again(Attributes=raw))
    recording.compare("subscribe-idempotent", again(Attributes={**raw, **scope}))
    recording.compare("subscribe-idempotent-no-attributes", again())
    recording.compare("subscribe-idempotent-empty-attributes", again(Attributes={}))
    recording.compare("subscribe-missing-attributes", again(Attributes=scope))
    other = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageBody"}
    recording.refused("subscribe-diff-attributes", again, Attributes=other)


@crud("test_unsubscribe_idempotency")
def test_what_ended_ends_again(sns, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1])
    recording.compare("unsubscribe-1", sns.unsubscribe(SubscriptionArn=arn))
    recording.compare("unsubscribe-2", sns.unsubscribe(SubscriptionArn=arn))


@crud("test_unsubscribe_wrong_arn_format")
def test_subscriptions_that_are_none(client, recording):
    sns = client("sns", config=Config(parameter_validation=False))
    for number, given in enumerate(["randomstring", "arn:aws:sns:us-east-1:random", "arn:aws:sns:us-east-1:111111111111:random"], 1):
        recording.refused(f"invalid-unsubscribe-arn-{number}", sns.unsubscribe, SubscriptionArn=given)
    recording.refused("invalid-unsubscribe-arn-4", sns.unsubscribe)


@crud("test_subscribe_with_invalid_topic")
def test_topics_that_are_none(sns, topic, recording):
    given = {"Protocol": "email", "Endpoint": "localstack@yopmail.com"}
    for step, arn in [
        ("invalid-subscribe-arn-1", "randomstring"),
        ("invalid-subscribe-arn-2", "arn:aws:sns:us-east-1:random"),
        ("non-existent-topic", f"{topic}aaa"),
    ]:
        recording.refused(step, sns.subscribe, TopicArn=arn, **given)


@crud("test_list_subscriptions_by_topic_pagination")
def test_pages_have_a_hundred(sns, topic, recording):
    for number in range(101):
        subscribe(sns, topic, f"+12312312{number}", "sms")
    first = sns.list_subscriptions_by_topic(TopicArn=topic)
    assert len(first["Subscriptions"]) == 100
    second = sns.list_subscriptions_by_topic(TopicArn=topic, NextToken=first["NextToken"])
    recording.compare("list-sub-per-topic-page-2", second)


@pytest.mark.parametrize(
    "step, number",
    [
        pytest.param("subscribe-sms-1", "+1234567890", marks=crud2("test_subscribe_sms")),
        pytest.param("subscribe-sms-2", "+12/34-567.890", marks=crud2("test_subscribe_sms_obscure_phone_number")),
    ],
)
def test_a_phone_subscribes(sns, topic, step, number, recording):
    recording.compare(step, sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=number))


@crud2("test_subscribe_unknown_topic")
def test_a_phone_cannot_subscribe_to_nothing(sns, topic, recording):
    given = {"TopicArn": f"{topic}x", "Protocol": "sms", "Endpoint": "+1234567890"}
    recording.refused("subscribe-unknown-topic", sns.subscribe, **given)


@crud2("test_subscribe_unknown_sqs_queue")
def test_a_queue_need_not_be_there(sns, topic, queue, recording):
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"{queue[1]}x")
    recording.compare("subscribe-unknown-sqs", made)
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": "unknown"}
    recording.refused("subscribe-unknown-sqs-invalid_arn", sns.subscribe, **given)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("subscribe-sqs-via-url-error", marks=crud2("test_subscribe_sqs_queue_url")),
        pytest.param(
            "sub-queue-url", marks=recorded("TestSNSSubscriptionSQS::test_subscribe_to_sqs_with_queue_url")
        ),
    ],
)
def test_a_queue_subscribes_by_its_arn(sns, topic, queue, step, recording):
    recording.refused(step, sns.subscribe, TopicArn=topic, Protocol="sqs", Endpoint=queue[0])


@crud2("test_subscribe_bad_sms")
def test_a_number_is_none(sns, topic, recording):
    given = {"TopicArn": topic, "Protocol": "sms", "Endpoint": "invalid-number"}
    recording.refused("subscribe-bad-sms", sns.subscribe, **given)


@crud2("test_subscribe_invalid_sms")
def test_numbers_are_none(sns, topic, recording):
    for number in ["+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567"]:
        given = {"TopicArn": topic, "Protocol": "sms", "Endpoint": number}
        recording.refused(f"subscribe-bad-sms-{number}", sns.subscribe, **given)


@crud2("test_creating_subscription")
def test_an_endpoint_must_confirm(sns, topic, recording):
    made = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/")
    recording.compare("create-subscription", made)


@recorded("TestSNSSubscriptionHttp::test_http_subscription_response")
def test_an_arn_is_told_early_on_request(sns, topic, recording):
    recording.compare("topic-arn", {"TopicArn": topic})
    given = {"TopicArn": topic, "Protocol": "http", "Endpoint": "http://127.0.0.1:9/"}
    recording.compare("subscription", sns.subscribe(**given, ReturnSubscriptionArn=False))
    recording.compare("subscription-with-arn", sns.subscribe(**given, ReturnSubscriptionArn=True))


@crud2("test_unsubscribe_from_deleted_topic")
def test_what_is_pending_cannot_end(sns, topic, recording):
    made = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/")
    sns.delete_topic(TopicArn=topic)
    recording.refused("unsubscribe-deleted-topic", sns.unsubscribe, SubscriptionArn=made["SubscriptionArn"])


@crud2("test_getting_subscriptions_by_topic")
def test_a_topics_subscriptions_are_listed(sns, topic, queue, recording):
    subscribe(sns, topic, queue[1])
    recording.compare("list-subscriptions-by-topic", sns.list_subscriptions_by_topic(TopicArn=topic))


@pytest.mark.parametrize(
    "step, given",
    [
        pytest.param("get-subscription-attributes", {}, marks=crud2("test_subscribe_attributes")),
        pytest.param(
            "subscription-with-attributes",
            {"RawMessageDelivery": "true"},
            marks=crud2("test_creating_subscription_with_attributes"),
        ),
    ],
)
def test_attributes_are_told(sns, topic, queue, step, given, recording):
    arn = subscribe(sns, topic, queue[1], **given)
    recording.compare(step, attributes(sns, arn), hidden=PRINCIPAL)


@crud2("test_set_subscription_attributes")
def test_attributes_are_set(sns, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1])
    given = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}
    sns.set_subscription_attributes(SubscriptionArn=arn, **given)
    recording.compare("set-subscription-attributes", attributes(sns, arn), hidden=PRINCIPAL)


@recorded("TestSNSSubscriptionSQS::test_sqs_topic_subscription_confirmation")
def test_a_queue_need_not_confirm(sns, topic, queue, recording):
    told = attributes(sns, subscribe(sns, topic, queue[1]))["Attributes"]
    recording.compare("subscription-attrs", told, hidden=PRINCIPAL)


@crud2("test_subscribe_invalid_filter_policy")
def test_a_filter_policy_is_json(sns, topic, queue, recording):
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue[1], "Attributes": {"FilterPolicy": "invalid"}}
    recording.refused("subscribe-invalid-filter-policy", sns.subscribe, **given)


@crud2("test_confirm_subscription")
def test_a_token_confirms(sns, server, topic, recording):
    arn = subscribe(sns, topic, "http://127.0.0.1:9/", "http")
    with urllib.request.urlopen(f"{server.url}/_aws/sns/subscription-tokens/{arn}") as answer:
        token = json.load(answer)["subscription_token"]
    confirmed = sns.confirm_subscription(TopicArn=topic, Token=token)
    forget_name(recording, "confirm-subscription")
    recording.compare("confirm-subscription", confirmed)


@crud2("test_double_subscription")
def test_a_subscription_is_made_once(sns, topic, recording):
    for step in ["double-subscription-first", "double-subscription-second"]:
        forget_name(recording, step)
        recording.compare(step, sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+1234567890"))


@crud2("test_get_subscription_attributes_error_not_exists")
def test_subscriptions_that_are_not_there(sns, topic, recording):
    gone = f"{topic}:{uuid.uuid4()}"
    recording.refused("get-sub-attrs-nonexistent", sns.get_subscription_attributes, SubscriptionArn=gone)


@recorded("TestSNSSubscriptionSQSFifo::test_validations_for_fifo")
def test_what_fifo_topics_and_queues_need(sns, sqs, topic, queue, recording):
    fifo_topic, (_, fifo) = make_topic(sns, fifo=True), make_queue(sqs, fifo=True)
    recording.refused("not-fifo-topic", sns.subscribe, TopicArn=topic, Protocol="sqs", Endpoint=fifo)
    standard = subscribe(sns, fifo_topic, queue[1])
    recording.compare("not-fifo-queue", attributes(sns, standard)["Attributes"], hidden=PRINCIPAL)
    arn = subscribe(sns, fifo_topic, fifo)
    given = {"AttributeName": "RedrivePolicy", "AttributeValue": policy(queue[1])}
    dead = "regular-queue-for-dlq-of-fifo-topic"
    recording.refused(dead, sns.set_subscription_attributes, SubscriptionArn=arn, **given)
    recording.refused("no-msg-group-id", sns.publish, TopicArn=fifo_topic, Message="test")
    group = {"MessageGroupId": "test-group"}
    recording.refused("no-dedup-policy", sns.publish, TopicArn=fifo_topic, Message="test", **group)
    ids = {"MessageDeduplicationId": "test"}
    recording.refused("no-msg-dedup-regular-topic", sns.publish, TopicArn=topic, Message="test", **ids)
