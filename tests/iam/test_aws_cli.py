"""IAM with the AWS CLI."""

import json
import pathlib
import subprocess
import sys

import pytest

from .conftest import EC2, allow, policy

PROGRAM = pathlib.Path(sys.executable).parent / "aws"


@pytest.fixture
def aws(environment):
    def call(*arguments, **keys):
        command = [PROGRAM, "--endpoint-url", environment["AWS_ENDPOINT_URL"], *arguments]
        done = subprocess.run(command, env={**environment, **keys}, capture_output=True, text=True, check=True)
        return json.loads(done.stdout or "{}")

    return call


def test_a_user_signs_with_a_key_of_their_own(aws, tmp_path):
    (tmp_path / "policy").write_text(policy(allow("s3:*")))
    user = ["--user-name", "cli"]
    aws("iam", "create-user", *user, "--tags", "Key=a,Value=b")
    aws("iam", "put-user-policy", *user, "--policy-name", "own", "--policy-document", f"file://{tmp_path}/policy")
    key = aws("iam", "create-access-key", *user)["AccessKey"]
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    assert aws("sts", "get-caller-identity", **keys)["Arn"].endswith(":user/cli")
    assert aws("iam", "get-user", **keys)["User"]["Tags"] == [{"Key": "a", "Value": "b"}]
    got = aws("iam", "get-user-policy", *user, "--policy-name", "own")
    assert got["PolicyDocument"] == json.loads(policy(allow("s3:*")))


def test_a_role_is_made_and_looked_at(aws):
    aws("iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", EC2)
    got = aws("iam", "get-role", "--role-name", "cli")["Role"]
    assert got["AssumeRolePolicyDocument"] == json.loads(EC2)
    assert [role["RoleName"] for role in aws("iam", "list-roles")["Roles"]] == ["cli"]
