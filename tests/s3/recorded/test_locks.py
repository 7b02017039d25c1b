"""Object Lock: retention and legal holds."""

import datetime

import pytest

NEW_YEAR_2030 = datetime.datetime(2030, 1, 1)


def recorded(name, group="Retention", date="21-02-2026"):
    return pytest.mark.recorded("s3", f"TestS3ObjectLock{group}::{name}", date)


def recorded_api(name):
    return pytest.mark.recorded("s3_api", f"TestS3ObjectLock::{name}", "21-02-2026")


def soon(**when):
    return datetime.datetime.now(tz=datetime.UTC) + datetime.timedelta(**when)


def until(date, mode="GOVERNANCE"):
    return {"Retention": {"Mode": mode, "RetainUntilDate": date}}


def written_until(date):
    return {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": date}


def configuration(**rule):
    by_default = {"Rule": {"DefaultRetention": rule}} if rule else {}
    return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", **by_default}}


BYPASS = {"BypassGovernanceRetention": True}


@pytest.fixture
def locked(s3, missing):
    """A bucket with Object Lock."""
    s3.create_bucket(Bucket=missing, ObjectLockEnabledForBucket=True)
    return missing


@recorded_api("test_put_object_lock_configuration_on_existing_bucket")
def test_a_versioned_bucket_gets_locks(s3, bucket, recording):
    at = {"Bucket": bucket}
    put, get = s3.put_object_lock_configuration, s3.get_object_lock_configuration
    enabled = configuration()

    def version(status):
        return s3.put_bucket_versioning(VersioningConfiguration={"Status": status}, **at)

    recording.refused("get-object-lock-existing-bucket-no-config", get, **at)
    recording.refused("put-object-lock-existing-bucket-no-versioning", put, **enabled, **at)
    recording.compare("suspended-versioning", version("Suspended"))
    recording.refused("put-object-lock-existing-bucket-versioning-disabled", put, **enabled, **at)
    recording.compare("enabled-versioning", version("Enabled"))
    recording.compare("put-object-lock-existing-bucket-enabled", put(**enabled, **at))
    recording.compare("get-object-lock-existing-bucket-enabled", get(**at))


@recorded_api("test_get_put_object_lock_configuration")
def test_a_default_retention_comes_and_goes(s3, locked, recording):
    put, get = s3.put_object_lock_configuration, s3.get_object_lock_configuration
    recording.compare("get-lock-config-start", get(Bucket=locked))
    recording.compare("put-lock-config", put(Bucket=locked, **configuration(Mode="GOVERNANCE", Days=1)))
    recording.compare("get-lock-config", get(Bucket=locked))
    recording.compare("put-lock-config-enabled", put(Bucket=locked, **configuration()))
    recording.compare("get-lock-config-only-enabled", get(Bucket=locked))


@recorded_api("test_put_object_lock_configuration_exc")
def test_configurations_that_are_none(s3, locked, recording):
    days = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    wrong = {
        "no-enabled": days,
        "empty": {},
        "empty-rule": {"ObjectLockEnabled": "Enabled", "Rule": {}},
        "empty-retention": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {}}},
        "no-days": configuration(Mode="GOVERNANCE")["ObjectLockConfiguration"],
        "bad-mode": configuration(Mode="BAD-VALUE", Days=1)["ObjectLockConfiguration"],
        "both-days-years": configuration(Mode="GOVERNANCE", Days=1, Years=1)["ObjectLockConfiguration"],
    }
    for step, document in wrong.items():
        call = {"Bucket": locked, "ObjectLockConfiguration": document}
        recording.refused(f"put-lock-config-{step}", s3.put_object_lock_configuration, **call)


@recorded_api("test_get_object_lock_configuration_exc")
def test_buckets_without_locks(s3, bucket, missing, recording):
    get = s3.get_object_lock_configuration
    recording.refused("get-lock-config-no-enabled", get, Bucket=bucket)
    recording.refused("get-lock-config-bucket-not-exists", get, Bucket=missing)


@recorded_api("test_disable_versioning_on_locked_bucket")
def test_locks_keep_versions(s3, locked, recording):
    def call(status):
        return {"Bucket": locked, "VersioningConfiguration": {"Status": status}}

    recording.refused("disable-versioning-on-locked-bucket", s3.put_bucket_versioning, **call("Suspended"))
    put = s3.put_bucket_versioning(**call("Enabled"))
    recording.compare("enable-versioning-again-on-locked-bucket", put)


