"""EventBridge with boto3."""

import json

from .conftest import ENTRY, PATTERN, fresh, make_rule


def test_an_event_reaches_a_queue(events, queue):
    name, _ = make_rule(events, queue)
    put = events.put_events(Entries=[ENTRY, {**ENTRY, "Source": "other"}])
    assert put["FailedEntryCount"] == 0
    (message,) = queue.receive()
    event = json.loads(message["Body"])
    assert event["id"] == put["Entries"][0]["EventId"]
    assert list(event) == "version id detail-type source account time region resources detail".split()
    events.remove_targets(Rule=name, Ids=["1"])
    events.delete_rule(Name=name)


def test_a_bus_of_ones_own_is_apart(events, queue):
    bus = fresh("bus")
    events.create_event_bus(Name=bus, Tags=[{"Key": "a", "Value": "b"}])
    make_rule(events, queue, bus)
    events.put_events(Entries=[ENTRY, {**ENTRY, "EventBusName": bus}])
    assert len(queue.receive()) == 1
    assert [found["Name"] for found in events.list_event_buses(NamePrefix=bus)["EventBuses"]] == [bus]


def test_lists_come_in_pages(events):
    for number in range(3):
        events.put_rule(Name=f"rule-{number}", EventPattern=PATTERN)
    first = events.list_rules(Limit=2)
    second = events.list_rules(Limit=2, NextToken=first["NextToken"])
    names = [rule["Name"] for page in (first, second) for rule in page["Rules"]]
    assert names == ["rule-0", "rule-1", "rule-2"] and "NextToken" not in second
