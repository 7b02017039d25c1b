"""Parts copied from objects: ranges and conditions."""

import datetime

import pytest

DAY = datetime.timedelta(days=1)
KEY = "destination_file.txt"


def recorded(name):
    return pytest.mark.recorded("s3_api", f"TestS3Multipart::{name}", "21-02-2026")


@recorded("test_upload_part_copy_range")
def test_a_range_is_copied_if_it_is_written_out(s3, bucket, recording):
    put = s3.put_object(Bucket=bucket, Key="src-key", Body=b"0123456789")
    recording.compare("put-src-object", put)
    begun = recording.compare("create-multipart", s3.create_multipart_upload(Bucket=bucket, Key="test-upload-part-copy"))
    upload = {"Bucket": bucket, "Key": "test-upload-part-copy", "UploadId": begun["UploadId"]}
    source = {"CopySource": f"{bucket}/src-key", **upload}
    for number, form in enumerate(["0-8", "1-1", "0-0"], 1):
        part = s3.upload_part_copy(PartNumber=number, CopySourceRange=f"bytes={form}", **source)
        recording.compare(f"upload-part-copy-{number}", part)
    recording.compare("list-parts", s3.list_parts(**upload))
    wrong = {"PartNumber": 1, "CopySourceRange": "0-8", **source}
    recording.refused("upload-part-copy-wrong-format", s3.upload_part_copy, **wrong)
    for form in ["1-0", "-1-", "0--1", "0-1,3-4,7-9", "-", "-0", "0-100", "100-200", "1-", "-2", "-15"]:
        wrong["CopySourceRange"] = f"bytes={form}"
        recording.refused(f"upload-part-copy-range-exc-{form}", s3.upload_part_copy, **wrong)


@recorded("test_upload_part_copy_no_copy_source_range")
def test_a_whole_object_is_copied_without_a_range(s3, bucket, recording):
    put = s3.put_object(Bucket=bucket, Key="src-key", Body=b"0123456789")
    recording.compare("put-src-object", put)
    begun = recording.compare("create-multipart", s3.create_multipart_upload(Bucket=bucket, Key="test-upload-part-copy"))
    upload = {"Bucket": bucket, "Key": "test-upload-part-copy", "UploadId": begun["UploadId"]}
    recording.compare("upload-part-copy", s3.upload_part_copy(PartNumber=1, CopySource=f"{bucket}/src-key", **upload))
    recording.compare("list-parts", s3.list_parts(**upload))


@pytest.fixture
def source(s3, bucket):
    """An upload with an object to copy from: what a copy of it is called with, and the object's ETag."""
    etag = s3.put_object(Bucket=bucket, Key="source_file.txt", Body=b"0123456789")["ETag"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key=KEY)["UploadId"]
    copy = {"Bucket": bucket, "Key": KEY, "UploadId": upload, "PartNumber": 1}
    return {**copy, "CopySource": f"{bucket}/source_file.txt"}, etag


def conditions(names, etag, last_modified):
    """The conditions of a call by short names."""
    values = {
        "match": {"CopySourceIfMatch": etag},
        "no match": {"CopySourceIfMatch": "not-matching"},
        "none-match": {"CopySourceIfNoneMatch": "none-match"},
        "wrong none-match": {"CopySourceIfNoneMatch": "not-matching"},
        "failing none-match": {"CopySourceIfNoneMatch": etag},
        "unmodified": {"CopySourceIfUnmodifiedSince": last_modified + DAY},
        "failing unmodified": {"CopySourceIfUnmodifiedSince": last_modified - DAY},
        "modified": {"CopySourceIfModifiedSince": last_modified - DAY},
        "modified in future": {"CopySourceIfModifiedSince": last_modified + DAY},
        "failing modified": {"CopySourceIfModifiedSince": last_modified},
    }
    return {name: value for short in names for name, value in values[short].items()}


@pytest.mark.parametrize(
    "name, step, names",
    [
        pytest.param(name, step, names, marks=recorded(f"test_upload_part_copy_with_copy_source_if_{name}"))
        for name, step, names in [
            ("match_success", "upload-part-copy-if-match", ["match"]),
            ("match_none_success", "upload-part-copy-if-none-match", ["none-match"]),
            ("unmodified_since_success", "upload-part-copy-if-unmodified-since", ["unmodified"]),
            ("modified_since_success", "upload-part-copy-if-modified-since", ["modified"]),
            (
                "modified_since_in_future_success",
                "upload-part-copy-if-modified-since-in-future",
                ["modified in future"],
            ),
            ("match_and_if_unmodified_since_match", "upload-part-copy", ["match", "failing unmodified"]),
        ]
    ],
)
def test_a_part_is_copied_if_its_conditions_hold(s3, bucket, source, name, step, names, recording):
    call, etag = source
    last_modified = s3.head_object(Bucket=bucket, Key="source_file.txt")["LastModified"]
    recording.compare(step, s3.upload_part_copy(**call, **conditions(names, etag, last_modified)))
    listed = s3.list_parts(Bucket=bucket, Key=KEY, UploadId=call["UploadId"])
    recording.compare("list-parts", listed)


@pytest.mark.parametrize(
    "name, step, names",
    [
        pytest.param(name, step, names, marks=recorded(f"test_upload_part_copy_with_{name}_failed"))
        for name, step, names in [
            ("copy_source_if_match", "source-if-match", ["no match"]),
            ("copy_source_if_none_match", "source-if-none-match", ["failing none-match"]),
            ("copy_source_if_unmodified_since_match", "source-unmodified-since-match", ["failing unmodified"]),
            (
                "copy_source_if_none_match_and_if_unmodified_since_match",
                "source-unmodified-since-and-if-none-match",
                ["wrong none-match", "failing unmodified"],
            ),
            ("if_modified_since", "source-modified-since-match", ["failing modified"]),
        ]
    ],
)
def test_a_part_is_not_copied_if_a_condition_fails(s3, bucket, source, name, step, names, recording):
    call, etag = source
    last_modified = s3.head_object(Bucket=bucket, Key="source_file.txt")["LastModified"]
    failing = conditions(names, etag, last_modified)
    recording.refused(f"upload-part-copy-{step}", s3.upload_part_copy, **call, **failing)
