"""Listings of objects, versions and buckets, page by page."""

import urllib.parse

import pytest

from ...recorded import from_xml

FILE = "s3_list_operations"
DATE = "21-02-2026"
TREE = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]
LEAVES = ["test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123"]
# A page of one entry below `folder/`.
PAGE = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}


def recorded(name):
    return pytest.mark.recorded(FILE, name, DATE)


@pytest.fixture
def second_bucket(s3, bucket):
    s3.create_bucket(Bucket=f"{bucket}-2")
    return f"{bucket}-2"


@recorded("TestS3ListBuckets::test_list_buckets_by_prefix_with_case_sensitivity")
def test_bucket_prefixes_respect_case(s3, bucket, recording):
    s3.create_bucket(Bucket=f"ignored-{bucket}")
    recording.compare("list-objects-by-prefix-empty", s3.list_buckets(Prefix=bucket.upper()))
    recording.compare("list-objects-by-prefix-not-empty", s3.list_buckets(Prefix=bucket))


@recorded("TestS3ListBuckets::test_list_buckets_with_max_buckets")
def test_a_page_of_buckets_has_a_token(s3, bucket, second_bucket, recording):
    recording.compare("list-objects-with-max-buckets", s3.list_buckets(MaxBuckets=1))


@recorded("TestS3ListBuckets::test_list_buckets_when_continuation_token_is_empty")
def test_an_empty_token_begins_at_the_first_bucket(s3, bucket, second_bucket, recording):
    page = s3.list_buckets(ContinuationToken="", MaxBuckets=1)
    recording.compare("list-objects-with-empty-continuation-token", page)


@recorded("TestS3ListBuckets::test_list_buckets_with_continuation_token")
def test_a_token_leads_to_the_next_bucket(s3, bucket, second_bucket, recording):
    s3.create_bucket(Bucket=f"{bucket}-3")
    token = s3.list_buckets(MaxBuckets=1)["ContinuationToken"]
    page = recording.compare("list-objects-with-continuation", s3.list_buckets(MaxBuckets=1, ContinuationToken=token))
    assert page["Buckets"][0]["Name"] == second_bucket


@recorded("TestS3ListBuckets::test_list_buckets_by_bucket_region")
def test_buckets_are_listed_by_region(client, bucket, recording):
    west, europe = client(region_name="us-west-2"), client(region_name="eu-central-1")
    name = f"{bucket}-west"
    west.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    found = europe.list_buckets(BucketRegion="eu-central-1", Prefix=name)
    recording.compare("list-objects-by-bucket-region-empty", found)
    found = west.list_buckets(BucketRegion="us-west-2", Prefix=name)
    recording.compare("list-objects-by-bucket-region-not-empty", found)


@recorded("TestS3ListBuckets::test_list_buckets_region_validation")
def test_a_region_that_is_none_is_refused(s3, recording):
    recording.refused("bad-region", s3.list_buckets, BucketRegion="eu-east-1")


@pytest.mark.parametrize("delimiter", ["", "/", "%2F"])
@recorded("TestS3ListObjects::test_list_objects_with_prefix[{delimiter}]")
def test_keys_are_grouped_by_a_delimiter(s3, bucket, put, ask, delimiter, recording):
    put(bucket, ["test/foo/bar/123"])
    found = s3.list_objects(Bucket=bucket, Prefix="test/", Delimiter=delimiter, MaxKeys=1, EncodingType="url")
    recording.compare("list-objects", found)
    if delimiter == "%2F":
        document = ask(f"/{bucket}?prefix=test&delimiter=%2F").content
        recording.compare("list-objects-no-encoding", from_xml(document))


@recorded("TestS3ListObjects::test_list_objects_next_marker")
def test_a_marker_is_told_with_a_delimiter_only(s3, bucket, put, recording):
    put(bucket, ["test_0", "test_1", "test_2"])
    recording.compare("list-objects-all", s3.list_objects(Bucket=bucket))
    page = recording.compare("list-objects-max-1", s3.list_objects(Bucket=bucket, MaxKeys=1, Delimiter="/"))
    rest = s3.list_objects(Bucket=bucket, Marker=page["NextMarker"], MaxKeys=1)
    recording.compare("list-objects-rest", rest)
    recording.compare("list-objects-marker-empty", s3.list_objects(Bucket=bucket, Marker="", MaxKeys=1))


@recorded("TestS3ListObjects::test_s3_list_objects_empty_marker")
def test_an_empty_bucket_has_no_contents(s3, bucket, recording):
    recording.compare("list-objects", s3.list_objects(Bucket=bucket, Marker=""))


