"""Streams and time to live, by boto3 and the AWS CLI."""

import json
import pathlib
import subprocess
import sys
import time
import urllib.request

import pytest

from .conftest import make_table

PROGRAM = pathlib.Path(sys.executable).parent / "aws"
STREAMING = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}


@pytest.fixture
def streams(client):
    return client("dynamodbstreams")


def expire(server):
    request = urllib.request.Request(f"{server.url}/_aws/dynamodb/expired", method="DELETE")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["ExpiredItems"]


def test_a_reader_follows_a_stream(dynamodb, streams):
    made = make_table(dynamodb, **STREAMING)
    for number in range(5):
        dynamodb.put_item(TableName=made["TableName"], Item={"id": {"S": str(number)}})
    (listed,) = streams.list_streams(TableName=made["TableName"])["Streams"]
    arn = listed["StreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    read = []
    while True:
        page = streams.get_records(ShardIterator=iterator, Limit=2)
        if not page["Records"]:
            break
        read += [record["dynamodb"]["NewImage"]["id"]["S"] for record in page["Records"]]
        iterator = page["NextShardIterator"]
    assert read == ["0", "1", "2", "3", "4"]
    with pytest.raises(streams.exceptions.ResourceNotFoundException):
        streams.describe_stream(StreamArn=arn[:-1] + "x")


def test_an_expired_item_is_removed_by_dynamodb(dynamodb, streams, server):
    made = make_table(dynamodb, **STREAMING)
    name = made["TableName"]
    ttl = {"Enabled": True, "AttributeName": "until"}
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
    for key, seconds in [("old", -10), ("new", 600)]:
        until = {"N": str(int(time.time()) + seconds)}
        dynamodb.put_item(TableName=name, Item={"id": {"S": key}, "until": until})
    assert expire(server) >= 1
    assert [item["id"]["S"] for item in dynamodb.scan(TableName=name)["Items"]] == ["new"]
    arn = made["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    removed = streams.get_records(ShardIterator=iterator)["Records"][-1]
    assert removed["eventName"] == "REMOVE"
    assert removed["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}


def test_the_cli_reads_a_stream(dynamodb, environment):
    made = make_table(dynamodb, **STREAMING)
    dynamodb.put_item(TableName=made["TableName"], Item={"id": {"S": "a"}})

    def aws(*arguments):
        command = [PROGRAM, "dynamodbstreams", *arguments, "--output", "json"]
        return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)

    arn = aws("list-streams", "--table-name", made["TableName"])["Streams"][0]["StreamArn"]
    shard = aws("describe-stream", "--stream-arn", arn)["StreamDescription"]["Shards"][0]["ShardId"]
    where = ["--stream-arn", arn, "--shard-id", shard, "--shard-iterator-type", "TRIM_HORIZON"]
    iterator = aws("get-shard-iterator", *where)["ShardIterator"]
    (record,) = aws("get-records", "--shard-iterator", iterator)["Records"]
    assert record["dynamodb"]["NewImage"] == {"id": {"S": "a"}}
