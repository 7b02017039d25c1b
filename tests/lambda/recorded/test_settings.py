"""Settings of functions and of accounts, and sizes of code, compared with what AWS answered."""

import io
import zipfile

import pytest

from ..conftest import packed
from .conftest import api, fresh

SMALL = {"MemorySize": 256, "Timeout": 5}
UPDATE, GET = "update_function_configuration", "get_function_configuration"


@api("TestLoggingConfig::test_function_advanced_logging_configuration")
def test_a_function_logs_json(replay):
    function = replay.make("create_response", LoggingConfig={"LogFormat": "JSON"}, **SMALL)
    function("get_function_response", "get_function")
    function("function_config", GET)
    levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    function("updated_config", UPDATE, LoggingConfig={"LogFormat": "JSON", "LogGroup": "cool_lambda", **levels})
    function.updated()
    function("received_config", GET)


@api("TestLoggingConfig::test_advanced_logging_configuration_format_switch")
def test_a_function_changes_its_logs_format(replay):
    function = replay.make("create_response", **SMALL)
    function("get_function_response", "get_function")
    function("function_config", GET)
    for log_format, ending in [("JSON", ""), ("Text", "_v2")]:
        function(f"updated_config{ending}", UPDATE, LoggingConfig={"LogFormat": log_format})
        function.updated()
        function(f"received_config{ending}", GET)


PARTIAL = [
    {"LogFormat": "JSON"},
    {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"},
    {"LogFormat": "JSON", "SystemLogLevel": "DEBUG"},
    {"LogGroup": "cool_lambda"},
]


@pytest.mark.parametrize("number", range(4))
@api("TestLoggingConfig::test_function_partial_advanced_logging_configuration_update[partial_config{number}]")
def test_what_of_logs_is_not_said_stays(replay, number):
    function = replay.make("create_response", **SMALL)
    function("get_function_response", "get_function")
    function("function_config", GET)
    function("updated_config", UPDATE, LoggingConfig=PARTIAL[number])
    function.updated()
    function("received_config", GET)


RUNTIMES = ["java11", "java17", "java21", "java25", "python3.12", "python3.13", "dotnet8", "dotnet10"]


def of_runtime(replay, runtime):
    """A function that is told as the recording has it; nobody runs it."""
    step = replay.recording.steps["create_function_response"]
    return replay.create("create_function_response", Runtime=runtime, Handler=step["Handler"], MemorySize=1024, Timeout=5)


@pytest.mark.parametrize("runtime", RUNTIMES)
@api("TestLambdaSnapStart::test_snapstart_lifecycle[{runtime}]", "12-01-2026")
def test_a_function_tells_of_snapshots(replay, runtime):
    function = of_runtime(replay, runtime)
    function.call("publish_version", Description="version1")
    function("get_function_response_latest", "get_function")
    function("get_function_response_version_1", "get_function", FunctionName=f"{function.name}:1")


@pytest.mark.parametrize("runtime", RUNTIMES)
@api("TestLambdaSnapStart::test_snapstart_update_function_configuration[{runtime}]", "12-01-2026")
def test_snapshots_are_turned_on(replay, runtime):
    function = of_runtime(replay, runtime)
    function("update_function_response", UPDATE, SnapStart={"ApplyOn": "PublishedVersions"})


@api("TestLambdaSnapStart::test_snapstart_exceptions")
def test_snapshots_are_of_published_versions(replay):
    given = replay.settings(Runtime="java21", Handler="some.Handler", SnapStart={"ApplyOn": "invalidOption"})
    replay("create_function_invalid_snapstart_apply", "create_function", FunctionName=fresh("function"), **given)


RECURSION = "TestLambdaRecursion::test_put_function_recursion_config"


@api(f"{RECURSION}_allow")
def test_a_function_may_call_itself(replay):
    function = replay.make()
    function("put_recursion_config_response", "put_function_recursion_config", RecursiveLoop="Allow")
    function("get_recursion_config_response", "get_function_recursion_config")


@api(f"{RECURSION}_default_terminate")
def test_a_loop_of_functions_is_ended(replay):
    replay.make()("get_recursion_default_terminate_response", "get_function_recursion_config")


@api(f"{RECURSION}_invalid_value")
def test_a_loop_is_ended_or_not(replay):
    given = {"RecursiveLoop": "InvalidValue"}
    replay.make()("put_recursion_invalid_value_error", "put_function_recursion_config", **given)


SIGNING = {
    "Description": "Testing CodeSigning Config",
    "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"},
}


