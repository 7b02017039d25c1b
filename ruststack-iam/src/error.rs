//! All errors of IAM, with AWS's codes, statuses and texts.

use ruststack_core::journal::Refused;

ruststack_core::aws_errors! {
    /// What IAM may refuse.
    pub enum IamError {
        /// The caller's policies do not allow it.
        AccessDenied { message: String } = 403, "{message}";
        /// Something still hangs on what shall go.
        DeleteConflict { message: &'static str } = 409, "{message}";
        /// The name is taken.
        EntityAlreadyExists { message: String } = 409, "{message}";
        /// Parameters that do not go together.
        InvalidInput { message: String } = 400, "{message}";
        /// One of AWS's quotas.
        LimitExceeded { message: String } = 409, "{message}";
        /// A document that is no policy.
        MalformedPolicyDocument { message: String } = 400, "{message}";
        /// There is none of that name.
        NoSuchEntity { message: String } = 404, "{message}";
        /// A password that the account's policy forbids.
        PasswordPolicyViolation { message: String } = 400, "{message}";
        /// The disk takes no changes; clients try again.
        ServiceUnavailable {} = 503, "The request has failed due to a temporary failure of the server.";
        /// What a service made for itself is not the account's to change.
        UnmodifiableEntity { message: String } = 400, "{message}";
        /// A parameter breaks its constraint.
        ValidationError { message: String } = 400, "{message}";
    }
}

impl From<Refused> for IamError {
    fn from(_: Refused) -> Self {
        Self::ServiceUnavailable {}
    }
}

pub(crate) fn no_such(message: impl Into<String>) -> IamError {
    IamError::NoSuchEntity { message: message.into() }
}

pub(crate) fn exists(message: impl Into<String>) -> IamError {
    IamError::EntityAlreadyExists { message: message.into() }
}

pub(crate) fn invalid_input(message: impl Into<String>) -> IamError {
    IamError::InvalidInput { message: message.into() }
}

pub(crate) fn validation(message: impl Into<String>) -> IamError {
    IamError::ValidationError { message: message.into() }
}

/// AWS names the quota and how much it is.
pub(crate) fn exceeds(quota: &str, limit: usize) -> IamError {
    IamError::LimitExceeded { message: format!("Cannot exceed quota for {quota}: {limit}") }
}

/// Managed policies are to be detached first.
pub(crate) const ATTACHED: IamError =
    IamError::DeleteConflict { message: "Cannot delete entity, must detach all policies first." };
/// Inline policies are to be deleted first.
pub(crate) const HAS_POLICIES: IamError =
    IamError::DeleteConflict { message: "Cannot delete entity, must delete policies first." };
/// Groups, keys, passwords and the like.
pub(crate) const REFERENCED: IamError =
    IamError::DeleteConflict { message: "Cannot delete entity, must remove referenced objects first." };

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
            ATTACHED,
            exists(""),
            invalid_input(""),
            exceeds("", 1),
            IamError::MalformedPolicyDocument { message: message() },
            no_such(""),
            IamError::PasswordPolicyViolation { message: message() },
            IamError::UnmodifiableEntity { message: message() },
        ];
        for error in errors.map(AwsError::from) {
            let modelled = api::ERRORS.iter().find(|modelled| modelled.code == error.code());
            assert_eq!(modelled.map(|modelled| modelled.status), Some(error.status().as_u16()), "{error}");
        }
    }
}
