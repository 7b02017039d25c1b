"""s3cmd with its default settings, over plain HTTP. It knows nothing of versions."""

import shutil

import pytest

from .command_line import assert_same, fetch, run
from .conftest import PREFIXES
from .samples import LARGE, MIB, ODD_KEYS, SIZES, content

# What ends in a slash is a folder to it, what has a `*` is a pattern.
KEYS = [key for key in ODD_KEYS if not key.endswith("/") and "*" not in key]
pytestmark = pytest.mark.skipif(not shutil.which("s3cmd"), reason="s3cmd is not installed")


@pytest.fixture
def s3cmd(server, account, environment):
    def call(*arguments, host=f"127.0.0.1:{server.port}", bucket_host=None):
        credentials = [f"--access_key={account}", "--secret_key=test"]
        hosts = [f"--host={host}", f"--host-bucket={bucket_host or host}", "--no-ssl"]
        command = ["s3cmd", "--config=/dev/null", "--no-progress", *credentials, *hosts, *map(str, arguments)]
        return run(command, environment).decode()

    return call


def test_a_tree_is_synced_up_and_back(s3cmd, bucket, tree, tmp_path):
    s3cmd("sync", f"{tree}/", f"s3://{bucket}/tree/")
    assert s3cmd("sync", f"{tree}/", f"s3://{bucket}/tree/") == "", "nothing is new"
    s3cmd("sync", f"s3://{bucket}/tree/", f"{tmp_path}/")
    assert_same(tree, tmp_path)


@pytest.mark.parametrize("size", [*SIZES, LARGE])
def test_bytes_come_back_as_they_were_put(s3cmd, s3, bucket, tree, tmp_path, size):
    s3cmd("put", tree / f"sizes/{size}", f"s3://{bucket}/key")
    # Files above 15 MB go up in parts of that size.
    assert s3.head_object(Bucket=bucket, Key="key")["ETag"].endswith('-7"') == (size == LARGE)
    s3cmd("get", f"s3://{bucket}/key", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content(size)


@pytest.mark.parametrize("key", KEYS)
def test_keys_are_taken_as_they_are(s3cmd, s3, bucket, tree, tmp_path, key):
    s3cmd("put", tree / "names/plain", f"s3://{bucket}/{key}")
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3cmd("cp", f"s3://{bucket}/{key}", f"s3://{bucket}/copy")
    s3cmd("get", f"s3://{bucket}/{key}", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content(10)
    s3cmd("del", f"s3://{bucket}/{key}")
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["copy"]


def test_ten_thousand_keys_are_listed(s3cmd, ten_thousand):
    url = f"s3://{ten_thousand}/"
    assert [line.split()[-1] for line in s3cmd("ls", url).splitlines()] == [url + prefix for prefix in PREFIXES]
    assert len(s3cmd("ls", "--recursive", url).splitlines()) == 10_000
    assert "10000 objects" in s3cmd("du", url)


def test_an_upload_is_continued_where_its_parts_are_wrong(s3cmd, s3, bucket, tmp_path):
    body = content(12 * MIB)
    (tmp_path / "file").write_bytes(body)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    for number, part in [(1, b"wrong"), (2, body[5 * MIB : 10 * MIB])]:
        s3.upload_part(Bucket=bucket, Key="key", UploadId=upload, PartNumber=number, Body=part)
    options = ["--multipart-chunk-size-mb=5", "--continue-put", f"--upload-id={upload}"]
    s3cmd("put", *options, tmp_path / "file", f"s3://{bucket}/key")
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == body
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_uploads_are_shown_and_aborted(s3cmd, s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="key", UploadId=upload, PartNumber=1, Body=b"part")
    assert upload in s3cmd("multipart", f"s3://{bucket}")
    assert s3cmd("listmp", f"s3://{bucket}/key", upload).splitlines()[-1].split()[-1] == "4"
    s3cmd("abortmp", f"s3://{bucket}/key", upload)
    assert upload not in s3cmd("multipart", f"s3://{bucket}")


def test_a_signed_url_is_for_everybody(s3cmd, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a b+c", Body=b"presigned")
    url = s3cmd("signurl", f"s3://{bucket}/a b+c", "+60").strip()
    assert "Signature=" in url and fetch(url) == b"presigned"


@pytest.mark.parametrize("domain", ["s3.localhost.localstack.cloud", "localhost"])
def test_a_bucket_is_found_in_the_host_name(s3cmd, server, s3, bucket, tree, domain):
    host = f"{domain}:{server.port}"
    s3cmd("put", tree / "names/plain", f"s3://{bucket}/a//b", host=host, bucket_host=f"%(bucket)s.{host}")
    assert s3.get_object(Bucket=bucket, Key="a//b")["Body"].read() == content(10)


def test_its_signatures_are_right(s3cmd, strict_server, account, tree):
    host, url = f"127.0.0.1:{strict_server.port}", f"s3://s3cmd-{account}"
    s3cmd("mb", url, host=host)
    for key in KEYS:
        s3cmd("put", tree / "names/plain", f"{url}/{key}", host=host)
    assert len(s3cmd("ls", "--recursive", url, host=host).splitlines()) == len(KEYS)
    s3cmd("rb", "--recursive", "--force", url, host=host)
