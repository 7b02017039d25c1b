"""STS with boto3."""

import gzip
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession
import pytest
from botocore.exceptions import ClientError

from .conftest import Server


def error(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_a_caller_is_who_its_key_says(client, account):
    sts = client("sts")
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:root"
    url = sts.generate_presigned_url("get_caller_identity")
    assert f"<Account>{account}</Account>" in urllib.request.urlopen(url).read().decode()


def test_issued_credentials_belong_to_their_role_and_are_verified(strict_server, client):
    sts = client("sts", url=strict_server.url)
    role = {"RoleArn": "arn:aws:iam::123456789012:role/path/name", "RoleSessionName": "session"}
    issued = sts.assume_role(**role)["Credentials"]
    keys = {"aws_access_key_id": issued["AccessKeyId"], "aws_secret_access_key": issued["SecretAccessKey"]}
    session = client("sts", url=strict_server.url, aws_session_token=issued["SessionToken"], **keys)
    assert session.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/name/session"
    without_token = client("sts", url=strict_server.url, **keys)
    assert error(without_token.get_caller_identity)[0] == "InvalidClientTokenId"
    wrong = client("sts", url=strict_server.url, aws_secret_access_key="wrong")
    assert error(wrong.get_caller_identity)[0] == "SignatureDoesNotMatch"


def test_an_issued_key_signs_after_a_kill(client, tmp_path):
    settings = {"RUSTSTACK_AUTH": "sigv4", "PERSISTENCE": "1", "DATA_DIR": str(tmp_path)}
    server = Server(**settings)
    role = {"RoleArn": "arn:aws:iam::123456789012:role/name", "RoleSessionName": "session"}
    issued = client("sts", url=server.url).assume_role(**role)["Credentials"]
    server.process.kill()
    server.process.wait()
    server = Server(**settings)
    keys = {"aws_access_key_id": issued["AccessKeyId"], "aws_secret_access_key": issued["SecretAccessKey"]}
    session = client("sts", url=server.url, aws_session_token=issued["SessionToken"], **keys)
    assert session.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/name/session"
    wrong = client("sts", url=server.url, aws_session_token=issued["SessionToken"], **keys | {"aws_secret_access_key": "a"})
    assert error(wrong.get_caller_identity)[0] == "SignatureDoesNotMatch"
    assert server.stop() == 0


def test_constraints_are_told_in_awss_words(client):
    sts = client("sts")
    code, message = error(sts.assume_role, RoleArn="arn:aws:iam::123456789012:role/name", RoleSessionName="a:b")
    assert code == "ValidationError" and "Member must satisfy regular expression pattern" in message


def test_other_operations_work_or_say_that_they_do_not(client, account):
    sts = client("sts")
    assert sts.get_session_token()["Credentials"]["AccessKeyId"].startswith("LSIA")
    assert sts.get_federation_token(Name="user")["FederatedUser"]["FederatedUserId"] == f"{account}:user"
    assert sts.get_access_key_info(AccessKeyId="AKIARZPUZDIKGB2VALC4")["Account"] == "123456789012"
    assert error(sts.decode_authorization_message, EncodedMessage="x")[0] == "InvalidAuthorizationMessageException"


def test_services_that_are_not_here_say_so(client):
    assert "does not implement" in error(client("cloudwatch").list_metrics)[1]
    assert "Implemented: " in error(client("secretsmanager").list_secrets)[1]
    assert "Implemented: " in error(client("cloudformation").list_stacks)[1]


def compressed(server, account, body):
    """Answers a request that is compressed and then signed, as the SDKs do it."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}
    request = botocore.awsrequest.AWSRequest("POST", server.url + "/", data=body, headers=headers)
    credentials = botocore.credentials.Credentials(account, "test")
    botocore.auth.SigV4Auth(credentials, "sts", "us-east-1").add_auth(request)
    return botocore.httpsession.URLLib3Session().send(request.prepare())


def test_a_compressed_request_is_read_as_if_it_were_not(strict_server, account):
    form = b"Action=GetCallerIdentity&Version=2011-06-15"
    answer = compressed(strict_server, account, gzip.compress(form))
    assert answer.status_code == 200 and f"<Account>{account}</Account>" in answer.text
    # As DynamoDB answers what is not compressed as it says.
    assert compressed(strict_server, account, form).status_code == 500
    assert compressed(strict_server, account, gzip.compress(form + b"&A=" + b"a" * 64 * 2**20)).status_code == 413


def test_malformed_forms_are_refused(server):
    for body in [b"", b"Action=", b"Action=Nothing", b"%%%", b"a" * 100_000]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "sts.localhost"}
        request = urllib.request.Request(server.url + "/", body, headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 400
