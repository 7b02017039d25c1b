"""Groups and streams, compared with what AWS answered."""

import uuid

import pytest

from ..conftest import HIDDEN, make_group


def groups(name, date="03-02-2026"):
    return pytest.mark.recorded("logs_groups", name, date)


def streams(name, date="03-02-2026"):
    return pytest.mark.recorded("logs_streams", f"TestLogsStreams::{name}", date)


@groups("TestLogsGroups::test_create_log_group_with_kms_key")
def test_a_group_tells_its_key(logs, client, recording):
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    name = make_group(logs, kmsKeyId=key)
    told = logs.describe_log_groups(logGroupNamePrefix=name)
    recording.compare("describe-log-groups-with-kms", told, HIDDEN)


@groups("TestLogsGroups::test_create_log_group_duplicate_error")
def test_a_group_is_made_once(logs, group, recording):
    recording.refused("error-duplicate-log-group", logs.create_log_group, logGroupName=group)


@groups("TestLogsGroups::test_create_log_group_invalid_name_length")
def test_a_name_has_512_characters_at_most(logs, recording):
    recording.refused("error-invalid-name-length", logs.create_log_group, logGroupName="a" * 513)


@groups("TestLogsGroups::test_describe_log_groups_with_prefix")
def test_groups_of_a_prefix(logs, recording):
    prefix = f"prefix-{uuid.uuid4().hex[:8]}"
    for number in range(3):
        logs.create_log_group(logGroupName=f"{prefix}-{number}")
    recording.compare("describe-log-groups-prefix", logs.describe_log_groups(logGroupNamePrefix=prefix), HIDDEN)


@groups("TestLogsGroups::test_describe_log_groups_with_pattern")
def test_groups_of_a_pattern(logs, recording):
    name = make_group(logs)
    told = logs.describe_log_groups(logGroupNamePattern=name[8:])
    # AWS gives a token though there is no more.
    del recording.steps["describe-log-groups-pattern"]["nextToken"]
    recording.compare("describe-log-groups-pattern", told, HIDDEN)


@groups("TestLogsGroups::test_describe_log_groups_prefix_and_pattern_error")
def test_a_prefix_or_a_pattern(logs, recording):
    describe = logs.describe_log_groups
    recording.refused("error-prefix-and-pattern", describe, logGroupNamePrefix="a", logGroupNamePattern="a")


@groups("TestLogsGroups::test_list_log_groups_with_pattern")
def test_groups_are_listed_by_a_pattern(logs, recording):
    name = make_group(logs)
    recording.compare("list-log-groups-no-match", logs.list_log_groups(logGroupNamePattern="no-such-group"))
    told = logs.describe_log_groups(logGroupNamePattern=name[8:])["logGroups"]
    recording.compare("list-log-groups-match", told, HIDDEN)


@groups("TestLogsGroupsTags::test_create_log_group_with_tags")
def test_a_group_is_made_with_tags(logs, recording):
    name = make_group(logs, tags={"env": "testing"})
    recording.compare("list-tags-after-create", logs.list_tags_log_group(logGroupName=name))


@groups("TestLogsGroupsTags::test_tag_log_group")
def test_a_group_is_tagged(logs, group, recording):
    logs.tag_log_group(logGroupName=group, tags={"tag_key_1": "tag_value_1"})
    recording.compare("list-tags-after-tag", logs.list_tags_log_group(logGroupName=group))


@groups("TestLogsGroupsTags::test_untag_log_group")
def test_a_group_is_untagged(logs, recording):
    name = make_group(logs, tags={"tag_key_1": "tag_value_1", "tag_key_2": "tag_value_2"})
    logs.untag_log_group(logGroupName=name, tags=["tag_key_1"])
    recording.compare("list-tags-after-untag", logs.list_tags_log_group(logGroupName=name))


@groups("TestLogsGroupsTags::test_tag_resource_api")
def test_tags_are_one_by_name_and_by_arn(logs, recording):
    name = make_group(logs, tags={"env": "testing1"})
    arn = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]["logGroupArn"]

    def compare(step):
        recording.compare(f"list-tags-log-group-after-{step}", logs.list_tags_log_group(logGroupName=name))
        recording.compare(f"list-tags-for-resource-after-{step}", logs.list_tags_for_resource(resourceArn=arn))

    recording.compare("list-tags-after-create", logs.list_tags_for_resource(resourceArn=arn))
    logs.tag_resource(resourceArn=arn, tags={"test1": "val1", "test2": "val2"})
    compare("tag-resource")
    logs.tag_log_group(logGroupName=name, tags={"test3": "val3"})
    compare("tag-log-group")
    logs.untag_log_group(logGroupName=name, tags=["env", "test1"])
    logs.untag_resource(resourceArn=arn, tagKeys=["test3"])
    compare("untag")


@streams("test_create_and_delete_log_stream")
@pytest.mark.usefixtures("stream")
def test_a_stream_is_described(logs, group, recording):
    told = logs.describe_log_streams(logGroupName=group)
    recording.compare("describe-log-streams-after-create", told, HIDDEN)


@streams("test_create_log_stream_duplicate_error")
def test_a_stream_is_made_once(logs, group, stream, recording):
    create = logs.create_log_stream
    recording.refused("error-duplicate-log-stream", create, logGroupName=group, logStreamName=stream)


@streams("test_describe_log_streams_with_log_group_identifier")
@pytest.mark.usefixtures("stream")
def test_a_group_is_named_or_identified(logs, group, recording):
    arn = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["logGroupArn"]
    for step, identifier in [("name", group), ("arn", arn)]:
        told = logs.describe_log_streams(logGroupIdentifier=identifier)
        recording.compare(f"describe-streams-identifier-{step}", told, HIDDEN)
    describe = logs.describe_log_streams
    recording.refused("error-both-name-and-identifier", describe, logGroupName=group, logGroupIdentifier=arn)


@streams("test_describe_log_streams_with_prefix")
def test_streams_of_a_prefix(logs, group, recording):
    for number in range(3):
        logs.create_log_stream(logGroupName=group, logStreamName=f"stream-{number}")
    told = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="stream")
    recording.compare("describe-streams-with-prefix", told, HIDDEN)


@streams("test_log_stream_arn_format")
@pytest.mark.usefixtures("stream")
def test_a_streams_arn(logs, group, recording):
    recording.compare("describe-log-streams-with-arn", logs.describe_log_streams(logGroupName=group), HIDDEN)
