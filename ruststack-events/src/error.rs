//! All errors of EventBridge, with AWS's codes and texts.

use ruststack_core::{journal::Refused, pattern::InvalidPattern};

ruststack_core::aws_errors! {
    /// What EventBridge may refuse.
    pub enum EventsError {
        /// The caller may not do this.
        AccessDeniedException { message: String } = 400, "{message}";
        /// A replay that is over cannot be cancelled.
        IllegalStatusException { replay: String } = 400, "Replay {replay} is not in a valid state for this operation.";
        /// A pattern that is none.
        InvalidEventPatternException { reason: String } = 400, "Event pattern is not valid. Reason: {reason}";
        /// More than there may be.
        LimitExceededException {} = 400, "The requested resource exceeds the maximum number allowed.";
        /// A policy that is too long.
        PolicyLengthExceededException {} = 400, "Policy length exceeded the maximum allowed.";
        /// Something of that name is there.
        ResourceAlreadyExistsException { message: String } = 400, "{message}";
        /// There is no such thing.
        ResourceNotFoundException { message: String } = 400, "{message}";
        /// The disk takes no changes; the log says why. Clients try again.
        ServiceUnavailable {} = 503, "The request has failed due to a temporary failure of the server.";
        /// Something is wrong with the input.
        ValidationException { message: String } = 400, "{message}";
    }
}

pub(crate) fn invalid(message: impl Into<String>) -> EventsError {
    EventsError::ValidationException { message: message.into() }
}

/// `Parameter … is not valid. Reason: …`.
pub(crate) fn invalid_parameter(parameter: &str, reason: &str) -> EventsError {
    invalid(format!("Parameter {parameter} is not valid. Reason: {reason}"))
}

pub(crate) fn not_an_arn(text: &str) -> EventsError {
    invalid_parameter(text, "Provided Arn is not in correct format.")
}

pub(crate) fn no_bus(name: &str) -> EventsError {
    not_found(format!("Event bus {name} does not exist."))
}

pub(crate) fn no_rule(name: &str, bus: &str) -> EventsError {
    not_found(format!("Rule {name} does not exist on EventBus {bus}."))
}

pub(crate) fn not_found(message: impl Into<String>) -> EventsError {
    EventsError::ResourceNotFoundException { message: message.into() }
}

pub(crate) fn exists(message: impl Into<String>) -> EventsError {
    EventsError::ResourceAlreadyExistsException { message: message.into() }
}

impl From<InvalidPattern> for EventsError {
    fn from(invalid: InvalidPattern) -> Self {
        Self::InvalidEventPatternException { reason: invalid.to_string() }
    }
}

impl From<Refused> for EventsError {
    fn from(_: Refused) -> Self {
        Self::ServiceUnavailable {}
    }
}
