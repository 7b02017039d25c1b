"""Objects as they are read: keys, metadata, ranges, conditions, attributes."""

import base64
import datetime
import gzip
import hashlib

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ...recorded import from_xml

DAY = datetime.timedelta(days=1)
VERSIONS = {"Status": "Enabled"}


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3::{name}", "21-02-2026")


@recorded("test_put_and_get_object_with_utf8_key")
def test_a_key_beyond_ascii(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "Ā0Ä"}
    recording.compare("put-object", s3.put_object(Body=b"abc123", **at))
    got = s3.get_object(**at)
    assert got["Body"].read() == b"abc123"
    recording.compare("get-object", got)


@recorded("test_put_and_get_object_with_hash_prefix")
def test_a_key_that_begins_with_a_hash(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "#key-with-hash-prefix"}
    recording.compare("put-object", s3.put_object(Body=b"test 123", **at))
    got = s3.get_object(**at)
    assert got["Body"].read() == b"test 123"
    recording.compare("get-object", got)


SPECIAL = ["file%2Fname", "test@key/", "test%123", "test%percent", "test key/", "test key//", "test%123/"]


@pytest.mark.parametrize("key", [*SPECIAL, "a/%F0%9F%98%80/"])
@recorded("test_put_get_object_special_character[{key}]")
def test_keys_that_need_encoding(s3, bucket, key, recording):
    at = {"Bucket": bucket, "Key": key}
    recording.compare("put-object-special-char", s3.put_object(Body=b"test", **at))
    recording.compare("list-object-special-char", s3.list_objects_v2(Bucket=bucket))
    recording.compare("get-object-special-char", s3.get_object(**at))
    recording.compare("del-object-special-char", s3.delete_object(**at))


@recorded("test_put_get_object_single_character_trailing_slash")
def test_keys_of_one_letter_and_a_slash(s3, bucket, recording):
    for key in ["a/", "t/", "u/"]:
        at = {"Bucket": bucket, "Key": key}
        recording.compare(f"put-object-single-char-{key}", s3.put_object(Body=b"test", **at))
        recording.compare(f"get-object-single-char-{key}", s3.get_object(**at))
    recording.compare("list-objects-single-char", s3.list_objects_v2(Bucket=bucket))


@pytest.mark.parametrize("style", ["True", "False"])
@recorded("test_object_with_slashes_in_key[{style}]")
def test_slashes_at_the_beginning_belong_to_the_key(client, server, bucket, style, recording):
    url = f"http://s3.localhost.localstack.cloud:{server.port}"
    s3 = client(url=url, config=Config(s3={"addressing_style": "virtual" if style == "True" else "path"}))
    bodies = {"/foo": b"foobar", "bar": b"barfoo", "/bar/foo/": b"test"}
    for key, body in bodies.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    recording.compare("list-objects-slashes", s3.list_objects_v2(Bucket=bucket))
    for key, body in bodies.items():
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body
    for key in ["foo", "//foo", "/bar"]:
        with pytest.raises(ClientError, match="NoSuchKey"):
            s3.get_object(Bucket=bucket, Key=key)


@pytest.mark.parametrize("style", ["True", "False"])
@recorded("test_url_encoded_key[{style}]")
def test_an_encoded_key_is_another_key(client, server, bucket, style, recording):
    url = f"http://s3.localhost.localstack.cloud:{server.port}"
    s3 = client(url=url, config=Config(s3={"addressing_style": "virtual" if style == "True" else "path"}))
    bodies = {"test@key/": "non-encoded", "test%40key/": "encoded", "test%40key": "encoded-no-trailing"}
    for key, body in bodies.items():
        s3.put_object(Bucket=bucket, Key=key, Body=f"test-{body}")
    for key, body in bodies.items():
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == f"test-{body}".encode()
    recording.compare("list-object-encoded-char", s3.list_objects_v2(Bucket=bucket))


@recorded("test_s3_uppercase_key_names")
def test_keys_respect_case(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="camelCaseKey", Body=b"something")
    recording.compare("response", s3.get_object(Bucket=bucket, Key="camelCaseKey"))
    recording.refused("wrong-case-key", s3.get_object, Bucket=bucket, Key="camelcasekey")


@recorded("test_metadata_header_character_decoding")
def test_names_of_metadata_are_lower_case(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "key-with-metadata"}
    s3.put_object(Metadata={"TEST_META_1": "foo", "__meta_2": "bar"}, Body=b"foo", **at)
    recording.compare("head-object", s3.head_object(**at))


