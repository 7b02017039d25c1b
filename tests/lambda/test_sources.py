"""Event sources: streams of DynamoDB and queues, as functions see them."""

import json

import pytest

from .test_deliveries import FORWARD, arn_of, forwarder, received
from ..dynamodb.conftest import make_table
from ..sqs.conftest import arn, make_queue

STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}
# Sends on the batch as FORWARD does, and fails where a record is called bad.
PICKY = """
from forward import handler as forward
def handler(event, context):
    if any(one["dynamodb"]["Keys"]["id"]["S"] == "bad" for one in event["Records"]):
        raise ValueError("a bad record")
    forward(event, context)
"""


@pytest.fixture
def dynamodb(client):
    return client("dynamodb")


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def table(dynamodb):
    return make_table(dynamodb, **STREAM)


@pytest.fixture
def follow(aws_lambda, table):
    """Lets a function read the table's stream."""

    def follow(name, **settings):
        settings = {"StartingPosition": "TRIM_HORIZON", **settings}
        stream = table["LatestStreamArn"]
        return aws_lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=stream, **settings)

    return follow


def put(dynamodb, table, *keys, **attributes):
    for key in keys:
        item = {"id": {"S": key}, **{name: {"S": value} for name, value in attributes.items()}}
        dynamodb.put_item(TableName=table["TableName"], Item=item)


def keys(messages):
    """Of the records of the batches that were sent on."""
    batches = [json.loads(message["Body"])["Records"] for message in messages]
    return [record["dynamodb"]["Keys"]["id"]["S"] for batch in batches for record in batch]


def picky(functions, queue):
    files = {"index.py": PICKY, "forward.py": FORWARD}
    return functions.make(files, Environment={"Variables": {"QUEUE": queue}})


def test_changes_of_a_table_reach_a_function_in_order(dynamodb, sqs, functions, table, follow):
    queue = make_queue(sqs)
    put(dynamodb, table, "1")
    mapping = follow(forwarder(functions, queue), BatchSize=1)
    assert (mapping["StartingPosition"], mapping["BisectBatchOnFunctionError"]) == ("TRIM_HORIZON", False)
    dynamodb.update_item(
        TableName=table["TableName"],
        Key={"id": {"S": "1"}},
        UpdateExpression="SET a = :a",
        ExpressionAttributeValues={":a": {"N": "1"}},
    )
    dynamodb.delete_item(TableName=table["TableName"], Key={"id": {"S": "1"}})
    records = [json.loads(message["Body"])["Records"] for message in received(sqs, queue, 3)]
    assert [len(batch) for batch in records] == [1, 1, 1]
    # A standard queue may mix what it is sent; the numbers of a stream say how it was.
    records = sorted((batch[0] for batch in records), key=lambda one: int(one["dynamodb"]["SequenceNumber"]))
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["NewImage"] == {"id": {"S": "1"}, "a": {"N": "1"}}
    assert {record["eventSourceARN"] for record in records} == {table["LatestStreamArn"]}
    assert records[0]["eventSource"] == "aws:dynamodb"


def test_a_function_that_begins_with_the_latest_change_sees_none_before(dynamodb, sqs, functions, aws_lambda, table, follow):
    queue = make_queue(sqs)
    put(dynamodb, table, "before")
    mapping = follow(forwarder(functions, queue), StartingPosition="LATEST")
    while aws_lambda.get_event_source_mapping(UUID=mapping["UUID"])["State"] != "Enabled":
        pass
    # The poller may have asked for its place a moment after it was enabled.
    seen = []
    for number in range(50):
        put(dynamodb, table, f"after {number}")
        if seen := keys(received(sqs, queue, patience=1)):
            break
    assert seen and "before" not in seen


def test_a_batch_that_fails_is_halved_until_the_bad_record_is_alone(dynamodb, sqs, functions, table, follow):
    queue, failures = make_queue(sqs), make_queue(sqs)
    put(dynamodb, table, "a", "b", "bad", "c")
    mapping = follow(
        picky(functions, queue),
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": arn(sqs, failures)}},
    )
    assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (2, -1)
    told = json.loads(received(sqs, failures)[0]["Body"])
    batch = told["DDBStreamBatchInfo"]
    assert (batch["batchSize"], batch["streamArn"]) == (1, table["LatestStreamArn"])
    assert batch["startSequenceNumber"] == batch["endSequenceNumber"]
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["responseContext"]["functionError"] == "Unhandled"
    seen = []
    while len(seen) < 3:
        messages = received(sqs, queue)
        assert messages, seen
        seen += keys(messages)
    assert sorted(seen) == ["a", "b", "c"]


