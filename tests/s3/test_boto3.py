"""boto3 with its default settings."""

import base64
import concurrent.futures
import hashlib
import io
import urllib.error
import urllib.request
import uuid

import botocore
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .command_line import fetch
from .conftest import PREFIXES
from .samples import LARGE, MIB, ODD_KEYS, SIZES, content


def error(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


@pytest.mark.parametrize("size", SIZES)
def test_bytes_come_back_as_they_were_put(s3, bucket, size):
    body = content(size)
    put = s3.put_object(Bucket=bucket, Key="key", Body=body)
    got = s3.get_object(Bucket=bucket, Key="key")
    assert got["Body"].read() == body
    assert got["ContentLength"] == size
    assert put["ETag"] == got["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'


def test_a_large_file_is_uploaded_in_parts(s3, bucket):
    body = content(LARGE)
    s3.upload_fileobj(io.BytesIO(body), bucket, "large")
    target = io.BytesIO()
    s3.download_fileobj(bucket, "large", target)
    assert hashlib.sha256(target.getvalue()).digest() == hashlib.sha256(body).digest()
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-13"')


@pytest.mark.parametrize("key", ODD_KEYS)
def test_keys_are_taken_as_they_are(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
    s3.delete_object(Bucket=bucket, Key=key)
    assert [found["Key"] for found in s3.list_objects(Bucket=bucket)["Contents"]] == ["copy"]


def test_a_key_of_more_than_1024_bytes_is_refused(s3, bucket):
    assert error(s3.put_object, Bucket=bucket, Key="x" * 1025) == (400, "KeyTooLongError")


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2", "list_object_versions"])
def test_ten_thousand_keys_are_listed_page_by_page(s3, ten_thousand, operation):
    member = "Versions" if operation == "list_object_versions" else "Contents"
    pages = list(s3.get_paginator(operation).paginate(Bucket=ten_thousand))
    keys = [entry["Key"] for page in pages for entry in page[member]]
    assert keys == [f"{prefix}{number:03}" for prefix in PREFIXES for number in range(1000)]
    assert len(pages) == 10
    by_threes = {"Delimiter": "/", "PaginationConfig": {"PageSize": 3}}
    pages = list(s3.get_paginator(operation).paginate(Bucket=ten_thousand, **by_threes))
    assert [entry["Prefix"] for page in pages for entry in page["CommonPrefixes"]] == PREFIXES
    assert len(pages) == 4 and not any(member in page for page in pages)


def test_versions_are_kept_and_deleted(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="key", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="key", Body=b"2")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="key")
    assert marker["DeleteMarker"]
    assert error(s3.get_object, Bucket=bucket, Key="key") == (404, "NoSuchKey")
    assert s3.get_object(Bucket=bucket, Key="key", VersionId=first)["Body"].read() == b"1"
    listed = s3.list_object_versions(Bucket=bucket)
    assert [version["VersionId"] for version in listed["Versions"]] == [second, first]
    assert listed["DeleteMarkers"][0]["IsLatest"]
    s3.delete_object(Bucket=bucket, Key="key", VersionId=marker["VersionId"])
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"2"
    s3.delete_object(Bucket=bucket, Key="key", VersionId=second)
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"1"
    assert error(s3.delete_bucket, Bucket=bucket) == (409, "BucketNotEmpty")


def test_parts_may_be_sent_again_and_uploads_aborted(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    aborted = s3.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    send = {"Bucket": bucket, "Key": "key", "UploadId": upload}
    s3.upload_part(PartNumber=1, Body=b"wrong", **send)
    first = s3.upload_part(PartNumber=1, Body=content(5 * MIB), **send)["ETag"]
    second = s3.upload_part(PartNumber=2, Body=b"end", **send)["ETag"]
    s3.upload_part(Bucket=bucket, Key="key", UploadId=aborted, PartNumber=1, Body=b"x")
    s3.abort_multipart_upload(Bucket=bucket, Key="key", UploadId=aborted)
    assert error(s3.list_parts, Bucket=bucket, Key="key", UploadId=aborted) == (404, "NoSuchUpload")
    assert [part["Size"] for part in s3.list_parts(**send)["Parts"]] == [5 * MIB, 3]
    parts = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": second}]
    wrong = [parts[1], parts[0]]
    assert error(s3.complete_multipart_upload, MultipartUpload={"Parts": wrong}, **send) == (400, "InvalidPartOrder")
    done = s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **send)
    assert s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **send)["ETag"] == done["ETag"]
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == content(5 * MIB) + b"end"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


ALGORITHMS = ["CRC32", "SHA1", "SHA256"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_checksums_are_verified_stored_and_shown(s3, bucket, algorithm):
    member = f"Checksum{algorithm}"
    put = s3.put_object(Bucket=bucket, Key="key", Body=b"abc", ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert got[member] == put[member]
    attributes = s3.get_object_attributes(Bucket=bucket, Key="key", ObjectAttributes=["Checksum", "ETag", "ObjectSize"])
    assert attributes["Checksum"][member] == put[member]
    assert attributes["ETag"] == hashlib.md5(b"abc").hexdigest() and attributes["ObjectSize"] == 3
    wrong = base64.b64encode(bytes(len(base64.b64decode(put[member])))).decode()
    assert error(s3.put_object, Bucket=bucket, Key="wrong", Body=b"abc", **{member: wrong}) == (400, "BadDigest")
    assert error(s3.head_object, Bucket=bucket, Key="wrong") == (404, "404")


def test_a_wrong_content_md5_stores_nothing(s3, bucket):
    wrong = base64.b64encode(bytes(16)).decode()
    assert error(s3.put_object, Bucket=bucket, Key="key", Body=b"abc", ContentMD5=wrong) == (400, "BadDigest")
    assert error(s3.put_object, Bucket=bucket, Key="key", Body=b"abc", ContentMD5="abc") == (400, "InvalidDigest")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_of_sixteen_conditional_writers_one_wins(s3, bucket):
    def put(number):
        try:
            s3.put_object(Bucket=bucket, Key="key", Body=str(number).encode(), IfNoneMatch="*")
            return number
        except ClientError as refused:
            assert refused.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict")

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        winners = [number for number in pool.map(put, range(16)) if number is not None]
    assert len(winners) == 1
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == str(winners[0]).encode()


def test_reads_may_be_conditional(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="key", Body=b"abc")["ETag"]
    assert error(s3.get_object, Bucket=bucket, Key="key", IfNoneMatch=etag) == (304, "304")
    assert error(s3.get_object, Bucket=bucket, Key="key", IfMatch='"other"') == (412, "PreconditionFailed")
    assert s3.get_object(Bucket=bucket, Key="key", IfMatch=etag)["Body"].read() == b"abc"


def test_ranges_select_bytes(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="key", Range="bytes=2-4")
    assert (got["Body"].read(), got["ContentRange"]) == (b"234", "bytes 2-4/10")
    assert s3.get_object(Bucket=bucket, Key="key", Range="bytes=-3")["Body"].read() == b"789"
    assert s3.get_object(Bucket=bucket, Key="key", Range="bytes=0-1,3-4")["Body"].read() == b"0123456789"
    assert error(s3.get_object, Bucket=bucket, Key="key", Range="bytes=10-") == (416, "InvalidRange")


def test_metadata_tags_and_acl_come_back(s3, bucket):
    s3.put_object(
        Bucket=bucket, Key="key", Body=b"", Metadata={"name": "value"}, ContentType="text/plain", Tagging="a=b&c=d"
    )
    head = s3.head_object(Bucket=bucket, Key="key")
    assert (head["Metadata"], head["ContentType"]) == ({"name": "value"}, "text/plain")
    tags = s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"]
    assert sorted(tag["Key"] for tag in tags) == ["a", "c"]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "x", "Value": "y"}]})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "x", "Value": "y"}]
    assert s3.get_object_acl(Bucket=bucket, Key="key")["Grants"][0]["Permission"] == "FULL_CONTROL"


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_urls_work_and_expire(strict_server, client, version):
    s3 = client(url=strict_server.url, config=Config(signature_version=version, s3={"addressing_style": "path"}))
    bucket = f"presigned-{uuid.uuid4().hex}"
    client(url=strict_server.url).create_bucket(Bucket=bucket)
    for key in ODD_KEYS:
        put = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": key})
        request = urllib.request.Request(put, key.encode(), {"Content-Type": ""}, method="PUT")
        assert urllib.request.urlopen(request).status == 200
        get = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key})
        assert fetch(get) == key.encode()
    for wrong in [get[:-4] + "abcd", s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}, -10)]:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(wrong)
        assert refused.value.code in (400, 403)


