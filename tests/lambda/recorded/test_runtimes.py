"""Python and Node.js of all versions, compared with what AWS answered; processes run them with what the machine has."""

import pytest

from ..conftest import packed

PYTHONS = [f"python3.{minor}" for minor in range(9, 15)]
NODES = [f"nodejs{major}.x" for major in range(16, 26, 2)]
FAILS = {
    "python": {"handler.py": "def handler(event, context):\n    raise Exception(f\"Failed: {event['error_msg']}\")\n"},
    "nodejs": {"index.js": "exports.handler = async (event) => { throw new Error(`Error: ${event.error_msg}`); };\n"},
}


@pytest.mark.parametrize("runtime", [*PYTHONS, *NODES])
@pytest.mark.recorded("lambda_common", "TestLambdaRuntimesCommon::test_uncaught_exception_invoke[{runtime}]", "12-01-2026")
def test_a_handler_fails_in_each_runtime(replay, runtime):
    language = "python" if runtime.startswith("python") else "nodejs"
    handler = "handler.handler" if language == "python" else "index.handler"
    code = {"Code": {"ZipFile": packed(FAILS[language])}, "Handler": handler}
    function = replay.create("create_function_result", Runtime=runtime, MemorySize=1024, **code)
    # A word stands in place of where it failed.
    where = ("stackTrace", "trace")
    function("error_result", "invoke", where, Payload=b'{"error_msg": "some_error_msg"}')


ES6 = """
export const handler = async (event) => ({
    statusCode: 200,
    body: JSON.stringify(`response from localstack lambda: ${JSON.stringify(event)}`),
});
"""


@pytest.mark.parametrize("runtime", NODES)
@pytest.mark.recorded("lambda_runtimes", "TestNodeJSRuntimes::test_invoke_nodejs_es6_lambda[{runtime}]", "25-11-2025")
def test_node_runs_modules(replay, runtime):
    for step in replay.recording.steps.values():
        told = step.get("CreateFunctionResponse", step)
        if "CodeSha256" in told:
            # The recording has a mark inside a mark.
            told["CodeSha256"] = "<code-sha256:1>"
    code = {"Code": {"ZipFile": packed({"lambda_handler_es6.mjs": ES6})}, "Handler": "lambda_handler_es6.handler"}
    function = replay.make("creation-result", Runtime=runtime, **code)
    function("invocation-result", "invoke", Payload=b'{"event_type":"test_lambda"}')
