//! Exact bytes.

use crate::ask;

/// Documented: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
#[tokio::test]
async fn get_caller_identity_answers_in_the_query_protocols_envelope() {
    insta::assert_snapshot!(ask("GetCallerIdentity", "").await.wire());
}

/// Recorded: test_sts_invalid_parameters, 2025-07-21; the envelope is documented.
#[tokio::test]
async fn an_error_says_whose_fault_it_is() {
    let parameters = "RoleArn=nothing-valid-in-here&RoleSessionName=session";
    insta::assert_snapshot!(ask("AssumeRole", parameters).await.wire());
}