@recorded("test_system_metadata_with_unicode")
def test_system_metadata_beyond_ascii(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test"}
    disposition = 'attachment; filename="test_—_file%E2%80%94_é_2.pdf"'
    put = s3.put_object(ContentLanguage="de", ContentDisposition=disposition, CacheControl="ÄMÄZÕÑ S3", **at)
    recording.compare("put-object", put)
    recording.compare("get-object", s3.get_object(**at))


@recorded("test_user_metadata_rfc2047_bad_b64_encoded")
def test_metadata_that_cannot_be_decoded(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test"}
    put = s3.put_object(Metadata={"bad-b64-encoded": "=?UTF-8?B?=GGG?="}, **at)
    recording.compare("put-object", put)
    recording.compare("get-object", s3.get_object(**at))


@recorded("test_put_and_get_object_with_content_language_disposition")
def test_headers_of_an_object(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test"}
    put = s3.put_object(
        Body=b"abc123",
        ContentLanguage="de",
        ContentDisposition='attachment; filename="foo.jpg"',
        CacheControl="no-cache",
        **at,
    )
    recording.compare("put-object", put)
    got = s3.get_object(**at)
    assert got["Body"].read() == b"abc123"
    recording.compare("get-object", got)
    for step, answer in [("put-object-headers", put), ("get-object-headers", got)]:
        wanted = recording.steps[step]["HTTPHeaders"]
        found = answer["ResponseMetadata"]["HTTPHeaders"]
        told = {name: value for name, value in found.items() if name in wanted or name.startswith("x-amz")}
        recording.leave(step, "its members are the SDK's; the headers are compared here")
        recording._unify(wanted, told, step, differences := [], set())
        assert not differences, differences


@recorded("test_s3_object_expires")
def test_expires_is_told_as_it_was_put(s3, bucket, recording):
    now = datetime.datetime.now(datetime.UTC)
    for when, expires in [("future", now + DAY), ("past", now - DAY)]:
        at = {"Bucket": bucket, "Key": f"key-object-{when}"}
        put = s3.put_object(Body=b"foo", Expires=expires, **at)
        recording.compare(f"put-object-expires-{when}", put)
        head = recording.compare(f"head-object-expires-{when}", s3.head_object(**at))
        assert head["ExpiresString"] == expires.strftime("%a, %d %b %Y %H:%M:%S GMT")
        recording.compare(f"get-object-expires-{when}", s3.get_object(**at))


@recorded("test_head_object_fields")
def test_a_head_has_no_document(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="my-key", Body=b"abcdefgh")
    recording.compare("head-object", s3.head_object(Bucket=bucket, Key="my-key"))
    recording.refused("head-object-404", s3.head_object, Bucket=bucket, Key="doesnotexist")


@recorded("test_invalid_range_error")
def test_a_range_beyond_the_end(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="my-key", Body=b"abcdefgh")
    recording.refused("exc", s3.get_object, Bucket=bucket, Key="my-key", Range="bytes=1024-4096")


@recorded("test_range_key_not_exists")
def test_a_range_of_nothing(s3, bucket, recording):
    recording.refused("exc", s3.get_object, Bucket=bucket, Key="my-key", Range="bytes=1024-4096")


@recorded("test_range_header_body_length")
def test_a_range_up_to_the_end(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "sample.bin"}
    s3.put_object(Body=bytes(2048), **at)
    for step, form in [("get-object", "0-1023"), ("get-object-2", "1024-2048")]:
        got = s3.get_object(Range=f"bytes={form}", **at)
        assert len(got["Body"].read()) == 1024
        recording.compare(step, got)


@recorded("test_etag_on_get_object_call")
def test_a_range_has_the_etag_of_the_whole(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "my-key"}
    s3.put_object(Body="Lorem ipsum dolor sit amet, ... " * 30, **at)
    recording.compare("get_object", s3.get_object(**at))
    recording.compare("get_object_range", s3.get_object(Range="bytes=0-16", **at))


@recorded("test_precondition_failed_error")
def test_a_condition_that_fails(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="foo", Body=b'{"foo": "bar"}')
    recording.refused("get-object-if-match", s3.get_object, Bucket=bucket, Key="foo", IfMatch='"not good etag"')


@pytest.mark.parametrize("method", ["get_object", "head_object"])
@recorded("test_s3_get_object_preconditions[{method}]")
def test_which_condition_of_a_read_is_told_first(s3, bucket, method, recording):
    at = {"Bucket": bucket, "Key": "test-object"}
    etag = s3.put_object(Body=b"data", **at)["ETag"]
    now = s3.head_object(**at)["LastModified"]
    read = getattr(s3, method)
    failing = {
        "precondition-if-match": {"IfMatch": "etag123"},
        "precondition-if-unmodified-since": {"IfUnmodifiedSince": now - DAY},
        "precondition-if-none-match": {"IfNoneMatch": etag},
        "copy-precondition-if-modified-since": {"IfModifiedSince": now},
    }
    steps = list(failing)
    for index, step in enumerate(steps):
        conditions = {name: value for later in steps[index:] for name, value in failing[later].items()}
        recording.refused(step, read, **conditions, **at)
    recording.compare("obj-ignore-future-modified-since", read(IfModifiedSince=now + DAY, **at))
    bare = etag.strip('"')
    recording.refused("etag-missing-quotes", read, IfModifiedSince=now, IfNoneMatch=bare, **at)
    recording.compare("precondition-if-unmodified-since-is-object", read(IfUnmodifiedSince=now, **at))
    recording.refused("precondition-if-modified-since-is-object", read, IfModifiedSince=now, **at)
    holding = {"IfMatch": bare, "IfNoneMatch": "etag123", "IfModifiedSince": now - DAY, "IfUnmodifiedSince": now}
    recording.compare("obj-success", read(**holding, **at))


@recorded("test_get_object_after_deleted_in_versioned_bucket")
def test_a_deleted_object_is_not_read(s3, versioned, recording):
    at = {"Bucket": versioned, "Key": "my-key"}
    s3.put_object(Body=b"abcdefgh", **at)
    recording.compare("get-object", s3.get_object(**at))
    s3.delete_object(**at)
    recording.refused("get-object-after-delete", s3.get_object, **at)


@recorded("test_s3_get_object_header_overrides")
def test_a_request_overrides_headers(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "key-header-overrides"}
    s3.put_object(Body=b"something", **at)
    got = s3.get_object(
        ResponseCacheControl="max-age=74",
        ResponseContentDisposition='attachment; filename="foo.jpg"',
        ResponseContentEncoding="identity",
        ResponseContentLanguage="de-DE",
        ResponseContentType="image/jpeg",
        ResponseExpires="Wed, 21 Oct 2015 07:28:00 GMT",
        **at,
    )
    recording.compare("get-object", got)


@recorded("test_upload_file_with_xml_preamble")
def test_a_body_may_be_xml(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="key", Body=b'<?xml version="1.0" encoding="UTF-8"?><test/>')
    recording.compare("get_object", s3.get_object(Bucket=bucket, Key="key"))


@recorded("test_putobject_with_multiple_keys")
def test_a_key_may_be_a_path(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "aws/key1/key2/key3"}
    s3.put_object(Body=b"test", **at)
    recording.compare("get_object", s3.get_object(**at))


@recorded("test_upload_big_file")
def test_an_object_is_overwritten(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test_key1"}
    recording.compare("put_object_key1", s3.put_object(Body=b"\x01" * 10_000_000, **at))
    recording.compare("put_object_key2", s3.put_object(Body=b"a" * 10_000_000, **at))
    # The recording's two keys are the same.
    for step in ["head_object_key1", "head_object_key2"]:
        recording.compare(step, s3.head_object(**at))


@recorded("test_s3_upload_download_gzip")
def test_an_encoded_body_stays_encoded(s3, bucket, recording):
    body = gzip.compress(b"1234567890 " * 100, mtime=1676569620)
    at = {"Bucket": bucket, "Key": "test.gz"}
    # What gzip makes of it depends on the library.
    hidden = {"ETag", "ChecksumCRC32", "ContentLength", "Body"}
    recording.compare("put-object", s3.put_object(ContentEncoding="gzip", Body=body, **at), hidden)
    got = s3.get_object(**at)
    assert got["Body"].read() == body
    recording.compare("get-object", got, hidden)


@recorded("test_s3_invalid_content_md5")
def test_a_wrong_md5_is_refused(s3, bucket, recording):
    content = b"something"
    right = base64.b64encode(hashlib.md5(content).digest()).decode()
    bad = base64.b64encode(hashlib.md5(content + b"1").digest()).decode()
    wrong = ["__invalid__", "000", "not base64 encoded checksum", "MTIz", base64.b64encode(b"test-string").decode()]
    begun = s3.create_multipart_upload(Bucket=bucket, Key="multi-key")["UploadId"]
    calls = [
        ("", "put-object", s3.put_object, {"Bucket": bucket, "Key": "test-key"}),
        (
            "upload-part-",
            "upload-part",
            s3.upload_part,
            {"Bucket": bucket, "Key": "multi-key", "UploadId": begun, "PartNumber": 1},
        ),
    ]
    for prefix, name, call, at in calls:
        for number, value in enumerate(wrong):
            recording.refused(f"{prefix}md5-error-{number}", call, Body=content, ContentMD5=value, **at)
        step = "upload-part-md5-bad-digest" if prefix else "md5-error-bad-digest"
        recording.refused(step, call, Body=content, ContentMD5=bad, **at)
        recording.compare(f"success-{name}-md5", call(Body=content, ContentMD5=right, **at))


@recorded("test_get_object_attributes")
def test_attributes_of_objects(s3, bucket, upload, recording):
    every = ["StorageClass", "ETag", "ObjectSize", "ObjectParts", "Checksum"]

    def attributes(key, names=every, **more):
        return s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=names, **more)

    s3.put_object(Bucket=bucket, Key="data.txt", Body=b"69\n420\n")
    recording.compare("object-attrs", attributes("data.txt"))
    body = b"upload-part-1" * 5
    upload("one-part", body)
    recording.compare("object-attrs-multiparts-1-part", attributes("one-part", every[:4]))
    upload("two-parts", body, parts=2)
    recording.compare("object-attrs-multiparts-2-parts", attributes("two-parts", every[:4], MaxParts=3))
    names = [*every[:3], "Checksum"]
    recording.compare("object-attrs-multiparts-2-parts-checksum", attributes("two-parts", names, MaxParts=3))


@recorded("test_get_object_attributes_with_space")
def test_attributes_may_be_separated_by_spaces(s3, bucket, ask, recording):
    s3.put_object(Bucket=bucket, Key="test-attrs", Body=b"test-body", ChecksumAlgorithm="SHA256")
    names = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    for step, separator in [("with", ", "), ("without", ",")]:
        answer = ask(f"/{bucket}/test-attrs?attributes", **{"x-amz-object-attributes": separator.join(names)})
        document = from_xml(answer.content)
        document["GetObjectAttributesResponse"]["@xmlns"] = "http://s3.amazonaws.com/doc/2006-03-01/"
        recording.compare(f"get-attrs-{step}-whitespace", document)


@recorded("test_get_object_attributes_versioned")
def test_attributes_of_versions(s3, versioned, recording):
    at = {"Bucket": versioned, "Key": "key-attrs-versioned"}
    names = ["StorageClass", "ETag", "ObjectSize", "ObjectParts", "Checksum"]
    first = recording.compare("put-obj-v1", s3.put_object(Body=b"69\n420\n", **at))["VersionId"]
    recording.compare("put-obj-v2", s3.put_object(Body=b"version 2", **at))
    recording.compare("object-attrs", s3.get_object_attributes(ObjectAttributes=names, **at))
    recording.compare("delete-key", s3.delete_object(**at))
    recording.refused("deleted-object-attrs", s3.get_object_attributes, ObjectAttributes=names[:3], **at)
    found = s3.get_object_attributes(VersionId=first, ObjectAttributes=names[:3], **at)
    recording.compare("get-object-attrs-v1", found)


CLASSES = ["STANDARD", "STANDARD_IA", "GLACIER_IR", "REDUCED_REDUNDANCY", "ONEZONE_IA", "INTELLIGENT_TIERING"]
RETRIEVABLE = [*[(name, True) for name in CLASSES], ("GLACIER", False), ("DEEP_ARCHIVE", False)]


@pytest.mark.parametrize("name, retrievable", RETRIEVABLE)
@recorded("test_put_object_storage_class[{name}-{retrievable}]")
def test_storage_classes(s3, bucket, name, retrievable, recording):
    at = {"Bucket": bucket, "Key": "test-put-object-storage-class"}
    s3.put_object(Body=b"body-test", StorageClass=name, **at)
    found = s3.get_object_attributes(ObjectAttributes=["StorageClass"], **at)
    recording.compare("get-object-storage-class", found)
    if retrievable:
        recording.compare("get-object", s3.get_object(**at))
    else:
        recording.refused("get-object", s3.get_object, **at)


@recorded("test_put_object_storage_class_outposts")
def test_outposts_is_no_storage_class_here(s3, bucket, recording):
    call = {"Bucket": bucket, "StorageClass": "OUTPOSTS"}
    step = "put-object-outposts"
    recording.refused(step, s3.put_object, Key="test-put-object-storage-class", Body=b"body-test", **call)
    step = "create-multipart-outposts-exc"
    recording.refused(step, s3.create_multipart_upload, Key="test-multipart-storage-class", **call)
