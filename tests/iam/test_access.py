"""What users and roles may, on a server that holds everybody to policies."""

import json
import types
import uuid

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import LAMBDA, allow, deny, fresh, policy, trust

ONE_TRY = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture
def house(iam_server, account):
    """An account whose root makes the others."""

    def make(service, key=account, secret="test", token=None):
        keys = {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}
        return boto3.client(service, endpoint_url=iam_server.url, region_name="us-east-1", config=ONE_TRY, **keys)

    iam = make("iam")

    def user(*statements):
        """A user, and what makes clients of theirs."""
        name = fresh("user")
        iam.create_user(UserName=name, Path="/staff/")
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return name, lambda service: make(service, key["AccessKeyId"], key["SecretAccessKey"])

    def role(*statements, principal=None):
        name = fresh("role")
        document = trust(principal or {"AWS": account})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, Path="/jobs/")["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
        return name, arn

    def session(sts, arn, **more):
        got = sts.assume_role(RoleArn=arn, RoleSessionName="session", **more)["Credentials"]
        return lambda service: make(service, got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])

    return types.SimpleNamespace(account=account, iam=iam, make=make, user=user, role=role, session=session)


@pytest.fixture
def bucket(house):
    name, s3 = f"bucket-{uuid.uuid4().hex[:8]}", house.make("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="key", Body=b"content")
    return name


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


def read(s3, bucket):
    return s3.get_object(Bucket=bucket, Key="key")["Body"].read()


def test_a_user_is_who_the_key_says(house):
    name, client = house.user()
    who = client("sts").get_caller_identity()
    assert who["Arn"] == f"arn:aws:iam::{house.account}:user/staff/{name}"
    assert who["UserId"] == house.iam.get_user(UserName=name)["User"]["UserId"]
    assert who["Account"] == house.account


def test_a_users_secret_is_asked_for(house):
    name, _ = house.user(allow("*"))
    key = house.iam.create_access_key(UserName=name)["AccessKey"]
    iam = house.make("iam", key["AccessKeyId"], "test")
    assert refusal(iam.list_users)[:2] == (403, "SignatureDoesNotMatch")
    iam = house.make("iam", key["AccessKeyId"], key["SecretAccessKey"])
    iam.list_users()
    house.iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    message = "The security token included in the request is invalid."
    assert refusal(iam.list_users) == (403, "InvalidClientTokenId", message)
    s3 = house.make("s3", key["AccessKeyId"], key["SecretAccessKey"])
    assert refusal(s3.list_buckets)[:2] == (403, "InvalidAccessKeyId")


def test_a_user_may_nothing_until_a_policy_allows_it(house, bucket):
    name, client = house.user()
    s3 = client("s3")
    message = (
        f"User: arn:aws:iam::{house.account}:user/staff/{name} is not authorized to perform: s3:GetObject on resource: "
        f'"arn:aws:s3:::{bucket}/key" because no identity-based policy allows the s3:GetObject action'
    )
    assert refusal(s3.get_object, Bucket=bucket, Key="key") == (403, "AccessDenied", message)
    document = policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    arn = house.iam.create_policy(PolicyName=fresh("read"), PolicyDocument=document)["Policy"]["Arn"]
    house.iam.attach_user_policy(UserName=name, PolicyArn=arn)
    assert read(s3, bucket) == b"content"
    house.iam.put_user_policy(UserName=name, PolicyName="deny", PolicyDocument=policy(deny("s3:GetObject")))
    assert "with an explicit deny in an identity-based policy" in refusal(s3.get_object, Bucket=bucket, Key="key")[2]


def test_a_resource_may_let_a_user_in_by_itself(house, bucket):
    name, client = house.user()
    principal = {"AWS": f"arn:aws:iam::{house.account}:user/staff/{name}"}
    document = policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal=principal))
    house.make("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    assert read(client("s3"), bucket) == b"content"
    boundary = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
    house.iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
    # What a resource grants to the user by name is not limited by the boundary.
    assert read(client("s3"), bucket) == b"content"


def test_a_boundary_limits_what_policies_allow(house, bucket):
    name, client = house.user(allow("*"))
    assert read(client("s3"), bucket) == b"content"
    boundary = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
    house.iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
    message = refusal(client("s3").get_object, Bucket=bucket, Key="key")[2]
    assert message.endswith("because no permissions boundary allows the s3:GetObject action")
    client("sqs").create_queue(QueueName="queue")


def test_queues_topics_and_keys_ask_the_users_policies(house):
    _, nobody = house.user()
    _, somebody = house.user(allow(["sqs:*", "sns:*", "kms:*"]))
    house.make("sqs").create_queue(QueueName="queue")
    arn = house.make("sns").create_topic(Name="topic")["TopicArn"]
    key = house.make("kms").create_key()["KeyMetadata"]["Arn"]
    for call in [
        lambda client: client("sqs").get_queue_url(QueueName="queue"),
        lambda client: client("sns").publish(TopicArn=arn, Message="hello"),
        lambda client: client("kms").encrypt(KeyId=key, Plaintext=b"a"),
    ]:
        call(somebody)
        with pytest.raises(ClientError) as caught:
            call(nobody)
        assert "because no identity-based policy allows" in caught.value.response["Error"]["Message"]


def test_a_role_is_assumed_by_whom_it_trusts(house, bucket):
    _, client = house.user(allow("sts:AssumeRole"))
    name, arn = house.role(allow("s3:GetObject"))
    role = house.session(client("sts"), arn)
    assert read(role("s3"), bucket) == b"content"
    assert refusal(role("s3").list_objects_v2, Bucket=bucket)[1] == "AccessDenied"
    who = role("sts").get_caller_identity()
    assert who["UserId"] == house.iam.get_role(RoleName=name)["Role"]["RoleId"] + ":session"
    assert who["Arn"] == f"arn:aws:sts::{house.account}:assumed-role/{name}/session"
    # Who was let in by the account needs a permission; who is named by the role needs none.
    user, other = house.user()
    message = (
        f"User: arn:aws:iam::{house.account}:user/staff/{user} is not authorized to perform: sts:AssumeRole on "
        f"resource: {arn}"
    )
    assume = {"RoleArn": arn, "RoleSessionName": "session"}
    assert refusal(other("sts").assume_role, **assume) == (403, "AccessDenied", message)
    principal = {"AWS": f"arn:aws:iam::{house.account}:user/staff/{user}"}
    house.iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(principal))
    other("sts").assume_role(**assume)
    assert refusal(client("sts").assume_role, **assume)[1] == "AccessDenied"


