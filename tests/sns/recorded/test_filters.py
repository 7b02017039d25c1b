"""Filter policies, compared with what AWS answered."""

import json
import re

import pytest

from ..conftest import PRINCIPAL, make_queue, receive, subscribe

#: Policies that the messages of their refusals do not repeat.
POLICIES = {
    "error-condition-bad-cidr-str": {"key": [{"cidr": "bad-filter"}]},
    "error-condition-bad-cidr-str-slash": {"key": [{"cidr": "bad-filter/64"}]},
    "error-condition-bad-cidr-str-slash-2": {"key": [{"cidr": "bad-/64filter"}]},
    "error-condition-bad-cidr-v4": {"key": [{"cidr": "xx.11.xx/8"}]},
    "error-condition-bad-cidr-v6": {"key": [{"cidr": "xxxx:db8:1234:1a00::/64"}]},
    "error-complexity-in-one-condition": {"key": [f"value{number}" for number in range(151)]},
    "error-complexity-in-two-conditions": {
        "key1": [f"value{number}" for number in range(100)],
        "key2": [f"value{number}" for number in range(51)],
    },
    "error-complexity-too-many-fields": {f"key{number}": ["value"] for number in range(6)},
    "sub-filter-policy-nested-error-too-many-combinations": {
        "key_a": {"key_b": {"key_c": [f"value{number}" for number in range(51)]}}
    },
    "sub-filter-policy-max-attr-keys": {f"key{number}": ["value"] for number in range(6)},
}


def recorded(name):
    return pytest.mark.recorded("sns_filter_policy", name, "")


def validations(name):
    return recorded(f"TestSNSFilterPolicyConditions::{name}")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=validations(name))
        for name in [
            "test_validate_policy",
            "test_validate_policy_string_operators",
            "test_validate_policy_numeric_operator",
            "test_validate_policy_exists_operator",
            "test_validate_policy_nested_anything_but_operator",
            "test_policy_complexity",
        ]
    ],
)
def test_policies_that_are_none(sns, topic, queue, name, recording):
    for step in sorted(recording.left):
        recording.steps[step]["Error"].pop("_normalized", None)
        given = {"FilterPolicy": refused_policy(recording, step)}
        wish = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue[1], "Attributes": given}
        recording.refused(step, sns.subscribe, **wish)


def refused_policy(recording, step):
    message = recording.steps[step]["Error"]["Message"]
    found = re.search(r'\[Source: \(String\)"(.*)"; line: ', message)
    return found[1] if found else json.dumps(POLICIES[step])


def put(sns, arn, **attributes):
    for name, value in attributes.items():
        sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue=value)


def told(sns, arn, step, recording):
    recording.compare(step, sns.get_subscription_attributes(SubscriptionArn=arn), hidden=PRINCIPAL)


@recorded("TestSNSFilterPolicyCrud::test_set_subscription_filter_policy_scope")
def test_a_scope_is_shown_with_its_policy(sns, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1])
    told(sns, arn, "sub-attrs-default", recording)
    put(sns, arn, FilterPolicyScope="MessageBody")
    told(sns, arn, "sub-attrs-filter-scope-body", recording)
    wrong = {"AttributeName": "FilterPolicyScope", "AttributeValue": "RandomValue"}
    recording.refused("sub-attrs-filter-scope-error", sns.set_subscription_attributes, SubscriptionArn=arn, **wrong)
    put(sns, arn, FilterPolicy=json.dumps({"attr": ["match-this"]}))
    told(sns, arn, "sub-attrs-after-setting-policy", recording)


@recorded("TestSNSFilterPolicyCrud::test_sub_filter_policy_nested_property")
def test_only_bodies_have_keys_within_keys(sns, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1])
    nested = json.dumps({"object": {"key": [{"prefix": "auto-"}]}})
    wrong = {"AttributeName": "FilterPolicy", "AttributeValue": nested}
    recording.refused("sub-filter-policy-nested-error", sns.set_subscription_attributes, SubscriptionArn=arn, **wrong)
    put(sns, arn, FilterPolicyScope="MessageBody", FilterPolicy=nested)
    told(sns, arn, "sub-attrs-after-setting-nested-policy", recording)


