"""Objects put, read and deleted, in buckets of every versioning state."""

import pytest

FILE = "s3_api"
# A version id of the right form that no object has.
UNKNOWN_VERSION = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"


def recorded(name, date="21-02-2026"):
    return pytest.mark.recorded(FILE, name, date)


def headers(answer):
    return answer["ResponseMetadata"]["HTTPHeaders"]


@recorded("TestS3BucketCRUD::test_delete_bucket_with_objects")
def test_a_bucket_with_objects_stays(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="test-delete", Body=b"test-delete")
    recording.refused("delete-with-obj", s3.delete_bucket, Bucket=bucket)
    recording.compare("delete-obj", s3.delete_object(Bucket=bucket, Key="test-delete"))
    recording.compare("delete-bucket", s3.delete_bucket(Bucket=bucket))


@recorded("TestS3BucketCRUD::test_delete_versioned_bucket_with_objects")
def test_a_bucket_with_a_delete_marker_stays(s3, versioned, recording):
    at = {"Bucket": versioned, "Key": "test-delete-versioned"}
    version = s3.put_object(Body=b"test-delete", **at)["VersionId"]
    marker = s3.delete_object(**at)["VersionId"]
    recording.refused("delete-with-obj-and-delete-marker", s3.delete_bucket, Bucket=versioned)
    recording.compare("delete-obj-by-version", s3.delete_object(VersionId=version, **at))
    recording.refused("delete-with-only-delete-marker", s3.delete_bucket, Bucket=versioned)
    recording.compare("delete-marker-by-version", s3.delete_object(VersionId=marker, **at))
    recording.compare("success-delete-bucket", s3.delete_bucket(Bucket=versioned))


