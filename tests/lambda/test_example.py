"""The example of the compose file: one upload, a function, a table, a queue, a worker."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.request

import boto3
import pytest

from . import images
from ..conftest import ROOT, Server, free_port

EXAMPLE = ROOT / "examples/upload"
LINE = re.compile(r"a file\.txt: 5 bytes, uploaded at 20\d\d-")


def upload(url):
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=url, **credentials).put_object(Bucket="uploads", Key="a file.txt", Body=b"12345")


def test_an_upload_reaches_the_worker_by_processes():
    # The machine's Python may have no boto3; that of the tests has.
    server = Server(PATH=f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")
    settings = {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    environment = {**os.environ, **settings}
    subprocess.run([sys.executable, EXAMPLE / "deploy.py"], env=environment, check=True, timeout=60)
    subprocess.run([sys.executable, EXAMPLE / "deploy.py"], env=environment, check=True, timeout=60)
    worker = [sys.executable, "-u", EXAMPLE / "worker.py"]
    with subprocess.Popen(worker, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        try:
            upload(server.url)
            assert LINE.match(worker.stdout.readline())
        finally:
            worker.kill()
    assert server.stop() == 0


def compose_command():
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True).returncode == 0:
            return command
    return None


class Compose:
    """The compose file, with images of this machine."""

    def __init__(self, command, port):
        self.command = [*command, "--project-name", f"ruststack-test-{port}"]
        image = images.python_image()
        self.environment = {
            **os.environ,
            "DOCKER_BUILDKIT": "0",
            "COMPOSE_DOCKER_CLI_BUILD": "0",
            "PYTHON_IMAGE": image,
            "LAMBDA_RUNTIME_IMAGE_MAPPING": json.dumps({"python3.12": image}),
            "RUSTSTACK_PORT": str(port),
        }

    def __call__(self, *arguments):
        command = [*self.command, *arguments]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "timeout": 200}
        done = subprocess.run(command, cwd=ROOT, env=self.environment, **options)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self("down", "--volumes", "--timeout", "10")
        # It holds the tests' binary.
        images.docker("rmi", "--force", "ruststack:dev")


@pytest.fixture
def compose():
    if reason := images.reason_without_engine():
        pytest.skip(reason)
    if not (command := compose_command()):
        pytest.skip("there is neither docker compose nor docker-compose")
    # The binary that all tests use.
    binary = os.environ.get("RUSTSTACK_BINARY", ROOT / "target/release/ruststack")
    subprocess.run(["cargo", "xtask", "image", "--binary", binary], cwd=ROOT, check=True)
    with Compose(command, free_port()) as compose:
        yield compose


@pytest.mark.timeout(600)
def test_an_upload_reaches_the_worker_in_compose(compose):
    compose("up", "--build", "--detach")
    url = f"http://127.0.0.1:{compose.environment['RUSTSTACK_PORT']}"
    urllib.request.urlopen(f"{url}/_localstack/health").close()
    upload(url)
    until = time.monotonic() + 60
    while not LINE.search(logs := compose("logs", "worker")):
        assert time.monotonic() < until, f"{logs}\n{compose('logs', 'ruststack', 'deploy')}"
    owned = images.docker("ps", "--all", "--filter", "label=ruststack.function=arn:aws:lambda:us-east-1:000000000000:function:uploads", "--format", "{{.Image}}")
    assert images.python_image() in owned.stdout.decode()
