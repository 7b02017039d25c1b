"""DynamoDB by boto3's client and resource."""

import decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key

from .conftest import make_table


@pytest.fixture
def resource(server, account):
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "test", "region_name": "us-east-1"}
    return boto3.resource("dynamodb", endpoint_url=server.url, **keys)


def test_a_resource_writes_batches_and_pages_through_them(dynamodb, resource):
    table = resource.Table(make_table(dynamodb, "pk", "sk")["TableName"])
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"pk": "a", "sk": f"{number:03}", "n": number, "f": decimal.Decimal("0.5")})
    found, options = [], {}
    while True:
        page = table.query(
            KeyConditionExpression=Key("pk").eq("a") & Key("sk").begins_with("0"),
            FilterExpression=Attr("n").gte(10),
            Limit=25,
            **options,
        )
        found += [int(item["n"]) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        options = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert found == list(range(10, 60))


def test_an_update_counts(resource, dynamodb, table):
    update = {
        "Key": {"id": "a"},
        "UpdateExpression": "ADD #n :one SET tags = list_append(if_not_exists(tags, :none), :tag)",
        "ExpressionAttributeNames": {"#n": "count"},
        "ExpressionAttributeValues": {":one": 1, ":none": [], ":tag": ["x"]},
        "ReturnValues": "ALL_NEW",
    }
    table = resource.Table(table)
    table.update_item(**update)
    assert table.update_item(**update)["Attributes"] == {"id": "a", "count": 2, "tags": ["x", "x"]}
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(
            TableName=table.name, Item={"id": {"S": "a"}}, ConditionExpression="attribute_not_exists(id)"
        )


def test_waiters_see_tables_come_and_go(dynamodb, table):
    dynamodb.get_waiter("table_exists").wait(TableName=table)
    dynamodb.delete_table(TableName=table)
    dynamodb.get_waiter("table_not_exists").wait(TableName=table)


def test_a_paginator_lists_all_tables(dynamodb):
    names = sorted(make_table(dynamodb)["TableName"] for _ in range(5))
    pages = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})
    assert [name for page in pages for name in page["TableNames"]] == names


def test_a_cancelled_transaction_has_its_reasons(dynamodb, table):
    check = {"TableName": table, "Key": {"id": {"S": "a"}}, "ConditionExpression": "attribute_exists(id)"}
    put = {"TableName": table, "Item": {"id": {"S": "b"}}}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.transact_write_items(TransactItems=[{"ConditionCheck": check}, {"Put": put}])
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["ConditionalCheckFailed", "None"]
    assert dynamodb.scan(TableName=table)["Count"] == 0


def test_a_region_has_tables_of_its_own(client, dynamodb, table):
    assert client("dynamodb", region_name="eu-west-1").list_tables()["TableNames"] == []
    assert dynamodb.list_tables()["TableNames"] == [table]
