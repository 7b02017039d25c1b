"""What becomes of objects as they age."""

import datetime
import email.utils
import re

import pytest


def recorded(name, date="21-02-2026"):
    return pytest.mark.recorded("s3", f"TestS3BucketLifecycle::{name}", date)


def rule(name, days=7, expiration=None, **more):
    expiration = {"Days": days} if expiration is None else expiration
    return {"ID": name, "Expiration": expiration, "Filter": {}, "Status": "Enabled", **more}


WHOLE = rule("wholebucket", Filter={"Prefix": ""})


@pytest.fixture
def put_rules(s3, bucket):
    def put(*rules, **more):
        call = {"Bucket": bucket, "LifecycleConfiguration": {"Rules": list(rules)}, **more}
        return s3.put_bucket_lifecycle_configuration(**call)

    return put


@pytest.fixture
def compare(recording):
    """Compares, and returns the rule by which the object of the answer expires, and when."""

    def compare(step, answer):
        found = re.fullmatch(r'expiry-date="(.+)", rule-id="(.+)"', answer.get("Expiration", "")) or [None] * 3
        recording.compare(step, answer, hidden=["Expiration"])
        return found[2], found[1] and email.utils.parsedate_to_datetime(found[1])

    return compare


def is_days_after(days, answer, date):
    return datetime.timedelta(days) <= date - answer["LastModified"] < datetime.timedelta(days + 1)


@recorded("test_delete_bucket_lifecycle_configuration")
def test_rules_are_put_and_deleted(s3, bucket, put_rules, recording):
    get = s3.get_bucket_lifecycle_configuration
    recording.refused("get-bucket-lifecycle-exc-1", get, Bucket=bucket)
    recording.compare("delete-bucket-lifecycle-no-bucket", s3.delete_bucket_lifecycle(Bucket=bucket))
    put_rules(WHOLE)
    recording.compare("get-bucket-lifecycle-conf", get(Bucket=bucket))
    s3.delete_bucket_lifecycle(Bucket=bucket)
    recording.refused("get-bucket-lifecycle-exc-2", get, Bucket=bucket)


@recorded("test_delete_lifecycle_configuration_on_bucket_deletion")
def test_a_new_bucket_has_no_rules_of_the_old(s3, bucket, put_rules, recording):
    put_rules(WHOLE)
    recording.compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    recording.refused("get-bucket-lifecycle-exc", s3.get_bucket_lifecycle_configuration, Bucket=bucket)


@recorded("test_put_bucket_lifecycle_conf_exc")
def test_rules_that_are_none(put_rules, recording):
    one, two = ({"Key": "testlifecycle", "Value": value} for value in ("positive", "positive-two"))
    expiration = {"Date": datetime.datetime(2023, 1, 1, 2, 2)}
    wrong = {
        "missing-id": {"Expiration": {"Days": 7}, "Status": "Enabled"},
        "missing-filter": {"ID": "wholebucket", "Expiration": {"Days": 7}, "Status": "Enabled"},
        "missing-noncurrent-version-expiration-data": rule("wholebucket", NoncurrentVersionExpiration={}),
        "wrong-filter-and-plus-prefix": rule("wholebucket", Filter={"And": {"Prefix": "test"}, "Prefix": ""}),
        "wrong-filter-and-and-object-size": rule("wholebucket", Filter={"ObjectSizeGreaterThan": 500, "Prefix": ""}),
        "wrong-data-no-midnight": rule("wrong-data", expiration=expiration),
        "duplicate-tag-keys": rule("duplicate-tag-keys", 1, Filter={"And": {"Tags": [one, two]}}),
        "expired-delete-marker-and-days": rule("both", expiration={"Days": 1, "ExpiredObjectDeleteMarker": True}),
    }
    for step, one in wrong.items():
        recording.refused(step, lambda one=one: put_rules(one))


@recorded("test_bucket_lifecycle_configuration_date")
def test_a_rule_may_name_a_date(s3, bucket, put_rules, recording):
    put_rules(rule("rule_number_one", expiration={"Date": datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC)}))
    recording.compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))


@recorded("test_bucket_lifecycle_configuration_object_expiry")
def test_objects_tell_when_they_expire(s3, bucket, put_rules, compare):
    at = {"Bucket": bucket, "Key": "test-object-expiry"}
    put_rules(rule("rule_number_one", Filter={"Prefix": ""}))
    compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    s3.put_object(Body=b"test", **at)
    compare("head-object-expiry", s3.head_object(**at))
    answer = s3.get_object(ChecksumMode="ENABLED", **at)
    name, date = compare("get-object-expiry", answer)
    assert name == "rule_number_one" and is_days_after(7, answer, date)


