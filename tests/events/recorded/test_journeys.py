"""Events on their way: from bus to bus, to queues and topics, compared with what AWS answered."""

import datetime
import json
import uuid

import pytest

from ...conftest import Server
from ..conftest import DETAIL, ENTRY, Queue, fresh, make_bus, make_rule

ANY = json.dumps({"source": [ENTRY["Source"]], "detail-type": [ENTRY["DetailType"]]})


def recorded(name, file="events"):
    return pytest.mark.recorded(file, name, "")


def detail(text):
    return {**ENTRY, "Detail": json.dumps(text)}


@recorded("TestEvents::test_put_events_time")
def test_a_time_is_read_in_many_forms(events, queue, recording):
    make_rule(events, queue, pattern=ANY)
    messages = []
    for name, time in [("short", "2022-01-01"), ("new", "01-01-2022T00:00:00Z"), ("long", "2022-01-01 00:00:00Z")]:
        events.put_events(Entries=[{**detail({"message": f"{name} time"}), "Time": time}])
        messages += queue.receive()
    recording.compare("messages", messages)
    assert {json.loads(message["Body"])["time"] for message in messages} == {"2022-01-01T00:00:00Z"}


@recorded("TestEvents::test_put_events_with_time_field")
def test_an_event_keeps_its_time(events, queue, recording):
    make_rule(events, queue, pattern='{"source": ["test-source"]}')
    now = datetime.datetime.now(datetime.UTC)
    entry = {"Source": "test-source", "DetailType": "test-detail-type", "Time": now}
    put = events.put_events(Entries=[{**entry, "Detail": '{"message": "test message"}'}])
    recording.compare("put-events", put)
    messages = recording.compare("sqs-messages", queue.receive())
    assert json.loads(messages[0]["Body"])["time"] == now.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("bus, kind", [("default", "default"), ("custom", "custom")], indirect=["bus"])
@recorded("TestEvents::test_put_events_exceed_limit_ten_entries[{kind}]")
def test_ten_entries_are_put_at_once(events, bus, kind, recording):
    entries = [{**ENTRY, "EventBusName": bus}] * 11
    recording.refused("put-events-exceed-limit-error", events.put_events, Entries=entries)


@recorded("TestEvents::test_put_events_response_entries_order")
def test_an_event_has_one_id_for_all_targets(events, client, queue, recording):
    other = Queue(client("sqs"))
    rule, _ = make_rule(events, queue, pattern=ANY)
    events.put_targets(Rule=rule, Targets=[{"Id": "2", "Arn": other.arn}])
    put = events.put_events(Entries=[ENTRY])
    recording.compare("put-events-response", put, hidden={"EventId"})
    messages = {"queue1_messages": queue.receive(), "queue2_messages": other.receive()}
    recording.compare("sqs-messages", messages, hidden={"detail"})
    told = [json.loads(message["Body"]) for (message,) in messages.values()]
    assert [(event["id"], event["detail"]) for event in told] == [(put["Entries"][0]["EventId"], DETAIL)] * 2


@recorded("TestEvents::test_put_events_with_target_delivery_failure")
def test_an_event_is_taken_whatever_becomes_of_it(events, queue, recording):
    queue.sqs.delete_queue(QueueUrl=queue.url)
    make_rule(events, queue, pattern=ANY)
    recording.compare("put-events-response", events.put_events(Entries=[ENTRY]))


@pytest.mark.parametrize("name", ["", "TestEventsTargetSqs::"])
@recorded("{name}test_put_events_with_target_sqs_event_detail_match", "events_targets")
def test_what_matches_comes_in_part(events, queue, name, recording):
    make_rule(events, queue, pattern='{"detail": {"EventType": ["0", "1"]}}', InputPath="$.detail")
    # Events come to a queue in their order: what matches not would be between those that do.
    events.put_events(Entries=[detail({"EventType": number}) for number in ["1", "2", "1"]])
    messages = queue.receive(2)
    recording.compare("messages", messages[:1])
    assert messages[1]["Body"] == messages[0]["Body"]


class Two:
    """Two buses, the one a target of the other, and queues that get what comes to each."""

    def __init__(self, near, far, is_custom=(True, True)):
        self.near, self.far = near, far
        places = zip([near, far], is_custom)
        self.buses = [make_bus(place("events")) if custom else "default" for place, custom in places]

    def link(self, pattern):
        """Sends what comes to the near bus to the far one."""
        bus = self.far("events").describe_event_bus(Name=self.buses[1])["Arn"]
        permission = {"Action": "events:PutEvents", "Principal": "*", "StatementId": "all"}
        self.far("events").put_permission(EventBusName=self.buses[1], **permission)
        rule, near = fresh("rule"), self.near("events")
        near.put_rule(Name=rule, EventBusName=self.buses[0], EventPattern=pattern)
        near.put_targets(Rule=rule, EventBusName=self.buses[0], Targets=[{"Id": "bus", "Arn": bus}])
        return bus

    def put(self, entry):
        self.near("events").put_events(Entries=[{**entry, "EventBusName": self.buses[0]}])


STRATEGIES = ["standard", "domain", "path"]
TARGET = "TestEventsTargetEvents::test_put_events_with_target_events[bus_combination{}]"
WAYS = [
    *[((True, True), recorded(f"TestEventBus::test_put_events_bus_to_bus[{kind}]")) for kind in STRATEGIES],
    ((False, True), recorded(TARGET.format(0), "events_targets")),
    ((True, True), recorded(TARGET.format(1), "events_targets")),
    ((True, False), recorded(TARGET.format(2), "events_targets")),
]


