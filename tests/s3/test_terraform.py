"""The calls that Terraform's AWS provider makes for each aws_s3_* resource, from create to destroy.

The provider itself cannot be had from a package registry; the sequences are as its source makes them.
"""

import json

import pytest
from botocore.exceptions import ClientError

#: What a plan reads of a bucket that has nothing, and the code that says so.
READ_OF_EVERY_BUCKET = {
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_acl": None,
    "get_bucket_cors": "NoSuchCORSConfiguration",
    "get_bucket_website": "NoSuchWebsiteConfiguration",
    "get_bucket_versioning": None,
    "get_bucket_accelerate_configuration": None,
    "get_bucket_request_payment": None,
    "get_bucket_logging": None,
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_bucket_encryption": None,
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_bucket_tagging": "NoSuchTagSet",
}


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


def answer(call, **arguments):
    found = call(**arguments)
    del found["ResponseMetadata"]
    return found


@pytest.fixture
def control(client, server):
    """Its clients put the account before the host's name, which an address cannot have."""
    return client("s3control", url=f"http://localhost:{server.port}")


def test_a_bucket(s3, client, control, account, missing):
    client("sts").get_caller_identity()
    tags = [{"Key": "Name", "Value": "one"}]
    s3.create_bucket(Bucket=missing, CreateBucketConfiguration={"Tags": tags})
    s3.get_waiter("bucket_exists").wait(Bucket=missing, WaiterConfig={"MaxAttempts": 1})
    for operation, code in READ_OF_EVERY_BUCKET.items():
        read = getattr(s3, operation)
        if operation == "get_bucket_tagging":
            assert answer(read, Bucket=missing) == {"TagSet": tags}
        elif code:
            assert refusal(read, Bucket=missing) == code
        else:
            read(Bucket=missing)
    head = s3.head_bucket(Bucket=missing)
    assert head["BucketRegion"] == "us-east-1"
    arn = f"arn:aws:s3:::{missing}"
    listed = control.list_tags_for_resource(AccountId=account, ResourceArn=arn)
    assert listed["Tags"] == tags
    control.tag_resource(AccountId=account, ResourceArn=arn, Tags=[{"Key": "Name", "Value": "two"}])
    control.untag_resource(AccountId=account, ResourceArn=arn, TagKeys=["Name"])
    assert control.list_tags_for_resource(AccountId=account, ResourceArn=arn)["Tags"] == []
    s3.delete_bucket(Bucket=missing)
    assert refusal(s3.head_bucket, Bucket=missing) == "404"


def test_a_bucket_that_is_destroyed_with_all_its_versions(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="key", Body=body)
    s3.delete_object(Bucket=bucket, Key="key")
    assert refusal(s3.delete_bucket, Bucket=bucket) == "BucketNotEmpty"
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = page.get("Versions", []) + page.get("DeleteMarkers", [])
        objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in found]
        deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        assert "Errors" not in deleted
    s3.delete_bucket(Bucket=bucket)


