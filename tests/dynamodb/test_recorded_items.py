"""Items, compared with what AWS answered."""

import pytest

from .conftest import keyed, make_table


def recorded(name):
    return pytest.mark.recorded("dynamodb", f"TestDynamoDB::{name}", "")


@recorded("test_return_values_in_put_item")
def test_a_put_shows_what_was_there(dynamodb, table, recording):
    for step, data, options in [
        ("PutFirstItem", "foobar", {"ReturnValues": "ALL_OLD"}),
        ("PutFirstItemOLD", "foobar", {"ReturnValues": "ALL_OLD"}),
        ("PutFirstItemB", "barfoo", {"ReturnValues": "ALL_OLD"}),
        ("PutSecondItem", "foobar", {}),
        ("PutSecondItemReturnNone", "foobar", {}),
    ]:
        item = {"id": {"S": "id1"}, "data": {"S": data}}
        recording.compare(step, dynamodb.put_item(TableName=table, Item=item, **options))


@recorded("test_empty_and_binary_values")
def test_values_may_be_empty_or_bytes(dynamodb, table, recording):
    for step, value in [("PutFirstItem", {"S": ""}), ("PutSecondItem", {"B": b"\x90"})]:
        recording.compare(step, dynamodb.put_item(TableName=table, Item={"id": {"S": step}, "data": value}))


@recorded("test_return_values_on_conditions_check_failure")
def test_a_failed_condition_tells_the_item(dynamodb, table, recording):
    item = {"id": {"S": "456"}, "price": {"N": "650"}, "product": {"S": "sporting goods"}}
    dynamodb.put_item(TableName=table, Item=item)
    recording.refused(
        "items",
        dynamodb.delete_item,
        TableName=table,
        Key={"id": {"S": "456"}},
        ConditionExpression="price BETWEEN :lo AND :hi",
        ExpressionAttributeValues={":lo": {"N": "500"}, ":hi": {"N": "600"}},
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


@recorded("test_valid_local_secondary_index")
def test_a_local_index_shows_whole_items(dynamodb, recording):
    index = {
        "IndexName": "LSI1",
        "KeySchema": keyed("PK", "LSI1SK")["KeySchema"],
        "Projection": {"ProjectionType": "ALL"},
    }
    definitions = keyed("PK", "SK")["AttributeDefinitions"]
    definitions += keyed("LSI1SK", types={"LSI1SK": "N"})["AttributeDefinitions"]
    made = make_table(dynamodb, "PK", "SK", AttributeDefinitions=definitions, LocalSecondaryIndexes=[index])
    item = {"PK": {"S": "test one"}, "SK": {"S": "hello"}, "LSI1SK": {"N": "123"}}
    dynamodb.put_item(TableName=made["TableName"], Item=item)
    found = dynamodb.query(
        TableName=made["TableName"],
        IndexName="LSI1",
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": "test one"}},
        Select="ALL_ATTRIBUTES",
    )
    recording.compare("Items", found)


@recorded("test_batch_write_items")
def test_a_batch_puts_and_deletes(dynamodb, table, recording):
    requests = [{"DeleteRequest": {"Key": {"id": {"S": "Fred"}}}}, {"PutRequest": {"Item": {"id": {"S": "Bob"}}}}]
    recording.compare("BatchWriteResponse", dynamodb.batch_write_item(RequestItems={table: requests}))


@recorded("test_batch_write_binary")
def test_a_batch_puts_bytes(dynamodb, table, recording):
    requests = [{"PutRequest": {"Item": {"id": {"S": "id"}, "data": {"B": b"\x80"}}}}]
    recording.compare("Response", dynamodb.batch_write_item(RequestItems={table: requests}))


@recorded("test_dynamodb_get_batch_items")
def test_a_batch_finds_nothing(dynamodb, recording):
    name = make_table(dynamodb, "PK")["TableName"]
    answer = dynamodb.batch_get_item(RequestItems={name: {"Keys": [{"PK": {"S": "test-key"}}]}})
    answer["Responses"] = {"<test-table>" if found == name else found: items for found, items in answer["Responses"].items()}
    recording.compare("Response", answer)


@recorded("test_batch_write_not_matching_schema")
def test_a_batch_item_has_its_keys(dynamodb, recording):
    name = make_table(dynamodb, "id", "sortKey")["TableName"]
    requests = {name: [{"PutRequest": {"Item": {"nonKey": {"S": "hello"}}}}]}
    told(recording, "ValidationException", dynamodb.batch_write_item, RequestItems=requests)


@recorded("test_transaction_write_items")
def test_a_transaction_names_tables_by_name_or_arn(dynamodb, recording):
    for step, member in [("Response", "TableName"), ("Response_using_table_arn", "TableArn")]:
        name = {"TableName": make_table(dynamodb)[member]}
        update = {
            "UpdateExpression": "SET attr1 = :v1, attr2 = :v2",
            "ExpressionAttributeValues": {":v1": {"S": "value1"}, ":v2": {"S": "value2"}},
        }
        check = {"ConditionExpression": "attribute_not_exists(id)"}
        key = {number: {"id": {"S": f"test{number}"}} for number in range(1, 5)}
        items = [
            {"ConditionCheck": {**name, **check, "Key": key[1]}},
            {"Put": {**name, "Item": key[2]}},
            {"Update": {**name, **update, "Key": key[3]}},
            {"Delete": {**name, "Key": key[4]}},
        ]
        recording.compare(step, dynamodb.transact_write_items(TransactItems=items))


@recorded("test_transaction_write_canceled")
def test_a_cancelled_transaction_says_why(dynamodb, recording):
    name = make_table(dynamodb, "Username")["TableName"]
    dynamodb.put_item(TableName=name, Item={"Username": {"S": "Fred"}})
    check = {"Key": {"Username": {"S": "Fred"}}, "ConditionExpression": "attribute_not_exists(Username)"}
    items = [
        {"ConditionCheck": {"TableName": name, **check}},
        {"Delete": {"TableName": name, "Key": {"Username": {"S": "Bert"}}}},
    ]
    told(recording, "Error", dynamodb.transact_write_items, TransactItems=items)


@recorded("test_transaction_write_binary_data")
def test_a_transaction_writes_bytes(dynamodb, table, recording):
    item = {"id": {"S": "someUser"}, "binaryData": {"B": b"foobar"}}
    recording.compare("WriteResponse", dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item}}]))
    found = dynamodb.get_item(TableName=table, Key={"id": {"S": "someUser"}})["Item"]
    found["binaryData"]["B"] = str(found["binaryData"]["B"])
    recording.compare("GetItem", found)


