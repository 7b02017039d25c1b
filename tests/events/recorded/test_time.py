"""Schedules and replays, which take their time, compared with what AWS answered."""

import datetime
import json
from functools import partial

import pytest

from ...conftest import Server
from ..conftest import ENTRY, PATTERN, Queue, compare_pages, fresh, make_bus, make_rule
from .test_archives_and_connections import make_archive

BOTH = pytest.mark.parametrize("bus, kind", [("default", "default"), ("custom", "custom")], indirect=["bus"])


def schedules(name):
    return pytest.mark.recorded("events_schedule", f"TestSchedule{name}", "")


def replays(name):
    return pytest.mark.recorded("archive_and_replay", f"TestReplay::test_{name}", "")


@pytest.fixture
def patient(client):
    """A client, a queue and a function that moves the clock, all of a server of the test's own."""
    server = Server()
    yield client("events", url=server.url), Queue(client("sqs", url=server.url)), server.advance
    assert server.stop() == 0


def schedule(events, queue, expression, **target):
    name = fresh("rule")
    events.put_rule(Name=name, ScheduleExpression=expression)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue.arn, **target}])
    return events.list_targets_by_rule(Rule=name)


def time_of(messages):
    return datetime.datetime.fromisoformat(json.loads(messages[0]["Body"])["time"])


@schedules("Rate::tests_schedule_rate_target_sqs")
def test_a_rate_sends_again_and_again(patient, recording):
    events, queue, advance = patient
    recording.reword("<queue-name", "<queue-name>")
    recording.compare("list-targets", schedule(events, queue, "rate(1 minute)"))
    times = []
    for step in ["messages-first", "messages-second"]:
        advance(60)
        times.append(time_of(recording.compare(step, queue.receive())))
    assert 55 <= (times[1] - times[0]).total_seconds() <= 65


@schedules("Rate::tests_schedule_rate_custom_input_target_sqs")
def test_a_schedule_sends_what_the_target_says(patient, recording):
    events, queue, advance = patient
    targets = schedule(events, queue, "rate(1 minute)", Input='{"custom-value": "somecustominput"}')
    recording.compare("list-targets", targets)
    advance(60)
    recording.compare("messages", queue.receive())


@schedules("Cron::test_schedule_cron_target_sqs")
def test_cron_sends_on_the_minute(patient, recording):
    events, queue, advance = patient
    at = datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0) + datetime.timedelta(minutes=2)
    schedule(events, queue, f"cron({at.minute} {at.hour} {at.day} {at.month} ? *)")
    advance(120)
    assert time_of(recording.compare("message", queue.receive())) == at


class Replays:
    """Starts replays of an archive."""

    def __init__(self, events, server, bus, **archive):
        self.events, self.server = events, server
        _, self.source, made = make_archive(events, bus, **archive)
        self.archive, self.begun = made["ArchiveArn"], datetime.datetime.now(datetime.UTC)

    def start(self, name, *rules, **more):
        return self.events.start_replay(
            ReplayName=name,
            EventSourceArn=self.archive,
            EventStartTime=self.begun - datetime.timedelta(seconds=1),
            EventEndTime=self.begun + datetime.timedelta(minutes=1),
            Destination={"Arn": self.source, **({"FilterArns": list(rules)} if rules else {})},
            **more,
        )


@pytest.fixture
def custom(events, server):
    return Replays(events, server, make_bus(events))


@BOTH
@replays("start_list_describe_canceled_replay[{kind}]")
def test_a_replay_runs_or_is_cancelled(events, server, queue, bus, kind, recording):
    replays = Replays(events, server, bus, EventPattern=PATTERN)
    _, rule = make_rule(events, queue, bus)
    events.put_events(Entries=[{**ENTRY, "EventBusName": bus}] * 3)
    assert len(queue.receive(3)) == 3
    name, more, hidden = fresh("replay"), {"Description": "description of the replay"}, {"ReplayName"}
    recording.compare("start-replay", replays.start(name, rule, **more))
    server.settle()
    recording.compare("replay-messages", queue.receive(3))
    recording.compare("list-replays", events.list_replays(NamePrefix=name), hidden)
    recording.compare("describe-replay", events.describe_replay(ReplayName=name), hidden)
    cancelled = fresh("replay-cancelled")
    replays.start(cancelled, rule, **more)
    recording.compare("cancel-replay", events.cancel_replay(ReplayName=cancelled))
    recording.compare("describe-replay-canceled", events.describe_replay(ReplayName=cancelled), hidden)


@replays("list_replays_with_prefix")
def test_replays_are_found_by_prefix(events, custom, recording):
    prefix = fresh("prefix")
    custom.start(f"{prefix}-test-replay")
    custom.server.settle()
    custom.start("this-replay-should-not-be-listed")
    listed = events.list_replays(NamePrefix=f"{prefix}-test-replay")
    recording.compare("list-replays-with-full-name", listed)
    recording.compare("list-replays-with-prefix", events.list_replays(NamePrefix=prefix))


@replays("list_replays_with_event_source_arn")
def test_replays_are_found_by_archive(events, custom, recording):
    custom.start("replay")
    custom.server.settle()
    listed = events.list_replays(EventSourceArn=custom.archive)
    recording.compare("list-replays-with-event-source-arn", listed)


@replays("list_replay_with_limit")
def test_replays_come_in_pages(events, custom, recording):
    prefix = fresh("prefix")
    for number in range(6):
        custom.start(f"{prefix}-test-replay-{number}")
    custom.server.settle()
    compare_pages(recording, "list-replays-with-limit", partial(events.list_replays, NamePrefix=prefix), Limit=5)


@replays("start_replay_error_duplicate_different_archive")
def test_a_replays_name_is_of_all_archives(events, server, custom, recording):
    custom.start("replay")
    other = Replays(events, server, make_bus(events))
    arguments = {"EventSourceArn": other.archive, "Destination": {"Arn": other.source}, "ReplayName": "replay"}
    times = {"EventStartTime": other.begun - datetime.timedelta(minutes=1), "EventEndTime": other.begun}
    recording.refused("start-replay-duplicate-error", events.start_replay, **arguments, **times)
