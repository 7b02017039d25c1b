"""What the tests with recordings share: buckets in a state, clients that send anything, bare requests."""

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession
import pytest
from botocore.config import Config


@pytest.fixture
def versioned(s3, bucket):
    """A bucket with versioning enabled."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


@pytest.fixture
def unchecked(client):
    """A client that sends what its model forbids."""
    return client(config=Config(parameter_validation=False))


@pytest.fixture
def put(s3):
    """Puts objects of the same content under many keys."""

    def put(bucket, keys, body=b"content 123"):
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=body)

    return put


@pytest.fixture
def ask(server, account):
    """Sends one signed request, written by hand, and returns the answer."""

    def ask(path, method="GET", body=b"", **headers):
        request = botocore.awsrequest.AWSRequest(method, server.url + path, data=body, headers=headers)
        credentials = botocore.credentials.Credentials(account, "test")
        botocore.auth.S3SigV4Auth(credentials, "s3", "us-east-1").add_auth(request)
        return botocore.httpsession.URLLib3Session().send(request.prepare())

    return ask


@pytest.fixture
def missing(bucket):
    """The name of a bucket that is not there."""
    return f"{bucket}-missing"
