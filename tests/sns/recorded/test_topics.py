"""Topics, compared with what AWS answered."""

import json
import uuid

import pytest

from ..conftest import make_topic


def recorded(name, date=""):
    return pytest.mark.recorded("sns", name, date)


def crud(name, date=""):
    return recorded(f"TestSNSTopicCrud::{name}", date)


def crud2(name, date=""):
    return recorded(f"TestSNSTopicCrudV2::{name}", date)


def attributes(sns, topic):
    return sns.get_topic_attributes(TopicArn=topic)


def tagged(**tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@crud("test_create_topic_with_attributes")
def test_a_topic_has_the_attributes_given(sns, recording):
    topic = make_topic(sns, fifo=True, DisplayName="TestTopic", SignatureVersion="2")
    recording.compare("get-topic-attrs", attributes(sns, topic))
    recording.refused("get-attrs-nonexistent-topic", sns.get_topic_attributes, TopicArn=f"{topic[:-8]}x")
    recording.refused("get-attrs-malformed-topic", sns.get_topic_attributes, TopicArn="test-topic")


@crud("test_create_topic_test_arn")
def test_a_topic_comes_and_goes(sns, recording):
    name = f"topic-{uuid.uuid4().hex[:8]}"
    topic = recording.compare("create-topic", sns.create_topic(Name=name))["TopicArn"]
    recording.compare("get-topic-attrs", attributes(sns, topic))
    recording.compare("delete-topic", sns.delete_topic(TopicArn=topic))
    recording.refused("topic-not-exists", sns.get_topic_attributes, TopicArn=topic)


@crud("test_delete_topic_idempotency")
def test_a_topic_is_deleted_twice(sns, topic, recording):
    recording.compare("delete-topic", sns.delete_topic(TopicArn=topic))
    recording.compare("delete-topic-again", sns.delete_topic(TopicArn=topic))


@crud2("test_delete_non_existent_topic")
def test_what_was_never_there_is_deleted(sns, topic, recording):
    recording.compare("delete-non-existent-topic", sns.delete_topic(TopicArn=f"{topic}x"))


@crud("test_tags")
def test_tags_are_put_and_removed(sns, topic, recording):
    def put(tags):
        sns.tag_resource(ResourceArn=topic, Tags=tags)

    def listed():
        answer = sns.list_tags_for_resource(ResourceArn=topic)
        answer["Tags"].sort(key=lambda tag: tag["Key"])
        return answer

    twice = [*tagged(k1="v1", k2="v2"), *tagged(k2="v2")]
    recording.refused("duplicate-key-error", sns.tag_resource, ResourceArn=topic, Tags=twice)
    put(tagged(k1="v1", k2="v2"))
    recording.compare("list-created-tags", listed())
    sns.untag_resource(ResourceArn=topic, TagKeys=["k1"])
    recording.compare("list-after-delete-tags", listed())
    put(tagged(k2="v2b"))
    recording.compare("list-after-update-tags", listed())


@crud("test_tags_removed_after_deletion")
def test_tags_go_with_their_topic(sns, topic, recording):
    sns.tag_resource(ResourceArn=topic, Tags=tagged(k1="v1", k2="v2"))
    recording.compare("list-created-tags", sns.list_tags_for_resource(ResourceArn=topic))
    sns.delete_topic(TopicArn=topic)
    sns.create_topic(Name=topic.rpartition(":")[2])
    recording.compare("list-empty-tags", sns.list_tags_for_resource(ResourceArn=topic))


@crud("test_create_duplicate_topic_with_more_tags")
def test_a_topic_with_other_tags_is_another(sns, topic, recording):
    name = topic.rpartition(":")[2]
    recording.refused("exception-duplicate", sns.create_topic, Name=name, Tags=tagged(key1="value1"))


@crud("test_create_duplicate_topic_check_idempotency")
def test_a_topic_with_the_same_tags_is_the_same(sns, recording):
    name, tags = f"topic-{uuid.uuid4().hex[:8]}", tagged(a="1", b="2")
    recording.compare("response-created", sns.create_topic(Name=name, Tags=tags))
    for index, given in enumerate([{"Tags": tags}, {"Tags": tags[:1]}, {"Tags": []}]):
        recording.compare(f"response-same-arn-{index}", sns.create_topic(Name=name, **given))


@crud("test_create_topic_after_delete_with_new_tags")
def test_a_deleted_topic_may_come_back_with_other_tags(sns, recording):
    name = f"topic-{uuid.uuid4().hex[:8]}"
    topic = recording.compare("topic-0", sns.create_topic(Name=name, Tags=tagged(Name="pqr")))
    sns.delete_topic(TopicArn=topic["TopicArn"])
    recording.compare("topic-1", sns.create_topic(Name=name, Tags=tagged(Name="abc")))


@crud("test_topic_delivery_policy_crud")
def test_a_delivery_policy_is_shown_whole(sns, recording):
    policy = {"http": {"defaultRequestPolicy": {"headerContentType": "application/json"}}}
    given = {"DisplayName": "TestTopic", "SignatureVersion": "2", "DeliveryPolicy": json.dumps(policy)}
    topic = make_topic(sns, fifo=True, **given)
    recording.compare("get-topic-attrs", attributes(sns, topic))

    def put(step, shown, value):
        answer = sns.set_topic_attributes(TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=value)
        recording.compare(step, answer)
        recording.compare(shown, attributes(sns, topic))

    retries = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
    put("set-topic-attrs", "get-topic-attrs-after-update", json.dumps({"http": {"defaultHealthyRetryPolicy": retries}}))
    put("set-topic-attrs-none", "get-topic-attrs-after-none", '{"http": {"defaultHealthyRetryPolicy": null}}')
    put("set-topic-attrs-full-none", "get-topic-attrs-after-delete", "")


@crud2("test_create_topic_should_be_idempotent")
def test_a_topic_keeps_what_it_has_when_it_is_created_again(sns, topic, recording):
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="AlreadySet")
    recording.compare("topic-attrs-idempotent-1", attributes(sns, topic))
    sns.create_topic(Name=topic.rpartition(":")[2])
    recording.compare("topic-attrs-idempotent-2", attributes(sns, topic))


