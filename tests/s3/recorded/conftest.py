"""What the tests with recordings share: buckets in a state, clients that send anything, bare requests."""

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession
import pytest
import urllib3
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
def open_bucket(s3, bucket):
    """A bucket that takes ACLs, also public ones."""
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    s3.delete_public_access_block(Bucket=bucket)
    return bucket


@pytest.fixture
def upload(s3, bucket):
    """Uploads an object in parts of the same content; all but the last are made long enough."""

    def upload(key, body, parts=1, **arguments):
        at = {"Bucket": bucket, "Key": key}
        at["UploadId"] = s3.create_multipart_upload(**at, **arguments)["UploadId"]
        done = []
        for number in range(1, parts + 1):
            content = body if number == parts else body * (5 * 1024 * 1024 // len(body) + 1)
            etag = s3.upload_part(PartNumber=number, Body=content, **at)["ETag"]
            done.append({"PartNumber": number, "ETag": etag})
        return s3.complete_multipart_upload(MultipartUpload={"Parts": done}, **at)

    return upload


@pytest.fixture
def visit():
    """Sends one unsigned request, as browsers do, and returns the answer; goes nowhere by itself."""
    pool = urllib3.PoolManager(retries=False)

    def visit(url, method="GET", **headers):
        return pool.request(method, url, headers=headers, redirect=False)

    return visit
