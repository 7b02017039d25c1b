"""Every recording of CloudWatch Logs is replayed by a test, or listed here with the reason why not."""

import pathlib

from ..replayed import check_replayed

#: Of each recording that no test replays: why.
NOT_REPLAYED = {
    "it is empty: the test that made it compared nothing": [
        "TestDeliveryDestinationPolicies::test_delete_delivery_destination_policy",
    ],
    "of sources made elsewhere; each is what GetDeliverySource tells": [
        "TestDeliverySources::test_describe_delivery_sources",
    ],
    "its message has a second full stop, which that of a source that never was has not": [
        "TestDeliverySources::test_delete_delivery_source",
    ],
    "it is about functions; ruststack-logs/tests/subscriptions.rs shows the same": [
        "TestSubscriptionFilters::test_put_subscription_filter_lambda",
        "TestSubscriptionFilterUpdates::test_put_subscription_filter_limit_exceeded",
        "TestSubscriptionFilterUpdates::test_put_subscription_filter_update",
    ],
}


def test_every_recording_is_replayed_or_listed():
    check_replayed(pathlib.Path(__file__).parent, "logs*.json", NOT_REPLAYED)