@recorded("TestSNSFilterPolicyCrud::test_sub_filter_policy_nested_property_constraints")
def test_bodies_have_the_same_limits(sns, topic, queue, recording):
    arn = subscribe(sns, topic, queue[1], FilterPolicyScope="MessageBody")
    for step in sorted(recording.left):
        given = {"AttributeName": "FilterPolicy", "AttributeValue": refused_policy(recording, step)}
        recording.refused(step, sns.set_subscription_attributes, SubscriptionArn=arn, **given)


@pytest.mark.parametrize("raw", [True, False])
@recorded("TestSNSFilterPolicyBody::test_filter_policy_on_message_body[{raw}]")
def test_a_body_passes_or_not(sns, sqs, topic, queue, raw, recording):
    policy = {"object": {"key": [{"prefix": "auto-"}, "hardcodedvalue"], "nested_key": [{"exists": False}]}}
    given = {"RawMessageDelivery": str(raw).lower(), "FilterPolicyScope": "MessageBody"}
    subscribe(sns, topic, queue[1], FilterPolicy=json.dumps(policy), **given)
    recording.compare("recv-init", receive(sqs, queue[0], 0))
    for index, value in enumerate(["auto-test", "hardcodedvalue"]):
        sns.publish(TopicArn=topic, Message=json.dumps({"object": {"key": value}}))
        recording.compare(f"recv-passed-msg-{index}", receive(sqs, queue[0]))
    for body in [{"object": {"key": "test"}}, {"object": {"key": "auto-1", "nested_key": "x"}}, "text", ["x"]]:
        sns.publish(TopicArn=topic, Message=json.dumps(body))
    assert "Messages" not in receive(sqs, queue[0], 0)


#: Of each recording of what passed: the policy, and bodies that do not pass.
BODIES = {
    "test_filter_policy_on_message_body_array_of_object_attributes": (
        {"Records": {"s3": {"object": {"key": [{"prefix": "auto-"}]}}, "eventName": [{"prefix": "ObjectCreated:"}]}},
        [
            {"Records": [{"eventName": "ObjectRemoved:Delete", "s3": {"object": {"key": "auto-1"}}}]},
            {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "home-1"}}}]},
        ],
    ),
    "test_filter_policy_on_message_body_or_attribute": (
        {
            "$or": [{"metricName": ["CPUUtilization", "ReadLatency"]}, {"namespace": ["AWS/EC2", "AWS/ES"]}],
            "detail": {
                "scope": ["Service"],
                "$or": [{"source": ["aws.cloudwatch"]}, {"type": ["CloudWatch Alarm State Change"]}],
            },
        },
        [
            {"metricName": "CPUUtilization", "detail": {"scope": "Service"}},
            {"metricName": "CPUUtilization", "detail": {"source": "aws.cloudwatch"}},
            {"metricName": "AWS/EC2", "detail": {"scope": "Service", "source": "aws.cloudwatch"}},
        ],
    ),
    "test_filter_policy_empty_array_payload": ({"detail": {"eventVersion": [""]}}, [{"detail": {"eventVersion": []}}]),
    "test_filter_policy_ip_address_condition": (
        {
            "detail": {
                "$or": [
                    {"sourceIPAddress": [{"cidr": "10.0.0.0/24"}]},
                    {"sourceIPAddressV6": [{"cidr": "2001:db8:1234:1a00::/64"}]},
                ]
            }
        },
        [{"detail": {"sourceIPAddress": "10.0.1.1"}}, {"detail": {"sourceIPAddressV6": "2001:db8:123f:1a01::"}}],
    ),
}
HIDDEN = ("SentTimestamp", "ApproximateFirstReceiveTimestamp", "SenderId", "time", "eventTime")
ALL = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=recorded(f"TestSNSFilterPolicyBody::{name}")) for name in BODIES]
)
def test_bodies_pass_as_recorded(sns, sqs, topic, queue, name, recording):
    policy, others = BODIES[name]
    given = {"FilterPolicyScope": "MessageBody", "RawMessageDelivery": "true"}
    subscribe(sns, topic, queue[1], FilterPolicy=json.dumps(policy), **given)
    (step,) = recording.left
    passing = [message["Body"] for message in recording.steps[step]["Messages"]]
    for body in others + passing:
        sns.publish(TopicArn=topic, Message=json.dumps(body))
    got = receive(sqs, queue[0], len(passing), **ALL)["Messages"]
    text = {json.dumps(body): index for index, body in enumerate(passing)}
    got.sort(key=lambda message: text[message["Body"]])
    recording.compare(step, {"Messages": got}, hidden=HIDDEN)


