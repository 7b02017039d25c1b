"""Every recording of S3 is replayed by a test, or listed here with the reason why not."""

import json
import pathlib

import pytest

from ..recorded import FOLDER

#: Of each recording that no test replays: why.
NOT_REPLAYED = {
    "it is empty: the test that made it compared nothing": [
        "TestS3::test_s3_batch_delete_objects_using_requests_with_acl",
        "TestS3PresignedUrl::test_put_object_with_md5_and_chunk_signature_bad_headers[s3-False]",
        "TestS3PresignedUrl::test_put_object_with_md5_and_chunk_signature_bad_headers[s3v4-False]",
        "TestS3PublicAccessBlock::test_public_access_block_exc",
    ],
    "AWS answered again later, under another name": [
        "TestS3::test_list_objects_v2_with_prefix",
        "TestS3::test_list_parts_empty_part_number_marker",
        "TestS3::test_object_expiry_after_bucket_lifecycle_configuration",
    ],
    "it needs functions and tables, which are not here": [
        "TestS3NotificationsToLambda::test_create_object_by_presigned_request_via_dynamodb",
        "TestS3NotificationsToLambda::test_create_object_put_via_dynamodb",
    ],
}


class Collected:
    """A plugin of pytest that looks which recordings the tests name, whatever of them this run selects."""

    def pytest_collection_modifyitems(self, items):
        self.names = {(file, name) for item in items for file, name in named(item)}


def named(item):
    for mark in item.iter_markers("recorded"):
        if len(mark.args) == 3:
            file, name, _ = mark.args
            yield file, name.format(**item.callspec.params) if "{" in name else name


@pytest.fixture(scope="module")
def replayed():
    collected = Collected()
    folder = str(pathlib.Path(__file__).parent)
    ended = pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", "-p", "no:xdist", folder], [collected])
    assert ended == 0
    return collected.names


def recordings():
    for file in sorted(FOLDER.glob("s3*.json")):
        for name in json.loads(file.read_text()):
            yield file.stem, name.partition("::")[2]


def test_every_recording_is_replayed_or_listed(replayed):
    listed = {name for names in NOT_REPLAYED.values() for name in names}
    names = list(recordings())
    left = [name for file, name in names if not is_in(replayed, file, name)]
    assert sorted(set(left) - listed) == [], "neither replayed nor listed"
    assert sorted(listed - set(left)) == [], "listed but replayed, or no recording at all"


def is_in(replayed, file, name):
    return (file, name) in replayed or (file, name.partition("::")[2]) in replayed
