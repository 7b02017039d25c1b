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
    "it is about functions, which are not here": [
        "TestSNSPublishDelivery::test_delivery_lambda",
        "TestSNSSubscriptionHttp::test_subscribe_external_http_endpoint_lambda_url_sig_validation",
        "TestSNSSubscriptionLambda::test_publish_lambda_verify_signature[1]",
        "TestSNSSubscriptionLambda::test_publish_lambda_verify_signature[2]",
        "TestSNSSubscriptionLambda::test_python_lambda_subscribe_sns_topic",
        "TestSNSSubscriptionLambda::test_redrive_policy_lambda_subscription",
        "TestSNSSubscriptionLambda::test_sns_topic_as_lambda_dead_letter_queue",
    ],
    "AWS deletes the subscriptions of a deleted topic a while later, we at once": [
        "TestSNSSubscriptionCrudV2::test_delete_subscriptions_on_delete_topic",
    ],
}


def test_every_recording_is_replayed_or_listed():
    check_replayed(pathlib.Path(__file__).parent, "sns*.json", NOT_REPLAYED)