@recorded("TestSNSFilterPolicyAttributes::test_exists_filter_policy_attributes_array")
def test_one_element_of_a_list_is_enough(sns, sqs, topic, queue, recording):
    given = {"FilterPolicy": json.dumps({"store": ["value1"]}), "FilterPolicyScope": "MessageAttributes"}
    arn = subscribe(sns, topic, queue[1], RawMessageDelivery="true", **given)
    told(sns, arn, "subscription-attributes-policy", recording)
    recording.compare("messages-init", receive(sqs, queue[0], 0))
    values = ["value1", json.dumps(["value1", "value2"]), json.dumps(["value2", "value3"])]
    for index, (value, data_type) in enumerate(zip(values, ["String", "String.Array", "String.Array"]), 1):
        attributes = {"store": {"DataType": data_type, "StringValue": value}}
        sns.publish(TopicArn=topic, Message=f"message-{index}", MessageAttributes=attributes)
        recording.compare(f"messages-{index}", receive(sqs, queue[0], int(index < 3)))


@validations("test_policy_complexity_with_or")
def test_branches_add_up(sns, topic, recording):
    def many(count):
        return [f"value{number}" for number in range(count)]

    flat = {
        "source": many(4),
        "$or": [{"name": many(6)}, {"type": many(4), "$or": [{"metric": many(4)}, {"space": many(4)}]}],
    }
    nested = {
        "$or": [{"name": many(3)}, {"namespace": many(2)}],
        "detail": {"scope": many(2), "$or": [{"source": many(1)}, {"type": many(3)}]},
    }
    for step, policy, scope in [
        ("error-complexity-or-flat", flat, "MessageAttributes"),
        ("error-complexity-or-nested", nested, "MessageBody"),
    ]:
        given = {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": scope}
        wish = {"TopicArn": topic, "Protocol": "sms", "Endpoint": "+123123123", "Attributes": given}
        recording.refused(step, sns.subscribe, **wish)


def number(value):
    return {"DataType": "Number", "StringValue": value}


class Subscribed:
    """A queue that subscribes, and what is there; what was published before has arrived by then."""

    def __init__(self, sns, sqs, server, topic, queue):
        self.sns, self.sqs, self.server, self.topic, self.url = sns, sqs, server, topic, queue[0]
        self.arn = subscribe(sns, topic, queue[1])

    def publish(self, text, **attributes):
        attributes = {name: number(value) for name, value in attributes.items()}
        self.sns.publish(TopicArn=self.topic, Message=text, MessageAttributes=attributes)

    def peek(self):
        self.server.settle()
        return self.sqs.receive_message(QueueUrl=self.url, VisibilityTimeout=0)

    def delete(self, answer):
        (message,) = answer["Messages"]
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture
def subscribed(sns, sqs, server, topic, queue):
    return Subscribed(sns, sqs, server, topic, queue)


@recorded("TestSNSFilterPolicyAttributes::test_exists_filter_policy")
def test_an_attribute_is_there_or_not(sns, subscribed, recording):
    put(sns, subscribed.arn, FilterPolicy='{"store": [{"exists": true}]}')
    told(sns, subscribed.arn, "subscription-attributes-policy-1", recording)
    recording.compare("messages-0", subscribed.peek())
    subscribed.publish("message-1", store="99", **{"def": "99"})
    first = recording.compare("messages-1", subscribed.peek())
    subscribed.publish("message-2", attr1="111")
    recording.compare("messages-2", subscribed.peek())
    subscribed.delete(first)
    put(sns, subscribed.arn, FilterPolicy='{"store": [{"exists": false}]}')
    told(sns, subscribed.arn, "subscription-attributes-policy-2", recording)
    subscribed.publish("message-3", **{"def": "99"})
    recording.compare("messages-3", subscribed.peek())
    subscribed.publish("message-4", store="99", **{"def": "99"})
    recording.compare("messages-4", subscribed.peek())


@recorded("TestSNSFilterPolicyAttributes::test_filter_policy")
def test_a_policy_is_set_replaced_and_taken_away(sns, subscribed, recording):
    put(sns, subscribed.arn, FilterPolicy='{"attr1": [{"numeric": [">", 0, "<=", 100]}]}')
    told(sns, subscribed.arn, "subscription-attributes", recording)
    recording.compare("messages-0", subscribed.peek())
    subscribed.publish("This is a test message", attr1="99")
    first = recording.compare("messages-1", subscribed.peek())
    subscribed.publish("This is another test message", attr1="111")
    recording.compare("messages-2", subscribed.peek())
    subscribed.delete(first)
    put(sns, subscribed.arn, FilterPolicy='{"attr1": [null, {"anything-but": "whatever"}]}')
    told(sns, subscribed.arn, "subscription-attributes-2", recording)
    subscribed.publish("This the test message for null")
    recording.compare("messages-3", subscribed.peek())
    put(sns, subscribed.arn, FilterPolicy="")
    subscribed.publish("This the test message for null")
    recording.compare("messages-4", subscribed.peek())


@recorded("TestSNSFilterPolicyBody::test_filter_policy_for_batch")
def test_entries_of_a_batch_pass_or_not(sns, sqs, server, topic, queue, subscribed, recording):
    other = Subscribed(sns, sqs, server, topic, make_queue(sqs))
    put(sns, subscribed.arn, FilterPolicy='{"attr1": [{"numeric": [">", 0, "<=", 100]}]}')
    told(sns, subscribed.arn, "subscription-attributes-with-filter", recording)
    told(sns, other.arn, "subscription-attributes-no-filter", recording)
    for kind in ["no", "with"]:
        recording.compare(f"messages-{kind}-filter-before-publish", subscribed.peek())

    def publish(text, value):
        entry = {"Id": "1", "Message": text, "MessageAttributes": {"attr1": number(value)}}
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[entry])

    publish("This is a test message", "99")
    for kind, subscription in [("no", other), ("with", subscribed)]:
        step = f"messages-{kind}-filter-after-publish-ok"
        subscription.delete(recording.compare(step, subscription.peek()))
    publish("This is another test message", "111")
    recording.compare("messages-no-filter-after-publish-ok-1", other.peek())
    recording.compare("messages-with-filter-after-publish-filtered", subscribed.peek())


