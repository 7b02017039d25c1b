"""The edge as LocalStack's users know it."""

import http.client
import json
import os
import pathlib
import signal
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest

from .conftest import ROOT, Server

BINARY = os.environ.get("RUSTSTACK_BINARY", ROOT / "target/release/ruststack")


def get(server, path):
    with urllib.request.urlopen(server.url + path) as answer:
        return json.load(answer)


def test_health_lists_the_services(server):
    health = get(server, "/_localstack/health")
    assert health["services"]["s3"] in ("running", "available")
    assert list(health) == ["services", "edition", "version"]
    assert get(server, "/_ruststack/health") == health
    head = urllib.request.Request(server.url + "/_localstack/health", method="HEAD")
    assert urllib.request.urlopen(head).status == 200
    assert subprocess.run([BINARY, "health", "--endpoint", server.url]).returncode == 0
    assert subprocess.run([BINARY, "health", "--endpoint", "http://127.0.0.1:1"], capture_output=True).returncode == 1


def test_what_is_put_to_health_is_shown():
    server = Server()
    body = json.dumps({"features:initScripts": "initialized"}).encode()
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(server.url + "/_localstack/health", body, headers, method="PUT"))
    assert get(server, "/_localstack/health")["features"] == {"initScripts": "initialized"}
    kill = urllib.request.Request(server.url + "/_localstack/health", b'{"action": "kill"}', headers, method="POST")
    urllib.request.urlopen(kill)
    assert server.process.wait(timeout=20) == 0


def test_a_reset_forgets_one_account(s3, client, server, bucket, account):
    other = client(aws_access_key_id="222222222222")
    other.create_bucket(Bucket=f"{bucket}-other")
    url = f"{server.url}/_localstack/state/s3/reset?account={account}"
    urllib.request.urlopen(urllib.request.Request(url, method="POST"))
    assert s3.list_buckets()["Buckets"] == []
    other.head_bucket(Bucket=f"{bucket}-other")


def test_the_clock_can_be_moved():
    server = Server()
    headers = {"Content-Type": "application/json"}

    def move(**movement):
        body = json.dumps(movement).encode()
        request = urllib.request.Request(server.url + "/_ruststack/clock", body, headers)
        return json.load(urllib.request.urlopen(request))

    assert move(set="2031-05-06T07:08:09Z", freeze=True)["now"].startswith("2031-05-06T07:08:09")
    assert move(advance_seconds=60) == {"now": move()["now"], "frozen": True}
    assert get(server, "/_ruststack/clock")["now"].startswith("2031-05-06T07:09:")
    server.stop()


def test_tls_is_served_on_the_same_port(server):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context)
    connection.request("GET", "/_localstack/health")
    assert connection.getresponse().status == 200


def test_browsers_of_this_machine_may(server):
    def ask(origin, method="OPTIONS"):
        headers = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-one"}
        return urllib.request.urlopen(urllib.request.Request(server.url + "/b/k", headers=headers, method=method))

    answer = ask("http://localhost:3000")
    assert answer.status == 204 and answer.headers["Access-Control-Allow-Headers"] == "x-one"
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask("http://evil.example")
    assert refused.value.code == 403


def test_init_scripts_run_before_ready(tmp_path):
    ready, shutdown = tmp_path / "ready.d", tmp_path / "shutdown.d"
    ready.mkdir()
    shutdown.mkdir()
    script = ready / "one.sh"
    script.write_text(f"#!/bin/sh\necho $AWS_ENDPOINT_URL > {tmp_path}/ran\n")
    script.chmod(0o755)
    (ready / "two.sh").write_text("#!/bin/sh\nexit 3\n")
    (shutdown / "end.py").write_text(f"open({str(tmp_path / 'ended')!r}, 'w')\n")
    server = Server(RUSTSTACK_INIT_DIR=str(tmp_path))
    assert (tmp_path / "ran").read_text().strip() == f"http://localhost:{server.port}"
    stage = get(server, "/_localstack/init/ready")
    assert stage["completed"] and [found["state"] for found in stage["scripts"]] == ["SUCCESSFUL", "ERROR"]
    assert not get(server, "/_localstack/init")["completed"]["SHUTDOWN"]
    assert server.stop() == 0
    assert pathlib.Path(tmp_path / "ended").exists()


@pytest.mark.parametrize(
    "settings, hint",
    [
        ({"SERVICES": "s33"}, "valid names"),
        ({"RUSTSTACK_AUTH": "maybe"}, "off, sigv4"),
        ({"CUSTOM_SSL_CERT_PATH": "/nowhere.pem"}, "/nowhere.pem"),
        ({"GATEWAY_LISTEN": "here"}, "127.0.0.1:4566"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(settings, hint):
    done = subprocess.run([BINARY], env={**os.environ, **settings}, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and hint in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_port_in_use_is_said_in_one_sentence(server):
    settings = {"GATEWAY_LISTEN": f"127.0.0.1:{server.port}", "LS_LOG": "error"}
    done = subprocess.run([BINARY], env={**os.environ, **settings}, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "GATEWAY_LISTEN" in done.stderr


def test_signals_end_it_well():
    server = Server()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=20) == 0
