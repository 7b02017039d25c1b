"""HTML forms posted to a bucket: what their policies allow, and how AWS refuses the rest."""

import datetime
import email.utils

import pytest
from botocore.config import Config

from ...recorded import from_xml
from ..forms import encode, post, send

DOCUMENT = "<Tagging><TagSet><Tag><Key>TagName</Key><Value>TagValue</Value></Tag>{}</TagSet></Tagging>"
SECOND = "<Tag><Key>TagName2</Key><Value>TagValue2</Value></Tag>"
TAGGINGS = {
    "single": DOCUMENT.format(""),
    "list": DOCUMENT.format(SECOND),
    "invalid": "<InvalidXmlTagging></InvalidXmlTagging>",
    "notxml": "not-xml",
}
REDIRECT = "http://localhost.test/random"


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3PresignedPost::{name}", "21-02-2026")


@pytest.fixture
def form(s3, bucket):
    """Makes a form for the bucket; its fields are its conditions unless others are given."""

    def form(key, fields=None, conditions=None, seconds=60):
        fields = fields or {}
        if conditions is None:
            conditions = [["eq", f"${name}", value] for name, value in fields.items()]
        return s3.generate_presigned_post(bucket, key, fields, [{"bucket": bucket}, *conditions], seconds)

    return form


@pytest.fixture
def strict_form(strict_server, client, missing):
    """Makes a form for a bucket of the server that verifies."""
    client(url=strict_server.url).create_bucket(Bucket=missing)

    def form(version, key="key"):
        signer = client(url=strict_server.url, config=Config(signature_version=version))
        return signer.generate_presigned_post(missing, key, ExpiresIn=60)

    return form


def told(answer, with_status=False):
    found = from_xml(answer.content)
    return {**found, "StatusCode": answer.status_code} if with_status else found


def in_ten_minutes():
    return email.utils.format_datetime(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=10), usegmt=True)


@recorded("test_post_request_expires")
def test_a_form_expires(form, recording):
    answer = post(form("key", seconds=-2))
    recording.compare("exception", told(answer, with_status=True))


@pytest.mark.parametrize("version, signature", [("s3", "signature"), ("s3v4", "x-amz-signature")])
@recorded("test_post_request_malformed_policy[{version}]")
def test_a_policy_is_sent_as_signed(strict_form, version, signature, recording):
    presigned = strict_form(version)
    assert post(presigned).status_code == 204
    changed = presigned["fields"]["policy"][:-2]
    answer = told(post(presigned, policy=changed), with_status=True)
    recording.compare("exception-policy", answer)
    assert answer["Error"]["SignatureProvided"] == presigned["fields"][signature]
    assert answer["Error"]["StringToSign"] == changed


@pytest.mark.parametrize("version, signature", [("s3", "signature"), ("s3v4", "x-amz-signature")])
@recorded("test_post_request_missing_signature[{version}]")
def test_a_form_has_a_signature(strict_form, version, signature, recording):
    presigned = strict_form(version)
    del presigned["fields"][signature]
    recording.compare("exception-missing-signature", told(post(presigned), with_status=True))


@pytest.mark.parametrize(
    "version, names", [("s3", ["AWSAccessKeyId"]), ("s3v4", ["x-amz-algorithm", "x-amz-credential"])]
)
@recorded("test_post_request_missing_fields[{version}]")
def test_a_form_says_who_signed_it(strict_form, version, names, recording):
    presigned = strict_form(version)
    for name in names:
        del presigned["fields"][name]
    recording.compare("exception-missing-fields", told(post(presigned), with_status=True))
    presigned["fields"] = {name: presigned["fields"][name] for name in ("key", "policy")}
    recording.compare("exception-no-sig-related-fields", told(post(presigned), with_status=True))


@pytest.mark.parametrize("tagging", TAGGINGS)
@recorded("test_post_object_with_tags[{tagging}]")
def test_a_form_brings_tags(s3, bucket, form, tagging, recording):
    answer = post(form("key", {"tagging": TAGGINGS[tagging]}), "test-body-tagging")
    if tagging == "notxml":
        assert answer.status_code == 400
        recording.compare("tagging-error", told(answer))
        assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    else:
        assert answer.status_code == 204
        recording.compare("get-tagging", s3.get_object_tagging(Bucket=bucket, Key="key"))


