"""How a bucket encrypts objects whose requests do not say."""

import pytest

KEY = "134f2428-cec1-4b25-a1ae-9048164dba47"


def recorded(name, file="s3_api"):
    group = "TestS3BucketEncryption" if file == "s3_api" else "TestS3"
    return pytest.mark.recorded(file, f"{group}::{name}", "21-02-2026")


def rules(algorithm, has_bucket_key, **key):
    by_default = {"SSEAlgorithm": algorithm, **key}
    rule = {"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": has_bucket_key}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


@recorded("test_s3_default_bucket_encryption")
def test_there_is_no_bucket_without_encryption(s3, bucket, recording):
    recording.compare("default-bucket-encryption", s3.get_bucket_encryption(Bucket=bucket))
    recording.compare("delete-bucket-encryption", s3.delete_bucket_encryption(Bucket=bucket))
    recording.compare("delete-bucket-encryption-idempotent", s3.delete_bucket_encryption(Bucket=bucket))
    recording.compare("get-bucket-no-encryption", s3.get_bucket_versioning(Bucket=bucket))


@recorded("test_s3_default_bucket_encryption_exc")
def test_encryptions_that_are_none(s3, bucket, missing, recording):
    none = {"ServerSideEncryptionConfiguration": {"Rules": []}}
    recording.refused("get-bucket-enc-no-bucket", s3.get_bucket_encryption, Bucket=missing)
    recording.refused("delete-bucket-enc-no-bucket", s3.delete_bucket_encryption, Bucket=missing)
    recording.refused("put-bucket-enc-no-bucket", s3.put_bucket_encryption, Bucket=missing, **none)
    recording.refused("put-bucket-encryption-no-rules", s3.put_bucket_encryption, Bucket=bucket, **none)
    two = rules("aws:kms", True)
    two["ServerSideEncryptionConfiguration"]["Rules"] *= 2
    recording.refused("put-bucket-encryption-two-rules", s3.put_bucket_encryption, Bucket=bucket, **two)
    both = rules("AES256", False, KMSMasterKeyID="randomkeyid")
    recording.refused("put-bucket-encryption-kms-with-aes", s3.put_bucket_encryption, Bucket=bucket, **both)


@recorded("test_s3_bucket_encryption_sse_s3")
def test_a_bucket_key_is_nothing_without_kms(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "key-encrypted"}
    recording.compare("put-bucket-enc", s3.put_bucket_encryption(Bucket=bucket, **rules("AES256", True)))
    recording.compare("put-object-encrypted", s3.put_object(Body=b"test-encrypted", **at))
    recording.compare("head-object-encrypted", s3.head_object(**at))
    recording.compare("get-object-encrypted", s3.get_object(ChecksumMode="ENABLED", **at))


@recorded("test_s3_bucket_encryption_sse_kms")
def test_objects_are_encrypted_as_their_bucket_says(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "key-encrypted"}
    configuration = rules("aws:kms", True, KMSMasterKeyID=KEY)
    recording.compare("put-bucket-enc", s3.put_bucket_encryption(Bucket=bucket, **configuration))
    recording.compare("get-bucket-enc", s3.get_bucket_encryption(Bucket=bucket))
    # What a key encrypts has an ETag that no two keys share.
    etag = {"hidden": ["ETag"]}
    recording.compare("put-object-encrypted", s3.put_object(Body=b"test-encrypted", **at), **etag)
    recording.compare("head-object-encrypted", s3.head_object(**at), **etag)
    recording.compare("get-object-encrypted", s3.get_object(ChecksumMode="ENABLED", **at), **etag)
    configuration = rules("aws:kms", False, KMSMasterKeyID=KEY)
    recording.compare(
        "put-bucket-enc-bucket-key-disabled", s3.put_bucket_encryption(Bucket=bucket, **configuration)
    )
    put = s3.put_object(Body=b"test-encrypted", **at)
    recording.compare("put-object-encrypted-bucket-key-disabled", put, **etag)


