"""Streams and destinations in Kinesis, compared with what AWS answered."""

import pytest

from .conftest import THROUGHPUT, keyed, make_table
from .test_recorded_items import recorded

#: Numbers differ from run to run.
HIDDEN = ("StartingSequenceNumber",)


@pytest.fixture
def streams(client):
    return client("dynamodbstreams")


def of_streams(name):
    return pytest.mark.recorded("dynamodb_streams", f"TestDynamoDBStreams::{name}", "")


def streaming(view="NEW_AND_OLD_IMAGES"):
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}


def create(dynamodb, recording, name, step="create-table", **settings):
    table = {"TableName": name, "ProvisionedThroughput": THROUGHPUT, **keyed("id"), **settings}
    return recording.compare(step, dynamodb.create_table(**table))["TableDescription"].get("LatestStreamArn")


def described(streams, recording, arn):
    return recording.compare("describe-stream", streams.describe_stream(StreamArn=arn), HIDDEN)["StreamDescription"]


def compare_records(streams, recording, arn, iterator=None):
    """All records of the stream's only shard."""
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    from_start = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = iterator or streams.get_shard_iterator(**from_start)["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    recording.compare("get-records", {"Records": records})


@recorded("test_batch_write_items_streaming")
def test_batches_are_told(dynamodb, streams, recording):
    name = "table-to-stream"
    arn = create(dynamodb, recording, name, **streaming())
    described(streams, recording, arn)
    recording.compare("put-item-1", dynamodb.put_item(TableName=name, Item={"id": {"S": "Fred"}}))
    put = [{"PutRequest": {"Item": {"id": {"S": key}}}} for key in ("Fred", "NewKey")]
    answer = dynamodb.batch_write_item(RequestItems={name: put})
    recording.compare("batch-write-response-overwrite-item-1", answer)
    delete = {"DeleteRequest": {"Key": {"id": {"S": "NewKey"}}}}
    put = {"PutRequest": {"Item": {"id": {"S": "Fred"}, "name": {"S": "Fred"}}}}
    recording.compare("batch-write-response-delete", dynamodb.batch_write_item(RequestItems={name: [delete, put]}))
    compare_records(streams, recording, arn)


@recorded("test_dynamodb_stream_records_with_update_item")
def test_updates_are_told(dynamodb, streams, recording):
    name = "table-to-stream"
    arn = create(dynamodb, recording, name, **streaming())
    shard = described(streams, recording, arn)["Shards"][0]["ShardId"]
    given = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    recording.compare("get-shard-iterator", given)
    for one, other in [("value1", "value2"), ("value1", "value2"), ("value2", "value3")]:
        dynamodb.update_item(
            TableName=name,
            Key={"id": {"S": "my-item-id"}},
            UpdateExpression="SET attr1 = :v1, attr2 = :v2",
            ExpressionAttributeValues={":v1": {"S": one}, ":v2": {"S": other}},
        )
    compare_records(streams, recording, arn, given["ShardIterator"])


@recorded("test_transact_write_items_streaming")
def test_transactions_are_told(dynamodb, streams, recording):
    name = "table-to-stream"
    arn = create(dynamodb, recording, name, **streaming())
    described(streams, recording, arn)

    def put(key, **more):
        return {"Put": {"TableName": name, "Item": {"id": {"S": key}, **more}}}

    def update(key, expression, **values):
        values = {f":{place}": {"S": value} for place, value in values.items()}
        wanted = {"UpdateExpression": expression, "ExpressionAttributeValues": values}
        return {"Update": {"TableName": name, "Key": {"id": {"S": key}}, **wanted}}

    one = update("NonExistentKey", "SET attr1 = :v1", v1="value1")
    two = update("NewKey", "SET attr1 = :v1, attr2 = :v2", v1="value1", v2="value2")
    delete = {"Delete": {"TableName": name, "Key": {"id": {"S": "NewKey"}}}}
    recording.compare("put-item-1", dynamodb.put_item(TableName=name, Item={"id": {"S": "Fred"}}))
    for step, items in [
        ("transact-write-response-overwrite", [put("Fred"), put("NewKey")]),
        ("transact-write-response-update", [two]),
        ("transact-write-update-insert", [one]),
        ("transact-write-response-delete", [delete, put("Fred", name={"S": "Fred"}), one]),
    ]:
        recording.compare(step, dynamodb.transact_write_items(TransactItems=items))
    compare_records(streams, recording, arn)


@recorded("test_transact_write_items_streaming_for_different_tables")
def test_a_transaction_is_told_to_the_stream_of_each_table(dynamodb, streams, recording):
    arn = create(dynamodb, recording, "table-with-stream", "create-table-stream", **streaming())
    create(dynamodb, recording, "other-table", "create-table-no-stream")
    described(streams, recording, arn)
    put = [{"Put": {"TableName": name, "Item": {"id": {"S": "Fred"}}}} for name in ("other-table", "table-with-stream")]
    recording.compare("transact-write-two-tables", dynamodb.transact_write_items(TransactItems=put))
    compare_records(streams, recording, arn)


@recorded("test_data_encoding_consistency")
def test_items_are_told_as_they_are_read(dynamodb, streams, recording):
    made = make_table(dynamodb, **streaming())
    arn, table = made["LatestStreamArn"], made["TableName"]
    item = {"id": {"S": "id1"}, "version": {"N": "1"}, "data": {"B": b"\x90"}}
    key = {"id": {"S": "id1"}}
    dynamodb.put_item(TableName=table, Item=item)
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
    start = shard["SequenceNumberRange"]["StartingSequenceNumber"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=start
    )["ShardIterator"]

    def compare(place, suffix):
        recording.compare(f"GetItem{suffix}", dynamodb.get_item(TableName=table, Key=key)["Item"])
        record = streams.get_records(ShardIterator=iterator)["Records"][place]
        recording.compare(f"GetRecords{suffix}", record["dynamodb"]["NewImage"])

    compare(0, "")
    update = {"UpdateExpression": "SET version=:v", "ExpressionAttributeValues": {":v": {"N": "2"}}}
    dynamodb.update_item(TableName=table, Key=key, **update)
    compare(1, "AfterUpdate")


@recorded("test_dynamodb_streams_describe_with_exclusive_start_shard_id")
def test_shards_are_described_behind_one(dynamodb, streams, recording):
    arn = make_table(dynamodb, **streaming())["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    behind = streams.describe_stream(StreamArn=arn, ExclusiveStartShardId=shard)
    assert behind["StreamDescription"]["Shards"] == []


@of_streams("test_non_existent_stream")
def test_a_stream_may_not_be_there(streams, account, recording):
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/none/stream/2024-11-18T14:36:44.149"
    recording.refused("non-existent-stream", streams.describe_stream, StreamArn=arn)


@of_streams("test_table_v2_stream")
def test_a_table_tells_its_stream(dynamodb, recording):
    settings = {"BillingMode": "PAY_PER_REQUEST", **keyed("id"), **streaming()}
    dynamodb.create_table(TableName="table-to-stream", **settings)
    recording.compare("global-table-v2", dynamodb.describe_table(TableName="table-to-stream"))


@recorded("test_kinesis_streaming_destination_crud")
def test_destinations_in_kinesis_are_kept(dynamodb, table, account, recording):
    arn = f"arn:aws:kinesis:us-east-1:{account}:stream/one"
    other = arn.replace("one", "bad-stream")
    of = {"TableName": table, "StreamArn": arn}
    enable, update = dynamodb.enable_kinesis_streaming_destination, dynamodb.update_kinesis_streaming_destination
    precise = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"}}
    wrong = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "SECOND"}}
    recording.refused("enable-bad-table", enable, **of | {"TableName": "bad-table"})
    recording.compare("enable", enable(**of))
    recording.compare("describe", dynamodb.describe_kinesis_streaming_destination(TableName=table))
    recording.refused("update-missing-params", update, **of)
    recording.refused("update-bad-precision", update, **of, **wrong)
    recording.refused("update-bad-stream-arn", update, TableName=table, StreamArn=other, **precise)
    recording.compare("update", update(**of, **precise))
    recording.refused("update-no-idempotency", update, **of, **precise)
    disable = dynamodb.disable_kinesis_streaming_destination
    recording.refused("disable-bad-table", disable, **of | {"TableName": "bad-table"})
    recording.compare("disable", disable(**of))