@recorded("test_transact_get_items")
def test_a_transaction_reads_by_name_or_arn(dynamodb, recording):
    for step, member, person in [
        ("TransactGetItems", "TableName", "John"),
        ("TransactGetItems-with-TableArn", "TableArn", "Sarah"),
    ]:
        made = make_table(dynamodb)
        key = {"id": {"S": person}}
        dynamodb.put_item(TableName=made["TableName"], Item=key)
        get = {"Get": {"TableName": made[member], "Key": key}}
        recording.compare(step, dynamodb.transact_get_items(TransactItems=[get]))


@recorded("test_dynamodb_idempotent_writing")
def test_a_transaction_with_a_token_is_made_once(dynamodb, table, recording):
    put = {"Put": {"TableName": table, "Item": {"id": {"S": "id"}, "name": {"S": "name"}}}}
    for step in ["Response1", "Response2"]:
        recording.compare(step, dynamodb.transact_write_items(ClientRequestToken="dedupe_token", TransactItems=[put]))


@recorded("test_batch_write_not_existing_table")
def test_a_table_that_is_not_there_is_told_first(dynamodb, recording):
    items = [{"Put": {"TableName": "non-existing-table", "Item": {}}}]
    recording.refused("exc-not-found-transact-write-items", dynamodb.transact_write_items, TransactItems=items)


def told(recording, step, call, **arguments):
    """Fails unless the call fails with the recorded sentence."""
    with pytest.raises(Exception) as caught:
        call(**arguments)
    recording.compare(step, str(caught.value))
