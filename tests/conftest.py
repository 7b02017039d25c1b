"""Starts the built binary once per worker and gives every test an account of its own."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import urllib.request
import uuid

import boto3
import pytest
from botocore.config import Config

from .names import sitecustomize  # noqa: F401
from .recorded import pytest_runtest_makereport, recording  # noqa: F401

ROOT = pathlib.Path(__file__).parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running RustStack."""

    def __init__(self, **environment):
        self.port = free_port()
        binary = os.environ.get("RUSTSTACK_BINARY", ROOT / "target/release/ruststack")
        # The images of AWS's runtimes need not be here: functions run as processes, unless the caller says otherwise.
        executor = os.environ.get("LAMBDA_RUNTIME_EXECUTOR", "process")
        settings = {"GATEWAY_LISTEN": f"127.0.0.1:{self.port}", "LS_LOG": "error", "LAMBDA_RUNTIME_EXECUTOR": executor}
        settings |= environment
        self.process = subprocess.Popen(
            [binary], env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout.readline() == "Ready.\n", "RustStack did not start"
        self.url = f"http://127.0.0.1:{self.port}"

    def advance(self, seconds):
        """Moves the clock; whoever does so has a server of their own."""
        body = json.dumps({"advance_seconds": seconds}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_ruststack/clock", body)).close()

    def settle(self):
        """Waits until all that is due was delivered."""
        urllib.request.urlopen(f"{self.url}/_ruststack/settle").close()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=20)


class RunningServer(Server):
    """One that was started by hand: RUSTSTACK_ENDPOINT=http://127.0.0.1:4566."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.port = int(self.url.rpartition(":")[2])

    def stop(self):
        return 0


@pytest.fixture(scope="session")
def server():
    running = os.environ.get("RUSTSTACK_ENDPOINT")
    server = RunningServer(running) if running else Server()
    yield server
    assert server.stop() == 0, "RustStack ends well after all that was done to it"


@pytest.fixture(scope="session")
def strict_server():
    """One that verifies every signature."""
    server = Server(RUSTSTACK_AUTH="sigv4")
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="session")
def iam_server():
    """One that also holds everybody to policies."""
    server = Server(RUSTSTACK_AUTH="iam")
    yield server
    assert server.stop() == 0


@pytest.fixture
def account():
    return str(uuid.uuid4().int % 10**12).zfill(12)


@pytest.fixture
def client(server, account):
    """Makes boto3 clients of the test's account."""

    def make(service="s3", url=None, config=None, **options):
        settings = {
            "aws_access_key_id": account,
            "aws_secret_access_key": "test",
            "region_name": "us-east-1",
            **options,
        }
        # One try: a retry would hide a failure.
        config = Config(retries={"total_max_attempts": 1}).merge(config or Config())
        return boto3.client(service, endpoint_url=url or server.url, config=config, **settings)

    return make


@pytest.fixture
def s3(client):
    return client()


@pytest.fixture
def bucket(s3):
    name = f"bucket-{uuid.uuid4().hex[:16]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def environment(server, account):
    """What command-line clients are given."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": str(ROOT / "tests/names"),
    }


@pytest.fixture
def aws(environment, request):
    """The AWS CLI; the service is the module's `SERVICE`."""
    program = pathlib.Path(sys.executable).parent / "aws"

    def call(*arguments):
        # Version 1 asks queue.amazonaws.com unless it is told on the command line.
        command = [program, "--endpoint-url", environment["AWS_ENDPOINT_URL"], request.module.SERVICE, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout or "{}")

    return call
