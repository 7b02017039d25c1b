"""What clients see of server-side encryption: with keys of their own, and of KMS."""

import base64
import hashlib

import pytest

from ...conftest import Server

# What a key encrypts has an ETag that no two keys share; and the recorded keys are not known.
HIDDEN = {"hidden": ["ETag", "SSECustomerKeyMD5", "ChecksumCRC32", "ChecksumCRC64NVME", "Body", "ContentLength"]}
KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "1" * 32}
OTHER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "2" * 32}
UNKNOWN_ALGORITHM = {**KEY, "SSECustomerAlgorithm": "KMS"}
SHORT = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "short"}
# With an MD5 of its own, a client sends the key as it is given.
PLAIN = {**KEY, "SSECustomerKey": base64.b64encode(b"1" * 32).decode(), "SSECustomerKeyMD5": "GoDL8oWeAZVZNl1r5Hh5Tg=="}
BAD_MD5 = {**PLAIN, "SSECustomerKeyMD5": "cLyhczqaRj3VzBFWiJgKhQ=="}
KMS_KEY = "134f2428-cec1-4b25-a1ae-9048164dba47"


def recorded(name, group="TestS3SSECEncryption"):
    return pytest.mark.recorded("s3", f"{group}::{name}", "21-02-2026")


@pytest.fixture
def at(bucket):
    return {"Bucket": bucket, "Key": "test-sse"}


@recorded("test_put_object_validation_sse_c")
def test_keys_that_are_not_in_order(s3, unchecked, at, recording):
    def refused(step, **arguments):
        recording.refused(step, unchecked.put_object, Body="test", **at, **arguments)

    refused("put-obj-sse-c-both-encryption", ServerSideEncryption="AES256", **KEY)
    refused("put-obj-sse-c-wrong-algo", **UNKNOWN_ALGORITHM)
    refused("put-obj-sse-c-no-algo", SSECustomerKey=KEY["SSECustomerKey"])
    refused("put-obj-sse-c-no-key", SSECustomerAlgorithm="AES256")
    refused("put-obj-sse-c-no-md5", **SHORT)
    refused("put-obj-sse-c-wrong-key-size", **SHORT)
    refused("put-obj-sse-c-bad-md5", **BAD_MD5)


@recorded("test_object_retrieval_sse_c")
def test_an_object_is_read_with_its_key_alone(s3, at, recording):
    recording.compare("put-obj-sse-c", s3.put_object(Body="test", **at, **KEY), **HIDDEN)
    recording.refused("get-obj-no-sse-c", s3.get_object, **at)
    recording.refused("get-obj-sse-c-wrong-key", s3.get_object, **at, **OTHER)
    recording.refused("get-obj-sse-c-wrong-algo", s3.get_object, **at, **UNKNOWN_ALGORITHM)
    recording.refused("head-obj-sse-c-wrong-algo", s3.head_object, **at, **UNKNOWN_ALGORITHM)
    attributes = {"ObjectAttributes": ["ETag"], **at, **PLAIN, "SSECustomerAlgorithm": "KMS"}
    recording.refused("get-obj-attrs-sse-c-wrong-algo", s3.get_object_attributes, **attributes)
    recording.refused("get-obj-sse-c-no-md5", s3.get_object, **at, **SHORT)
    recording.refused("head-obj-sse-c-no-md5", s3.head_object, **at, **SHORT)
    short = {**SHORT, "SSECustomerKeyMD5": "GoDL8oWeAZVZNl1r5Hh5Tg=="}
    recording.refused("get-obj-sse-c-wrong-key-size", s3.get_object, **at, **short)
    recording.leave("get-obj-sse-c-bad-md5", "which key has this MD5 the recording does not say")


