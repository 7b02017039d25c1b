"""S3 encrypts with keys of KMS, as far as clients see."""

import pytest
from botocore.exceptions import ClientError

BUCKET = {"Bucket": "encrypted"}
KMS = {"ServerSideEncryption": "aws:kms"}


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_object_shows_the_arn_of_its_key(s3, kms, key, bucket):
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    for name in (key["KeyId"], key["Arn"], "alias/mine"):
        put = s3.put_object(Bucket=bucket, Key="key", SSEKMSKeyId=name, **KMS)
        assert put["SSEKMSKeyId"] == key["Arn"]
    assert s3.head_object(Bucket=bucket, Key="key")["SSEKMSKeyId"] == key["Arn"]
    managed = s3.put_object(Bucket=bucket, Key="key", **KMS)["SSEKMSKeyId"]
    assert managed == kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]


def test_keys_are_not_looked_up_unless_asked_for(s3, bucket):
    key = "134f2428-cec1-4b25-a1ae-9048164dba47"
    assert s3.put_object(Bucket=bucket, Key="key", SSEKMSKeyId=key, **KMS)["SSEKMSKeyId"].endswith(f"key/{key}")


def test_a_key_must_be_there(validating, account):
    """Recorded: test_s3_sse_validate_kms_key, 2026-02-21."""
    make, _ = validating
    s3 = make("s3")
    s3.create_bucket(**BUCKET)
    arn = f"arn:aws:kms:us-east-1:{account}:key/134f2428-cec1-4b25-a1ae-9048164dba47"
    missing = ("KMS.NotFoundException", f"Key '{arn}' does not exist")
    for name in (arn, arn.rpartition("/")[2]):
        named = {**BUCKET, "Key": "key", "SSEKMSKeyId": name, **KMS}
        assert refusal(s3.put_object, **named) == missing
        assert refusal(s3.create_multipart_upload, **named) == missing
    s3.put_object(**BUCKET, Key="key")
    copy = {**BUCKET, "Key": "copy", "CopySource": "encrypted/key", **KMS}
    assert refusal(s3.copy_object, SSEKMSKeyId="fake-key-id", **copy) == (
        "KMS.NotFoundException", "Invalid keyId 'fake-key-id'",
    )
    assert s3.copy_object(**copy)["SSEKMSKeyId"].startswith("arn:aws:kms:")


def test_a_key_must_be_fit_for_use(validating):
    """Recorded: test_s3_sse_validate_kms_key_state, 2026-02-21."""
    make, move = validating
    s3, kms = make("s3"), make("kms")
    s3.create_bucket(**BUCKET)
    key = kms.create_key()["KeyMetadata"]
    arn, object = key["Arn"], {**BUCKET, "Key": "key"}
    s3.put_object(SSEKMSKeyId=arn, **object, **KMS)
    assert s3.get_object(**object)["SSEKMSKeyId"] == arn
    kms.disable_key(KeyId=arn)
    disabled = ("KMS.DisabledException", f"{arn} is disabled.")
    assert refusal(s3.get_object, **object) == disabled
    assert refusal(s3.put_object, SSEKMSKeyId=arn, **object, **KMS) == disabled
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    pending = ("KMS.KMSInvalidStateException", f"{arn} is pending deletion.")
    assert refusal(s3.get_object, **object) == pending
    move(7 * 24 * 60 * 60)
    assert refusal(s3.get_object, **object) == ("KMS.NotFoundException", f"Key '{arn}' does not exist")
