"""Configurations that are kept and told: analytics, metrics, inventories, tiers, acceleration, logs, replication."""

import pytest


def recorded(name, group="TestS3", file="s3"):
    return pytest.mark.recorded(file, f"{group}::{name}", "21-02-2026")


@pytest.fixture
def other(s3, missing):
    """A second bucket."""
    s3.create_bucket(Bucket=missing)
    return missing


@recorded("test_s3_analytics_configurations")
def test_analytics(s3, bucket, recording):
    def analysis(name, prefix):
        destination = {"Format": "CSV", "Bucket": f"arn:aws:s3:::{bucket}", "Prefix": "test"}
        export = {"OutputSchemaVersion": "V_1", "Destination": {"S3BucketDestination": destination}}
        document = {"Id": name, "Filter": {"Prefix": prefix}, "StorageClassAnalysis": {"DataExport": export}}
        return {"Bucket": bucket, "Id": name, "AnalyticsConfiguration": document}

    def compare(step, answer):
        recording.compare(step, answer, hidden=["Bucket"])

    put, get = s3.put_bucket_analytics_configuration, s3.get_bucket_analytics_configuration
    one, two = "config_with_storage_analysis_1", "config_with_storage_analysis_2"
    wrong = {**analysis(one, "test_ls"), "Id": "different-id"}
    recording.refused("put_config_with_storage_analysis_err", put, **wrong)
    recording.refused("get_config_with_storage_analysis_err", get, Bucket=bucket, Id="non-existing")
    delete = s3.delete_bucket_analytics_configuration
    recording.refused("delete_config_with_storage_analysis_err", delete, Bucket=bucket, Id=one)
    compare("put_config_with_storage_analysis_1", put(**analysis(one, "test_ls")))
    compare("get_config_with_storage_analysis_1", get(Bucket=bucket, Id=one))
    put(**analysis(one, "test_ls_2"))
    compare("get_config_with_storage_analysis_2", get(Bucket=bucket, Id=one))
    put(**analysis(two, "test_ls_3"))
    compare("get_config_with_storage_analysis_3", get(Bucket=bucket, Id=two))
    compare("list_config_with_storage_analysis_1", s3.list_bucket_analytics_configurations(Bucket=bucket))
    delete(Bucket=bucket, Id=two)
    compare("list_config_with_storage_analysis_2", s3.list_bucket_analytics_configurations(Bucket=bucket))


@recorded("test_s3_intelligent_tier_config")
def test_intelligent_tiering(s3, bucket, missing, recording):
    def tiers(name, prefix):
        tierings = [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]
        document = {"Id": name, "Filter": {"Prefix": prefix}, "Status": "Enabled", "Tierings": tierings}
        return {"Bucket": bucket, "Id": name, "IntelligentTieringConfiguration": document}

    put, delete = s3.put_bucket_intelligent_tiering_configuration, s3.delete_bucket_intelligent_tiering_configuration
    name = "bucket_intelligent_tiering_configuration"

    def compare_list(number):
        listed = s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
        recording.compare(f"list_{name}s_{number}", listed)

    wrong = {**tiers("test1", "test1"), "Id": "incorrect_id"}
    recording.refused(f"put_{name}_err_1`", put, **wrong)
    recording.compare(f"put_{name}_1", put(**tiers("test1", "test1")))
    found = s3.get_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="test1")
    recording.compare(f"get_{name}_1", found)
    put(**tiers("test2", "test2"))
    compare_list(1)
    put(**tiers("test1", "testupdate"))
    compare_list(2)
    recording.refused(f"delete_{name}_err_1", delete, Bucket=missing, Id="test1")
    recording.refused(f"delete_{name}_err_2", delete, Bucket=bucket, Id="non-existing-id")
    delete(Bucket=bucket, Id="test1")
    compare_list(3)


