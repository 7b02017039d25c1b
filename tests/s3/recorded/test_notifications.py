"""Notifications to queues, and how bad destinations are refused."""

import json

import pytest
import urllib3

from ...conftest import Server
from ...sqs.conftest import arn, make_queue


def recorded(name, file="s3_notifications_sqs", group="TestS3NotificationsToSQS"):
    return pytest.mark.recorded(file, f"{group}::{name}", "")


def lambda_recorded(name):
    return recorded(name, "s3_notifications_lambda", "TestS3NotificationsToLambda")


def sns_recorded(name):
    return recorded(name, "s3_notifications_sns", "TestS3NotificationsToSns")


def api_recorded(name):
    return recorded(name, "s3_api", "TestS3BucketNotificationConfiguration")


def event_bridge_recorded(name):
    return recorded(name, "s3_notifications_eventbridge", "TestS3NotificationsToEventBridge")


TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@pytest.fixture(scope="module")
def server():
    """The recordings are older than the version 2.5 of records."""
    server = Server(RUSTSTACK_S3_EVENT_VERSION="legacy")
    yield server
    assert server.stop() == 0


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def queue(sqs):
    return make_queue(sqs)


def listen(s3, bucket, queue_arn, *events, **rest):
    configuration = {"QueueArn": queue_arn, "Events": [f"s3:{event}" for event in events], **rest}
    put(s3, bucket, {"QueueConfigurations": [configuration]})


def put(s3, bucket, configuration, **options):
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration, **options)


def messages(sqs, queue, count, **options):
    """The next ones, but for those that only say that the queue is a destination."""
    found = []
    while len(found) < count:
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10, MaxNumberOfMessages=10, **options)
        assert answer.get("Messages"), f"{len(found)} of {count} messages came: {found}"
        for message in answer["Messages"]:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            if "s3:TestEvent" not in message["Body"]:
                found.append(message)
    return found


def records(sqs, queue, count):
    bodies = [json.loads(message["Body"]) for message in messages(sqs, queue, count)]
    assert all(len(body["Records"]) == 1 for body in bodies)
    return sorted((body["Records"][0] for body in bodies), key=order)


def order(record):
    """As the recordings have them."""
    return record["eventTime"], record["s3"]["object"].get("sequencer", "")


def by_name(records):
    return sorted(records, key=lambda record: (record["eventName"], record["s3"]["object"].get("eTag", "")))


@recorded("test_object_created_put")
def test_puts_are_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectCreated:Put")
    for number, body in enumerate(["something", "something else"]):
        s3.put_object(Bucket=bucket, Key=f"my_key_{number}", Body=body)
    recording.compare("receive_messages", {"messages": records(sqs, queue, 2)})


@recorded("test_object_created_copy")
def test_copies_are_told_apart_from_puts(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectCreated:Copy")
    s3.put_object(Bucket=bucket, Key="source", Body="something")
    s3.copy_object(Bucket=bucket, Key="target", CopySource=f"{bucket}/source")
    recording.compare("receive_messages", {"messages": records(sqs, queue, 1)})


@recorded("test_object_created_and_object_removed")
def test_deletes_are_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectCreated:*", "ObjectRemoved:*")
    s3.put_object(Bucket=bucket, Key="source", Body="something")
    s3.copy_object(Bucket=bucket, Key="target", CopySource=f"{bucket}/source")
    s3.delete_object(Bucket=bucket, Key="source")
    recording.compare("receive_messages", {"messages": by_name(records(sqs, queue, 3))})


@recorded("test_delete_objects")
def test_each_of_many_deletes_is_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectRemoved:*")
    s3.put_object(Bucket=bucket, Key="key", Body="something")
    # Also of keys that are not there.
    keys = [{"Key": key} for key in ["key", "missing1", "missing2"]]
    s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    recording.compare("receive_messages", {"messages": records(sqs, queue, 3)})


@recorded("test_object_created_complete_multipart_upload")
def test_completions_are_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectCreated:*")
    upload = {"Bucket": bucket, "Key": "test-key"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    # What the test that was recorded sent cannot be known: its ETag is not compared.
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"x" * 6144)["ETag"]
    parts = [{"PartNumber": 1, "ETag": etag}]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    recording.compare("receive_messages", {"messages": records(sqs, queue, 1)}, hidden=["eTag"])


@recorded("test_key_encoding")
def test_keys_are_encoded(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectCreated:*")
    s3.put_object(Bucket=bucket, Key="a@b", Body="something")
    recording.compare("receive_messages", {"messages": records(sqs, queue, 1)})


@recorded("test_object_created_put_with_presigned_url_upload")
def test_uploads_to_presigned_urls_are_told_in_each_region(client, recording):
    for region, step in [("us-east-1", "receive_messages"), ("us-west-2", "receive_messages_region_2")]:
        s3, sqs = client(region_name=region), client("sqs", region_name=region)
        queue, bucket = make_queue(sqs), f"notifying-{region}"
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **where)
        listen(s3, bucket, arn(sqs, queue), "ObjectCreated:*")
        url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "key-by-hostname"})
        assert urllib3.request("PUT", url, body="something").status == 200
        recording.compare(step, {"messages": records(sqs, queue, 1)})


