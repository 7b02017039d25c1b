"""RustStack with DynamoDB Local behind it; skipped, with the reason, where there is no Java or no jar."""

import os
import pathlib
import shutil
import subprocess

import pytest

from ..conftest import ROOT, Server

DATA = ROOT / "target/dynamodb-local-data"


def jar_folder():
    """Where DynamoDBLocal.jar is: RustStack's own installer fetches it once."""
    if not shutil.which("java"):
        pytest.skip("DynamoDB Local needs Java: apt-get install default-jre-headless")
    if os.environ.get("DYNAMODB_LOCAL_PATH"):
        return os.environ["DYNAMODB_LOCAL_PATH"]
    binary = os.environ.get("RUSTSTACK_BINARY", ROOT / "target/release/ruststack")
    command = [binary, "install", "dynamodb-local", "--directory", DATA / "dynamodb-local"]
    if subprocess.run(command, capture_output=True, timeout=300).returncode:
        pytest.skip("DynamoDB Local cannot be fetched")
    return str(DATA / "dynamodb-local")


def start(**environment):
    return Server(RUSTSTACK_DYNAMODB="local", DYNAMODB_LOCAL_PATH=jar_folder(), **environment)


def children(process):
    """All processes below one."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = stat.read_text().partition(" (")
        except OSError:
            continue
        if int(rest.rpartition(") ")[2].split()[1]) == process:
            found += [int(number), *children(int(number))]
    return found


def javas(server):
    def is_java(process):
        return "DynamoDBLocal.jar" in command_line(process).split("\0") and "sh" not in command_line(process).split("\0")

    return [process for process in children(server.process.pid) if is_java(process)]


def command_line(process):
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""
