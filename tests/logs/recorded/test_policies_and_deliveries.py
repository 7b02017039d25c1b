"""Resource policies, destinations, deliveries and subscription filters, compared with what AWS answered."""

import json
import uuid

import pytest

from ..conftest import HIDDEN

BUCKET = "arn:aws:s3:::a-bucket"
DISTRIBUTION = "arn:aws:cloudfront::{}:distribution/E1Q5F5862X9VJ5"


def recorded(file, name, date=""):
    return pytest.mark.recorded(file, name, date)


def policies(name):
    return recorded("logs_resource_policies", name, "06-02-2026")


def destinations(name, date="05-02-2026"):
    return recorded("logs_destinations", name, date)


def deliveries(name):
    return recorded("logs_delivery", name, "04-02-2026")


def subscriptions(name):
    return recorded("logs_subscription_filters", name, "06-02-2026")


def policy(resource="log_arn", service="route53.amazonaws.com"):
    statement = {
        "Sid": "Route53LogsToCloudWatchLogs",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "logs:PutLogEvents",
        "Resource": resource,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@policies("TestResourcePolicies::test_put_resource_policy")
def test_a_policy_is_put(logs, recording):
    document = policy("arn:aws:logs:us-east-1:000000000000:log-group:g*", ["route53.amazonaws.com"])
    put = logs.put_resource_policy(policyName="p", policyDocument=document)
    recording.compare("put-resource-policy", put, HIDDEN)


@policies("TestResourcePolicies::test_put_resource_policy_update")
def test_a_policy_is_replaced(logs, recording):
    statement = {"Effect": "Allow", "Principal": {"Service": "route53.amazonaws.com"}, "Action": "logs:*", "Resource": "*"}
    logs.put_resource_policy(policyName="p", policyDocument=policy())
    document = json.dumps({"Version": "2008-10-17", "Statement": [statement]})
    put = logs.put_resource_policy(policyName="p", policyDocument=document)["resourcePolicy"]
    recording.compare("updated-policy", put, HIDDEN)


@policies("TestResourcePolicies::test_describe_resource_policies")
def test_policies_are_described(logs, recording):
    for number in range(3):
        logs.put_resource_policy(policyName=f"p{number}", policyDocument=policy())
    told = logs.describe_resource_policies()
    recording.compare("describe-resource-policies", told, HIDDEN)
    recording.compare("policies", told["resourcePolicies"], HIDDEN)


@policies("TestResourcePolicies::test_delete_resource_policy_not_found")
def test_a_policy_that_is_not_there(logs, recording):
    recording.refused("error-policy-not-found", logs.delete_resource_policy, policyName="non-existent")


@policies("TestResourcePoliciesLimits::test_put_resource_policy_limit_exceeded")
def test_there_are_ten_policies(logs, recording):
    for number in range(10):
        logs.put_resource_policy(policyName=f"p{number}", policyDocument=policy())
    put = logs.put_resource_policy
    recording.refused("error-limit-exceeded", put, policyName="more", policyDocument=policy())


STREAM = "arn:aws:kinesis:us-east-1:{}:stream/s"


@pytest.fixture
def destination(logs, account):
    """What was answered when it was put, and its name."""
    name = f"destination-{uuid.uuid4().hex[:8]}"
    given = {"targetArn": STREAM.format(account), "roleArn": f"arn:aws:iam::{account}:role/r"}
    return logs.put_destination(destinationName=name, **given), name


@destinations("TestDestinations::test_put_destination")
def test_a_destination_is_put(destination, recording):
    recording.compare("put-destination", destination[0], HIDDEN)


@destinations("TestDestinations::test_describe_destinations_empty", "04-02-2026")
def test_no_destinations(logs, recording):
    recording.compare("describe-destinations-empty", logs.describe_destinations())


@destinations("TestDestinations::test_describe_destinations_with_prefix")
def test_destinations_of_a_prefix(logs, destination, recording):
    told = logs.describe_destinations(DestinationNamePrefix=destination[1])
    recording.compare("describe-destinations", told, HIDDEN)


@destinations("TestDestinations::test_update_destination")
def test_a_destination_is_replaced(logs, account, destination, recording):
    recording.compare("original-description", logs.describe_destinations(), HIDDEN)
    given = {"targetArn": STREAM.format(account) + "2", "roleArn": f"arn:aws:iam::{account}:role/r2"}
    logs.put_destination(destinationName=destination[1], **given)
    recording.compare("updated-description", logs.describe_destinations(), HIDDEN)


@destinations("TestDestinations::test_put_destination_policy", "18-02-2026")
def test_the_policy_of_a_destination(logs, account, destination, recording):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "logs.amazonaws.com"},
        "Action": "logs:PutSubscriptionFilter",
        "Resource": STREAM.format(account),
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    put = logs.put_destination_policy(destinationName=destination[1], accessPolicy=document)
    recording.compare("put-destination-policy", put)
    recording.compare("destination-with-policy", logs.describe_destinations(), HIDDEN)


