"""Conditions on writes, completions, deletes and on the source of copies."""

import datetime

import pytest
from botocore.exceptions import ClientError

DAY = datetime.timedelta(days=1)
KEY = "test-precondition"


def recorded(name, group="TestS3ObjectWritePrecondition"):
    return pytest.mark.recorded("s3_api", f"{group}::{name}", "21-02-2026")


@pytest.fixture
def put_at(s3, bucket, recording):
    """Puts the object and compares; versioning is enabled where the test asks for it."""

    def put_at(step, **arguments):
        return recording.compare(step, s3.put_object(Bucket=bucket, Key=KEY, **arguments))

    return put_at


@pytest.fixture
def upload(s3, bucket, recording):
    """Begins an upload of one part; returns what completes it."""

    def upload(step=None):
        created = s3.create_multipart_upload(Bucket=bucket, Key=KEY)
        if step:
            recording.compare(step, created)
        at = {"Bucket": bucket, "Key": KEY, "UploadId": created["UploadId"]}
        part = s3.upload_part(PartNumber=1, Body=b"test", **at)
        return {**at, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}

    return upload


@recorded("test_put_object_if_none_match")
def test_an_object_is_created_once(s3, bucket, put_at, recording):
    put_at("put-obj", IfNoneMatch="*")
    recording.refused("put-obj-if-none-match", s3.put_object, Bucket=bucket, Key=KEY, IfNoneMatch="*")
    recording.compare("del-obj", s3.delete_object(Bucket=bucket, Key=KEY))
    put_at("put-obj-after-del", IfNoneMatch="*")