def test_a_role_that_is_not_there_or_trusts_a_service_is_not_assumed(house):
    sts = house.make("sts")
    _, arn = house.role(principal={"Service": "lambda.amazonaws.com"})
    for wrong in [arn, f"arn:aws:iam::{house.account}:role/missing"]:
        message = (
            f"User: arn:aws:iam::{house.account}:root is not authorized to perform: sts:AssumeRole on resource: {wrong}"
        )
        got = refusal(sts.assume_role, RoleArn=wrong, RoleSessionName="session")
        assert got == (403, "AccessDenied", message)


def test_a_session_ends_with_its_role(house, bucket):
    name, arn = house.role(allow("s3:*"))
    role = house.session(house.make("sts"), arn)
    assert read(role("s3"), bucket) == b"content"
    house.iam.delete_role_policy(RoleName=name, PolicyName="own")
    house.iam.delete_role(RoleName=name)
    assert refusal(role("s3").get_object, Bucket=bucket, Key="key")[1] == "AccessDenied"
    # Another of the same name is another one.
    house.iam.create_role(RoleName=name, AssumeRolePolicyDocument=LAMBDA, Path="/jobs/")
    house.iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert refusal(role("s3").get_object, Bucket=bucket, Key="key")[1] == "AccessDenied"


def test_managed_policies_narrow_a_session(house, bucket):
    _, arn = house.role(allow("*"))
    managed = [{"arn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}]
    role = house.session(house.make("sts"), arn, PolicyArns=managed)
    role("sqs").create_queue(QueueName="queue")
    message = refusal(role("s3").get_object, Bucket=bucket, Key="key")[2]
    assert message.endswith("because no session policy allows the s3:GetObject action")


def test_an_external_id_is_a_condition(house):
    name, arn = house.role()
    document = json.loads(trust({"AWS": house.account}))
    document["Statement"][0]["Condition"] = {"StringEquals": {"sts:ExternalId": "secret"}}
    house.iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(document))
    sts = house.make("sts")
    assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="session")[1] == "AccessDenied"
    house.session(sts, arn, ExternalId="secret")


def test_a_session_is_no_longer_than_its_role_lets_it(house):
    _, arn = house.role()
    message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    got = refusal(house.make("sts").assume_role, RoleArn=arn, RoleSessionName="session", DurationSeconds=7200)
    assert got == (400, "ValidationError", message)


def test_a_federated_user_may_what_both_policies_allow(house, bucket):
    _, client = house.user(allow(["s3:GetObject", "sts:GetFederationToken"]))
    for document, is_let in [(None, False), (policy(allow("s3:*")), True), (policy(allow("sqs:*")), False)]:
        more = {"Policy": document} if document else {}
        got = client("sts").get_federation_token(Name="bob", **more)["Credentials"]
        s3 = house.make("s3", got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
        if is_let:
            assert read(s3, bucket) == b"content"
        else:
            assert refusal(s3.get_object, Bucket=bucket, Key="key")[1] == "AccessDenied"
        assert refusal(s3.list_objects_v2, Bucket=bucket)[1] == "AccessDenied"
