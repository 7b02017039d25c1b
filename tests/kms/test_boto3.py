"""KMS with boto3: what applications and Terraform do with keys."""

import json

import pytest
from botocore.exceptions import ClientError

from ..conftest import Server


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_secret_goes_out_and_comes_back(kms, key):
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    context = {"purpose": "test"}
    sealed = kms.encrypt(KeyId="alias/mine", Plaintext=b"secret", EncryptionContext=context)
    assert sealed["KeyId"] == key["Arn"]
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)
    assert (opened["Plaintext"], opened["KeyId"]) == (b"secret", key["Arn"])
    refused = refusal(kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"])
    assert refused == ("InvalidCiphertextException", "")
    made = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]


def test_modelled_errors_are_caught_by_their_names(kms):
    with pytest.raises(kms.exceptions.NotFoundException) as refused:
        kms.describe_key(KeyId="fake-key-id")
    assert refused.value.response["message"] == "Invalid keyId 'fake-key-id'"


def test_lists_are_paged_by_boto3(kms):
    made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(5)}
    pages = list(kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
    assert len(pages) == 3
    assert {key["KeyId"] for page in pages for key in page["Keys"]} == made


def test_the_calls_of_terraform_for_a_key_and_its_alias(kms):
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}],
    }
    tags = [{"TagKey": "Name", "TagValue": "one"}]
    key = kms.create_key(
        Policy=json.dumps(policy), Description="d", KeyUsage="ENCRYPT_DECRYPT", Tags=tags,
        CustomerMasterKeySpec="SYMMETRIC_DEFAULT", BypassPolicyLockoutSafetyCheck=False, MultiRegion=False,
    )["KeyMetadata"]
    kms.enable_key_rotation(KeyId=key["KeyId"])
    kms.create_alias(AliasName="alias/terraform", TargetKeyId=key["KeyId"])
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] == key
    got = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
    assert json.loads(got) == policy
    status = kms.get_key_rotation_status(KeyId=key["KeyId"])
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 365)
    assert kms.list_resource_tags(KeyId=key["KeyId"])["Tags"] == tags
    (alias,) = kms.list_aliases()["Aliases"]
    assert (alias["AliasName"], alias["TargetKeyId"]) == ("alias/terraform", key["KeyId"])
    kms.delete_alias(AliasName="alias/terraform")
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=30)
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    managed = kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]
    assert managed["KeyManager"] == "AWS"


def test_keys_outlive_a_kill(client, tmp_path):
    def start():
        server = Server(PERSISTENCE="1", DATA_DIR=str(tmp_path))
        return server, client("kms", url=server.url)

    server, kms = start()
    key = kms.create_key()["KeyMetadata"]
    sealed = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"secret")["CiphertextBlob"]
    server.process.kill()
    server.process.wait()
    server, kms = start()
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] == key
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"
    assert server.stop() == 0
