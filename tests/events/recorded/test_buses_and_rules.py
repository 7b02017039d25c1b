"""Buses, rules, targets, tags and schedules, compared with what AWS answered."""

import json

import pytest

from ..conftest import PATTERN, fresh

BUSES = pytest.mark.parametrize("bus", ["default", "custom"], indirect=True)
BOTH = pytest.mark.parametrize("bus, kind", [("default", "default"), ("custom", "custom")], indirect=["bus"])


def recorded(name, date="", file="events"):
    return pytest.mark.recorded(file, name, date)


REGIONS = [["us-east-1"], ["us-east-1", "us-west-1", "eu-central-1"]]


@pytest.mark.parametrize("description", [True, False])
@pytest.mark.parametrize("number", [0, 1])
@recorded("TestEventBus::test_create_list_describe_delete_custom_event_buses[{description}-regions{number}]")
def test_a_bus_comes_and_goes(client, description, number, recording):
    name = fresh("bus")
    more = {"Description": "test bus"} if description else {}
    regions = {region: client("events", region_name=region) for region in REGIONS[number]}
    for region, events in regions.items():
        recording.compare(f"create-custom-event-bus-{region}", events.create_event_bus(Name=name, **more))
        recording.compare(f"list-event-buses-after-create-{region}", events.list_event_buses(NamePrefix=name))
        recording.compare(f"describe-custom-event-bus-{region}", events.describe_event_bus(Name=name))
    for region, events in regions.items():
        recording.compare(f"delete-custom-event-bus-{region}", events.delete_event_bus(Name=name))
        recording.compare(f"list-event-buses-after-delete-{region}", events.list_event_buses(NamePrefix=name))


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


def permit(events, bus, principal, statement):
    given = {"Action": "events:PutEvents", "Principal": principal, "StatementId": statement}
    return events.put_permission(EventBusName=bus, **given)


OTHER = "000000000002"


@BOTH
@recorded("TestEventBus::test_put_permission[{kind}]")
def test_a_policy_is_put_in_statements_or_whole(events, account, bus, kind, recording):
    recording.compare("put-permission", permit(events, bus, account, "statement-1"))
    permit(events, bus, account, "statement-2")
    permit(events, bus, OTHER, "statement-3")
    step = "describe-event-bus-put-permission-multiple-principals"
    recording.compare(step, events.describe_event_bus(Name=bus))
    permit(events, bus, "*", "statement-4")
    permit(events, bus, "*", "statement-4")
    recording.compare("describe-event-bus-put-permission", events.describe_event_bus(Name=bus))
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "events:ListRules"}
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "statement-5", **statement, "Resource": "*"}]}
    put = events.put_permission(EventBusName=bus, Policy=json.dumps(policy))
    recording.compare("put-permission-policy", put)
    recording.compare("describe-event-bus-put-permission-policy", events.describe_event_bus(Name=bus))


@recorded("TestEventBus::test_put_permission_non_existing_event_bus")
def test_a_permission_is_of_a_bus(events, recording):
    arguments = {"EventBusName": fresh("bus"), "Action": "events:PutEvents", "Principal": "*", "StatementId": "a"}
    recording.refused("remove-permission-non-existing-sid-error", events.put_permission, **arguments)


@BOTH
@recorded("TestEventBus::test_remove_permission[{kind}]")
def test_permissions_go_one_by_one_or_all(events, account, bus, kind, recording):
    permit(events, bus, account, "statement-1")
    permit(events, bus, OTHER, "statement-2")
    remove = events.remove_permission
    one = remove(EventBusName=bus, StatementId="statement-1", RemoveAllPermissions=False)
    recording.compare("remove-permission", one)
    recording.compare("describe-event-bus-remove-permission", events.describe_event_bus(Name=bus))
    recording.compare("remove-permission-all", remove(EventBusName=bus, RemoveAllPermissions=True))
    recording.compare("describe-event-bus-remove-permission-all", events.describe_event_bus(Name=bus))