def test_records_from_the_one_that_failed_come_again(dynamodb, sqs, functions, table, follow):
    queue, failures = make_queue(sqs), make_queue(sqs)
    code = """
from forward import handler as forward
def handler(event, context):
    names = [one["dynamodb"]["Keys"]["id"]["S"] for one in event["Records"]]
    good = event["Records"][:names.index("bad")] if "bad" in names else event["Records"]
    forward({"Records": good}, context)
    failed = [one["dynamodb"]["SequenceNumber"] for one in event["Records"][len(good):][:1]]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
"""
    files = {"index.py": code, "forward.py": FORWARD}
    name = functions.make(files, Environment={"Variables": {"QUEUE": queue}})
    put(dynamodb, table, "a", "bad")
    follow(
        name,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn(sqs, failures)}},
    )
    assert json.loads(received(sqs, failures)[0]["Body"])["DDBStreamBatchInfo"]["batchSize"] == 1
    assert keys(received(sqs, queue, 2)) == ["a"]


def test_only_records_that_a_filter_lets_through_reach_a_function(dynamodb, sqs, functions, table, follow):
    queue = make_queue(sqs)
    pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["wanted"]}}}}
    follow(forwarder(functions, queue), FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    put(dynamodb, table, "1", kind="other")
    put(dynamodb, table, "2", kind="wanted")
    put(dynamodb, table, "3", kind="other")
    put(dynamodb, table, "4", kind="wanted")
    seen = []
    while len(seen) < 2:
        messages = received(sqs, queue)
        assert messages, seen
        seen += keys(messages)
    assert sorted(seen) == ["2", "4"]


def test_a_window_gathers_messages_of_a_queue(sqs, functions, aws_lambda):
    source, queue = make_queue(sqs), make_queue(sqs)
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(10)]
    for _ in range(2):
        sqs.send_message_batch(QueueUrl=source, Entries=entries)
    aws_lambda.create_event_source_mapping(
        FunctionName=forwarder(functions, queue),
        EventSourceArn=arn(sqs, source),
        BatchSize=20,
        MaximumBatchingWindowInSeconds=5,
    )
    (message,) = received(sqs, queue)
    assert len(json.loads(message["Body"])["Records"]) == 20


def test_messages_of_a_group_reach_a_function_in_order(sqs, functions, aws_lambda):
    source, queue = make_queue(sqs, fifo=True), make_queue(sqs)
    for number in range(12):
        group, name = str(number % 2), str(number)
        sqs.send_message(QueueUrl=source, MessageBody=name, MessageGroupId=group, MessageDeduplicationId=name)
    name = forwarder(functions, queue)
    aws_lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=arn(sqs, source), BatchSize=2)
    batches, seen = [], 0
    while seen < 12:
        messages = received(sqs, queue)
        assert messages, batches
        batches += [json.loads(message["Body"])["Records"] for message in messages]
        seen = sum(len(batch) for batch in batches)
    times = {int(one["body"]): one["attributes"] for batch in batches for one in batch}
    assert sorted(times) == list(range(12))
    for group in (0, 1):
        when = [int(times[number]["ApproximateFirstReceiveTimestamp"]) for number in range(group, 12, 2)]
        assert when == sorted(when)
        assert {times[number]["MessageGroupId"] for number in range(group, 12, 2)} == {str(group)}


def test_messages_that_a_filter_does_not_let_through_are_deleted(sqs, functions, aws_lambda):
    source, queue = make_queue(sqs), make_queue(sqs)
    pattern = {"body": {"size": [{"numeric": [">", 10]}]}}
    mapping = aws_lambda.create_event_source_mapping(
        FunctionName=forwarder(functions, queue),
        EventSourceArn=arn(sqs, source),
        FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]},
    )
    assert mapping["FilterCriteria"]["Filters"] == [{"Pattern": json.dumps(pattern)}]
    for size in (1, 20, 5):
        sqs.send_message(QueueUrl=source, MessageBody=json.dumps({"size": size}))
    (message,) = received(sqs, queue)
    (record,) = json.loads(message["Body"])["Records"]
    assert json.loads(record["body"]) == {"size": 20}
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = None
    while counts != {"0"}:
        counts = set(sqs.get_queue_attributes(QueueUrl=source, AttributeNames=names)["Attributes"].values())


def test_a_mapping_that_is_disabled_takes_nothing(sqs, functions, aws_lambda):
    source, queue = make_queue(sqs), make_queue(sqs)
    mapping = aws_lambda.create_event_source_mapping(
        FunctionName=forwarder(functions, queue), EventSourceArn=arn(sqs, source), Enabled=False
    )
    sqs.send_message(QueueUrl=source, MessageBody="waits")
    assert received(sqs, queue, patience=1.5) == []
    assert aws_lambda.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Disabled"
    aws_lambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert json.loads(received(sqs, queue)[0]["Body"])["Records"][0]["body"] == "waits"


def test_sources_that_are_not_there_are_refused(functions, aws_lambda, account):
    name = functions.make("def handler(event, context): pass\n")
    stream = f"arn:aws:kinesis:us-east-1:{account}:stream/s"
    with pytest.raises(aws_lambda.exceptions.ClientError) as refused:
        aws_lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=stream, StartingPosition="LATEST")
    assert "kinesis" in refused.value.response["Error"]["Message"].lower()
    assert arn_of(aws_lambda, name)
