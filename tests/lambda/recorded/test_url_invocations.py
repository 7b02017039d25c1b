"""What functions answer at their URLs, compared with what AWS answered."""

import json
import time
import urllib.error
import urllib.request

import pytest

from ..conftest import packed
from .test_invocations import data

ANYBODY = {
    "StatementId": "urlPermission",
    "Action": "lambda:InvokeFunctionUrl",
    "Principal": "*",
    "FunctionUrlAuthType": "NONE",
}
CREATE, UPDATE, GET = (f"{verb}_function_url_config" for verb in ("create", "update", "get"))


def answering(value):
    code = f"import json\ndef handler(event, context):\n    return json.loads({json.dumps(json.dumps(value))})\n"
    return {"Code": {"ZipFile": packed({"index.py": code})}, "Handler": "index.handler"}


def fetch(url):
    """Status, headers and body, whatever the status."""
    try:
        answer = urllib.request.urlopen(url)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, answer.read().decode()


ANSWERS = {
    "dict": {"hello": "world"},
    "http-response": {"statusCode": 200, "body": "body123"},
    "http-response-json": {"statusCode": 200, "body": json.dumps({"hello": "world"})},
    "list-mixed": ["hello", 3, True],
    "string": "hello",
    "integer": 3,
    "float": 3.1,
    "boolean": True,
}


@pytest.mark.parametrize("kind", ANSWERS)
@data("TestLambdaURL::test_lambda_url_invocation[{kind}]")
def test_what_a_function_answers_is_a_response(replay, kind):
    function = replay.make(**answering(ANSWERS[kind]))
    url = function("create_lambda_url_config", CREATE, AuthType="NONE")["FunctionUrl"]
    function("add_permission", "add_permission", **ANYBODY)
    status, headers, content = fetch(url)
    shown = {name: headers[name] for name in ("Content-Length", "Content-Type")}
    recorded = replay.recording.steps["lambda_url_invocation"]
    content = json.loads(content) if isinstance(recorded["content"], dict) else content
    replay.recording.compare("lambda_url_invocation", {"content": content, "headers": shown, "statuscode": status})


@data("TestRequestIdHandling::test_request_id_invoke_url")
def test_a_response_has_the_invocations_id(replay, client):
    function = replay.make(**answering("hi"))
    url = function("create_lambda_url_config", CREATE, AuthType="NONE")["FunctionUrl"]
    function("add_permission", "add_permission", **ANYBODY)
    status, headers, content = fetch(url)
    answer = {"content": content, "headers": {"x-amzn-RequestId": headers["x-amzn-requestid"]}, "statuscode": status}
    replay.recording.compare("lambda_url_invocation", answer)
    replay.recording.compare("end_log_entries", [log_of(function, client("logs"), "END ")])


def log_of(function, logs, start):
    """The first line that begins so; it comes after the answer."""
    group = f"/aws/lambda/{function.name}"
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            events = logs.filter_log_events(logGroupName=group)["events"]
        except logs.exceptions.ResourceNotFoundException:
            continue
        for event in events:
            if event["message"].startswith(start):
                return event["message"].strip()
    raise AssertionError(f"no line begins with {start}")


@data("TestLambdaURL::test_lambda_url_persists_after_alias_delete")
def test_the_url_of_an_alias_goes_with_it(replay):
    function = replay.make(**answering("hi"))
    function.call("publish_version")
    alias = {"Qualifier": "myalias"}
    function.call("create_alias", Name="myalias", FunctionVersion="1")
    given = {"AuthType": "NONE", "InvokeMode": "BUFFERED", **alias}
    url = function("create_lambda_url_config", CREATE, **given)["FunctionUrl"]
    status, _, _ = fetch(url)
    replay.recording.compare("invoke_aliased_url_response", {"status_code": status})
    function("delete_alias_resp", "delete_alias", Name="myalias")
    status, headers, content = fetch(url)
    # AWS forgets the address after a while; from then on it says nothing of what there was.
    assert json.loads(content) == {"Message": None}
    recorded = replay.recording.steps["invoke_deleted_alias_url_response_delayed"]
    told = {"content": recorded["content"], "headers": {"x-amzn-ErrorType": headers["x-amzn-ErrorType"]}}
    replay.recording.compare("invoke_deleted_alias_url_response_delayed", {**told, "status_code": status})


@data("TestLambdaURL::test_lambda_url_invalid_invoke_mode")
def test_a_url_answers_at_once_or_bit_by_bit(replay):
    given = {"AuthType": "NONE", "InvokeMode": "UNKNOWN"}
    replay.make()("invoke_function_invalid_invoke_type", CREATE, **given)


@data("TestLambdaURL::test_lambda_update_function_url_config")
def test_a_url_learns_to_answer_bit_by_bit(replay):
    function = replay.make(**answering("hi"))
    function("create_lambda_url_config", CREATE, AuthType="NONE", InvokeMode="BUFFERED")
    function("get_url_config", GET)
    function("modify_lambda_url_config", UPDATE, AuthType="NONE", InvokeMode="RESPONSE_STREAM")
    function("get_url_config_2", GET)
    function("modify_lambda_url_config_none", UPDATE, AuthType="NONE")
    function("get_url_config_3", GET)


MODES = {"RESPONSE_STREAM": {"InvokeMode": "RESPONSE_STREAM"}, "BUFFERED": {"InvokeMode": "BUFFERED"}, "None": {}}


@pytest.mark.parametrize("mode", MODES)
@data("TestLambdaURL::test_lambda_url_echo_invoke[{mode}]")
def test_a_url_answers_in_each_mode(replay, mode):
    function = replay.make(**answering("hi"))
    url = function("create_lambda_url_config", CREATE, AuthType="NONE", **MODES[mode])["FunctionUrl"]
    function("add_permission", "add_permission", **ANYBODY)
    assert fetch(url)[0] == 200
