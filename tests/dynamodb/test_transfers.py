"""Exports of tables to buckets, and imports from them, as boto3 sees both.

The layout of exports is documented:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

import base64
import gzip
import hashlib
import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError

ITEMS = 40


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3):
    name = f"transfers-{uuid.uuid4().hex[:16]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def table(dynamodb):
    dynamodb.create_table(
        TableName="exported",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(ITEMS):
        dynamodb.put_item(TableName="exported", Item={"pk": {"S": f"key{number}"}, "n": {"N": str(number)}})
    dynamodb.update_continuous_backups(
        TableName="exported", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return dynamodb.describe_table(TableName="exported")["Table"]["TableArn"]


def done(describe, status):
    """What is told once the work is over."""
    for _ in range(200):
        told = describe()
        if told[status] != "IN_PROGRESS":
            return told
        time.sleep(0.02)
    raise AssertionError(f"still going on: {told}")


def exported(dynamodb, **asked):
    arn = dynamodb.export_table_to_point_in_time(**asked)["ExportDescription"]["ExportArn"]
    return done(lambda: dynamodb.describe_export(ExportArn=arn)["ExportDescription"], "ExportStatus")


def imported(dynamodb, bucket, name, key_type="S", **asked):
    asked.setdefault("InputFormat", "DYNAMODB_JSON")
    prefix = asked.pop("prefix")
    arn = dynamodb.import_table(
        S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": prefix},
        TableCreationParameters={
            "TableName": name,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": key_type}],
            "BillingMode": "PAY_PER_REQUEST",
        },
        **asked,
    )["ImportTableDescription"]["ImportArn"]
    return done(lambda: dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"], "ImportStatus")


def read(s3, bucket, key):
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def test_an_export_is_objects_and_manifests_and_comes_back_by_an_import(dynamodb, s3, bucket, table):
    told = exported(dynamodb, TableArn=table, S3Bucket=bucket, S3Prefix="out")
    assert told["ExportStatus"] == "COMPLETED", told
    assert told["ItemCount"] == ITEMS
    summary = json.loads(read(s3, bucket, told["ExportManifest"]))
    assert summary["exportArn"] == told["ExportArn"]
    assert (summary["outputFormat"], summary["exportType"]) == ("DYNAMODB_JSON", "FULL_EXPORT")
    manifest = read(s3, bucket, summary["manifestFilesS3Key"])
    digest = read(s3, bucket, summary["manifestFilesS3Key"].replace(".json", ".md5"))
    assert digest == base64.b64encode(hashlib.md5(manifest).digest())
    items = []
    for line in manifest.splitlines():
        file = json.loads(line)
        data = read(s3, bucket, file["dataFileS3Key"])
        assert file["md5Checksum"] == base64.b64encode(hashlib.md5(data).digest()).decode()
        items += [json.loads(line)["Item"] for line in gzip.decompress(data).splitlines()]
    assert sorted(item["pk"]["S"] for item in items) == sorted(f"key{number}" for number in range(ITEMS))

    folder = told["ExportManifest"].rsplit("/", 1)[0]
    told = imported(dynamodb, bucket, "imported", prefix=f"{folder}/data/", InputCompressionType="GZIP")
    assert (told["ImportStatus"], told["ImportedItemCount"], told["ErrorCount"]) == ("COMPLETED", ITEMS, 0), told
    assert dynamodb.scan(TableName="imported")["Count"] == ITEMS


def test_csv_is_imported_with_its_keys_as_they_are_defined(dynamodb, s3, bucket):
    s3.put_object(Bucket=bucket, Key="csv/one", Body='pk;text\n1;"a;b"\n2;\nx;no number\n1;again\n')
    options = {"Csv": {"Delimiter": ";"}}
    told = imported(
        dynamodb, bucket, "of-csv", key_type="N", prefix="csv/", InputFormat="CSV", InputFormatOptions=options
    )
    counts = (told["ProcessedItemCount"], told["ImportedItemCount"], told["ErrorCount"])
    assert (told["ImportStatus"], counts) == ("COMPLETED", (4, 3, 1))
    items = dynamodb.scan(TableName="of-csv")["Items"]
    assert sorted(items, key=str) == [{"pk": {"N": "1"}, "text": {"S": "again"}}, {"pk": {"N": "2"}}]


def test_lines_that_are_no_items_are_counted(dynamodb, s3, bucket):
    lines = [{"Item": {"pk": {"S": "a"}}}, {"Item": {"other": {"S": "a"}}}, "nothing"]
    s3.put_object(Bucket=bucket, Key="json/one", Body="\n".join(map(json.dumps, lines)))
    told = imported(dynamodb, bucket, "of-json", prefix="json/")
    assert (told["ImportStatus"], told["ImportedItemCount"], told["ErrorCount"]) == ("COMPLETED", 1, 2)


def test_a_bucket_that_is_not_there_fails_the_work(dynamodb, table):
    told = exported(dynamodb, TableArn=table, S3Bucket="nobody-has-this")
    assert (told["ExportStatus"], told["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    told = imported(dynamodb, "nobody-has-this", "of-nothing", prefix="")
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "S3NoSuchBucket")


def test_a_token_means_one_export(dynamodb, bucket, table):
    asked = {"TableArn": table, "S3Bucket": bucket, "ClientToken": "token"}
    one = exported(dynamodb, **asked)
    assert exported(dynamodb, **asked)["ExportArn"] == one["ExportArn"]
    with pytest.raises(ClientError, match="ExportConflictException"):
        dynamodb.export_table_to_point_in_time(**asked, S3Prefix="other")
    listed = dynamodb.list_exports(TableArn=table)["ExportSummaries"]
    assert [(export["ExportArn"], export["ExportStatus"]) for export in listed] == [(one["ExportArn"], "COMPLETED")]


def test_what_keeps_no_history_is_not_exported(dynamodb, bucket, table):
    dynamodb.update_continuous_backups(
        TableName="exported", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    with pytest.raises(ClientError, match="PointInTimeRecoveryUnavailableException"):
        dynamodb.export_table_to_point_in_time(TableArn=table, S3Bucket=bucket)
    with pytest.raises(ClientError, match="ExportNotFoundException"):
        dynamodb.describe_export(ExportArn=f"{table}/export/01234567890123-00000000")
    with pytest.raises(ClientError, match="ImportNotFoundException"):
        dynamodb.describe_import(ImportArn=f"{table}/import/01234567890123-00000000")
