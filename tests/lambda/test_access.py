"""What callers of Lambda and of its functions may, on a server that holds everybody to policies."""

import urllib.error
import urllib.request

import pytest

from ..iam.conftest import allow, fresh
from ..iam.test_access import house, refusal  # noqa: F401
from .conftest import packed

CODE = {"ZipFile": packed({"index.py": "def handler(event, context):\n    return 'hello'\n"})}


@pytest.fixture
def function(house):
    """One of the account's root, with the role that it has."""
    _, role = house.role(principal={"Service": "lambda.amazonaws.com"})
    name, root = fresh("function"), house.make("lambda")
    made = root.create_function(FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=role, Code=CODE)
    root.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    return made["FunctionArn"]


def test_a_user_without_policies_may_nothing(house, function):
    name, client = house.user()
    status, code, message = refusal(client("lambda").get_function, FunctionName=function)
    assert (status, code) == (403, "AccessDeniedException")
    user = f"arn:aws:iam::{house.account}:user/staff/{name}"
    assert message.startswith(f"User: {user} is not authorized to perform: lambda:GetFunction on resource: {function}")


def test_a_user_may_what_their_policy_allows(house, function):
    _, client = house.user(allow("lambda:InvokeFunction", function), allow("lambda:ListFunctions"))
    theirs = client("lambda")
    assert theirs.invoke(FunctionName=function)["Payload"].read() == b'"hello"'
    assert len(theirs.list_functions()["Functions"]) == 1
    assert refusal(theirs.delete_function, FunctionName=function)[1] == "AccessDeniedException"
    # A policy for the function itself says nothing of its versions.
    assert refusal(theirs.invoke, FunctionName=function, Qualifier="1")[1] == "AccessDeniedException"


def test_a_functions_policy_lets_others_in(house, function):
    _, role = house.role()
    _, caller = house.user(allow("sts:AssumeRole"))
    theirs = house.session(caller("sts"), role)("lambda")
    assert refusal(theirs.invoke, FunctionName=function)[1] == "AccessDeniedException"
    root = house.make("lambda")
    given = {"StatementId": "role", "Action": "lambda:InvokeFunction", "Principal": role}
    root.add_permission(FunctionName=function, **given)
    assert theirs.invoke(FunctionName=function)["StatusCode"] == 200


def test_a_role_is_passed_by_who_may(house):
    _, role = house.role(principal={"Service": "lambda.amazonaws.com"})
    given = {"Runtime": "python3.12", "Handler": "index.handler", "Role": role, "Code": CODE}
    _, poor = house.user(allow("lambda:*"))
    status, code, message = refusal(poor("lambda").create_function, FunctionName=fresh("function"), **given)
    assert (status, code) == (403, "AccessDeniedException")
    assert f"is not authorized to perform: iam:PassRole on resource: {role}" in message
    only = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    _, rich = house.user(allow("lambda:*"), allow("iam:PassRole", role, Condition=only))
    assert rich("lambda").create_function(FunctionName=fresh("function"), **given)["Role"] == role
    _, wrong = house.user(allow(["events:*", "lambda:*"]), allow("iam:PassRole", role, Condition=only))
    events = wrong("events")
    events.put_rule(Name="rule", EventPattern='{"source": ["a"]}')
    target = {"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{house.account}:queue", "RoleArn": role}
    assert refusal(events.put_targets, Rule="rule", Targets=[target])[1] == "AccessDeniedException"


def test_a_role_must_be_there_and_trust_lambda(house):
    """The text is AWS's: https://repost.aws/knowledge-center/lambda-function-assume-iam-role"""
    _, trusting = house.role(principal={"Service": "lambda.amazonaws.com"})
    _, other = house.role(principal={"Service": "ec2.amazonaws.com"})
    root, name = house.make("lambda"), fresh("function")
    given = {"FunctionName": name, "Runtime": "python3.12", "Handler": "index.handler", "Code": CODE}
    expected = (400, "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.")
    for wrong in (other, f"arn:aws:iam::{house.account}:role/none", trusting.replace(":role/", ":role/elsewhere/")):
        assert refusal(root.create_function, Role=wrong, **given) == expected
    root.create_function(Role=trusting, **given)
    root.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    assert refusal(root.update_function_configuration, FunctionName=name, Role=other) == expected


def test_a_url_is_for_who_is_let_in(house, function):
    root = house.make("lambda")
    url = root.create_function_url_config(FunctionName=function, AuthType="NONE")["FunctionUrl"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    assert caught.value.code == 403
    anybody = {"StatementId": "url", "Action": "lambda:InvokeFunctionUrl", "Principal": "*"}
    root.add_permission(FunctionName=function, FunctionUrlAuthType="NONE", **anybody)
    assert urllib.request.urlopen(url).read() == b"hello"


def test_a_deleted_key_is_nobodys(house):
    name, client = house.user(allow("lambda:*"))
    theirs = client("lambda")
    theirs.list_functions()
    key = house.iam.list_access_keys(UserName=name)["AccessKeyMetadata"][0]["AccessKeyId"]
    house.iam.delete_access_key(UserName=name, AccessKeyId=key)
    assert refusal(theirs.list_functions)[:2] == (403, "InvalidClientTokenId")


def test_logs_are_read_by_who_may(house):
    logs = house.make("logs")
    logs.create_log_group(logGroupName="/app/one")
    logs.create_log_group(logGroupName="/app/two")
    mine = f"arn:aws:logs:us-east-1:{house.account}:log-group:/app/one:*"
    _, client = house.user(allow("logs:*", mine))
    theirs = client("logs")
    theirs.create_log_stream(logGroupName="/app/one", logStreamName="s")
    status, code, message = refusal(theirs.create_log_stream, logGroupName="/app/two", logStreamName="s")
    assert (status, code) == (400, "AccessDeniedException")
    assert "is not authorized to perform: logs:CreateLogStream on resource" in message
    assert refusal(theirs.describe_log_groups)[1] == "AccessDeniedException"