@destinations("TestDestinations::test_delete_destination")
def test_a_destination_is_deleted(logs, destination, recording):
    recording.compare("delete-destination", logs.delete_destination(destinationName=destination[1]))
    recording.compare("no-destination-found", logs.describe_destinations())


@destinations("TestDestinationsTags::test_destination_tags")
def test_the_tags_of_a_destination(logs, destination, recording):
    arn = destination[0]["destination"]["arn"]
    logs.tag_resource(resourceArn=arn, tags={"key1": "val1", "key2": "val2"})
    recording.compare("list-tags-after-add", logs.list_tags_for_resource(resourceArn=arn))
    logs.untag_resource(resourceArn=arn, tagKeys=["key2"])
    recording.compare("list-tags-after-remove", logs.list_tags_for_resource(resourceArn=arn))


def put_delivery_destination(logs, name="to", bucket=BUCKET, **given):
    configuration = {"destinationResourceArn": bucket}
    return logs.put_delivery_destination(name=name, deliveryDestinationConfiguration=configuration, **given)


def put_delivery_source(logs, account, name="source", **given):
    return logs.put_delivery_source(
        name=name, resourceArn=DISTRIBUTION.format(account), logType="ACCESS_LOGS", **given
    )


@deliveries("TestDeliveryDestinations::test_put_delivery_destination")
def test_a_delivery_destination_is_put(logs, recording):
    put = put_delivery_destination(logs, outputFormat="json", tags={"key1": "value1"})
    recording.compare("put-delivery-destination", put)


@deliveries("TestDeliveryDestinations::test_put_delivery_destination_invalid_format")
def test_the_format_of_a_delivery_destination(logs, recording):
    recording.refused("error-invalid-format", lambda: put_delivery_destination(logs, outputFormat="foobar"))


@deliveries("TestDeliveryDestinations::test_put_delivery_destination_update")
def test_a_delivery_destination_is_replaced(logs, recording):
    put_delivery_destination(logs)
    recording.compare("put-delivery-destination-update", put_delivery_destination(logs, bucket=BUCKET + "2"))


@deliveries("TestDeliveryDestinations::test_get_delivery_destination")
def test_a_delivery_destination_is_told(logs, recording):
    put_delivery_destination(logs)
    recording.compare("get-delivery-destination", logs.get_delivery_destination(name="to"))


@deliveries("TestDeliveryDestinations::test_get_delivery_destination_not_found")
def test_a_delivery_destination_that_is_not_there(logs, recording):
    recording.refused("error-not-found", logs.get_delivery_destination, name="none")


@deliveries("TestDeliveryDestinations::test_describe_delivery_destinations")
def test_delivery_destinations_are_described(logs, recording):
    put_delivery_destination(logs, "to-0")
    put_delivery_destination(logs, "to-1")
    told = logs.describe_delivery_destinations()["deliveryDestinations"]
    recording.compare("describe-delivery-destinations", told)


@deliveries("TestDeliveryDestinations::test_delete_delivery_destination")
def test_a_delivery_destination_is_deleted(logs, recording):
    put_delivery_destination(logs)
    logs.delete_delivery_destination(name="to")
    recording.refused("error-after-delete", logs.get_delivery_destination, name="to")


@deliveries("TestDeliveryDestinations::test_delete_delivery_destination_not_found")
def test_no_delivery_destination_to_delete(logs, recording):
    recording.refused("error-not-found", logs.delete_delivery_destination, name="none")


