"""Invocations, compared with what AWS answered: of Python and of Node.js, which the process executor runs."""

import base64
import json
import re

import pytest
from botocore.config import Config

from ..conftest import packed
from .conftest import ECHO, Replay, fresh

NODE = {"Runtime": "nodejs20.x", "Handler": "index.handler"}
PYTHON = {"Handler": "index.handler"}


def data(name, date=""):
    return pytest.mark.recorded("lambda", name, date)


def python(text, **files):
    return {"Code": {"ZipFile": packed({"index.py": text, **files})}, **PYTHON}


def node(text):
    return {"Code": {"ZipFile": packed({"index.js": text})}, **NODE}


def sleeping(seconds):
    code = f"import time\ndef handler(event, context):\n    time.sleep({seconds})\n"
    return {"Code": {"ZipFile": packed({"handler.py": code})}}


COUNT = {
    "python": python("n = -1\ndef handler(event, context):\n    global n\n    n += 1\n    return {'counter': n}\n"),
    "nodejs": node("let n = -1;\nexports.handler = async () => ({ counter: (n += 1) });\n"),
}
ECHOES = {
    "python": python("def handler(event, context):\n    print(event)\n    return event\n"),
    "nodejs": node("exports.handler = async (event) => { console.log(JSON.stringify(event)); return event; };\n"),
}


@pytest.mark.parametrize("language", ["nodejs", "python"])
@data("TestLambdaBehavior::test_lambda_cache_local[{language}]")
def test_an_environment_is_used_again(replay, language):
    function = replay.make(**COUNT[language])
    function("first_invoke_result", "invoke")
    function("second_invoke_result", "invoke")


@data("TestLambdaBehavior::test_lambda_invoke_with_timeout")
def test_a_function_has_its_time(replay):
    function = replay.make("create-result", Timeout=1, **sleeping(9))
    function("invoke-result", "invoke")


@data("TestLambdaBehavior::test_lambda_invoke_no_timeout")
def test_a_function_that_is_done_in_time(replay):
    function = replay.make("create-result", Timeout=2, **sleeping(0.1))
    function("invoke-result", "invoke")


@data("TestLambdaBaseFeatures::test_function_state")
def test_a_function_becomes_active(replay):
    function = replay.create("create-fn-response", Handler="handler.handler")
    function("get-fn-response", "get_function")


LANGUAGES = {"python3.9": "python", "python3.10": "python", "nodejs16.x": "nodejs"}


@pytest.mark.parametrize("runtime", LANGUAGES)
@data("TestLambdaFeatures::test_invocation_type_request_response[{runtime}]")
def test_an_answer_is_waited_for(replay, runtime):
    function = replay.make(**{**ECHOES[LANGUAGES[runtime]], "Runtime": runtime})
    function("invoke-result", "invoke", InvocationType="RequestResponse", Payload=b"{}")


@pytest.mark.parametrize("runtime", LANGUAGES)
@data("TestLambdaFeatures::test_invocation_type_event[{runtime}]")
def test_an_event_is_left(replay, runtime):
    function = replay.make(**{**ECHOES[LANGUAGES[runtime]], "Runtime": runtime})
    function("invoke-result", "invoke", InvocationType="Event", Payload=b"{}")


@pytest.mark.parametrize("runtime", LANGUAGES)
@data("TestLambdaFeatures::test_invocation_type_dry_run[{runtime}]")
def test_an_invocation_is_tried(replay, runtime):
    function = replay.make(**{**ECHOES[LANGUAGES[runtime]], "Runtime": runtime})
    function("invoke-result", "invoke", InvocationType="DryRun", Payload=b"{}")


NOTHING = {"python": python("def handler(event, context):\n    pass\n"), "nodejs": node("exports.handler = async () => {};\n")}


@pytest.mark.parametrize("kind", ["RequestResponse", "Event"])
@pytest.mark.parametrize("language", ["python", "nodejs"])
@data("TestLambdaFeatures::test_invocation_type_no_return_payload[{language}-{kind}]")
def test_a_function_may_answer_nothing(replay, language, kind):
    replay.make(**NOTHING[language])("invoke-result", "invoke", InvocationType=kind, Payload=b"{}")