@crud2("test_create_topic_different_attrs")
def test_a_topic_with_other_attributes_is_another(sns, recording):
    name = f"topic-{uuid.uuid4().hex[:8]}"
    topic = recording.compare("create-topic", sns.create_topic(Name=name, Attributes={"DisplayName": "Value1"}))
    recording.compare("create-topic-no-attrs", sns.create_topic(Name=name))
    recording.compare("topic-attrs", attributes(sns, topic["TopicArn"]))
    for given in [{"DisplayName": "Value1"}, {"FifoTopic": "false"}]:
        sns.create_topic(Name=name, Attributes=given)
    for step, given in {
        "create-topic-diff-attrs": {"DisplayName": "Value2"},
        "create-topic-new-attrs-fifo": {"FifoTopic": "true"},
        "create-topic-new-attrs": {"SignatureVersion": "2"},
        "create-topic-new-and-same-attrs": {"SignatureVersion": "2", "DisplayName": "Value1"},
    }.items():
        recording.refused(step, sns.create_topic, Name=name, Attributes=given)


@crud2("test_create_topic_name_constraints")
def test_names_have_rules(sns, recording):
    recording.compare("valid-name-max-length", sns.create_topic(Name="a" * 256))
    recording.refused("name-too-short", sns.create_topic, Name="")
    recording.refused("name-too-long", sns.create_topic, Name="a" * 257)
    recording.refused("name-contains-fifo", sns.create_topic, Name="topic.fifo")
    recording.refused("fifo-name-not-contains-fifo", sns.create_topic, Name="topic", Attributes={"FifoTopic": "true"})
    for index, letter in enumerate("!@#$%^&*"):
        recording.refused(f"name-invalid-char-{index}", sns.create_topic, Name=f"topic{letter}")


@crud2("test_topic_get_attributes_with_fifo_false")
def test_a_standard_topic_does_not_say_so(sns, recording):
    topic = make_topic(sns, FifoTopic="false")
    recording.compare("get-attrs-standard-topic", attributes(sns, topic))
    given = {"AttributeName": "FifoTopic", "AttributeValue": "false"}
    recording.refused("set-fifo-false-after-creation", sns.set_topic_attributes, TopicArn=topic, **given)


