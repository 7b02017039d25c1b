"""Event source mappings as they are told, compared with what AWS answered."""

import json
import uuid

import pytest

from .conftest import api, fresh

CREATE, GET, DELETE = "create_event_source_mapping", "get_event_source_mapping", "delete_event_source_mapping"


@api("TestLambdaEventSourceMappings::test_event_source_mapping_exceptions", "27-11-2025")
def test_mappings_that_are_refused(replay):
    base = "arn:aws:sqs:us-east-1:111111111111"
    unknown = {"UUID": str(uuid.uuid4())}
    of_queue = {"FunctionName": "doesnotexist", "EventSourceArn": f"{base}:somequeue"}
    success = {"DestinationConfig": {"OnSuccess": {"Destination": f"{base}:someotherqueue"}}}
    replay.steps(
        ("get_unknown_uuid", GET, unknown),
        ("delete_unknown_uuid", DELETE, unknown),
        ("update_unknown_uuid", "update_event_source_mapping", {"Enabled": False, **unknown}),
        ("create_no_event_source_arn", CREATE, {"FunctionName": "doesnotexist"}),
        ("create_unknown_params", CREATE, of_queue),
        ("destination_config_failure", CREATE, {**of_queue, **success}),
    )


class Table:
    """A table whose stream is a source."""

    def __init__(self, client, account):
        self.dynamodb, self.name = client("dynamodb"), fresh("table")
        key = {"AttributeName": "id"}
        self.dynamodb.create_table(
            TableName=self.name,
            KeySchema=[{**key, "KeyType": "HASH"}],
            AttributeDefinitions=[{**key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def stream(self, view):
        """Turns it on."""
        specification = {"StreamEnabled": True, "StreamViewType": view}
        return self.dynamodb.update_table(TableName=self.name, StreamSpecification=specification)


@pytest.fixture
def table(client, account):
    return Table(client, account)


def of_stream(replay, table, queue):
    """A mapping of a stream, from the table to where it is enabled."""
    replay.recording.leave("update_table_response", "tests/dynamodb compares what tables tell")
    stream = table.stream("NEW_IMAGE")["TableDescription"]["LatestStreamArn"]
    function = replay.make()
    given = {
        "EventSourceArn": stream,
        "DestinationConfig": {"OnFailure": {"Destination": queue}},
        "BatchSize": 1,
        "StartingPosition": "TRIM_HORIZON",
        "MaximumBatchingWindowInSeconds": 1,
        "MaximumRetryAttempts": 1,
    }
    mapping = replay.about(UUID=function("create_response", CREATE, **given)["UUID"])
    mapping("get_response", GET)
    return function, mapping


@api("TestLambdaEventSourceMappings::test_event_source_mapping_lifecycle")
def test_a_mapping_from_its_creation_to_its_end(replay, table, queue):
    _, mapping = of_stream(replay, table, queue)
    mapping("delete_response", DELETE)


@api("TestLambdaEventSourceMappings::test_event_source_mapping_lifecycle_delete_function")
def test_a_mapping_outlives_its_function(replay, table, queue):
    function, mapping = of_stream(replay, table, queue)
    # The client of these tests does not know the member.
    del replay.recording.steps["delete_function_response"]["StatusCode"]
    function("delete_function_response", "delete_function")
    mapping("get_response_post_delete", GET)
    mapping("delete_response", DELETE)


@api("TestLambdaEventSourceMappings::test_function_name_variations")
def test_a_mapping_names_a_function_in_many_ways(replay, queue):
    function = replay.make()
    function.call("publish_version")
    function.call("create_alias", Name="myalias", FunctionVersion="1")
    name, arn = function.name, replay.arn(function.name)
    for step, named in [
        ("name_only", name),
        ("partial_arn_latest", f"{name}:$LATEST"),
        ("partial_arn_version", f"{name}:1"),
        ("partial_arn_alias", f"{name}:myalias"),
        ("full_arn_latest", arn),
        ("full_arn_version", f"{arn}:1"),
        ("full_arn_alias", f"{arn}:myalias"),
    ]:
        made = replay(f"{step}_create_esm", CREATE, FunctionName=named, EventSourceArn=queue)
        replay.call(DELETE, UUID=made["UUID"])


@api("TestLambdaEventSourceMappings::test_create_event_source_validation")
def test_a_stream_is_read_from_a_position_on(replay, table):
    stream = table.stream("NEW_AND_OLD_IMAGES")["TableDescription"]["LatestStreamArn"]
    of = {"FunctionName": replay.make().name, "EventSourceArn": stream}
    at = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": "1741010802"}
    replay.steps(
        ("no_starting_position", CREATE, of),
        ("invalid_starting_position", CREATE, {"StartingPosition": "invalid", **of}),
        ("incompatible_starting_position", CREATE, {**at, **of}),
    )


@api("TestLambdaEventSourceMappings::test_create_event_source_validation_kinesis")
def test_a_stream_of_kinesis_is_read_from_a_position_on(replay):
    stream = f"arn:aws:kinesis:us-east-1:{replay.account}:stream/stream"
    of = {"FunctionName": replay.make().name, "EventSourceArn": stream}
    replay("no_starting_position", CREATE, **of)
    replay("invalid_starting_position", CREATE, StartingPosition="invalid", **of)


@api("TestLambdaEventSourceMappings::test_create_event_filter_criteria_validation", "18-12-2025")
def test_no_filters_are_not_told_of(replay, table):
    stream = table.stream("NEW_AND_OLD_IMAGES")["TableDescription"]["LatestStreamArn"]
    of = {"FunctionName": replay.make().name, "EventSourceArn": stream, "StartingPosition": "LATEST"}
    replay("response-with-empty-filters", CREATE, FilterCriteria={"Filters": []}, **of)


def of_queues(name, date="25-11-2025"):
    return pytest.mark.recorded("lambda_integration_sqs", name, date)


def of_streams(name):
    return pytest.mark.recorded("lambda_integration_dynamodbstreams", f"TestDynamoDBEventSourceMapping::{name}", "25-11-2025")


NO_FILTERS = {
    "None": "null",
    "simple string": "simple string",
    "invalid_filter2": json.dumps({"eventSource": "aws:sqs"}),
    "invalid_filter3": json.dumps({"eventSource": []}),
}


@pytest.mark.parametrize("kind", NO_FILTERS)
@of_queues("TestSQSEventSourceMapping::test_sqs_invalid_event_filter[{kind}]")
def test_a_filter_is_a_pattern(replay, queue, kind):
    criteria = {"FilterCriteria": {"Filters": [{"Pattern": NO_FILTERS[kind]}]}}
    given = {"FunctionName": replay.make().name, "EventSourceArn": queue, **criteria}
    replay("create_event_source_mapping_exception", CREATE, **given)


NO_STREAM_FILTERS = {"single-string": "single-string", '[{"eventName": ["INSERT"=123}]': '[{"eventName": ["INSERT"=123}]'}


@pytest.mark.parametrize("kind", NO_STREAM_FILTERS)
@of_streams("test_dynamodb_invalid_event_filter[{kind}]")
def test_a_streams_filter_is_a_pattern(replay, table, kind):
    stream = table.stream("NEW_IMAGE")["TableDescription"]["LatestStreamArn"]
    criteria = {"FilterCriteria": {"Filters": [{"Pattern": NO_STREAM_FILTERS[kind]}]}}
    of = {"FunctionName": replay.make().name, "EventSourceArn": stream, "StartingPosition": "LATEST"}
    replay("exception_event_source_creation", CREATE, **of, **criteria)


@of_queues("TestSQSEventSourceMapping::test_duplicate_event_source_mappings")
def test_a_queue_is_mapped_to_a_function_once(replay, queue):
    of = {"FunctionName": replay.make().name, "EventSourceArn": queue}
    replay("create", CREATE, **of)
    replay("error", CREATE, **of)
    replay.call(CREATE, FunctionName=replay.make().name, EventSourceArn=queue)


@of_streams("test_duplicate_event_source_mappings")
def test_a_stream_is_mapped_to_a_function_once(replay, table):
    replay.recording.leave("create-table-result", "tests/dynamodb compares what tables tell")
    stream = table.stream("NEW_IMAGE")["TableDescription"]["LatestStreamArn"]
    of = {"FunctionName": replay.make().name, "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON"}
    of |= {"MaximumBatchingWindowInSeconds": 1, "MaximumRetryAttempts": 1}
    replay("create", CREATE, **of)
    replay("error", CREATE, **of)


@of_queues("test_esm_with_not_existing_sqs_queue")
def test_a_queue_must_be_there(replay):
    source = f"arn:aws:sqs:us-east-1:{replay.account}:no-such-queue"
    replay("error", CREATE, FunctionName=replay.make().name, EventSourceArn=source)


@of_streams("test_esm_with_not_existing_dynamodb_stream")
def test_a_stream_must_be_there(replay):
    table = f"arn:aws:dynamodb:us-east-1:{replay.account}:table/test-table-4a53f4e8"
    stream = {"EventSourceArn": f"{table}/stream/2025-02-22T03:03:25.490", "StartingPosition": "LATEST"}
    replay("error", CREATE, FunctionName=replay.make().name, **stream)
