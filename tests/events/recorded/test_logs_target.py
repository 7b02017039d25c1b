"""A log group as a rule's target, compared with what AWS answered."""

import time

import pytest

from ..conftest import ENTRY, PATTERN, fresh


@pytest.mark.recorded(
    "events_targets", "TestEventsTargetCloudWatchLogs::test_put_events_with_target_cloudwatch_logs", "07-11-2024"
)
def test_an_event_is_a_log_event(events, client, account, recording):
    logs, bus, rule, group = client("logs"), fresh("bus"), fresh("rule"), fresh("/aws/events/group")
    logs.create_log_group(logGroupName=group)
    recording.compare("event_bus_response", events.create_event_bus(Name=bus))
    made = events.put_rule(Name=rule, EventBusName=bus, EventPattern=PATTERN)
    recording.compare("rule_response", made)
    target = {"Id": "1", "Arn": f"arn:aws:logs:us-east-1:{account}:log-group:{group}"}
    put = events.put_targets(Rule=rule, EventBusName=bus, Targets=[target])
    recording.compare("put_targets_response", put)
    put = events.put_events(Entries=[{**ENTRY, "EventBusName": bus}])
    recording.compare("put_events_response", put)
    streams, end = [], time.time() + 10
    while not streams and time.time() < end:
        streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    told = logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"])["events"]
    recording.compare("log_events", told, ("timestamp", "ingestionTime"))
