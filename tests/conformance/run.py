#!/usr/bin/env python3
"""Runs LocalStack's own integration tests, which AWS itself has validated, against RustStack.

    tests/conformance/run.py ~/src/localstack s3 sqs

The checkout stays as it is; nothing of it is kept here. The first run makes a virtual environment beside it, which
takes some minutes. Without --endpoint the release binary is started on port 4566, which their SQS tests name.
"""

import argparse
import collections
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: The commit that the scores in docs/ are of.
PINNED = "3d5a0c70e0fe2eb0864447c882454d33b406ba8a"
#: What is needed beside their own list: ours for timeouts and workers, theirs from PyPI, where it is built.
EXTRAS = ["pytest-timeout", "pytest-xdist", "execnet", "setuptools", "cachebox", "pydantic-settings"]
EXTRAS += ["localstack-core==4.14.0"]


class CannotRun(Exception):
    """One sentence for the user."""


def main():
    options = parse()
    try:
        checkout = find_checkout(options.checkout)
        python = environment(checkout, options.python)
        totals = collections.Counter()
        with server(options) as port:
            for service in options.services:
                totals += run(checkout, python, port, service, options)
    except CannotRun as error:
        sys.exit(f"cannot run: {error}")
    if len(options.services) > 1:
        print("all services:", describe(totals))
    sys.exit(1 if totals["failed"] else 0)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=pathlib.Path, help="a checkout of github.com/localstack/localstack")
    parser.add_argument("services", nargs="+", help="folders of its tests/aws/services: s3, sqs, ...")
    parser.add_argument("--endpoint", help="a server that runs already, as http://127.0.0.1:4566")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/ruststack")
    parser.add_argument("--port", type=int, default=4566, help="of the server that is started")
    parser.add_argument("--verify-signatures", action="store_true", help="start it with S3_SKIP_SIGNATURE_VALIDATION=0")
    parser.add_argument("--python", default="python3.13", help="the Python that their code wants")
    parser.add_argument("--only", help="pytest's -k: names of tests")
    parser.add_argument(
        "--setting", action="append", default=[], metavar="NAME=VALUE", help="of the server that is started"
    )
    parser.add_argument("--timeout", type=int, default=60, help="seconds for one test")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "target/conformance", help="reports and names")
    return parser.parse_args()


def find_checkout(path):
    checkout = path.expanduser().resolve()
    if not (checkout / "tests/aws/services").is_dir():
        raise CannotRun(f"{checkout} is no checkout of localstack/localstack: it has no tests/aws/services")
    found = subprocess.run(["git", "-C", checkout, "rev-parse", "HEAD"], capture_output=True, text=True)
    commit = found.stdout.strip()
    if commit and commit != PINNED:
        print(f"note: the checkout is at {commit[:12]}, our scores are of {PINNED[:12]}", file=sys.stderr)
    return checkout


def environment(checkout, python):
    """The Python of a virtual environment with all that their tests import."""
    folder = checkout.parent / ".venv-localstack"
    if not (folder / "bin/pytest").exists():
        if not shutil.which(python):
            raise CannotRun(f"{python} is not installed; name another with --python (their code wants 3.13)")
        print(f"making {folder}, once; this takes some minutes", file=sys.stderr)
        if subprocess.run([python, "-m", "venv", folder]).returncode:
            raise CannotRun(f"{python} makes no virtual environment; name another Python 3.13 with --python")
        # Their list is complete but for EXTRAS, so that pip need not look for what would fit.
        wanted = (checkout / "requirements-test.txt").read_text().splitlines()
        wanted = [line for line in wanted if re.match(r"[A-Za-z0-9]", line)]
        install = [folder / "bin/pip", "install", "--quiet", "--no-deps", *wanted, *EXTRAS]
        if subprocess.run(install).returncode:
            shutil.rmtree(folder)
            raise CannotRun("pip could not install what their tests import (see above)")
    return folder / "bin/python"