def policy(bucket):
    statement = {
        "Sid": "Read",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


RULE = {
    "ID": "old",
    "Status": "Enabled",
    "Filter": {"Prefix": "logs/"},
    "Expiration": {"Days": 30},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
}
CORS_RULE = {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://a.example"], "MaxAgeSeconds": 3000}
ENCRYPTION_RULE = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
BLOCK = dict.fromkeys(["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True)
WEBSITE = {
    "IndexDocument": {"Suffix": "index.html"},
    "ErrorDocument": {"Key": "error.html"},
    "RoutingRules": [{"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "documents/"}}],
}
#: Of each resource: Put, its argument and the value, Get, Delete (None: a Put of what the provider puts), and the code
#: that a Get then answers (None: an empty answer).
RESOURCES = {
    "cors_configuration": ("cors", "CORSConfiguration", {"CORSRules": [CORS_RULE]}, "NoSuchCORSConfiguration"),
    "website_configuration": ("website", "WebsiteConfiguration", WEBSITE, "NoSuchWebsiteConfiguration"),
    "bucket_ownership_controls": (
        "ownership_controls",
        "OwnershipControls",
        {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
        "OwnershipControlsNotFoundError",
    ),
    "lifecycle_configuration": (
        "lifecycle_configuration",
        "LifecycleConfiguration",
        {"Rules": [RULE]},
        "NoSuchLifecycleConfiguration",
    ),
}
DELETE = {"lifecycle_configuration": "delete_bucket_lifecycle"}


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_configuration_that_a_bucket_has_or_not(s3, bucket, resource):
    name, argument, value, code = RESOURCES[resource]
    put, get = getattr(s3, f"put_bucket_{name}"), getattr(s3, f"get_bucket_{name}")
    delete = getattr(s3, DELETE.get(name, f"delete_bucket_{name}"))
    put(Bucket=bucket, **{argument: value})
    found = [answer(get, Bucket=bucket) for _ in range(3)]
    assert found[0] == found[1] == found[2], "the provider waits until reads are equal"
    shown = found[0] if set(value) <= set(found[0]) else found[0][argument]
    assert {member: shown[member] for member in value} == value
    delete(Bucket=bucket)
    assert refusal(get, Bucket=bucket) == code


def test_lifecycle_tells_the_default_of_small_objects(s3, bucket):
    default = {"TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"}
    put = s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [RULE]}, **default)
    assert put["TransitionDefaultMinimumObjectSize"] == default["TransitionDefaultMinimumObjectSize"]
    assert answer(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == {"Rules": [RULE], **default}


def test_a_policy(s3, bucket):
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(policy(bucket))
    s3.delete_bucket_policy(Bucket=bucket)
    assert refusal(s3.get_bucket_policy, Bucket=bucket) == "NoSuchBucketPolicy"


def test_a_public_access_block(s3, bucket):
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=BLOCK)
    assert answer(s3.get_public_access_block, Bucket=bucket) == {"PublicAccessBlockConfiguration": BLOCK}
    s3.delete_public_access_block(Bucket=bucket)
    code = refusal(s3.get_public_access_block, Bucket=bucket)
    assert code == "NoSuchPublicAccessBlockConfiguration"


def test_encryption_falls_back_to_the_default(s3, bucket):
    configuration = {"Rules": [ENCRYPTION_RULE]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)
    found = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    assert found["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    s3.delete_bucket_encryption(Bucket=bucket)
    s3.get_bucket_encryption(Bucket=bucket)


def test_settings_that_a_bucket_always_has(s3, bucket):
    """Their resources are destroyed by putting what a new bucket has."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert answer(s3.get_bucket_versioning, Bucket=bucket) == {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert answer(s3.get_bucket_versioning, Bucket=bucket) == {"Status": "Suspended"}
    for status in ("Enabled", "Suspended"):
        s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": status})
        assert answer(s3.get_bucket_accelerate_configuration, Bucket=bucket) == {"Status": status}
    for payer in ("Requester", "BucketOwner"):
        s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": payer})
        assert answer(s3.get_bucket_request_payment, Bucket=bucket) == {"Payer": payer}


def test_an_acl(s3, bucket):
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    acl = answer(s3.get_bucket_acl, Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=acl)
    assert answer(s3.get_bucket_acl, Bucket=bucket) == acl


def test_access_logs(s3, bucket, missing):
    s3.create_bucket(Bucket=missing)
    enabled = {"TargetBucket": missing, "TargetPrefix": "log/"}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})
    assert answer(s3.get_bucket_logging, Bucket=bucket) == {"LoggingEnabled": enabled}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    assert answer(s3.get_bucket_logging, Bucket=bucket) == {}


def test_notifications(s3, bucket):
    put, get = s3.put_bucket_notification_configuration, s3.get_bucket_notification_configuration
    put(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert answer(get, Bucket=bucket) == {"EventBridgeConfiguration": {}}
    put(Bucket=bucket, NotificationConfiguration={})
    assert answer(get, Bucket=bucket) == {}


def test_an_object_lock(s3, missing):
    s3.create_bucket(Bucket=missing, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 5}}
    for configuration in ({"ObjectLockEnabled": "Enabled", "Rule": rule}, {"ObjectLockEnabled": "Enabled"}):
        s3.put_object_lock_configuration(Bucket=missing, ObjectLockConfiguration=configuration)
        found = answer(s3.get_object_lock_configuration, Bucket=missing)
        assert found == {"ObjectLockConfiguration": configuration}


def test_replication(s3, bucket, missing, account):
    s3.create_bucket(Bucket=missing)
    for name in (bucket, missing):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "all",
        "Priority": 0,
        "Filter": {"Prefix": ""},
        "Status": "Enabled",
        "Destination": {"Bucket": f"arn:aws:s3:::{missing}", "StorageClass": "STANDARD"},
        "DeleteMarkerReplication": {"Status": "Enabled"},
    }
    configuration = {"Role": f"arn:aws:iam::{account}:role/replication", "Rules": [rule]}
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=configuration)
    assert answer(s3.get_bucket_replication, Bucket=bucket) == {"ReplicationConfiguration": configuration}
    s3.delete_bucket_replication(Bucket=bucket)
    assert refusal(s3.get_bucket_replication, Bucket=bucket) == "ReplicationConfigurationNotFoundError"


def inventory(bucket):
    destination = {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{bucket}", "Format": "ORC"}}
    shown = {"IsEnabled": True, "Id": "all", "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"}}
    return {"Destination": destination, **shown}


def analysis(bucket):
    destination = {"S3BucketDestination": {"Format": "CSV", "Bucket": f"arn:aws:s3:::{bucket}"}}
    export = {"OutputSchemaVersion": "V_1", "Destination": destination}
    return {"Id": "all", "StorageClassAnalysis": {"DataExport": export}}


#: Configurations with an Id: the operations' names, the argument, and a document.
NAMED = {
    "inventory": ("inventory", "InventoryConfiguration", inventory),
    "metric": ("metrics", "MetricsConfiguration", lambda _: {"Id": "all", "Filter": {"Prefix": "a/"}}),
    "analytics_configuration": ("analytics", "AnalyticsConfiguration", analysis),
    "intelligent_tiering_configuration": (
        "intelligent_tiering",
        "IntelligentTieringConfiguration",
        lambda _: {"Id": "all", "Status": "Enabled", "Tierings": [{"Days": 125, "AccessTier": "ARCHIVE_ACCESS"}]},
    ),
}


@pytest.mark.parametrize("resource", NAMED)
def test_a_configuration_with_an_id(s3, bucket, resource):
    name, argument, document = NAMED[resource]
    document = document(bucket)
    put, get, delete = (getattr(s3, f"{verb}_bucket_{name}_configuration") for verb in ("put", "get", "delete"))
    put(Bucket=bucket, Id="all", **{argument: document})
    assert answer(get, Bucket=bucket, Id="all") == {argument: document}
    delete(Bucket=bucket, Id="all")
    assert refusal(get, Bucket=bucket, Id="all") == "NoSuchConfiguration"


def test_an_object(s3, bucket):
    s3.put_object(
        Bucket=bucket, Key="key", Body=b"text", ContentType="text/plain", Metadata={"a": "b"}, Tagging="one=1&two=2"
    )
    head = s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert (head["ContentType"], head["Metadata"], head["ContentLength"]) == ("text/plain", {"a": "b"}, 4)
    tags = s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"]
    assert tags == [{"Key": "one", "Value": "1"}, {"Key": "two", "Value": "2"}]
    s3.delete_object(Bucket=bucket, Key="key")
    assert refusal(s3.head_object, Bucket=bucket, Key="key") == "404"
