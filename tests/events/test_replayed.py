"""Every recording of EventBridge is replayed by a test, or listed here with the reason why not."""

import fnmatch
import json
import pathlib

import pytest

from ..recorded import FOLDER

FILES = [
    "api_destinations_and_connection",
    "archive_and_replay",
    "events",
    "events_cross_account_region",
    "events_inputs",
    "events_patterns",
    "events_schedule",
    "events_tags",
    "events_targets",
]
#: Of each recording that no test here replays: why. A star stands for anything.
NOT_REPLAYED = {
    "it is empty: the test that made it compared nothing": [
        "*nested_keys_replacement[[]<listsingle> single list item[]]",
        "*nested_keys_replacement[[]<listmulti> multiple list items[]]",
        '*nested_keys_replacement[[]{"singlelistitem": "<listsingle>"*',
        "TestScheduleRate::tests_schedule_sqs_target",
        "TestReplay::test_start_replay_error_unknown_event_bus[[]*",
    ],
    "ruststack-core/src/pattern/tests/recorded.rs compares it; those that match or do not hold no pattern": [
        "*test_event_pattern[[]*",
        "*test_event_pattern_source",
        "*test_event_with_large_and_complex_payload",
        "*test_invalid_json_event_pattern*",
        "TestRuleWithPattern::*",
        "TestEventPattern::test_put_events_pattern_*",
    ],
    "its targets are functions, streams, HTTP APIs or topics": [
        "*_target_lambda*",
        "*_target_api_gateway",
        "*_target_sns*",
        "*TestEventsTargetKinesis*",
        "*TestEventsTargetFirehose*",
    ],
    "AWS answered again later, under another name": [
        "tests_tag_untag_resource[[]event_bus]",
        "tests_tag_untag_resource[[]rule]",
        "test_put_events_with_target_sqs",
        "test_put_events_with_target_sqs_event_detail_match",
    ],
    "the tests of ruststack-events show it in process, where the clock stands still": [
        "TestArchive::test_list_archive_with_*",
        "TestArchive::test_list_archive_state_enabled*",
        "TestReplay::test_start_list_describe_canceled_replay*",
        "TestReplay::test_list_replay*",
        "TestReplay::test_start_replay_error_duplicate_different_archive",
        "TestScheduleRate::test_put_rule_with_schedule_rate",
        "TestScheduleRate::tests_schedule_rate_*",
        "TestScheduleCron::test_schedule_cron_target_sqs",
        "TestScheduleCron::tests_put_rule_with_schedule_cron",
        "TestInputPath::*",
        "TestInputTransformer::test_put_events_with_input_transformer_input_template_*",
        "TestInputTransformer::test_input_transformer_predefined_variables*",
        "TestInputTransformer::test_input_transformer_nested_keys_replacement*",
    ],
    "the tests of ruststack-events show the same of buses, rules and targets": [
        "TestEventBus::test_create_list_describe_delete_custom_event_buses[[]*-regions1]",
        "TestEventBus::test_list_event_buses_with_*",
        "TestEventBus::test_put_permission*",
        "TestEventBus::test_remove_permission[[]*",
        "TestEventBus::test_put_events_bus_to_bus*",
        "TestEventBus::test_put_events_to_default_eventbus_for_custom_eventbus",
        "TestEventRule::test_put_multiple_rules_with_same_name",
        "TestEventRule::test_list_rule_with_limit",
        "TestEventRule::test_update_rule_with_targets",
        "TestEventRule::test_list_rule_names_by_target*",
        "TestEventTarget::test_list_target_by_rule_limit",
        "TestEventTarget::test_put_multiple_targets_*",
        "TestEventsTargetEvents::*",
        "TestEventsTargetSqs::test_put_events_with_target_sqs_event_detail_match",
        "test_event_bus_to_event_bus_cross_account_region*",
        "TestEventsCrossAccountRegion::*",
        "TestEvents::test_put_events_*",
        "TestRuleTags::test_list_tags_for_deleted_rule",
        "TestEventBusTags::test_list_tags_for_deleted_event_bus",
        "test_recreate_tagged_resource_without_tags*",
        "TestEventBridgeConnections::test_create_connection",
        "TestEventBridgeConnections::test_list_connections",
        "TestEventBridgeApiDestinations::test_api_destinations*",
    ],
    "its targets are functions": ["TestEventRule::test_process_*"],
    "it shows the secret in Secrets Manager, which is not here": ["*test_connection_secrets*", "*test_update_connection"],
}


class Collected:
    """A plugin of pytest that looks which recordings the tests name, whatever of them this run selects."""

    def pytest_collection_modifyitems(self, items):
        self.names = {(file, name) for item in items for file, name in named(item)}


def named(item):
    for mark in item.iter_markers("recorded"):
        file, name, _ = mark.args
        yield file, name.format(**item.callspec.params) if "{" in name and hasattr(item, "callspec") else name


@pytest.fixture(scope="module")
def replayed():
    collected = Collected()
    folder = str(pathlib.Path(__file__).parent)
    ended = pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", "-p", "no:xdist", folder], [collected])
    assert ended == 0
    return collected.names


def recordings():
    for file in FILES:
        for name in json.loads((FOLDER / f"{file}.json").read_text()):
            yield file, name.partition("::")[2]


def is_listed(name):
    return any(fnmatch.fnmatchcase(name, pattern) for patterns in NOT_REPLAYED.values() for pattern in patterns)


def test_every_recording_is_replayed_or_listed(replayed):
    left = [name for file, name in recordings() if (file, name) not in replayed]
    assert sorted({name for name in left if not is_listed(name)}) == [], "neither replayed nor listed"


def test_every_reason_is_of_a_recording():
    names = [name for _, name in recordings()]
    patterns = [pattern for patterns in NOT_REPLAYED.values() for pattern in patterns]
    assert [pattern for pattern in patterns if not fnmatch.filter(names, pattern)] == []