@recorded("test_copy_object_with_sse_c")
def test_a_copy_shows_the_key_of_its_source(s3, bucket, at, recording):
    shown = {f"CopySource{name}": value for name, value in KEY.items()}
    copy = {"Bucket": bucket, "Key": "copy", "CopySource": at}
    recording.compare("put-obj-sse-c", s3.put_object(Body="test", **at, **KEY), **HIDDEN)
    recording.compare("copy-obj-sse-c-target-no-sse-c", s3.copy_object(**copy, **shown), **HIDDEN)
    recording.compare("copy-obj-sse-c", s3.copy_object(**copy, **shown, **KEY), **HIDDEN)
    recording.refused("get-obj-no-sse-c-param", s3.get_object, Bucket=bucket, Key="copy")
    recording.refused("copy-obj-no-src-sse-c", s3.copy_object, **copy)
    wrong = {**shown, "CopySourceSSECustomerAlgorithm": "KMS"}
    recording.refused("copy-obj-wrong-src-sse-c-algo", s3.copy_object, **copy, **wrong)
    recording.refused("copy-obj-wrong-target-sse-c-algo", s3.copy_object, **copy, **shown, **UNKNOWN_ALGORITHM)
    double = {**copy, **shown, **KEY, "ServerSideEncryption": "AES256"}
    recording.refused("copy-obj-target-double-encryption", s3.copy_object, **double)


@recorded("test_sse_c_with_versioning")
def test_every_version_has_a_key(s3, versioned, at, recording):
    first = s3.put_object(Body="test", **at, **KEY)
    recording.compare("put-obj-sse-c-version-1", first, **HIDDEN)
    second = s3.put_object(Body="test2", **at, **OTHER)
    recording.compare("put-obj-sse-c-version-2", second, **HIDDEN)
    checked = {"ChecksumMode": "ENABLED", **at}
    recording.compare("get-obj-sse-c-last-version", s3.get_object(**checked, **OTHER), **HIDDEN)
    named = s3.get_object(VersionId=second["VersionId"], **checked, **OTHER)
    recording.compare("get-obj-sse-c-version-2", named, **HIDDEN)
    recording.refused("get-obj-sse-c-last-version-wrong-key", s3.get_object, **at, **KEY)
    named = s3.get_object(VersionId=first["VersionId"], **checked, **KEY)
    recording.compare("get-obj-sse-c-version-1", named, **HIDDEN)


@recorded("test_s3_multipart_upload_sse", "TestS3")
def test_parts_are_encrypted_as_their_upload(s3, at, recording):
    at = {**at, "Key": "test-sse-field-multipart"}
    kms = {"BucketKeyEnabled": True, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KMS_KEY}
    begun = s3.create_multipart_upload(**at, **kms)
    recording.compare("multi-sse-create-multipart", begun)
    upload = {"UploadId": begun["UploadId"], **at}
    part = s3.upload_part(PartNumber=1, Body="test-sse", **upload)
    recording.compare("multi-sse-upload-part", part, **HIDDEN)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    done = s3.complete_multipart_upload(MultipartUpload=parts, **upload)
    # Of the recording's ETags, too.
    assert done["ETag"] == f'"{hashlib.md5(bytes.fromhex(part["ETag"].strip(chr(34)))).hexdigest()}-1"'
    recording.compare("multi-sse-compete-multipart", done, **HIDDEN)
    recording.compare("get-obj", s3.get_object(ChecksumMode="ENABLED", **at), **HIDDEN)


@recorded("test_copy_object_kms", "TestS3")
def test_a_copy_is_encrypted_as_it_says(s3, bucket, at, recording):
    s3.put_object(Body="hello world", **at)
    recording.compare("get-object", s3.get_object(ChecksumMode="ENABLED", **at))
    kms = {"BucketKeyEnabled": True, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KMS_KEY}
    copy = s3.copy_object(Bucket=bucket, Key="copy", CopySource=at, **kms)
    recording.compare("copy-object", copy, **HIDDEN)
    got = s3.get_object(Bucket=bucket, Key="copy", ChecksumMode="ENABLED")
    recording.compare("get-copied-object", got, **HIDDEN)