def inventory(source, target, name="test-inventory", **changes):
    destination = {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV", **changes.pop("destination", {})}
    document = {
        "Id": name,
        "Destination": {"S3BucketDestination": destination},
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        **changes,
    }
    return {"Bucket": source, "Id": name, "InventoryConfiguration": document}


@recorded("test_s3_inventory_report_crud")
def test_inventories(s3, bucket, other, recording):
    at = {"Bucket": bucket, "Id": "test-inventory"}
    call = inventory(bucket, other, OptionalFields=["Size", "ETag"])
    recording.compare("put-inventory-config", s3.put_bucket_inventory_configuration(**call))
    recording.compare("list-inventory-config", s3.list_bucket_inventory_configurations(Bucket=bucket))
    recording.compare("get-inventory-config", s3.get_bucket_inventory_configuration(**at))
    recording.compare("del-inventory-config", s3.delete_bucket_inventory_configuration(**at))
    listed = s3.list_bucket_inventory_configurations(Bucket=bucket)
    recording.compare("list-inventory-config-after-del", listed)
    recording.refused("get-nonexistent-inv-config", s3.get_bucket_inventory_configuration, **at)


@recorded("test_s3_put_inventory_report_exceptions")
def test_inventories_that_are_none(s3, bucket, other, recording):
    wrong = {
        "wrong-id": {"Id": "other"},
        "wrong-destination-arn": {"destination": {"Bucket": other}},
        "wrong-destination-format": {"destination": {"Format": "WRONG-FORMAT"}},
        "wrong-schedule-frequency": {"Schedule": {"Frequency": "Hourly"}},
        "wrong-object-versions": {"IncludedObjectVersions": "Wrong"},
        "wrong-optional-field": {"OptionalFields": ["TestField"]},
    }
    for step, changes in wrong.items():
        call = inventory(bucket, other, **changes)
        recording.refused(step, s3.put_bucket_inventory_configuration, **call)
    assert "InventoryConfigurationList" not in s3.list_bucket_inventory_configurations(Bucket=bucket)


@recorded("test_put_bucket_inventory_config_order")
def test_inventories_are_listed_by_id(s3, bucket, other, recording):
    for name in ("test-1", "z-test", "a-test"):
        s3.put_bucket_inventory_configuration(**inventory(bucket, other, name))
    recording.compare("list-inventory-config", s3.list_bucket_inventory_configurations(Bucket=bucket))
    deleted = s3.delete_bucket_inventory_configuration(Bucket=bucket, Id="z-test")
    recording.compare("del-inventory-config", deleted)
    listed = s3.list_bucket_inventory_configurations(Bucket=bucket)
    recording.compare("list-inventory-config-after-del", listed)


def metrics(name):
    return recorded(name, "TestS3MetricsConfiguration", "s3_api")


@pytest.fixture
def put_metrics(s3, bucket):
    def put(name, prefix="logs/"):
        document = {"Id": name, "Filter": {"Prefix": prefix}}
        return s3.put_bucket_metrics_configuration(Bucket=bucket, Id=name, MetricsConfiguration=document)

    return put


@metrics("test_put_bucket_metrics_configuration")
def test_metrics_are_put(s3, bucket, put_metrics, recording):
    recording.compare("put_bucket_metrics_configuration", put_metrics("one"))
    found = s3.get_bucket_metrics_configuration(Bucket=bucket, Id="one")
    recording.compare("get_bucket_metrics_configuration", found)


@metrics("test_get_bucket_metrics_configuration")
def test_metrics_are_read(s3, bucket, put_metrics, recording):
    put_metrics("one")
    found = s3.get_bucket_metrics_configuration(Bucket=bucket, Id="one")
    recording.compare("get_bucket_metrics_configuration", found)


@metrics("test_overwrite_bucket_metrics_configuration")
def test_metrics_are_put_again(s3, bucket, put_metrics, recording):
    put_metrics("one")
    recording.compare("overwrite_bucket_metrics_configuration", put_metrics("one", "logs/new-prefix"))
    found = s3.get_bucket_metrics_configuration(Bucket=bucket, Id="one")
    recording.compare("get_bucket_metrics_configuration", found)


@metrics("test_list_bucket_metrics_configurations")
def test_metrics_are_listed(s3, bucket, put_metrics, recording):
    put_metrics("one", "logs/prefix")
    put_metrics("two", "logs/prefix")
    listed = s3.list_bucket_metrics_configurations(Bucket=bucket)
    recording.compare("list_bucket_metrics_configurations", listed)


@metrics("test_list_bucket_metrics_configurations_paginated")
def test_metrics_are_listed_in_pages(s3, bucket, put_metrics, recording):
    for number in range(102):
        put_metrics(str(100 + number), "logs/prefix")
    page = s3.list_bucket_metrics_configurations(Bucket=bucket)
    assert len(page["MetricsConfigurationList"]) == 100
    token = page["NextContinuationToken"]
    page = s3.list_bucket_metrics_configurations(Bucket=bucket, ContinuationToken=token)
    recording.compare("list_bucket_metrics_configurations_page_2", page)


@metrics("test_delete_metrics_configuration_twice")
def test_metrics_are_deleted_once(s3, bucket, put_metrics, recording):
    put_metrics("one")
    delete = s3.delete_bucket_metrics_configuration
    recording.compare("delete_bucket_metrics_configuration_1", delete(Bucket=bucket, Id="one"))
    recording.refused("delete_bucket_metrics_configuration_2", delete, Bucket=bucket, Id="one")


@metrics("test_delete_metrics_configuration")
def test_deleted_metrics_are_gone(s3, bucket, put_metrics, recording):
    put_metrics("one")
    deleted = s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="one")
    recording.compare("delete_bucket_metrics_configuration", deleted)
    get = s3.get_bucket_metrics_configuration
    recording.refused("get_bucket_metrics_configuration", get, Bucket=bucket, Id="one")


