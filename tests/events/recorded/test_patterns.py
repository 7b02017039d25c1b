"""Which events rules let through, compared with what AWS let through."""

import json

import pytest

from ..conftest import ENTRY, make_rule


def recorded(name, file="events_patterns"):
    return pytest.mark.recorded(file, name, "")


OF_TYPE = [ENTRY["Source"]]
CONTENT = {
    "description": (["this-is-event-details"], "this-is-event-details"),
    "amount": ([200], 200),
    "salary": ([2000, 4000], 2000),
    "env": (["dev", "prod"], "prod"),
    "user": (["user1", "user2", "user3"], "user3"),
    "admins": (["skyli", {"prefix": "hey"}, {"prefix": "ad"}], "admin"),
    "test1": ([{"anything-but": 200}], 300),
    "test2": ([{"anything-but": "test2"}], "test22"),
    "test3": ([{"anything-but": ["test3", "test33"]}], "test333"),
    "test4": ([{"anything-but": {"prefix": "test4"}}], "this test4"),
    "ip": ([{"cidr": "10.102.1.0/24"}], "10.102.1.100"),
    "num-test1": ([{"numeric": ["<", 200]}], 100),
    "num-test2": ([{"numeric": ["<=", 200]}], 200),
    "num-test3": ([{"numeric": [">", 200]}], 300),
    "num-test4": ([{"numeric": [">=", 200]}], 200),
    "num-test5": ([{"numeric": [">=", 200, "<=", 500]}], 500),
    "num-test6": ([{"numeric": [">", 200, "<", 500]}], 300),
    "num-test7": ([{"numeric": [">=", 200, "<", 500]}], 300),
}


def typed(value):
    return {"event": {"data": {"type": value}}}


#: Recording, what a detail must be, details that come through, details that do not.
RULES = [
    (
        "anything_but",
        {"command": [{"anything-but": ["no-message"]}]},
        [{"command": "display-message"}, {"command": None}],
        [{"command": "no-message"}],
    ),
    ("exists_true", {"key": [{"exists": True}]}, [{"key": "value"}], [{"no-key": "no-value"}]),
    ("exists_false", {"key": [{"exists": False}]}, [{"no-key": "no-value"}], [{"key": "value"}]),
]


def send(events, queue, through, not_through):
    """What came of those that come through; the others, which are sent before, would come before."""
    details = [*not_through, *through]
    events.put_events(Entries=[{**ENTRY, "Detail": json.dumps(detail)} for detail in details])
    return queue.receive(len(through))


@pytest.mark.parametrize("kind, detail, through, not_through", RULES)
@recorded("TestRuleWithPattern::test_put_events_with_rule_pattern_{kind}")
def test_rules_look_into_details(events, queue, kind, detail, through, not_through, recording):
    pattern = {"source": OF_TYPE, "detail-type": OF_TYPE, "detail": detail}
    make_rule(events, queue, pattern=json.dumps(pattern))
    through, not_through = ([{**detail, "payload": "baz"} for detail in some] for some in (through, not_through))
    recording.compare("rule-" + kind.replace("_", "-"), send(events, queue, through, not_through))


TYPES = [
    ("with_values_in_array", ["1", "2"], [typed(["3", "1"]), typed(["2"])], [typed(["3"])]),
    ("nested", ["1"], [typed("1")], [typed("2"), {"hello": "world"}]),
]


@pytest.mark.parametrize("kind, wanted, through, not_through", TYPES)
@recorded("TestEventPattern::test_put_events_pattern_{kind}", "events")
def test_rules_look_into_lists(events, queue, kind, wanted, through, not_through, recording):
    make_rule(events, queue, pattern=json.dumps({"detail": typed(wanted)}), InputPath="$.detail")
    recording.compare("messages", send(events, queue, through, not_through))


@recorded("TestRuleWithPattern::test_put_event_with_content_base_rule_in_pattern")
def test_rules_compare_prefixes_and_numbers(events, queue, recording):
    wanted = {name: pattern for name, (pattern, _) in CONTENT.items()}
    pattern = {"source": [{"exists": True}], "detail-type": [{"prefix": "core.app"}], "detail": wanted}
    make_rule(events, queue, pattern=json.dumps(pattern), InputPath="$.detail")
    detail = {name: value for name, (_, value) in CONTENT.items()}
    events.put_events(Entries=[{**ENTRY, "DetailType": "core.app.backend", "Detail": json.dumps(detail)}])
    recording.compare("messages", queue.receive())


@recorded("TestEventPattern::test_event_pattern_source")
def test_an_event_is_tried_on_a_pattern(events, account, recording):
    event = {"id": "1", "account": account, "region": "us-east-1", "time": "2022-07-13T13:48:01Z"}
    pattern = json.dumps({"source": ["order"], "detail-type": ["Test"]})
    for suffix, source in [("", "order"), ("-no-match", "shipment")]:
        told = json.dumps({**event, "source": source, "detail-type": "Test"})
        step = f"eventbridge-test-event-pattern-response{suffix}"
        recording.compare(step, events.test_event_pattern(EventPattern=pattern, Event=told))


@recorded("TestEventPattern::test_event_with_large_and_complex_payload")
def test_a_large_event_is_tried_on_patterns(events, account, recording):
    deep = {"inside-list": [{"text": "x" * 1000}, "q-test-1"], "numbers": list(range(1000))}
    event = {"id": "1", "account": account, "region": "us-east-1", "time": "2022-07-13T13:48:01Z", "source": "documents"}
    event |= {"detail-type": "cmd.documents.generate"}
    event["detail"] = {"payload": {"nested": {"another-level": {"deep": deep}}, "others": [deep] * 10}}
    patterns = {
        "simple": {"detail-type": ["cmd.documents.generate"]},
        "complex": {"detail": {"payload.nested.another-level.deep": {"inside-list": [{"prefix": "q-test"}]}}},
    }
    for kind, pattern in patterns.items():
        tried = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
        recording.compare(f"complex-event-{kind}-pattern", tried)
