"""IAM compared with what AWS answered."""

import json

import pytest
from botocore.config import Config

from ..recorded import FOLDER
from .conftest import EC2, LAMBDA, allow, fresh, policy

NAMES = [name.partition("::")[2] for name in json.loads((FOLDER / "iam.json").read_text())]
LIFECYCLE = "TestIAMServiceRoles::test_service_role_lifecycle"


def recorded(name, date=""):
    return pytest.mark.recorded("iam", name, date)


def services(start):
    """The services that recordings of this name are of."""
    return [name[len(start) + 1 : -1] for name in NAMES if name.startswith(f"{start}[")]


def put_everywhere(iam, kind, name, document):
    policy_name = fresh("policy")
    call = getattr(iam, f"put_{kind}_policy")
    call(**{f"{kind.capitalize()}Name": name}, PolicyName=policy_name, PolicyDocument=document)
    return getattr(iam, f"get_{kind}_policy")(**{f"{kind.capitalize()}Name": name}, PolicyName=policy_name)


@recorded("TestIAMIntegrations::test_update_assume_role_policy")
def test_a_role_trusts_others(iam, recording):
    name = fresh("role")
    document = {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]}}
    document = policy(document)
    recording.compare("created_role", iam.create_role(RoleName=name, AssumeRolePolicyDocument=document))
    recording.compare("updated_policy", iam.update_assume_role_policy(RoleName=name, PolicyDocument=document))


@recorded("TestIAMExtensions::test_create_role_with_malformed_assume_role_policy_document")
def test_a_role_trusts_nobody_without_json(iam, recording):
    recording.refused("invalid-json", iam.create_role, RoleName="role", AssumeRolePolicyDocument='{[{"Effect')


@recorded("TestIAMIntegrations::test_list_roles_with_permission_boundary")
def test_lists_do_not_show_boundaries(iam, recording):
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    name = fresh("role")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2, Path="/path/")
    recording.compare("created_role", made)
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    recording.compare("list_roles_result", iam.list_roles(PathPrefix="/path/"))


@recorded("TestIAMIntegrations::test_create_describe_role")
def test_a_role_is_described(iam, recording):
    name = fresh("role")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2, Path="/path/")
    recording.compare("create_role_result", made)
    recording.compare("get_role_result", iam.get_role(RoleName=name))
    recording.compare("list_roles_result", iam.list_roles(PathPrefix="/path/"))


@pytest.mark.parametrize("kind", ["role", "user"])
@recorded("TestIAMIntegrations::test_{kind}_attach_policy")
def test_a_policy_is_attached(request, iam, kind, recording):
    holder = {f"{kind.capitalize()}Name": request.getfixturevalue(kind)}
    attach = getattr(iam, f"attach_{kind}_policy")
    name = fresh("policy")
    made = iam.create_policy(PolicyName=name, PolicyDocument=policy(allow("s3:*")))
    recording.compare("create_policy_response", made)
    arn = made["Policy"]["Arn"]
    recording.refused("non_existent_malformed_policy_arn", attach, PolicyArn="longpolicynamebutnoarn", **holder)
    recording.refused("existing_policy_name_provided", attach, PolicyArn=f"{name}-long-enough", **holder)
    recording.refused("valid_arn_not_existent", attach, PolicyArn=f"{arn}123", **holder)
    recording.compare("valid_policy_arn", attach(PolicyArn=arn, **holder))


@recorded("TestIAMExtensions::test_role_with_path_lifecycle")
def test_a_role_has_a_path(iam, recording):
    name = fresh("role")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=LAMBDA, Path="/path/")
    recording.values["role-name", "1"] = name
    recording.compare("create-role-response", made)
    recording.compare("get-role-response", iam.get_role(RoleName=name))
    recording.compare("delete-role-response", iam.delete_role(RoleName=name))


ENCODED = "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Faaeeieije"
WITH_SIGNS = policy(allow(["apigatway:PUT"], [f"arn:aws:apigateway:us-east-1::/tags/{ENCODED}"]))


@recorded("TestIAMPolicyEncoding::test_put_user_policy_encoding")
def test_a_users_policy_keeps_its_signs(iam, user, recording):
    recording.compare("get-policy-response", put_everywhere(iam, "user", user, WITH_SIGNS))


@recorded("TestIAMPolicyEncoding::test_put_group_policy_encoding")
def test_a_groups_policy_keeps_its_signs(iam, recording):
    name = fresh("group")
    iam.create_group(GroupName=name)
    recording.compare("get-policy-response", put_everywhere(iam, "group", name, WITH_SIGNS))


@recorded("TestIAMPolicyEncoding::test_put_role_policy_encoding")
def test_a_roles_policies_keep_their_signs(iam, recording):
    name = fresh("role")
    document = json.loads(LAMBDA)
    document["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceArn": ENCODED}}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document), Path="/a/")
    recording.values |= {("role-name", "1"): name, ("path", "1"): "/a/"}
    recording.compare("create-role-response", made)
    recording.compare("get-policy-response", put_everywhere(iam, "role", name, WITH_SIGNS))
    recording.compare("get-role-response", iam.get_role(RoleName=name))
    recording.compare("list-roles-response", iam.list_roles(PathPrefix="/a/"))


