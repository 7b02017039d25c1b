"""Listings of uploads in progress and of their parts."""

import pytest

from ...recorded import from_xml

FILE = "s3_list_operations"
DATE = "21-02-2026"
TREE = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]


def recorded(name):
    return pytest.mark.recorded(FILE, name, DATE)


@pytest.fixture
def begin(s3, bucket):
    """Begins an upload and returns its id."""
    return lambda key, **more: s3.create_multipart_upload(Bucket=bucket, Key=key, **more)["UploadId"]


@recorded("TestS3ListMultipartUploads::test_list_multiparts_next_marker")
def test_uploads_are_walked_by_key_and_id(s3, bucket, begin, recording):
    recording.compare("list-multiparts-empty", s3.list_multipart_uploads(Bucket=bucket))
    keys = ["test_c", "test_b", "test_a"]
    ids = [begin(key) for key in [*keys, "test_a", "test_a"]]
    recording.compare("upload-ids-order", {"UploadIds": [{"UploadId": upload} for upload in ids]})

    def found(step, **arguments):
        return recording.compare(step, s3.list_multipart_uploads(Bucket=bucket, **arguments))

    found("list-multiparts-all")
    page = found("list-multiparts-max-1", MaxUploads=1)
    key, upload = page["NextKeyMarker"], page["NextUploadIdMarker"]
    found("list-multiparts-next-key-only", MaxUploads=1, KeyMarker=key)
    found("list-multiparts-next-key-last", MaxUploads=1, KeyMarker=keys[0])
    found("list-multiparts-next-upload-only", MaxUploads=1, UploadIdMarker=upload)
    found("list-multiparts-both-markers", MaxUploads=1, KeyMarker=key, UploadIdMarker=upload)
    found("list-multiparts-both-markers-2", MaxUploads=1, KeyMarker=key, UploadIdMarker=ids[-1])
    last = {"MaxUploads": 1, "KeyMarker": keys[1], "UploadIdMarker": ids[1]}
    found("list-multiparts-get-last-upload-no-truncate", **last)
    wrong = {"Bucket": bucket, "MaxUploads": 1, "KeyMarker": keys[0], "UploadIdMarker": ids[1]}
    recording.refused("list-multiparts-wrong-id-for-key", s3.list_multipart_uploads, **wrong)
    found("list-multiparts-next-key-empty", MaxUploads=1, KeyMarker="")


@recorded("TestS3ListMultipartUploads::test_list_multiparts_with_prefix_and_delimiter")
def test_uploads_are_grouped_by_a_delimiter(s3, bucket, begin, ask, recording):
    for key in ["test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123"]:
        begin(key)
    for number, prefix in enumerate(["test/", "test/foo/", "test/foo/bar"], 1):
        found = s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix, Delimiter="/", EncodingType="url")
        recording.compare(f"list-multiparts-{number}", found)
    document = ask(f"/{bucket}?uploads&prefix=test%2Ffoo").content
    recording.compare("list-multiparts-no-encoding", from_xml(document))


@recorded("TestS3ListMultipartUploads::test_list_multipart_uploads_marker_common_prefixes")
def test_a_key_marker_passes_over_a_common_prefix_of_uploads(s3, bucket, begin, recording):
    for key in TREE:
        begin(key)
    markers = {
        "list-multiparts-start": {},
        "list-multiparts-manual-prefix": {"KeyMarker": "folder/aSubfolder/"},
        "list-multiparts-manual-first-file": {"KeyMarker": TREE[0]},
    }
    for step, marker in markers.items():
        page = s3.list_multipart_uploads(Bucket=bucket, Prefix="folder/", Delimiter="/", MaxUploads=1, **marker)
        recording.compare(step, page)


@recorded("TestS3ListParts::test_list_parts_pagination")
def test_parts_are_walked_by_number(s3, bucket, begin, recording):
    upload = {"Bucket": bucket, "Key": "test-list-part-pagination", "UploadId": begin("test-list-part-pagination")}
    recording.compare("list-parts-empty", s3.list_parts(**upload))
    for number in (1, 2):
        s3.upload_part(Body=b"data", PartNumber=number, **upload)
    recording.compare("list-parts-all", s3.list_parts(**upload))
    page = recording.compare("list-parts-1", s3.list_parts(MaxParts=1, **upload))
    marker = page["NextPartNumberMarker"]
    recording.compare("list-parts-next", s3.list_parts(MaxParts=1, PartNumberMarker=marker, **upload))
    recording.compare("list-parts-wrong-part", s3.list_parts(MaxParts=1, PartNumberMarker=10, **upload))


@recorded("TestS3ListParts::test_list_parts_empty_part_number_marker")
def test_an_empty_part_number_marker_is_none(unchecked, bucket, begin, recording):
    upload = {"Bucket": bucket, "Key": "test-list-part-empty-marker", "UploadId": begin("test-list-part-empty-marker")}
    unchecked.upload_part(Body=b"data", PartNumber=1, **upload)
    recording.compare("list-parts-empty-marker", unchecked.list_parts(PartNumberMarker="", **upload))
    recording.compare("list-parts-empty-max-parts", unchecked.list_parts(MaxParts="", **upload))


@recorded("TestS3ListParts::test_list_parts_via_object_attrs_pagination")
def test_parts_of_a_finished_object_are_walked_by_number(s3, bucket, begin, recording):
    key = "test-object-attrs-pagination"
    upload = {"Bucket": bucket, "Key": key, "UploadId": begin(key, ChecksumAlgorithm="SHA256")}
    body = b"a" * (5 * 1024 * 1024 + 1)
    parts = []
    for number in (1, 2):
        part = s3.upload_part(Body=body, PartNumber=number, ChecksumAlgorithm="SHA256", **upload)
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    recording.compare("list-parts", s3.list_parts(**upload))
    recording.compare("complete-mpu", s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **upload))

    def attributes(**more):
        return s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=["ObjectParts"], **more)

    everything = recording.compare("get-object-attrs-all", attributes())
    # The recording of this step holds the answer without a page size.
    recording.compare("get-object-attrs-1", everything)
    marker = attributes(MaxParts=1)["ObjectParts"]["NextPartNumberMarker"]
    recording.compare("get-object-attrs-next", attributes(MaxParts=1, PartNumberMarker=marker))
    recording.compare("get-object-attrs-wrong-part", attributes(MaxParts=1, PartNumberMarker=10))
