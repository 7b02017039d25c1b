"""Copies: what of the source they take over."""

import pytest

from ..samples import summed

JSON = {"Body": b'{"key": "value"}', "ContentType": "application/json", "Metadata": {"key": "value"}}


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3::{name}", "21-02-2026")


@pytest.fixture
def put_source(s3, bucket, recording):
    """Puts the source object and compares; returns where it is."""

    def put_source(step, **arguments):
        at = {"Bucket": bucket, "Key": "source-object"}
        recording.compare(step, s3.put_object(**arguments, **at))
        return at

    return put_source


@pytest.fixture
def copy(s3, bucket, recording):
    """Copies the source object and compares."""

    def copy(step, key="source-object", version="", **arguments):
        source = f"{bucket}/source-object" + (f"?versionId={version}" if version else "")
        return recording.compare(step, s3.copy_object(Bucket=bucket, Key=key, CopySource=source, **arguments))

    return copy


@pytest.fixture
def refuse(s3, bucket, recording):
    """A copy of the source onto itself that fails as recorded."""

    def refuse(step, **arguments):
        call = {"Bucket": bucket, "Key": "source-object", "CopySource": f"{bucket}/source-object"}
        recording.refused(step, s3.copy_object, **call, **arguments)

    return refuse


@recorded("test_s3_copy_metadata_replace")
def test_metadata_is_replaced_on_demand(s3, bucket, put_source, copy, recording):
    at = put_source("put_object", ContentLanguage="en-US", **JSON)
    recording.compare("head_object", s3.head_object(**at))
    new = {"Metadata": {"another-key": "value"}, "ContentType": "image/jpg", "MetadataDirective": "REPLACE"}
    copy("copy_object", "source-object-copy", **new)
    recording.compare("head_object_copy", s3.head_object(Bucket=bucket, Key="source-object-copy"))


@recorded("test_s3_copy_metadata_directive_copy")
def test_metadata_of_the_request_is_ignored_otherwise(s3, bucket, put_source, copy, recording):
    at = put_source("put-object", Body=b"test", Metadata={"key": "value"}, ContentLanguage="en-US")
    recording.compare("head-object", s3.head_object(**at))
    new = {"Metadata": {"another-key": "value"}, "ContentLanguage": "en-GB", "ContentType": "image/jpg"}
    copy("copy-object", "source-object-copy", MetadataDirective="COPY", **new)
    recording.compare("head-object-copy", s3.head_object(Bucket=bucket, Key="source-object-copy"))


@recorded("test_s3_copy_content_type_and_metadata")
def test_content_type_and_metadata_are_copied(s3, bucket, put_source, copy, recording):
    at = put_source("put_object", **JSON)
    recording.compare("head_object", s3.head_object(**at))
    copy("copy_object", "source-object-copy")
    recording.compare("head_object_copy", s3.head_object(Bucket=bucket, Key="source-object-copy"))
    new = {"Metadata": {"another-key": "value"}, "ContentType": "application/javascript"}
    copy("copy_object_second", "source-object-second-copy", **new)
    recording.compare("head_object_second_copy", s3.head_object(Bucket=bucket, Key="source-object-second-copy"))


DIRECTIVES = {"COPY": {"TaggingDirective": "COPY"}, "REPLACE": {"TaggingDirective": "REPLACE"}, "None": {}}


@pytest.mark.parametrize("directive", DIRECTIVES)
@recorded("test_s3_copy_tagging_directive[{directive}]")
def test_tags_are_copied_or_replaced(s3, bucket, put_source, copy, directive, recording):
    at = put_source("put-object", Body=b"test", Tagging="key1=value1")
    recording.compare("get-object-tag", s3.get_object_tagging(**at))
    copy("copy-object", "copy", Tagging="key2=value2", **DIRECTIVES[directive])
    recording.compare("get-copy-object-tag", s3.get_object_tagging(Bucket=bucket, Key="copy"))
    copy("copy-object-tag-empty", "copy-2", **DIRECTIVES[directive])
    recording.compare("get-copy-object-tag-empty", s3.get_object_tagging(Bucket=bucket, Key="copy-2"))


@pytest.mark.parametrize("directive", DIRECTIVES)
@recorded("test_s3_copy_tagging_directive_versioned[{directive}]")
def test_tags_of_a_version_are_copied_or_replaced(s3, versioned, put_source, copy, directive, recording):
    at = put_source("put-object", Body=b"test", Tagging="key1=value1")
    first = s3.head_object(**at)["VersionId"]
    put_source("put-object-v2", Body=b"test-v2", Tagging="key1=value1-v2")
    recording.compare("get-object-tag", s3.get_object_tagging(**at))
    recording.compare("get-object-tag-v1", s3.get_object_tagging(VersionId=first, **at))
    for suffix, version in [("", ""), ("-v1", first)]:
        for middle, tags in [("", {"Tagging": "key2=value2"}), ("-tag-empty", {})]:
            key = f"copy{middle}{suffix}"
            copy(f"copy-object{middle}{suffix}", key, version, **tags, **DIRECTIVES[directive])
            found = s3.get_object_tagging(Bucket=versioned, Key=key)
            recording.compare(f"get-copy-object-tag{middle.removeprefix('-tag')}{suffix}", found)


