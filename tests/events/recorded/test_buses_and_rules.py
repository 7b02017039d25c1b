"""Buses, rules, targets, tags and schedules, compared with what AWS answered."""

import pytest

from ..conftest import PATTERN, fresh

BUSES = pytest.mark.parametrize("bus", ["default", "custom"], indirect=True)
BOTH = pytest.mark.parametrize("bus, kind", [("default", "default"), ("custom", "custom")], indirect=["bus"])


def recorded(name, date="", file="events"):
    return pytest.mark.recorded(file, name, date)


@pytest.mark.parametrize("description", [True, False])
@recorded("TestEventBus::test_create_list_describe_delete_custom_event_buses[{description}-regions0]")
def test_a_bus_comes_and_goes(events, description, recording):
    name = fresh("bus")
    more = {"Description": "test bus"} if description else {}
    recording.compare("create-custom-event-bus-us-east-1", events.create_event_bus(Name=name, **more))
    recording.compare("list-event-buses-after-create-us-east-1", events.list_event_buses(NamePrefix=name))
    recording.compare("describe-custom-event-bus-us-east-1", events.describe_event_bus(Name=name))
    recording.compare("delete-custom-event-bus-us-east-1", events.delete_event_bus(Name=name))
    recording.compare("list-event-buses-after-delete-us-east-1", events.list_event_buses(NamePrefix=name))


@recorded("TestEventBus::test_create_multiple_event_buses_same_name")
def test_a_name_is_of_one_bus(events, recording):
    name = fresh("bus")
    events.create_event_bus(Name=name)
    recording.refused("create-multiple-event-buses-same-name", events.create_event_bus, Name=name)


@recorded("TestEventBus::test_describe_delete_not_existing_event_bus")
def test_a_bus_that_is_not_there(events, recording):
    recording.refused("describe-not-existing-event-bus-error", events.describe_event_bus, Name="x")
    events.delete_event_bus(Name="x")
    recording.leave("delete-not-existing-event-bus", "it is the error before once more: the deletion went well")


@recorded("TestEventBus::test_delete_default_event_bus")
def test_the_default_bus_stays(events, recording):
    recording.refused("delete-default-event-bus-error", events.delete_event_bus, Name="default")


@pytest.mark.parametrize("has_policy", [True, False])
@BOTH
@recorded("TestEventBus::test_remove_permission_non_existing_sid[{has_policy}-{kind}]")
def test_a_statement_that_is_not_there(events, bus, kind, has_policy, recording):
    if has_policy:
        given = {"Action": "events:PutEvents", "Principal": "*", "StatementId": "a"}
        events.put_permission(EventBusName=bus, **given)
    arguments = {"EventBusName": bus, "StatementId": "b"}
    recording.refused("remove-permission-non-existing-sid-error", events.remove_permission, **arguments)


@BOTH
@recorded("TestEventRule::test_put_list_with_prefix_describe_delete_rule[{kind}]")
def test_a_rule_comes_and_goes(events, bus, kind, recording):
    name = fresh("rule")
    put = events.put_rule(Name=name, EventBusName=bus, EventPattern=PATTERN)
    recording.compare("put-rule", put)
    recording.compare("list-rules", events.list_rules(NamePrefix=name, EventBusName=bus))
    described = events.describe_rule(Name=name, EventBusName=bus)
    recording.compare("describe-rule", described)
    recording.compare("delete-rule", events.delete_rule(Name=name, EventBusName=bus))
    recording.compare("list-rules-after-delete", events.list_rules(NamePrefix=name, EventBusName=bus))


@BOTH
@recorded("TestEventRule::test_disable_re_enable_rule[{kind}]")
def test_a_rule_is_disabled_and_enabled(events, bus, kind, recording):
    rule = {"Name": fresh("rule"), "EventBusName": bus}
    events.put_rule(**rule, EventPattern=PATTERN)
    recording.compare("disable-rule", events.disable_rule(**rule))
    recording.compare("describe-rule-disabled", events.describe_rule(**rule))
    recording.compare("enable-rule", events.enable_rule(**rule))
    recording.compare("describe-rule-enabled", events.describe_rule(**rule))


@recorded("TestEventRule::test_describe_nonexistent_rule")
def test_a_rule_that_is_not_there(events, recording):
    recording.refused("describe-not-existing-rule-error", events.describe_rule, Name="x")


@recorded("TestEventRule::test_delete_rule_with_targets")
def test_a_rule_with_targets_stays(events, queue, recording):
    name = fresh("rule")
    events.put_rule(Name=name, EventPattern=PATTERN)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue.arn}])
    recording.refused("delete-rule-with-targets-error", events.delete_rule, Name=name)


