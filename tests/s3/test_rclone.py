"""rclone with its default settings.

It maps keys to paths, so those that are none (`//`, `..`, a leading slash) it cannot name; single parts of an upload
are its own affair; it asks the machine's resolver, so it does without virtual-hosted style.
"""

import json
import shutil

import pytest

from .command_line import assert_same, fetch, names_below, run
from .conftest import PREFIXES
from .samples import LARGE, content

pytestmark = pytest.mark.skipif(not shutil.which("rclone"), reason="rclone is not installed")


@pytest.fixture
def rclone(server, account, environment, tmp_path):
    environment = {
        **environment,
        "RCLONE_CONFIG": str(tmp_path / "rclone.conf"),
        "RCLONE_CONFIG_HERE_TYPE": "s3",
        "RCLONE_CONFIG_HERE_PROVIDER": "Other",
        "RCLONE_CONFIG_HERE_ENDPOINT": server.url,
        "RCLONE_CONFIG_HERE_ACCESS_KEY_ID": account,
        "RCLONE_CONFIG_HERE_SECRET_ACCESS_KEY": "test",
        "RCLONE_CONFIG_HERE_REGION": "us-east-1",
    }

    def call(*arguments, stdin=b"", **variables):
        return run(["rclone", *map(str, arguments)], {**environment, **variables}, stdin)

    return call


def test_a_tree_is_copied_checked_and_synced(rclone, bucket, tree, tmp_path):
    rclone("copy", tree, f"HERE:{bucket}/tree")
    rclone("check", tree, f"HERE:{bucket}/tree")
    rclone("sync", f"HERE:{bucket}/tree", tmp_path / "back")
    assert_same(tree, tmp_path / "back")
    rclone("sync", tree / "names", f"HERE:{bucket}/tree")
    left = rclone("lsf", "--recursive", "--files-only", f"HERE:{bucket}/tree").decode().splitlines()
    assert sorted(left) == names_below(tree / "names")
    rclone("check", "--download", tree / "names", f"HERE:{bucket}/tree")


def test_a_stream_goes_up_in_parts_and_is_copied_and_moved(rclone, s3, bucket):
    rclone("rcat", f"HERE:{bucket}/large", stdin=content(LARGE))
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-20"')
    rclone("copyto", f"HERE:{bucket}/large", f"HERE:{bucket}/copy")
    rclone("moveto", f"HERE:{bucket}/copy", f"HERE:{bucket}/moved")
    assert rclone("cat", f"HERE:{bucket}/moved") == content(LARGE)
    assert rclone("lsf", f"HERE:{bucket}").decode().splitlines() == ["large", "moved"]


def test_ten_thousand_keys_are_listed(rclone, ten_thousand):
    assert rclone("lsf", f"HERE:{ten_thousand}").decode().splitlines() == PREFIXES
    assert json.loads(rclone("size", "--json", f"HERE:{ten_thousand}"))["count"] == 10_000
    assert len(rclone("lsf", f"HERE:{ten_thousand}/3").splitlines()) == 1000


def test_old_versions_are_shown_and_deleted(rclone, s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in [b"1", b"22"]:
        rclone("rcat", f"HERE:{bucket}/key", stdin=body)
    rclone("deletefile", f"HERE:{bucket}/key")
    assert rclone("lsf", f"HERE:{bucket}") == b""
    shown = rclone("lsf", "--s3-versions", "--format", "s", f"HERE:{bucket}").split()
    assert sorted(shown) == [b"1", b"2"]
    rclone("backend", "cleanup-hidden", f"HERE:{bucket}")
    assert not {"Versions", "DeleteMarkers"} & set(s3.list_object_versions(Bucket=bucket))


def test_uploads_that_were_left_are_shown_and_aborted(rclone, s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="left")["UploadId"]
    listed = json.loads(rclone("backend", "list-multipart-uploads", f"HERE:{bucket}"))
    assert [found["UploadId"] for found in listed[bucket]] == [upload]
    rclone("backend", "cleanup", f"HERE:{bucket}", "-o", "max-age=1ns")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_a_link_is_for_everybody(rclone, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a b+c", Body=b"presigned")
    url = rclone("link", f"HERE:{bucket}/a b+c").decode().strip()
    assert "X-Amz-Signature" in url and fetch(url) == b"presigned"


def test_its_signatures_are_right(rclone, strict_server, account, tree):
    there = {"RCLONE_CONFIG_HERE_ENDPOINT": strict_server.url}
    rclone("copy", tree / "names", f"HERE:rclone-{account}", **there)
    rclone("check", "--download", tree / "names", f"HERE:rclone-{account}", **there)
    rclone("purge", f"HERE:rclone-{account}", **there)
