"""Requests that no client sends: AWS's error, nothing changed, the process alive."""

import base64
import socket

import pytest


def exchange(server, request, half_close=False):
    """Sends raw bytes and returns the status of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        try:
            connection.sendall(request)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            # The server may refuse before it has read everything.
            pass
        answer = b""
        while b"\r\n" not in answer:
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                break
            if not piece:
                break
            answer += piece
    return int(answer.split(b" ")[1]) if answer else 0


def head(method, path, *headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


@pytest.fixture
def unharmed(server, s3, bucket):
    """The bucket holds one object before and after."""
    s3.put_object(Bucket=bucket, Key="key", Body=b"unharmed")
    yield bucket
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"unharmed"
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["key"]


def with_body(method, path, body, *headers):
    return head(method, path, f"Content-Length: {len(body)}", *headers) + body


@pytest.mark.parametrize(
    "document",
    [
        b"<a>",
        b"</a>",
        b"\xff\xfe",
        b"<a>" * 100_000,
        b"<Tagging><TagSet><Tag></TagSet></Tagging>",
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><Tagging>&d;</Tagging>',
        b"{}",
    ],
)
def test_documents_that_are_none_are_refused(server, unharmed, document):
    assert exchange(server, with_body("PUT", f"/{unharmed}?tagging", document)) == 400
    assert exchange(server, with_body("POST", f"/{unharmed}?delete", document, "Content-MD5: AAAA")) == 400


def test_bodies_that_break_off_store_nothing(server, unharmed):
    request = head("PUT", f"/{unharmed}/other", "Content-Length: 100") + b"short"
    assert exchange(server, request, half_close=True) in (0, 400)


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhel",
        b"5\r\nhelloworld\r\n0\r\n\r\n",
        b"3\r\nabc\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"f" * 20_000,
        b"5\r\nhello\r\n0\r\nno trailer\r\n\r\n",
        b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n",
    ],
)
def test_wrong_chunk_framing_is_refused(server, unharmed, chunks):
    headers = ["x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length: 5"]
    headers += ["Content-Encoding: aws-chunked", "x-amz-trailer: x-amz-checksum-crc32"]
    assert exchange(server, with_body("PUT", f"/{unharmed}/other", chunks, *headers)) == 400


@pytest.mark.parametrize(
    "method, path",
    [
        ("PUT", "/{bucket}?metadataAnnotationTable"),
        ("DELETE", "/{bucket}?foo"),
        ("PUT", "/{bucket}?foo"),
        ("PUT", "/{bucket}/key?annotation"),
        ("DELETE", "/{bucket}/key?annotation"),
        ("DELETE", "/{bucket}/key?foo"),
        ("POST", "/{bucket}/key?foo"),
        ("GET", "/{bucket}?foo"),
    ],
)
def test_unknown_sub_resources_do_not_fall_through(server, unharmed, method, path):
    assert exchange(server, with_body(method, path.format(bucket=unharmed), b"")) == 501


@pytest.mark.parametrize("path", ["/%", "/{bucket}/%zz", "/{bucket}/%ff%fe"])
def test_paths_that_cannot_be_decoded_are_refused(server, unharmed, path):
    assert exchange(server, head("GET", path.format(bucket=unharmed))) == 400


def test_oversize_heads_are_refused(server, unharmed):
    assert exchange(server, head("GET", "/", "X-Long: " + "x" * 2_000_000)) in (400, 431)
    assert exchange(server, head("GET", "/", *[f"X-{number}: x" for number in range(5000)])) in (400, 431)
    assert exchange(server, head("GET", "/" + "x" * 100_000)) in (400, 414)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 100,
        b"PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_bytes_that_are_no_request_end_the_connection_alone(server, unharmed, request_bytes):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        try:
            connection.sendall(request_bytes)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            # The server may end the connection first.
            pass


def test_unknown_methods_are_refused(server, unharmed):
    assert exchange(server, head("PATCH", f"/{unharmed}/key")) == 405
    assert exchange(server, with_body("POST", f"/{unharmed}/key", b"")) == 405


def test_a_refusal_before_the_body_leaves_no_broken_connection(server, unharmed):
    """A client that asked first sends no body after a refusal; its next request must not be taken for one."""
    refused = head("PUT", f"/{unharmed}/other", "Content-Length: 11", "Expect: 100-continue", "x-amz-checksum-crc32: no")
    refused = refused.replace(b"Connection: close\r\n", b"")
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(refused)
            answer = b""
            while b"</Error>" not in answer:
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 400 ")
            if b"connection: close" in answer.lower():
                continue
            connection.sendall(head("GET", f"/{unharmed}/key"))
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 "), "say `Connection: close`, or keep the connection"


FORM = "Content-Type: multipart/form-data; boundary=XX"
POLICIES = [
    "[" * 15_000,
    '{"expiration": "2100-01-01T00:00:00Z", "conditions": ' + "[" * 10_000 + "]" * 10_000 + "}",
    '{"expiration": "2100-01-01T00:00:00Z", "conditions": [' + '["starts-with", "$a", ""], ' * 400 + "]}",
    '{"expiration": "99999999-01-01T00:00:00Z", "conditions": []}',
    '{"expiration": "2100-01-01T00:00:00Z", "conditions": [["content-length-range", 1e400, -1]]}',
    '{"expiration": "2100-01-01T00:00:00Z", "conditions": [["eq"], [[]], {}]}',
    '"\\',
]


def field(name, value, headers=""):
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{headers}\r\n\r\n{value}\r\n'


def form(*fields):
    return "".join([*fields, field("file", "abc"), "--XX--\r\n"]).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--XX--\r\n",
        b"\0" * 100_000,
        b"--XX\r\n" * 100_000,
        b"--XX\r\n" + b"A: b\r\n" * 100_000,
        b"--XX" + b" " * 100_000,
        b"\r\n--X" * 100_000,
        form(*[field("", "") for _ in range(10_000)]),
        form(field("key", "k"), field("x-ignore-\xff", "\xff" * 30_000)),
        form(field("key", "k", "\r\nX: " + "x" * 9_000)),
        form(field("key", "k" * 1025)),
        form(field("key", ""), field("key", "k")),
        *[
            form(field("key", "k"), field("AWSAccessKeyId", "a"), field("signature", "b"), field("policy", policy))
            for policy in [base64.b64encode(text.encode()).decode() for text in POLICIES] + ["\0", "=" * 10_000, ""]
        ],
    ],
)
def test_forms_that_are_none_are_refused(server, unharmed, body):
    assert exchange(server, with_body("POST", f"/{unharmed}", body, FORM)) in (400, 403)


@pytest.mark.parametrize("boundary", ["", "boundary=", 'boundary="', "boundary=" + "x" * 71, "Boundary", "=;=;="])
def test_forms_without_a_boundary_are_refused(server, unharmed, boundary):
    content_type = f"Content-Type: multipart/form-data; {boundary}"
    assert exchange(server, with_body("POST", f"/{unharmed}", form(field("key", "k")), content_type)) == 400


def test_a_form_cannot_write_headers_of_the_answer(server, s3, bucket):
    broken = "http://host/\r\nX-Injected: 1"
    fields = [field("key", "a\r\nX-Injected: 1"), field("x-amz-meta-a", "b\r\nX-Injected: 1")]
    fields += [field("success_action_redirect", broken), field("Content-Type", "text/plain\r\nX-Injected: 1")]
    assert exchange(server, with_body("POST", f"/{bucket}", form(*fields), FORM)) == 204
    (found,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    answer = s3.head_object(Bucket=bucket, Key=found["Key"])
    assert "x-injected" not in answer["ResponseMetadata"]["HTTPHeaders"]