@recorded("TestS3ListObjects::test_list_objects_marker_common_prefixes")
def test_a_marker_passes_over_a_common_prefix(s3, bucket, put, recording):
    put(bucket, TREE)
    recording.compare("list-objects-all-keys", s3.list_objects(Bucket=bucket))
    page = recording.compare("list-objects-start", s3.list_objects(Bucket=bucket, **PAGE))
    for step in ["list-objects-next-1", "list-objects-end"]:
        page = recording.compare(step, s3.list_objects(Bucket=bucket, Marker=page["NextMarker"], **PAGE))
    found = s3.list_objects(Bucket=bucket, Marker=TREE[0], **PAGE)
    recording.compare("list-objects-manual-first-file", found)


@recorded("TestS3ListObjectsV2::test_list_objects_v2_with_prefix")
def test_a_prefix_selects_keys(s3, bucket, put, ask, recording):
    put(bucket, LEAVES)
    for number, prefix in enumerate(["test/", "test/foo", "test/foo/bar"], 1):
        found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, EncodingType="url")
        recording.compare(f"list-objects-v2-{number}", found)
    document = ask(f"/{bucket}?list-type=2&prefix=test%2Ffoo").content
    recording.compare("list-objects-v2-no-encoding", from_xml(document))


@recorded("TestS3ListObjectsV2::test_list_objects_v2_with_prefix_and_delimiter")
def test_common_prefixes_count_as_keys(s3, bucket, put, recording):
    put(bucket, LEAVES)

    def found(prefix, **more):
        return s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/", EncodingType="url", **more)

    recording.compare("list-objects-v2-1", found("test/"))
    recording.compare("list-objects-v2-1-with-max-keys", found("test/", MaxKeys=1))
    recording.compare("list-objects-v2-2", found("test/foo"))
    recording.compare("list-objects-v2-3", found("test/foo/bar"))


@recorded("TestS3ListObjectsV2::test_list_objects_v2_continuation_start_after")
def test_a_token_overrules_start_after(s3, bucket, put, recording):
    put(bucket, [f"test_{number}" for number in range(12)])
    page = recording.compare("list-objects-v2-max-5", s3.list_objects_v2(Bucket=bucket, MaxKeys=5))
    token = page["NextContinuationToken"]
    recording.compare("list-objects-v2-rest", s3.list_objects_v2(Bucket=bucket, ContinuationToken=token))
    found = s3.list_objects_v2(Bucket=bucket, StartAfter="test_7", MaxKeys=2)
    recording.compare("list-objects-start-after", found)
    found = s3.list_objects_v2(Bucket=bucket, StartAfter="test_7", ContinuationToken=token)
    recording.compare("list-objects-start-after-token", found)
    recording.refused("exc-continuation-token", s3.list_objects_v2, Bucket=bucket, ContinuationToken="")


@recorded("TestS3ListObjectsV2::test_list_objects_v2_continuation_common_prefixes")
def test_a_token_passes_over_a_common_prefix(s3, bucket, put, recording):
    put(bucket, TREE)
    recording.compare("list-objects-v2-all-keys", s3.list_objects_v2(Bucket=bucket))
    page = recording.compare("list-objects-v2-start", s3.list_objects_v2(Bucket=bucket, **PAGE))
    for step in ["list-objects-v2-next-1", "list-objects-v2-end"]:
        token = page["NextContinuationToken"]
        page = recording.compare(step, s3.list_objects_v2(Bucket=bucket, ContinuationToken=token, **PAGE))


@recorded("TestS3ListObjectsV2::test_list_objects_v2_continuation_token_safe_chars")
def test_keys_that_need_encoding_are_walked(unchecked, bucket, put, recording):
    keys = ["file%2Fname", "test@key/", "test%123", "test%percent", "test key/", "test key//", "test%123/"]
    keys += ["a/%F0%9F%98%80/", *[f"date=2026-0{month}-01/" for month in (1, 2, 3, 5)]]
    put(bucket, keys, b"")
    after = "date=2026-02-01/"

    def found(step, **arguments):
        return recording.compare(step, unchecked.list_objects_v2(Bucket=bucket, **arguments))

    first = found("list-objects-v2-max-5", MaxKeys=5)
    found("list-objects-v2-rest", ContinuationToken=first["NextContinuationToken"])
    found("list-objects-start-after", StartAfter=after, MaxKeys=2, EncodingType=None)
    found("list-objects-start-after-url-type", StartAfter=after, MaxKeys=2, EncodingType="url")
    page = found("list-objects-start-after-encoded", StartAfter=urllib.parse.quote(after), MaxKeys=2)
    token = page["NextContinuationToken"]
    found("list-objects-start-after-token", StartAfter=after, ContinuationToken=token, MaxKeys=2)
    found("list-objects-continuation-token-2", ContinuationToken=token, MaxKeys=2)


@pytest.mark.parametrize(
    "operation", ["list_objects_v2", "list_objects", "list_object_versions", "list_multipart_uploads"]
)
@recorded("TestS3ListObjectsV2::test_list_ops_encoding_type_validation[{operation}]")
def test_an_encoding_that_is_none_is_refused(unchecked, bucket, operation, recording):
    call = getattr(unchecked, operation)
    recording.refused(f"{operation}-error-wrong-value", call, Bucket=bucket, EncodingType="value")
    recording.refused(f"{operation}-error-empty-value", call, Bucket=bucket, EncodingType="")


