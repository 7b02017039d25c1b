"""Functions, their code and their configuration, compared with what AWS answered."""

import base64
import hashlib
import urllib.request

import pytest

from ...conftest import Server
from .conftest import ECHO, OTHER, Replay, api, fresh

SMALL = {"MemorySize": 256, "Timeout": 5}


@api("TestLambdaFunction::test_function_lifecycle")
def test_a_function_from_its_creation_to_its_end(replay):
    function = replay.make("create_response", **SMALL)
    function("get_function_response", "get_function")
    changes = {"Runtime": "python3.11", "Description": "Changed-Description", "MemorySize": 512, "Timeout": 10}
    changes["Environment"] = {"Variables": {"ENV_A": "a"}}
    function("update_func_conf_response", "update_function_configuration", **changes)
    function.updated()
    function("get_function_response_postupdate", "get_function")
    function("update_code_response", "update_function_code", ZipFile=OTHER)
    function.updated()
    function("get_function_response_postcodeupdate", "get_function")
    # The client of these tests does not know the member.
    del replay.recording.steps["delete_response"]["StatusCode"]
    function("delete_response", "delete_function")
    function("delete_postdelete", "delete_function")


@api("TestLambdaFunction::test_redundant_updates")
def test_an_update_that_changes_nothing_is_one(replay):
    function = replay.make("create_response", Description="Initial description")
    described = {"Description": "1st update description"}
    function("first_update_result", "update_function_configuration", **described)
    function.updated()
    function("get_fn_config_result", "get_function_configuration")
    function("get_fn_result", "get_function")
    function("redundant_update_result", "update_function_configuration", **described)
    function.updated()
    function("get_fn_result_after_redundant_update", "get_function")


@pytest.mark.parametrize("operation", ["delete_function", "get_function", "get_function_configuration"])
@api("TestLambdaFunction::test_ops_with_arn_qualifier_mismatch[{operation}]")
def test_an_arns_qualifier_must_be_the_requests(replay, operation):
    arn = replay.arn("some-function")
    replay("not_match_exception", operation, FunctionName=f"{arn}:1", Qualifier="$LATEST")
    replay("match_exception", operation, FunctionName=f"{arn}:$LATEST", Qualifier="$LATEST")


OF_VERSIONS = ["get_function", "get_function_configuration", "get_function_event_invoke_config"]


@pytest.mark.parametrize("operation", OF_VERSIONS)
@api("TestLambdaFunction::test_ops_on_nonexisting_version[{operation}]")
def test_no_version_is_told_that_is_not_there(replay, operation):
    replay.make()("version_not_found_exception", operation, Qualifier="1221")


@api("TestLambdaFunction::test_delete_on_nonexisting_version")
def test_a_version_that_is_not_there_is_as_good_as_deleted(replay):
    function = replay.make()
    function.call("delete_function", Qualifier="1233")
    function.call("delete_function")
    function("delete_function_response_non_existent", "delete_function")
    function("delete_function_response_non_existent_with_qualifier", "delete_function", Qualifier="1233")


OF_FUNCTIONS = [
    "delete_function",
    "get_function",
    "get_function_configuration",
    "get_function_url_config",
    "get_function_code_signing_config",
    "get_function_event_invoke_config",
    "get_function_concurrency",
]


@pytest.mark.parametrize("operation", OF_FUNCTIONS)
@api("TestLambdaFunction::test_ops_on_nonexisting_fn[{operation}]")
def test_no_function_is_told_that_is_not_there(replay, operation):
    replay("not_found_exception", operation, FunctionName="i-dont-exist")


@pytest.mark.parametrize("operation", [*OF_FUNCTIONS, "invoke"])
@api("TestLambdaFunction::test_get_function_wrong_region[{operation}]")
def test_functions_of_other_regions_are_out_of_reach(replay, operation):
    replay("wrong_region_exception", operation, FunctionName=replay.arn("function", "eu-central-1"))