@recorded("test_bucket_lifecycle_configuration_object_expiry_versioned")
def test_only_who_names_no_version_is_told_when_it_expires(s3, versioned, put_rules, compare):
    at = {"Bucket": versioned, "Key": "test-object-expiry"}
    put_rules(rule("rule2", 3, NoncurrentVersionExpiration={"NoncurrentDays": 1}))
    compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=versioned))
    first = s3.put_object(Body=b"test", **at)["VersionId"]
    answer = s3.head_object(**at)
    name, date = compare("head-object-expiry", answer)
    assert name == "rule2" and is_days_after(3, answer, date)
    second = s3.put_object(Body=b"test", **at)["VersionId"]
    compare("head-object-expiry-noncurrent", s3.head_object(VersionId=first, **at))
    compare("head-object-expiry-current-with-version-id", s3.head_object(VersionId=second, **at))
    name, _ = compare("head-object-expiry-current-without-version-id", s3.head_object(**at))
    assert name == "rule2"


@recorded("test_object_expiry_after_bucket_lifecycle_configuration")
def test_a_rule_is_for_what_was_there_before_it(s3, bucket, put_rules, compare):
    at = {"Bucket": bucket, "Key": "test-object-expiry"}
    compare("put-object-before", s3.put_object(Body=b"test", **at))
    put_rules(rule("rule3"))
    compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    compare("head-object-expiry-before", s3.head_object(**at))
    compare("put-object-after", s3.put_object(Body=b"test", **at))
    compare("head-object-expiry-after", s3.head_object(**at))


@recorded("test_bucket_lifecycle_multiple_rules")
def test_the_first_of_two_rules_counts(s3, bucket, put_rules, compare):
    prefixes = {"rule_one": "testobject", "rule_two": "test", "rule_three": "t"}
    put_rules(*(rule(name, Filter={"Prefix": prefix}) for name, prefix in prefixes.items()))
    compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    for step, key, expected in [
        ("put-object-match-both-rules", "testobject-expiry", "rule_one"),
        ("put-object-match-rule-2", "test-one-rule", "rule_two"),
        ("put-object-no-match", "no-rules", None),
    ]:
        name, _ = compare(step, s3.put_object(Body=b"test", Bucket=bucket, Key=key))
        assert name == expected


@recorded("test_bucket_lifecycle_object_size_rules")
def test_a_rule_may_be_for_a_size(s3, bucket, put_rules, compare):
    larger = rule("rule_one", Filter={"ObjectSizeGreaterThan": 20})
    put_rules(larger, rule("rule_two", Filter={"ObjectSizeLessThan": 10}))
    compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    for step, size, expected in [
        ("put-object-match-rule-1", 22, "rule_one"),
        ("put-object-match-rule-2", 5, "rule_two"),
        ("put-object-no-match", 15, None),
    ]:
        name, _ = compare(step, s3.put_object(Body=b"a" * size, Bucket=bucket, Key="key"))
        assert name == expected


@recorded("test_bucket_lifecycle_tag_rules")
def test_a_rule_may_be_for_tags(s3, bucket, put_rules, compare):
    one = {"Key": "testlifecycle", "Value": "positive"}
    two = {"Key": "testlifecycletwo", "Value": "positive-two"}
    put_rules(rule("rule_one", Filter={"Tag": one}), rule("rule_two", Filter={"And": {"Tags": [one, two]}}))
    compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    for step, tagging, expected in [
        ("match-both-rules", {"Tagging": "testlifecycle=positive&testlifecycletwo=positivetwo"}, "rule_one"),
        ("match-rule-1", {"Tagging": "testlifecycle=positive"}, "rule_one"),
        ("no-match", {"Tagging": "testlifecycle2=positivetwo"}, None),
        ("no-tags", {}, None),
    ]:
        at = {"Bucket": bucket, "Key": step}
        name, _ = compare(f"put-object-{step}", s3.put_object(Body=b"test", **tagging, **at))
        assert name == expected
        compare(f"get-object-{step}", s3.get_object(ChecksumMode="ENABLED", **at))


@recorded("test_lifecycle_expired_object_delete_marker")
def test_markers_expire_without_a_date(s3, bucket, put_rules, compare):
    at = {"Bucket": bucket, "Key": "test-expired-object-delete-marker"}
    put_rules(rule("rule-marker", expiration={"ExpiredObjectDeleteMarker": True}))
    compare("get-bucket-lifecycle-conf", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    compare("put-object", s3.put_object(Body=b"test", **at))
    compare("head-object", s3.head_object(**at))


@recorded("test_s3_transition_default_minimum_object_size")
def test_small_objects_stay_unless_it_is_said(s3, bucket, put_rules, recording):
    for step, size in [
        ("varies-by-storage", {"TransitionDefaultMinimumObjectSize": "varies_by_storage_class"}),
        ("default", {}),
        ("all-storage", {"TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"}),
    ]:
        recording.compare(step, put_rules(WHOLE, **size))
        recording.compare(f"get-{step}", s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    recording.refused("bad-value", lambda: put_rules(WHOLE, TransitionDefaultMinimumObjectSize="value"))


def test_rules_of_the_older_form_are_told_as_they_were_put(s3, bucket, put_rules):
    """Assumed: the API reference shows both forms, and each comes back as it was sent."""
    old = {"ID": "old", "Prefix": "logs/", "Status": "Enabled", "Expiration": {"Days": 1}}
    put_rules(old)
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == [old]
