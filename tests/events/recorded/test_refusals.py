"""What EventBridge refuses, and lists of what it has, compared with what AWS answered."""

import datetime
import json

import pytest

from ..conftest import PATTERN, fresh, make_rule


def recorded(name, file="events", date=""):
    return pytest.mark.recorded(file, name, date)


EVENTS = {"plain_string": "plain string", "array_event": "[1, 2, 3]"}
EVENT = {"plain_string": "plain-string", "array_event": "array-event", "invalid_event": "plain-string"}


@pytest.mark.parametrize("kind", EVENT)
@recorded("TestEventPattern::test_{kind}_payload", file="events_patterns")
def test_an_event_is_an_object_with_members(events, kind, recording):
    event = EVENTS.get(kind, json.dumps({"id": "1", "source": "s"}))
    arguments = {"EventPattern": '{"source":["s"]}', "Event": event}
    recording.refused(f"{EVENT[kind]}-payload-exc", events.test_event_pattern, **arguments)


PATTERNS = [
    "this is valid json but not a dict",
    "{'bad': 'quotation'}",
    '{"not": closed mark"',
    '["not", "a", "dict", "but valid json"]',
]


@pytest.mark.parametrize("pattern", PATTERNS)
@recorded("TestEventPattern::test_invalid_json_event_pattern[{pattern}]", file="events_patterns")
def test_a_pattern_is_json(events, pattern, recording):
    event = {"id": "1", "account": "1", "source": "s", "time": "t", "region": "r", "detail-type": "d"}
    arguments = {"EventPattern": pattern, "Event": json.dumps(event)}
    recording.refused("invalid-pattern", events.test_event_pattern, **arguments)


@recorded("TestEventTarget::test_add_exceed_fife_targets_per_rule")
def test_a_rule_has_five_targets(events, queue, recording):
    events.put_rule(Name="rule", EventPattern=PATTERN)
    targets = [{"Id": f"id{number}", "Arn": queue.arn} for number in range(7)]
    recording.refused("put-targets-client-error", events.put_targets, Rule="rule", Targets=targets)


@recorded("TestInputTransformer::test_put_events_with_input_transformer_missing_keys", file="events_inputs")
def test_placeholders_are_defined(events, queue, recording):
    events.put_rule(Name="rule", EventPattern=PATTERN)
    transformer = {"InputPathsMap": {"a": "$.a"}, "InputTemplate": '"<a> <notdefinedkey>"'}
    target = {"Id": "id", "Arn": queue.arn, "InputTransformer": transformer}
    recording.refused("missing-key-exception-error", events.put_targets, Rule="rule", Targets=[target])


@recorded("test_put_event_input_path_and_input_transformer", file="events_inputs")
def test_an_input_is_made_in_one_way(events, queue, recording):
    events.put_rule(Name="rule", EventPattern=PATTERN)
    transformer = {"InputPathsMap": {"a": "$.a"}, "InputTemplate": '"<a>"'}
    target = {"Id": "id", "Arn": queue.arn, "InputTransformer": transformer, "InputPath": "$.detail"}
    recording.refused("duplicated-input-operations-error", events.put_targets, Rule="rule", Targets=[target])


@pytest.mark.parametrize("thing", ["rule", "event_bus"])
@recorded("tests_tag_list_untag_not_existing_resource[not_existing_{thing}]", file="events_tags")
def test_what_is_not_there_has_no_tags(events, account, thing, recording):
    arn = f"arn:aws:events:us-east-1:{account}:{thing.replace('_', '-')}/not-existing"
    tags = [{"Key": "tag1", "Value": "value1"}]
    recording.refused("tag_not_existing_resource_error", events.tag_resource, ResourceARN=arn, Tags=tags)
    step = "list_tags_for_not_existing_resource_error"
    recording.refused(step, events.list_tags_for_resource, ResourceARN=arn)
    step = "untag_not_existing_resource_error"
    recording.refused(step, events.untag_resource, ResourceARN=arn, TagKeys=["tag1"])


@recorded("TestRuleTags::test_put_rule_with_tags", file="events_tags")
def test_a_rule_is_put_with_tags(events, bus, recording):
    tags = [{"Key": "tag1", "Value": "value1"}, {"Key": "tag2", "Value": "value2"}]
    name = fresh("bus")
    events.create_event_bus(Name=name)
    put = events.put_rule(Name="rule", EventBusName=name, EventPattern=PATTERN, Tags=tags)
    recording.compare("put_rule_with_tags", put)
    recording.compare("list_tags_for_rule", events.list_tags_for_resource(ResourceARN=put["RuleArn"]))