@pytest.mark.parametrize("has_policy", [True, False])
@BOTH
@recorded("TestEventBus::test_remove_permission_non_existing_sid[{has_policy}-{kind}]")
def test_a_statement_that_is_not_there(events, bus, kind, has_policy, recording):
    if has_policy:
        permit(events, bus, "*", "a")
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
SCHEDULES = [
    *[(f"Cron::tests_put_rule_with_schedule_cron[cron({cron})]", f"cron({cron})") for cron in CRONS],
    ("Cron::tests_put_rule_with_schedule_cron", "cron(0 20 * * ? *)"),
    ("Rate::test_put_rule_with_schedule_rate", "rate(1 minute)"),
]


@pytest.mark.parametrize("name, schedule", SCHEDULES)
@recorded("TestSchedule{name}", file="events_schedule")
def test_schedules_are_taken(events, name, schedule, recording):
    rule = fresh("rule")
    recording.compare("put-rule", events.put_rule(Name=rule, ScheduleExpression=schedule))
    recording.compare("list-rules", events.list_rules(NamePrefix=rule))


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


def taggable(events, thing, bus):
    if thing == "rule":
        return events.put_rule(Name="rule", EventBusName=bus, EventPattern=PATTERN)["RuleArn"]
    return events.describe_event_bus(Name=bus)["Arn"]


@pytest.mark.parametrize("thing", ["event_bus", "rule"])
@pytest.mark.parametrize(
    "bus, kind",
    [("default", "-event_bus_default"), ("custom", "-event_bus_custom"), ("custom", "")],
    indirect=["bus"],
)
@recorded("tests_tag_untag_resource[{thing}{kind}]", file="events_tags")
def test_tags_come_and_go(events, thing, bus, kind, recording):
    arn = taggable(events, thing, bus)
    tags = [{"Key": "tag1", "Value": "value1"}, {"Key": "tag2", "Value": "value2"}]
    recording.compare("tag_resource", events.tag_resource(ResourceARN=arn, Tags=tags))
    recording.compare("list_tags_for_resource", events.list_tags_for_resource(ResourceARN=arn))
    recording.compare("untag_resource", events.untag_resource(ResourceARN=arn, TagKeys=["tag2"]))
    recording.compare("list_tags_for_untagged_resource", events.list_tags_for_resource(ResourceARN=arn))
    untagged = events.untag_resource(ResourceARN=arn, TagKeys=["tag3"])
    if kind:
        recording.compare("untag_resource_not_existing_tag", untagged)


def delete(events, thing, bus):
    if thing == "rule":
        events.delete_rule(Name="rule", EventBusName=bus)
    elif bus != "default":
        events.delete_event_bus(Name=bus)


@pytest.mark.parametrize("thing", ["event_bus", "rule"])
@BOTH
@recorded("test_recreate_tagged_resource_without_tags[{thing}-event_bus_{kind}]", file="events_tags")
def test_tags_go_with_what_has_them(events, thing, bus, kind, recording):
    arn = taggable(events, thing, bus)
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "tag1", "Value": "value1"}])
    delete(events, thing, bus)
    if thing == "event_bus" and bus != "default":
        events.create_event_bus(Name=bus)
    assert taggable(events, thing, bus) == arn
    recording.compare("list_tags_for_resource", events.list_tags_for_resource(ResourceARN=arn))


@pytest.mark.parametrize("bus", ["custom"], indirect=True)
@pytest.mark.parametrize("kind, thing", [("Rule", "rule"), ("EventBus", "event_bus")])
@recorded("Test{kind}Tags::test_list_tags_for_deleted_{thing}", file="events_tags")
def test_what_is_deleted_has_no_tags(events, kind, thing, bus, recording):
    arn = taggable(events, thing, bus)
    delete(events, thing, bus)
    recording.refused("list_tags_for_deleted_rule_error", events.list_tags_for_resource, ResourceARN=arn)
