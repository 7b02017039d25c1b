"""Every recording of EventBridge is replayed by a test, or listed here with the reason why not."""

import fnmatch
import pathlib

import pytest

from ..replayed import check_replayed, recordings

FILES = ["api_destinations_and_connection.json", "archive_and_replay.json", "events*.json"]
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
    ],
    "its targets are functions": ["*_target_lambda*", "TestEventRule::test_process_*"],
    "its targets are streams or HTTP APIs, which are not here": [
        "*_target_api_gateway",
        "*TestEventsTargetKinesis*",
        "*TestEventsTargetFirehose*",
    ],
    "it shows the secret in Secrets Manager, which is not here": ["*test_connection_secrets*", "*test_update_connection"],
}


NAMES = [name for _, name in recordings(*FILES)]


def test_every_recording_is_replayed_or_listed():
    listed = {why: [name for some in patterns for name in found(some)] for why, patterns in NOT_REPLAYED.items()}
    check_replayed(pathlib.Path(__file__).parent, FILES, listed)


@pytest.mark.parametrize("pattern", [pattern for patterns in NOT_REPLAYED.values() for pattern in patterns])
def test_every_reason_is_of_a_recording(pattern):
    assert found(pattern)


def found(pattern):
    return fnmatch.filter(NAMES, pattern)
