"""Tags of buckets and objects."""

import pytest
from botocore.exceptions import ClientError

ONE = [{"Key": "tag3", "Value": "tag3"}]
TWO = [{"Key": "tag1", "Value": "tag1"}, {"Key": "tag2", "Value": ""}]


def recorded(name):
    return pytest.mark.recorded("s3_api", f"TestS3BucketObjectTagging::{name}", "23-02-2026")


def tags(*pairs):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}


@recorded("test_bucket_tagging_crud")
def test_tags_of_a_bucket(s3, bucket, recording):
    at = {"Bucket": bucket}
    recording.refused("get-bucket-tags-empty", s3.get_bucket_tagging, **at)
    recording.compare("put-bucket-tags", s3.put_bucket_tagging(Tagging={"TagSet": TWO}, **at))
    recording.compare("get-bucket-tags", s3.get_bucket_tagging(**at))
    recording.compare("put-bucket-tags-overwrite", s3.put_bucket_tagging(Tagging={"TagSet": ONE}, **at))
    recording.compare("get-bucket-tags-overwritten", s3.get_bucket_tagging(**at))
    recording.compare("delete-bucket-tags", s3.delete_bucket_tagging(**at))
    s3.delete_bucket_tagging(**at)
    recording.refused("get-bucket-tags-empty", s3.get_bucket_tagging, **at)
    recording.compare("put-bucket-tags-empty", s3.put_bucket_tagging(Tagging={"TagSet": []}, **at))
    recording.refused("get-bucket-tags-empty", s3.get_bucket_tagging, **at)


@recorded("test_bucket_tagging_exc")
def test_tags_of_a_bucket_that_is_not_there(s3, missing, recording):
    recording.refused("get-no-bucket-tags", s3.get_bucket_tagging, Bucket=missing)
    recording.refused("delete-no-bucket-tags", s3.delete_bucket_tagging, Bucket=missing)
    recording.refused("put-no-bucket-tags", s3.put_bucket_tagging, Bucket=missing, Tagging={"TagSet": []})