@recorded_api("test_delete_object_with_no_locking")
def test_there_is_nothing_to_bypass_without_locks(s3, bucket, recording):
    at = {"Bucket": bucket, "Key": "test-delete-no-lock"}
    s3.put_object(Body=b"test", **at)
    recording.refused("delete-object-bypass-no-lock", s3.delete_object, **BYPASS, **at)
    false = {"BypassGovernanceRetention": False}
    recording.refused("delete-object-bypass-no-lock-false", s3.delete_object, **false, **at)
    call = {"Bucket": bucket, "Delete": {"Objects": [{"Key": at["Key"]}]}, **BYPASS}
    recording.refused("delete-objects-bypass-no-lock", s3.delete_objects, **call)


@recorded("test_s3_object_retention_exc")
def test_retentions_that_are_none(s3, bucket, locked, missing, recording):
    future = datetime.datetime(datetime.datetime.now().year + 5, 1, 1)
    put = s3.put_object_retention
    at = {"Bucket": locked, "Key": "test-key"}
    other = {"Bucket": f"{missing}-2", "Key": "fake-key"}
    recording.refused("put-object-retention-no-bucket", put, **other, **until(future))
    other = {"Bucket": locked, "Key": "non-existing-key"}
    recording.refused("put-object-retention-no-key", put, **other, **until(future))
    at["VersionId"] = s3.put_object(Body=b"test", **at)["VersionId"]
    recording.refused("get-object-retention-never-set", s3.get_object_retention, **at)
    half = {"Retention": {"Mode": "GOVERNANCE"}, **BYPASS}
    recording.refused("put-object-missing-retention-fields", put, **half, **at)
    put(**until(future), **at)
    earlier = until(future - datetime.timedelta(days=365))
    recording.refused("update-retention-no-bypass", put, **earlier, **at)
    recording.refused("update-retention-past-date", put, **until(datetime.datetime(2020, 1, 1)), **at)
    recording.refused("update-retention-bad-value", put, **until(future, "BAD-VALUE"), **at)
    at = {"Bucket": bucket, "Key": "test-key"}
    s3.put_object(Body=b"test", **at)
    recording.refused("put-object-retention-regular-bucket", put, **until(future), **at)
    recording.refused("get-object-retention-regular-bucket", s3.get_object_retention, **at)


@recorded("test_s3_object_retention")
def test_governance_is_bypassed_by_who_says_so(s3, locked, recording):
    at = {"Bucket": locked, "Key": "test-retention-locked-object"}
    first = recording.compare("put-obj-locked-1", s3.put_object(Body=b"test", **at))["VersionId"]
    put = s3.put_object_retention(**until(NEW_YEAR_2030), **at)
    recording.compare("put-object-retention-on-key-1", put)
    recording.compare("get-object-retention-on-key-1", s3.get_object_retention(**at))
    recording.compare("head-object-locked", s3.head_object(**at))
    recording.refused("delete-obj-locked", s3.delete_object, VersionId=first, **at)
    recording.compare("delete-obj-locked-bypass", s3.delete_object(VersionId=first, **BYPASS, **at))
    put = s3.put_object(Body=b"test", **written_until(NEW_YEAR_2030), **at)
    recording.compare("put-obj-locked-2", put)
    shorter = until(soon(minutes=1))
    recording.refused("update-retention-locked-object", s3.put_object_retention, **shorter, **at)
    emptied = s3.put_object_retention(Retention={}, **BYPASS, **at)
    recording.compare("put-object-empty-retention", emptied)
    recording.compare("update-retention-object", s3.put_object_retention(**shorter, **at))


@recorded("test_s3_object_retention_compliance_mode")
def test_compliance_is_bypassed_by_nobody(s3, locked, recording):
    at = {"Bucket": locked, "Key": "test-retention-locked-object"}
    version = recording.compare("put-obj-locked-1", s3.put_object(Body=b"test", **at))["VersionId"]
    date = soon(minutes=1)
    put = s3.put_object_retention(**until(date, "COMPLIANCE"), **at)
    recording.compare("add-compliance-retention", put)
    recording.refused("delete-locked-1", s3.delete_object, VersionId=version, **at)
    recording.compare("put-delete-marker", s3.delete_object(**at))
    at["VersionId"] = version
    recording.refused("delete-locked-2", s3.delete_object, **BYPASS, **at)
    second = datetime.timedelta(seconds=1)
    shorter = until(date - second, "COMPLIANCE")
    recording.refused("update-retention-shortened", s3.put_object_retention, **shorter, **at)
    weaker = until(date + second)
    recording.refused("update-retention-less-restrictive", s3.put_object_retention, **weaker, **at)
    recording.leave("delete-obj-after-lock-expiration", "tests do not wait; object_lock.rs shows it")