@pytest.fixture(scope="module")
def validating():
    """A server that looks keys up."""
    server = Server(S3_SKIP_KMS_KEY_VALIDATION="0")
    yield server
    assert server.stop() == 0


@recorded("test_s3_sse_validate_kms_key", "TestS3")
def test_names_that_no_key_of_kms_has(client, validating, recording):
    s3 = client(url=validating.url)
    at = {"Bucket": "encrypted", "Key": "test-sse"}
    s3.create_bucket(Bucket=at["Bucket"])
    key = client("kms", url=validating.url, region_name="us-west-2").create_key(Description="made in another region")
    key = recording.compare("create-kms-key", key["KeyMetadata"])
    kms = {"ServerSideEncryption": "aws:kms"}

    def refused(step, name):
        recording.refused(step, s3.put_object, **at, **kms, SSEKMSKeyId=name)

    arn = key["Arn"].replace("us-west-2", "us-east-1").replace(key["KeyId"], KMS_KEY)
    refused("put-obj-wrong-kms-key", "fake-key-id")
    refused("put-obj-wrong-kms-key-real-uuid", KMS_KEY)
    refused("put-obj-wrong-kms-key-real-uuid-arn", arn)
    refused("put-obj-different-region-kms-key", key["Arn"])
    refused("put-obj-different-region-kms-key-no-arn", key["KeyId"])
    wrong = {**kms, "SSEKMSKeyId": "fake-key-id"}
    recording.refused("create-multipart-wrong-kms-key", s3.create_multipart_upload, **at, **wrong)
    s3.put_object(**at)
    copy = {"Bucket": at["Bucket"], "Key": "copy", "CopySource": at}
    recording.refused("copy-obj-wrong-kms-key", s3.copy_object, **copy, **wrong)


@recorded("test_s3_sse_validate_kms_key_state", "TestS3")
def test_a_key_that_is_not_fit_for_use(client, validating, recording):
    s3, kms = client(url=validating.url), client("kms", url=validating.url)
    at = {"Bucket": "states", "Key": "test-sse"}
    s3.create_bucket(Bucket=at["Bucket"])
    key = recording.compare("create-kms-key", kms.create_key(Description="one")["KeyMetadata"])
    named = {**at, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["KeyId"], "Body": "test-sse"}
    recording.compare("success-put-object-sse", s3.put_object(**named), **HIDDEN)
    recording.compare("success-get-object-sse", s3.get_object(**at), **HIDDEN)
    kms.disable_key(KeyId=key["KeyId"])
    recording.refused("get-obj-disabled-key", s3.get_object, **at)
    recording.refused("put-obj-disabled-key", s3.put_object, **named)
    kms.schedule_key_deletion(KeyId=key["KeyId"])
    recording.refused("get-obj-pending-deletion-key", s3.get_object, **at)


@recorded("test_s3_copy_object_in_place_with_encryption", "TestS3")
def test_a_copy_onto_itself_that_is_encrypted_otherwise(s3, client, at, recording):
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    kms = {"ServerSideEncryption": "aws:kms"}
    put = s3.put_object(**at, Body="test", BucketKeyEnabled=True, SSEKMSKeyId=key, **kms)
    recording.compare("put-object-with-kms-encryption", put, **HIDDEN)
    recording.compare("head-object", s3.head_object(**at), **HIDDEN)

    def copy(step, head, **arguments):
        copied = s3.copy_object(**at, CopySource=at, **arguments)
        recording.compare(step, copied, **HIDDEN)
        recording.compare(head, s3.head_object(**at), **HIDDEN)

    copy("copy-object-in-place-with-sse", "head-copy-with-sse", **kms)
    copy("copy-object-in-place-without-kms-sse", "head-copy-without-kms-sse")
    copy("copy-object-in-place-with-aes", "head-copy-with-aes", ServerSideEncryption="AES256")
