"""Presigned URLs where signatures are verified: how AWS refuses them."""

import datetime
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.handlers
import botocore.httpsession
import pytest
from botocore.config import Config

from ...recorded import from_xml

KEY = "temp.txt"
STYLES = {"False": "path", "True": "virtual"}


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3PresignedUrl::{name}", "21-02-2026")


@pytest.fixture
def presign(strict_server, client, missing):
    """Presigns a call on a bucket of the server that verifies; `presign.s3` is a client of it, `presign.at` its bucket."""
    s3 = client(url=strict_server.url)
    s3.create_bucket(Bucket=missing)
    s3.put_object(Bucket=missing, Key=KEY, Body=b"123")
    url = f"http://s3.localhost.localstack.cloud:{strict_server.port}"

    def presign(method, version="s3v4", style="path", seconds=60, **arguments):
        signer = client(url=url, config=Config(signature_version=version, s3={"addressing_style": style}))
        return signer.generate_presigned_url(method, {"Bucket": missing, "Key": KEY, **arguments}, seconds)

    presign.s3, presign.at = s3, {"Bucket": missing, "Key": KEY}
    return presign


def send(url, method="GET", body=b"", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = botocore.awsrequest.AWSRequest(method, url, data=body, headers=headers).prepare()
    return botocore.httpsession.URLLib3Session().send(request)


def told(answer, with_status=False):
    """The answer's document, with its status where the recording has it."""
    found = from_xml(answer.content) if answer.content else {}
    return {**found, "StatusCode": answer.status_code} if with_status else found


def without(url, *names):
    parts = urllib.parse.urlsplit(url)
    query = [(name, value) for name, value in urllib.parse.parse_qsl(parts.query) if name not in names]
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


def forged(url):
    """The URL with another signature."""
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query))
    name = next(name for name in query if name.endswith("Signature"))
    query[name] = query[name][::-1]
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


def in_the_past(monkeypatch, seconds):
    """Signs as if it were earlier."""
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: then.replace(tzinfo=None))
    monkeypatch.setattr(botocore.auth.time, "time", then.timestamp)


@recorded("test_put_object")
def test_an_object_is_put_by_url(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "my-key"}
    assert send(s3.generate_presigned_url("put_object", at), "PUT", b"something").status_code == 200
    got = s3.get_object(**at)
    assert got["Body"].read() == b"something"
    recording.compare("get_object", got)


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@recorded("test_s3_presigned_url_expired[{version}]")
def test_a_url_expires(presign, monkeypatch, version, recording):
    assert send(presign("get_object", version, seconds=2)).content == b"123"
    with monkeypatch.context() as patch:
        in_the_past(patch, 10)
        url = presign("get_object", version, seconds=2)
    answer = send(url)
    assert answer.status_code == 403
    recording.compare("expired-exception", told(answer))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("version", ["s3", "s3v4"])
@recorded("test_presigned_url_signature_authentication_expired[{version}-{style}]")
def test_a_url_expires_in_every_style(presign, monkeypatch, version, style, recording):
    with monkeypatch.context() as patch:
        in_the_past(patch, 10)
        url = presign("get_object", version, STYLES[style], seconds=1)
    answer = send(url)
    assert answer.status_code == 403
    recording.compare("expired", told(answer))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("version", ["s3", "s3v4"])
@recorded("test_presigned_url_signature_authentication[{version}-{style}]")
def test_a_forged_signature_is_refused(presign, version, style, recording):
    style = STYLES[style]
    overrides = {"ResponseContentType": "text/plain", "ResponseContentDisposition": "attachment;  filename=test.txt"}
    url = presign("get_object", version, style, **overrides)
    assert send(url).content == b"123"
    answer = send(forged(url))
    assert answer.status_code == 403
    recording.compare("invalid-get-1", told(answer))
    url = presign("put_object", version, style, ContentType="text/plain")
    assert send(url, "PUT", b"new", Content_Type="text/plain").status_code == 200
    answer = send(forged(url), "PUT", b"newer", Content_Type="text/plain")
    assert answer.status_code == 403
    recording.compare("invalid-put-1", told(answer))
    assert presign.s3.get_object(**presign.at)["Body"].read() == b"new"
    assert send(presign("delete_object", version, style), "DELETE").status_code == 204


@pytest.mark.parametrize("version, name", [("s3", "Expires"), ("s3v4", "X-Amz-Date")])
@recorded("test_s3_put_presigned_url_missing_sig_param[{version}]")
def test_a_url_has_all_its_parameters(presign, version, name, recording):
    answer = send(without(presign("get_object", version), name))
    recording.compare("missing-param-exception", told(answer, with_status=True))


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@recorded("test_s3_put_presigned_url_with_different_headers[{version}]")
def test_signed_headers_are_sent_as_signed(presign, version, recording):
    url = presign("put_object", version, ContentType="text/plain")
    assert send(url, "PUT", b"data", Content_Type="text/plain").status_code == 200
    answer = send(url, "PUT", b"data", Content_Type="text/xml")
    recording.compare("content-type-exception", told(answer, with_status=True))
    # Another time makes another signature, as the recording has.
    url = presign("put_object", version, ContentEncoding="identity", seconds=61)
    assert send(url, "PUT", b"data", Content_Encoding="identity").status_code == 200
    answer = send(url, "PUT", b"data", Content_Encoding="identity", Content_Type="text/xml")
    recording.compare("content-type-response", told(answer, with_status=True))
    answer = send(url, "PUT", b"data", Content_Encoding="gzip")
    recording.compare("wrong-content-encoding-response", told(answer, with_status=True))