@recorded("test_object_tagging_put_event")
def test_tags_are_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectTagging:Put")
    s3.put_object(Bucket=bucket, Key="key", Body="FooBarBlitz")
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    recording.compare("receive_messages", {"messages": records(sqs, queue, 1)})


@recorded("test_object_tagging_delete_event")
def test_the_deletion_of_tags_is_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectTagging:Delete")
    s3.put_object(Bucket=bucket, Key="key", Body="FooBarBlitz")
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object_tagging(Bucket=bucket, Key="key")
    recording.compare("receive_messages", {"messages": records(sqs, queue, 1)})


@recorded("test_xray_header")
def test_the_trace_goes_with_the_message(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectCreated:*")
    trace = lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": TRACE})  # noqa: E731
    s3.meta.events.register("before-call.s3.PutObject", trace)
    s3.put_object(Bucket=bucket, Key="test-data", Body="something")
    found = messages(sqs, queue, 1, AttributeNames=["AWSTraceHeader"])
    recording.compare("receive_messages", {"messages": found}, hidden=["MD5OfBody"])


@recorded("test_notifications_with_filter")
def test_only_keys_that_pass_the_filter_are_told(s3, sqs, bucket, queue, recording):
    get = s3.get_bucket_notification_configuration
    rules = [{"Name": "Prefix", "Value": "testupload/"}, {"Name": "Suffix", "Value": "testfile.txt"}]
    one = {"QueueArn": arn(sqs, queue), "Filter": {"Key": {"FilterRules": rules}}}
    created = {**one, "Id": "id0001", "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"]}
    tagged = {**one, "Id": "id0002", "Events": ["s3:ObjectTagging:*"]}
    put(s3, bucket, {"QueueConfigurations": [created, tagged]})
    recording.compare("config", get(Bucket=bucket))
    for key, body in [("/testdata", "bucket_notification1"), ("testupload/dir1/testfile.txt", "bucket_notification2")]:
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps({"test": body}))
    recording.compare("message", records(sqs, queue, 1)[0])
    put(s3, bucket, {})
    recording.compare("config_empty", get(Bucket=bucket))
    one = {"Id": "id123456", "QueueArn": one["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
    put(s3, bucket, {"QueueConfigurations": [one]})
    recording.compare("config_updated", get(Bucket=bucket))
    put(s3, bucket, {"QueueConfigurations": [{**one, "Filter": {"Key": {"FilterRules": rules[:1]}}}]})
    recording.compare("config_updated_filter", get(Bucket=bucket))


@recorded("test_filter_rules_case_insensitive")
def test_rules_are_named_in_any_case(s3, sqs, bucket, queue, recording):
    rules = [{"Name": "suffix", "Value": ".txt"}, {"Name": "PREFIX", "Value": "notif-"}]
    rules = sorted(rules, key=lambda rule: rule["Name"].lower())
    filter_ = {"Key": {"FilterRules": rules}}
    url = sqs.create_queue(QueueName="my-queue-a")["QueueUrl"]
    listen(s3, bucket, arn(sqs, url), "ObjectCreated:*", Filter=filter_)
    answer = s3.get_bucket_notification_configuration(Bucket=bucket)
    recording.compare("bucket_notification_configuration", answer)


@recorded("test_filter_rules_empty_value")
def test_a_rule_may_be_empty(s3, sqs, bucket, recording):
    url = sqs.create_queue(QueueName="my-queue-a")["QueueUrl"]
    rules = [{"Name": "suffix", "Value": ""}]
    listen(s3, bucket, arn(sqs, url), "ObjectCreated:*", Filter={"Key": {"FilterRules": rules}})
    answer = s3.get_bucket_notification_configuration(Bucket=bucket)
    recording.compare("bucket_notification_configuration", answer)


@recorded("test_object_put_acl")
def test_acls_are_told_when_they_change(s3, sqs, bucket, queue, recording):
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    s3.delete_public_access_block(Bucket=bucket)
    listen(s3, bucket, arn(sqs, queue), "ObjectAcl:Put")
    key = {"Bucket": bucket, "Key": "my_key_acl"}
    s3.put_object(**key, Body="something")
    owner = s3.list_buckets()["Owner"]
    grants = [
        {"Grantee": {"ID": owner["ID"], "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"},
        {"Grantee": {"URI": LOG_DELIVERY, "Type": "Group"}, "Permission": "WRITE"},
    ]
    for acl in [
        {"ACL": "private"},
        {"ACL": "public-read"},
        {"GrantRead": f'uri="{LOG_DELIVERY}"'},
        {"AccessControlPolicy": {"Owner": owner, "Grants": grants}},
    ]:
        s3.put_object_acl(**key, **acl)
    recording.compare("receive_messages", {"messages": records(sqs, queue, 3)})


@recorded("test_restore_object")
def test_restorations_are_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectRestore:*")
    key = {"Bucket": bucket, "Key": "my_key_restore"}
    s3.put_object(**key, Body="something", StorageClass="GLACIER")
    s3.restore_object(**key, RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}})
    recording.compare("receive_messages", {"messages": records(sqs, queue, 2)})


@recorded("test_object_created_put_versioned")
def test_versions_are_told(s3, sqs, bucket, queue, recording):
    listen(s3, bucket, arn(sqs, queue), "ObjectCreated:*", "ObjectRemoved:*")
    key = {"Bucket": bucket, "Key": "test-key"}
    versioning = {"Bucket": bucket, "VersioningConfiguration": {"Status": "Enabled"}}
    crc = {"ChecksumAlgorithm": "CRC32"}
    s3.put_bucket_versioning(**versioning)
    first = recording.compare("obj-ver1", s3.put_object(**key, Body="data", **crc))
    recording.compare("obj-ver2", s3.put_object(**key, Body="data-version2", **crc))
    marker = recording.compare("delete-marker", s3.delete_object(**key))
    recording.compare("delete-version", s3.delete_object(**key, VersionId=first["VersionId"]))
    recording.compare("message-versioning-active", by_name(records(sqs, queue, 4)))
    versioning["VersioningConfiguration"]["Status"] = "Suspended"
    s3.put_bucket_versioning(**versioning)
    recording.compare("add-null-version", s3.put_object(**key, Body="data-version3", **crc))
    recording.compare("del-delete-marker", s3.delete_object(**key, VersionId=marker["VersionId"]))
    recording.compare("message-versioning-suspended", by_name(records(sqs, queue, 2)))


def queues(*arns):
    events = ["s3:ObjectCreated:*"]
    return {"QueueConfigurations": [{"Id": f"id{arn}", "QueueArn": arn, "Events": events} for arn in arns]}


def refused(recording, step, s3, bucket, configuration, **options):
    call = s3.put_bucket_notification_configuration
    recording.refused(step, call, Bucket=bucket, NotificationConfiguration=configuration, **options)


SKIP = {"SkipDestinationValidation": True}


@recorded("test_invalid_sqs_arn")
def test_a_queue_must_exist(s3, bucket, account, recording):
    missing = f"arn:aws:sqs:us-east-1:{account}:my-queue"
    refused(recording, "invalid_not_skip", s3, bucket, queues("invalid-queue"))
    refused(recording, "invalid_skip", s3, bucket, queues("invalid-queue"), **SKIP)
    refused(recording, "queue-does-not-exist", s3, bucket, queues(missing))
    configuration = queues(missing)
    configuration["QueueConfigurations"][0]["Id"] = "id123"
    put(s3, bucket, configuration, **SKIP)
    recording.compare("skip_destination_validation", s3.get_bucket_notification_configuration(Bucket=bucket))


@recorded("test_multiple_invalid_sqs_arns")
def test_all_queues_must_exist(s3, bucket, account, recording):
    missing = [f"arn:aws:sqs:us-east-1:{account}:my-queue{end}" for end in ["", "-2"]]
    refused(recording, "two-queue-arns-invalid", s3, bucket, queues("invalid_arn", "invalid_arn_2"))
    refused(recording, "one-queue-invalid-one-not-existent", s3, bucket, queues(missing[0], "invalid_arn_2"))
    refused(recording, "multiple-queues-do-not-exist", s3, bucket, queues(*missing))


@lambda_recorded("test_invalid_lambda_arn")
def test_a_function_must_exist(s3, bucket, account, recording):
    def functions(arn):
        one = {"Id": "id123", "LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
        return {"LambdaFunctionConfigurations": [one]}

    missing = f"arn:aws:lambda:us-east-1:{account}:function:my-lambda"
    refused(recording, "invalid_not_skip", s3, bucket, functions("invalid-queue"))
    refused(recording, "invalid_skip", s3, bucket, functions("invalid-queue"), **SKIP)
    refused(recording, "lambda-does-not-exist", s3, bucket, functions(missing))
    put(s3, bucket, functions(missing), **SKIP)
    recording.compare("skip_destination_validation", s3.get_bucket_notification_configuration(Bucket=bucket))


@sns_recorded("test_invalid_topic_arn")
def test_a_topic_must_have_an_arn(s3, bucket, account, recording):
    def topics(arn):
        return {"TopicConfigurations": [{"Id": "id123", "TopicArn": arn, "Events": ["s3:ObjectCreated:*"]}]}

    refused(recording, "invalid_not_skip", s3, bucket, topics("invalid-topic"))
    refused(recording, "invalid_skip", s3, bucket, topics("invalid-topic"), **SKIP)
    put(s3, bucket, topics(f"arn:aws:sns:us-east-1:{account}:my-topic"), **SKIP)
    recording.compare("skip_destination_validation", s3.get_bucket_notification_configuration(Bucket=bucket))


@sns_recorded("test_bucket_not_exist")
def test_a_missing_bucket_takes_no_configuration(s3, missing, account, recording):
    topic = f"arn:aws:sns:us-east-1:{account}:my-topic"
    configuration = {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]}
    refused(recording, "bucket_not_exists", s3, missing, configuration)


@api_recorded("test_bucket_notification_with_invalid_filter_rules")
def test_a_rule_is_for_prefixes_or_suffixes(s3, sqs, bucket, queue, recording):
    configuration = queues(arn(sqs, queue))
    rules = [{"Name": "INVALID", "Value": "does not matter"}]
    configuration["QueueConfigurations"][0]["Filter"] = {"Key": {"FilterRules": rules}}
    refused(recording, "invalid_filter_name", s3, bucket, configuration)


@api_recorded("test_bucket_notification_with_missing_values_in_rule")
def test_a_rule_has_a_name_and_a_value(unchecked, sqs, bucket, queue, recording):
    for step, rule in [
        ("invalid-rule-no-values", {}),
        ("invalid-rule-no-value", {"Name": "prefix"}),
        ("invalid-rule-no-name", {"Value": "test"}),
    ]:
        configuration = queues(arn(sqs, queue))
        configuration["QueueConfigurations"][0]["Filter"] = {"Key": {"FilterRules": [rule]}}
        refused(recording, step, unchecked, bucket, configuration)


def needs(server, service):
    """Of a service that is not here yet nothing can be replayed."""
    known = urllib3.request("GET", f"{server.url}/_localstack/health").json()["services"]
    if service not in known:
        pytest.skip(f"{service} is not here yet")


@pytest.fixture
def topic(server, client, sqs, queue):
    """A topic that the queue subscribes to."""
    needs(server, "sns")
    sns = client("sns")
    topic = sns.create_topic(Name="notified")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn(sqs, queue))
    return topic