def storage(s3, at):
    return s3.get_object_attributes(ObjectAttributes=["StorageClass"], **at)


@recorded("test_s3_copy_object_in_place")
def test_a_copy_onto_itself_changes_something(s3, bucket, open_bucket, put_source, copy, refuse, recording):
    at = put_source("put_object", **JSON)
    recording.compare("head_object", s3.head_object(**at))
    recording.compare("object-attrs", storage(s3, at))
    refuse("copy-object-in-place-no-change")
    copy("copy-object-in-place-with-storage-class", ChecksumAlgorithm="SHA256", StorageClass="STANDARD")
    recording.compare("object-attrs-after-copy", storage(s3, at))
    # The recording's marks hide the same owner twice.
    acl = recording.compare("object-acl", s3.get_object_acl(**at), {"ID"})
    assert acl["Owner"]["ID"] == acl["Grants"][0]["Grantee"]["ID"]
    refuse("copy-object-in-place-with-acl", ACL="public-read")


def set_versioning(s3, bucket, status):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


@recorded("test_s3_copy_object_in_place_versioned")
def test_a_copy_onto_itself_is_a_new_version(s3, bucket, open_bucket, versioned, put_source, copy, refuse, recording):
    at = put_source("put_object", **JSON)
    recording.compare("head_object", s3.head_object(**at))
    recording.compare("object-attrs", storage(s3, at))
    refuse("copy-object-in-place-no-change")
    version = copy("copy-in-place-versioned", MetadataDirective="REPLACE")["VersionId"]
    recording.compare("head-object-copied", s3.head_object(**at))
    recording.compare("get-object-copied", s3.get_object(**at))
    set_versioning(s3, bucket, "Suspended")
    copy("copy-in-place-versioned-suspended", MetadataDirective="REPLACE")
    recording.compare("head-object-copied-suspended", s3.head_object(**at))
    recording.compare("get-object-copied-suspended", s3.get_object(**at))
    recording.compare("head-object-previous-version-suspended", s3.head_object(VersionId=version, **at))
    set_versioning(s3, bucket, "Enabled")
    copy("copy-in-place-versioned-re-enabled", MetadataDirective="REPLACE")


@recorded("test_s3_copy_object_in_place_suspended_only")
def test_a_copy_onto_itself_is_the_null_version(s3, bucket, open_bucket, put_source, copy, recording):
    at = put_source("put_object", **JSON)
    recording.compare("head_object", s3.head_object(**at))
    copy("copy-in-place-non-versioned", MetadataDirective="REPLACE")
    recording.compare("head-object-copied", s3.head_object(**at))
    recording.compare("get-object-copied", s3.get_object(**at))
    set_versioning(s3, bucket, "Suspended")
    copy("copy-in-place-versioned-suspended", MetadataDirective="REPLACE")
    recording.compare("head-object-copied-suspended", s3.head_object(**at))
    recording.compare("get-object-copied-suspended", s3.get_object(**at))
    copy("copy-in-place-versioned-suspended-twice", MetadataDirective="REPLACE")


@recorded("test_s3_copy_object_in_place_storage_class")
def test_a_storage_class_is_a_change(s3, put_source, copy, recording):
    at = put_source("put-object", Body=b"test", StorageClass="STANDARD")
    recording.compare("head-object", s3.head_object(**at))
    recording.compare("object-attrs", storage(s3, at))
    copy("copy-object-in-place-with-storage-class", StorageClass="STANDARD")
    recording.compare("object-attrs-after-copy", storage(s3, at))


@recorded("test_s3_copy_object_in_place_metadata_directive")
def test_metadata_is_a_change_if_it_is_replaced(s3, put_source, copy, refuse, recording):
    at = put_source("put_object", **JSON)
    recording.compare("head_object", s3.head_object(**at))
    refuse("no-metadata-directive-fail", Metadata={"key": "value"})
    copies = {
        "replace-directive": {"Metadata": {"key2": "value2"}, "MetadataDirective": "REPLACE"},
        "copy-directive": {"MetadataDirective": "COPY", "StorageClass": "STANDARD"},
        "copy-directive-ignore": {
            "MetadataDirective": "COPY",
            "Metadata": {"key3": "value3"},
            "StorageClass": "STANDARD",
        },
        "replace-directive-empty": {"MetadataDirective": "REPLACE"},
    }
    for step, arguments in copies.items():
        copy(f"copy-{step}", **arguments)
        recording.compare(f"head-{step}", s3.head_object(**at))


@recorded("test_s3_copy_object_in_place_website_redirect_location")
def test_a_redirect_is_a_change(s3, put_source, copy, recording):
    at = put_source("put-object", Body=b"test", WebsiteRedirectLocation="/test/direct")
    recording.compare("head-object", s3.head_object(**at))
    copy("copy-object-in-place-with-website-redirection", WebsiteRedirectLocation="/test/direct")
    recording.compare("head-object-after-copy", s3.head_object(**at))


