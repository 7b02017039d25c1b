"""The Python runtime of the process executor: standard library only."""
import base64
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
PREFIX = "/2018-06-01/runtime"
connection = http.client.HTTPConnection(API)


def exchange(method, path, body=None, headers=None):
    connection.request(method, PREFIX + path, body, headers or {})
    answer = connection.getresponse()
    return answer, answer.read()


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Client:
    FIELDS = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __init__(self, told):
        for field in self.FIELDS:
            setattr(self, field, (told or {}).get(field))


class ClientContext:
    def __init__(self, told):
        self.custom = told.get("custom")
        self.env = told.get("env")
        self.client = Client(told.get("client"))


class LambdaContext:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = CognitoIdentity()
        told = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(told)) if told else None
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        shown = ("aws_request_id", "function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb")
        return "LambdaContext([" + ",".join(f"{name}={getattr(self, name)}" for name in shown) + "])"


class LogLine(logging.Formatter):
    converter = time.gmtime


class LogHandler(logging.Handler):
    def emit(self, record):
        sys.stdout.write(self.format(record))
        sys.stdout.flush()


class NameRequest(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = NameRequest.request_id
        return True


def set_up_logging():
    handler = LogHandler()
    pattern = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
    handler.setFormatter(LogLine(pattern, "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(NameRequest())
    logging.getLogger().addHandler(handler)


class Fault(Exception):
    """A fault of the function's package, with AWS's name for it."""

    def __init__(self, kind, message, trace=()):
        self.kind, self.message, self.trace = kind, message, list(trace)


def find_handler(name):
    if "." not in name:
        text = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", text)
    module, function = name.rsplit(".", 1)
    try:
        if module.split(".")[0] in sys.builtin_module_names:
            text = f"Cannot use built-in module {module} as a handler module"
            raise Fault("Runtime.BuiltInModuleConflict", text)
        found = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}") from error
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}", [place]) from error
    try:
        return getattr(found, function)
    except AttributeError as error:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module}'") from error


def error_document(error, request_id):
    if isinstance(error, Fault):
        kind, message, trace = error.kind, error.message, error.trace
    else:
        kind, message = type(error).__name__, str(error)
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename != __file__ and "<frozen importlib" not in frame.filename]
        trace = traceback.format_list(own)
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def print_error(document):
    lines = [f"[ERROR] {document['errorType']}: {document['errorMessage']}"]
    if document["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        lines += [entry.rstrip("\n") for entry in document["stackTrace"]]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def fail_start(error):
    document = error_document(error, "")
    print_error(document)
    headers = {"Lambda-Runtime-Function-Error-Type": "Unhandled", "Content-Type": "application/json"}
    exchange("POST", "/init/error", json.dumps(document).encode(), headers)
    sys.exit(1)


def encode(value):
    if hasattr(value, "__fspath__") or isinstance(value, (bytes, bytearray)):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def run(handler, body, context):
    try:
        event = json.loads(body) if body else {}
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error
    result = handler(event, context)
    if isinstance(result, bytes):
        return result
    try:
        return encode(result)
    except (TypeError, ValueError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def serve(handler):
    while True:
        answer, body = exchange("GET", "/invocation/next")
        if answer.status != 200:
            sys.exit(1)
        request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        NameRequest.request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = answer.headers.get("Lambda-Runtime-Trace-Id", "")
        try:
            result = run(handler, body, LambdaContext(answer.headers))
            sys.stdout.flush()
            sys.stderr.flush()
            answer, _ = exchange("POST", f"/invocation/{request_id}/response", result)
        except Exception as error:  # whatever a handler raises is told
            document = error_document(error, request_id)
            print_error(document)
            headers = {"Lambda-Runtime-Function-Error-Type": "Unhandled", "Content-Type": "application/json"}
            exchange("POST", f"/invocation/{request_id}/error", json.dumps(document).encode(), headers)


def main():
    root = os.environ["LAMBDA_TASK_ROOT"]
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [root] + [entry for entry in sys.path if os.path.abspath(entry or ".") != own]
    sys.dont_write_bytecode = True
    set_up_logging()
    try:
        handler = find_handler(os.environ["_HANDLER"])
    except SystemExit:
        raise
    except Exception as error:  # whatever a module raises is told
        fail_start(error)
    serve(handler)


if __name__ == "__main__":
    main()
