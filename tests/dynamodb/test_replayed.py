"""Every recording of DynamoDB is replayed by a test, or listed here with the reason why not."""

import pathlib

from ..replayed import check_replayed

#: Of each recording that no test replays: why.
NOT_REPLAYED = {
    "replicas of tables answer 501 yet": [
        "TestDynamoDB::test_streams_on_global_tables",
    ],
    "PartiQL answers 501 yet": [
        "TestDynamoDB::test_dynamodb_batch_execute_statement",
        "TestDynamoDB::test_dynamodb_execute_statement_empy_parameter",
        "TestDynamoDB::test_dynamodb_execute_transaction",
        "TestDynamoDB::test_dynamodb_partiql_missing",
        "TestDynamoDB::test_dynamodb_stream_stream_view_type",
    ],
    "there is no Kinesis yet": [
        "TestDynamoDB::test_stream_destination_records",
        "TestDynamoDBStreams::test_enable_kinesis_streaming_destination",
    ],
    "changes of backups and of insights answer 501 yet": [
        "TestDynamoDB::test_continuous_backup_update",
        "TestDynamoDB::test_dynamodb_describe_contributor_insights",
    ],
}


def test_every_recording_is_replayed_or_listed():
    check_replayed(pathlib.Path(__file__).parent, "dynamodb*.json", NOT_REPLAYED)
