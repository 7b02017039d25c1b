//! What is wrong with a query or its input, with AWS's codes.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#SelectObjectContentErrorCodeList>

use ruststack_core::error::AwsError;

/// Told in the answer's status before the first record, and in its stream after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SelectError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl SelectError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn cast(value: &str, target: &str) -> Self {
        Self::new(
            "CastFailed",
            format!("Attempt to convert from one data type to another using CAST failed: '{value}' to {target}."),
        )
    }

    pub(crate) fn arguments(function: &str) -> Self {
        let text =
            format!("Incorrect number or type of arguments in the function call {function} in the SQL expression.");
        Self::new("EvaluatorInvalidArguments", text)
    }
}

impl From<SelectError> for AwsError {
    fn from(error: SelectError) -> Self {
        AwsError::new(400, error.code, error.message)
    }
}