@pytest.mark.parametrize("runtime", ["python3.10", "nodejs16.x"])
@data("TestLambdaFeatures::test_invocation_with_logs[{runtime}]")
def test_the_end_of_the_log_is_told(replay, runtime):
    function = replay.make(**{**ECHOES[LANGUAGES[runtime]], "Runtime": runtime})
    answer = function("invoke", "invoke", ("LogResult",), LogType="Tail", Payload=b"{}")
    replay.recording.compare("logs", {"logs": told(answer, runtime).splitlines(keepends=True)})


def told(answer, runtime):
    """The log, with words in place of what differs from run to run, as the recording has it."""
    text = base64.b64decode(answer["LogResult"]).decode()
    identifier = re.search(r"RequestId: (\S+)", text)[1]
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "date", text).replace(identifier, "<request-id>")
    text = re.sub(r"Duration: [\d.]+ ms", "Duration: <duration> ms", text)
    return re.sub(r"Used: \d+ MB", "Used: <memory> MB", text)


@data("TestLambdaFeatures::test_invoke_exceptions", "24-11-2025")
def test_no_function_is_invoked_that_is_not_there(replay):
    replay("invoke_function_doesnotexist", "invoke", FunctionName="doesnotexist")


VERSION = """
def handler(event, context):
    return {
        "version_id": "%s",
        "invoked_arn": context.invoked_function_arn,
        "version_from_ctx": context.function_version,
    }
"""


def version(number):
    return packed({"handler.py": VERSION % f"version{number}", "index.py": ""})


@data("TestLambdaVersions::test_lambda_versions_with_code_changes")
def test_a_version_keeps_its_code(replay):
    settings = {"Handler": "handler.handler", "Code": {"ZipFile": version(1)}, "Description": "No version :("}
    function = replay.create("create_response", **settings)
    function("first_publish_response", "publish_version", Description="First version description :)")
    function("update_lambda_response", "update_function_code", ZipFile=version(2))
    function.updated()
    function("invocation_result_latest", "invoke")
    function("invocation_result_v1", "invoke", Qualifier="1")
    function("second_publish_response", "publish_version", Description="Second version description :)")
    function("invocation_result_v2", "invoke", Qualifier="2")
    function("update_lambda_response_with_publish", "update_function_code", ZipFile=version(3), Publish=True)
    function.updated()
    function("invocation_result_v3", "invoke", Qualifier="3")
    function("invocation_result_latest_end", "invoke")
    function("invocation_result_v2_end", "invoke", Qualifier="2")
    function("invocation_result_v1_end", "invoke", Qualifier="1")


@data("TestLambdaAliases::test_lambda_alias_moving")
def test_an_alias_moves_to_another_version(replay):
    settings = {"Handler": "handler.handler", "Code": {"ZipFile": version(1)}, "Description": "No version :("}
    function = replay.create("create_response", **settings)
    function.call("publish_version", Description="First version description :)")
    alias = {"Qualifier": "alias1"}
    made = function("create_alias_response", "create_alias", Name="alias1", FunctionVersion="1")
    function("invocation_result_qualifier_v1", "invoke", **alias)
    function("invocation_result_qualifier_v1_arn", "invoke", FunctionName=made["AliasArn"])
    function("update_lambda_response", "update_function_code", ZipFile=version(2))
    function.updated()
    function("invocation_result_qualifier_v1_after_update", "invoke", **alias)
    function("second_publish_response", "publish_version", Description="Second version description :)")
    function("invocation_result_qualifier_v1_after_publish", "invoke", **alias)
    function("update_alias_response", "update_alias", Name="alias1", FunctionVersion="2")
    function("invocation_result_qualifier_v2", "invoke", **alias)
    function("invocation_exc_not_existent", "invoke", Qualifier="non-existent-alias")


