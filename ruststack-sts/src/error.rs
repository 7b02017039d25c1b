//! All errors of STS, with AWS's codes, statuses and texts.

use ruststack_core::journal::Refused;

ruststack_core::aws_errors! {
    /// What STS may refuse.
    pub enum StsError {
        /// Session credentials ask for more of their kind.
        AccessDenied { message: String } = 403, "{message}";
        /// A token that proves an identity is out of date.
        ExpiredTokenException { message: String } = 400, "{message}";
        /// Not a message that STS encoded.
        InvalidAuthorizationMessageException {} = 400, "Message is not valid";
        /// A token that should prove an identity does not.
        InvalidIdentityToken { message: String } = 400, "{message}";
        /// Tags of a session that do not go together.
        InvalidParameterValue { message: String } = 400, "{message}";
        /// Too many keys are out.
        LimitExceeded { limit: usize } = 400, "RustStack keeps at most {limit} issued access keys; reset the state to issue more.";
        /// A session policy that is none.
        MalformedPolicyDocument { message: String } = 400, "{message}";
        /// The account has not switched on that AWS vouches for its identities.
        OutboundWebIdentityFederationDisabledException {} = 403, "Outbound web identity federation is not enabled for this account.";
        /// Session policies and tags are too much together.
        PackedPolicyTooLarge { percent: usize } = 400, "Packed size of session tags and policies consumes {percent}% of allotted space.";
        /// The disk takes no changes; clients try again.
        ServiceUnavailable {} = 503, "The request has failed due to a temporary failure of the server.";
        /// A parameter breaks its constraint.
        ValidationError { message: String } = 400, "{message}";
    }
}

impl From<Refused> for StsError {
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
        let message = String::new;
        let errors = [
            StsError::ExpiredTokenException { message: message() },
            StsError::InvalidAuthorizationMessageException {},
            StsError::InvalidIdentityToken { message: message() },
            StsError::MalformedPolicyDocument { message: message() },
            StsError::OutboundWebIdentityFederationDisabledException {},
            StsError::PackedPolicyTooLarge { percent: 0 },
        ];
        for error in errors.map(AwsError::from) {
            let modelled = api::ERRORS.iter().find(|modelled| modelled.code == error.code());
            assert_eq!(modelled.map(|modelled| modelled.status), Some(error.status().as_u16()), "{error}");
        }
    }
}