@recorded("TestS3ListObjectVersions::test_list_objects_versions_markers")
def test_versions_are_walked_by_key_and_version(s3, versioned, recording):
    keys = ["test_0", "test_1", "test_2"]

    def written(key, body):
        return s3.put_object(Bucket=versioned, Key=key, Body=body)["VersionId"]

    versions = [written(key, b"version 1") for key in keys]
    versions.append(written(keys[2], b"version 2"))
    versions += [s3.delete_object(Bucket=versioned, Key=key)["VersionId"] for key in keys]
    versions += [written(key, b"version 2") for key in keys[:2]]
    recording.compare("version-order", {"Versions": [{"VersionId": version} for version in versions]})

    def found(step, **arguments):
        return recording.compare(step, s3.list_object_versions(Bucket=versioned, **arguments))

    found("list-objects-versions-all")
    page = found("list-objects-versions-5", MaxKeys=5)
    key, version = page["NextKeyMarker"], page["NextVersionIdMarker"]
    found("list-objects-next-key-only", MaxKeys=1, KeyMarker=key)
    found("list-objects-next-key-last", MaxKeys=1, KeyMarker=keys[-1])
    alone = {"Bucket": versioned, "MaxKeys": 1, "VersionIdMarker": version}
    recording.refused("list-objects-next-version-only", s3.list_object_versions, **alone)
    found("list-objects-both-markers", MaxKeys=1, KeyMarker=key, VersionIdMarker=version)
    found("list-objects-last-key-last-version", MaxKeys=1, KeyMarker=keys[-1], VersionIdMarker=versions[3])
    found("list-objects-next-key-empty", MaxKeys=1, KeyMarker="")


@recorded("TestS3ListObjectVersions::test_list_object_versions_pagination_common_prefixes")
def test_a_key_marker_passes_over_a_common_prefix_of_versions(s3, versioned, put, recording):
    put(versioned, TREE)
    recording.compare("list-object-versions-all-keys", s3.list_object_versions(Bucket=versioned))
    page = recording.compare("list-object-versions-start", s3.list_object_versions(Bucket=versioned, **PAGE))
    for step in ["list-object-versions-next-1", "list-object-versions-end"]:
        marker = page["NextKeyMarker"]
        page = recording.compare(step, s3.list_object_versions(Bucket=versioned, KeyMarker=marker, **PAGE))
    found = s3.list_object_versions(Bucket=versioned, KeyMarker=TREE[0], **PAGE)
    recording.compare("list-object-versions-manual-first-file", found)


@recorded("TestS3ListObjectVersions::test_list_objects_versions_with_prefix")
def test_versions_are_selected_by_prefix(s3, versioned, ask, recording):
    contents = {
        "dir/test": [b"content key1-v1", b"content key-1v2"],
        "dir/subdir/test2": [b"content key2-v1", b"content key2-v2"],
    }
    for key, bodies in contents.items():
        for body in bodies:
            s3.put_object(Bucket=versioned, Key=key, Body=body)
    prefixes = ["dir/", "dir/s", "dir/test", "dir/subdir", "dir/subdir/", "dir/subdir/test2"]
    for number, prefix in enumerate(prefixes, 1):
        found = s3.list_object_versions(Bucket=versioned, Delimiter="/", Prefix=prefix)
        recording.compare(f"list-object-version-{number}", found)
    document = ask(f"/{versioned}?versions&prefix=dir%2Fsubdir&delimiter=%2F").content
    recording.compare("list-objects-versions-no-encoding", from_xml(document))


@recorded("TestS3ListObjectVersions::test_list_objects_versions_with_prefix_only_and_pagination")
def test_a_version_marker_may_be_deleted_meanwhile(s3, versioned, put, recording):
    put(versioned, ["prefixed_key"] * 5 + ["non_prefixed_key"], b"")

    def found(step, **arguments):
        return recording.compare(step, s3.list_object_versions(Bucket=versioned, Prefix="prefix", **arguments))

    found("list-object-version-prefix-full")
    page = found("list-object-version-prefix-page-1", MaxKeys=3)
    key, version = page["NextKeyMarker"], page["NextVersionIdMarker"]
    found("list-object-version-prefix-key-marker-only", MaxKeys=4, KeyMarker=key)
    found("list-object-version-prefix-page-2", MaxKeys=5, KeyMarker=key, VersionIdMarker=version)
    gone = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in page["Versions"]]
    s3.delete_objects(Bucket=versioned, Delete={"Objects": gone})
    found("list-object-version-prefix-page-2-after-delete", MaxKeys=5, KeyMarker=key, VersionIdMarker=version)
