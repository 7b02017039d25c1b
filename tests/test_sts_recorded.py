"""STS compared with what AWS answered."""

import json

import pytest
from botocore.config import Config


def recorded(name, date):
    return pytest.mark.recorded("sts", name, date)



def make_role(client, account, recording, step, *actions):
    """The ARN of a role that the recording began with."""
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": list(actions) or "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = client("iam").create_role(RoleName=step, AssumeRolePolicyDocument=document)
    return recording.compare(step, made)["Role"]["Arn"]


@recorded("TestSTSIntegrations::test_get_federation_token", "05-06-2024")
def test_a_federated_user_gets_keys(client, recording):
    got = client("sts").get_federation_token(Name="TestName", DurationSeconds=900)
    recording.compare("get-federation-token", got)


@recorded("TestSTSIntegrations::test_assume_role", "05-06-2024")
def test_a_role_is_assumed(client, account, recording):
    recording.compare("role-session-name", {"RoleSessionName": "test-assume-role-1"})
    role = make_role(client, account, recording, "create-role")
    got = client("sts").assume_role(RoleArn=role, RoleSessionName="test-assume-role-1")
    recording.compare("assume-role", got)


@recorded("TestSTSIntegrations::test_sts_invalid_parameters", "21-07-2025")
def test_parameters_that_are_refused(client, recording):
    sts = client("sts", config=Config(parameter_validation=False))
    arns = {
        "malformed-arn": "nothing-valid-in-here",
        "no-partition": "arn::b:::something/test-role",
        "no-service": "arn:a::::something/test-role",
        "not-enough-colons": "arn:a:::something/test-role",
        "no-resource": "arn:a:a::aaaaaaaaaa:",
    }
    for step, arn in arns.items():
        recording.refused(step, sts.assume_role, RoleArn=arn, RoleSessionName="Session1")
    wrong = {"RoleArn": "arn:a:b:::something/test-role", "RoleSessionName": "Session1:2"}
    recording.refused("invalid-session-name", sts.assume_role, **wrong)


@recorded("TestSTSAssumeRoleTagging::test_assume_role_tag_validation", "10-04-2025")
def test_transitive_tags_are_tags_of_the_session(client, account, recording):
    role = make_role(client, account, recording, "role-1", "sts:AssumeRole", "sts:TagSession")
    sts = client("sts")
    tags = [{"Key": "SessionTag1", "Value": "SessionValue1"}]
    call = {"RoleArn": role, "RoleSessionName": "Session1"}
    wrong = {**call, "Tags": tags, "TransitiveTagKeys": ["InvalidKey"]}
    recording.refused("invalid-transitive-tag-keys", sts.assume_role, **wrong)
    sts.assume_role(Tags=tags, TransitiveTagKeys=["sessiontag1"], **call)
    twice = {**call, "Tags": [*tags, {"Key": "sessiontag1", "Value": "SessionValue2"}]}
    step = "duplicate-tag-keys-different-casing"
    recording.refused(step, sts.assume_role, TransitiveTagKeys=["sessiontag1"], **twice)


@recorded("TestSTSAssumeRoleTagging::test_iam_role_chaining_override_transitive_tags", "10-04-2025")
def test_transitive_tags_are_kept_in_a_chain(client, account, recording):
    actions = ["sts:AssumeRole", "sts:TagSession"]
    role, other = [make_role(client, account, recording, step, *actions) for step in ["role-1", "role-2"]]
    tags = [{"Key": "SessionTag1", "Value": "SessionValue1"}]
    first = {"RoleArn": role, "RoleSessionName": "Session1"}
    keys = client("sts").assume_role(Tags=tags, TransitiveTagKeys=["SessionTag1"], **first)["Credentials"]
    session = client(
        "sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    for suffix, key in [("", "SessionTag1"), ("-case-ignore", "sessiontag1")]:
        second = {"RoleArn": other, "RoleSessionName": "Session2SessionTagOverride"}
        second["Tags"] = [{"Key": key, "Value": "SessionValue2"}]
        recording.refused(f"override-transitive-tag{suffix}-error", session.assume_role, **second)
