"""The tests of boto3 once more, with DynamoDB Local behind RustStack; and what becomes of it when it dies."""

import json
import os
import signal
import threading
import urllib.request
import uuid

import boto3
import pytest
from botocore.config import Config

from . import local
from .conftest import keyed, make_table
from .test_boto3 import (  # noqa: F401
    resource,
    test_a_cancelled_transaction_has_its_reasons,
    test_a_paginator_lists_all_tables,
    test_a_region_has_tables_of_its_own,
    test_a_resource_writes_batches_and_pages_through_them,
    test_an_update_counts,
    test_waiters_see_tables_come_and_go,
)


@pytest.fixture(scope="module")
def server():
    server = local.start()
    yield server
    processes = local.javas(server)
    assert processes, "it runs as long as RustStack"
    assert server.stop() == 0
    assert not any(local.command_line(process) for process in processes), "and no longer"


def test_tables_have_arns_and_tags_of_ours(dynamodb, account):
    table = make_table(dynamodb, Tags=[{"Key": "a", "Value": "b"}])
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/{table['TableName']}"
    assert table["TableArn"] == arn and table["TableId"]
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    dynamodb.put_item(TableName=arn, Item={"id": {"S": "a"}})
    assert dynamodb.describe_table(TableName=table["TableName"])["Table"]["ItemCount"] == 1


def test_health_says_who_answers(server, dynamodb):
    dynamodb.list_tables()
    health = json.load(urllib.request.urlopen(f"{server.url}/_localstack/health"))
    assert (health["services"]["dynamodb"], health["backends"]) == ("running", {"dynamodb": "DynamoDB Local"})


def test_what_nobody_does_is_said_to_be_missing(dynamodb, table):
    with pytest.raises(dynamodb.exceptions.ClientError) as caught:
        dynamodb.create_backup(TableName=table, BackupName="backup")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_indexes_and_statements_are_sent_on(dynamodb):
    index = {
        "IndexName": "by-owner",
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    keys = keyed("id")
    definitions = [*keys["AttributeDefinitions"], {"AttributeName": "owner", "AttributeType": "S"}]
    table = f"table-{uuid.uuid4().hex[:16]}"
    dynamodb.create_table(
        TableName=table,
        KeySchema=keys["KeySchema"],
        AttributeDefinitions=definitions,
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index],
    )
    dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}, "owner": {"S": "me"}})
    found = dynamodb.query(
        TableName=table,
        IndexName="by-owner",
        KeyConditionExpression="#o = :me",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":me": {"S": "me"}},
    )
    assert found["Count"] == 1
    statement = f"SELECT * FROM \"{table}\" WHERE id = 'a'"
    assert dynamodb.execute_statement(Statement=statement)["Items"] == found["Items"]


def test_a_reset_forgets_tables(server, dynamodb, account):
    name = make_table(dynamodb)["TableName"]
    dynamodb.put_item(TableName=name, Item={"id": {"S": "a"}})
    url = f"{server.url}/_localstack/state/dynamodb/reset?account={account}"
    reset = urllib.request.Request(url, method="POST")
    if urllib.request.urlopen(reset).status != 200:
        pytest.fail("it is not reset")
    assert name not in dynamodb.list_tables()["TableNames"]
    dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **keyed("id"))
    assert dynamodb.scan(TableName=name)["Count"] == 0


def test_it_is_back_by_itself_when_it_was_killed_under_load(tmp_path, account):
    server = local.start(PERSISTENCE="1", DATA_DIR=str(tmp_path))
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "test", "region_name": "us-east-1"}
    patient = Config(retries={"total_max_attempts": 10, "mode": "standard"}, read_timeout=90)
    dynamodb = boto3.client("dynamodb", endpoint_url=server.url, config=patient, **keys)
    table = make_table(dynamodb)["TableName"]
    written, killed = [], threading.Event()

    def write(worker):
        for number in range(200):
            name = f"{worker}-{number}"
            dynamodb.put_item(TableName=table, Item={"id": {"S": name}})
            written.append(name)
            if number > 20 and killed.is_set():
                return

    workers = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    while len(written) < 20 and any(worker.is_alive() for worker in workers):
        workers[0].join(timeout=0.01)
    os.kill(local.javas(server)[0], signal.SIGKILL)
    killed.set()
    for worker in workers:
        worker.join(timeout=120)
    there = dynamodb.get_paginator("scan").paginate(TableName=table).search("Items[].id.S")
    assert set(written) <= set(there), "what was answered is there"
    assert server.stop() == 0


def test_streams_are_read_under_our_arns(dynamodb, client, account):
    table = make_table(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    arn = dynamodb.describe_table(TableName=table["TableName"])["Table"]["LatestStreamArn"]
    assert arn.startswith(f"arn:aws:dynamodb:us-east-1:{account}:table/{table['TableName']}/stream/")
    dynamodb.put_item(TableName=table["TableName"], Item={"id": {"S": "a"}})
    streams = client("dynamodbstreams")
    assert [stream["StreamArn"] for stream in streams.list_streams(TableName=table["TableName"])["Streams"]] == [arn]
    stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert stream["StreamArn"] == arn
    shard = stream["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    (record,) = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert (record["eventName"], record["awsRegion"]) == ("INSERT", "us-east-1")
    assert record["dynamodb"]["NewImage"] == {"id": {"S": "a"}}