@recorded("test_post_object_with_metadata")
def test_a_form_brings_metadata(s3, bucket, form, recording):
    fields = {
        "x-amz-meta-test-1": "test-meta-1",
        "x-amz-meta-TEST-2": "test-meta-2",
        "Content-Type": "text/plain",
        "Expires": in_ten_minutes(),
    }
    assert post(form("key", fields), "test-body-tagging").status_code == 204
    recording.compare("head-object", s3.head_object(Bucket=bucket, Key="key"))


@recorded("test_post_object_with_unicode_metadata")
def test_metadata_may_be_of_any_script(s3, bucket, form, recording):
    key = "test_unicode\u2014_file.pdf"
    fields = {
        "Content-Disposition": 'filename="test_\u2014_file%E2%80%94_\u00e9_2-.pdf"',
        "Cache-Control": "non-ascii-%E2%80%94_\u2014_\u00e9_",
        "x-amz-meta-nonascii": "\u00c4M\u00c4Z\u00d5\u00d1 S3",
        "x-amz-meta-nonascii-2": "test_\u2014_file%E2%80%94_\u00e9_2\U0001f451.pdf",
        "x-amz-meta-safe-chars": "! \"#$%&'()*+,-./0123456789:;<>'?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
        "abcdefghijklmnopqrstuvwxyz{|}~\t",
        "x-amz-meta-utf-8": "\x00\x01\x02\x03\x04",
        "x-amz-meta-q-encoded": "=?UTF-8?Q?actually-ascii?=",
        "x-amz-meta-b-encoded": "=?UTF-8?B?YWJj?=",
        "success_action_status": "201",
    }
    answer = post(form(key, fields), "test-body-tagging")
    assert answer.status_code == 201
    location = answer.headers["Location"]
    recording.compare("post-object", {**told(answer), "LocationHeader": location})
    recording.compare("head-object", s3.head_object(Bucket=bucket, Key=key))


@recorded("test_post_object_with_storage_class")
def test_a_form_names_a_storage_class(s3, bucket, form, recording):
    answer = post(form("key", {"x-amz-storage-class": "STANDARD_IA"}), "test-body-storage-class")
    assert answer.status_code == 204
    recording.compare("head-object", s3.head_object(Bucket=bucket, Key="key"))
    answer = post(form("key", {"x-amz-storage-class": "FakeClass"}), "test-body-storage-class")
    assert answer.status_code == 400
    recording.compare("invalid-storage-error", told(answer))


@recorded("test_post_object_with_wrong_content_type")
def test_only_forms_are_posted(form, recording):
    presigned = form("key")
    body, _ = encode(presigned["fields"])
    answer = send(presigned["url"], body, "text/html")
    assert answer.status_code == 412
    recording.compare("invalid-content-type-error", told(answer))


