"""What the tests of several clients share: files and a bucket of ten thousand keys, each made once."""

import concurrent.futures
import http.client
import uuid

import pytest

from .samples import LARGE, PATHS, SIZES, content

PREFIXES = [f"{number}/" for number in range(10)]


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """A file of every size and one of every odd name."""
    tree = tmp_path_factory.mktemp("tree")
    sizes = {f"sizes/{size}": size for size in [*SIZES, LARGE]}
    names = {f"names/{key}": 10 for key in PATHS}
    for name, size in {**sizes, **names}.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(size))
    return tree


@pytest.fixture(scope="session")
def ten_thousand(server):
    """The name of a bucket with a thousand empty objects below each of ten prefixes, put by plain requests."""
    name = f"ten-thousand-{uuid.uuid4().hex[:16]}"

    def put(paths):
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for path in paths:
            connection.request("PUT", f"/{name}{path}")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"")

    put([""])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(put, [[f"/{prefix}{number:03}" for number in range(1000)] for prefix in PREFIXES]))
    return name


@pytest.fixture
def missing(bucket):
    """The name of a bucket that is not there."""
    return f"{bucket}-missing"
