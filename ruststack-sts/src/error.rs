//! All errors of STS, with AWS's codes, statuses and texts.

ruststack_core::aws_errors! {
    /// What STS may refuse.
    pub enum StsError {
        /// There is no such operation.
        InvalidAction { action: String } = 400, "Could not find operation {action} for version 2011-06-15";
        /// The request names no operation.
        MissingAction {} = 400, "The request is missing an action or a required parameter.";
        /// A parameter breaks its constraint.
        ValidationError { message: String } = 400, "{message}";
        /// Too many keys are out.
        LimitExceeded { limit: usize } = 400, "RustStack keeps at most {limit} issued access keys; reset the state to issue more.";
    }
}
