"""Who may do what, on a server that holds everybody to policies."""

import http.client
import json
import re
import uuid

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from ..conftest import Server
from .forms import post

ONE_TRY = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture
def as_account(iam_server):
    """Makes clients of accounts; without one, of nobody."""

    def make(account=None, service="s3", **credentials):
        config = ONE_TRY if account or credentials else ONE_TRY.merge(Config(signature_version=UNSIGNED))
        keys = {"aws_access_key_id": account or "none", "aws_secret_access_key": "test", **credentials}
        client = boto3.client(service, endpoint_url=iam_server.url, region_name="us-east-1", config=config, **keys)
        client.meta.events.register("before-sign.s3-control", without_account)
        return client

    def without_account(request, **_):
        """S3 Control's clients put the account before the host, which is a number here."""
        request.url = re.sub(r"//\d{12}\.", "//", request.url)

    return make


@pytest.fixture
def role(as_account, account):
    """A role that may all, and trusts its account."""
    trusted = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    document = json.dumps({"Version": "2012-10-17", "Statement": trusted})
    iam = as_account(account, "iam")
    arn = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.attach_role_policy(RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    return arn


@pytest.fixture
def other_account():
    return str(uuid.uuid4().int % 10**12).zfill(12)


@pytest.fixture
def owner(as_account, account):
    return as_account(account)


@pytest.fixture
def other(as_account, other_account):
    return as_account(other_account)


@pytest.fixture
def nobody(as_account):
    return as_account()


@pytest.fixture
def bucket(owner):
    """With ACLs, without a public access block, and with an object."""
    name = f"bucket-{uuid.uuid4().hex[:16]}"
    owner.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    owner.delete_public_access_block(Bucket=name)
    owner.put_object(Bucket=name, Key="key", Body=b"content")
    return name


@pytest.fixture
def allow(owner, bucket):
    def allow(actions, principal="*", effect="Allow", sid="Test", **more):
        resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
        statement = {"Sid": sid, "Effect": effect, "Principal": principal, "Action": actions, "Resource": resources}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, **more}]}
        owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))

    return allow