def test_wrong_secrets_and_skewed_clocks_are_refused_when_signatures_are_verified(strict_server, client):
    right = client(url=strict_server.url)
    right.list_buckets()
    wrong = client(url=strict_server.url, aws_secret_access_key="wrong")
    assert error(wrong.list_buckets) == (403, "SignatureDoesNotMatch")
    right.create_bucket(Bucket="strict-bucket")
    right.put_object(Bucket="strict-bucket", Key="key", Body=b"signed")
    assert right.get_object(Bucket="strict-bucket", Key="key")["Body"].read() == b"signed"
    assert error(wrong.put_object, Bucket="strict-bucket", Key="key", Body=b"x") == (403, "SignatureDoesNotMatch")
    assert right.get_object(Bucket="strict-bucket", Key="key")["Body"].read() == b"signed"


def test_an_empty_file_and_another_go_over_one_connection(client, bucket):
    # Files are announced with `Expect: 100-continue`, and an empty one is answered without "100 Continue".
    s3 = client(config=Config(max_pool_connections=1, read_timeout=5))
    for body in [b"", b"1", b"", b"2"]:
        put = s3.put_object(Bucket=bucket, Key="key", Body=io.BytesIO(body))
        assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'


DOMAINS = ["s3.localhost.localstack.cloud", "s3.us-east-1.localhost.localstack.cloud", "localhost"]


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_bucket_is_found_in_the_host_name(strict_server, client, domain):
    url = f"http://{domain}:{strict_server.port}"
    virtual = client(url=url, config=Config(s3={"addressing_style": "virtual"}))
    path = client(url=strict_server.url)
    bucket = f"virtual-{uuid.uuid4().hex}"
    virtual.create_bucket(Bucket=bucket)
    for key in ODD_KEYS:
        virtual.put_object(Bucket=bucket, Key=key, Body=key.encode())
        assert path.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
        presigned = virtual.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key})
        assert presigned.startswith(f"http://{bucket}.{domain}:") and fetch(presigned) == key.encode()


def test_anonymous_requests_read_and_write(server, bucket):
    url = f"{server.url}/{bucket}/key"
    urllib.request.urlopen(urllib.request.Request(url, b"anonymous", method="PUT"))
    assert urllib.request.urlopen(url).read() == b"anonymous"


def test_accounts_do_not_see_each_other(s3, client, bucket):
    other = client(aws_access_key_id="111111111111")
    assert bucket not in [found["Name"] for found in other.list_buckets()["Buckets"]]
    assert error(other.create_bucket, Bucket=bucket) == (409, "BucketAlreadyExists")


def test_what_is_not_implemented_says_so(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key")
    query = {
        "Expression": "SELECT * FROM S3Object",
        "ExpressionType": "SQL",
        "InputSerialization": {"Parquet": {}},
        "OutputSerialization": {"JSON": {}},
    }
    assert error(s3.select_object_content, Bucket=bucket, Key="key", **query) == (501, "NotImplemented")
    assert error(s3.get_object_torrent, Bucket=bucket, Key="key") == (405, "MethodNotAllowed")
    s3.head_bucket(Bucket=bucket)
