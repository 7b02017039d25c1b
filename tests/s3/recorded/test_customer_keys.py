"""Objects encrypted with keys that their owners bring and AWS does not keep."""

import base64
import functools
import hashlib

import pytest

KEY, OTHER = b"1234567890abcdef1234567890abcdef", b"abcdef1234567890abcdef1234567890"
BODY = b"test_data"


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3SSECEncryption::{name}", "21-02-2026")


def customer(key=KEY, side="SSECustomer", **changes):
    """The arguments that a key makes; a changed one of None is left out."""
    md5 = base64.b64encode(hashlib.md5(key).digest()).decode()
    members = {"Algorithm": "AES256", "Key": base64.b64encode(key).decode(), "KeyMD5": md5, **changes}
    return {f"{side}{member}": value for member, value in members.items() if value is not None}


def source(**changes):
    return customer(side="CopySourceSSECustomer", **changes)


WRONG_MD5 = customer(KeyMD5="a" + customer()["SSECustomerKeyMD5"][1:])


@pytest.fixture
def recording(recording):
    """Of such objects ETags are not the MD5 of anything that is known."""
    recording.compare = functools.partial(recording.compare, hidden=("ETag",))
    return recording


@recorded("test_put_object_lifecycle_with_sse_c")
def test_an_object_from_put_to_delete(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-sse-c"}
    recording.compare("put-obj-sse-c", s3.put_object(Body=BODY, **customer(), **at))
    recording.compare("head-obj-sse-c", s3.head_object(**customer(), **at))
    recording.compare("get-obj-sse-c", s3.get_object(**customer(), **at))
    attributes = s3.get_object_attributes(ObjectAttributes=["ETag", "ObjectSize"], **customer(), **at)
    recording.compare("get-obj-attrs-sse-c", attributes)
    recording.compare("del-obj-sse-c", s3.delete_object(**at))


@recorded("test_put_object_validation_sse_c")
def test_keys_that_are_none(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-sse-c", "Body": BODY}
    wrong = customer(Algorithm="KMS")
    recording.refused("put-obj-sse-c-both-encryption", s3.put_object, ServerSideEncryption="AES256", **wrong, **at)
    recording.refused("put-obj-sse-c-wrong-algo", s3.put_object, **wrong, **at)
    recording.refused("put-obj-sse-c-no-algo", s3.put_object, **customer(Algorithm=None), **at)
    recording.refused("put-obj-sse-c-no-key", s3.put_object, **customer(Key=None), **at)
    recording.refused("put-obj-sse-c-no-md5", s3.put_object, **customer(KeyMD5=None), **at)
    recording.refused("put-obj-sse-c-wrong-key-size", s3.put_object, **customer(KEY[:10]), **at)
    recording.refused("put-obj-sse-c-bad-md5", s3.put_object, **WRONG_MD5, **at)


@recorded("test_object_retrieval_sse_c")
def test_reads_bring_the_key(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-sse-c"}
    recording.compare("put-obj-sse-c", s3.put_object(Body=BODY, **customer(), **at))
    recording.refused("get-obj-no-sse-c", s3.get_object, **at)
    recording.refused("get-obj-sse-c-wrong-key", s3.get_object, **customer(OTHER), **at)
    wrong = customer(Algorithm="KMS")
    recording.refused("get-obj-sse-c-wrong-algo", s3.get_object, **wrong, **at)
    recording.refused("head-obj-sse-c-wrong-algo", s3.head_object, **wrong, **at)
    attributes = {"ObjectAttributes": ["ETag"], **wrong, **at}
    recording.refused("get-obj-attrs-sse-c-wrong-algo", s3.get_object_attributes, **attributes)
    recording.refused("get-obj-sse-c-no-md5", s3.get_object, **customer(KeyMD5=None), **at)
    recording.refused("head-obj-sse-c-no-md5", s3.head_object, **customer(KeyMD5=None), **at)
    recording.refused("get-obj-sse-c-wrong-key-size", s3.put_object, **customer(KEY[:10]), **at)
    recording.refused("get-obj-sse-c-bad-md5", s3.put_object, **WRONG_MD5, **at)


@recorded("test_copy_object_with_sse_c")
def test_copies_bring_the_keys_of_both_sides(s3, bucket, recording):
    target = {"Bucket": bucket, "Key": "test-sse-c-target"}
    copy = {"CopySource": f"{bucket}/test-sse-c-src", **target}
    recording.compare("put-obj-sse-c", s3.put_object(Bucket=bucket, Key="test-sse-c-src", Body=BODY, **customer()))
    recording.compare("copy-obj-sse-c-target-no-sse-c", s3.copy_object(**source(), **copy))
    recording.compare("copy-obj-sse-c", s3.copy_object(**source(), **customer(), **copy))
    recording.refused("get-obj-no-sse-c-param", s3.get_object, **target)
    recording.refused("copy-obj-no-src-sse-c", s3.copy_object, **customer(), **copy)
    recording.refused("copy-obj-wrong-src-sse-c-algo", s3.copy_object, **source(Algorithm="KMS"), **copy)
    wrong = {**source(), **customer(Algorithm="KMS"), **copy}
    recording.refused("copy-obj-wrong-target-sse-c-algo", s3.copy_object, **wrong)
    twice = {"ServerSideEncryption": "AES256", **source(), **customer(), **copy}
    recording.refused("copy-obj-target-double-encryption", s3.copy_object, **twice)


@recorded("test_multipart_upload_sse_c")
def test_every_part_brings_the_key(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-sse-c-multipart"}
    created = recording.compare("create-mpu-sse-c", s3.create_multipart_upload(**customer(), **at))
    upload = {"UploadId": created["UploadId"], **at}
    done = []
    for number in range(3):
        part = {"PartNumber": number + 1, "Body": b"a" * (5 * 1024 * 1024 + 1)}
        answer = recording.compare(f"upload-part-{number}", s3.upload_part(**part, **customer(), **upload))
        done.append({"ETag": answer["ETag"], "PartNumber": number + 1})
    recording.compare("list-parts", s3.list_parts(**upload))
    completed = s3.complete_multipart_upload(MultipartUpload={"Parts": done}, **upload)
    recording.compare("complete-multipart-checksum", completed)
    recording.refused("get-obj-no-sse-c-param", s3.get_object, **at)
    got = s3.get_object(**customer(), **at)
    assert got["Body"].read() == b"a" * 3 * (5 * 1024 * 1024 + 1)
    recording.compare("get-obj-sse-c", got)


@recorded("test_multipart_upload_sse_c_validation")
def test_parts_bring_the_key_of_their_upload(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-sse-c-multipart"}

    def part(created):
        return {"PartNumber": 1, "Body": b"testbody", "UploadId": created["UploadId"], **at}

    plain = recording.compare("create-mpu-no-sse-c", s3.create_multipart_upload(**at))
    recording.refused("mpu-no-sse-c-upload-part-with-sse-c", s3.upload_part, **customer(), **part(plain))
    s3.abort_multipart_upload(UploadId=plain["UploadId"], **at)
    created = recording.compare("create-mpu-sse-c", s3.create_multipart_upload(**customer(), **at))
    recording.refused("mpu-sse-c-upload-part-no-sse-c", s3.upload_part, **part(created))
    recording.refused("mpu-sse-c-upload-part-wrong-sse-c", s3.upload_part, **customer(OTHER), **part(created))


@recorded("test_sse_c_with_versioning")
def test_every_version_has_its_key(s3, versioned, recording):
    at = {"Bucket": versioned, "Key": "test-versioning-sse-c"}
    one = recording.compare("put-obj-sse-c-version-1", s3.put_object(Body=b"version1", **customer(), **at))
    two = recording.compare("put-obj-sse-c-version-2", s3.put_object(Body=b"version2", **customer(OTHER), **at))
    first, second = ({"VersionId": put["VersionId"], **at} for put in (one, two))
    recording.compare("get-obj-sse-c-last-version", s3.get_object(**customer(OTHER), **at))
    recording.compare("get-obj-sse-c-version-2", s3.get_object(**customer(OTHER), **second))
    recording.refused("get-obj-sse-c-last-version-wrong-key", s3.get_object, **customer(OTHER), **first)
    recording.compare("get-obj-sse-c-version-1", s3.get_object(**customer(), **first))


@recorded("test_put_object_default_checksum_with_sse_c")
def test_an_object_without_a_checksum_gets_one(s3, bucket, ask, recording):
    headers = {
        "x-amz-server-side-encryption-customer-algorithm": "AES256",
        "x-amz-server-side-encryption-customer-key": customer()["SSECustomerKey"],
        "x-amz-server-side-encryption-customer-key-MD5": customer()["SSECustomerKeyMD5"],
    }
    assert ask(f"/{bucket}/test-sse-c", "PUT", b"test data..", **headers).status_code == 200
    at = {"Bucket": bucket, "Key": "test-sse-c", **customer()}
    recording.compare("head-obj-sse-c", s3.head_object(ChecksumMode="ENABLED", **at))
    recording.compare("get-obj-sse-c", s3.get_object(**at))
    attributes = s3.get_object_attributes(ObjectAttributes=["ETag", "Checksum"], **at)
    recording.compare("get-obj-attrs-sse-c", attributes)
