"""ACLs of buckets and objects: canned, by header, as documents."""

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
FAKE_GROUP = "http://acs.amazonaws.com/groups/s3/FakeGroup"


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3::{name}", "21-02-2026")


@pytest.fixture
def owner(s3):
    return {"ID": s3.list_buckets()["Owner"]["ID"]}


def group(uri=LOG_DELIVERY, permission="WRITE"):
    return {"Grantee": {"URI": uri, "Type": "Group"}, "Permission": permission}


def person(identity, kind="CanonicalUser"):
    return {"Grantee": {"ID": identity, "Type": kind}, "Permission": "FULL_CONTROL"}


def policy(owner, *grants):
    return {"AccessControlPolicy": {**({"Owner": owner} if owner else {}), "Grants": list(grants)}}


@recorded("test_s3_bucket_acl")
def test_acls_of_a_bucket(s3, open_bucket, owner, recording):
    acls = {
        "get-bucket-acl": {"ACL": "public-read"},
        "get-bucket-canned-acl": {"ACL": "private"},
        "get-bucket-grant-acl": {"GrantRead": f'uri="{LOG_DELIVERY}"'},
        "get-bucket-acp-acl": policy(owner, person(owner["ID"]), group()),
    }
    for step, acl in acls.items():
        s3.put_bucket_acl(Bucket=open_bucket, **acl)
        recording.compare(step, s3.get_bucket_acl(Bucket=open_bucket))


@recorded("test_s3_object_acl")
def test_acls_of_an_object(s3, open_bucket, owner, recording):
    at = {"Bucket": open_bucket, "Key": "object-key-acl"}
    recording.compare("put-object-default-acl", s3.put_object(**at))
    recording.compare("get-object-acl-default", s3.get_object_acl(**at))
    recording.compare("put-object-acl", s3.put_object_acl(ACL="public-read", **at))
    recording.compare("get-object-acl", s3.get_object_acl(**at))
    s3.put_object_acl(GrantRead=f'uri="{LOG_DELIVERY}"', **at)
    recording.compare("get-object-grant-acl", s3.get_object_acl(**at))
    s3.put_object_acl(**policy(owner, person(owner["ID"]), group()), **at)
    recording.compare("get-object-acp-acl", s3.get_object_acl(**at))


@recorded("test_s3_multipart_upload_acls")
def test_acls_of_uploads(s3, open_bucket, upload, recording):
    s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    recording.compare("bucket-acl", s3.get_bucket_acl(Bucket=open_bucket))
    s3.put_object(Bucket=open_bucket, Key="acl-key0", Body=b"something")
    upload("acl-key1", b"something")
    upload("acl-key2", b"something", ACL="public-read-write")
    for number in range(3):
        found = s3.get_object_acl(Bucket=open_bucket, Key=f"acl-key{number}")
        recording.compare(f"permission-acl-key{number}", found)


def wrong_acls(owner):
    """What is no ACL, by the last part of the recordings' names."""
    grants = {
        "grant-acl-fake-uri": {"GrantWrite": f'uri="{FAKE_GROUP}"'},
        "grant-acl-fake-key": {"GrantWrite": 'fakekey="1234"'},
        "grant-acl-wrong-id": {"GrantWrite": 'id="wrong-id"'},
        "acp-acl-1": policy(None, group()),
        "acp-acl-2": policy(owner, group(permission="WRONG-PERMISSION")),
        "acp-acl-3": policy({"ID": "wrong-id"}, group(permission="FULL_CONTROL")),
        "acp-acl-4": policy(owner, group(FAKE_GROUP, "FULL_CONTROL")),
        "acp-acl-5": policy(owner, person("wrong-id")),
        "acp-acl-6": policy(owner, person("wrong-id", "BadType")),
        "empty-acp": {"AccessControlPolicy": {}},
        "two-type-acl": {"ACL": "private", "GrantRead": f'uri="{LOG_DELIVERY}"'},
        "two-type-acl-acp": {"ACL": "private", **policy(owner, person(owner["ID"]))},
    }
    return grants


@recorded("test_s3_bucket_acl_exceptions")
def test_what_is_no_acl_of_a_bucket(s3, bucket, owner, recording):
    wrong = {"canned-acl": {"ACL": "fake-acl"}, **wrong_acls(owner), "empty": {}}
    for step, acl in wrong.items():
        recording.refused(f"put-bucket-{step}", s3.put_bucket_acl, Bucket=bucket, **acl)


