"""CloudWatch Logs with boto3: pages, tails, queries, events of rules."""

import json
import time

from botocore.config import Config

from .conftest import messages, now, put


def test_pages_of_events(logs, group, stream):
    put(logs, group, stream, *(f"message {number}" for number in range(25)))
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, PaginationConfig={"PageSize": 10})
    assert [len(page["events"]) for page in pages] == [10, 10, 5]


def test_a_stream_is_read_to_its_end(logs, group, stream):
    put(logs, group, stream, *(f"message {number}" for number in range(25)))
    seen, given = [], {"logGroupName": group, "logStreamName": stream, "startFromHead": True, "limit": 10}
    while True:
        page = logs.get_log_events(**given)
        if page["nextForwardToken"] == given.get("nextToken"):
            break
        seen += messages(page)
        given["nextToken"] = page["nextForwardToken"]
    assert seen == [f"message {number}" for number in range(25)]


def test_a_multi_byte_message(logs, group, stream):
    put(logs, group, stream, "🙀 - 参よ - 日本語")
    assert messages(logs.get_log_events(logGroupName=group, logStreamName=stream)) == ["🙀 - 参よ - 日本語"]


def test_a_live_tail_shows_what_is_written(client, logs, group, stream):
    told = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    # The prefix would make a host name of which nobody knows.
    tailing = client("logs", config=Config(inject_host_prefix=False))
    answer = tailing.start_live_tail(logGroupIdentifiers=[told["logGroupArn"]], logEventFilterPattern="seen")
    updates = iter(answer["responseStream"])
    assert next(updates)["sessionStart"]["logGroupIdentifiers"] == [told["logGroupArn"]]
    put(logs, group, stream, "seen", "not")
    shown = []
    while not shown:
        shown = next(updates)["sessionUpdate"]["sessionResults"]
    assert [event["message"] for event in shown] == ["seen"]
    answer["responseStream"].close()


def test_what_aws_logs_tail_does(logs, group, stream):
    """Version 2 of the CLI, which no registry has, asks so again and again with `--follow`."""
    seen, last = {}, now() - 60_000

    def poll():
        nonlocal last
        found = logs.get_paginator("filter_log_events")
        for page in found.paginate(logGroupName=group, interleaved=True, startTime=last):
            for event in page["events"]:
                seen.setdefault(event["eventId"], event["message"])
                last = max(last, event["timestamp"])

    put(logs, group, stream, "before")
    poll()
    put(logs, group, stream, "after")
    poll()
    poll()
    assert list(seen.values()) == ["before", "after"]


def test_a_query(logs, group, stream):
    put(logs, group, stream, '{"level":"info","ms":5}', '{"level":"warn","ms":7}', '{"level":"info","ms":9}')
    at = int(time.time())
    query = "stats avg(ms) as mean by level | sort level"
    started = logs.start_query(logGroupName=group, startTime=at - 60, endTime=at + 60, queryString=query)
    results = logs.get_query_results(queryId=started["queryId"])
    rows = [{field["field"]: field["value"] for field in row} for row in results["results"]]
    assert rows == [{"level": "info", "mean": "7"}, {"level": "warn", "mean": "7"}]


def test_a_rule_writes_to_a_group(client, server, logs, group):
    events = client("events")
    arn = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["arn"]
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["shop"]}))
    put_targets = events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": arn.removesuffix(":*")}])
    assert put_targets["FailedEntryCount"] == 0
    events.put_events(Entries=[{"Source": "shop", "DetailType": "sale", "Detail": '{"n": 1}'}])
    seen, end = [], now() + 10_000
    while not seen and now() < end:
        seen = messages(logs.filter_log_events(logGroupName=group))
    event = json.loads(seen[0])
    assert (event["detail-type"], event["detail"]) == ("sale", {"n": 1})
