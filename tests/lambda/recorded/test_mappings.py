"""Event source mappings as they are told, compared with what AWS answered."""

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


#: The client of these tests does not know all of what AWS told then.
QUEUES = "lambda_integration_sqs"
STREAMS = "lambda_integration_dynamodbstreams"


def of_queues(name):
    return pytest.mark.recorded(QUEUES, name, "")


def of_streams(name):
    return pytest.mark.recorded(STREAMS, f"TestDynamoDBEventSourceMapping::{name}", "25-11-2025")


FILTERS = {
    "None": None,
    "simple string": "simple string",
    "invalid_filter2": {"eventSource": "aws:sqs"},
    "invalid_filter3": {"eventSource": [{"greater_than": 5}]},
}
