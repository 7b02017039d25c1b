"""Events and their inputs, compared with what AWS answered."""

import json

import pytest

from ..conftest import DETAIL, ENTRY, make_rule


def recorded(name, date="", file="events"):
    return pytest.mark.recorded(file, name, date)


@pytest.mark.parametrize(
    "name, missing",
    [("events_without_source", "Source"), ("event_without_detail", "Detail"), ("event_without_detail_type", "DetailType")],
)
@recorded("TestEvents::test_put_{name}")
def test_an_entry_has_source_type_and_detail(events, name, missing, recording):
    entry = {member: value for member, value in ENTRY.items() if member != missing}
    recording.compare("put-events", events.put_events(Entries=[entry]))


DETAILS = {"STRING": "Hello", "ARRAY": '["a"]', "MALFORMED_JSON": '{"a": "b"', "SERIALIZED_STRING": '"a"'}


@pytest.mark.parametrize("kind", DETAILS)
@recorded("TestEvents::test_put_event_malformed_detail[{kind}]")
def test_a_detail_is_an_object(events, kind, recording):
    recording.compare("put-events", events.put_events(Entries=[{**ENTRY, "Detail": DETAILS[kind]}]))


@recorded("TestEvents::test_put_event_with_too_big_detail")
def test_entries_have_a_size(events, recording):
    entry = {**ENTRY, "Detail": json.dumps({"a": "x" * 262_144})}
    recording.refused("put-events-too-big-detail-error", events.put_events, Entries=[entry])


@recorded("TestEventBus::test_put_events_nonexistent_event_bus")
def test_a_bus_that_is_not_there_swallows_events(events, queue, recording):
    make_rule(events, queue, pattern='{"source":["MySource"]}')
    entry = {"Source": "MySource", "DetailType": "CustomType"}
    entries = [
        {**entry, "Detail": '{"message": "for the default event bus"}'},
        {**entry, "Detail": '{"message": "for the custom event bus"}', "EventBusName": "nowhere"},
    ]
    recording.compare("put-events", events.put_events(Entries=entries))
    recording.compare("get-events", queue.receive(), hidden={"account", "region", "ReceiptHandle", "MD5OfBody"})
    recording.refused("non-existent-bus-error", events.describe_event_bus, Name="nowhere")


@recorded("TestEventsTargetSqs::test_put_events_with_target_sqs", file="events_targets")
def test_an_event_comes_whole(events, queue, recording):
    make_rule(events, queue)
    events.put_events(Entries=[ENTRY])
    hidden = {"account", "region", "ReceiptHandle", "MD5OfBody"}
    recording.compare("message", queue.receive(), hidden=hidden)


PATHS = {
    "userId": "$.detail.payload.acc_id",
    "payload": "$.detail.payload",
    "systemstring": "$.detail.awsAccountId",
    "listsingle": "$.detail.listsingle",
    "listmulti": "$.detail.listmulti",
    "valid": "$.detail.valid",
}
TEMPLATES = [
    '{"method": "PUT", "path": "users-service/users/<userId>", "bod": <payload>}',
    '"Payload of <payload> with path users-service/users/<userId> and <userId>"',
    '{"method": "PUT", "path": "users-service/users/<userId>", "id": <userId>, "body": <payload>}',
    '{"method": "PUT", "path": "users-service/users/<userId>", "bod": [<userId>, "hardcoded"]}',
    '{"method": "PUT", "nested": {"level1": {"level2": {"level3": "users-service/users/<userId>"} } }, "bod": "<userId>"}',
    '{"id" : <userId>}',
    '"<listsingle> single list item"',
    '"<listmulti> multiple list items"',
    '{"singlelistitem": <listsingle>}',
    '{"multi_replacement": "users/<userId>/second/<userId>"}',
    '{"id" : "<userId>"}',
    '"Command is <valid>!"',
]
NESTED = "TestInputTransformer::test_input_transformer_nested_keys_replacement"


@pytest.mark.parametrize("template", TEMPLATES)
@recorded(NESTED + "[{template}]", file="events_inputs")
def test_templates_are_filled_as_recorded(events, queue, template, recording):
    transformer = {"InputPathsMap": PATHS, "InputTemplate": template}
    make_rule(events, queue, InputTransformer=transformer)
    detail = {**DETAIL, "listsingle": ["HIGH"], "listmulti": ["ACTIVE", "INACTIVE"], "valid": True}
    events.put_events(Entries=[{**ENTRY, "Detail": json.dumps(detail)}])
    recording.compare("input-transformed-messages", queue.receive(), hidden={"ReceiptHandle", "MD5OfBody"})

