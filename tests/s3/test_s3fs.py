"""s3fs with its default settings. A key that ends in a slash is a folder to it, which it cannot write."""

import pytest
import s3fs

from .command_line import fetch
from .conftest import PREFIXES
from .samples import LARGE, MIB, ODD_KEYS, SIZES, content


@pytest.fixture
def make(server, account):
    def make(url=server.url, **options):
        return s3fs.S3FileSystem(key=account, secret="test", endpoint_url=url, skip_instance_cache=True, **options)

    return make


@pytest.fixture
def files(make):
    return make()


@pytest.mark.parametrize("size", [*SIZES, LARGE])
def test_bytes_come_back_as_they_were_written(files, bucket, size):
    with files.open(f"{bucket}/key", "wb") as file:
        file.write(content(size))
    assert files.cat(f"{bucket}/key") == content(size)
    with files.open(f"{bucket}/key", "rb") as file:
        assert file.read() == content(size)


def test_a_tree_goes_up_and_comes_back(files, bucket, tree, tmp_path):
    files.put(f"{tree}/sizes/", f"{bucket}/tree/", recursive=True)
    files.get(f"{bucket}/tree/", f"{tmp_path}/", recursive=True)
    for size in [*SIZES, LARGE]:
        assert (tmp_path / str(size)).read_bytes() == content(size)


@pytest.mark.parametrize("key", [key for key in ODD_KEYS if not key.endswith("/")])
def test_keys_are_taken_as_they_are(files, s3, bucket, key):
    files.pipe(f"{bucket}/{key}", b"body")
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    # Not `cat`, `mv` and `rm`: they take `*` and `?` for patterns.
    assert files.cat_file(f"{bucket}/{key}") == b"body"
    files.cp_file(f"{bucket}/{key}", f"{bucket}/copy")
    files.rm_file(f"{bucket}/{key}")
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["copy"]


def test_ten_thousand_keys_are_listed(files, ten_thousand):
    assert files.ls(ten_thousand, detail=False) == [f"{ten_thousand}/{prefix[:-1]}" for prefix in PREFIXES]
    assert len(files.find(ten_thousand)) == 10_000
    assert len(files.glob(f"{ten_thousand}/*/99?")) == 100


def test_versions_are_read_and_deleted(make, s3, bucket):
    files = make(version_aware=True)
    files.make_bucket_versioned(bucket)
    path = f"{bucket}/key"
    for body in [b"1", b"2"]:
        files.pipe(path, body)
    versions = [version["VersionId"] for version in files.object_version_info(path)]
    assert [files.cat(path, version_id=version) for version in versions] == [b"2", b"1"]
    with files.open(path, version_id=versions[1]) as file:
        assert file.read() == b"1"
    files.rm(path)
    assert not files.exists(path) and files.cat(path, version_id=versions[0]) == b"2"
    marker = s3.list_object_versions(Bucket=bucket)["DeleteMarkers"][0]["VersionId"]
    for version, left in [(marker, b"2"), (versions[0], b"1")]:
        files.call_s3("delete_object", Bucket=bucket, Key="key", VersionId=version)
        files.invalidate_cache()
        assert files.cat(path) == left


def test_a_file_that_is_discarded_leaves_nothing(files, s3, bucket):
    file = files.open(f"{bucket}/key", "wb", block_size=5 * MIB, autocommit=False)
    file.write(content(11 * MIB))
    assert len(s3.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1
    file.discard()
    # Its finaliser would go on writing.
    file.closed = True
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    s3.create_multipart_upload(Bucket=bucket, Key="left")
    assert [upload["Key"] for upload in files.list_multipart_uploads(bucket)] == ["left"]
    files.clear_multipart_uploads(bucket)
    assert files.list_multipart_uploads(bucket) == [] and not files.exists(f"{bucket}/key")


def test_files_are_merged_moved_and_removed(files, bucket):
    for name, size in [("one", 5 * MIB), ("two", 1)]:
        files.pipe(f"{bucket}/{name}", content(size))
    files.merge(f"{bucket}/both", [f"{bucket}/one", f"{bucket}/two"])
    files.mv(f"{bucket}/both", f"{bucket}/folder/moved")
    assert files.cat(f"{bucket}/folder/moved") == content(5 * MIB) + content(1)
    files.rm(f"{bucket}/folder", recursive=True)
    assert sorted(files.ls(bucket, detail=False)) == [f"{bucket}/one", f"{bucket}/two"]


def test_a_signed_url_is_for_everybody(files, bucket):
    files.pipe(f"{bucket}/a b+c//d", b"presigned")
    assert fetch(files.sign(f"{bucket}/a b+c//d")) == b"presigned"


@pytest.mark.parametrize("domain", ["s3.localhost.localstack.cloud", "localhost"])
def test_a_bucket_is_found_in_the_host_name(make, server, s3, bucket, domain):
    virtual = make(f"http://{domain}:{server.port}", config_kwargs={"s3": {"addressing_style": "virtual"}})
    virtual.pipe(f"{bucket}/a//b", b"virtual")
    assert f"//{bucket}.{domain}:" in virtual.sign(f"{bucket}/a//b")
    assert s3.get_object(Bucket=bucket, Key="a//b")["Body"].read() == b"virtual"