def publishers(replay):
    arn = f"arn:aws:signer:us-east-1:{replay.account}:/signing-profiles/test"
    return {"AllowedPublishers": {"SigningProfileVersionArns": [arn]}}


def create_signing(replay):
    made = replay("create_code_signing_config", "create_code_signing_config", **SIGNING, **publishers(replay))
    return made["CodeSigningConfig"]["CodeSigningConfigArn"]


@api("TestCodeSigningConfig::test_function_code_signing_config")
def test_code_is_signed(replay, aws_lambda):
    function = replay.make()
    config = {"CodeSigningConfigArn": create_signing(replay)}
    warn = {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"}}
    replay("update_code_signing_config", "update_code_signing_config", **config, **warn)
    replay("get_code_signing_config", "get_code_signing_config", **config)
    function("put_function_code_signing_config", "put_function_code_signing_config", **config)
    function("get_function_code_signing_config", "get_function_code_signing_config")
    listed = aws_lambda.list_code_signing_configs()["CodeSigningConfigs"]
    replay.recording.compare("list_code_signing_configs", listed[-1])
    replay("list_functions_by_code_signing_config", "list_functions_by_code_signing_config", **config)
    function("delete_function_code_signing_config", "delete_function_code_signing_config")
    replay("delete_code_signing_config", "delete_code_signing_config", **config)


@api("TestCodeSigningConfig::test_code_signing_not_found_excs")
def test_signing_that_is_refused(replay):
    function = replay.make()
    arn = create_signing(replay)
    config, none = {"CodeSigningConfigArn": arn}, {"CodeSigningConfigArn": f"{arn[:-1]}x"}
    nobody = {"FunctionName": "csc-test-doesnotexist"}
    put, delete = "put_function_code_signing_config", "delete_function_code_signing_config"
    get, by_config = "get_function_code_signing_config", "list_functions_by_code_signing_config"
    update = "update_code_signing_config"
    replay("delete_csc_notfound", "delete_code_signing_config", **none)
    function("nothing_to_delete_response", delete)
    replay("delete_function_csc_fnnotfound", delete, **nobody)
    replay("put_function_csc_invalid_fnname", put, **nobody, **config)
    function("put_function_csc_invalid_csc_arn", put, **none)
    replay("put_function_csc_invalid_both", put, **nobody, **none)
    replay("update_csc_invalid_csc_arn", update, Description="new-description", **none)
    replay("update_csc_noupdates", update, **none)
    replay("update_csc_noupdate_response", update, **config)
    replay("get_csc_invalid", "get_code_signing_config", **none)
    function("get_function_csc_fnwithoutcsc", get)
    replay("get_function_csc_nonexistingfn", get, **nobody)
    replay("list_functions_by_csc_fnwithoutcsc", by_config, **config)
    replay("list_functions_by_csc_invalid_cscarn", by_config, **none)


@api("TestLambdaAccountSettings::test_account_settings")
def test_an_account_has_limits(replay, aws_lambda):
    told = aws_lambda.get_account_settings()
    told |= {name: sorted(told[name]) for name in ("AccountLimit", "AccountUsage")}
    replay.recording.compare("acc_settings_modded", told)


class Growth:
    """By how much the account's code grew since it was asked last."""

    def __init__(self, replay):
        self.replay, self.size = replay, 0
        assert self.grown() == 0

    def grown(self):
        before = self.size
        self.size = self.replay.call("get_account_settings")["AccountUsage"]["TotalCodeSize"]
        return self.size - before


def sized(size):
    """An archive of so many bytes."""
    smallest = len(packed({"index.py": ""}))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as writer:
        entry = zipfile.ZipInfo("index.py")
        writer.writestr(entry, "#" * (size - smallest + 2))
    assert len(archive.getvalue()) == size
    return archive.getvalue()


@api("TestLambdaAccountSettings::test_account_settings_total_code_size")
def test_every_version_counts_to_the_size_of_code(replay):
    compare, growth = replay.recording.compare, Growth(replay)
    code, layer = sized(276), {"LayerName": fresh("layer"), "Content": {"ZipFile": sized(169)}}
    function = replay.make(Code={"ZipFile": code})
    compare("total_code_size_diff_create_function", growth.grown())
    function.call("update_function_code", ZipFile=code, Publish=True)
    compare("total_code_size_diff_update_function", growth.grown())
    for step in ("layer", "layer_version"):
        replay.call("publish_layer_version", **layer)
        compare(f"total_code_size_diff_publish_{step}", growth.grown())


@api("TestLambdaAccountSettings::test_account_settings_total_code_size_config_update")
def test_an_update_of_the_configuration_takes_no_space(replay):
    compare, growth = replay.recording.compare, Growth(replay)
    function = replay.make(Runtime="nodejs18.x", Code={"ZipFile": sized(300)})
    compare("is_total_code_size_diff_create_function_more_than_200", growth.grown() > 200)
    function.call(UPDATE, Runtime="nodejs20.x")
    function.updated()
    compare("total_code_size_diff_update_function_configuration", growth.grown())
    function.call("publish_version", Description="of the new runtime")
    step = "is_total_code_size_diff_publish_version_after_config_update_more_than_200"
    compare(step, growth.grown() > 200)


def of_length(key, length):
    return {"Environment": {"Variables": {key: "x" * (length - len(key))}}}


KB4 = 4096


@api("TestLambdaSizeLimits::test_large_environment_variables_fails")
def test_variables_have_4_kilobytes_at_most(replay):
    given = {"FunctionName": fresh("function"), **replay.settings(**of_length("LARGE_VAR", KB4 - 6))}
    replay("failed_create_fn_result", "create_function", **given)


@api("TestLambdaSizeLimits::test_large_environment_fails_multiple_keys")
def test_all_variables_have_4_kilobytes_at_most_together(replay):
    # AWS does not say in which order it measures them; here it is that of their names.
    replay.recording.reword("SMALL_VAR", "EXTRA_VAR")
    variables = {"EXTRA_VAR": "ok", "LARGE_VAR": "x" * 4064}
    given = {"FunctionName": fresh("function"), **replay.settings(Environment={"Variables": variables})}
    replay("failured_create_fn_result_multi_key", "create_function", **given)


@api("TestLambdaSizeLimits::test_lambda_envvars_near_limit_succeeds")
def test_variables_may_have_4_kilobytes(replay):
    replay.make("successful_create_fn_result", **of_length("LARGE_VAR", KB4 - 7))


def padded(size):
    """Code of so many bytes, which make a small archive."""
    return packed({"index.py": b"#" * size})


@api("TestLambdaSizeLimits::test_oversized_request_create_lambda")
def test_a_request_has_a_size(replay):
    variables = {"Environment": {"Variables": {"largeKey": "x" * (70167211 - 52428800 + 1024 * 1024)}}}
    given = replay.settings(Code={"ZipFile": sized(52428800 - 1024)}, **variables)
    replay("invalid_param_exc", "create_function", FunctionName=fresh("function"), **given)


@api("TestLambdaSizeLimits::test_oversized_zipped_create_lambda")
def test_an_archive_has_a_size(replay):
    given = replay.settings(Code={"ZipFile": sized(52428800 + 1)})
    replay("invalid_param_exc", "create_function", FunctionName=fresh("function"), **given)


@pytest.mark.parametrize("name", ["test_oversized_unzipped_lambda", "test_oversized_lambda"])
@api("TestLambdaSizeLimits::{name}")
def test_code_has_a_size(replay, s3, bucket, name):
    s3.put_object(Bucket=bucket, Key="code.zip", Body=padded(262144000))
    given = replay.settings(Code={"S3Bucket": bucket, "S3Key": "code.zip"})
    replay("invalid_param_exc", "create_function", FunctionName=fresh("function"), **given)


@api("TestLambdaSizeLimits::test_large_lambda")
def test_code_may_be_large(replay, s3, bucket):
    s3.put_object(Bucket=bucket, Key="code.zip", Body=padded(262144000 - 1000))
    code = {"S3Bucket": bucket, "S3Key": "code.zip"}
    replay.create("create_function_large_zip", Code=code, Handler="handler.handler", Timeout=10)
