"""Every recording of S3 is replayed by a test, or listed here with the reason why not."""

import pathlib

from ..replayed import check_replayed

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
    "it needs functions, which are not here": [
        "TestS3NotificationsToLambda::test_create_object_by_presigned_request_via_dynamodb",
        "TestS3NotificationsToLambda::test_create_object_put_via_dynamodb",
    ],
}


def test_every_recording_is_replayed_or_listed():
    check_replayed(pathlib.Path(__file__).parent, "s3*.json", NOT_REPLAYED)
