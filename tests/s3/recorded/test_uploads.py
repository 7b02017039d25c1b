"""Uploads in parts, deletes of many, versions: the rest of the core."""

import base64
import hashlib
import string

import pytest
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config

from ...recorded import from_xml


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3::{name}", "21-02-2026")


@pytest.fixture
def begin(s3, bucket):
    def begin(key):
        at = {"Bucket": bucket, "Key": key}
        return {**at, "UploadId": s3.create_multipart_upload(**at)["UploadId"]}

    return begin


@recorded("test_multipart_and_list_parts")
def test_an_upload_from_beginning_to_end(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-list-parts"}
    created = recording.compare("create-multipart", s3.create_multipart_upload(**at))
    upload = {**at, "UploadId": created["UploadId"]}
    recording.compare("list-part-after-created", s3.list_parts(**upload))
    recording.compare("list-all-uploads", s3.list_multipart_uploads(Bucket=bucket))
    part = recording.compare("upload-part", s3.upload_part(PartNumber=1, Body=b"upload-part-1" * 5, **upload))
    recording.compare("list-part-after-upload", s3.list_parts(**upload))
    recording.compare("list-all-uploads-after", s3.list_multipart_uploads(Bucket=bucket))
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    recording.compare("complete-multipart", s3.complete_multipart_upload(MultipartUpload=parts, **upload))
    recording.refused("list-part-after-complete-exc", s3.list_parts, **upload)
    recording.compare("list-all-uploads-completed", s3.list_multipart_uploads(Bucket=bucket))
    recording.compare("head-multipart-checksum", s3.head_object(ChecksumMode="ENABLED", **at))
    recording.compare("get-multipart-checksum", s3.get_object(ChecksumMode="ENABLED", **at))


@recorded("test_multipart_no_such_upload")
def test_an_upload_that_is_not_there(s3, bucket, recording):
    upload = {"Bucket": bucket, "Key": "fake-key", "UploadId": "fakeid"}
    recording.refused("upload-exc", s3.upload_part, PartNumber=1, Body=b"data", **upload)
    recording.refused("complete-exc", s3.complete_multipart_upload, **upload)
    recording.refused("abort-exc", s3.abort_multipart_upload, **upload)


@recorded("test_multipart_complete_multipart_too_small")
def test_parts_but_the_last_have_a_least_size(s3, begin, recording):
    upload, parts = begin("test-upload-part-exc"), []
    for number in (1, 2):
        part = s3.upload_part(PartNumber=number, Body=b"data", **upload)
        recording.compare(f"upload-part{number}", part)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    recording.refused("complete-exc-no-parts", s3.complete_multipart_upload, **upload)
    complete = s3.complete_multipart_upload
    recording.refused("complete-exc-too-small", complete, MultipartUpload={"Parts": parts}, **upload)


@recorded("test_multipart_complete_multipart_wrong_part")
def test_a_completion_names_parts_that_were_sent(s3, begin, recording):
    upload = begin("test-upload-part-exc")
    etag = s3.upload_part(PartNumber=1, Body=b"data", **upload)["ETag"]
    wrong = {"number": (2, etag), "etag": (1, "d41d8cd98f00b204e9800998ecf8427e")}
    for name, (number, value) in wrong.items():
        parts = {"Parts": [{"PartNumber": number, "ETag": value}]}
        step = f"complete-exc-wrong-{'part-number' if name == 'number' else name}"
        recording.refused(step, s3.complete_multipart_upload, MultipartUpload=parts, **upload)


@recorded("test_complete_multipart_parts_order")
def test_parts_are_named_in_order(s3, begin, recording):
    complete = s3.complete_multipart_upload

    def send(upload, numbers):
        body = b"a" * (5 * 1024 * 1024 + 1)
        sent = [(number, s3.upload_part(PartNumber=number, Body=body, **upload)["ETag"]) for number in numbers]
        return [{"PartNumber": number, "ETag": etag} for number, etag in sent]

    upload = begin("test-order-parts")
    parts = send(upload, [1, 2, 3])
    recording.refused("upload-part-negative-part-number", s3.upload_part, PartNumber=-1, Body=b"", **upload)
    recording.refused("complete-multipart-unordered", complete, MultipartUpload={"Parts": parts[::-1]}, **upload)
    recording.compare("complete-multipart-ordered", complete(MultipartUpload={"Parts": parts}, **upload))
    upload = begin("key-sequence-with-step-2")
    done = complete(MultipartUpload={"Parts": send(upload, [2, 3, 4])}, **upload)
    recording.compare("complete-multipart-with-step-2", done)


@recorded("test_multipart_overwrite_key")
def test_an_upload_overwrites_an_object(s3, bucket, upload, recording):
    put = s3.put_object(Bucket=bucket, Key="test.file", Body=b"test content 123")
    recording.compare("put-object", put)
    recording.compare("multipart-upload", upload("test.file", b"test content 123"))
    assert s3.get_object(Bucket=bucket, Key="test.file")["Body"].read() == b"test content 123"


@recorded("test_multipart_copy_object_etag")
def test_a_copy_of_an_upload_has_the_etag_of_its_bytes(s3, bucket, upload, recording):
    recording.compare("multipart-upload", upload("test.file", b"test content 123"))
    source = {"Bucket": bucket, "CopySource": f"{bucket}/test.file"}
    recording.compare("copy-object", s3.copy_object(Key="copy.file", **source))
    in_place = s3.copy_object(Key="test.file", MetadataDirective="REPLACE", **source)
    recording.compare("copy-object-in-place", in_place)
    recording.compare("head-obj", s3.head_object(Bucket=bucket, Key="test.file", ChecksumMode="ENABLED"))


@recorded("test_get_object_part")
def test_a_part_is_read_by_its_number(s3, bucket, upload, recording):
    at = {"Bucket": bucket, "Key": "test.file"}
    recording.compare("multipart-upload", upload("test.file", b"test content 123", parts=2))
    recording.compare("head-object-part", s3.head_object(PartNumber=2, **at))
    recording.compare("get-object-part", s3.get_object(PartNumber=2, **at))
    recording.compare("get-object-part-with-checksum", s3.get_object(PartNumber=2, ChecksumMode="ENABLED", **at))
    recording.refused("part-doesnt-exist", s3.get_object, PartNumber=10, **at)
    recording.refused("part-with-range", s3.get_object, PartNumber=2, Range="bytes=0-8", **at)
    at["Key"] = "key-no-part"
    s3.put_object(Body=b"test-123", **at)
    recording.refused("part-no-multipart", s3.get_object, PartNumber=2, **at)
    recording.compare("get-obj-no-multipart", s3.get_object(PartNumber=1, ChecksumMode="ENABLED", **at))


@recorded("test_multipart_with_unicode_character_location")
def test_the_location_of_an_upload_is_encoded(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-unicode_—_file"}
    created = recording.compare("create-multipart", s3.create_multipart_upload(**at))
    upload = {**at, "UploadId": created["UploadId"]}
    etag = s3.upload_part(PartNumber=1, Body=b"upload-part-1", **upload)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    recording.compare("complete-multipart", s3.complete_multipart_upload(MultipartUpload=parts, **upload))


def named(*keys):
    return {"Objects": [{"Key": key} for key in keys]}


@recorded("test_delete_non_existing_keys_quiet")
def test_a_quiet_delete_tells_errors_only(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="test-key-nonexistent", Body=b"something")
    delete = {**named("test-key-nonexistent", "dummy1", "dummy2"), "Quiet": True}
    recording.compare("deleted-resp", s3.delete_objects(Bucket=bucket, Delete=delete))


def by_key(answer):
    answer["Deleted"].sort(key=lambda entry: entry["Key"])
    return answer


@recorded("test_delete_non_existing_keys")
def test_a_delete_of_nothing_is_told_as_done(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="test-key-nonexistent", Body=b"something")
    gone = s3.delete_objects(Bucket=bucket, Delete=named("test-key-nonexistent", "dummy1", "dummy2"))
    recording.compare("deleted-resp", by_key(gone))


@recorded("test_delete_objects_encoding")
def test_keys_in_a_document_are_not_encoded(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="a%2Fb", Body=b"percent encoding")
    s3.put_object(Bucket=bucket, Key="a/%F0%9F%98%80", Body=b"percent encoded emoji")
    recording.compare("list-objects-before-delete", s3.list_objects_v2(Bucket=bucket))
    gone = s3.delete_objects(Bucket=bucket, Delete=named("a%2Fb", "a/%F0%9F%98%80"))
    recording.compare("deleted-resp", by_key(gone))
    recording.compare("list-objects", s3.list_objects_v2(Bucket=bucket))


@recorded("test_s3_batch_delete_objects")
def test_a_batch_is_deleted_in_its_order(s3, bucket, put, recording):
    keys = [f"key-batch-delete-{number}" for number in range(5)]
    put(bucket, keys)
    gone = s3.delete_objects(Bucket=bucket, Delete=named(*keys))
    # The recording's keys were random.
    recording.compare("batch-delete", gone, {"Key"})
    assert sorted(entry["Key"] for entry in gone["Deleted"]) == keys
    recording.compare("list-remaining-objects", s3.list_objects(Bucket=bucket))


@recorded("test_s3_batch_delete_public_objects_using_requests")
def test_anyone_deletes_from_a_public_bucket(s3, client, open_bucket, ask, recording):
    s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read-write")
    anyone = client(config=Config(signature_version=UNSIGNED))
    keys = ["key-created-by-anonymous-1", "key-created-by-anonymous-2"]
    for key in keys:
        anyone.put_object(Bucket=open_bucket, Key=key, Body=b"This body document", ACL="public-read-write")
    objects = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
    document = f'<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{objects}</Delete>'.encode()
    md5 = base64.b64encode(hashlib.md5(document).digest()).decode()
    answer = ask(f"/{open_bucket}?delete", "POST", document, **{"content-md5": md5})
    found = from_xml(answer.content)
    by_key(found["DeleteResult"])
    found["DeleteResult"]["@xmlns"] = "http://s3.amazonaws.com/doc/2006-03-01/"
    recording.compare("multi-delete-with-requests", found)
    recording.compare("list-remaining-objects", s3.list_objects(Bucket=open_bucket))


@recorded("test_delete_keys_in_versioned_bucket")
def test_versions_and_markers_are_deleted_one_after_the_other(s3, versioned, recording):
    at = {"Bucket": versioned}
    for body in [b"something", b"something-v2"]:
        s3.put_object(Key="test-key-versioned", Body=body, **at)
    recording.compare("list-objects-v2", s3.list_objects_v2(**at))
    recording.compare("delete-object", s3.delete_objects(Delete=named("test-key-versioned"), **at))
    listed = recording.compare("list-object-version", s3.list_object_versions(**at))

    def entries(name, listed):
        return {"Objects": [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in listed[name]]}

    gone = s3.delete_objects(Delete=entries("Versions", listed), **at)
    # The order of what was deleted is AWS's own.
    recording.compare("delete-object-version", gone, {"VersionId"})
    recording.compare("list-objects-v2-after-delete", s3.list_objects_v2(**at))
    listed = recording.compare("list-object-version-after-delete", s3.list_object_versions(**at))
    gone = s3.delete_objects(Delete=entries("DeleteMarkers", listed), **at)
    recording.compare("delete-object-delete-marker", gone)


@recorded("test_s3_delete_object_with_version_id")
def test_a_deleted_version_is_not_listed(s3, versioned, recording):
    at = {"Bucket": versioned}
    body = "Lorem ipsum dolor sit amet, ... " * 30
    recording.compare("get_bucket_versioning", s3.get_bucket_versioning(**at))
    version = s3.put_object(Key="aws/s3/testkey1.txt", Body=body, **at)["VersionId"]
    s3.put_object(Key="aws/s3/testkey2.txt", Body=body, **at)
    one = {"Objects": [{"Key": "aws/s3/testkey1.txt", "VersionId": version}]}
    recording.compare("delete_objects", s3.delete_objects(Delete=one, **at))
    recording.compare("list_object_versions_after_delete", s3.list_object_versions(**at))
    s3.put_bucket_versioning(VersioningConfiguration={"Status": "Suspended"}, **at)
    recording.compare("get_bucket_versioning_suspended", s3.get_bucket_versioning(**at))


@recorded("test_get_bucket_versioning_order")
def test_versions_are_listed_youngest_first(s3, bucket, recording):
    at = {"Bucket": bucket}
    recording.compare("list_object_versions_before", s3.list_object_versions(EncodingType="url", **at))
    put = s3.put_bucket_versioning(VersioningConfiguration={"Status": "Enabled"}, **at)
    recording.compare("put_bucket_versioning", put)
    recording.compare("get_bucket_versioning", s3.get_bucket_versioning(**at))
    for key in ["test", "test", "test2"]:
        s3.put_object(Key=key, Body=b"body", **at)
    recording.compare("list_object_versions", s3.list_object_versions(**at))


@recorded("test_s3_put_object_versioned")
def test_an_object_before_during_and_after_versioning(s3, bucket, recording):
    def put(step, key, body):
        recording.compare(step, s3.put_object(Bucket=bucket, Key=key, Body=body))

    def get(step, key):
        recording.compare(step, s3.get_object(Bucket=bucket, Key=key))

    def listed(step):
        recording.compare(step, s3.list_object_versions(Bucket=bucket))

    def versioning(status):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    first, second, third = "non-version-bucket-key", "versioned-bucket-key", "non-version-bucket-key-after-disable"
    put("put-pre-versioned", first, b"non-versioned-key")
    get("get-pre-versioned", first)
    listed("list-object-pre-versioned")
    versioning("Enabled")
    get("get-post-versioned", first)
    put("put-obj-versioned-1", second, b"versioned-key")
    put("put-obj-versioned-2", second, b"versioned-key-updated")
    get("get-obj-versioned", second)
    listed("list-object-versioned")
    versioning("Suspended")
    listed("list-bucket-suspended")
    get("get-obj-versioned-disabled", second)
    get("get-obj-non-versioned-disabled", first)
    put("put-non-versioned-post-disable", third, b"non-versioned-key-post")
    get("get-non-versioned-post-disable", third)


@recorded("test_put_object_tagging_empty_list")
def test_an_empty_list_of_tags_removes_them(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "my-key"}
    s3.put_object(Body=b"abcdefgh", **at)
    recording.compare("created-object-tags", s3.get_object_tagging(**at))
    tags = {"TagSet": [{"Key": "tag1", "Value": "tag1"}, {"Key": "tag2", "Value": ""}]}
    s3.put_object_tagging(Tagging=tags, **at)
    recording.compare("updated-object-tags", s3.get_object_tagging(**at))
    s3.put_object_tagging(Tagging={"TagSet": []}, **at)
    recording.compare("deleted-object-tags", s3.get_object_tagging(**at))


@recorded("test_delete_object_tagging")
def test_an_object_stays_when_its_tags_go(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-key-tagging"}
    s3.put_object(Body=b"something", **at)
    recording.compare("get-obj", s3.get_object(**at))
    s3.delete_object_tagging(**at)
    recording.compare("get-obj-after-tag-deletion", s3.get_object(**at))


@recorded("test_s3_put_more_than_1000_items")
def test_a_thousand_and_ten_keys_are_two_pages(s3, bucket, recording):
    for number in range(1010):
        s3.put_object(Bucket=bucket, Key=f"test-key-{number}", Body=f"test-{number}")
    for number in (1009, 0):
        found = s3.get_object(Bucket=bucket, Key=f"test-key-{number}")
        recording.compare(f"get_object-{number}", found)
    # The recording leaves the thousand entries out.
    page = recording.compare("list-objects", s3.list_objects(Bucket=bucket, Delimiter="/"), {"Contents"})
    assert len(page["Contents"]) == 1000
    rest = s3.list_objects(Bucket=bucket, Marker=page["NextMarker"])
    recording.compare("list-objects-next_marker", rest)


@recorded("test_upload_file_multipart")
def test_a_file_in_one_part_has_a_checksum_of_checksums(s3, bucket, tmp_path, recording):
    file, data = tmp_path / "file", b"1" * 6 * 1024
    file.write_bytes(data)
    config = TransferConfig(multipart_threshold=5 * 1024, multipart_chunksize=1024)
    s3.upload_file(str(file), bucket, "my-key", Config=config)
    got = s3.get_object(Bucket=bucket, Key="my-key")
    assert got["Body"].read() == data
    recording.compare("get_object", got)


@recorded("test_set_external_hostname")
def test_a_public_upload_is_read_where_it_is_said_to_be(s3, bucket, open_bucket, upload, visit, recording):
    done = upload("test.file", b"test content 123", ACL="public-read")
    recording.compare("multipart-upload", done)
    recording.compare("get-object", done)
    assert visit(done["Location"]).data == b"test content 123"


@recorded("test_empty_bucket_fixture")
def test_a_bucket_is_emptied(s3, bucket, put, recording):
    put(bucket, [f"key{number}" for number in range(3)], b"123")
    listed = recording.compare("list-obj", s3.list_objects_v2(Bucket=bucket))
    s3.delete_objects(Bucket=bucket, Delete=named(*(found["Key"] for found in listed["Contents"])))
    recording.compare("list-obj-after-empty", s3.list_objects_v2(Bucket=bucket))


@pytest.mark.recorded("s3", "TestS3::test_multipart_key_validation", "26-10-2023")
def test_an_upload_is_of_one_key(s3, bucket, recording):
    created = s3.create_multipart_upload(Bucket=bucket, Key="test-upload-part")
    other = {"Bucket": bucket, "Key": "other-key", "UploadId": created["UploadId"]}
    parts = {"Parts": [{"ETag": "d41d8cd98f00b204e9800998ecf8427e", "PartNumber": 1}]}
    recording.refused("upload-part-wrong-key-name", s3.upload_part, PartNumber=1, Body=b"", **other)
    recording.refused("complete-multipart-wrong-key-name", s3.complete_multipart_upload, MultipartUpload=parts, **other)
    recording.refused("list-parts-wrong-key-name", s3.list_parts, **other)
    recording.refused("abort-multipart-wrong-key-name", s3.abort_multipart_upload, **other)


@recorded("test_user_metadata_rfc2047_encoded")
def test_metadata_beyond_ascii_is_told_encoded(s3, bucket, recording):
    def encoded(text):
        return f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="

    metadata = {
        "non-ascii": encoded("test_—_file%E2%80%94_é_2?.pdf"),
        "non-ascii-2": encoded("ÄMÄZÕÑ S3"),
        "non-ascii-binary": encoded("\x00\x01\x02\x03"),
        "replacement-chars": encoded("\ufffd" * 7),
        "fake-encoded": "=?UTF-8?Q?actually-ascii?=",
        "asciib64-encoded": "=?UTF-8?B?YWJj?=",
        "safe-chars": string.punctuation + " \t",
    }
    recording.compare("put-object", s3.put_object(Bucket=bucket, Key="test", Metadata=metadata))
    recording.compare("get-object", s3.get_object(Bucket=bucket, Key="test"))