@recorded("TestS3ObjectCRUD::test_delete_object")
def test_deleting_nothing_succeeds(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-delete"}
    recording.compare("put-object", s3.put_object(Body=b"test-delete", **at))
    recording.compare("delete-object", s3.delete_object(**at))
    recording.compare("delete-nonexistent-object", s3.delete_object(**at))
    recording.refused("delete-nonexistent-object-versionid", s3.delete_object, VersionId=UNKNOWN_VERSION, **at)


@recorded("TestS3ObjectCRUD::test_delete_objects")
def test_many_are_deleted_at_once(s3, bucket, recording):
    recording.compare("put-object", s3.put_object(Bucket=bucket, Key="test-delete", Body=b"test-delete"))
    wrong = {"Objects": [{"Key": "test-delete", "VersionId": UNKNOWN_VERSION}]}
    recording.compare("delete-object-wrong-version-id", s3.delete_objects(Bucket=bucket, Delete=wrong))
    keys = [{"Key": key} for key in ("test-delete", "c-wrong-key", "a-wrong-key")]
    gone = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    gone["Deleted"].sort(key=lambda entry: entry["Key"])
    recording.compare("delete-objects", gone)


@recorded("TestS3ObjectCRUD::test_delete_object_versioned")
def test_a_delete_marker_hides_versions(s3, versioned, recording):
    at = {"Bucket": versioned, "Key": "test-delete"}
    version = recording.compare("put-object", s3.put_object(Body=b"test-delete", **at))["VersionId"]
    marker = recording.compare("delete-object", s3.delete_object(**at))["VersionId"]
    refused = headers(recording.refused("get-deleted-object", s3.get_object, **at))
    assert (refused["x-amz-delete-marker"], refused["x-amz-version-id"]) == ("true", marker)
    recording.compare("get-object-with-version", s3.get_object(VersionId=version, **at))
    refused = headers(recording.refused("get-delete-marker", s3.get_object, VersionId=marker, **at))
    assert (refused["x-amz-delete-marker"], refused["x-amz-version-id"]) == ("true", marker)
    assert refused["allow"] == "DELETE"
    recording.compare("delete-object-2", s3.delete_object(**at))
    recording.compare("list-object-versions", s3.list_object_versions(Bucket=versioned, Prefix="test-delete"))
    recording.compare("delete-delete-marker", s3.delete_object(VersionId=marker, **at))
    recording.compare("delete-object-version", s3.delete_object(VersionId=version, **at))
    refused = headers(recording.refused("get-deleted-object-with-version", s3.get_object, VersionId=version, **at))
    assert "x-amz-delete-marker" not in refused and "x-amz-version-id" not in refused
    recording.refused("delete-with-bad-version", s3.delete_object, VersionId=f"{version[:-4]}ABCD", **at)
    recording.compare("delete-wrong-key", s3.delete_object(Bucket=versioned, Key="wrong-key"))


@recorded("TestS3ObjectCRUD::test_delete_objects_versioned", "23-02-2026")
def test_many_versions_are_deleted_at_once(s3, versioned, recording):
    def deleted(step, *objects):
        return recording.compare(step, s3.delete_objects(Bucket=versioned, Delete={"Objects": list(objects)}))

    key = "test-delete"
    version = recording.compare("put-object", s3.put_object(Bucket=versioned, Key=key, Body=b"test-delete"))["VersionId"]
    gone = deleted("delete-objects-no-version-id", *[{"Key": name} for name in (key, "wrongkey", "wrongkey-x")])
    deleted("delete-objects-marker", {"Key": key, "VersionId": gone["Deleted"][0]["DeleteMarkerVersionId"]})
    unknown = [{"Key": name, "VersionId": UNKNOWN_VERSION} for name in (key, "wrong-key-2")]
    deleted("delete-objects-wrong-version-id", *unknown)
    deleted("delete-objects-version-id", {"Key": key, "VersionId": version})


@recorded("TestS3ObjectCRUD::test_get_object_with_version_unversioned_bucket")
def test_the_null_version_is_there_without_versioning(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-version"}
    recording.compare("put-object", s3.put_object(Body=b"test-version", **at))
    recording.refused("get-obj-with-version", s3.get_object, VersionId=UNKNOWN_VERSION, **at)
    recording.compare("get-obj-with-null-version", s3.get_object(VersionId="null", **at))


def suspend(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


@recorded("TestS3ObjectCRUD::test_put_object_on_suspended_bucket")
def test_suspended_versioning_overwrites_the_null_version(s3, versioned, recording):
    def put(step, body):
        recording.compare(step, s3.put_object(Bucket=versioned, Key="test-version", Body=body))

    def listed(step):
        recording.compare(step, s3.list_object_versions(Bucket=versioned))

    for number in range(3):
        put(f"put-object-{number}", f"test-version-{number}")
    listed("list-enabled")
    suspend(s3, versioned)
    listed("list-suspended")
    put("put-object-suspended", "test-version-suspended")
    listed("list-suspended-after-put")
    put("put-object-suspended-overwrite", "test-version-suspended")
    listed("list-suspended-after-overwrite")
    recording.compare("get-object-current", s3.get_object(Bucket=versioned, Key="test-version"))


@recorded("TestS3ObjectCRUD::test_delete_object_on_suspended_bucket")
def test_suspended_versioning_has_a_null_delete_marker(s3, versioned, recording):
    at = {"Bucket": versioned, "Key": "test-delete-suspended"}

    def listed(step):
        recording.compare(step, s3.list_object_versions(Bucket=versioned))

    for number in range(2):
        recording.compare(f"put-object-{number}", s3.put_object(Body=f"test-version-{number}", **at))
    suspend(s3, versioned)
    listed("list-suspended")
    recording.compare("delete-object-no-version", s3.delete_object(**at))
    listed("list-suspended-delete")
    recording.compare("put-object-suspended", s3.put_object(Body=b"test-version-suspended-after-delete", **at))
    listed("list-suspended-put")
    recording.compare("delete-object-no-version-after-put", s3.delete_object(**at))
    listed("list-suspended-after-put")


@recorded("TestS3ObjectCRUD::test_list_object_versions_order_unversioned")
def test_versions_of_an_unversioned_bucket_are_null(s3, bucket, recording):
    recording.compare("list-empty", s3.list_object_versions(Bucket=bucket))
    for step, name in {"put-object": "a-test-object-1", "put-object-3": "c-test-object-3", "put-object-2": "b-test-object-2"}.items():
        recording.compare(step, s3.put_object(Bucket=bucket, Key=name, Body=name[2:]))
    recording.compare("list-object-versions", s3.list_object_versions(Bucket=bucket))


@recorded("TestS3ObjectCRUD::test_get_object_range")
def test_every_form_of_range(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-key-range"}
    s3.put_object(Body=b"0123456789", **at)
    recording.compare("get-0-8-checksum", s3.get_object(Range="bytes=0-8", ChecksumMode="ENABLED", **at))
    for form in ["0-8", "1-1", "1-0", "1-", "-1-", "-2", "-9", "-15", "0-100", "0-0", "0--1", "-"]:
        recording.compare(f"get-{form}", s3.get_object(Range=f"bytes={form}", **at))
    recording.compare("get-multiple-ranges", s3.get_object(Range="bytes=0-1,3-4,7-9", **at))
    recording.compare("get-wrong-format", s3.get_object(Range="0-1", **at))
    for form in ["-0", "100-200"]:
        recording.refused(f"get-{form}", s3.get_object, Range=f"bytes={form}", **at)
    recording.compare("put-after-failed", s3.put_object(Body=b"0123456789" * 2, **at))


@recorded("TestS3BucketVersioning::test_bucket_versioning_crud")
def test_versioning_is_enabled_and_suspended(s3, bucket, missing, recording):
    def put(status, at=bucket):
        return {"Bucket": at, "VersioningConfiguration": {"Status": status} if status else {}}

    recording.compare("get-versioning-before", s3.get_bucket_versioning(Bucket=bucket))
    recording.compare("put-versioning-suspended-before", s3.put_bucket_versioning(**put("Suspended")))
    recording.compare("get-versioning-after-suspended", s3.get_bucket_versioning(Bucket=bucket))
    recording.refused("put-versioning-enabled-lowercase", s3.put_bucket_versioning, **put("enabled"))
    recording.compare("put-versioning-enabled-capitalized", s3.put_bucket_versioning(**put("Enabled")))
    recording.compare("get-versioning-after-enabled", s3.get_bucket_versioning(Bucket=bucket))
    recording.compare("put-versioning-suspended-after", s3.put_bucket_versioning(**put("Suspended")))
    recording.refused("put-versioning-disabled", s3.put_bucket_versioning, **put("Disabled"))
    recording.refused("put-versioning-empty", s3.put_bucket_versioning, **put(None))
    recording.refused("put-versioning-no-bucket", s3.put_bucket_versioning, **put("Suspended", missing))
    recording.refused("get-versioning-no-bucket", s3.get_bucket_versioning, Bucket=missing)


@recorded("TestS3BucketVersioning::test_object_version_id_format")
def test_a_version_id_has_32_letters_of_awss_alphabet(s3, versioned, recording):
    put = recording.compare("put-object", s3.put_object(Bucket=versioned, Key="test-version-id"))
    assert len(put["VersionId"]) == 32 and put["VersionId"].replace(".", "").replace("_", "").isalnum()
