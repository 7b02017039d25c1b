"""The request log as boto3's requests fill it."""

import json
import subprocess
import urllib.request

import boto3
import pytest
from botocore.config import Config

from .conftest import ROOT, Server


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "requests.jsonl"
    server = Server(RUSTSTACK_REQUEST_LOG_FILE=str(path))
    yield server, path
    assert server.stop() == 0
    with path.open() as file:
        assert all(json.loads(line)["eventVersion"] == "1.11" for line in file)


@pytest.fixture
def make(recording, account):
    server, _ = recording

    def client(service, url=server.url, **options):
        options = {"aws_access_key_id": account, "aws_secret_access_key": "test", **options}
        return boto3.client(service, endpoint_url=url, region_name="us-east-1", **options)

    return client


@pytest.fixture
def records(recording, account):
    server, _ = recording

    def read():
        with urllib.request.urlopen(f"{server.url}/_ruststack/requests?limit=50") as answer:
            return [one for one in json.load(answer)["Records"] if one["userIdentity"].get("accountId") == account]

    return read


def test_every_request_of_a_client_is_a_record(make, records, account):
    s3 = make("s3")
    s3.create_bucket(Bucket=f"log-{account}")
    s3.put_object(Bucket=f"log-{account}", Key="key", Body=b"12345", Tagging="a=b")
    s3.get_object(Bucket=f"log-{account}", Key="key")["Body"].read()
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=f"log-{account}", Key="none")
    s3.list_objects_v2(Bucket=f"log-{account}", Prefix="k")
    created, put, got, missed, listed = records()
    assert [one["eventName"] for one in (created, put, got, missed, listed)] == [
        "CreateBucket",
        "PutObject",
        "GetObject",
        "GetObject",
        "ListObjects",
    ]
    assert created["managementEvent"] and created["eventCategory"] == "Management"
    assert put["requestParameters"]["key"] == "key" and put["additionalEventData"]["bytesTransferredIn"] == 5
    assert got["additionalEventData"]["bytesTransferredOut"] == 5 and got["responseElements"] is None
    assert missed["errorCode"] == "NoSuchKey" and missed["errorMessage"]
    assert listed["requestParameters"]["list-type"] == "2"
    assert "Boto3" in put["userAgent"] and put["userIdentity"]["type"] == "Root"


def test_an_assumed_role_is_told_with_its_issuer(make, records):
    role = f"arn:aws:iam::{make('sts').get_caller_identity()['Account']}:role/reader"
    keys = make("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    other = make(
        "sqs",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    other.create_queue(QueueName="queue")
    _, assumed, created = records()
    identity = created["userIdentity"]
    assert identity["type"] == "AssumedRole" and identity["principalId"].endswith(":session")
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == role
    assert assumed["readOnly"] and assumed["responseElements"]["credentials"]["accessKeyId"] == keys["AccessKeyId"]
    assert keys["SecretAccessKey"] not in json.dumps(records()) and keys["SessionToken"] not in json.dumps(records())


def test_a_presigned_url_is_recorded_without_what_lets_others_in(make, records, account):
    s3 = make("s3", config=Config(signature_version="s3v4"))
    s3.create_bucket(Bucket=f"signed-{account}")
    url = s3.generate_presigned_url("list_objects_v2", Params={"Bucket": f"signed-{account}"})
    urllib.request.urlopen(url).read()
    parameters = records()[-1]["requestParameters"]
    assert parameters["X-Amz-Expires"] == "3600" and parameters["list-type"] == "2"
    assert "X-Amz-Signature" not in parameters and "X-Amz-Credential" not in parameters
    assert records()[-1]["additionalEventData"]["AuthenticationMethod"] == "QueryString"


def test_what_was_agreed_upon_for_tls_is_told(make, records, recording):
    server, _ = recording
    s3 = make("s3", url=f"https://127.0.0.1:{server.port}", verify=False)
    s3.list_buckets()
    details = records()[-1]["tlsDetails"]
    assert details["tlsVersion"] in ("TLSv1.2", "TLSv1.3") and details["cipherSuite"].startswith("TLS_")
    assert details["clientProvidedHostHeader"] == f"127.0.0.1:{server.port}"
    assert records()[-1]["additionalEventData"]["CipherSuite"] == details["cipherSuite"]


def test_records_can_be_forgotten(recording, make, records):
    server, _ = recording
    make("s3").list_buckets()
    assert records()
    urllib.request.urlopen(urllib.request.Request(f"{server.url}/_ruststack/requests", method="DELETE"))
    assert records() == []


def test_the_commands_of_the_documentation_work(recording):
    """All but the one that starts it."""
    server, path = recording
    blocks = (ROOT / "docs/request-log.md").read_text().split("```sh\n")[1:]
    start, *commands = [block.split("```")[0] for block in blocks]
    assert start.startswith("RUSTSTACK_REQUEST_LOG_FILE=")
    answers = [
        subprocess.run(
            ["sh", "-ec", command.replace("curl", "curl -sSf").replace("http://localhost:4566", server.url)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in commands
    ]
    names = [record["eventName"] for record in json.loads(answers[0])["Records"]]
    assert names[-2:] == ["CreateBucket", "PutObject"] and answers[1] == ""
    assert "hello.txt" in path.read_text()