@recorded("test_put_object_if_none_match_validation")
def test_an_etag_is_not_created_unless_it_is_there(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-precondition-validation"}
    etag = recording.compare("put-obj", s3.put_object(**at))["ETag"]
    recording.refused("put-obj-if-none-match-bad-value", s3.put_object, IfNoneMatch=etag, **at)


@recorded("test_put_object_if_none_match_versioned_bucket")
def test_a_deleted_key_may_be_created_again(s3, versioned, put_at, recording):
    put_at("put-obj", IfNoneMatch="*")
    recording.refused("put-obj-if-none-match", s3.put_object, Bucket=versioned, Key=KEY, IfNoneMatch="*")
    recording.compare("del-obj", s3.delete_object(Bucket=versioned, Key=KEY))
    put_at("put-obj-after-del", IfNoneMatch="*")
    recording.compare("list-object-versions", s3.list_object_versions(Bucket=versioned))


@recorded("test_put_object_if_match")
def test_an_object_is_overwritten_if_it_is_the_expected(s3, bucket, put_at, recording):
    at = {"Bucket": bucket, "Key": KEY}
    etag = put_at("put-obj", Body=b"test")["ETag"]
    wrong = "d41d8cd98f00b204e9800998ecf8427e"
    recording.refused("put-obj-if-match-wrong-etag", s3.put_object, IfMatch=wrong, **at)
    put_at("put-obj-overwrite", IfMatch=etag)
    recording.compare("del-obj", s3.delete_object(**at))
    recording.refused("put-obj-if-match-key-not-exists", s3.put_object, IfMatch=etag, **at)
    put_at("put-obj-after-del")


@recorded("test_put_object_if_match_validation")
def test_a_missing_key_matches_nothing(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-precondition-validation"}
    for step, value in [("star-value", "*"), ("bad-value", "abcdef"), ("bad-value-2", "bad-char_/")]:
        recording.refused(f"put-obj-if-match-{step}", s3.put_object, IfMatch=value, **at)


@recorded("test_put_object_if_match_versioned_bucket")
def test_a_delete_marker_matches_nothing(s3, versioned, put_at, recording):
    at = {"Bucket": versioned, "Key": KEY}
    etag = put_at("put-obj", Body=b"test")["ETag"]
    recording.refused("put-obj-if-none-match-bad-value", s3.put_object, IfMatch="abcdef", **at)
    recording.compare("del-obj", s3.delete_object(**at))
    recording.refused("put-obj-after-del-exc", s3.put_object, IfMatch=etag, **at)
    etag = put_at("put-obj-after-del", Body=b"test-after-del")["ETag"]
    put_at("put-obj-if-match", Body=b"test-if-match", IfMatch=etag)
    recording.compare("list-object-versions", s3.list_object_versions(Bucket=versioned))


@recorded("test_put_object_if_match_and_if_none_match_validation")
def test_both_conditions_at_once_are_not_implemented(s3, bucket, recording):
    both = {"Bucket": bucket, "Key": "test-precondition-validation", "IfNoneMatch": "*", "IfMatch": "abcdef"}
    recording.refused("put-obj-both-precondition", s3.put_object, **both)


@recorded("test_multipart_if_none_match_with_delete")
def test_a_completion_conflicts_with_a_delete_meanwhile(s3, bucket, put_at, upload, recording):
    complete = s3.complete_multipart_upload
    put_at("put-obj", IfNoneMatch="*")
    first = upload("create-multipart")
    recording.refused("complete-multipart-if-none-match", complete, IfNoneMatch="*", **first)
    recording.compare("del-obj", s3.delete_object(Bucket=bucket, Key=KEY))
    recording.refused("complete-multipart-after-del", complete, IfNoneMatch="*", **first)
    recording.compare("complete-multipart-after-del-restart", complete(IfNoneMatch="*", **upload()))


@recorded("test_multipart_if_none_match_with_put")
def test_a_completion_fails_after_a_put_meanwhile(s3, put_at, upload, recording):
    begun = upload("create-multipart")
    put_at("put-obj", IfNoneMatch="*")
    step = "complete-multipart-if-none-match-put-during"
    recording.refused(step, s3.complete_multipart_upload, IfNoneMatch="*", **begun)


@recorded("test_multipart_if_match_with_put")
def test_a_completion_conflicts_with_a_put_meanwhile(s3, put_at, upload, recording):
    complete = s3.complete_multipart_upload
    before = put_at("put-obj", Body=b"test")["ETag"]
    begun = upload("create-multipart")
    during = put_at("put-obj-during", Body=b"test2")["ETag"]
    recording.refused("complete-multipart-if-match-put-before", complete, IfMatch=before, **begun)
    recording.refused("complete-multipart-if-match-put-during", complete, IfMatch=during, **begun)
    again = upload("create-multipart-again")
    recording.compare("complete-multipart-if-match-put-before-restart", complete(IfMatch=during, **again))


@recorded("test_multipart_if_match_with_put_identical")
def test_a_completion_conflicts_with_the_same_put_meanwhile(s3, put_at, upload, recording):
    complete = s3.complete_multipart_upload
    put_at("put-obj", Body=b"test")
    begun = upload("create-multipart")
    etag = put_at("put-obj-during", Body=b"test")["ETag"]
    recording.refused("complete-multipart-if-match-put-during", complete, IfMatch=etag, **begun)
    again = upload("create-multipart-again")
    recording.compare("complete-multipart-if-match-put-before-restart", complete(IfMatch=etag, **again))


@recorded("test_multipart_if_match_with_delete")
def test_a_completion_fails_if_its_object_was_deleted(s3, bucket, put_at, upload, recording):
    complete = s3.complete_multipart_upload
    etag = put_at("put-obj", Body=b"test")["ETag"]
    begun = upload("create-multipart")
    recording.compare("del-obj", s3.delete_object(Bucket=bucket, Key=KEY))
    recording.refused("complete-multipart-after-del", complete, IfMatch=etag, **begun)
    etag = put_at("put-obj-2", Body=b"test")["ETag"]
    recording.refused("complete-multipart-if-match-after-put", complete, IfMatch=etag, **begun)


@recorded("test_multipart_if_match_etag")
def test_a_completion_matches_the_etag_of_an_upload(s3, put_at, upload, recording):
    complete = s3.complete_multipart_upload
    etag = put_at("put-obj", Body=b"test")["ETag"]
    done = recording.compare("complete-multipart-if-match", complete(IfMatch=etag, **upload("create-multipart")))
    again = upload("create-multipart-overwrite")
    recording.refused("complete-multipart-if-match-true-etag", complete, IfMatch=etag, **again)
    recording.compare("complete-multipart-if-match-overwrite-multipart", complete(IfMatch=done["ETag"], **again))


@pytest.fixture
def copy(s3, bucket):
    """What a copy of an object with content is called with."""
    s3.put_object(Bucket=bucket, Key="source-object", Body=b"source content")
    return {"Bucket": bucket, "Key": "dest-object", "CopySource": f"{bucket}/source-object"}


@recorded("test_copy_object_if_none_match")
def test_a_copy_is_created_once(s3, copy, recording):
    recording.compare("copy-obj", s3.copy_object(IfNoneMatch="*", **copy))
    recording.refused("copy-obj-if-none-match-fail", s3.copy_object, IfNoneMatch="*", **copy)


@recorded("test_copy_object_if_match")
def test_a_copy_overwrites_the_expected(s3, bucket, copy, recording):
    etag = s3.put_object(Bucket=bucket, Key="dest-object", Body=b"initial content")["ETag"]
    recording.compare("copy-obj-if-match", s3.copy_object(IfMatch=etag, **copy))
    recording.refused("copy-obj-if-match-fail-wrong-etag", s3.copy_object, IfMatch='"wrong-etag"', **copy)
    nowhere = {**copy, "Key": "non-existent-key"}
    recording.refused("copy-obj-if-match-fail-no-object", s3.copy_object, IfMatch=etag, **nowhere)


@recorded("test_copy_object_if_none_match_versioned_bucket")
def test_a_copy_is_created_once_between_deletes(s3, versioned, copy, recording):
    recording.compare("copy-obj", s3.copy_object(IfNoneMatch="*", **copy))
    recording.refused("copy-obj-if-none-match-fail", s3.copy_object, IfNoneMatch="*", **copy)
    recording.compare("del-obj", s3.delete_object(Bucket=versioned, Key="dest-object"))
    recording.compare("copy-obj-after-del", s3.copy_object(IfNoneMatch="*", **copy))
    recording.compare("list-object-versions", s3.list_object_versions(Bucket=versioned))


@recorded("test_copy_object_if_match_versioned_bucket")
def test_a_copy_overwrites_no_delete_marker(s3, versioned, copy, recording):
    at = {"Bucket": versioned, "Key": "dest-object"}
    etag = recording.compare("put-obj", s3.put_object(Body=b"initial content", **at))["ETag"]
    recording.refused("copy-obj-if-match-wrong-etag", s3.copy_object, IfMatch='"wrong-etag"', **copy)
    recording.compare("del-obj", s3.delete_object(**at))
    recording.refused("copy-obj-after-del-exc", s3.copy_object, IfMatch=etag, **copy)
    etag = recording.compare("put-obj-after-del", s3.put_object(Body=b"new content after delete", **at))["ETag"]
    recording.compare("copy-obj-if-match", s3.copy_object(IfMatch=etag, **copy))
    recording.compare("list-object-versions", s3.list_object_versions(Bucket=versioned))


@recorded("test_copy_object_precondition_write_validation")
def test_values_that_conditions_of_copies_may_not_have(s3, bucket, copy, recording):
    etag = s3.head_object(Bucket=bucket, Key="source-object")["ETag"]
    recording.refused("copy-obj-none-match-etag", s3.copy_object, IfNoneMatch=etag, **copy)
    recording.refused("copy-obj-if-match-star", s3.copy_object, IfMatch="*", **copy)
    recording.refused("copy-obj-both", s3.copy_object, IfMatch="*", IfNoneMatch=etag, **copy)


@recorded("test_copy_object_if_none_match_in_place")
def test_a_copy_onto_itself_is_there_already(s3, copy, recording):
    copy["Key"] = "source-object"
    call = {"IfNoneMatch": "*", "StorageClass": "STANDARD", **copy}
    recording.refused("copy-obj-if-none-match-fail", s3.copy_object, **call)


@recorded("test_copy_object_if_match_in_place")
def test_a_copy_onto_itself_matches_itself(s3, bucket, copy, recording):
    etag = s3.head_object(Bucket=bucket, Key="source-object")["ETag"]
    copy["Key"] = "source-object"
    recording.compare("copy-obj-if-match-in-place", s3.copy_object(IfMatch=etag, StorageClass="STANDARD", **copy))


@pytest.mark.parametrize(
    "name, step, condition",
    [
        pytest.param(name, step, condition, marks=recorded(f"test_delete_object_{name}", "TestS3DeletePrecondition"))
        for name, step, condition in [
            ("if_match_non_express", "if-match", {"IfMatch": "badvalue"}),
            ("if_match_modified_non_express", "if-match-last-modified", {"IfMatchLastModifiedTime": "2020-01-01"}),
            ("if_match_size_non_express", "if-match-size", {"IfMatchSize": 10}),
            (
                "if_match_all_non_express",
                "if-match-all",
                {"IfMatchSize": 10, "IfMatch": "badvalue", "IfMatchLastModifiedTime": "2020-01-01"},
            ),
        ]
    ],
)
def test_conditions_of_deletes(s3, bucket, name, step, condition, recording):
    s3.put_object(Bucket=bucket, Key=KEY)
    recording.refused(f"delete-obj-{step}", s3.delete_object, Bucket=bucket, Key=KEY, **condition)


def recorded_copies(name):
    return pytest.mark.recorded("s3_preconditions", f"TestS3CopySourcePreconditions::{name}", "23-02-2026")


@pytest.fixture
def source(s3, bucket):
    """An object to copy: what its copy is called with."""
    s3.put_object(Bucket=bucket, Key="source-object", Body=b"data")
    return {"Bucket": bucket, "Key": "dest-object", "CopySource": f"{bucket}/source-object"}


@recorded_copies("test_s3_copy_object_preconditions")
def test_which_condition_of_a_source_is_told_first(s3, bucket, source, recording):
    head = recording.compare("head-object", s3.head_object(Bucket=bucket, Key="source-object"))
    etag, now = head["ETag"], head["LastModified"]
    failing = {
        "if-match": {"CopySourceIfMatch": "etag123"},
        "if-unmodified-since": {"CopySourceIfUnmodifiedSince": now - DAY},
        "if-none-match": {"CopySourceIfNoneMatch": etag},
        "if-modified-since": {"CopySourceIfModifiedSince": now},
    }
    names = list(failing)
    for index, name in enumerate(names):
        conditions = {key: value for later in names[index:] for key, value in failing[later].items()}
        recording.refused(f"copy-precondition-{name}", s3.copy_object, **conditions, **source)
    copied = s3.copy_object(CopySourceIfModifiedSince=now + DAY, **source)
    recording.compare("copy-ignore-future-modified-since", copied)
    bare = etag.strip('"')
    recording.refused("copy-etag-missing-quotes", s3.copy_object, CopySourceIfNoneMatch=bare, **source)
    holding = {"CopySourceIfMatch": bare, "CopySourceIfNoneMatch": "etag123"}
    holding |= {"CopySourceIfModifiedSince": now - DAY, "CopySourceIfUnmodifiedSince": now}
    recording.compare("copy-success", s3.copy_object(**holding, **source))


@recorded_copies("test_s3_copy_object_if_source_modified_since_versioned")
def test_a_source_modified_since(s3, versioned, source, recording):
    now = recording.compare("head-object", s3.head_object(Bucket=versioned, Key="source-object"))["LastModified"]
    copied = s3.copy_object(CopySourceIfModifiedSince=now - datetime.timedelta(minutes=1), **source)
    recording.compare("copy-if-modified-since", copied)
    step = "copy-if-modified-since-last-modified"
    recording.refused(step, s3.copy_object, CopySourceIfModifiedSince=now, **source)


@recorded_copies("test_s3_copy_object_if_source_unmodified_since_versioned")
def test_a_source_unmodified_since(s3, versioned, source, recording):
    now = recording.compare("head-object", s3.head_object(Bucket=versioned, Key="source-object"))["LastModified"]
    copied = s3.copy_object(CopySourceIfUnmodifiedSince=now, **source)
    recording.compare("copy-if-unmodified-since", copied)
    step = "copy-past-if-unmodified-since"
    recording.refused(step, s3.copy_object, CopySourceIfUnmodifiedSince=now - DAY, **source)


@pytest.mark.recorded("s3", "TestS3::test_s3_get_object_headers", "21-02-2026")
def test_conditions_take_etags_with_quotes_or_without(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "en-gb.wav"}
    etag = s3.put_object(Body=b"sound", **at)["ETag"]

    def status(step, **condition):
        recording.compare(step, s3.get_object(**at, **condition)["ResponseMetadata"]["HTTPStatusCode"])

    def error(step, **condition):
        with pytest.raises(ClientError) as caught:
            s3.get_object(**at, **condition)
        recording.compare(step, caught.value.response["Error"])

    error("if_none_match_err_1", IfNoneMatch=etag)
    error("if_none_match_err_2", IfNoneMatch=etag.strip('"'))
    status("if_none_match_1", IfNoneMatch="etag")
    status("if_match_1", IfMatch=etag)
    status("if_match_2", IfMatch=etag.strip('"'))
    error("if_match_err_1", IfMatch="etag")
