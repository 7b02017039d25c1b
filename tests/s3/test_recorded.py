"""AWS's recorded answers: the same calls, the same members, codes, texts."""

import pytest
from botocore.exceptions import ClientError

from ..recorded import Recording

pytestmark = pytest.mark.recorded


def answer(call, **arguments):
    try:
        return call(**arguments)
    except ClientError as error:
        return error.response


def body(answer):
    return {**answer, "Body": answer["Body"].read().decode()}


def test_conditional_writes(s3, bucket):
    key = {"Bucket": bucket, "Key": "test-precondition"}
    recorded = Recording("s3_api", "TestS3ObjectWritePrecondition::test_put_object_if_match")
    put = s3.put_object(Body="test", **key)
    recorded.compare("put-obj", put)
    wrong = answer(s3.put_object, IfMatch="d41d8cd98f00b204e9800998ecf8427e", **key)
    recorded.compare("put-obj-if-match-wrong-etag", wrong)
    recorded.compare("put-obj-overwrite", s3.put_object(IfMatch=put["ETag"], **key))
    recorded.compare("del-obj", s3.delete_object(**key))
    recorded.compare("put-obj-if-match-key-not-exists", answer(s3.put_object, IfMatch=put["ETag"], **key))
    recorded.compare("put-obj-after-del", s3.put_object(**key))


def test_values_that_conditions_may_not_have(s3, bucket):
    recorded = Recording("s3_api", "test_put_object_if_none_match_validation")
    key = {"Bucket": bucket, "Key": "test-precondition-validation"}
    recorded.compare("put-obj", s3.put_object(IfNoneMatch="*", **key))
    recorded.compare("put-obj-if-none-match-bad-value", answer(s3.put_object, IfNoneMatch="etag", **key))
    recorded = Recording("s3_api", "test_put_object_if_match_and_if_none_match_validation")
    both = answer(s3.put_object, IfNoneMatch="*", IfMatch="etag", **key)
    recorded.compare("put-obj-both-precondition", both)


@pytest.mark.parametrize(
    "condition, argument", [("match", {"IfMatch": "wrong"}), ("all", {}), ("size", {"IfMatchSize": 10})]
)
def test_conditional_deletes(s3, bucket, condition, argument):
    if condition == "all":
        argument = {"IfMatchSize": 10, "IfMatchLastModifiedTime": "2020-01-01", "IfMatch": "etag"}
    name = "if_match" if condition == "match" else f"if_match_{condition}"
    recorded = Recording("s3_api", f"test_delete_object_{name}_non_express")
    s3.put_object(Bucket=bucket, Key="test-delete", Body="test")
    (step,) = [step for step in recorded.steps if "delete-obj" in step]
    recorded.compare(step, answer(s3.delete_object, Bucket=bucket, Key="test-delete", **argument))


def test_completions_about_a_key_that_was_deleted_conflict(s3, bucket):
    recorded = Recording("s3_api", "test_multipart_if_none_match_with_delete")
    key = {"Bucket": bucket, "Key": "test-precondition"}
    recorded.compare("put-obj", s3.put_object(IfNoneMatch="*", **key))

    def upload(step):
        created = s3.create_multipart_upload(**key)
        if step:
            recorded.compare(step, created)
        upload = {"UploadId": created["UploadId"], **key}
        part = s3.upload_part(Body="test", PartNumber=1, **upload)
        return {"MultipartUpload": {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}, "IfNoneMatch": "*", **upload}

    first = upload("create-multipart")
    recorded.compare("complete-multipart-if-none-match", answer(s3.complete_multipart_upload, **first))
    recorded.compare("del-obj", s3.delete_object(**key))
    recorded.compare("complete-multipart-after-del", answer(s3.complete_multipart_upload, **first))


def test_versions_are_deleted(s3, bucket):
    recorded = Recording("s3_api", "TestS3ObjectCRUD::test_delete_object_versioned")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    key = {"Bucket": bucket, "Key": "test-delete"}
    put = s3.put_object(Body="test-delete", **key)
    recorded.compare("put-object", put)
    marker = s3.delete_object(**key)
    recorded.compare("delete-object", marker)
    recorded.compare("get-deleted-object", answer(s3.get_object, **key))
    recorded.compare("get-object-with-version", body(s3.get_object(VersionId=put["VersionId"], **key)))
    recorded.compare("get-delete-marker", answer(s3.get_object, VersionId=marker["VersionId"], **key))
    recorded.compare("delete-object-2", s3.delete_object(**key))
    recorded.compare("list-object-versions", s3.list_object_versions(Bucket=bucket, Prefix="test-delete"))
    recorded.compare("delete-delete-marker", s3.delete_object(VersionId=marker["VersionId"], **key))
    recorded.compare("delete-object-version", s3.delete_object(VersionId=put["VersionId"], **key))
    recorded.compare("get-deleted-object-with-version", answer(s3.get_object, VersionId=put["VersionId"], **key))
    recorded.compare("delete-with-bad-version", answer(s3.delete_object, VersionId="bad-version", **key))


def test_ownership_and_public_access(s3, bucket):
    recorded = Recording("s3_api", "test_crud_bucket_ownership_controls")
    recorded.compare("default-ownership", s3.get_bucket_ownership_controls(Bucket=bucket))
    controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    recorded.compare("put-ownership", s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls))
    recorded.compare("get-ownership", s3.get_bucket_ownership_controls(Bucket=bucket))
    recorded.compare("delete-ownership", s3.delete_bucket_ownership_controls(Bucket=bucket))
    recorded.compare("get-ownership-after-delete", answer(s3.get_bucket_ownership_controls, Bucket=bucket))
    recorded = Recording("s3_api", "test_crud_public_access_block")
    recorded.compare("get-default-public-access-block", s3.get_public_access_block(Bucket=bucket))
    recorded.compare("delete-public-access-block", s3.delete_public_access_block(Bucket=bucket))
    recorded.compare("get-public-access-block-after-delete", answer(s3.get_public_access_block, Bucket=bucket))