def refusal(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["ResponseMetadata"]["HTTPStatusCode"], raised.value.response["Error"]


def is_refused(call, **arguments):
    status, error = refusal(call, **arguments)
    return (status, error["Code"]) in [(403, "AccessDenied"), (403, "403")]


def test_a_bucket_is_its_accounts_alone(owner, other, nobody, bucket):
    at = {"Bucket": bucket, "Key": "key"}
    assert owner.get_object(**at)["Body"].read() == b"content"
    for stranger in [other, nobody]:
        assert is_refused(stranger.get_object, **at)
        assert is_refused(stranger.head_object, **at)
        assert is_refused(stranger.put_object, Body=b"x", **at)
        assert is_refused(stranger.delete_object, **at)
        assert is_refused(stranger.list_objects_v2, Bucket=bucket)
        assert is_refused(stranger.put_bucket_tagging, Bucket=bucket, Tagging={"TagSet": []})
    assert refusal(nobody.get_object, **at)[1]["Message"] == "Access Denied"
    assert is_refused(nobody.create_bucket, Bucket=f"{bucket}-2")
    assert owner.get_object(**at)["Body"].read() == b"content"


def test_a_public_policy_lets_anybody_read(owner, other, nobody, bucket, allow):
    allow("s3:GetObject")
    at = {"Bucket": bucket, "Key": "key"}
    for stranger in [other, nobody]:
        assert stranger.get_object(**at)["Body"].read() == b"content"
        assert is_refused(stranger.put_object, Body=b"x", **at)
        assert is_refused(stranger.get_object, Bucket=bucket, Key="missing")
        assert is_refused(stranger.head_object, Bucket=bucket, Key="missing")
    status, error = refusal(owner.get_object, Bucket=bucket, Key="missing")
    assert (status, error["Code"]) == (404, "NoSuchKey")
    block = {"RestrictPublicBuckets": True}
    owner.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    assert is_refused(other.get_object, **at)
    assert owner.get_object(**at)["Body"].read() == b"content"


def test_an_account_that_a_policy_names_may_write(owner, other, other_account, nobody, bucket, allow):
    allow(["s3:PutObject", "s3:ListBucket", "s3:DeleteObject"], {"AWS": other_account})
    other.put_object(Bucket=bucket, Key="theirs", Body=b"x")
    assert [found["Key"] for found in other.list_objects_v2(Bucket=bucket)["Contents"]] == ["key", "theirs"]
    assert is_refused(nobody.list_objects_v2, Bucket=bucket)
    assert is_refused(owner.get_object, Bucket=bucket, Key="theirs"), "what another wrote is not ours to read"
    their_id = other.list_buckets()["Owner"]["ID"]
    assert is_refused(other.get_object_tagging, Bucket=bucket, Key="key")
    assert other.get_object_acl(Bucket=bucket, Key="theirs")["Owner"]["ID"] == their_id
    message = refusal(other.put_object, Bucket=bucket, Key="k", Tagging="a=b")[1]["Message"]
    assert message == (
        f"User: arn:aws:iam::{other_account}:root is not authorized to perform: s3:PutObjectTagging on resource: "
        f'"arn:aws:s3:::{bucket}/k" because no resource-based policy allows the s3:PutObjectTagging action'
    )
    named = [{"Key": "theirs"}, {"Key": "key"}]
    allow("s3:DeleteObject", {"AWS": other_account}, Resource=f"arn:aws:s3:::{bucket}/theirs")
    answer = other.delete_objects(Bucket=bucket, Delete={"Objects": named})
    assert [found["Key"] for found in answer["Deleted"]] == ["theirs"]
    assert [(found["Key"], found["Code"]) for found in answer["Errors"]] == [("key", "AccessDenied")]


def test_a_deny_wins_over_all_but_the_owners_way_out(owner, bucket, allow, account):
    allow("s3:*", effect="Deny")
    message = refusal(owner.get_object, Bucket=bucket, Key="key")[1]["Message"]
    assert message.endswith("with an explicit deny in a resource-based policy")
    owner.delete_bucket_policy(Bucket=bucket)
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == b"content"


def test_a_body_is_not_read_when_its_sender_may_not_send_it(iam_server, bucket):
    connection = http.client.HTTPConnection("127.0.0.1", iam_server.port, timeout=10)
    connection.putrequest("PUT", f"/{bucket}/key")
    connection.putheader("Content-Length", str(1 << 30))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert connection.getresponse().status == 403


def test_acls_open_buckets_and_objects(owner, other, nobody, bucket):
    at = {"Bucket": bucket, "Key": "key"}
    owner.put_object_acl(ACL="authenticated-read", **at)
    assert other.get_object(**at)["Body"].read() == b"content"
    assert is_refused(nobody.get_object, **at)
    owner.put_object_acl(ACL="public-read", **at)
    assert nobody.get_object(**at)["Body"].read() == b"content"
    owner.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    nobody.put_object(Bucket=bucket, Key="anything", Body=b"x")
    assert nobody.list_objects_v2(Bucket=bucket)["KeyCount"] == 2
    block = {"IgnorePublicAcls": True}
    owner.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    assert is_refused(nobody.get_object, **at)
    assert is_refused(nobody.list_objects_v2, Bucket=bucket)


def test_anybody_deletes_what_anybody_may_write(owner, nobody, bucket):
    """As in the recording test_s3_batch_delete_public_objects_using_requests, whose answer is XML by hand."""
    owner.delete_object(Bucket=bucket, Key="key")
    owner.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    keys = ["key-created-by-anonymous-1", "key-created-by-anonymous-2"]
    for key in keys:
        nobody.put_object(Bucket=bucket, Key=key, Body=b"x", ACL="public-read-write")
    answer = nobody.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert [found["Key"] for found in answer["Deleted"]] == keys
    assert "Contents" not in owner.list_objects(Bucket=bucket)


def test_a_copy_needs_both_sides(owner, other, other_account, bucket, allow):
    theirs = f"{bucket}-theirs"
    other.create_bucket(Bucket=theirs)
    copy = {"Bucket": theirs, "Key": "copy", "CopySource": {"Bucket": bucket, "Key": "key"}}
    assert is_refused(other.copy_object, **copy)
    allow("s3:GetObject", {"AWS": other_account})
    other.copy_object(**copy)
    assert other.get_object(Bucket=theirs, Key="copy")["Body"].read() == b"content"
    assert is_refused(owner.copy_object, **copy)


def test_an_upload_in_parts_is_a_put(other, other_account, bucket, allow):
    allow("s3:PutObject", {"AWS": other_account}, Resource=f"arn:aws:s3:::{bucket}/theirs/*")
    assert is_refused(other.create_multipart_upload, Bucket=bucket, Key="ours/key")
    at = {"Bucket": bucket, "Key": "theirs/key"}
    at["UploadId"] = other.create_multipart_upload(**at)["UploadId"]
    etag = other.upload_part(PartNumber=1, Body=b"x", **at)["ETag"]
    # Who began an upload may see what he sent, whatever the policy.
    assert [part["ETag"] for part in other.list_parts(**at)["Parts"]] == [etag]
    other.complete_multipart_upload(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}, **at)


def test_a_presigned_url_may_what_its_signer_may(iam_server, owner, other, bucket):
    for client, status in [(owner, 200), (other, 403)]:
        url = client.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "key"})
        connection = http.client.HTTPConnection("127.0.0.1", iam_server.port)
        connection.request("GET", url.removeprefix(iam_server.url))
        assert connection.getresponse().status == status


def test_a_form_may_what_its_signer_may(owner, other, bucket):
    for client, status in [(owner, 204), (other, 403)]:
        assert post(client.generate_presigned_post(bucket, "posted")).status_code == status


