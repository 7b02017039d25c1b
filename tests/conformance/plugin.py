"""A pytest plugin that points LocalStack's tests at a server that runs already.

Their suite starts its own server in this process and takes port 4566 for granted; their switch
`TEST_SKIP_LOCALSTACK_START` leaves that out, the port comes from `CONFORMANCE_PORT`. Their host names need no DNS.
"""

import os
import socket

import pytest

PORT = int(os.environ["CONFORMANCE_PORT"])
LOCAL_NAMES = ("localhost.localstack.cloud", "localhost")

look_up = socket.getaddrinfo


def look_up_locally(host, *arguments, **options):
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and any(f".{name.lower()}".endswith(f".{local}") for local in LOCAL_NAMES):
        host = "127.0.0.1"
    return look_up(host, *arguments, **options)


socket.getaddrinfo = look_up_locally


def aim():
    """Their conftest sets the address when pytest is configured: ours has to come after."""
    from localstack import config

    config.GATEWAY_LISTEN = config.UniqueHostAndPortList([config.HostAndPort(host="127.0.0.1", port=PORT)])
    config.LOCALSTACK_HOST = config.HostAndPort(host=LOCAL_NAMES[0], port=PORT)


@pytest.hookimpl(trylast=True)
def pytest_configure():
    aim()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems():
    aim()
