"""IAM with boto3: what tools do with it, step by step."""

import json

import pytest
from botocore.exceptions import ClientError

from .conftest import EC2, LAMBDA, allow, fresh, policy


def code(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_terraform_does_with_a_role(iam):
    """The calls of aws_iam_role, aws_iam_policy and their attachment, as the provider makes them."""
    name = fresh("role")
    made = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=LAMBDA, MaxSessionDuration=3600, Path="/", Tags=[{"Key": "a", "Value": "b"}]
    )["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(allow("logs:*")))
    arn = iam.create_policy(PolicyName=fresh("policy"), PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    role = iam.get_role(RoleName=name)["Role"]
    assert (role["Arn"], role["Tags"]) == (made["Arn"], [{"Key": "a", "Value": "b"}])
    assert role["AssumeRolePolicyDocument"] == json.loads(LAMBDA)
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["inline"]
    inline = iam.get_role_policy(RoleName=name, PolicyName="inline")["PolicyDocument"]
    assert inline == json.loads(policy(allow("logs:*")))
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [one["PolicyArn"] for one in attached] == [arn]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert document == json.loads(policy(allow("s3:*")))
    assert iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"] == []
    iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    iam.delete_role_policy(RoleName=name, PolicyName="inline")
    iam.delete_role(RoleName=name)
    assert [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v1"]
    iam.delete_policy(PolicyArn=arn)
    assert code(iam.get_role, RoleName=name)[0] == "NoSuchEntity"


def test_identities_are_the_same_in_all_regions(client):
    client("iam", region_name="us-east-1").create_user(UserName="everywhere")
    assert client("iam", region_name="eu-west-1").get_user(UserName="everywhere")["User"]["UserName"] == "everywhere"


def test_pages_are_walked_through(iam):
    names = sorted(fresh("user") for _ in range(7))
    for name in names:
        iam.create_user(UserName=name)
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 3})
    assert [user["UserName"] for page in pages for user in page["Users"]] == names
    arns = [one["Arn"] for page in iam.get_paginator("list_policies").paginate(Scope="AWS") for one in page["Policies"]]
    assert "arn:aws:iam::aws:policy/AdministratorAccess" in arns and len(set(arns)) == len(arns) >= 40


def test_an_instance_profile_holds_a_role(iam, role):
    name = fresh("profile")
    iam.create_instance_profile(InstanceProfileName=name, Tags=[{"Key": "a", "Value": "b"}])
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    profile = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    assert [one["RoleName"] for one in profile["Roles"]] == [role]
    assert profile["Roles"][0]["AssumeRolePolicyDocument"] == json.loads(EC2)
    more = code(iam.add_role_to_instance_profile, InstanceProfileName=name, RoleName=role)
    assert more == ("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    assert code(iam.delete_instance_profile, InstanceProfileName=name)[0] == "DeleteConflict"


def test_providers_of_identities_come_and_go(iam, account):
    made = iam.create_open_id_connect_provider(Url="https://issuer.example/path", ClientIDList=["a"])
    arn = made["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account}:oidc-provider/issuer.example/path"
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="b")
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (got["Url"], got["ClientIDList"]) == ("issuer.example/path", ["a", "b"])
    assert code(iam.create_open_id_connect_provider, Url="https://issuer.example/path")[0] == "EntityAlreadyExists"
    assert code(iam.create_open_id_connect_provider, Url="http://issuer.example")[0] == "ValidationError"
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
    metadata = f"<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'>{' ' * 1000}</EntityDescriptor>"
    arn = iam.create_saml_provider(Name="saml", SAMLMetadataDocument=metadata)["SAMLProviderArn"]
    assert iam.get_saml_provider(SAMLProviderArn=arn)["SAMLMetadataDocument"] == metadata
    assert [one["Arn"] for one in iam.list_saml_providers()["SAMLProviderList"]] == [arn]
    wrong = code(iam.create_saml_provider, Name="other", SAMLMetadataDocument="x" * 1000)
    assert wrong == ("InvalidInput", "Could not parse metadata")
    iam.delete_saml_provider(SAMLProviderArn=arn)
    assert code(iam.get_saml_provider, SAMLProviderArn=arn)[0] == "NoSuchEntity"


def test_all_is_told_at_once(iam, user, role):
    iam.put_user_policy(UserName=user, PolicyName="inline", PolicyDocument=policy(allow("s3:*")))
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    all_of_it = iam.get_account_authorization_details()
    (one,) = all_of_it["UserDetailList"]
    assert one["UserPolicyList"] == [{"PolicyName": "inline", "PolicyDocument": json.loads(policy(allow("s3:*")))}]
    assert [one["RoleName"] for one in all_of_it["RoleDetailList"]] == [role]
    assert [one["PolicyName"] for one in all_of_it["Policies"]] == ["AdministratorAccess"]
    assert iam.get_account_authorization_details(Filter=["Group"])["UserDetailList"] == []
    assert iam.get_account_summary()["SummaryMap"]["Users"] == 1


def test_policies_are_simulated_before_they_are_given(iam):
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    policies = [policy(allow("s3:GetObject", "arn:aws:s3:::b/*", Condition=condition))]
    ask = {"PolicyInputList": policies, "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/k"]}
    (result,) = iam.simulate_custom_policy(**ask)["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", ["aws:PrincipalTag/team"])
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=policies)["ContextKeyNames"]
    assert keys == ["aws:PrincipalTag/team"]
    told = [{"ContextKeyName": keys[0], "ContextKeyValues": ["red"], "ContextKeyType": "string"}]
    (result,) = iam.simulate_custom_policy(ContextEntries=told, **ask)["EvaluationResults"]
    assert (result["EvalDecision"], result["MatchedStatements"][0]["SourcePolicyId"]) == ("allowed", "PolicyInputList.1")
    boundary = [policy(allow("sqs:*"))]
    (result,) = iam.simulate_custom_policy(ContextEntries=told, PermissionsBoundaryPolicyInputList=boundary, **ask)[
        "EvaluationResults"
    ]
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert result["EvalDecision"] == "implicitDeny"
