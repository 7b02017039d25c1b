"""Events and their inputs, compared with what AWS answered."""

import json

import pytest

from ..conftest import DETAIL, ENTRY, Queue, make_bus, make_rule


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
    recording.compare("get-events", queue.receive())
    recording.refused("non-existent-bus-error", events.describe_event_bus, Name="nowhere")


@pytest.mark.parametrize("where", ["", "TestEventsTargetSqs::"])
@recorded("{where}test_put_events_with_target_sqs", file="events_targets")
def test_an_event_comes_whole(events, queue, where, recording):
    make_rule(events, queue)
    events.put_events(Entries=[ENTRY])
    recording.compare("message", queue.receive())


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
    '"<listsingle> single list item <listmulti> multiple list items <systemstring> system account id <payload> payload '
    '<userId> user id"',
    '"<listsingle> single list item"\n"<listmulti> multiple list items"\n"<systemstring> system account id"\n'
    '"<payload> payload"\n"<userId> user id"',
    '{"singlelistitem": <listsingle>}',
    '{"multi_replacement": "users/<userId>/second/<userId>"}',
    '{"id" : "<userId>"}',
    '"Command is <valid>!"',
]
NESTED = "TestInputTransformer::test_input_transformer_nested_keys_replacement"


@pytest.mark.parametrize("name, template", [(template.replace("\n", "\\n"), template) for template in TEMPLATES])
@recorded(NESTED + "[{name}]", file="events_inputs")
def test_templates_are_filled_as_recorded(events, queue, name, template, recording):
    transformer = {"InputPathsMap": PATHS, "InputTemplate": template}
    make_rule(events, queue, InputTransformer=transformer)
    detail = {**DETAIL, "listsingle": ["HIGH"], "listmulti": ["ACTIVE", "INACTIVE"], "valid": True}
    events.put_events(Entries=[{**ENTRY, "Detail": json.dumps(detail)}])
    recording.compare("input-transformed-messages", queue.receive())


@pytest.mark.parametrize(
    "name, path, detail",
    [
        ("", "$.detail", DETAIL),
        ("_nested[event_detail0]", "$.detail.payload", DETAIL),
        (
            "_nested[event_detail1]",
            "$.detail.payload",
            {**DETAIL, "payload": {"acc_id": "0a787ecb-4015", "payload": {"message": "baz", "id": "123"}}},
        ),
        ("_max_level_depth", "$.detail.payload.sf_id", DETAIL),
    ],
)
@recorded("TestInputPath::test_put_events_with_input_path{name}", file="events_inputs")
def test_a_path_leads_to_a_part(events, queue, name, path, detail, recording):
    make_rule(events, queue, InputPath=path)
    events.put_events(Entries=[{**ENTRY, "Detail": json.dumps(detail)}])
    recording.compare("message", queue.receive())


@recorded("TestInputPath::test_put_events_with_input_path_multiple_targets", file="events_inputs")
def test_each_target_has_its_path(events, client, queue, recording):
    other = Queue(client("sqs"))
    rule, _ = make_rule(events, queue, InputPath="$.detail")
    events.put_targets(Rule=rule, Targets=[{"Id": "2", "Arn": other.arn}])
    events.put_events(Entries=[ENTRY])
    recording.compare("message-queue-1", queue.receive())
    recording.compare("message-queue-2", other.receive())


STRING = "input_template_string"
TYPED = [
    '"Event of <detail-type> type, at time <timestamp>, info extracted from detail <command>"',
    '"{[/Check with special starting characters for event of <detail-type> type"',
]


@pytest.mark.parametrize(
    "name, template",
    [
        (STRING, TYPED[0]),
        *[(f"{STRING}[{template}]", template) for template in TYPED],
        ("input_template_json", '{"detailType": <detail-type>,  "time": <timestamp>, "command": <command>}'),
    ],
)
@recorded("TestInputTransformer::test_put_events_with_input_transformer_{name}", file="events_inputs")
def test_what_a_path_does_not_find_is_empty(events, client, name, template, recording):
    recording.reword("at time date,", "at time <time>,")
    paths = {"detail-type": "$.detail-type", "timestamp": "$.time"}
    for step, command in [("match-all", "command"), ("not-match-all", "notinmessage")]:
        queue = Queue(client("sqs"))
        transformer = {"InputPathsMap": {**paths, "command": f"$.detail.{command}"}, "InputTemplate": template}
        make_rule(events, queue, bus := make_bus(events), InputTransformer=transformer)
        events.put_events(Entries=[{**ENTRY, "EventBusName": bus}])
        recording.compare(f"custom-variables-{step}", queue.receive())


PREDEFINED = [
    '"Message containing all pre defined variables <aws.events.rule-arn> <aws.events.rule-name> '
    '<aws.events.event.ingestion-time>"',
    '{"originalEvent": <aws.events.event>, "originalEventJson": <aws.events.event.json>}',
]


@pytest.mark.parametrize("template", PREDEFINED)
@recorded("TestInputTransformer::test_input_transformer_predefined_variables[{template}]", file="events_inputs")
def test_some_variables_are_always_there(events, queue, template, recording):
    recording.reword('<rule-name> date"', '<rule-name> <date>"')
    bus = make_bus(events)
    make_rule(events, queue, bus, InputTransformer={"InputTemplate": template})
    events.put_events(Entries=[{**ENTRY, "EventBusName": bus}])
    recording.compare("messages", queue.receive())