@recorded("TestSNSFilterPolicyBody::test_filter_policy_on_message_body_dot_attribute")
def test_a_dot_in_a_key_is_a_step_down(sns, subscribed, recording):
    put(sns, subscribed.arn, FilterPolicyScope="MessageBody", FilterPolicy='{"object.nested": ["string.value"]}')
    recording.compare("recv-init", subscribed.peek())

    def pass_all(step, bodies):
        for index, body in enumerate(bodies):
            subscribed.publish(json.dumps(body))
            subscribed.delete(recording.compare(f"{step}-{index}", subscribed.peek()))

    def pass_none(body):
        subscribed.publish(json.dumps(body))
        assert "Messages" not in subscribed.peek()

    value = "string.value"
    pass_all("recv-nested-msg", [{"object": {"nested": value}}, {"object.nested": value}])
    pass_none({"object": {"nested": "test-auto"}})
    put(sns, subscribed.arn, FilterPolicy='{"object.nested.test": ["string.value"]}')
    deeper = [
        {"object": {"nested": {"test": value}}},
        {"object.nested.test": value},
        {"object.nested": {"test": value}},
        {"object": {"nested.test": value}},
    ]
    pass_all("recv-deep-nested-msg", deeper)
    pass_none({"object": {"nested": {"test": "string.notvalue"}}})


@recorded("TestSNSFilterPolicyBody::test_filter_policy_on_message_body_array_attributes")
def test_one_element_of_a_bodys_list_is_enough(sns, sqs, topic, recording):
    queues = [make_queue(sqs) for _ in range(2)]
    for name, (_, arn) in zip(["queue1", "queue2"], queues):
        policy = json.dumps({"headers": {"route-to": [name]}})
        subscribe(sns, topic, arn, FilterPolicy=policy, FilterPolicyScope="MessageBody", RawMessageDelivery="true")
    for route in [["queue3"], ["queue1"], ["queue2"], ["queue1", "queue2"]]:
        sns.publish(TopicArn=topic, Message=json.dumps({"headers": {"route-to": route}}))
    for index, (url, _) in enumerate(queues):
        got = receive(sqs, url, 2, **ALL)["Messages"]
        got.sort(key=lambda message: message["Body"])
        recording.compare(f"messages-queue-{index}", {"Messages": got}, hidden=HIDDEN)
