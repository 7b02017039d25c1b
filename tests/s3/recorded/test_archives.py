"""Objects in archives: nobody reads them before they are restored."""

import pytest


@pytest.mark.recorded("s3", "TestS3DeepArchive::test_s3_get_deep_archive_object_restore", "21-02-2026")
def test_an_archived_object_is_read_once_it_is_restored(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "key"}
    s3.put_object(Body="test", StorageClass="DEEP_ARCHIVE", **at)
    recording.refused("get-object-invalid-state", s3.get_object, **at)
    recording.refused("get_object_invalid_state", s3.get_object, **at)
    restored = s3.restore_object(RestoreRequest={"Days": 5, "GlacierJobParameters": {"Tier": "Bulk"}}, **at)
    recording.compare("restore_object", restored)
    assert s3.get_object(**at)["Body"].read() == b"test"
