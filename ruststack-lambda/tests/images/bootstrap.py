"""A small runtime for tests: speaks the Runtime API, and calls a Python handler."""

import importlib
import json
import os
import sys
from http.client import HTTPConnection

BASE = "/2018-06-01/runtime"
connection = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def request(method, path, body=None):
    connection.request(method, BASE + path, body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response, response.read()


def describe(error):
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []})


sys.path.insert(0, os.environ.get("LAMBDA_TASK_ROOT", "/var/task"))
sys.path.insert(1, "/opt/python")
try:
    module, _, function = os.environ["_HANDLER"].rpartition(".")
    handler = getattr(importlib.import_module(module.replace("/", ".")), function)
except Exception as error:
    request("POST", "/init/error", describe(error))
    sys.exit(1)

while True:
    head, event = request("GET", "/invocation/next")
    base = "/invocation/" + head.getheader("Lambda-Runtime-Aws-Request-Id")
    try:
        answer = json.dumps(handler(json.loads(event), None))
    except Exception as error:
        request("POST", base + "/error", describe(error))
        continue
    request("POST", base + "/response", answer)