@pytest.mark.recorded("dynamodb", "TestDynamoDB::test_dynamodb_stream_stream_view_type", "")
def test_statements_are_told_as_items_are(dynamodb, streams, recording):
    name = "table_with_stream"
    table = {"TableName": name, "ProvisionedThroughput": THROUGHPUT, **keyed("Username"), **streaming("KEYS_ONLY")}
    arn = recording.compare("create-table", dynamodb.create_table(**table))["TableDescription"]["LatestStreamArn"]
    fred = {"Username": {"S": "Fred"}}
    dynamodb.put_item(TableName=name, Item=fred)
    dynamodb.put_item(TableName=name, Item=fred)
    changed = {":r": {"S": "Fred_Modified"}}
    dynamodb.update_item(TableName=name, Key=fred, UpdateExpression="set S=:r", ExpressionAttributeValues=changed)
    dynamodb.delete_item(TableName=name, Key=fred)
    shard = described(streams, recording, arn)["Shards"][0]
    dynamodb.execute_statement(Statement=f"INSERT INTO {name} VALUE {{'Username': 'Alice'}}")
    dynamodb.execute_statement(Statement=f"UPDATE {name} SET partiql=1 WHERE Username='Alice'")
    dynamodb.execute_statement(Statement=f"DELETE FROM {name} WHERE Username='Alice'")
    first = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", **shard["SequenceNumberRange"]}
    first["SequenceNumber"] = first.pop("StartingSequenceNumber")
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], **first)
    recording.compare("get-shard-iterator", iterator)
    compare_records(streams, recording, arn, iterator["ShardIterator"])


@recorded("test_streams_on_global_tables")
def test_replicas_have_streams_of_their_own(client, recording):
    name, other = "replicated", "eu-west-1"
    recording.reword("<region-2>", other)
    here, there = client("dynamodb"), client("dynamodb", region_name=other)
    here.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **keyed("Artist", "SongTitle"), **streaming())
    here.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": other}}])
    items = [("The Queen", "Bohemian Rhapsody"), ("Oasis", "Live Forever")]
    put = [{"PutRequest": {"Item": {"Artist": {"S": artist}, "SongTitle": {"S": title}}}} for artist, title in items]
    here.batch_write_item(RequestItems={name: put})
    for step, region, tables in [("region-streams", "us-east-1", here), ("secondary-region-streams", other, there)]:
        streams = client("dynamodbstreams", region_name=region)
        listed = recording.compare(step, streams.list_streams(TableName=name))
        arn = tables.describe_table(TableName=name)["Table"]["LatestStreamArn"]
        assert (listed["Streams"][0]["StreamArn"], arn.split(":")[3]) == (arn, region)
        described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
        assert described["StreamLabel"] == listed["Streams"][0]["StreamLabel"]
        shard = described["Shards"][0]["ShardId"]
        from_start = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(**from_start)["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        assert sorted(record["dynamodb"]["Keys"]["Artist"]["S"] for record in records) == ["Oasis", "The Queen"]
        assert {record["awsRegion"] for record in records} == {region}
