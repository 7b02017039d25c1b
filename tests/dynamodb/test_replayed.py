"""Every recording of DynamoDB is replayed by a test, or listed here with the reason why not."""

import pathlib

from ..replayed import check_replayed

#: Of each recording that no test replays: why.
NOT_REPLAYED = {
    "there is no Kinesis yet": [
        "TestDynamoDB::test_stream_destination_records",
        "TestDynamoDBStreams::test_enable_kinesis_streaming_destination",
    ],
}


def test_every_recording_is_replayed_or_listed():
    check_replayed(pathlib.Path(__file__).parent, "dynamodb*.json", NOT_REPLAYED)
