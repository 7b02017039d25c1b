"""Every recording of DynamoDB is replayed by a test, or listed here with the reason why not."""

import pathlib

from ..replayed import check_replayed

#: Of each recording that no test replays: why.
NOT_REPLAYED = {
    "streams of tables answer 501 yet": [
        "TestDynamoDB::test_batch_write_items_streaming",
        "TestDynamoDB::test_data_encoding_consistency",
        "TestDynamoDB::test_dynamodb_stream_records_with_update_item",
        "TestDynamoDB::test_dynamodb_stream_stream_view_type",
        "TestDynamoDB::test_dynamodb_streams_describe_with_exclusive_start_shard_id",
        "TestDynamoDB::test_streams_on_global_tables",
        "TestDynamoDB::test_transact_write_items_streaming",
        "TestDynamoDB::test_transact_write_items_streaming_for_different_tables",
    ],
    "destinations in Kinesis answer 501 yet": [
        "TestDynamoDB::test_kinesis_streaming_destination_crud",
        "TestDynamoDB::test_stream_destination_records",
    ],
}


def test_every_recording_is_replayed_or_listed():
    check_replayed(pathlib.Path(__file__).parent, "dynamodb.json", NOT_REPLAYED)