def test_a_session_policy_narrows_what_a_role_may(as_account, account, bucket, owner, role):
    sts = as_account(account, "sts")
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})

    def session(service="s3", **more):
        issued = sts.assume_role(RoleArn=role, RoleSessionName="test", **more)["Credentials"]
        return as_account(
            service=service,
            aws_access_key_id=issued["AccessKeyId"],
            aws_secret_access_key=issued["SecretAccessKey"],
            aws_session_token=issued["SessionToken"],
        )

    assert session().list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    arn = {"AccountId": account, "ResourceArn": f"arn:aws:s3:::{bucket}"}
    assert session("s3control").list_tags_for_resource(**arn)["Tags"] == []
    narrow = session(Policy=policy)
    assert narrow.get_object(Bucket=bucket, Key="key")["Body"].read() == b"content"
    control = session("s3control", Policy=policy)
    assert is_refused(control.list_tags_for_resource, **arn)
    assert is_refused(control.delete_public_access_block, AccountId=account)
    message = refusal(narrow.list_objects_v2, Bucket=bucket)[1]["Message"]
    assert message == (
        f"User: arn:aws:sts::{account}:assumed-role/reader/test is not authorized to perform: s3:ListBucket on "
        f'resource: "arn:aws:s3:::{bucket}" because no session policy allows the s3:ListBucket action'
    )


def test_addresses_and_tags_of_sessions_are_conditions(as_account, account, bucket, allow, nobody, role):
    allow("s3:GetObject", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    assert is_refused(nobody.get_object, Bucket=bucket, Key="key")
    allow("s3:GetObject", Condition={"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}})
    assert nobody.get_object(Bucket=bucket, Key="key")["Body"].read() == b"content"
    allow("s3:GetObject", effect="Deny", Condition={"StringNotEquals": {"aws:PrincipalTag/team": "red"}})
    issued = as_account(account, "sts").assume_role(
        RoleArn=role, RoleSessionName="test", Tags=[{"Key": "team", "Value": "red"}]
    )["Credentials"]
    red = as_account(
        aws_access_key_id=issued["AccessKeyId"],
        aws_secret_access_key=issued["SecretAccessKey"],
        aws_session_token=issued["SessionToken"],
    )
    assert red.get_object(Bucket=bucket, Key="key")["Body"].read() == b"content"
    assert is_refused(as_account(account).get_object, Bucket=bucket, Key="key")


def test_a_website_shows_what_anybody_may_read(iam_server, owner, bucket, allow):
    owner.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "key"}})

    def visit():
        connection = http.client.HTTPConnection("127.0.0.1", iam_server.port)
        connection.request("GET", "/", headers={"Host": f"{bucket}.s3-website.localhost.localstack.cloud"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    assert visit()[0] == 403
    allow("s3:GetObject")
    assert visit() == (200, b"content")


def test_other_services_take_nothing_unsigned(as_account, account):
    assert as_account(account, "sts").get_caller_identity()["Account"] == account
    status, error = refusal(as_account(service="sts").get_caller_identity)
    assert (status, error["Code"]) == (403, "MissingAuthenticationToken")
    status, error = refusal(as_account(service="events").list_event_buses)
    assert (status, error["Code"]) == (400, "MissingAuthenticationTokenException")


def test_signatures_are_verified(as_account, account):
    status, error = refusal(as_account(account, aws_secret_access_key="wrong").list_buckets)
    assert (status, error["Code"]) == (403, "SignatureDoesNotMatch")


def test_acls_can_be_ignored():
    server = Server(S3_ACL="ignore")
    keys = {"aws_access_key_id": "000000000001", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    s3 = boto3.client("s3", endpoint_url=server.url, config=ONE_TRY, **keys)
    at = {"Bucket": f"bucket-{uuid.uuid4().hex[:16]}"}
    s3.create_bucket(ACL="public-read", **at)
    s3.put_bucket_acl(ACL="public-read-write", **at)
    s3.put_object(Key="key", ACL="public-read", **at)
    s3.put_object_acl(Key="key", ACL="public-read", **at)
    assert len(s3.get_bucket_acl(**at)["Grants"]) == len(s3.get_object_acl(Key="key", **at)["Grants"]) == 1
    assert server.stop() == 0


def test_the_block_of_an_account_counts_for_all_its_buckets(as_account, account, nobody, bucket, owner, allow):
    control = as_account(account, "s3control")
    allow("s3:GetObject")
    assert nobody.get_object(Bucket=bucket, Key="key")["Body"].read() == b"content"
    block = {"BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=block)
    assert is_refused(nobody.get_object, Bucket=bucket, Key="key")
    with pytest.raises(ClientError, match="blocked by the BlockPublicPolicy block public access setting"):
        allow("s3:GetObject")
    control.delete_public_access_block(AccountId=account)
    allow("s3:GetObject")
