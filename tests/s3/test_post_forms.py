"""HTML forms posted to a bucket, made by boto3."""

import hashlib
import http.client
import socket

import pytest
from botocore.config import Config

from ..recorded import from_xml
from .forms import encode, post, send
from .samples import LARGE, MIB, ODD_KEYS, content


def code(answer):
    return answer.status_code, from_xml(answer.content)["Error"]["Code"]


@pytest.fixture(params=["s3", "s3v4"])
def strict(request, strict_server, client, bucket):
    """A client of the server that verifies, with a bucket there of the same name."""
    s3 = client(url=strict_server.url, config=Config(signature_version=request.param))
    s3.create_bucket(Bucket=bucket)
    return s3


@pytest.mark.parametrize("size", [0, 1, 70_000, LARGE])
def test_a_file_comes_back_as_it_was_posted(s3, bucket, size):
    body = content(size)
    answer = post(s3.generate_presigned_post(bucket, "key"), body)
    assert answer.status_code == 204 and answer.content == b""
    got = s3.get_object(Bucket=bucket, Key="key")
    assert hashlib.md5(got["Body"].read()).hexdigest() == hashlib.md5(body).hexdigest()
    assert answer.headers["ETag"] == got["ETag"]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_keys_are_taken_as_they_are(s3, bucket, key):
    assert post(s3.generate_presigned_post(bucket, key), key.encode()).status_code == 204
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()


def test_the_bucket_may_stand_in_the_host(server, client, bucket):
    url = f"http://s3.localhost.localstack.cloud:{server.port}"
    s3 = client(url=url, config=Config(s3={"addressing_style": "virtual"}))
    fields = {"success_action_status": "201"}
    presigned = s3.generate_presigned_post(bucket, "a/${filename}", fields, [fields])
    assert presigned["url"].startswith(f"http://{bucket}.s3.")
    answer = post(presigned, "abc", "photo.png")
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{presigned['url']}a%2Fphoto.png"
    assert s3.get_object(Bucket=bucket, Key="a/photo.png")["Body"].read() == b"abc"


def test_an_unsigned_form_is_taken_where_nothing_is_verified(server, s3, bucket):
    answer = send(f"{server.url}/{bucket}", *encode({"key": "key", "acl": "private"}))
    assert answer.status_code == 204
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"abcdef"


def test_a_versioned_bucket_answers_with_the_version(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    presigned = s3.generate_presigned_post(bucket, "key")
    first, second = post(presigned, "1"), post(presigned, "2")
    version = first.headers["x-amz-version-id"]
    assert version != second.headers["x-amz-version-id"]
    assert s3.get_object(Bucket=bucket, Key="key", VersionId=version)["Body"].read() == b"1"


@pytest.mark.parametrize(
    "algorithm, right", [("CRC32", "NSRBwg=="), ("SHA256", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")]
)
def test_checksums_are_verified(s3, bucket, algorithm, right):
    name = f"x-amz-checksum-{algorithm.lower()}"
    fields = {"x-amz-checksum-algorithm": algorithm, name: right}
    presigned = s3.generate_presigned_post(bucket, "key", fields, [{name: value} for name, value in fields.items()])
    assert post(presigned, "abc").headers[name] == right
    assert code(post(presigned, "abd")) == (400, "BadDigest")
    head = s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == right


def test_an_algorithm_alone_asks_for_its_checksum(s3, bucket):
    fields = {"x-amz-checksum-algorithm": "CRC32C"}
    assert post(s3.generate_presigned_post(bucket, "key", fields, [fields]), "abc").status_code == 204
    assert "ChecksumCRC32C" in s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")


def test_signatures_are_verified_where_they_are_to_be(strict, bucket):
    presigned = strict.generate_presigned_post(bucket, "key")
    assert post(presigned, "abc").status_code == 204
    name = next(name for name in presigned["fields"] if name.endswith("signature"))
    forged = presigned["fields"][name][::-1]
    assert code(post(presigned, "other", **{name: forged})) == (403, "SignatureDoesNotMatch")
    assert strict.get_object(Bucket=bucket, Key="key")["Body"].read() == b"abc"


def test_a_large_file_that_is_refused_is_answered(s3, bucket):
    """The client sends it whole before it listens."""
    presigned = s3.generate_presigned_post(bucket, "key", Conditions=[["content-length-range", 0, 10]])
    body = content(16 * MIB)
    answer = post(presigned, body)
    assert code(answer) == (400, "EntityTooLarge")
    assert from_xml(answer.content)["Error"]["ProposedSize"] == str(len(body))
    assert code(post(presigned, body, key="other")) == (403, "AccessDenied")
    assert code(post(presigned, body, **{"x-ignore-this": "x" * 20480})) == (400, "MaxPostPreDataLengthExceededError")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_connection_is_used_again_after_a_form(server, bucket):
    body, content_type = encode({"key": "key"}, "abc")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.connect()
    first = connection.sock
    wrong = content_type.replace("boundary=", "boundary=x")
    for sent, status in [(content_type, 204), (wrong, 400), (content_type, 204)]:
        connection.request("POST", f"/{bucket}", body, {"Content-Type": sent})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status and connection.sock is first
    connection.close()


def test_a_form_that_breaks_off_stores_nothing(server, s3, bucket):
    body, content_type = encode({"key": "key"}, "a" * 100_000)
    lines = [f"POST /{bucket} HTTP/1.1", "Host: localhost", f"Content-Type: {content_type}"]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    for end in (10, 200, 50_000, len(body) - 60):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.sendall(head.encode() + body[:end])
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
