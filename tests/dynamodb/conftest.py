"""What the tests of DynamoDB share: clients, and tables of usual keys."""

import uuid

import pytest

THROUGHPUT = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


@pytest.fixture
def dynamodb(client):
    return client("dynamodb")


def keyed(*names, types=None):
    """Members of CreateTable: a hash key, then a range key, of texts where nothing else is said."""
    kinds = ["HASH", "RANGE"]
    types = types or {}
    return {
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, kinds)],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": types.get(name, "S")} for name in names],
    }


def make_table(dynamodb, *names, **more):
    """A new table; returns its description."""
    name = f"table-{uuid.uuid4().hex[:16]}"
    settings = {"ProvisionedThroughput": THROUGHPUT, **keyed(*(names or ["id"])), **more}
    return dynamodb.create_table(TableName=name, **settings)["TableDescription"]


@pytest.fixture
def table(dynamodb):
    return make_table(dynamodb)["TableName"]