@recorded("test_s3_bucket_encryption_sse_kms_aws_managed_key")
def test_without_a_key_it_is_the_one_that_aws_manages(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "key-encrypted"}
    etag = {"hidden": ["ETag"]}
    recording.compare("put-bucket-enc", s3.put_bucket_encryption(Bucket=bucket, **rules("aws:kms", True)))
    recording.compare("get-bucket-enc", s3.get_bucket_encryption(Bucket=bucket))
    recording.compare("put-object-encrypted", s3.put_object(Body=b"test-encrypted", **at), **etag)
    recording.leave("managed-kms-key", "it is KMS that describes it")
    recording.compare("head-object-encrypted", s3.head_object(**at), **etag)
    recording.compare("get-object-encrypted", s3.get_object(ChecksumMode="ENABLED", **at), **etag)


@recorded("test_s3_sse_bucket_key_default", "s3")
def test_a_default_does_not_change_what_was_there(s3, bucket, recording):
    before, after = {"Bucket": bucket, "Key": "before"}, {"Bucket": bucket, "Key": "after"}
    etag = {"hidden": ["ETag"]}

    def get(at):
        return s3.get_object(ChecksumMode="ENABLED", **at)

    put = s3.put_object(Body=b"test-sse", **before)
    recording.compare("put-obj-default-before-setting", put, **etag)
    recording.compare("get-obj-default-before-setting", get(before), **etag)
    configuration = rules("aws:kms", True, KMSMasterKeyID=KEY)
    recording.compare("put-bucket-encryption", s3.put_bucket_encryption(Bucket=bucket, **configuration))
    recording.compare("get-bucket-encryption", s3.get_bucket_encryption(Bucket=bucket))
    recording.compare("get-obj-default-after-setting", get(before), **etag)
    recording.compare("put-obj-after-setting", s3.put_object(Body=b"test-sse", **after), **etag)
    recording.compare("get-obj-after-setting", get(after), **etag)


@recorded("test_s3_sse_default_kms_key", "s3")
def test_the_managed_key_is_the_same_for_all_buckets(s3, bucket, missing, recording):
    s3.create_bucket(Bucket=missing)
    etag = {"hidden": ["ETag"]}
    for step, name in [("default-kms-s3-key", bucket), ("default-kms-s3-key-bucket-2", missing)]:
        at = {"Bucket": name, "Key": "test-sse-default-key"}
        put = s3.put_object(Body=b"test-sse", ServerSideEncryption="aws:kms", **at)
        recording.compare(f"put-obj-{step}", put, **etag)
        recording.compare(f"get-obj-{step}", s3.get_object(ChecksumMode="ENABLED", **at), **etag)
    put = s3.put_bucket_encryption(Bucket=bucket, **rules("aws:kms", True))
    recording.compare("put-bucket-encryption-default-kms-s3-key", put)
    recording.compare("get-bucket-encryption-default-kms-s3-key", s3.get_bucket_encryption(Bucket=bucket))
    at = {"Bucket": bucket, "Key": "test-sse-default-key-from-bucket"}
    put = s3.put_object(Body=b"test-sse", ServerSideEncryption="aws:kms", **at)
    recording.compare("put-obj-default-kms-s3-key-from-bucket", put, **etag)
    get = s3.get_object(ChecksumMode="ENABLED", **at)
    recording.compare("get-obj-default-kms-s3-key-from-bucket", get, **etag)


@recorded("test_copy_in_place_with_bucket_encryption", "s3")
def test_where_encryption_was_set_an_object_is_copied_onto_itself(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-enc"}
    put = s3.put_bucket_encryption(Bucket=bucket, **rules("AES256", False))
    recording.compare("put-bucket-encryption", put)
    recording.compare("put-obj", s3.put_object(Body=b"", **at))
    recording.compare("copy-obj", s3.copy_object(CopySource=at, **at))
