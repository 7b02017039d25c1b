"""Bucket policies: put, echoed, deleted, and refused."""

import json

import pytest

ACCOUNTS = ["0000", "0000000000020", "abcd", "aa000000000$"]


def recorded(name, group="TestS3", file="s3"):
    return pytest.mark.recorded(file, f"{group}::{name}", "21-02-2026")


@pytest.fixture
def policy(open_bucket):
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject"}
    statement["Resource"] = f"arn:aws:s3:::{open_bucket}/*"
    return {"Version": "2012-10-17", "Statement": [statement]}


def shown(answer):
    return {**answer, "Policy": json.loads(answer["Policy"])}


@recorded("test_get_bucket_policy")
def test_a_policy_is_echoed(s3, open_bucket, policy, account, recording):
    at = {"Bucket": open_bucket}
    recording.refused("get-bucket-policy-no-such-bucket-policy", s3.get_bucket_policy, **at)
    text = json.dumps(policy, indent=3)
    s3.put_bucket_policy(Policy=text, **at)
    assert s3.get_bucket_policy(**at)["Policy"] == text
    recording.compare("get-bucket-policy", shown(s3.get_bucket_policy(**at)))
    owned = s3.get_bucket_policy(ExpectedBucketOwner=account, **at)
    recording.compare("get-bucket-policy-with-expected-bucket-owner", shown(owned))
    step = "get-bucket-policy-with-expected-bucket-owner-error"
    recording.refused(step, s3.get_bucket_policy, ExpectedBucketOwner="000000000002", **at)


@recorded("test_put_bucket_policy")
def test_a_policy_is_put(s3, open_bucket, policy, recording):
    recording.compare("put-bucket-policy", s3.put_bucket_policy(Bucket=open_bucket, Policy=json.dumps(policy)))
    recording.compare("get-bucket-policy", shown(s3.get_bucket_policy(Bucket=open_bucket)))
    assert s3.get_bucket_policy_status(Bucket=open_bucket)["PolicyStatus"] == {"IsPublic": True}


@recorded("test_delete_bucket_policy")
def test_a_policy_is_deleted(s3, open_bucket, policy, recording):
    s3.put_bucket_policy(Bucket=open_bucket, Policy=json.dumps(policy))
    recording.compare("delete-bucket-policy", s3.delete_bucket_policy(Bucket=open_bucket))
    recording.refused("get-bucket-policy-no-such-bucket-policy", s3.get_bucket_policy, Bucket=open_bucket)


@recorded("test_put_bucket_policy_expected_bucket_owner")
def test_the_owner_is_expected_when_a_policy_is_put(s3, open_bucket, policy, account, recording):
    call = {"Bucket": open_bucket, "Policy": json.dumps(policy)}
    step = "put-bucket-policy-with-expected-bucket-owner"
    recording.refused(f"{step}-error", s3.put_bucket_policy, ExpectedBucketOwner="000000000002", **call)
    recording.compare(step, s3.put_bucket_policy(ExpectedBucketOwner=account, **call))


@recorded("test_delete_bucket_policy_expected_bucket_owner")
def test_the_owner_is_expected_when_a_policy_is_deleted(s3, open_bucket, policy, account, recording):
    s3.put_bucket_policy(Bucket=open_bucket, Policy=json.dumps(policy))
    delete, step = s3.delete_bucket_policy, "delete-bucket-policy-with-expected-bucket-owner"
    recording.refused(f"{step}-error", delete, Bucket=open_bucket, ExpectedBucketOwner="000000000002")
    invalid = "delete-bucket-policy-invalid-bucket-owner"
    recording.refused(invalid, delete, Bucket=open_bucket, ExpectedBucketOwner="invalid")
    recording.compare(step, delete(Bucket=open_bucket, ExpectedBucketOwner=account))


def invalid_owner(verb, account):
    return pytest.param(account, marks=recorded(f"test_{verb}_bucket_policy_invalid_account_id[{account}]"))


@pytest.mark.parametrize("wrong", [invalid_owner("get", account) for account in ACCOUNTS])
def test_an_owner_is_an_account_when_a_policy_is_read(s3, bucket, wrong, recording):
    step = "get-bucket-policy-invalid-bucket-owner"
    recording.refused(step, s3.get_bucket_policy, Bucket=bucket, ExpectedBucketOwner=wrong)


@pytest.mark.parametrize("wrong", [invalid_owner("put", account) for account in ACCOUNTS])
def test_an_owner_is_an_account_when_a_policy_is_put(s3, bucket, wrong, recording):
    step = "put-bucket-policy-invalid-bucket-owner"
    recording.refused(step, s3.put_bucket_policy, Bucket=bucket, Policy="{}", ExpectedBucketOwner=wrong)


@recorded("test_bucket_policy_crud", "TestS3BucketPolicy", "s3_api")
def test_the_life_of_a_policy(s3, open_bucket, policy, recording):
    at = {"Bucket": open_bucket}
    recording.refused("get-bucket-default-policy", s3.get_bucket_policy, **at)
    recording.compare("put-bucket-policy", s3.put_bucket_policy(Policy=json.dumps(policy), **at))
    recording.compare("get-bucket-policy", shown(s3.get_bucket_policy(**at)))
    recording.compare("delete-bucket-policy", s3.delete_bucket_policy(**at))
    recording.refused("get-bucket-policy-after-delete", s3.get_bucket_policy, **at)
    recording.compare("delete-bucket-policy-after-delete", s3.delete_bucket_policy(**at))


@recorded("test_bucket_policy_exc", "TestS3BucketPolicy", "s3_api")
def test_what_is_no_policy_is_refused(s3, open_bucket, recording):
    wrong = {
        "put-empty-bucket-policy": "",
        "put-bucket-policy-randomstring": "invalid json",
        "put-bucket-policy-empty-json": "{}",
    }
    for step, text in wrong.items():
        recording.refused(step, s3.put_bucket_policy, Bucket=open_bucket, Policy=text)
