"""Functions that really run: what they are given, what they answer, and how they fail."""

import base64
import concurrent.futures
import json
import time

import pytest
from botocore.exceptions import ClientError

from .conftest import NODE, PROVIDED

ECHO = "import json\ndef handler(event, context):\n    print('hello', event)\n    return event\n"


def test_a_python_function_answers_its_event(functions):
    name = functions.make(ECHO)
    answer, payload = functions.invoke(name, {"a": [1, "ä"]}, LogType="Tail")
    assert (answer["StatusCode"], answer["ExecutedVersion"], payload) == (200, "$LATEST", {"a": [1, "ä"]})
    assert "FunctionError" not in answer
    log = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    start, line, end, report = log.splitlines()
    assert (start, end) == (f"START RequestId: {request_id} Version: $LATEST", f"END RequestId: {request_id}")
    assert line == "hello {'a': [1, 'ä']}"
    assert report.startswith(f"REPORT RequestId: {request_id}\tDuration: ") and "\tInit Duration: " in report


def test_an_environment_is_used_again(functions):
    name = functions.make("count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n")
    assert [functions.invoke(name)[1] for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_function_finds_what_aws_gives_it(functions, server):
    code = """
import os
def handler(event, context):
    names = ["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_REGION",
             "AWS_EXECUTION_ENV", "_HANDLER", "AWS_ENDPOINT_URL", "OWN", "AWS_LAMBDA_LOG_GROUP_NAME"]
    return {**{name: os.environ.get(name) for name in names}, "cwd": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"],
            "name": context.function_name, "memory": context.memory_limit_in_mb, "arn": context.invoked_function_arn,
            "left": 0 < context.get_remaining_time_in_millis() <= 30000}
"""
    name = functions.make(code, Environment={"Variables": {"OWN": "yes"}}, MemorySize=256)
    found = functions.invoke(name)[1]
    assert found.pop("arn").endswith(f":function:{name}")
    assert found == {
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "_HANDLER": "index.handler",
        "AWS_ENDPOINT_URL": server.url,
        "OWN": "yes",
        "cwd": True,
        "name": name,
        "memory": "256",
        "left": True,
    }


@pytest.mark.parametrize(
    "code, error",
    [
        ("def handler(event, context):\n    raise ValueError('no')\n", {"errorType": "ValueError", "errorMessage": "no"}),
        ("import nothing_of_that_name\n", {"errorType": "Runtime.ImportModuleError"}),
        ("def other(): pass\n", {"errorType": "Runtime.HandlerNotFound"}),
        ("def handler(:\n", {"errorType": "Runtime.UserCodeSyntaxError"}),
        ("def handler(event, context):\n    return {1, 2}\n", {"errorType": "Runtime.MarshalError"}),
        ("import sys\ndef handler(event, context):\n    sys.exit(3)\n", {"errorType": "Runtime.ExitError"}),
        ("import os\nos._exit(0)\n", {"errorType": "Runtime.ExitError"}),
    ],
)
def test_what_fails_is_told_as_aws_tells_it(functions, code, error):
    answer, payload = functions.invoke(functions.make(code))
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert {name: payload[name] for name in error} == error
    if error["errorType"] == "Runtime.ExitError":
        assert "Error: Runtime exited with" in payload["errorMessage"]


def test_a_function_that_is_too_slow_is_ended(functions):
    name = functions.make("import time\ndef handler(event, context):\n    time.sleep(event.get('s', 0))\n", Timeout=1)
    begun = time.monotonic()
    answer, payload = functions.invoke(name, {"s": 30})
    assert time.monotonic() - begun < 15
    request_id = answer["ResponseMetadata"]["RequestId"]
    message = f"RequestId: {request_id} Error: Task timed out after 1.00 seconds"
    assert payload == {"errorType": "Sandbox.Timedout", "errorMessage": message}
    answer, payload = functions.invoke(name)
    assert "FunctionError" not in answer and payload is None


def test_a_node_function_answers_and_fails(functions):
    name = functions.make(
        "exports.handler = async (event) => { if (event.fail) throw new RangeError('no'); console.log('hi'); return {got: event}; };",
        NODE,
    )
    answer, payload = functions.invoke(name, {"a": 1}, LogType="Tail")
    assert payload == {"got": {"a": 1}}
    assert "\tINFO\thi\n" in base64.b64decode(answer["LogResult"]).decode()
    answer, payload = functions.invoke(name, {"fail": True})
    assert (answer["FunctionError"], payload["errorType"], payload["errorMessage"]) == ("Unhandled", "RangeError", "no")


def test_a_node_function_may_call_back(functions):
    name = functions.make("exports.handler = (event, context, callback) => setTimeout(() => callback(null, 7), 5);", NODE)
    assert functions.invoke(name)[1] == 7


def test_a_node_module_is_run(functions):
    name = functions.make({"index.mjs": "export const handler = async () => 'module';"}, NODE)
    assert functions.invoke(name)[1] == "module"


def test_a_runtime_of_ones_own_is_run(functions):
    script = """#!/bin/sh
while true; do
  HEADERS=$(mktemp)
  EVENT=$(curl -sS -LD "$HEADERS" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" -d "$EVENT" > /dev/null
done
"""
    name = functions.make(script, PROVIDED)
    assert functions.invoke(name, {"own": True})[1] == {"own": True}


def test_payloads_are_limited(functions):
    name = functions.make("def handler(event, context):\n    return 'x' * event['size']\n")
    assert len(functions.invoke(name, {"size": 5_000_000})[1]) == 5_000_000
    answer, payload = functions.invoke(name, {"size": 7_000_000})
    assert payload == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    with pytest.raises(ClientError) as refused:
        functions.invoke(name, {"size": 1, "pad": "x" * 6_300_000})
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"


def test_what_is_no_json_is_refused(aws_lambda, functions):
    name = functions.make(ECHO)
    with pytest.raises(ClientError) as refused:
        aws_lambda.invoke(FunctionName=name, Payload=b"no json")
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidRequestContentException"
    assert error["Message"].startswith("Could not parse request body into json: ")


def test_reserved_concurrency_throttles(aws_lambda, functions):
    name = functions.make(ECHO)
    aws_lambda.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as refused:
        functions.invoke(name)
    response = refused.value.response
    assert (response["Error"]["Code"], response["Error"]["Message"]) == ("TooManyRequestsException", "Rate Exceeded.")
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_many_run_at_once(functions):
    name = functions.make("import time\ndef handler(event, context):\n    time.sleep(0.2)\n    return event['n']\n", Timeout=60)
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda n: functions.invoke(name, {"n": n})[1], range(50)))
    assert answers == list(range(50))


