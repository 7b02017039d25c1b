//! All errors of SNS, with AWS's codes, statuses and texts.

use ruststack_core::journal::Refused;

ruststack_core::aws_errors! {
    /// What SNS may refuse.
    pub enum SnsError {
        /// The topic's policy does not let the caller.
        AuthorizationError { message: String } = 403, "{message}";
        /// Two entries of a batch have one id.
        BatchEntryIdsNotDistinct {} = 400, "Two or more batch entries in the request have the same Id.";
        /// All messages of a batch are too long together.
        BatchRequestTooLong {} = 400, "The length of all the messages put together is more than the limit.";
        /// A batch without entries.
        EmptyBatchRequest {} = 400, "The batch request doesn't contain any entries.";
        /// The endpoint takes no messages now.
        EndpointDisabled {} = 400, "Endpoint is disabled";
        /// More filter policies than an account may have.
        FilterPolicyLimitExceeded { max: usize } = 403, "The number of filter policies exceeds the limit of {max}.";
        /// An id of an entry that is none.
        InvalidBatchEntryId { message: String } = 400, "The Id of a batch entry in the batch request {message}";
        /// Most of what may be wrong.
        InvalidParameter { message: String } = 400, "{message}";
        /// A protocol whose service is not here.
        NotImplemented { protocol: &'static str } = 501, "RustStack delivers no messages by {protocol} yet.";
        /// Nothing of that ARN.
        NotFound { what: &'static str } = 404, "{what} does not exist";
        /// A number whose owner wants no messages.
        OptedOut { number: String } = 400, "The phone number {number} is opted out.";
        /// A message attribute that is none.
        ParameterValueInvalid { message: String } = 400, "{message}";
        /// The application's endpoints take no messages now.
        PlatformApplicationDisabled {} = 400, "Platform application is disabled";
        /// Nothing with tags has that ARN.
        ResourceNotFound {} = 404, "Resource does not exist";
        /// The disk takes no changes; the log says why. Clients try again.
        ServiceUnavailable {} = 503, "The request has failed due to a temporary failure of the server.";
        /// More tags than a topic may have.
        TagLimitExceeded {} = 400, "Could not complete request: tag quota of per resource exceeded";
        /// More entries than a batch may have.
        TooManyEntriesInBatchRequest {} = 400, "The batch request contains more entries than permissible.";
        /// More subscriptions than a topic may have.
        SubscriptionLimitExceeded {} = 403, "The customer already owns the maximum allowed number of subscriptions.";
        /// More topics than an account may have.
        TopicLimitExceeded {} = 403, "The customer already owns the maximum allowed number of topics.";
        /// More phone numbers than a sandbox holds, or a sandbox that is misused.
        UserError { message: String } = 400, "{message}";
        /// A parameter that must be there.
        ValidationError { path: &'static str } = 400, "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null";
        /// A one-time password that is not the one that was sent.
        VerificationException { message: String } = 400, "{message}";
    }
}

/// `Invalid parameter: …`, the sentence in which SNS refuses most.
pub(crate) fn invalid(what: impl std::fmt::Display) -> SnsError {
    SnsError::InvalidParameter { message: format!("Invalid parameter: {what}") }
}

/// `Invalid parameter: … Reason: …`.
pub(crate) fn invalid_because(name: &str, reason: impl std::fmt::Display) -> SnsError {
    invalid(format!("{name} Reason: {reason}"))
}

impl SnsError {
    pub(crate) const NO_TOPIC: Self = Self::NotFound { what: "Topic" };
    pub(crate) const NO_SUBSCRIPTION: Self = Self::NotFound { what: "Subscription" };
    pub(crate) const NO_APPLICATION: Self = Self::NotFound { what: "PlatformApplication" };
    pub(crate) const NO_ENDPOINT: Self = Self::NotFound { what: "Endpoint" };
}

impl From<Refused> for SnsError {
    fn from(_: Refused) -> Self {
        Self::ServiceUnavailable {}
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::error::AwsError;

    use super::*;
    use crate::api;

    /// The model and the table say the same of every error that both have.
    #[test]
    fn statuses_are_those_of_the_model() {
        let errors = [
            SnsError::AuthorizationError { message: String::new() },
            SnsError::BatchEntryIdsNotDistinct {},
            SnsError::BatchRequestTooLong {},
            SnsError::EmptyBatchRequest {},
            SnsError::EndpointDisabled {},
            SnsError::FilterPolicyLimitExceeded { max: 0 },
            SnsError::InvalidBatchEntryId { message: String::new() },
            invalid(""),
            SnsError::NO_TOPIC,
            SnsError::OptedOut { number: String::new() },
            SnsError::ParameterValueInvalid { message: String::new() },
            SnsError::PlatformApplicationDisabled {},
            SnsError::ResourceNotFound {},
            SnsError::SubscriptionLimitExceeded {},
            SnsError::TagLimitExceeded {},
            SnsError::TooManyEntriesInBatchRequest {},
            SnsError::TopicLimitExceeded {},
            SnsError::UserError { message: String::new() },
        ];
        for error in errors.map(AwsError::from) {
            let modelled = api::ERRORS.iter().find(|modelled| modelled.code == error.code());
            assert_eq!(modelled.map(|modelled| modelled.status), Some(error.status().as_u16()), "{error}");
        }
    }
}