def check_code(answer, code):
    """The code that is told of is the code that was given."""
    assert urllib.request.urlopen(answer["Code"]["Location"]).read() == code
    told = answer["Configuration"]
    assert told["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode()
    assert told["CodeSize"] == len(code)


@api("TestLambdaFunction::test_lambda_code_location_zipfile")
def test_code_that_came_with_the_request_can_be_fetched(replay):
    function = replay.create("create-response-zip-file", PackageType="Zip")
    check_code(function("get-function-response", "get_function"), ECHO)
    function("update-function-response", "update_function_code", ZipFile=OTHER)
    check_code(function.call("get_function"), OTHER)
    replay.recording.leave("get-function-response-updated", "AWS was still busy with the update then")


@api("TestLambdaFunction::test_lambda_code_location_s3")
def test_code_of_a_bucket_can_be_fetched(replay, s3, bucket):
    s3.put_object(Bucket=bucket, Key="code/code.zip", Body=ECHO)
    place = {"S3Bucket": bucket, "S3Key": "code/code.zip"}
    function = replay.create("create_response_s3", Code=place)
    check_code(function("get-function-response", "get_function"), ECHO)
    s3.put_object(Bucket=bucket, Key="code/code.zip", Body=OTHER)
    function("update-function-response", "update_function_code", **place)
    check_code(function.call("get_function"), OTHER)
    replay.recording.leave("get-function-response-updated", "AWS was still busy with the update then")


@api("TestLambdaFunction::test_lambda_code_location_s3_errors")
def test_code_must_be_where_the_request_says(replay, s3, bucket):
    s3.put_object(Bucket=bucket, Key="code.zip", Body=ECHO)
    nowhere = {"S3Bucket": fresh("no-such-bucket"), "S3Key": "code.zip"}
    missing = {"S3Bucket": bucket, "S3Key": "no/such.zip"}
    create = {"operation": "create_function", "FunctionName": fresh("function")}
    replay("create-error-wrong-bucket", **create, **replay.settings(Code=nowhere))
    replay("create-error-wrong-key", **create, **replay.settings(Code=missing))
    function = replay.create(Code={"S3Bucket": bucket, "S3Key": "code.zip"})
    function("update-error-wrong-bucket", "update_function_code", **nowhere)
    function("update-error-wrong-key", "update_function_code", **missing)


@api("TestLambdaFunction::test_function_arns")
def test_a_function_may_be_created_by_its_arn(replay):
    recording = replay.recording
    replay.make("create-function-arn-response", name=replay.arn(fresh("function")))
    name = f"{replay.account}:function:{fresh('function')}"
    replay.make("create-function-partial-arn-response", name=name, Code={"ZipFile": OTHER})
    long = "a" * (140 - len(replay.arn("")) + 1)
    other = "123456789013" if replay.account == "123456789012" else "123456789012"
    recording.reword("123456789012", other)
    for step, name in [
        ("invalid_function_name_exc", "invalid:function:name"),
        ("long_function_name_exc", "a" * 65),
        ("long_function_arn_exc", replay.arn(long)),
        ("function_arn_other_region_exc", replay.arn("function", "ap-southeast-1")),
        ("function_arn_other_account_exc", replay.arn("function").replace(replay.account, other)),
    ]:
        replay(step, "create_function", FunctionName=name, **replay.settings())


@api("TestLambdaFunction::test_create_lambda_exceptions", "12-01-2026")
def test_a_function_is_created_of_what_there_is(unchecked):
    recording = unchecked.recording
    recording.leave("empty_architectures", "boto3 itself refused it")
    for step, given in [
        ("invalid_role_arn_exc", {"Role": "r1"}),
        ("invalid_runtime_exc", {"Runtime": "non-existent-runtime"}),
        ("uppercase_runtime_exc", {"Runtime": "PYTHON3.9"}),
        ("multiple_architectures", {"Architectures": ["x86_64", "arm64"]}),
        ("uppercase_architecture", {"Architectures": ["X86_64"]}),
        ("invalid_zip_exc", {"Code": {"ZipFile": b"this is no archive"}, "Runtime": "python3.9"}),
    ]:
        unchecked(step, "create_function", FunctionName="function", **unchecked.settings(**given))


@api("TestLambdaFunction::test_update_lambda_exceptions", "12-01-2026")
def test_a_function_is_made_of_what_there_is(replay):
    function = replay.create()
    function.steps(
        ("invalid_role_arn_exc", "update_function_configuration", {"Role": "r1"}),
        ("invalid_runtime_exc", "update_function_configuration", {"Runtime": "non-existent-runtime"}),
        ("uppercase_runtime_exc", "update_function_configuration", {"Runtime": "PYTHON3.9"}),
    )


@api("TestLambdaFunction::test_list_functions")
def test_functions_are_listed(replay, aws_lambda):
    replay.make("create_response_1", name=fresh("list-1"), Publish=True)
    replay.make("create_response_2", name=fresh("list-2"), Code={"ZipFile": OTHER})
    replay("list_functions_invalid_functionversion", "list_functions", FunctionVersion="invalid")
    pages = aws_lambda.get_paginator("list_functions")
    by_arn = {"key": lambda function: function["FunctionArn"]}
    for step, wanted in [("list_all", {"FunctionVersion": "ALL"}), ("list_default", {})]:
        listed = pages.paginate(**wanted, PaginationConfig={"PageSize": 1}).build_full_result()
        listed["Functions"].sort(**by_arn)
        replay.recording.compare(step, listed)


@api("TestLambdaFunction::test_invalid_invoke")
def test_what_is_no_name_is_not_invoked(replay):
    name = "arn:aws:lambda:us-east-1:123400000000@function:myfn"
    replay("invoke_function_name_pattern_exc", "invoke", FunctionName=name, Payload=b"{}")


@pytest.mark.parametrize(
    "name, operation, changes",
    [
        ("code", "update_function_code", [{"ZipFile": OTHER}, {"ZipFile": ECHO}]),
        ("config", "update_function_configuration", [{"Description": "one"}, {"Description": "another"}]),
    ],
)
@api("TestLambdaFunction::test_lambda_concurrent_{name}_updates")
def test_an_update_waits_for_the_one_before(replay, name, operation, changes):
    make = replay.make if name == "config" else replay.create
    function = make("create-function-response", Handler="handler.handler")
    step = "update-during-in-progress-update-exc"
    replay.recording.leave(step, "updates end at once here; configuration.rs tests what is said meanwhile")
    function.call(operation, **changes[0])
    function.updated()
    function.call(operation, **changes[1])


OLD = ["dotnetcore3.1", "go1.x", "java8", "nodejs12.x", "nodejs14.x", "provided", "python3.7", "ruby2.7"]


@pytest.mark.parametrize("runtime", OLD)
@api("TestRuntimeValidation::test_create_deprecated_function_runtime_with_validation_enabled[{runtime}]", "12-01-2026")
def test_old_runtimes_are_refused_where_that_is_wanted(client, strict_about_runtimes, recording, account, runtime):
    replay = Replay(client("lambda", url=strict_about_runtimes.url), recording, account)
    given = {"FunctionName": "function", **replay.settings(Runtime=runtime)}
    replay("deprecation_error", "create_function", **given)


@pytest.fixture(scope="module")
def strict_about_runtimes():
    server = Server(LAMBDA_RUNTIME_VALIDATION="1")
    yield server
    assert server.stop() == 0


@api("TestLambdaFunction::test_vpc_config")
def test_a_function_may_be_in_a_network(replay):
    replay.recording.reword("<vpc_id>", "")
    function = replay.make("create_response", **SMALL, VpcConfig=vpc(1))
    function("get_function_response", "get_function")
    function("update_vpcconfig_update_response", "update_function_configuration", VpcConfig=vpc(2))
    function.updated()
    function("update_vpcconfig_get_function_response", "get_function")
    gone = {"SubnetIds": [], "SecurityGroupIds": []}
    function("delete_vpcconfig_update_response", "update_function_configuration", VpcConfig=gone)
    function.updated()
    function("delete_vpcconfig_get_function_response", "get_function")


def vpc(number):
    return {"SubnetIds": [f"subnet-{number}"], "SecurityGroupIds": [f"sg-{number}"]}
