"""Queries over objects, and objects that must be restored before they are read, with boto3."""

import bz2
import gzip

import pytest
from botocore.exceptions import ClientError

from ..recorded import Recording

PEOPLE = b"name,age\nJane,30\nJoe,25\n"


def select(s3, bucket, key, expression, source, **arguments):
    answer = s3.select_object_content(
        Bucket=bucket,
        Key=key,
        Expression=expression,
        ExpressionType="SQL",
        InputSerialization=source,
        OutputSerialization={"JSON": {}},
        **arguments,
    )
    events = list(answer["Payload"])
    records = b"".join(event["Records"]["Payload"] for event in events if "Records" in event)
    return records.decode(), [name for event in events for name in event]


@pytest.mark.parametrize("compression", ["NONE", "GZIP", "BZIP2"])
def test_csv_is_queried_packed_or_not(s3, bucket, compression):
    pack = {"NONE": bytes, "GZIP": gzip.compress, "BZIP2": bz2.compress}[compression]
    body = pack(PEOPLE[:10]) + pack(PEOPLE[10:])
    s3.put_object(Bucket=bucket, Key="people", Body=body)
    source = {"CSV": {"FileHeaderInfo": "USE"}, "CompressionType": compression}
    progress = {"RequestProgress": {"Enabled": True}}
    query = "SELECT s.name FROM S3Object s WHERE CAST(s.age AS INT) > 28"
    records, events = select(s3, bucket, "people", query, source, **progress)
    assert records == '{"name":"Jane"}\n'
    assert events == ["Cont", "Records", "Progress", "Stats", "End"]


@pytest.mark.parametrize("kind", ["LINES", "DOCUMENT"])
def test_json_is_queried(s3, bucket, kind):
    s3.put_object(Bucket=bucket, Key="json", Body='{"a": [{"b": 1}, {"b": 2}]}\n')
    query = "SELECT SUM(e.b) AS total FROM S3Object[*].a[*] e"
    records, _ = select(s3, bucket, "json", query, {"JSON": {"Type": kind}})
    assert records == '{"total":3}\n'


def test_a_query_that_is_none_is_refused(s3, bucket):
    s3.put_object(Bucket=bucket, Key="people", Body=PEOPLE)
    with pytest.raises(ClientError) as caught:
        select(s3, bucket, "people", "SELECT", {"CSV": {}})
    assert caught.value.response["Error"]["Code"] == "ParseUnexpectedToken"


@pytest.mark.recorded
def test_an_archived_object_is_restored(s3, bucket):
    recorded = Recording("s3", "TestS3DeepArchive::test_s3_get_deep_archive_object_restore")
    at = {"Bucket": bucket, "Key": "cold"}
    s3.put_object(Body="cold", StorageClass="DEEP_ARCHIVE", **at)
    with pytest.raises(ClientError) as caught:
        s3.get_object(**at)
    recorded.compare("get-object-invalid-state", caught.value.response)
    days = {"Days": 30, "GlacierJobParameters": {"Tier": "Bulk"}}
    recorded.compare("restore_object", s3.restore_object(RestoreRequest=days, **at))
    assert s3.get_object(**at)["Body"].read() == b"cold"
    assert s3.head_object(**at)["Restore"].startswith('ongoing-request="false"')