@recorded("test_s3_copy_object_retention_lock")
def test_a_copy_is_not_retained(s3, locked, recording):
    at = {"Bucket": locked, "Key": "source-object"}
    put = s3.put_object(Body=b'{"key": "value"}', **written_until(soon(minutes=10)), **at)
    recording.compare("put-source-object", put)
    recording.compare("head-source-object", s3.head_object(**at))
    recording.compare("copy-lock", s3.copy_object(Bucket=locked, Key="dest-key", CopySource=at))
    recording.compare("head-dest-key", s3.head_object(Bucket=locked, Key="dest-key"))


@recorded("test_bucket_config_default_retention")
def test_a_bucket_locks_what_is_not_locked_by_itself(s3, locked, recording):
    at = {"Bucket": locked, "Key": "default-object"}
    put = s3.put_object_lock_configuration(Bucket=locked, **configuration(Mode="GOVERNANCE", Days=1))
    recording.compare("put-lock-config", put)
    recording.compare("put-object-default", s3.put_object(Body=b"test-default-lock", **at))
    head = recording.compare("head-object-default", s3.head_object(**at))
    away = head["ObjectLockRetainUntilDate"] - head["LastModified"] - datetime.timedelta(days=1)
    assert abs(away) < datetime.timedelta(minutes=2)
    put = s3.put_object(Body=b"test-put-object-lock", **written_until(soon(minutes=10)), **at)
    recording.compare("put-object-with-lock", put)
    recording.compare("head-object-with-lock", s3.head_object(**at))
    half = {"Body": b"test-put-object-lock", "ObjectLockMode": "GOVERNANCE"}
    recording.refused("put-object-with-lock-no-date", s3.put_object, **half, **at)


@recorded("test_object_lock_delete_markers")
def test_markers_are_not_locked(s3, locked, recording):
    at = {"Bucket": locked, "Key": "default-object"}
    put = s3.put_object(Body=b"test-put-object-lock", **written_until(soon(minutes=10)), **at)
    recording.compare("put-object-with-lock", put)
    recording.compare("head-object-with-lock", s3.head_object(**at))
    at["VersionId"] = recording.compare("put-delete-marker", s3.delete_object(**at))["VersionId"]
    put = s3.put_object_retention
    recording.refused("put-object-retention-delete-marker", put, **until(NEW_YEAR_2030), **at)
    recording.refused("get-object-retention-delete-marker", s3.get_object_retention, **at)
    recording.refused("head-object-locked-delete-marker", s3.head_object, **at)


@recorded("test_object_lock_extend_duration")
def test_a_retention_is_extended_by_anyone(s3, locked, recording):
    at = {"Bucket": locked, "Key": "default-object"}
    put = s3.put_object(Body=b"test-put-object-lock", **written_until(soon(minutes=10)), **at)
    at["VersionId"] = recording.compare("put-object-with-lock", put)["VersionId"]
    recording.compare("head-object-with-lock", s3.head_object(Bucket=locked, Key=at["Key"]))
    extended = s3.put_object_retention(**until(soon(minutes=20)), **at)
    recording.compare("put-object-retention-extend", extended)
    recording.compare("head-object-with-lock-extended", s3.head_object(Bucket=locked, Key=at["Key"]))
    reduced = until(soon(minutes=10))
    recording.refused("put-object-retention-reduce", s3.put_object_retention, **reduced, **at)


@recorded("test_s3_object_lock_mode_validation")
def test_headers_that_are_no_lock(s3, locked, recording):
    at = {"Bucket": locked, "Key": "test-retention-validation"}
    mode, date = {"ObjectLockMode": "BAD-VALUE"}, {"ObjectLockRetainUntilDate": soon(minutes=10)}
    recording.refused("put-obj-locked-error-no-retain-date", s3.put_object, **mode, **at)
    recording.refused("put-obj-locked-error-no-mode", s3.put_object, **date, **at)
    recording.refused("put-obj-locked-bad-value", s3.put_object, **mode, **date, **at)
    recording.refused("create-mpu-locked-bad-value", s3.create_multipart_upload, **mode, **date, **at)


def hold(status):
    return {"LegalHold": {"Status": status}}