@BOTH
@recorded("TestEventTarget::test_put_list_remove_target[{kind}]")
def test_a_target_comes_and_goes(events, bus, kind, queue, recording):
    rule = {"Rule": fresh("rule"), "EventBusName": bus}
    events.put_rule(Name=rule["Rule"], EventBusName=bus, EventPattern=PATTERN)
    recording.compare("put-target", events.put_targets(**rule, Targets=[{"Id": "id", "Arn": queue.arn}]))
    recording.compare("list-targets", events.list_targets_by_rule(**rule))
    recording.compare("remove-target", events.remove_targets(**rule, Ids=["id"]))
    recording.compare("list-targets-after-delete", events.list_targets_by_rule(**rule))


@recorded("TestEventTarget::test_put_target_id_validation")
def test_ids_of_targets_are_words(events, queue, recording):
    events.put_rule(Name="rule", EventPattern=PATTERN)
    for step, name in [("invalid-id", "!@#$@!#$"), ("length", "second-invalid-target-id" * 10)]:
        target = {"Id": name, "Arn": queue.arn}
        refused = (f"put-targets-{step}-error", events.put_targets)
        if step == "length":
            # The recording hides the long id behind a short one.
            recording.steps[refused[0]]["Error"]["Message"] = recording.steps[refused[0]]["Error"]["Message"].replace(
                "second-invalid-target-id", name
            )
        recording.refused(*refused, Rule="rule", Targets=[target])


CRONS = [
    "0 2 ? * SAT *",
    "0 12 * * ? *",
    "5,35 14 * * ? *",
    "15 10 ? * 6L 2002-2005",
    "0 2 ? * SAT#3 *",
    "* * ? * SAT#3 *",
    "0/5 5 ? JAN 1-5 2022",
    "0 10 * * ? *",
    "15 12 * * ? *",
    "0 18 ? * MON-FRI *",
    "0 8 1 * ? *",
    "0/15 * * * ? *",
    "0/10 * ? * MON-FRI *",
    "0/5 8-17 ? * MON-FRI *",
    "0/30 20-23 ? * MON-FRI *",
    "0/30 0-2 ? * MON-FRI *",
]


@pytest.mark.parametrize("cron", CRONS)
@recorded("TestScheduleCron::tests_put_rule_with_schedule_cron[cron({cron})]", file="events_schedule")
def test_cron_is_taken(events, cron, recording):
    name = fresh("rule")
    recording.compare("put-rule", events.put_rule(Name=name, ScheduleExpression=f"cron({cron})"))
    recording.compare("list-rules", events.list_rules(NamePrefix=name))


@pytest.mark.parametrize("cron", ["INVALID", "0 dummy ? * MON-FRI *", "7 20 * * NOT *", "71 8 1 * ? *", "0 1 * * * *"])
@recorded("TestScheduleCron::tests_put_rule_with_invalid_schedule_cron[cron({cron})]", file="events_schedule")
def test_cron_is_refused(events, cron, recording):
    arguments = {"Name": "rule", "ScheduleExpression": f"cron({cron})"}
    recording.refused("invalid-put-rule", events.put_rule, **arguments)


@recorded("TestScheduleRate::tests_put_rule_with_schedule_custom_event_bus", file="events_schedule")
def test_schedules_are_of_the_default_bus(events, recording):
    name = fresh("bus")
    events.create_event_bus(Name=name)
    arguments = {"Name": "rule", "EventBusName": name, "ScheduleExpression": "rate(1 minute)"}
    recording.refused("put-rule-with-custom-event-bus-error", events.put_rule, **arguments)


@pytest.mark.parametrize("thing", ["event_bus", "rule"])
@BOTH
@recorded("tests_tag_untag_resource[{thing}-event_bus_{kind}]", file="events_tags")
def test_tags_come_and_go(events, thing, bus, kind, recording):
    arn = events.describe_event_bus(Name=bus)["Arn"]
    if thing == "rule":
        arn = events.put_rule(Name=fresh("rule"), EventBusName=bus, EventPattern=PATTERN)["RuleArn"]
    tags = [{"Key": "tag1", "Value": "value1"}, {"Key": "tag2", "Value": "value2"}]
    recording.compare("tag_resource", events.tag_resource(ResourceARN=arn, Tags=tags))
    recording.compare("list_tags_for_resource", events.list_tags_for_resource(ResourceARN=arn))
    recording.compare("untag_resource", events.untag_resource(ResourceARN=arn, TagKeys=["tag2"]))
    recording.compare("list_tags_for_untagged_resource", events.list_tags_for_resource(ResourceARN=arn))
    recording.compare("untag_resource_not_existing_tag", events.untag_resource(ResourceARN=arn, TagKeys=["tag3"]))