@recorded("test_put_bucket_tagging_none_value")
def test_an_empty_tag_set_removes_the_tags_of_a_bucket(unchecked, bucket, recording):
    put = unchecked.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": ONE})
    recording.compare("put-bucket-tags-origin", put)
    recording.compare("put-none-tag-set", unchecked.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": None}))
    recording.refused("no-such-tag-set", unchecked.get_bucket_tagging, Bucket=bucket)


@pytest.fixture
def create(unchecked, missing):
    """What a bucket is created with."""

    def create(*pairs, **more):
        configuration = {"Tags": tags(*pairs)["TagSet"], **more}
        return {"Bucket": missing, "CreateBucketConfiguration": configuration}

    return create


@recorded("test_create_bucket_with_tags")
def test_a_bucket_is_created_with_tags(unchecked, missing, create, recording):
    recording.compare("create-bucket-with-tags", unchecked.create_bucket(**create(("tag1", "value1"))))
    recording.compare("get-bucket-tags", unchecked.get_bucket_tagging(Bucket=missing))


@recorded("test_create_bucket_with_empty_tags")
def test_a_bucket_is_created_with_no_tags_in_the_body(unchecked, missing, create, recording):
    recording.compare("create-bucket-with-empty-tags", unchecked.create_bucket(**create()))
    recording.refused("get-bucket-tags", unchecked.get_bucket_tagging, Bucket=missing)
    recording.compare("create-bucket-with-none-tags", unchecked.create_bucket(**create(Tags=None)))


@recorded("test_create_bucket_with_tags_us_east_1_idempotency")
def test_a_bucket_is_created_again_without_tags_only(unchecked, missing, create, recording):
    recording.compare("create-bucket-with-tags", unchecked.create_bucket(**create(("tag1", "value1"))))
    recording.compare("get-bucket-tags", unchecked.get_bucket_tagging(Bucket=missing))
    recording.refused("create-bucket-different-tags", unchecked.create_bucket, **create(("tag2", "value2")))
    recording.compare("create-bucket-with-no-tags", unchecked.create_bucket(Bucket=missing))
    recording.compare("get-bucket-tags-after-re-create", unchecked.get_bucket_tagging(Bucket=missing))
    recording.refused("create-bucket-with-same-tags", unchecked.create_bucket, **create(("tag1", "value1")))
    recording.compare("create-bucket-with-empty-tags", unchecked.create_bucket(**create()))
    recording.compare("get-bucket-tags-after-create-empty", unchecked.get_bucket_tagging(Bucket=missing))


@recorded("test_create_bucket_with_tags_exc")
def test_tags_that_a_bucket_is_not_created_with(unchecked, create, recording):
    wrong = {
        "tags-key-none": [(None, "value1")],
        "tags-value-none": [("key1", None)],
        "tags-key-aws-prefix": [("aws:test", "value1")],
        "tags-key-aws-bad-value": [("test", "value1,value2")],
        "tags-key-aws-bad-key": [("test,test2", "value1")],
    }
    for step, pairs in wrong.items():
        recording.refused(step, unchecked.create_bucket, **create(*pairs))
    recording.leave("tags-key-aws-duplicated-key", "AWS failed itself (500 InternalError); we answer as for PutBucketTagging")
    with pytest.raises(ClientError, match="InvalidTag"):
        unchecked.create_bucket(**create(("key1", "value1"), ("key1", "value1")))


@recorded("test_object_tagging_crud")
def test_tags_of_an_object(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-object-tagging"}
    recording.compare("put-object", s3.put_object(Body=b"test-tagging", **at))
    recording.compare("get-object-tags-empty", s3.get_object_tagging(**at))
    recording.compare("put-object-tags", s3.put_object_tagging(Tagging={"TagSet": TWO}, **at))
    recording.compare("get-object-tags", s3.get_object_tagging(**at))
    recording.compare("put-object-tags-overwrite", s3.put_object_tagging(Tagging={"TagSet": ONE}, **at))
    recording.compare("get-object-tags-overwritten", s3.get_object_tagging(**at))
    recording.compare("get-obj-after-tags", s3.get_object(**at))
    recording.compare("delete-object-tags", s3.delete_object_tagging(**at))
    recording.compare("get-object-tags-deleted", s3.get_object_tagging(**at))
    recording.compare("get-obj-after-tags-deleted", s3.get_object(**at))


@recorded("test_object_tagging_exc")
def test_tags_of_an_object_that_is_not_there(s3, bucket, missing, recording):
    for at, thing in [(missing, "bucket"), (bucket, "key")]:
        call = {"Bucket": at, "Key": "fake-key"}
        recording.refused(f"get-no-{thing}-tags", s3.get_object_tagging, **call)
        recording.refused(f"delete-no-{thing}-tags", s3.delete_object_tagging, **call)
        recording.refused(f"put-no-{thing}-tags", s3.put_object_tagging, Tagging={"TagSet": []}, **call)
    put = {"Bucket": bucket, "Key": "fake-key", "Body": b""}
    recording.refused("put-obj-duplicate-tagging", s3.put_object, Tagging="key1=val1&key1=val2", **put)
    recording.refused("put-obj-wrong-format", s3.put_object, Tagging="key1=val1,key2=val2", **put)


@recorded("test_put_object_tagging_none_value")
def test_an_empty_tag_set_removes_the_tags_of_an_object(unchecked, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-empty-tag-set"}
    unchecked.put_object(Body=b"test-tagging", **at)
    recording.compare("put-none-tag-set", unchecked.put_object_tagging(Tagging={"TagSet": None}, **at))
    recording.compare("get-object-tags-none", unchecked.get_object_tagging(**at))


@recorded("test_object_tagging_versioned")
def test_tags_belong_to_a_version(s3, versioned, recording):
    at = {"Bucket": versioned, "Key": "test-version-tagging"}
    first = recording.compare("put-obj-0", s3.put_object(Body=b"test-0", Tagging="test_tag=tagv1", **at))["VersionId"]
    second = recording.compare("put-obj-1", s3.put_object(Body=b"test-1", **at))["VersionId"]
    put = s3.put_object_tagging(Tagging=tags(("tag3", "tag3")), **at)
    assert recording.compare("put-object-tags-current-version", put)["VersionId"] == second
    recording.compare("get-object-tags-current-version", s3.get_object_tagging(**at))
    recording.compare("get-object-tags-previous-version", s3.get_object_tagging(VersionId=first, **at))
    one = tags(("tag1", "tag1"))
    put = s3.put_object_tagging(VersionId=first, Tagging=one, **at)
    recording.compare("put-object-tags-previous-version", put)
    recording.compare("get-object-tags-previous-version-again", s3.get_object_tagging(VersionId=first, **at))
    s3.delete_object_tagging(**at)
    recording.compare("get-object-tags-deleted-current", s3.get_object_tagging(**at))
    s3.delete_object_tagging(VersionId=first, **at)
    # The recording of this step asks for the current version, too.
    recording.compare("get-object-tags-previous-version-deleted", s3.get_object_tagging(**at))
    marker = recording.compare("put-delete-marker", s3.delete_object(**at))["VersionId"]
    for suffix, version in [("id", {"VersionId": marker}), ("latest", {})]:
        call = {**at, **version}
        recording.refused(f"put-object-tags-delete-marker-{suffix}", s3.put_object_tagging, Tagging=one, **call)
        recording.refused(f"get-object-tags-delete-marker-{suffix}", s3.get_object_tagging, **call)
        recording.refused(f"delete-object-tags-delete-marker-{suffix}", s3.delete_object_tagging, **call)


@recorded("test_put_object_with_tags")
def test_an_object_is_put_with_tags(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-put-object-tagging"}

    def found(step):
        answer = s3.get_object_tagging(**at)
        answer["TagSet"].sort(key=lambda tag: tag["Key"])
        recording.compare(step, answer)

    put = s3.put_object(Body=b"test-tagging", Tagging="tag1=tag1&tag2=tag2&tag=", **at)
    recording.compare("put-object", put)
    found("get-object-tags")
    recording.compare("put-object-tags", s3.put_object_tagging(Tagging={"TagSet": ONE}, **at))
    found("get-object-tags-override")
    recording.compare("head-obj", s3.head_object(**at))
    recording.compare("get-obj", s3.get_object(**at))
    s3.put_object(Body=b"", Tagging="wrongquery&wrongagain", **at)
    found("get-object-tags-wrong-format-qs")
    s3.put_object(Body=b"", Tagging="key1&&&key2", **at)
    found("get-object-tags-wrong-format-qs-2")


@recorded("test_head_object_with_tags")
def test_the_number_of_tags_is_told(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-put-object-tagging"}
    put = s3.put_object(Body=b"test-tagging", Tagging="tag1=tag1&tag2=tag2&tag=", **at)
    recording.compare("put-object", put)
    recording.compare("head-obj-after-create", s3.head_object(**at))
    recording.compare("put-object-tags", s3.put_object_tagging(Tagging={"TagSet": ONE}, **at))
    recording.compare("head-obj-after-tagging", s3.head_object(**at))
    s3.put_object_tagging(Tagging=tags(*[(f"tag{number}", f"tag{number}") for number in (3, 4, 5)]), **at)
    recording.compare("head-obj-after-overwrite", s3.head_object(**at))
    s3.put_object_tagging(Tagging={"TagSet": []}, **at)
    recording.compare("head-obj-after-removal", s3.head_object(**at))


@recorded("test_object_tags_delete_or_overwrite_object")
def test_a_new_object_has_no_tags_of_the_old(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-put-object-tagging-kept"}
    s3.put_object(Body=b"create", Tagging="tag1=val1", **at)
    recording.compare("get-object-after-creation", s3.get_object_tagging(**at))
    s3.put_object(Body=b"overwrite", **at)
    recording.compare("get-object-after-overwrite", s3.get_object_tagging(**at))
    s3.put_object_tagging(Tagging={"TagSet": ONE}, **at)
    s3.delete_object(**at)
    s3.put_object(Body=b"recreate", **at)
    recording.compare("get-object-after-recreation", s3.get_object_tagging(**at))


@recorded("test_tagging_validation")
def test_tags_that_are_refused(unchecked, bucket, recording):
    at = {"Bucket": bucket, "Key": "tagging-validation"}
    unchecked.put_object(Body=b"", **at)
    wrong = {
        "duplicate-keys": [("Key1", "Val1"), ("Key1", "Val1")],
        "invalid-key": [("Key1,Key2", "Val1")],
        "none-key": [(None, "Val1")],
        "invalid-value": [("Key1", "Val1,Val2")],
        "none-value": [("key1", None)],
        "aws-prefixed": [("aws:prefixed", "Val1")],
    }
    for step, pairs in wrong.items():
        call = {"Bucket": bucket, "Tagging": tags(*pairs)}
        recording.refused(f"put-bucket-tags-{step}", unchecked.put_bucket_tagging, **call)
    wrong["invalid-field"] = wrong.pop("invalid-key")
    del wrong["invalid-value"]
    for step, pairs in wrong.items():
        call = {"Tagging": tags(*pairs), **at}
        recording.refused(f"put-object-tags-{step}", unchecked.put_object_tagging, **call)