@recorded("test_put_get_object_legal_hold", "LegalHold")
def test_a_legal_hold_comes_and_goes(s3, locked, recording):
    at = {"Bucket": locked, "Key": "locked-object"}
    version = recording.compare("put-obj", s3.put_object(Body=b"test", **at))["VersionId"]
    this = {"VersionId": version, **at}
    recording.refused("get-legal-hold-unset", s3.get_object_legal_hold, **this)
    recording.compare("put-object-legal-hold", s3.put_object_legal_hold(**hold("ON"), **this))
    recording.compare("head-object-with-legal-hold", s3.head_object(**at))
    recording.compare("get-legal-hold-set", s3.get_object_legal_hold(**this))
    recording.compare("put-object-legal-hold-off", s3.put_object_legal_hold(**hold("OFF"), **this))


@recorded("test_put_object_with_legal_hold", "LegalHold")
def test_an_object_is_put_with_a_legal_hold(s3, locked, recording):
    at = {"Bucket": locked, "Key": "locked-object"}
    put = s3.put_object(Body=b"test", ObjectLockLegalHoldStatus="ON", **at)
    version = recording.compare("put-obj", put)["VersionId"]
    recording.compare("head-object-with-legal-hold", s3.head_object(**at))
    off = s3.put_object_legal_hold(VersionId=version, **hold("OFF"), **at)
    recording.compare("put-object-legal-hold-off", off)


@recorded("test_put_object_legal_hold_exc", "LegalHold")
def test_legal_holds_that_are_none(s3, bucket, locked, recording):
    put = s3.put_object_legal_hold
    other = {"Bucket": f"{locked}-2", "Key": "fake-key"}
    recording.refused("put-object-legal-hold-no-bucket", put, **hold("ON"), **other)
    other = {"Bucket": locked, "Key": "non-existing-key"}
    recording.refused("put-object-legal-hold-no-key", put, **hold("ON"), **other)
    at = {"Bucket": bucket, "Key": "test-legal-hold"}
    s3.put_object(Body=b"test", **at)
    recording.refused("put-object-retention-regular-bucket", put, **hold("ON"), **at)
    recording.refused("put-object-retention-empty", put, **at)
    recording.refused("get-object-retention-regular-bucket", s3.get_object_legal_hold, **at)


@recorded("test_delete_locked_object", "LegalHold")
def test_what_is_held_is_not_deleted(s3, locked, recording):
    at = {"Bucket": locked, "Key": "test-delete-locked"}
    at["VersionId"] = recording.compare("put-obj", s3.put_object(Body=b"test", **at))["VersionId"]
    recording.compare("put-object-legal-hold", s3.put_object_legal_hold(**hold("ON"), **at))
    recording.refused("delete-object-locked", s3.delete_object, **at)
    this = {"Key": at["Key"], "VersionId": at["VersionId"]}
    recording.compare("delete-objects-locked", s3.delete_objects(Bucket=locked, Delete={"Objects": [this]}))
    recording.compare("put-object-legal-hold-off", s3.put_object_legal_hold(**hold("OFF"), **at))


@recorded("test_s3_legal_hold_lock_versioned", "LegalHold")
def test_each_version_is_held_by_itself(s3, locked, recording):
    at = {"Bucket": locked, "Key": "locked-object"}
    for number, step in [(1, "put-object"), (2, "put-object-2")]:
        version = recording.compare(step, s3.put_object(Body=b"test", **at))["VersionId"]
        this = {"VersionId": version, **at}
        recording.compare(f"put-object-legal-hold-ver{number}", s3.put_object_legal_hold(**hold("ON"), **this))
        recording.compare(f"head-object-ver{number}", s3.head_object(**this))
        first = this if number == 1 else first
    recording.compare("remove-object-legal-hold-ver1", s3.put_object_legal_hold(**hold("OFF"), **first))
    recording.compare("head-object-ver1-no-lock", s3.head_object(**first))
    recording.compare("delete-object-ver1", s3.delete_object(**first))


@recorded("test_s3_copy_object_legal_hold", "LegalHold")
def test_a_copy_is_not_held(s3, locked, recording):
    at = {"Bucket": locked, "Key": "source-object"}
    put = s3.put_object(Body=b'{"key": "value"}', ObjectLockLegalHoldStatus="ON", **at)
    recording.compare("put-object", put)
    recording.compare("head-object", s3.head_object(**at))
    recording.compare("copy-legal-hold", s3.copy_object(Bucket=locked, Key="dest-key", CopySource=at))
    recording.compare("head-dest-key", s3.head_object(Bucket=locked, Key="dest-key"))