def published(sqs, queue, count):
    """What the topic made of the messages; those that only say that it is a destination are left out."""
    found = []
    while len(found) < count:
        bodies = [json.loads(message["Body"]) for message in messages(sqs, queue, 1)]
        found.extend(body for body in bodies if "s3:TestEvent" not in body["Message"])
    return sorted(found, key=lambda body: order(json.loads(body["Message"])["Records"][0]))


@sns_recorded("test_object_created_put")
def test_topics_are_told(s3, sqs, bucket, queue, topic, recording):
    put(s3, bucket, {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})
    for body in ["first event", "second event"]:
        s3.put_object(Bucket=bucket, Key="bucket-key", Body=body)
    found = {"messages": published(sqs, queue, 2)}
    recording.compare("receive_messages", found, hidden=["SigningCertURL", "UnsubscribeURL"])


@sns_recorded("test_bucket_notifications_with_filter")
def test_topics_are_told_of_keys_that_pass_the_filter(s3, sqs, bucket, queue, topic, recording):
    rules = [{"Name": "Prefix", "Value": "testupload/"}, {"Name": "Suffix", "Value": "testfile.txt"}]
    one = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}
    put(s3, bucket, {"TopicConfigurations": [one]})
    for key in ["/testdata", "testupload/dir1/testfile.txt"]:
        s3.put_object(Bucket=bucket, Key=key, Body='{"test": "bucket_notification one"}')
    (found,) = published(sqs, queue, 1)
    recording.compare("message", found, hidden=["SigningCertURL", "UnsubscribeURL"])