@data("TestLambdaAliases::test_alias_routingconfig")
def test_an_alias_leads_to_two_versions(replay):
    function = replay.make()
    function.call("publish_version")
    function.call("update_function_configuration", Description="another")
    function.updated()
    function.call("publish_version")
    both = {"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}}
    function("create_alias_response", "create_alias", Name="alias1", FunctionVersion="1", **both)
    reached = {function.call("invoke", Qualifier="alias1")["ExecutedVersion"] for _ in range(40)}
    assert reached == {"1", "2"}


ONE = {"ReservedConcurrentExecutions": 1}


@data("TestLambdaConcurrency::test_lambda_concurrency_block")
def test_what_is_provisioned_is_not_for_others(replay):
    function = replay.make(Code={"ZipFile": ECHO}, **PYTHON)
    # The module has another name there.
    replay.recording.reword("handler.handler", "index.handler")
    # A word stands in place of the digest.
    function("v1_result", "publish_version")
    function("reserved_concurrency_result", "put_function_concurrency", **ONE)
    hello = {"Payload": json.dumps({"hello": "world"})}
    function("invoke_latest_before_block", "invoke", Qualifier="$LATEST", **hello)
    put = {"Qualifier": "1", "ProvisionedConcurrentExecutions": 1}
    function("provisioned_concurrency_result", "put_provisioned_concurrency_config", **put)
    function("invoke_latest_first_exc", "invoke", Qualifier="$LATEST", **hello)
    function("invoke_v1_after_block", "invoke", Qualifier="1", **hello)
    function("invoke_latest_second_exc", "invoke", Qualifier="$LATEST", **hello)


@data("TestLambdaConcurrency::test_lambda_concurrency_update")
def test_reserved_concurrency_is_told_with_the_function(replay):
    function = replay.make()
    function.call("put_function_concurrency", ReservedConcurrentExecutions=1)
    function("put_function_concurrency", "put_function_concurrency", ReservedConcurrentExecutions=3)
    function("get_function_concurrency_updated", "get_function_concurrency")
    function("get_function_concurrency_info", "get_function")
    function.call("delete_function_concurrency")
    function("get_function_concurrency_deleted", "get_function_concurrency")


@data("TestLambdaErrors::test_lambda_handler_exit")
def test_a_handler_exits(replay):
    exits = python("import sys\ndef handler(event, context):\n    sys.exit(0)\n")
    replay.make(**exits)("invocation_error", "invoke", Payload=b"{}")


@data("TestLambdaErrors::test_lambda_handler_error")
def test_a_handler_fails(replay):
    # Code is elsewhere, where no container holds it.
    fails = python('def handler(event, context):\n    raise Exception("Handler fails")\n')
    replay.make(**fails)("invocation_error", "invoke", ("stackTrace",), Payload=b"{}")


TOO_LARGE = "def handler(event, context):\n    return {'message': 'x' * 6291556}\n"


@data("TestLambdaBaseFeatures::test_lambda_too_large_response")
def test_an_answer_has_a_size(replay):
    function = replay.make(**python(TOO_LARGE))
    function("invoke_result", "invoke")
    function("invoke_result_2", "invoke")


@data(r"TestLambdaErrors::test_lambda_invoke_payload_encoding_error[body-n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt]")
def test_an_event_is_text(client, recording, account):
    config = Config(parameter_validation=False)
    replay = Replay(client("lambda", config=config), recording, account)
    replay.make()("invoke_function_invalid_payload_body", "invoke", Payload=b"n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt")


TWO_HANDLERS = """
def handler(event, context):
    return {"handler": "handler"}


def handler_two(event, context):
    return {"handler": "handler_two"}
"""


@data("TestLambdaVersions::test_lambda_handler_update")
def test_another_handler_is_taken(replay):
    function = replay.make(Code={"ZipFile": packed({"handler.py": TWO_HANDLERS})})
    function("invoke_result_handler_one", "invoke")
    update = {"Handler": "handler.handler_two"}
    function("update_function_configuration_result", "update_function_configuration", **update)
    function.updated()
    function("get_function_result", "get_function")
    function("invoke_result_handler_two", "invoke")
    number = function.call("publish_version")["Version"]
    replay.recording.steps["invoke_result_handler_two_postpublish"]["ExecutedVersion"] = number
    function("invoke_result_handler_two_postpublish", "invoke", Qualifier=number)


@data("TestLambdaCleanup::test_recreate_function")
def test_a_name_is_free_again(replay):
    name = fresh("function")
    settings = {"Handler": "lambda_echo.handler", "Code": {"ZipFile": packed({"lambda_echo.py": ""})}}
    for step in ("one", "two"):
        function = replay.make(f"create_function_response_{step}", name=name, **settings)
        function.call("delete_function")
