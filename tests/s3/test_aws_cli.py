"""The AWS CLI with its default settings: its own commands and the operations as such."""

import concurrent.futures
import json
import pathlib
import sys

import pytest

from .command_line import assert_same, fetch, run
from .conftest import PREFIXES
from .samples import LARGE, MIB, OTHER_KEYS, content

PROGRAM = pathlib.Path(sys.executable).parent / "aws"


@pytest.fixture
def aws(environment):
    def call(*arguments, stdin=b"", **variables):
        return run([PROGRAM, *map(str, arguments)], {**environment, **variables}, stdin)

    return call


@pytest.fixture
def s3api(aws, bucket):
    """Calls an operation on the test's bucket."""

    def call(operation, *arguments):
        return json.loads(aws("s3api", operation, "--bucket", bucket, *arguments) or "{}")

    return call


def test_a_tree_goes_up_and_comes_back(aws, bucket, tree, tmp_path):
    aws("s3", "mb", f"s3://{bucket}-cli")
    aws("s3", "sync", tree, f"s3://{bucket}-cli/tree")
    assert aws("s3", "sync", tree, f"s3://{bucket}-cli/tree") == b"", "nothing is new"
    aws("s3", "sync", f"s3://{bucket}-cli/tree", tmp_path)
    assert_same(tree, tmp_path)
    aws("s3", "rb", "--force", f"s3://{bucket}-cli")


def test_a_stream_goes_up_in_parts_and_is_copied_and_moved(aws, s3api, bucket):
    aws("s3", "cp", "-", f"s3://{bucket}/large", stdin=content(LARGE))
    assert s3api("head-object", "--key", "large")["ETag"].endswith('-13"')
    aws("s3", "cp", f"s3://{bucket}/large", f"s3://{bucket}/copy")
    aws("s3", "mv", f"s3://{bucket}/copy", f"s3://{bucket}/moved")
    assert aws("s3", "cp", f"s3://{bucket}/moved", "-") == content(LARGE)
    assert [line.split()[-1] for line in aws("s3", "ls", f"s3://{bucket}").splitlines()] == [b"large", b"moved"]


def test_keys_that_are_no_paths_are_taken_as_they_are(s3api, tmp_path):
    (tmp_path / "body").write_bytes(b"body")

    def round_trip(number, key):
        put = s3api("put-object", "--key", key, "--body", tmp_path / "body")
        got = s3api("get-object", "--key", key, tmp_path / str(number))
        return put["ETag"] == got["ETag"] and (tmp_path / str(number)).read_bytes() == b"body"

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert all(pool.map(round_trip, range(len(OTHER_KEYS)), OTHER_KEYS))
    assert sorted(entry["Key"] for entry in s3api("list-objects-v2")["Contents"]) == sorted(OTHER_KEYS)


def test_ten_thousand_keys_are_listed(aws, ten_thousand):
    listing = aws("s3", "ls", "--recursive", f"s3://{ten_thousand}").splitlines()
    assert [line.split()[-1].decode() for line in listing] == [
        f"{prefix}{number:03}" for prefix in PREFIXES for number in range(1000)
    ]
    assert [line.split()[-1].decode() for line in aws("s3", "ls", f"s3://{ten_thousand}").splitlines()] == PREFIXES
    pages = ["s3api", "list-objects", "--bucket", ten_thousand, "--delimiter", "/", "--page-size", "3"]
    assert [entry["Prefix"] for entry in json.loads(aws(*pages))["CommonPrefixes"]] == PREFIXES


def test_deleting_a_version_restores_the_one_before(aws, s3api, bucket):
    s3api("put-bucket-versioning", "--versioning-configuration", "Status=Enabled")
    aws("s3", "cp", "-", f"s3://{bucket}/key", stdin=b"1")
    aws("s3", "cp", "-", f"s3://{bucket}/key", stdin=b"2")
    assert s3api("delete-object", "--key", "key")["DeleteMarker"]
    assert aws("s3", "ls", f"s3://{bucket}") == b""
    listed = s3api("list-object-versions")
    for gone, left in [(listed["DeleteMarkers"][0], b"2"), (listed["Versions"][0], b"1")]:
        s3api("delete-object", "--key", "key", "--version-id", gone["VersionId"])
        assert aws("s3", "cp", f"s3://{bucket}/key", "-") == left


def test_parts_are_sent_again_and_uploads_aborted(aws, s3api, bucket, tmp_path):
    bodies = {"wrong": b"wrong", "first": content(5 * MIB), "last": b"last"}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    upload = ["--key", "key", "--upload-id", s3api("create-multipart-upload", "--key", "key")["UploadId"]]
    aborted = ["--key", "key", "--upload-id", s3api("create-multipart-upload", "--key", "key")["UploadId"]]
    for number, name in [(1, "wrong"), (1, "first"), (2, "last")]:
        s3api("upload-part", *upload, "--part-number", number, "--body", tmp_path / name)
    s3api("abort-multipart-upload", *aborted)
    assert [found["UploadId"] for found in s3api("list-multipart-uploads")["Uploads"]] == [upload[-1]]
    parts = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in s3api("list-parts", *upload)["Parts"]]
    s3api("complete-multipart-upload", *upload, "--multipart-upload", json.dumps({"Parts": parts}))
    assert aws("s3", "cp", f"s3://{bucket}/key", "-") == bodies["first"] + bodies["last"]


def test_a_presigned_url_is_for_everybody(aws, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a b+c//d", Body=b"presigned")
    url = aws("s3", "presign", f"s3://{bucket}/a b+c//d").decode().strip()
    assert "Signature" in url and fetch(url) == b"presigned"


@pytest.mark.parametrize("domain", ["s3.localhost.localstack.cloud", "localhost"])
def test_a_bucket_is_found_in_the_host_name(aws, server, s3, bucket, tmp_path, domain):
    (tmp_path / "config").write_text("[default]\ns3 =\n  addressing_style = virtual\n")
    variables = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_ENDPOINT_URL": f"http://{domain}:{server.port}"}
    aws("s3", "cp", "-", f"s3://{bucket}/a//b", stdin=b"virtual", **variables)
    assert s3.get_object(Bucket=bucket, Key="a//b")["Body"].read() == b"virtual"
    assert f"//{bucket}.{domain}:" in aws("s3", "presign", f"s3://{bucket}/a//b", **variables).decode()
