"""Lists of buses, rules, targets and archives, and their pages, compared with what AWS answered."""

from functools import partial

import pytest

from ..conftest import ENTRY, PATTERN, compare_pages, fresh
from .test_archives_and_connections import make_archive

BUSES = pytest.mark.parametrize("bus, kind", [("default", "default"), ("custom", "custom")], indirect=["bus"])


def recorded(name, file="events"):
    return pytest.mark.recorded(file, name, "")


def archives(name):
    return recorded(f"TestArchive::{name}", "archive_and_replay")


@recorded("TestEventBus::test_list_event_buses_with_prefix")
def test_buses_are_found_by_prefix(events, recording):
    name = fresh("unique-prefix")
    events.create_event_bus(Name=name)
    events.create_event_bus(Name="no-prefix-match")
    recording.compare("list-event-buses-prefix-complete-name", events.list_event_buses(NamePrefix=name))
    recording.compare("list-event-buses-prefix", events.list_event_buses(NamePrefix="unique"))


@recorded("TestEventBus::test_list_event_buses_with_limit")
def test_buses_come_in_pages(events, recording):
    prefix = fresh("bus")
    for number in range(6):
        events.create_event_bus(Name=f"{prefix}-{number}")
    compare_pages(recording, "list-event-buses-limit", partial(events.list_event_buses, NamePrefix=prefix), Limit=5)


@recorded("TestEventRule::test_list_rule_with_limit")
def test_rules_come_in_pages(events, recording):
    bus, prefix = fresh("bus"), fresh("rule")
    events.create_event_bus(Name=bus)
    for number in range(6):
        events.put_rule(Name=f"{prefix}-{number}", EventBusName=bus, EventPattern=PATTERN)
    compare_pages(recording, "list-rules-limit", partial(events.list_rules, EventBusName=bus), Limit=5)


@recorded("TestEventRule::test_put_multiple_rules_with_same_name")
def test_a_rule_is_put_again(events, recording):
    bus, name = fresh("bus"), fresh("rule")
    events.create_event_bus(Name=bus)
    for step in ["put-rule", "re-put-rule"]:
        recording.compare(step, events.put_rule(Name=name, EventBusName=bus, EventPattern=PATTERN))
    recording.compare("list-rules", events.list_rules(EventBusName=bus))


def aim(events, rule, *targets, bus="default"):
    """Puts a rule and targets of it, one call for each list."""
    answer = events.put_rule(Name=rule, EventBusName=bus, EventPattern=PATTERN)
    for some in targets:
        events.put_targets(Rule=rule, EventBusName=bus, Targets=some)
    return answer


@recorded("TestEventRule::test_update_rule_with_targets")
def test_an_updated_rule_keeps_its_targets(events, queue, recording):
    aim(events, "rule", [{"Id": "id", "Arn": queue.arn}])
    recording.compare("list-targets", events.list_targets_by_rule(Rule="rule"))
    recording.compare("update-rule", aim(events, "rule"))
    recording.compare("list-targets-after-update", events.list_targets_by_rule(Rule="rule"))


@pytest.mark.parametrize("pages", ["", "_with_limit"])
@BUSES
@recorded("TestEventRule::test_list_rule_names_by_target{pages}[{kind}]")
def test_rules_are_found_by_target(events, bus, kind, pages, queue, recording):
    prefix = fresh("rule-")
    for number in range(5 if pages else 3):
        aim(events, f"{prefix}{number}", [{"Id": "id", "Arn": queue.arn}], bus=bus)
    aim(events, f"{prefix}other", bus=bus)
    asked = {"TargetArn": queue.arn, "EventBusName": bus}
    if not pages:
        recording.compare("list_rule_names_by_target", events.list_rule_names_by_target(**asked))
        return
    recording.reword("<<next-token>:", "<next-token:")
    for step in ["first_page", "second_page", "third_page"]:
        page = recording.compare(step, events.list_rule_names_by_target(**asked, Limit=2))
        asked["NextToken"] = page.get("NextToken")


@recorded("TestEventTarget::test_list_target_by_rule_limit")
def test_targets_come_in_pages(events, queue, recording):
    aim(events, "rule", [{"Id": f"target-{number}", "Arn": queue.arn} for number in range(5)])
    compare_pages(recording, "list-targets-limit", partial(events.list_targets_by_rule, Rule="rule"))


SAME = {
    "same_id_single_rule": [[("target-id", "$.detail")], [("target-id", "$.notexisting")]],
    "same_arn_single_rule": [[("target-id-one", "$.detail"), ("target-id-two", "$.doesnotexist")]],
}


@pytest.mark.parametrize("same", SAME)
@recorded("TestEventTarget::test_put_multiple_targets_with_{same}")
def test_targets_are_told_apart_by_id(events, queue, same, recording):
    recording.reword("target-arn", queue.arn)
    calls = [[{"Id": id, "Arn": queue.arn, "InputPath": path} for id, path in call] for call in SAME[same]]
    aim(events, "rule", *calls)
    recording.compare("list-targets", events.list_targets_by_rule(Rule="rule"))


@pytest.mark.parametrize("same, path", [("id", "$.notexisting"), ("arn", "$.doesnotexist")])
@recorded("TestEventTarget::test_put_multiple_targets_with_same_{same}_across_different_rules")
def test_rules_have_targets_of_their_own(events, queue, same, path, recording):
    recording.reword("target-arn", queue.arn)
    for rule, input_path in [("one", "$.detail"), ("two", path)]:
        aim(events, rule, [{"Id": "target-id", "Arn": queue.arn, "InputPath": input_path}])
    for rule in ["one", "two"]:
        recording.compare(f"list-targets-rule-{rule}", events.list_targets_by_rule(Rule=rule))


@BUSES
@archives("test_list_archive_with_name_prefix[{kind}]")
def test_archives_are_found_by_prefix(events, bus, kind, recording):
    name, _, _ = make_archive(events, bus, EventPattern=PATTERN)
    recording.compare("list-archives-with-name-prefix", events.list_archives(NamePrefix="archive"))
    recording.compare("list-archives-with-full-name", events.list_archives(NamePrefix=name))
    recording.compare("list-archives-not-existing-archive", events.list_archives(NamePrefix="doesnotexist"))


@BUSES
@archives("test_list_archive_with_source_arn[{kind}]")
def test_archives_are_found_by_bus(events, bus, kind, recording):
    _, source, _ = make_archive(events, bus, EventPattern=PATTERN)
    recording.compare("list-archives-with-source-arn", events.list_archives(EventSourceArn=source))


@BUSES
@archives("test_list_archive_state_enabled[{kind}]")
def test_archives_are_found_by_state(events, bus, kind, recording):
    make_archive(events, bus, EventPattern=PATTERN)
    recording.compare("list-archives-state-enabled", events.list_archives(State="ENABLED"))


@pytest.mark.parametrize("has_pattern", [True, False])
@BUSES
@archives("test_list_archive_with_events[{has_pattern}-{kind}]")
def test_an_archive_counts_its_events(events, bus, kind, has_pattern, recording):
    # AWS packs events: the same ten were 1,590 bytes in three recordings and 10,959 in one.
    more = {"EventPattern": PATTERN} if has_pattern else {}
    name, _, _ = make_archive(events, bus, Description="description of the archive", **more)
    events.put_events(Entries=[{**ENTRY, "EventBusName": bus}] * 10)
    recording.compare("list-archives", events.list_archives(NamePrefix=name), hidden={"SizeBytes"})
    recording.compare("describe-archive", events.describe_archive(ArchiveName=name), hidden={"SizeBytes"})
