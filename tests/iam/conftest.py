"""What the tests of IAM share."""

import json
import uuid

import pytest


def fresh(kind):
    return f"{kind}-{uuid.uuid4().hex[:8]}"


def trust(principal):
    """A policy of a role that trusts it."""
    statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal}
    return json.dumps({"Statement": [statement], "Version": "2012-10-17"})


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


EC2 = trust({"Service": "ec2.amazonaws.com"})
LAMBDA = trust({"Service": "lambda.amazonaws.com"})


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def user(iam):
    name = fresh("user")
    iam.create_user(UserName=name)
    return name


@pytest.fixture
def role(iam):
    name = fresh("role")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2)
    return name