@recorded("TestIAMIntegrations::test_delete_non_existent_policy_returns_no_such_entity")
def test_no_policy_is_deleted(iam, account, recording):
    arn = f"arn:aws:iam::{account}:policy/non-existent-policy"
    recording.refused("delete-non-existent-policy-exc", iam.delete_policy, PolicyArn=arn)


@recorded("TestRoles::test_role_with_tags")
def test_a_role_has_tags(iam, recording):
    name, tags, path = fresh("role"), [{"Key": "test", "Value": "value"}], "/role-with-tags/"
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2, Path=path, Tags=tags)
    recording.compare("create-role-response", made)
    recording.compare("get-role-response", iam.get_role(RoleName=name))
    recording.compare("list-role-response", iam.list_roles(PathPrefix=path))


@pytest.mark.parametrize("kind", ["role", "user", "group"])
@recorded("TestIAMIntegrations::test_simulate_principle_policy[{kind}]")
def test_a_request_is_simulated(iam, user, role, kind, recording):
    statement = {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    attached = iam.create_policy(PolicyName=fresh("policy"), PolicyDocument=document)["Policy"]["Arn"]
    if kind == "role":
        iam.attach_role_policy(RoleName=role, PolicyArn=attached)
        source = iam.get_role(RoleName=role)["Role"]["Arn"]
    elif kind == "user":
        iam.attach_user_policy(UserName=user, PolicyArn=attached)
        source = iam.get_user(UserName=user)["User"]["Arn"]
    else:
        group = iam.create_group(GroupName=fresh("group"))["Group"]
        iam.attach_group_policy(GroupName=group["GroupName"], PolicyArn=attached)
        source = group["Arn"]
    actions = ["s3:PutObject", "s3:GetObjectVersion"]
    got = iam.simulate_principal_policy(
        PolicySourceArn=source, ActionNames=actions, ResourceArns=["arn:aws:s3:::bucket"]
    )
    recording.compare("response", got)


@pytest.mark.parametrize("service", services(LIFECYCLE))
@recorded(LIFECYCLE + "[{service}]")
def test_a_service_has_its_role(iam, service, recording):
    name = iam.create_service_linked_role(AWSServiceName=service)["Role"]["RoleName"]
    compare_service_role(iam, name, recording)


@pytest.mark.parametrize("service", services(f"{LIFECYCLE}_custom_suffix"))
@recorded(LIFECYCLE + "_custom_suffix[{service}]")
def test_a_service_has_several_roles(iam, service, recording):
    made = iam.create_service_linked_role(AWSServiceName=service, CustomSuffix="suffix")
    compare_service_role(iam, made["Role"]["RoleName"], recording)


# They were there before the recording, and had been used.
USED = ["AWSServiceRoleForAmazonSSM", "AWSServiceRoleForKafka", "AWSServiceRoleForRDS", "AWSServiceRoleForSSO"]
USED += ["AWSServiceRoleForResourceExplorer"]


def compare_service_role(iam, name, recording):
    hidden = ["RoleLastUsed"] if name in USED else []
    recording.compare("describe-response", iam.get_role(RoleName=name), hidden)
    recording.compare("inline-role-policies", iam.list_role_policies(RoleName=name))
    recording.compare("attached-role-policies", iam.list_attached_role_policies(RoleName=name))


@pytest.mark.parametrize("service", services(f"{LIFECYCLE}_custom_suffix_not_allowed"))
@recorded(LIFECYCLE + "_custom_suffix_not_allowed[{service}]")
def test_a_service_has_one_role(iam, service, recording):
    arguments = {"AWSServiceName": service, "CustomSuffix": "suffix"}
    recording.refused("custom-suffix-not-allowed", iam.create_service_linked_role, **arguments)


@recorded("TestIAMServiceRoles::test_service_role_already_exists")
def test_a_services_role_is_there_already(iam, recording):
    iam.create_service_linked_role(AWSServiceName="batch.amazonaws.com")
    arguments = {"AWSServiceName": "batch.amazonaws.com"}
    recording.refused("role-already-exists-error", iam.create_service_linked_role, **arguments)


@recorded("TestIAMServiceRoles::test_service_role_deletion")
def test_a_services_role_goes(iam, recording):
    name = iam.create_service_linked_role(AWSServiceName="batch.amazonaws.com")["Role"]["RoleName"]
    gone = recording.compare("service-linked-role-deletion-response", iam.delete_service_linked_role(RoleName=name))
    status = iam.get_service_linked_role_deletion_status(DeletionTaskId=gone["DeletionTaskId"])
    recording.compare("service-linked-role-deletion-status-response", status)


CREDENTIALS = "TestIAMServiceSpecificCredentials::test_"
CODECOMMIT = "codecommit.amazonaws.com"
# AWS's own checks are asked, not boto3's.
UNCHECKED = Config(parameter_validation=False)


def begin(iam, recording, credential=True):
    """A user of the recording, with a credential."""
    name = fresh("user")
    recording.compare("create-user-response", iam.create_user(UserName=name))
    if credential:
        made = iam.create_service_specific_credential(UserName=name, ServiceName=CODECOMMIT)
        recording.compare("create-service-specific-credential-response", made)
        return name, made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    return name


@pytest.mark.parametrize("service", [CODECOMMIT, "cassandra.amazonaws.com"])
@recorded(CREDENTIALS + "service_specific_credential_lifecycle[{service}]")
def test_a_credential_comes_and_goes(iam, service, recording):
    name = begin(iam, recording, credential=False)
    made = iam.create_service_specific_credential(UserName=name, ServiceName=service)
    recording.compare("create-service-specific-credential-response", made)
    of = {"UserName": name}
    one = {**of, "ServiceSpecificCredentialId": made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]}
    step = "list-service-specific-credentials-response"
    recording.compare(f"{step}-before-update", iam.list_service_specific_credentials(ServiceName=service, **of))
    updated = iam.update_service_specific_credential(Status="Inactive", **one)
    recording.compare("update-service-specific-credential-response", updated)
    recording.compare(f"{step}-after-update", iam.list_service_specific_credentials(ServiceName=service, **of))
    reset = iam.reset_service_specific_credential(**one)
    recording.compare("reset-service-specific-credential-response", reset)
    gone = iam.delete_service_specific_credential(**one)
    recording.compare("delete-service-specific-credentials-response", gone)


