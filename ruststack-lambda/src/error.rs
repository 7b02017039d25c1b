//! All errors of Lambda, with AWS's codes, statuses and texts.

use ruststack_core::{error::AwsError, journal::Refused};
use serde_json::Value;

/// Who is to blame, as Lambda's errors say beside their message.
const USER: &str = "User";
/// The same of failures of the service.
const SERVICE: &str = "Server";

ruststack_core::aws_errors! {
    /// What Lambda may refuse.
    pub enum LambdaError {
        /// The function's policy or the caller's do not allow it.
        AccessDeniedException { message: String } = 403, "{message}";
        /// The function that is to be created would be another account's.
        OfAnotherAccount {} = 403, code "AccessDeniedException", "";
        /// The code signing configuration that is asked for is not there.
        CodeSigningConfigUnknown { arn: String } = 404, code "ResourceNotFoundException", "The Lambda code signing configuration {arn} can not be found.";
        /// The code signing configuration that a function is to have is not there.
        CodeSigningConfigNotFoundException { arn: String } = 404, "The code signing configuration cannot be found. Check that the provided configuration is not deleted: {arn}.", with { "Type": USER };
        /// A parameter has a value that does not do.
        InvalidParameterValueException { message: String } = 400, "{message}", with { "Type": USER };
        /// The event of an invocation is not JSON.
        InvalidRequestContentException { message: String } = 400, "{message}", with { "Type": USER };
        /// The function's runtime cannot be started.
        InvalidRuntimeException { message: String } = 502, "{message}", with { "Type": USER };
        /// The code is no archive that can be unpacked.
        InvalidZipFileException { message: String } = 502, "{message}", with { "Type": USER };
        /// A revision was told that is not the latest.
        PreconditionFailedException { message: String } = 412, "{message}", with { "Type": USER };
        /// Nothing is provisioned for that version or alias.
        ProvisionedConcurrencyConfigNotFoundException {} = 404, "No Provisioned Concurrency Config found for this function", with { "Type": USER };
        /// The archive of a request, or the request, is too large.
        RequestEntityTooLargeException { message: String } = 413, "{message}";
        /// The event is too large.
        RequestTooLargeException { message: String } = 413, "{message}", with { "Type": USER };
        /// There is such a thing already, or it is being changed.
        ResourceConflictException { message: String } = 409, "{message}", with { "Type": USER };
        /// The thing is used by another.
        ResourceInUseException { message: String } = 400, "{message}", with { "Type": USER };
        /// There is no such thing.
        ResourceNotFoundException { message: String } = 404, "{message}", with { "Type": USER };
        /// The function is not ready yet, or has failed.
        ResourceNotReadyException { message: String } = 502, "{message}", with { "Type": USER };
        /// What Lambda needs does not work.
        ServiceException { message: String } = 500, "{message}", with { "Type": SERVICE };
        /// The disk takes no changes; clients try again.
        ServiceUnavailable {} = 503, "The request has failed due to a temporary failure of the server.";
        /// The same, where AWS does not say whose fault it is.
        Impossible { message: String } = 400, code "InvalidParameterValueException", "{message}";
        /// More runs at once than may.
        TooManyRequestsException { reason: &'static str } = 429, "Rate Exceeded.", with { "Type": USER, "Reason": reason };
        /// A parameter breaks its constraint.
        ValidationException { message: String } = 400, "{message}";
    }
}

/// The errors whose bodies call the message so; the others', `message`.
const IN_CAPITALS: [&str; 5] = [
    "CodeSigningConfigNotFoundException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "ServiceException",
    "AccessDeniedException",
];

/// As Lambda's bodies have it.
pub(crate) fn shaped(error: AwsError) -> AwsError {
    if !IN_CAPITALS.contains(&error.code()) {
        return error;
    }
    // Recorded: what AWS does not want to say is null.
    let is_silent = error.message().is_empty();
    let error = error.with_message_in("Message");
    if is_silent { error.with_document("Message", Value::Null) } else { error }
}

pub(crate) fn invalid(message: impl Into<String>) -> LambdaError {
    LambdaError::InvalidParameterValueException { message: message.into() }
}

pub(crate) fn not_found(message: impl Into<String>) -> LambdaError {
    LambdaError::ResourceNotFoundException { message: message.into() }
}

/// What there is not, where AWS does not say what.
pub(crate) fn no_such_resource() -> LambdaError {
    not_found("The resource you requested does not exist.")
}

pub(crate) fn conflict(message: impl Into<String>) -> LambdaError {
    LambdaError::ResourceConflictException { message: message.into() }
}

pub(crate) fn constraint(value: &str, member: &str, rule: &str) -> LambdaError {
    let message = format!("1 validation error detected: {}", broken(value, member, rule));
    LambdaError::ValidationException { message }
}

/// What a parameter is that breaks a constraint.
pub(crate) fn broken(value: &str, member: &str, rule: &str) -> String {
    format!("Value '{value}' at '{member}' failed to satisfy constraint: {rule}")
}

/// Refuses what is [`broken`], where anything is.
pub(crate) fn validation(broken: &[String]) -> Result<(), LambdaError> {
    if broken.is_empty() {
        return Ok(());
    }
    let errors = if broken.len() == 1 { "error" } else { "errors" };
    let message = format!("{} validation {errors} detected: {}", broken.len(), broken.join("; "));
    Err(LambdaError::ValidationException { message })
}

impl From<Refused> for LambdaError {
    fn from(_: Refused) -> Self {
        Self::ServiceUnavailable {}
    }
}