@contextlib.contextmanager
def server(options):
    """The port of the server: the user's, or one that lives as long as this block."""
    if options.endpoint:
        yield int(options.endpoint.rstrip("/").rpartition(":")[2])
        return
    if not options.binary.exists():
        raise CannotRun(f"{options.binary} is not there: cargo build --release")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", options.port)) == 0:
            raise CannotRun(f"port {options.port} is taken; name that server with --endpoint, or another --port")
    settings = {"GATEWAY_LISTEN": f"127.0.0.1:{options.port}", "SQS_ENDPOINT_STRATEGY": "standard", "LS_LOG": "error"}
    # The images of AWS's runtimes need not be here.
    settings["LAMBDA_RUNTIME_EXECUTOR"] = "process"
    # What AWS told of objects was recorded before 2026.
    settings["RUSTSTACK_S3_EVENT_VERSION"] = "legacy"
    if options.verify_signatures:
        settings["S3_SKIP_SIGNATURE_VALIDATION"] = "0"
    settings.update(setting.split("=", 1) for setting in options.setting)
    process = subprocess.Popen([options.binary], env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "Ready.\n":
            raise CannotRun(f"{options.binary} did not start")
        yield options.port
        if process.poll() is not None:
            raise CannotRun(f"{options.binary} ended during the tests with {process.returncode}")
    finally:
        process.terminate()
        process.wait(timeout=20)


def run(checkout, python, port, service, options):
    """Counts of one service's tests; prints the names of those that fail."""
    if not (checkout / "tests/aws/services" / service).is_dir():
        raise CannotRun(f"the checkout has no tests of {service!r}")
    options.out.mkdir(parents=True, exist_ok=True)
    report, log = options.out / f"{service}.xml", options.out / f"{service}.log"
    report.unlink(missing_ok=True)
    print(f"{service}: running; pytest's own words go to {log}", file=sys.stderr)
    with log.open("w") as output:
        subprocess.run(
            command(python, service, report, options), cwd=checkout, env=variables(checkout, port), stdout=output,
            stderr=subprocess.STDOUT,
        )
    if not report.exists():
        raise CannotRun(f"pytest wrote no report; the end of {log}:\n" + "\n".join(log.read_text().splitlines()[-10:]))
    states = outcomes(report)
    if not states:
        raise CannotRun(f"no test of {service} was selected; see {log}")
    failed = sorted(name for name, state in states.items() if state == "failed")
    (options.out / f"{service}.failed").write_text("".join(f"{name}\n" for name in failed))
    for name in failed:
        print("FAILED", name)
    counts = collections.Counter(states.values())
    print(f"{service}:", describe(counts))
    return counts


def command(python, service, report, options):
    only = ["-k", options.only] if options.only else []
    return [
        python, "-m", "pytest", "-p", "plugin", "-p", "no:cacheprovider", "-q", "--tb=short", "-o", "addopts=",
        f"--timeout={options.timeout}", "-n", str(options.workers), "-o", "junit_family=xunit1",
        f"--junitxml={report}", f"tests/aws/services/{service}", *only,
    ]  # fmt: skip


def variables(checkout, port):
    """Of the tests' process: none of the user's AWS settings, no call to the world."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **inherited,
        "CONFORMANCE_PORT": str(port),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"localhost.localstack.cloud:{port}",
        "TEST_SKIP_LOCALSTACK_START": "1",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": f"{HERE}:{checkout}",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Workers that collect sets of parameters find them in one order.
        "PYTHONHASHSEED": "0",
    }


def outcomes(report):
    """Of each test: passed, failed or skipped."""
    states = {}
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        kinds = {child.tag for child in case}
        state = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        states[f"{case.get('classname')}::{case.get('name')}"] = state
    return states


def describe(counts):
    return ", ".join(f"{counts[state]} {state}" for state in ("passed", "failed", "skipped"))


if __name__ == "__main__":
    main()