@recorded("test_s3_object_acl_exceptions")
def test_what_is_no_acl_of_an_object(s3, bucket, owner, recording):
    at = {"Bucket": bucket, "Key": "object-key-acl"}
    s3.put_object(**at)
    recording.refused("put-object-canned-acl", s3.put_object, ACL="fake-acl", **at)
    wrong = {"acl-canned-acl": {"ACL": "fake-acl"}, **wrong_acls(owner), "acl-empty": {}}
    for step, acl in wrong.items():
        recording.refused(f"put-object-{step}", s3.put_object_acl, **acl, **at)


@recorded("test_put_object_acl_on_delete_marker")
def test_a_delete_marker_has_no_acl(s3, open_bucket, versioned, recording):
    at = {"Bucket": versioned, "Key": "test-key-versioned"}
    recording.compare("put-obj-1", s3.put_object(Body=b"something", **at))
    recording.compare("put-obj-2", s3.put_object(Body=b"something-v2", **at))
    marker = recording.compare("delete-object", s3.delete_object(**at))["VersionId"]
    for suffix, version in [("", {}), ("-version-id", {"VersionId": marker})]:
        recording.refused(f"put-acl-delete-marker{suffix}", s3.put_object_acl, ACL="public-read", **at, **version)
        recording.refused(f"get-acl-delete-marker{suffix}", s3.get_object_acl, **at, **version)


@pytest.mark.recorded("s3_api", "TestS3BucketOwnershipControls::test_crud_bucket_ownership_controls", "21-02-2026")
def test_ownership_of_objects(s3, bucket, missing, recording):
    at = {"Bucket": bucket}
    recording.compare("default-ownership", s3.get_bucket_ownership_controls(**at))
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    recording.compare("put-ownership", s3.put_bucket_ownership_controls(OwnershipControls=rules, **at))
    recording.compare("get-ownership", s3.get_bucket_ownership_controls(**at))
    recording.compare("delete-ownership", s3.delete_bucket_ownership_controls(**at))
    recording.refused("get-ownership-after-delete", s3.get_bucket_ownership_controls, **at)
    recording.compare("delete-ownership-after-delete", s3.delete_bucket_ownership_controls(**at))
    s3.create_bucket(Bucket=missing, ObjectOwnership="BucketOwnerPreferred")
    recording.compare("get-ownership-at-creation", s3.get_bucket_ownership_controls(Bucket=missing))


@pytest.mark.recorded("s3_api", "TestS3BucketOwnershipControls::test_bucket_ownership_controls_exc", "21-02-2026")
def test_ownership_that_is_refused(s3, bucket, missing, recording):
    recording.compare("default-ownership", s3.get_bucket_ownership_controls(Bucket=bucket))
    wrong = {
        "multiple-rules": [{"ObjectOwnership": "BucketOwnerPreferred"}, {"ObjectOwnership": "ObjectWriter"}],
        "wrong-value": [{"ObjectOwnership": "RandomValue"}],
        "empty-rule": [],
    }
    for step, rules in wrong.items():
        call = {"Bucket": bucket, "OwnershipControls": {"Rules": rules}}
        recording.refused(f"put-ownership-{step}", s3.put_bucket_ownership_controls, **call)
    for step, value in [("wrong", "RandomValue"), ("non", "")]:
        call = {"Bucket": missing, "ObjectOwnership": value}
        recording.refused(f"ownership-{step}-value-at-creation", s3.create_bucket, **call)
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket=missing)


@pytest.mark.recorded("s3_api", "TestS3PublicAccessBlock::test_crud_public_access_block", "21-02-2026")
def test_public_access_is_blocked(s3, bucket, recording):
    at = {"Bucket": bucket}
    recording.compare("get-default-public-access-block", s3.get_public_access_block(**at))
    block = {"BlockPublicAcls": False, "IgnorePublicAcls": False, "BlockPublicPolicy": False}
    put = s3.put_public_access_block(PublicAccessBlockConfiguration=block, **at)
    recording.compare("put-public-access-block", put)
    recording.compare("get-public-access-block", s3.get_public_access_block(**at))
    recording.compare("delete-public-access-block", s3.delete_public_access_block(**at))
    recording.refused("get-public-access-block-after-delete", s3.get_public_access_block, **at)
    recording.compare("idempotent-delete-public-access-block", s3.delete_public_access_block(**at))


@recorded("test_get_object_with_anon_credentials")
def test_a_public_object_is_read_by_anyone(s3, client, open_bucket, recording):
    at = {"Bucket": open_bucket, "Key": "key"}
    s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    s3.put_object(Body=b"body data", **at)
    s3.put_object_acl(ACL="public-read", **at)
    anyone = client(config=Config(signature_version=UNSIGNED))
    recording.compare("get_object", anyone.get_object(**at))