@recorded("test_post_object_default_checksum")
def test_the_object_has_a_checksum(s3, bucket, form, recording):
    answer = post(form("key"), "test-body-tagging")
    head = recording.compare("head-object", s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED"))
    assert answer.headers["x-amz-checksum-crc64nvme"] == head["ChecksumCRC64NVME"]
    assert answer.headers["x-amz-checksum-type"] == "FULL_OBJECT"


@recorded("test_post_object_with_file_as_string")
def test_a_file_may_be_without_a_name(s3, bucket, form, recording):
    key = "test-presigned-post-file-as-field"
    assert post(form(key), "test-body-file-as-field", None).status_code == 204
    recording.compare("head-object", s3.head_object(Bucket=bucket, Key=key))
    presigned = form("file-as-field-${filename}")
    assert post(presigned, "test-body-file-as-field-filename-replacement", None).status_code == 204
    recording.compare("list-objects", s3.list_objects_v2(Bucket=bucket))


@recorded("test_post_object_policy_conditions_validation_eq")
def test_conditions_are_met_letter_by_letter(s3, bucket, form, recording):
    fields = {"success_action_redirect": REDIRECT}

    def refused(step, status, conditions, **changes):
        answer = post(form("key", fields, conditions), **changes)
        assert answer.status_code == status
        recording.compare(step, told(answer))

    same = [["eq", "$success_action_redirect", REDIRECT]]
    refused("invalid-condition-eq", 403, same, success_action_redirect="http://wrong.location/test")
    refused("invalid-condition-missing-prefix", 403, [["eq", "success_action_redirect", REDIRECT]])
    refused("invalid-condition-wrong-condition", 400, [{"bucket": bucket, **fields}])
    upper = [["eq", "$success_action_redirect", REDIRECT.replace("http", "HTTP")]]
    refused("invalid-condition-wrong-value-casing", 403, upper)
    described = {
        "x-amz-meta-test-1": "test-meta-1",
        "x-amz-meta-TEST-2": "test-meta-2",
        "Content-Type": "text/plain",
        "Expires": in_ten_minutes(),
    }
    lower = [["eq", f"${name.lower()}", value] for name, value in described.items()]
    assert post(form("key", described, lower)).status_code == 204
    recording.compare("head-object-metadata", s3.head_object(Bucket=bucket, Key="key"))
    assert post(form("key", fields, [["eq", "$success_Action_REDIRECT", REDIRECT]])).status_code == 303
    recording.compare("final-object", s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED"))
    simple = [{name.lower(): value} for name, value in described.items()]
    assert post(form("key", described, simple)).status_code == 204


@recorded("test_post_object_policy_conditions_validation_starts_with")
def test_conditions_may_fix_the_beginning(s3, bucket, form, recording):
    begun = [["starts-with", "$success_action_redirect", "http://localhost"]]
    presigned = form("key", {"success_action_redirect": REDIRECT}, begun)
    for step, redirect in [
        ("invalid-condition-starts-with", "http://wrong.location/test"),
        ("invalid-condition-starts-with-casing", REDIRECT.replace("http", "HTTP")),
    ]:
        presigned["fields"]["success_action_redirect"] = redirect
        answer = post(presigned)
        assert answer.status_code == 403
        recording.compare(step, told(answer))
    presigned["fields"]["success_action_redirect"] = REDIRECT
    answer = post(presigned)
    assert answer.status_code == 303 and answer.headers["Location"].startswith(REDIRECT)
    recording.compare("get-object-1", s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED"))
    anything = [["starts-with", "$success_action_redirect", ""]]
    presigned = form("key", {"success_action_redirect": "http://wrong.location/test"}, anything)
    answer = post(presigned, "manual value to change ETag")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("http://wrong.location/test")
    recording.compare("get-object-2", s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED"))


@recorded("test_post_object_policy_validation_size")
def test_a_policy_limits_the_size(s3, bucket, form, recording):
    def send_of(size, least=5, most=10):
        return post(form("key", conditions=[["content-length-range", least, most]]), "a" * size)

    for step, size in [("invalid-content-length-too-big", 12), ("invalid-content-length-too-small", 1)]:
        answer = send_of(size)
        assert answer.status_code == 400
        recording.compare(step, told(answer))
    assert send_of(5).status_code == send_of(10).status_code == 204
    recording.compare("final-object", s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED"))
    assert send_of(10, "5", "10").status_code == 204
    answer = send_of(10, "test", "10")
    assert answer.status_code == 403
    recording.compare("invalid-content-length-wrong-type", told(answer))


@recorded("test_presigned_post_with_different_user_credentials")
def test_a_form_may_be_signed_by_a_role(strict_server, client, missing, recording):
    sts = client("sts", url=strict_server.url)
    role = {"RoleArn": "arn:aws:iam::000000000000:role/any", "RoleSessionName": "session"}
    credentials = sts.assume_role(**role)["Credentials"]
    s3 = client(
        url=strict_server.url,
        config=Config(signature_version="s3v4"),
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    s3.create_bucket(Bucket=missing)
    presigned = s3.generate_presigned_post(missing, "key")
    assert post(presigned).status_code == 204
    recording.compare("get-obj", s3.get_object(Bucket=missing, Key="key", ChecksumMode="ENABLED"))
    del presigned["fields"]["x-amz-security-token"]
    assert post(presigned).status_code == 403