@pytest.fixture
def rule(server, client):
    """Sends all that EventBridge hears of S3 in a region to a queue there; returns the queue's URL."""
    needs(server, "events")

    def make(region="us-east-1"):
        events, sqs = client("events", region_name=region), client("sqs", region_name=region)
        queue = make_queue(sqs)
        events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["aws.s3"]}))
        events.put_targets(Rule="rule", Targets=[{"Id": "queue", "Arn": arn(sqs, queue)}])
        return queue

    return make


def switch_on(s3, bucket):
    put(s3, bucket, {"EventBridgeConfiguration": {}})


def told(sqs, queue, count):
    found = [json.loads(message["Body"]) for message in messages(sqs, queue, count)]

    def place(event):
        return event["detail-type"], event["time"], event["detail"]["object"].get("sequencer", "")

    return sorted(found, key=place)


@event_bridge_recorded("test_object_created_put")
def test_event_bridge_is_told(s3, sqs, bucket, rule, recording):
    queue = rule()
    switch_on(s3, bucket)
    s3.put_object(Bucket=bucket, Key="key", Body="data")
    s3.delete_object(Bucket=bucket, Key="key")
    created, deleted = told(sqs, queue, 2)
    recording.compare("object_deleted", deleted)
    recording.compare("object_created", created)