@recorded(CREDENTIALS + "create_service_specific_credential_invalid_user")
def test_a_credential_has_a_user(iam, recording):
    create, name = iam.create_service_specific_credential, "non-existent-user"
    recording.refused("invalid-user-name-exception", create, UserName=name, ServiceName=CODECOMMIT)
    wrong = "nonexistentservice.amazonaws.com"
    recording.refused("invalid-user-and-service-exception", create, UserName=name, ServiceName=wrong)


@recorded(CREDENTIALS + "create_service_specific_credential_invalid_service")
def test_a_credential_is_for_some_services(iam, recording):
    name = begin(iam, recording, credential=False)
    for step, service in [
        ("invalid-service-exception", "nonexistentservice.amazonaws.com"),
        ("invalid-service-completely-malformed-exception", "o3on3n3onosneo"),
        ("invalid-service-existing-but-unsupported-exception", "lambda.amazonaws.com"),
    ]:
        recording.refused(step, iam.create_service_specific_credential, UserName=name, ServiceName=service)


@recorded(CREDENTIALS + "list_service_specific_credential_different_service")
def test_credentials_are_listed_by_service(iam, recording):
    name = fresh("user")
    recording.compare("create-user-response", iam.create_user(UserName=name))
    list_them, wrong = iam.list_service_specific_credentials, "nonexistentservice.amazonaws.com"
    step = "list-service-specific-credentials-invalid-service"
    recording.refused(step, list_them, UserName=name, ServiceName=wrong)
    made = iam.create_service_specific_credential(UserName=name, ServiceName=CODECOMMIT)
    recording.compare("create-service-specific-credential-response", made)
    got = list_them(UserName=name, ServiceName="cassandra.amazonaws.com")
    recording.compare("list-service-specific-credentials-response-wrong-service", got)


@recorded(CREDENTIALS + "delete_user_after_service_credential_created")
def test_a_user_with_a_credential_stays(iam, recording):
    name, _ = begin(iam, recording)
    recording.refused("delete-user-existing-credential", iam.delete_user, UserName=name)


def of_one(iam):
    """The calls that are about one credential, by the recordings' names."""
    return {
        "update": lambda **one: iam.update_service_specific_credential(Status="Inactive", **one),
        "reset": iam.reset_service_specific_credential,
        "delete": iam.delete_service_specific_credential,
    }


@pytest.mark.parametrize("wrong", ["totally-wrong-credential-id-with-hyphens", "satisfiesregexbutstillinvalid"])
@recorded(CREDENTIALS + "user_match_id_mismatch[{wrong}]")
def test_a_credential_that_is_not_there(iam, wrong, recording):
    name, _ = begin(iam, recording)
    for what, call in of_one(iam).items():
        recording.refused(f"{what}-wrong-id", call, UserName=name, ServiceSpecificCredentialId=wrong)


@recorded(CREDENTIALS + "id_match_user_mismatch")
def test_a_credential_of_somebody_else(iam, recording):
    _, credential = begin(iam, recording)
    for what, call in of_one(iam).items():
        arguments = {"UserName": "wrong-user-name", "ServiceSpecificCredentialId": credential}
        recording.refused(f"{what}-wrong-user-name", call, **arguments)


@recorded(CREDENTIALS + "invalid_update_parameters")
def test_a_credential_has_some_states(client, recording):
    iam = client("iam", config=UNCHECKED)
    _, credential = begin(iam, recording)
    arguments = {"ServiceSpecificCredentialId": credential, "Status": "Invalid"}
    recording.refused("update-invalid-status", iam.update_service_specific_credential, **arguments)