@metrics("test_get_bucket_metrics_configuration_not_exist")
def test_metrics_that_are_not_there(s3, bucket, recording):
    get = s3.get_bucket_metrics_configuration
    recording.refused("get_bucket_metrics_configuration", get, Bucket=bucket, Id="does-not-exist")


def acceleration(name):
    return recorded(name, "TestS3BucketAccelerateConfiguration", "s3_api")


@acceleration("test_bucket_acceleration_configuration_crud")
def test_acceleration_is_switched(s3, bucket, recording):
    get = s3.get_bucket_accelerate_configuration
    recording.compare("get-bucket-default-accelerate-config", get(Bucket=bucket))
    for step, status in [("enabled", "Enabled"), ("disabled", "Suspended")]:
        call = {"Bucket": bucket, "AccelerateConfiguration": {"Status": status}}
        recording.compare(f"put-bucket-accelerate-config-{step}", s3.put_bucket_accelerate_configuration(**call))
        recording.compare(f"get-bucket-accelerate-config-{step}", get(Bucket=bucket))


@acceleration("test_bucket_acceleration_configuration_exc")
def test_accelerations_that_are_none(s3, bucket, missing, recording):
    dotted = missing.replace("-", ".")
    s3.create_bucket(Bucket=dotted)
    for step, name, status in [
        ("lowercase", bucket, "enabled"),
        ("random", bucket, "random"),
        ("dot-bucket", dotted, "random"),
    ]:
        call = {"Bucket": name, "AccelerateConfiguration": {"Status": status}}
        put = s3.put_bucket_accelerate_configuration
        recording.refused(f"put-bucket-accelerate-config-{step}", put, **call)


