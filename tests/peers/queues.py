"""Gives RustStack's queues and topics and those of others the same load in one run, on this machine.

    tests/peers/queues.py [--seconds 4] [moto] [localstack]

moto and LocalStack come from PyPI into virtual environments of their own, below target/; LocalStack wants Python 3.13
(--python). All else is `cargo xtask bench queues` and `cargo xtask bench fan-out`.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parent.parent.parent
ENVIRONMENTS = ROOT / "target/peers"
#: What pip is asked for. LocalStack 4.14 breaks with newer versions of what it does not pin.
PACKAGES = {
    "moto": ["moto[server]==5.2.5"],
    "localstack": ["localstack-core[runtime]==4.14.0", "cbor2<5.9", "cryptography==44.0.3", "pyopenssl==24.3.0"]
    + ["service_identity==24.2.0", "joserfc<1.5"],
}
COMMANDS = {
    "moto": ["bin/moto_server", "-p", "{port}"],
    "localstack": ["bin/python", "-m", "localstack.runtime.main"],
}


def main():
    options = parse()
    with contextlib.ExitStack() as running:
        peers = [running.enter_context(server(name, options.python)) for name in options.peers or PACKAGES]
        for command in (["queues", f"--seconds={options.seconds}"], ["fan-out"]):
            bench = ["cargo", "xtask", "bench", *command, *(f"--peer={peer}" for peer in peers)]
            subprocess.run(bench, cwd=ROOT, check=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peers", nargs="*", help="all of them, unless some are named")
    parser.add_argument("--seconds", type=int, default=4, help="of sending, per row")
    parser.add_argument("--python", default="python3.13", help="the Python that LocalStack runs with")
    return parser.parse_args()


@contextlib.contextmanager
def server(name, python):
    """Yields NAME=PORT while the peer runs."""
    environment, port = install(name, python), free_port()
    program, *arguments = [part.format(port=port) for part in COMMANDS[name]]
    with tempfile.TemporaryDirectory() as folder:
        settings = {"GATEWAY_LISTEN": f"127.0.0.1:{port}", "FILESYSTEM_ROOT": folder, "SERVICES": "sqs,sns"}
        settings |= {"DISABLE_EVENTS": "1", "SKIP_SSL_CERT_DOWNLOAD": "1", "DNS_ADDRESS": "0"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([environment / program, *arguments], env=os.environ | settings, **quiet)
        try:
            wait_for(name, port)
            yield f"{name}={port}"
        finally:
            process.terminate()
            process.wait()


def install(name, python):
    environment = ENVIRONMENTS / name
    finished = environment / "finished"
    if not finished.exists():
        print(f"installing {name} into {environment}", file=sys.stderr)
        shutil.rmtree(environment, ignore_errors=True)
        interpreter = python if name == "localstack" else sys.executable
        subprocess.run([interpreter, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin/pip", "install", "--quiet", *PACKAGES[name]], check=True)
        finished.touch()
    return environment


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(name, port):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{name} does not answer")


if __name__ == "__main__":
    main()
