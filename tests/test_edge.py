"""The edge as Python programs meet it; the rest of it is tested in ruststack/tests."""

import http.client
import json
import os
import ssl
import subprocess
import urllib.request

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