def logging_to(target, **more):
    return {"BucketLoggingStatus": {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log", **more}}}


def logs(name):
    return recorded(name, "TestS3BucketLogging")


@logs("test_put_bucket_logging")
def test_logs_go_to_a_bucket(s3, bucket, other, recording):
    recording.compare("get-bucket-logging-default", s3.get_bucket_logging(Bucket=bucket))
    recording.compare("get-bucket-default-acl", s3.get_bucket_acl(Bucket=other), hidden=["ID"])
    recording.compare("put-bucket-logging", s3.put_bucket_logging(Bucket=bucket, **logging_to(other)))
    recording.compare("get-bucket-logging", s3.get_bucket_logging(Bucket=bucket))
    deleted = s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    recording.compare("put-bucket-logging-delete", deleted)
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)


@logs("test_put_bucket_logging_accept_wrong_grants")
def test_logs_are_granted_to_others(s3, bucket, other, recording):
    s3.delete_bucket_ownership_controls(Bucket=other)
    grantee = {"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery", "Type": "Group"}
    grants = [{"Grantee": grantee, "Permission": permission} for permission in ("WRITE", "READ_ACP")]
    put = s3.put_bucket_logging(Bucket=bucket, **logging_to(other, TargetGrants=grants))
    recording.compare("put-bucket-logging", put)
    recording.compare("get-bucket-logging", s3.get_bucket_logging(Bucket=bucket))


def make_in(s3, name, region):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    return name


@logs("test_put_bucket_logging_wrong_target")
def test_logs_go_nowhere_else(s3, bucket, missing, recording):
    there = make_in(s3, missing, "us-west-2")
    put = s3.put_bucket_logging
    recording.refused("put-bucket-logging-different-regions", put, Bucket=bucket, **logging_to(there))
    step = "put-bucket-logging-non-existent-bucket"
    recording.refused(step, put, Bucket=bucket, **logging_to(f"{missing}-2"))


@logs("test_put_bucket_logging_cross_locations")
def test_logs_stay_in_their_region(s3, bucket, missing, recording):
    source, target = make_in(s3, missing, "us-east-2"), make_in(s3, f"{missing}-2", "us-west-2")
    put = s3.put_bucket_logging
    recording.refused("put-bucket-logging-cross-us-east-1", put, Bucket=bucket, **logging_to(target))
    recording.refused("put-bucket-logging-different-regions", put, Bucket=source, **logging_to(target))


def replication(target, *rules):
    return {"ReplicationConfiguration": {"Role": "arn:aws:iam::123456789012:role/role", "Rules": list(rules)}}


def version(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


HIDDEN = ["Role", "Bucket", "ID"]


@recorded("test_replication_config", "TestS3BucketReplication")
def test_replication_is_put_and_deleted(s3, bucket, missing, recording):
    version(s3, make_in(s3, missing, "us-west-2"))
    put, at = s3.put_bucket_replication, {"Bucket": bucket}
    recording.refused("expected_error_no_replication_set", s3.get_bucket_replication, **at)
    rule = {
        "Status": "Enabled",
        "Priority": 1,
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Filter": {"Prefix": "Tax"},
        "Destination": {"Bucket": f"arn:aws:s3:::{missing}"},
    }
    recording.refused("expected_error_versioning_not_enabled", put, **replication(missing, rule), **at)
    version(s3, bucket)
    recording.compare("put-bucket-replication", put(**replication(missing, rule), **at))
    recording.compare("get-bucket-replication", s3.get_bucket_replication(**at), hidden=HIDDEN)
    recording.refused("put-empty-bucket-replication-rules", put, **replication(missing), **at)
    recording.compare("delete-bucket-replication", s3.delete_bucket_replication(**at))
    recording.compare("delete-bucket-replication-idempotent", s3.delete_bucket_replication(**at))


@recorded("test_replication_config_without_filter", "TestS3BucketReplication")
def test_replicas_need_versions(s3, versioned, missing, recording):
    s3.create_bucket(Bucket=missing)
    put, at = s3.put_bucket_replication, {"Bucket": versioned}

    def call(target):
        destination = {
            "Bucket": f"arn:aws:s3:::{target}",
            "StorageClass": "STANDARD",
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
        }
        rule = {"ID": "rtc", "Priority": 0, "Filter": {}, "Status": "Disabled", "Destination": destination}
        return {**replication(target, {**rule, "DeleteMarkerReplication": {"Status": "Disabled"}}), **at}

    recording.refused("expected_error_dest_does_not_exist", put, **call(f"{missing}-2"))
    recording.refused("expected_error_dest_versioning_disabled", put, **call(missing))
    version(s3, missing)
    recording.compare("put-bucket-replication", put(**call(missing)))
    recording.compare("get-bucket-replication", s3.get_bucket_replication(**at), hidden=HIDDEN)


@recorded("test_s3_request_payer")
def test_who_pays_is_told(s3, bucket, recording):
    payer = {"RequestPaymentConfiguration": {"Payer": "Requester"}}
    recording.compare("put-bucket-request-payment", s3.put_bucket_request_payment(Bucket=bucket, **payer))
    recording.compare("get-bucket-request-payment", s3.get_bucket_request_payment(Bucket=bucket))


@recorded("test_s3_request_payer_exceptions")
def test_nobody_else_pays(s3, bucket, missing, recording):
    def pay(payer):
        return {"RequestPaymentConfiguration": {"Payer": payer}}

    put = s3.put_bucket_request_payment
    recording.refused("wrong-payer-type", put, Bucket=bucket, **pay("Random"))
    recording.refused("wrong-bucket-name", put, Bucket=missing, **pay("Requester"))
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"


@recorded("test_get_bucket_notification_configuration_no_such_bucket")
def test_a_missing_bucket_notifies_nobody(s3, missing, recording):
    recording.refused("expected_error", s3.get_bucket_notification_configuration, Bucket=missing)


def test_event_bridge_is_switched_on_and_off(s3, bucket):
    """Documented: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html"""
    for configuration in [{"EventBridgeConfiguration": {}}, {}]:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
        answer = s3.get_bucket_notification_configuration(Bucket=bucket)
        del answer["ResponseMetadata"]
        assert answer == configuration