@recorded("test_s3_copy_object_storage_class")
def test_a_storage_class_is_not_copied(s3, bucket, put_source, copy, refuse, recording):
    at = put_source("put-object", Body=b"test", StorageClass="STANDARD_IA")
    recording.compare("head-object", s3.head_object(**at))
    recording.compare("object-attrs", storage(s3, at))
    copy("copy-object-in-place-with-storage-class", "dest-object")
    recording.compare("object-attrs-after-copy", storage(s3, {"Bucket": bucket, "Key": "dest-object"}))
    refuse("exc-invalid-request-storage-class")


ALGORITHMS = ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"]


def sums(s3, bucket, key="source-object"):
    return s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=["Checksum"])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@recorded("test_s3_copy_object_with_checksum[{algorithm}]")
def test_a_copy_has_the_checksum_that_is_asked_for(s3, bucket, put_source, copy, algorithm, recording):
    put_source("put-object-no-checksum", **JSON)
    recording.compare("object-attrs", sums(s3, bucket))
    new = {"ChecksumAlgorithm": algorithm, "Metadata": {"key1": "value1"}, "MetadataDirective": "REPLACE"}
    copy("copy-object-in-place-with-checksum", **new)
    recording.compare("object-attrs-after-copy", sums(s3, bucket))
    copy("copy-object-to-dest-keep-checksum", "dest-object")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@recorded("test_s3_copy_object_with_default_checksum[{algorithm}]")
def test_a_copy_keeps_the_kind_of_checksum(s3, bucket, put_source, copy, algorithm, recording):
    put_source("put-object-no-checksum", **JSON, **summed(algorithm, JSON["Body"]))
    recording.compare("object-attrs", sums(s3, bucket))
    copy("copy-object-in-place-with-no-checksum", Metadata={"key1": "value1"}, MetadataDirective="REPLACE")
    recording.compare("object-attrs-after-copy", sums(s3, bucket))
    copy("copy-object-to-dest-keep-checksum", "dest-object")
    recording.compare("dest-object-attrs-after-copy", sums(s3, bucket, "dest-object"))


@recorded("test_s3_copy_object_wrong_format")
def test_a_source_names_a_bucket_and_a_key(s3, bucket, recording):
    call = {"Bucket": bucket, "Key": "destination-key", "CopySource": "wrongformat"}
    recording.refused("copy-object-wrong-copy-source", s3.copy_object, **call)


@recorded("test_copy_object_special_character")
def test_sources_with_odd_keys(s3, bucket, missing, recording):
    s3.create_bucket(Bucket=missing)
    for key in ["file%2Fname", "test@key/", "test key/", "test key//", "a/%F0%9F%98%80/", "test+key"]:
        recording.compare(f"put-object-src-special-char-{key}", s3.put_object(Bucket=bucket, Key=key, Body=b"test"))
        copied = s3.copy_object(Bucket=missing, Key=key, CopySource=f"{bucket}/{key}")
        recording.compare(f"copy-object-special-char-{key}", copied)
    recording.compare("list-object-copy-dest-special-char", s3.list_objects_v2(Bucket=missing))


@pytest.mark.recorded("s3", "TestS3PresignedUrl::test_s3_copy_md5", "21-02-2026")
def test_a_copy_has_the_md5_of_its_bytes(s3, bucket, recording):
    s3.put_object(Bucket=bucket, Key="src", Body=b"something")
    copied = s3.copy_object(Bucket=bucket, Key="dest", CopySource={"Bucket": bucket, "Key": "src"})
    recording.compare("copy-obj", copied)


@pytest.mark.recorded("s3", "TestS3::test_s3_copy_object_src_not_exists", "26-10-2023")
def test_sources_that_are_not_there(s3, bucket, missing, recording):
    def copy(**source):
        return {"Bucket": bucket, "Key": "copy", "CopySource": {"Key": "random-src-key", **source}}

    recording.refused("copy-object-src-bucket-not-exists", s3.copy_object, **copy(Bucket=missing))
    recording.refused("copy-object-src-object-not-exists", s3.copy_object, **copy(Bucket=bucket))
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    at = {"Bucket": bucket, "Key": "random-src-key"}
    # Recorded when clients did not add checksums yet.
    put = recording.compare("put-obj-versioned", without_checksum(s3.put_object(Body=b"", **at)))
    marker = recording.compare("del-obj-versioned", s3.delete_object(**at))
    recording.refused("copy-object-src-delete-marker-current-version", s3.copy_object, **copy(Bucket=bucket))
    marked = copy(Bucket=bucket, VersionId=marker["VersionId"])
    recording.refused("copy-object-src-target-delete-marker", s3.copy_object, **marked)
    copied = s3.copy_object(**copy(Bucket=bucket, VersionId=put["VersionId"]))
    copied["CopyObjectResult"] = without_checksum(copied["CopyObjectResult"])
    recording.compare("copy-object-src-target-object-version", copied)


def without_checksum(answer):
    return {name: value for name, value in answer.items() if not name.startswith("Checksum")}