def test_a_response_streams(aws_lambda, functions):
    code = """exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType('text/plain');
  stream.write('one ');
  stream.write('two');
  stream.end();
});"""
    name = functions.make(code, NODE)
    answer = aws_lambda.invoke_with_response_stream(FunctionName=name, Payload=json.dumps({}))
    events = list(answer["EventStream"])
    chunks = b"".join(event["PayloadChunk"]["Payload"] for event in events if "PayloadChunk" in event)
    assert chunks == b"one two"
    assert "InvokeComplete" in events[-1]


def test_versions_and_aliases_are_invoked(aws_lambda, functions):
    name = functions.make(
        "import os\ndef handler(event, context):\n    return [os.environ['VALUE'], context.function_version, context.invoked_function_arn]\n",
        Environment={"Variables": {"VALUE": "one"}},
    )
    assert aws_lambda.publish_version(FunctionName=name)["Version"] == "1"
    aws_lambda.update_function_configuration(FunctionName=name, Environment={"Variables": {"VALUE": "two"}})
    aws_lambda.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    aws_lambda.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    for qualifier, value, version in [("1", "one", "1"), ("live", "one", "1"), ("$LATEST", "two", "$LATEST")]:
        answer, payload = functions.invoke(name, Qualifier=qualifier)
        assert (payload[:2], answer["ExecutedVersion"]) == ([value, version], version)
        assert payload[2].endswith(f":function:{name}:{qualifier}")


def test_an_alias_shares_its_invocations_out(aws_lambda, functions):
    name = functions.make("def handler(event, context):\n    return context.function_version\n")
    aws_lambda.publish_version(FunctionName=name)
    aws_lambda.update_function_configuration(FunctionName=name, Description="another")
    aws_lambda.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    aws_lambda.publish_version(FunctionName=name)
    routing = {"AdditionalVersionWeights": {"2": 0.5}}
    aws_lambda.create_alias(FunctionName=name, Name="shared", FunctionVersion="1", RoutingConfig=routing)
    invoked = [functions.invoke(name, Qualifier="shared") for _ in range(100)]
    versions = [version for _, version in invoked]
    assert versions == [answer["ExecutedVersion"] for answer, _ in invoked]
    assert 20 < versions.count("2") < 80, "one in 10^9 runs may differ"
    aws_lambda.update_alias(FunctionName=name, Name="shared", RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}})
    assert {functions.invoke(name, Qualifier="shared")[1] for _ in range(10)} == {"2"}


def test_a_node_function_that_cannot_start_says_why(functions):
    answer, payload = functions.invoke(functions.make("require('nothing-of-that-name');", NODE))
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ImportModuleError"
    answer, payload = functions.invoke(functions.make("exports.other = 1;", NODE))
    assert payload["errorType"] == "Runtime.HandlerNotFound"
    answer, payload = functions.invoke(functions.make("exports.handler = async () => process.exit(4);", NODE))
    assert payload["errorType"] == "Runtime.ExitError" and payload["errorMessage"].endswith("exit status 4")