@crud2("test_create_topic_in_multiple_regions")
def test_regions_have_their_own_topics(client, recording):
    one, other = client("sns"), client("sns", region_name="eu-central-1")
    east, west = (region.create_topic(Name="topic")["TopicArn"] for region in (one, other))
    recording.compare("list-primary", one.list_topics())
    recording.compare("list-secondary", other.list_topics())
    recording.compare("topic-east", attributes(one, east))
    recording.compare("topic-west", attributes(other, west))


def permit(sns, topic, account, *actions, label="test"):
    return sns.add_permission(TopicArn=topic, Label=label, AWSAccountId=[account], ActionName=list(actions))


def policy(sns, topic):
    return json.loads(attributes(sns, topic)["Attributes"]["Policy"])


@pytest.mark.parametrize(
    "actions",
    [
        pytest.param(["Publish"], marks=crud2("test_topic_add_permission")),
        pytest.param(["Publish", "Subscribe"], marks=crud2("test_topic_add_multiple_permissions")),
    ],
)
def test_permissions_are_statements_of_the_policy(sns, topic, account, actions, recording):
    recording.compare("add-permission-response", permit(sns, topic, account, *actions))
    recording.compare("topic-policy-after-permission", policy(sns, topic))


@crud2("test_topic_remove_permission")
def test_permissions_are_withdrawn(sns, topic, account, recording):
    permit(sns, topic, account, "Publish")
    sns.remove_permission(TopicArn=topic, Label="test")
    recording.compare("topic-policy", policy(sns, topic))


@crud2("test_add_permission_errors")
def test_permissions_that_cannot_be(sns, topic, account, recording):
    permit(sns, topic, account, "Publish")
    given = {"AWSAccountId": [account], "ActionName": ["AddPermission"]}
    recording.refused("duplicate-label", sns.add_permission, TopicArn=topic, Label="test", **given)
    recording.refused("topic-not-found", sns.add_permission, TopicArn=f"{topic}x", Label="test-2", **given)
    given["ActionName"] = ["InvalidAction"]
    recording.refused("invalid-action", sns.add_permission, TopicArn=topic, Label="test-2", **given)


@crud2("test_remove_permission_errors")
def test_permissions_of_topics_that_are_not_there(sns, topic, recording):
    recording.refused("topic-not-found", sns.remove_permission, TopicArn=f"{topic}x", Label="test")


@crud2("test_data_protection_policy_crud")
def test_a_data_protection_policy_is_kept(sns, topic, recording):
    recording.compare("get-topic-attributes-before-policy", attributes(sns, topic))
    document = {
        "Name": "data_protection_policy",
        "Description": "Test Policy",
        "Version": "2021-06-01",
        "Statement": [
            {
                "Sid": "test-statement",
                "DataDirection": "Inbound",
                "Principal": ["*"],
                "DataIdentifier": ["arn:aws:dataprotection:us-east-1::data-identifier/EmailAddress"],
                "Operation": {"Deny": {}},
            }
        ],
    }
    put = sns.put_data_protection_policy(ResourceArn=topic, DataProtectionPolicy=json.dumps(document))
    recording.compare("put-data-protection-policy", put)
    recording.compare("get-data-protection-policy", sns.get_data_protection_policy(ResourceArn=topic))
    recording.compare("get-topic-attributes-after-policy", attributes(sns, topic))


MULTI = recorded("TestSNSMultiRegions::test_cross_region_access")


@MULTI
def test_a_topic_is_its_regions(client, topic, recording):
    other = client("sns", region_name="eu-central-1")
    for step, call, given in [
        ("set-topic-attrs", other.set_topic_attributes, {"AttributeName": "DisplayName", "AttributeValue": "x"}),
        ("get-topic-attrs", other.get_topic_attributes, {}),
        ("cross-region-publish-forbidden", other.publish, {"Message": "hello world"}),
        ("cross-region-subscribe", other.subscribe, {"Protocol": "email", "Endpoint": "devil@hell.com"}),
        ("list-subs", other.list_subscriptions_by_topic, {}),
        ("delete-topic", other.delete_topic, {}),
    ]:
        recording.refused(step, call, TopicArn=topic, **given)
