"""Gives RustStack's SQS and moto's the same load in one run, on this machine, and prints the table.

    tests/peers/sqs.py [--seconds 4]

moto comes from PyPI into a virtual environment of its own, below target/. Everything else is `cargo xtask bench queues`,
whose other options may follow.
"""

import pathlib
import socket
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).parent.parent.parent
ENVIRONMENT = ROOT / "target/peers"
MOTO = "moto[server]==5.2.5"


def main():
    server = install()
    port = free_port()
    moto = subprocess.Popen([server, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        bench = ["cargo", "xtask", "bench", "queues", "--peer", f"moto={port}", *sys.argv[1:]]
        return subprocess.run(bench, cwd=ROOT).returncode
    finally:
        moto.terminate()
        moto.wait()


def install():
    server = ENVIRONMENT / "bin/moto_server"
    if not server.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([ENVIRONMENT / "bin/pip", "install", "--quiet", MOTO], check=True)
    return server


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("moto does not answer")


if __name__ == "__main__":
    sys.exit(main())
