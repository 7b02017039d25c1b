"""Tables, compared with what AWS answered."""

import pytest

from .conftest import THROUGHPUT, keyed, make_table
from .test_recorded_items import recorded, told


@recorded("test_table_crud")
def test_a_table_is_created_described_and_deleted(dynamodb, recording):
    name = "table-to-describe"
    created = dynamodb.create_table(TableName=name, ProvisionedThroughput=THROUGHPUT, **keyed("id"))
    recording.compare("create-table", created)
    recording.compare("describe-table", dynamodb.describe_table(TableName=name))
    recording.compare("delete-table", dynamodb.delete_table(TableName=name))
    recording.refused("delete-non-existent-table", dynamodb.delete_table, TableName="non-existent")


@recorded("test_table_warm_throughput")
def test_throughput_may_be_warm(dynamodb, recording):
    warm = {"ReadUnitsPerSecond": 1000, "WriteUnitsPerSecond": 1200}
    name = "warm-table"
    settings = {"ProvisionedThroughput": THROUGHPUT, "WarmThroughput": warm}
    recording.compare("create-table", dynamodb.create_table(TableName=name, **keyed("id"), **settings))
    recording.compare("describe-table", dynamodb.describe_table(TableName=name))


@pytest.mark.parametrize("mode", ["PAY_PER_REQUEST", "PROVISIONED"])
@pytest.mark.recorded("dynamodb", "TestDynamoDB::test_gsi_with_billing_mode[{mode}]", "")
def test_an_index_is_billed_as_its_table(dynamodb, recording, mode):
    index = {
        "IndexName": "TransactionRecordID",
        "KeySchema": keyed("TRID")["KeySchema"],
        "Projection": {"ProjectionType": "ALL"},
    }
    throughput = {}
    if mode == "PROVISIONED":
        throughput = {"ProvisionedThroughput": THROUGHPUT}
        index["ProvisionedThroughput"] = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    settings = keyed("TID") | {"AttributeDefinitions": keyed("TID", "TRID")["AttributeDefinitions"]}
    created = dynamodb.create_table(
        TableName="indexed-table", GlobalSecondaryIndexes=[index], BillingMode=mode, **settings, **throughput
    )
    recording.compare("create-table-with-gsi", created)
    recording.compare("describe-table", dynamodb.describe_table(TableName="indexed-table"))


@recorded("test_create_duplicate_table")
def test_a_name_is_taken_once(dynamodb, recording):
    name = "<test-table>".strip("<>")
    settings = {"ProvisionedThroughput": THROUGHPUT, **keyed("id")}
    dynamodb.create_table(TableName=name, **settings)
    told(recording, "Error", dynamodb.create_table, TableName=name, **settings)


@recorded("test_dynamodb_pay_per_request")
def test_throughput_is_for_one_way_of_billing(dynamodb, recording):
    settings = {"ProvisionedThroughput": THROUGHPUT, "BillingMode": "PAY_PER_REQUEST", **keyed("PK")}
    told(recording, "Error", dynamodb.create_table, TableName="test-table", **settings)


@recorded("test_dynamodb_create_table_with_partial_sse_specification")
def test_encryption_needs_no_key_of_ones_own(dynamodb, client, recording):
    made = make_table(dynamodb, SSESpecification={"Enabled": True})
    key = recording.compare("SSEDescription", made["SSEDescription"])["KMSMasterKeyArn"]
    recording.compare("KMSDescription", client("kms").describe_key(KeyId=key))
    updated = dynamodb.update_table(TableName=made["TableName"], SSESpecification={"Enabled": False})
    recording.compare("update-table-disable-sse-spec", updated["TableDescription"]["SSEDescription"])
    assert "SSEDescription" not in dynamodb.describe_table(TableName=made["TableName"])["Table"]


@recorded("test_dynamodb_update_table_without_sse_specification_change")
def test_encryption_stays_when_something_else_changes(dynamodb, client, recording):
    made = make_table(dynamodb, SSESpecification={"Enabled": True})
    key = recording.compare("create_table_sse_description", made["SSEDescription"])["KMSMasterKeyArn"]
    recording.compare("describe_kms_key", client("kms").describe_key(KeyId=key))
    updated = dynamodb.update_table(TableName=made["TableName"], BillingMode="PAY_PER_REQUEST")
    recording.compare("update_table_sse_description", updated["TableDescription"]["SSEDescription"])