@recorded("test_s3_put_presigned_url_same_header_and_qs_parameter")
def test_parameters_are_not_overridden_by_headers(presign, recording):
    url = presign("put_object", RequestPayer="requester")
    parts = urllib.parse.urlsplit(url)
    twice = parts._replace(query=f"x-amz-request-payer=non-valid&{parts.query}").geturl()
    answer = send(twice, "PUT", b"data", x_amz_request_payer="requester")
    recording.compare("double-header-query-string", told(answer, with_status=True))
    answer = send(url, "PUT", b"data", x_amz_expires="5")
    recording.compare("override-signed-qs", told(answer, with_status=True))


@pytest.mark.parametrize("verified", ["True", "False"])
@recorded("test_put_url_metadata_with_sig_s3v4[{verified}]")
def test_signed_metadata_is_sent_as_header(presign, verified, recording):
    url = presign("put_object", Metadata={"foo": "bar"})
    answer = send(url, "PUT", b"content 123")
    assert answer.status_code == 403
    recording.compare("no-meta-headers", told(answer), {"HostId"})
    assert send(url, "PUT", b"content 123", x_amz_meta_foo="bar").status_code == 200
    recording.compare("head_object", presign.s3.head_object(**presign.at))
    answer = send(url, "PUT", b"content 123", x_amz_meta_wrong="wrong")
    assert answer.status_code == 403
    # The host's id is another for every answer.
    recording.compare("wrong-meta-headers", told(answer), {"HostId"})


@pytest.mark.parametrize("verified", ["True", "False"])
@recorded("test_put_url_metadata_with_sig_s3[{verified}]")
def test_metadata_in_the_query_is_taken(presign, verified, recording):
    url = presign("put_object", "s3", Metadata={"foo": "bar"})
    assert "x-amz-meta-foo=bar" in url
    assert send(url, "PUT", b"content 123").status_code == 200
    recording.compare("head_object", presign.s3.head_object(**presign.at))
    answer = send(url, "PUT", b"content 123", x_amz_meta_wrong="wrong")
    assert answer.status_code == 403
    recording.compare("wrong-meta-headers", told(answer))


@recorded("test_presigned_double_encoded_credentials")
def test_a_credential_is_encoded_once(presign, recording):
    answer = send(presign("get_object").replace("%2F", "%252F"))
    assert answer.status_code == 400
    recording.compare("error-malformed", told(answer))


@recorded("test_get_response_overrides_unicode_metadata_with_sig_s3")
def test_overrides_are_headers(presign, recording):
    overrides = {
        "ResponseCacheControl": "non-ascii-%E2%80%94_—_é_",
        "ResponseContentDisposition": 'filename="test_—_file%E2%80%94_é_2.pdf"',
    }
    answer = send(presign("get_object", "s3", **overrides))
    assert answer.status_code == 400
    recording.compare("unicode-error", told(answer))


def test_conditions_may_stand_in_the_url(presign):
    """As botocore signs them when it is given no headers: test_pre_signed_url_if_match, test_pre_signed_url_if_none_match."""

    def put(**condition):
        url = presign("put_object").partition("?")[0]
        request = botocore.awsrequest.AWSRequest("PUT", url, params=condition)
        credentials = presign.s3._request_signer._credentials
        botocore.auth.S3SigV4QueryAuth(credentials, "s3", "us-east-1").add_auth(request)
        return send(request.url, "PUT").status_code

    assert put(**{"If-None-Match": "*"}) == 412
    assert put(**{"If-Match": "d41d8cd98f00b204e9800998ecf8427e"}) == 412
    presign.s3.delete_object(**presign.at)
    assert put(**{"If-None-Match": "*"}) == 200
    assert put(**{"If-Match": "d41d8cd98f00b204e9800998ecf8427e"}) == 200


def test_an_encoded_slash_is_signed_as_a_slash(presign):
    """As test_pre_signed_url_forward_slash_bucket expects it of AWS."""
    scheme, host, path = presign("get_object").split("/", 3)[0], *presign("get_object").split("/", 3)[2:]
    answer = told(send(f"{scheme}//{host}/%2F{path}"))
    assert answer["Error"]["CanonicalRequest"].startswith(f"GET\n//{presign.at['Bucket']}/")


@pytest.mark.parametrize("port", ["", ":80", ":443", ":4566"])
def test_a_proxy_may_show_another_port(presign, strict_server, port):
    url = presign("get_object")
    host = f"s3.localhost.localstack.cloud{port}"
    assert send(url, Host=host).content == b"123"


