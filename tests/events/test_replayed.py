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
        "*test_event_with_large_and_complex_payload",
        "*test_invalid_json_event_pattern*",
    ],
    "its targets are functions": ["*_target_lambda*", "TestEventRule::test_process_*"],
    "its targets are logs": ["*_target_cloudwatch_logs"],
    "its targets are streams or HTTP APIs, which are not here": [
        "*_target_api_gateway",
        "*TestEventsTargetKinesis*",
        "*TestEventsTargetFirehose*",
    ],
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