@recorded("TestEventBusTags::test_create_event_bus_with_tags", file="events_tags")
def test_a_bus_is_made_with_tags(events, recording):
    tags = [{"Key": "tag1", "Value": "value1"}, {"Key": "tag2", "Value": "value2"}]
    made = events.create_event_bus(Name=fresh("bus"), Tags=tags)
    recording.compare("create_event_bus_with_tags", made)
    recording.compare("list_tags_for_event_bus", events.list_tags_for_resource(ResourceARN=made["EventBusArn"]))


@recorded("TestArchive::test_list_archive_error_unknown_source_arn", file="archive_and_replay")
def test_archives_are_of_a_bus(events, recording):
    source = events.describe_event_bus()["Arn"].replace("default", "x")
    recording.refused("list-archives-unknown-event-bus-error", events.list_archives, EventSourceArn=source)


@pytest.fixture
def replay(events):
    """What a replay is started with."""
    source, now = events.describe_event_bus()["Arn"], datetime.datetime.now(datetime.UTC)
    archive = events.create_archive(ArchiveName="archive", EventSourceArn=source)["ArchiveArn"]
    return {
        "ReplayName": "replay",
        "EventSourceArn": archive,
        "EventStartTime": now - datetime.timedelta(minutes=1),
        "EventEndTime": now,
        "Destination": {"Arn": source},
    }


@recorded("TestReplay::test_start_replay_error_unknown_archive", file="archive_and_replay")
def test_a_replay_is_of_an_archive(events, replay, recording):
    replay["EventSourceArn"] = replay["EventSourceArn"].replace("archive/archive", "archive/x")
    recording.refused("start-replay-unknown-archive-error", events.start_replay, **replay)


@recorded("TestReplay::test_start_replay_error_unknown_event_bus", file="archive_and_replay")
def test_a_replay_goes_where_events_came_from(events, replay, recording):
    nowhere = {"Arn": replay["Destination"]["Arn"].replace("default", "x")}
    recording.refused("start-replay-unknown-event-bus-error", events.start_replay, **{**replay, "Destination": nowhere})
    other = {"Arn": events.create_event_bus(Name="other")["EventBusArn"]}
    recording.refused("start-replay-wrong-event-bus-error", events.start_replay, **{**replay, "Destination": other})


@recorded("TestReplay::test_start_replay_error_duplicate_name_same_archive", file="archive_and_replay")
def test_a_name_is_of_one_replay(events, replay, recording):
    events.start_replay(**replay)
    recording.refused("start-replay-duplicate-error", events.start_replay, **replay)


@recorded("TestReplay::tests_concurrency_error_too_many_active_replays", file="archive_and_replay")
def test_ten_replays_run_at_once(events, replay, recording):
    for number in range(10):
        events.start_replay(**{**replay, "ReplayName": f"replay-{number}"})
    recording.refused("list-replays-with-limit", events.start_replay, **replay)


@recorded("TestEvents::test_create_connection_validations")
def test_a_connection_is_checked(events, recording):
    arguments = {
        "Name": "This should fail with two errors 123467890123412341234123412341234",
        "AuthorizationType": "INVALID",
        "AuthParameters": {"BasicAuthParameters": {"Username": "user", "Password": "pass"}},
    }
    recording.refused("create_connection_exc", events.create_connection, **arguments)


DESTINATION = {"InvocationEndpoint": "https://example.com/api", "HttpMethod": "POST", "InvocationRateLimitPerSecond": 10}


@recorded(
    "TestEventBridgeApiDestinations::test_create_api_destination_invalid_parameters",
    file="api_destinations_and_connection",
)
def test_an_api_destination_is_checked(events, recording):
    arguments = {**DESTINATION, "ConnectionArn": "invalid-connection-arn", "HttpMethod": "INVALID_METHOD"}
    step = "create-api-destination-invalid-parameters-error"
    recording.refused(step, events.create_api_destination, Name="name", **arguments)


@recorded(
    "TestEventBridgeApiDestinations::test_create_api_destination_name_validation",
    file="api_destinations_and_connection",
)
def test_an_api_destination_is_named_by_a_word(events, recording):
    basic = {"BasicAuthParameters": {"Username": "user", "Password": "pass"}}
    made = events.create_connection(Name="c", AuthorizationType="BASIC", AuthParameters=basic)
    arguments = {**DESTINATION, "ConnectionArn": made["ConnectionArn"], "Name": "Invalid Name With Spaces!"}
    recording.refused("create-api-destination-invalid-name-error", events.create_api_destination, **arguments)


@pytest.mark.parametrize("kind", ["default", "custom"])
@recorded("TestEventRule::test_list_rule_names_by_target_no_matches[{kind}]")
def test_a_target_of_no_rule(events, queue, kind, recording):
    make_rule(events, queue)
    names = events.list_rule_names_by_target(TargetArn=queue.arn + "x")
    recording.compare("list_rule_names_by_target_no_matches", names)
