//! All errors of KMS, with AWS's codes, statuses and texts.

use ring::error::Unspecified;
use ruststack_core::journal::Refused;

ruststack_core::aws_errors! {
    /// What KMS may refuse.
    pub enum KmsError {
        /// No policy allows it, or a key is not the caller's to know of.
        AccessDeniedException { message: String } = 400, "{message}";
        /// There is an alias of that name.
        AlreadyExistsException { arn: String } = 400, "An alias with the name {arn} already exists";
        /// A key that is switched off.
        DisabledException { arn: String } = 400, "{arn} is disabled.";
        /// It would have worked, and was not to be done.
        DryRunOperationException {} = 400, "The request would have succeeded, but the DryRun option is set.";
        /// The ciphertext is another key's than the one named.
        IncorrectKeyException {} = 400, "The key ID in the request does not identify a CMK that can perform this operation.";
        /// A ciphertext that is none, or whose encryption context is another.
        InvalidCiphertextException {} = 400, "";
        /// No grant of the key.
        InvalidGrantIdException {} = 400, "Invalid grant ID";
        /// No token of a grant.
        InvalidGrantTokenException {} = 400, "Invalid grant token";
        /// A key that is made for something else.
        InvalidKeyUsageException { message: String } = 400, "{message}";
        /// A list cannot go on there.
        InvalidMarkerException {} = 400, "Could not deserialize marker";
        /// There is no randomness to be had from the machine.
        KMSInternalException {} = 500, "An internal error occurred; try again.";
        /// The code does not belong to the message.
        KMSInvalidMacException {} = 400, "";
        /// A key that is not in a state for that.
        KMSInvalidStateException { message: String } = 400, "{message}";
        /// More than AWS takes.
        LimitExceededException { message: String } = 400, "{message}";
        /// A key policy that is none.
        MalformedPolicyDocumentException { message: String } = 400, "{message}";
        /// AWS's aliases are AWS's to make.
        NotAuthorizedException {} = 400, "";
        /// No such key, alias or policy.
        NotFoundException { message: String } = 400, "{message}";
        /// AWS has it, RustStack has not.
        NotImplemented { message: String } = 501, "{message}";
        /// The disk takes no changes; clients try again.
        ServiceUnavailable {} = 503, "The request has failed due to a temporary failure of the server.";
        /// Tags that are none, or too many.
        TagException { message: &'static str } = 400, "{message}";
        /// Not for a key of that kind.
        UnsupportedOperationException { message: String } = 400, "{message}";
        /// A parameter breaks its constraint.
        ValidationException { message: String } = 400, "{message}";
    }
}

pub(crate) fn invalid(message: impl Into<String>) -> KmsError {
    KmsError::ValidationException { message: message.into() }
}

pub(crate) fn not_found(message: impl Into<String>) -> KmsError {
    KmsError::NotFoundException { message: message.into() }
}

impl From<Refused> for KmsError {
    fn from(_: Refused) -> Self {
        Self::ServiceUnavailable {}
    }
}

impl From<Unspecified> for KmsError {
    fn from(_: Unspecified) -> Self {
        Self::KMSInternalException {}
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
        let text = String::new;
        let errors = [
            KmsError::AlreadyExistsException { arn: text() },
            KmsError::DisabledException { arn: text() },
            KmsError::DryRunOperationException {},
            KmsError::IncorrectKeyException {},
            KmsError::InvalidCiphertextException {},
            KmsError::InvalidGrantIdException {},
            KmsError::InvalidGrantTokenException {},
            KmsError::InvalidKeyUsageException { message: text() },
            KmsError::InvalidMarkerException {},
            KmsError::KMSInternalException {},
            KmsError::KMSInvalidMacException {},
            KmsError::KMSInvalidStateException { message: text() },
            KmsError::LimitExceededException { message: text() },
            KmsError::MalformedPolicyDocumentException { message: text() },
            KmsError::NotFoundException { message: text() },
            KmsError::TagException { message: "" },
            KmsError::UnsupportedOperationException { message: text() },
        ];
        for error in errors.map(AwsError::from) {
            let modelled = api::ERRORS.iter().find(|modelled| modelled.code == error.code());
            assert_eq!(modelled.map(|modelled| modelled.status), Some(error.status().as_u16()), "{error}");
        }
    }
}