@pytest.mark.parametrize("name", ["localhost:4566", "127.0.0.1", "ruststack:4566", "s3.localhost"])
def test_a_url_holds_inside_a_container_and_outside(presign, name):
    assert send(presign("get_object"), Host=name).content == b"123"


def test_a_url_of_one_bucket_does_not_hold_for_another(presign):
    url = presign("get_object", style="virtual")
    host = urllib.parse.urlsplit(url).hostname
    assert send(url, Host=host.replace("s3.localhost.localstack.cloud", "s3.localhost")).content == b"123"
    answer = send(url, Host=f"other-{host}")
    error = told(answer)["Error"]
    assert (answer.status_code, error["Code"]) == (403, "SignatureDoesNotMatch")
    # What was expected is told with the host that the request names.
    assert f"\nhost:other-{host}\n" in error["CanonicalRequest"]


@pytest.mark.parametrize("version, code", [("s3", "SignatureDoesNotMatch"), ("s3v4", "AccessDenied")])
@recorded("test_put_object_with_md5_and_chunk_signature_bad_headers[{version}-True]")
def test_headers_of_another_way_to_sign_are_refused(presign, version, code, recording):
    md5 = "pX8KKuGXS1f2VTcuJpqjkw=="
    url = presign("put_object", version, ContentType="application/octet-stream", ContentMD5=md5)
    headers = {
        "Content-Md5": md5,
        "Content-Type": "application/octet-stream",
        "X-Amz-Content-Sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "X-Amz-Date": "20211122T191045Z",
        "X-Amz-Decoded-Content-Length": "test",
    }
    for step in ["with-decoded-content-length", "without-decoded-content-length"]:
        answer = send(url, "PUT", b"test", **headers)
        assert (answer.status_code, told(answer)["Error"]["Code"]) == (403, code)
        recording.compare(step, told(answer))
        headers.pop("X-Amz-Decoded-Content-Length", None)


@recorded("test_put_unicode_metadata_with_sig_s3")
def test_metadata_in_the_query_is_unicode(presign, strict_server, client, recording):
    signer = client(url=strict_server.url, config=Config(signature_version="s3"))
    # AWS takes in a query what botocore refuses.
    signer.meta.events.unregister("before-parameter-build.s3.PutObject", botocore.handlers.validate_ascii_metadata)
    arguments = {**presign.at, "Metadata": {"foo": "non-ascii-%E2%80%94_—_é_"}}
    assert send(signer.generate_presigned_url("put_object", arguments), "PUT").status_code == 200
    recording.compare("head_object", presign.s3.head_object(**presign.at))


@pytest.fixture
def hoisted(strict_server, account, missing):
    """Presigns an upload as the JavaScript SDK does, which moves headers into the query."""

    def hoisted(headers, **query):
        query = urllib.parse.urlencode({name.replace("_", "-"): value for name, value in query.items()})
        url = f"{strict_server.url}/{missing}/{KEY}?{query}"
        request = botocore.awsrequest.AWSRequest("PUT", url, headers=headers)
        credentials = botocore.credentials.Credentials(account, "test")
        botocore.auth.S3SigV4QueryAuth(credentials, "s3", "us-east-1", 60).add_auth(request)
        return request.prepare().url

    return hoisted


@recorded("test_presigned_url_v4_x_amz_in_qs")
def test_headers_in_the_query_are_taken(presign, hoisted, recording):
    md5 = {"Content-MD5": "4QrcOUm6Wau+VuBX8g+IPg=="}
    headers = {"x_amz_storage_class": "STANDARD", "x_amz_meta_foo": "bar-complicated-no-random"}
    checksum = {"x_amz_sdk_checksum_algorithm": "CRC32", "x_amz_checksum_crc32": "AAAAAA=="}
    url = hoisted(md5, **headers, **checksum)
    assert send(url, "PUT", b"123456").status_code == 403
    assert send(url.replace("AAAAAA", "BBBBBB"), "PUT", b"123456", **md5).status_code == 403
    assert send(url, "PUT", b"123456", **md5).status_code == 200
    recording.compare("head-object", presign.s3.head_object(ChecksumMode="ENABLED", **presign.at))


@pytest.mark.recorded("s3", "TestS3::test_s3_lambda_integration", "21-02-2026")
def test_an_empty_object_is_put_by_url(presign, recording):
    assert send(presign("put_object"), "PUT").status_code == 200
    recording.compare("head_object", presign.s3.head_object(**presign.at))


@pytest.mark.parametrize("is_virtual", STYLES)
@pytest.mark.recorded("s3", "TestS3::test_get_object_content_length_with_virtual_host[{is_virtual}]", "21-02-2026")
def test_an_object_read_by_url_tells_its_length(presign, is_virtual, recording):
    answer = send(presign("get_object", style=STYLES[is_virtual]))
    names = recording.steps["get-obj-content-len-headers"]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    # Ours, so that LocalStack's clients find who answers.
    assert headers.keys() - names == {"x-localstack"}
    recording.compare("get-obj-content-len-headers", {name: headers[name] for name in names})
