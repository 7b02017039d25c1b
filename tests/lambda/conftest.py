"""What the tests of Lambda share: functions of a few lines, deployed and ready."""

import io
import json
import uuid
import zipfile

import pytest

ROLE = "arn:aws:iam::000000000000:role/anybody"


def packed(files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o755 << 16
            writer.writestr(entry, content)
    return archive.getvalue()


PYTHON = ("python3.12", "index.py", "index.handler")
NODE = ("nodejs20.x", "index.js", "index.handler")
PROVIDED = ("provided.al2023", "bootstrap", "anything")


class Functions:
    """Makes functions."""

    def __init__(self, client):
        self.client = client

    def make(self, code, kind=PYTHON, **settings):
        runtime, file, handler = kind
        name = settings.pop("name", f"function-{uuid.uuid4().hex[:12]}")
        files = code if isinstance(code, dict) else {file: code}
        settings = {"Runtime": runtime, "Handler": handler, "Role": ROLE, "Timeout": 30, **settings}
        self.client.create_function(FunctionName=name, Code={"ZipFile": packed(files)}, **settings)
        self.client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        return name

    def invoke(self, name, event=None, **options):
        payload = json.dumps(event if event is not None else {})
        answer = self.client.invoke(FunctionName=name, Payload=payload, **options)
        return answer, json.loads(answer["Payload"].read() or b"null")


@pytest.fixture
def aws_lambda(client):
    return client("lambda")


@pytest.fixture
def functions(aws_lambda):
    return Functions(aws_lambda)
