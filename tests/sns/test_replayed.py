"""Every recording of SNS is replayed by a test, or listed here with the reason why not."""

import pathlib

from ..replayed import check_replayed

#: Of each recording that no test replays: why.
NOT_REPLAYED = {
    "it is empty: the test that made it compared nothing": [
        "TestSNSFilterPolicyBody::test_filter_policy_large_complex_payload",
        "TestSNSPlatformEndpointCrud::test_create_platform_endpoint_with_invalid_attributes[Empty]",
        "TestSNSSubscriptionCrud::test_list_subscriptions",
        "TestSNSSubscriptionCrudV2::test_check_not_opted_out",
        "TestSNSSubscriptionCrudV2::test_check_opted_out",
        "TestSNSSubscriptionCrudV2::test_check_opted_out_invalid",
        "TestSNSSubscriptionCrudV2::test_opt_in",
        "TestSNSSubscriptionSQSFifo::test_message_to_fifo_sqs_ordering",
        "TestSNSTopicCrudV2::test_topic_policy_overwrite_lifecycle",
    ],
    "its endpoint is a function; test_http_endpoints.py compares the same with endpoints of its own": [
        "TestSNSSubscriptionHttp::test_subscribe_external_http_endpoint_lambda_url_sig_validation",
    ],
    "AWS deletes the subscriptions of a deleted topic a while later, we at once": [
        "TestSNSSubscriptionCrudV2::test_delete_subscriptions_on_delete_topic",
    ],
}


def test_every_recording_is_replayed_or_listed():
    check_replayed(pathlib.Path(__file__).parent, "sns*.json", NOT_REPLAYED)