@event_bridge_recorded("test_object_put_acl")
def test_event_bridge_is_told_of_acls(s3, sqs, open_bucket, rule, recording):
    queue = rule()
    switch_on(s3, open_bucket)
    key = {"Bucket": open_bucket, "Key": "key"}
    s3.put_object(**key, Body="something")
    for acl in [{"ACL": "private"}, {"ACL": "public-read"}, {"ACL": "private"}, {"GrantRead": f'uri="{LOG_DELIVERY}"'}]:
        s3.put_object_acl(**key, **acl)
    recording.compare("messages", {"messages": told(sqs, queue, 4)})


@event_bridge_recorded("test_restore_object")
def test_event_bridge_is_told_of_restorations(s3, sqs, bucket, rule, recording):
    queue = rule()
    key = {"Bucket": bucket, "Key": "key"}
    s3.put_object(**key, Body="something", StorageClass="GLACIER")
    switch_on(s3, bucket)
    s3.restore_object(**key, RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}})
    found = sorted(told(sqs, queue, 2), key=lambda event: event["detail-type"] == "Object Restore Completed")
    recording.compare("messages", {"messages": found})


@event_bridge_recorded("test_object_created_put_in_different_region")
def test_event_bridge_is_told_in_the_region_of_the_bucket(client, bucket, rule, recording):
    s3, sqs = client(region_name="us-west-2"), client("sqs", region_name="us-west-2")
    queue = rule("us-west-2")
    there = f"{bucket}-there"
    s3.create_bucket(Bucket=there, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    switch_on(s3, there)
    # Whatever region a request is signed for, the bucket's is told.
    for region in ["us-west-2", "us-east-1"]:
        client(region_name=region).put_object(Bucket=there, Key="key", Body="data")
    found = {"messages": told(sqs, queue, 2)}
    recording.compare("object-created-different-regions", found)


@event_bridge_recorded("test_object_created_put_versioned")
def test_event_bridge_is_told_of_versions(s3, sqs, versioned, rule, recording):
    queue = rule()
    key, crc = {"Bucket": versioned, "Key": "key"}, {"ChecksumAlgorithm": "CRC32"}
    first = recording.compare("obj-ver1", s3.put_object(**key, Body="data", **crc))
    recording.compare("obj-ver2", s3.put_object(**key, Body="data-version2", **crc))
    marker = recording.compare("delete-marker", s3.delete_object(**key))
    recording.compare("delete-version", s3.delete_object(**key, VersionId=first["VersionId"]))
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    switch_on(s3, versioned)
    recording.compare("add-null-version", s3.put_object(**key, Body="data-version3", **crc))
    recording.compare("del-delete-marker", s3.delete_object(**key, VersionId=marker["VersionId"]))
    found = told(sqs, queue, 2)
    # It was recorded twice: what its names say of versions that are active, it took once they were suspended.
    recording.compare("message-versioning-active", found)
    recording.compare("message-versioning-suspended", found)
