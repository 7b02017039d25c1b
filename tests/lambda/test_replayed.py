"""Every recording of Lambda is replayed by a test, or listed here with the reason why not."""

import fnmatch
import pathlib

import pytest

from ..replayed import check_replayed, recordings

FILES = ["lambda*.json"]
#: Of each recording that no test here replays: why. A star stands for anything.
NOT_REPLAYED = {
    "it is empty: the test that made it compared nothing": [
        "TestRequestIdHandling::test_request_id_format",
        "TestLambdaBaseFeatures::test_large_payloads",
        "TestLambdaBaseFeatures::test_lambda_large_response",
        "TestLambdaURL::test_lambda_url_headers_and_status",
        "TestLambdaURL::test_lambda_url_invocation_custom_id*",
        "TestLambdaURL::test_lambda_url_non_existing_url",
        "TestLambdaMultiAccounts::*",
        "TestLambdaPermissions::test_add_lambda_permission_optional_fields",
        "TestPartialARNMatching::*",
        "TestLambdaFunction::test_function_name_and_qualifier_validation[[]*_and_qualifier_too_long-create_function]",
        "TestLambdaFunction::test_function_name_and_qualifier_validation[[]qualifier_too_long1-create_function]",
        "TestLambdaFunction::test_function_name_and_qualifier_validation[[]incomplete_arn-create_function]",
        "TestLambdaRuntimesCommon::test_echo_invoke*",
        "TestLambdaCallingLocalstack::*",
        "TestSQSEventSourceMapping::test_sqs_event_source_mapping_batching_behaviour*",
        "TestSQSEventSourceMapping::test_sqs_event_filter[[]plain-string-*",
        "TestPythonRuntimes::*",
        "TestGoProvidedRuntimes::test_manual_endpoint_injection*",
    ],
    "AWS answered otherwise later": [
        "TestLambdaFeatures::test_basic_invoke",
        "TestLambdaFeatures::test_lambda_environment",
        "TestLambdaFeatures::test_lambda_with_context",
        "TestLambdaFeatures::test_invocation_type_event_error",
        "TestLambdaConcurrency::test_lambda_provisioned_concurrency_moves_with_alias",
        "TestLambdaTag::test_tag_lifecycle",
        "TestLambdaPermissions::test_lambda_permission_versioning",
        "TestLambdaPermissions::test_lambda_permission_revisions",
        "TestLambdaDestinationSqs::test_assess_lambda_destination_invocation[[]Success-payload0]",
        "TestSQSEventSourceMapping::test_sqs_event_filter[[]filter*",
        "TestSQSEventSourceMapping::test_sqs_event_filter[[]single-filter]",
        "TestSQSEventSourceMapping::test_sqs_event_filter[[]or-filter]",
        "TestSQSEventSourceMapping::test_sqs_event_filter[[]and-filter]",
        "TestSQSEventSourceMapping::test_sqs_event_filter[[]exists-filter]",
        "TestSQSEventSourceMapping::test_sqs_event_filter[[]numeric-prefix]",
        "TestDynamoDBEventSourceMapping::test_dynamodb_event_filter[[]content_multiple_filters]",
    ],
    "it shows the environment, which is the machine's where no container has another": [
        "TestLambdaBehavior::test_runtime_introspection*",
        "TestLambdaBehavior::test_runtime_ulimits",
        "TestLambdaBehavior::test_lambda_init_environment",
        "TestLambdaRuntimesCommon::test_introspection_invoke*",
        "TestLambdaRuntimesCommon::test_runtime_wrapper_invoke*",
        "TestLambdaErrors::test_lambda_runtime_*",
        "TestLambdaFeatures::test_invocation_with_qualifier",
        "TestLambdaFeatures::test_upload_lambda_from_s3",
        "TestRequestIdHandling::test_request_id_invoke",
        "TestCloudwatchLogs::test_multi_line_prints",
    ],
    "its runtime or its processor is not on every machine": [
        "TestJavaRuntimes::*",
        "TestGoProvidedRuntimes::test_uncaught_exception_invoke*",
        "TestLambdaRuntimesCommon::test_uncaught_exception_invoke[[]java*",
        "TestLambdaRuntimesCommon::test_uncaught_exception_invoke[[]provided*",
        "TestLambdaRuntimesCommon::test_uncaught_exception_invoke[[]ruby*",
        "TestLambdaRuntimesCommon::test_uncaught_exception_invoke[[]dotnet*",
        "TestLambdaRuntimesCommon::test_uncaught_exception_invoke[[]python3.8]",
        "TestLambdaBehavior::test_mixed_architecture",
    ],
    "its images are in a registry; ruststack-lambda/tests/functions.rs has its own": ["TestLambdaImages::*"],
    "environments are not started ahead of time": [
        "TestLambdaConcurrency::test_provisioned_concurrency*",
        "TestLambdaConcurrency::test_reserved_provisioned_overlap",
        "TestLambdaConcurrency::test_lambda_provisioned_concurrency_scheduling",
    ],
    "test_concurrency.py and test_invocations.py compare the same": [
        "TestLambdaConcurrency::test_lambda_concurrency_crud",
        "TestLambdaConcurrency::test_reserved_concurrency*",
    ],
    "networks are not looked at: EC2 is not here": ["TestLambdaFunction::test_invalid_vpc_config_*"],
    "Kafka is not here": ["TestLambdaEventSourceMappings::test_create_event_source_self_managed"],
    "who has no role has no credentials of one; names of sessions are not AWS's": [
        "TestLambdaBaseFeatures::test_assume_role*",
        "TestLambdaBaseFeatures::test_lambda_different_iam_keys_environment",
    ],
    "it takes minutes, or its order is luck; tests/lambda/test_invoke.py and test_deliveries.py show the same": [
        "TestLambdaBehavior::test_lambda_invoke_timed_out_environment_reuse",
        "TestRequestIdHandling::test_request_id_async_invoke_with_retry",
        "TestLambdaVersions::test_async_invoke_queue_upon_function_update",
        "TestLambdaVersions::test_function_update_during_invoke",
        "TestLambdaDestinationSqs::test_retries",
        "TestLambdaDestinationSqs::test_maxeventage",
        "TestLambdaDestinationSqs::test_lambda_destination_default_retries",
        "TestLambdaDestinationEventbridge::test_invoke_lambda_eventbridge",
    ],
    "it shows headers that AWS's load balancers add": [
        "TestLambdaURL::test_lambda_url_echo_http_fixture_*",
        "TestLambdaURL::test_lambda_url_form_payload",
        "TestLambdaURL::test_lambda_url_invocation_exception",
        "TestLambdaURL::test_function_url_with_response_streaming",
        "TestLambdaBehavior::test_lambda_host_prefix_api_operation",
    ],
    "everybody may call URLs where identities are not held to policies; test_access.py shows it where they are": [
        "TestLambdaPermissions::test_lambda_permission_url_invocation",
    ],
    "the words of AWS's JSON parser are known for some faults alone": [
        "TestLambdaErrors::test_lambda_invoke_payload_encoding_error[[]message-*",
    ],
    "of events of queues and streams; test_queues.py compares how messages are told, tests/lambda/test_deliveries.py "
    "shows what becomes of them": [
        "test_failing_lambda_retries_after_visibility_timeout",
        "test_redrive_policy_with_failing_lambda",
        "test_sqs_queue_as_lambda_dead_letter_queue",
        "test_report_batch_item_failures*",
        "test_message_body_and_attributes_passed_correctly",
        "test_fifo_message_group_parallelism",
        "TestSQSEventSourceMapping::test_event_source_mapping_default_batch_size",
        "TestSQSEventSourceMapping::test_sqs_event_source_mapping",
        "TestSQSEventSourceMapping::test_sqs_event_source_mapping_update",
        "TestSQSEventSourceMapping::test_sqs_event_source_mapping_batch_size*",
        "TestSQSEventSourceMapping::test_sqs_event_source_mapping_batching_reserved_concurrency",
        "TestDynamoDBEventSourceMapping::test_dynamodb_event_source_mapping*",
        "TestDynamoDBEventSourceMapping::test_disabled_dynamodb_event_source_mapping",
        "TestDynamoDBEventSourceMapping::test_deletion_event_source_mapping_with_dynamodb",
        "TestDynamoDBEventSourceMapping::test_dynamodb_report_batch_item_*",
        "TestDynamoDBEventSourceMapping::test_dynamodb_event_filter[[][!c]*",
        "TestDynamoDBEventSourceMapping::test_dynamodb_event_filter[[]content_[!m]*",
    ],
}

NAMES = [name for _, name in recordings(*FILES)]


def test_every_recording_is_replayed_or_listed():
    listed = {why: [name for some in patterns for name in found(some)] for why, patterns in NOT_REPLAYED.items()}
    check_replayed(pathlib.Path(__file__).parent, FILES, listed)


@pytest.mark.parametrize("pattern", [pattern for patterns in NOT_REPLAYED.values() for pattern in patterns])
def test_every_reason_is_of_a_recording(pattern):
    assert found(pattern)


def found(pattern):
    return fnmatch.filter(NAMES, pattern)