@pytest.mark.parametrize("is_custom", [pytest.param(way, marks=mark) for way, mark in WAYS])
def test_a_bus_is_a_target(client, queue, is_custom, recording):
    buses = Two(client, client, is_custom)
    buses.link(ANY)
    make_rule(client("events"), queue, buses.buses[1])
    buses.put(ENTRY)
    recording.compare("messages", queue.receive())


@pytest.mark.parametrize("strategy", STRATEGIES)
@recorded("TestEventsTargetSns::test_put_events_with_target_sns[{strategy}]", "events_targets")
def test_a_topic_is_a_target(events, client, queue, strategy, recording):
    sns = client("sns")
    topic = sns.create_topic(Name=fresh("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    rule, _ = make_rule(events, queue)
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": topic}])
    events.put_events(Entries=[ENTRY])
    messages = queue.receive()
    recording.reword("topic-arn", topic)
    recording.reword('"id":"message-id"', '"id":"<event-id>"')
    recording.reword('"time":"date"', '"time":"<date>"')
    recording.compare("messages", messages, hidden={"Signature", "SigningCertURL", "UnsubscribeURL"})


@pytest.fixture
def legacy(client):
    """Makes clients of a server whose uploads are told as they were when AWS was recorded."""
    server = Server(RUSTSTACK_S3_EVENT_VERSION="legacy")
    yield lambda service: client(service, url=server.url)
    assert server.stop() == 0


@recorded("TestEventBus::test_put_events_to_default_eventbus_for_custom_eventbus")
def test_an_upload_comes_by_way_of_two_buses(legacy, recording):
    s3, queue, bucket = legacy("s3"), Queue(legacy("sqs")), fresh("bucket")
    s3.create_bucket(Bucket=bucket)
    configuration = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    events, name, default, custom = legacy("events"), fresh("bus"), fresh("rule"), fresh("rule")
    made = recording.compare("create-custom-event-bus", events.create_event_bus(Name=name))
    pattern = {"detail-type": ["Object Created"], "source": ["aws.s3"]}
    put = events.put_rule(Name=default, EventPattern=json.dumps(pattern))
    recording.compare("create-rule-1", put)
    pattern["detail"] = {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "delivery/"}]}}
    put = events.put_rule(Name=custom, EventBusName=name, EventPattern=json.dumps(pattern))
    recording.compare("create-rule-2", put)
    target = {"Id": "1", "Arn": made["EventBusArn"]}
    recording.compare("put-target-1", events.put_targets(Rule=default, Targets=[target]))
    target = {"Id": "1", "Arn": queue.arn}
    put = events.put_targets(Rule=custom, EventBusName=name, Targets=[target])
    recording.compare("put-target-2", put)
    s3.put_object(Bucket=bucket, Key="delivery/test.txt", Body=b"data")
    hidden = {"request-id", "requester", "sequencer"}
    recording.compare("get-events", {"Messages": queue.receive()}, hidden)


@pytest.fixture
def elsewhere(client):
    """Makes clients of another region, another account, or both."""

    def make(scenario):
        options = {}
        if "region" in scenario:
            options["region_name"] = "eu-central-1"
        if "account" in scenario:
            options["aws_access_key_id"] = str(uuid.uuid4().int % 10**12).zfill(12)
        return lambda service: client(service, **options)

    return make


@pytest.mark.parametrize("scenario", ["region", "account", "region_account"])
@pytest.mark.parametrize("kind", ["default", "custom"])
@recorded("test_event_bus_to_event_bus_cross_account_region[{kind}-{scenario}]", "events_cross_account_region")
def test_an_event_goes_to_another_account_or_region(client, elsewhere, kind, scenario, recording):
    far = elsewhere(scenario)
    buses, queues = Two(client, far, (kind == "custom",) * 2), [Queue(client("sqs")), Queue(far("sqs"))]
    buses.link('{"source": ["source-primary"]}')
    make_rule(client("events"), queues[0], buses.buses[0], '{"source": ["source-primary"]}')
    make_rule(far("events"), queues[1], buses.buses[1], '{"source": ["source-primary", "source-secondary"]}')
    buses.put({**ENTRY, "Source": "source-primary"})
    recording.compare("messages_primary_queue_from_primary_event_bus", queues[0].receive())
    recording.compare("messages_secondary_queue_from_primary_event_bus", queues[1].receive())
    far("events").put_events(Entries=[{**ENTRY, "Source": "source-secondary", "EventBusName": buses.buses[1]}])
    recording.compare("messages_secondary_queue_from_secondary_event_bus", queues[1].receive())


@recorded("TestEventsCrossAccountRegion::test_put_events[custom-account]", "events_cross_account_region")
def test_events_are_put_to_another_account(client, elsewhere, recording):
    far = elsewhere("account")
    buses, queue = Two(far, far), Queue(far("sqs"))
    arn = buses.link('{"source": ["source-primary"]}')
    make_rule(far("events"), queue, buses.buses[1], '{"source": ["source-primary"]}')
    client("events").put_events(Entries=[{**ENTRY, "Source": "source-primary", "EventBusName": arn}])
    recording.compare("messages", queue.receive())