def delivery_policy(account):
    kinds = ["delivery-source", "delivery", "delivery-destination"]
    statement = {
        "Sid": "AllowLogDeliveryActions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "logs:CreateDelivery",
        "Resource": [f"arn:aws:logs:us-east-1:{account}:{kind}:*" for kind in kinds],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@deliveries("TestDeliveryDestinationPolicies::test_put_delivery_destination_policy")
def test_the_policy_of_a_delivery_destination_is_put(logs, account, recording):
    put_delivery_destination(logs)
    put = logs.put_delivery_destination_policy
    put = put(deliveryDestinationName="to", deliveryDestinationPolicy=delivery_policy(account))
    recording.compare("put-delivery-destination-policy", put)


@deliveries("TestDeliveryDestinationPolicies::test_get_delivery_destination_policy")
def test_the_policy_of_a_delivery_destination_is_told(logs, account, recording):
    put_delivery_destination(logs)
    put = logs.put_delivery_destination_policy
    put(deliveryDestinationName="to", deliveryDestinationPolicy=delivery_policy(account))
    told = logs.get_delivery_destination_policy(deliveryDestinationName="to")
    recording.compare("get-delivery-destination-policy", told)


@deliveries("TestDeliverySources::test_put_delivery_source")
def test_a_delivery_source_is_put(logs, account, recording):
    put = put_delivery_source(logs, account, tags={"key1": "value1"})
    recording.compare("put-delivery-source", put)


@deliveries("TestDeliverySources::test_put_delivery_source_invalid_resource")
def test_a_resource_that_logs_otherwise(logs, recording):
    put = logs.put_delivery_source
    recording.refused("error-invalid-resource", put, name="s", resourceArn=BUCKET, logType="ACCESS_LOGS")


@deliveries("TestDeliverySources::test_get_delivery_source")
def test_a_delivery_source_is_told(logs, account, recording):
    put_delivery_source(logs, account)
    recording.compare("get-delivery-source", logs.get_delivery_source(name="source"))


@deliveries("TestDeliverySources::test_get_delivery_source_not_found")
def test_a_delivery_source_that_is_not_there(logs, recording):
    recording.refused("error-not-found", logs.get_delivery_source, name="none")


def create_delivery(logs, account, **given):
    put_delivery_source(logs, account)
    arn = put_delivery_destination(logs)["deliveryDestination"]["arn"]
    return logs.create_delivery(deliverySourceName="source", deliveryDestinationArn=arn, **given)["delivery"]


@deliveries("TestDeliveries::test_create_delivery")
def test_a_delivery_is_made(logs, account, recording):
    path = {"suffixPath": f"AWSLogs/{account}/CloudFront/", "enableHiveCompatiblePath": True}
    given = {"recordFields": ["date"], "fieldDelimiter": ",", "s3DeliveryConfiguration": path}
    made = create_delivery(logs, account, tags={"key1": "value1"}, **given)
    made = {"delivery": made, "ResponseMetadata": {"HTTPHeaders": {}, "HTTPStatusCode": 200}}
    recording.compare("create-delivery", made)


@deliveries("TestDeliveries::test_get_delivery")
def test_a_delivery_is_told(logs, account, recording):
    made = create_delivery(logs, account)
    recording.compare("get-delivery", logs.get_delivery(id=made["id"]))


@deliveries("TestDeliveries::test_describe_deliveries")
def test_deliveries_are_described(logs, account, recording):
    create_delivery(logs, account)
    recording.compare("describe-deliveries", logs.describe_deliveries()["deliveries"])


@deliveries("TestDeliveries::test_delete_delivery")
def test_a_delivery_is_deleted(logs, account, recording):
    made = create_delivery(logs, account)
    logs.delete_delivery(id=made["id"])
    recording.refused("error-after-delete", logs.get_delivery, id=made["id"])


@subscriptions("TestSubscriptionFilters::test_describe_subscription_filters_empty")
def test_no_subscription_filters(logs, group, recording):
    told = logs.describe_subscription_filters(logGroupName=group)
    recording.compare("describe-subscription-filters-empty", told)


@subscriptions("TestSubscriptionFilters::test_describe_subscription_filters_log_group_not_found")
def test_subscription_filters_of_no_group(logs, recording):
    recording.refused("error-log-group-not-found", logs.describe_subscription_filters, logGroupName="none")


@subscriptions("TestSubscriptionFilterUpdates::test_delete_subscription_filter_errors")
def test_no_subscription_filter_to_delete(logs, group, recording):
    delete = logs.delete_subscription_filter
    recording.refused("error-log-group-not-found", delete, logGroupName="none", filterName="f")
    recording.refused("error-filter-not-found", delete, logGroupName=group, filterName="f")


@subscriptions("TestSubscriptionFilterUpdates::test_put_subscription_filter_errors")
def test_a_destination_that_cannot_be(logs, account, group, recording):
    function = "arn:aws:lambda:us-east-1:123456789012:function:f"
    for step, name, arn in [
        ("error-log-group-not-found", "none", function),
        ("error-lambda-not-found", group, function),
        ("error-kinesis-not-found", group, STREAM.format(account)),
    ]:
        given = {"filterName": "f", "filterPattern": "", "destinationArn": arn}
        recording.refused(step, logs.put_subscription_filter, logGroupName=name, **given)
