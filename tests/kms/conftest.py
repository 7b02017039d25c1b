"""What the tests of KMS share."""

import pytest

from ..conftest import Server


@pytest.fixture
def kms(client):
    return client("kms")


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


@pytest.fixture
def validating(client):
    """A server of the test's own that looks keys up, with a function that moves its clock."""
    server = Server(S3_SKIP_KMS_KEY_VALIDATION="0")
    yield lambda service: client(service, url=server.url), server.advance
    assert server.stop() == 0
