//! Errors as AWS reports them, and the table each service keeps of its own.
//!
//! A service lists its errors once with [`aws_errors!`](crate::aws_errors); the gateway renders an [`AwsError`] in the
//! protocol of the caller. What happened inside (a full disk, a bug) is not for the client: [`AwsError::internal`]
//! logs the cause and answers a fixed sentence.

use std::{borrow::Cow, fmt};

use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::current_request;

/// An error answer: code, status, message, and what a protocol may add to them.
#[derive(Clone)]
pub struct AwsError(Box<Parts>);

#[derive(Clone)]
struct Parts {
    code: Cow<'static, str>,
    /// The code of the query protocol, where it is spelled differently (Smithy's `awsQueryError`).
    query_code: Option<&'static str>,
    status: StatusCode,
    message: Cow<'static, str>,
    members: Vec<(&'static str, String)>,
    /// Of JSON bodies alone.
    documents: Vec<(&'static str, Value)>,
    message_member: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
    has_body: bool,
}

/// Who is to blame: the query protocol says so in its error body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    Sender,
    Receiver,
}

impl AwsError {
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self(Box::new(Parts {
            code: code.into(),
            query_code: None,
            status,
            message: message.into(),
            members: Vec::new(),
            documents: Vec::new(),
            message_member: None,
            headers: Vec::new(),
            has_body: true,
        }))
    }

    /// A failure of ours: the cause goes to the log, the client hears a fixed sentence.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        let mut chain = cause.to_string();
        let mut next = cause.source();
        while let Some(source) = next {
            chain.push_str(": ");
            chain.push_str(&source.to_string());
            next = source.source();
        }
        tracing::error!(request_id = current_request::id(), cause = chain, "internal failure");
        Self::new(
            500,
            "InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.",
        )
    }

    /// AWS has the operation, RustStack has not.
    pub fn not_implemented(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(501, "NotImplemented", message)
    }

    #[must_use]
    pub fn with_query_code(mut self, code: &'static str) -> Self {
        self.0.query_code = Some(code);
        self
    }

    /// Adds an element to the error body: S3's `<Key>`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.members.push((name, value.into()));
        self
    }

    /// Adds a member that is no text to the error's JSON body: DynamoDB's `CancellationReasons`.
    #[must_use]
    pub fn with_document(mut self, name: &'static str, value: Value) -> Self {
        self.0.documents.push((name, value));
        self
    }

    /// Calls the member of JSON bodies that holds the message otherwise than the service's other errors do.
    #[must_use]
    pub fn with_message_in(mut self, member: &'static str) -> Self {
        self.0.message_member = Some(member);
        self
    }

    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Answers without a body: 304, and errors of HEAD.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        self.0.has_body = false;
        self
    }

    pub fn code(&self) -> &str {
        &self.0.code
    }

    pub fn query_code(&self) -> &str {
        self.0.query_code.unwrap_or(&self.0.code)
    }

    /// True when the query protocol spells the code differently: JSON answers then carry `x-amzn-query-error`.
    pub fn has_query_code(&self) -> bool {
        self.0.query_code.is_some()
    }

    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub fn members(&self) -> &[(&'static str, String)] {
        &self.0.members
    }

    pub fn documents(&self) -> &[(&'static str, Value)] {
        &self.0.documents
    }

    pub fn message_member(&self) -> Option<&'static str> {
        self.0.message_member
    }

    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.headers
    }

    pub fn has_body(&self) -> bool {
        self.0.has_body
    }

    pub fn fault(&self) -> Fault {
        if self.0.status.is_server_error() { Fault::Receiver } else { Fault::Sender }
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.0.code, self.0.status.as_u16(), self.0.message)
    }
}

impl fmt::Debug for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        if self.0.members.is_empty() { Ok(()) } else { write!(f, " {:?}", self.0.members) }
    }
}

impl std::error::Error for AwsError {}

/// A service's table of errors.
///
/// One block holds all there is to know of an error: its AWS code (the variant's name), status, the query protocol's
/// spelling where it differs, the message (with the variant's fields in braces), and the members that AWS adds.
///
/// ```
/// ruststack_core::aws_errors! {
///     /// What a queue may refuse.
///     pub enum QueueError {
///         /// The queue does not exist.
///         QueueDoesNotExist {} = 400, query "Service.NonExistentQueue", "The specified queue does not exist.";
///         /// A batch repeated an entry id.
///         BatchEntryIdsNotDistinct { id: String } = 400, "Id {id} repeated.";
///         /// No such key.
///         NoSuchKey { key: String } = 404, "The specified key does not exist.", with { "Key": key };
///     }
/// }
/// let error = QueueError::BatchEntryIdsNotDistinct { id: "a".to_owned() };
/// assert_eq!(ruststack_core::error::AwsError::from(error).message(), "Id a repeated.");
/// ```
#[macro_export]
macro_rules! aws_errors {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $(
                $(#[$variant_attribute:meta])*
                $variant:ident { $($field:ident : $type:ty),* $(,)? } = $status:literal
                $(, code $code:literal)? $(, query $query:literal)? , $message:literal
                $(, with { $($member:literal : $value:ident),* $(,)? })? ;
            )*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq)]
        $visibility enum $name {
            $( $(#[$variant_attribute])* $variant { $($field: $type),* }, )*
        }

        impl ::std::fmt::Display for $name {
            #[allow(unused_variables, reason = "not every message names every field")]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $( Self::$variant { $($field),* } => ::std::write!(f, $message), )*
                }
            }
        }

        impl ::std::error::Error for $name {}

        impl ::std::convert::From<$name> for $crate::error::AwsError {
            #[allow(unused_variables, reason = "not every error has members")]
            fn from(error: $name) -> Self {
                let message = error.to_string();
                match error {
                    $(
                        $name::$variant { $($field),* } => {
                            let code = $crate::aws_errors!(@code $variant $($code)?);
                            $crate::error::AwsError::new($status, code, message)
                                $( .with_query_code($query) )?
                                $( $( .with($member, $value.to_string()) )* )?
                        }
                    )*
                }
            }
        }
    };
    (@code $variant:ident $code:literal) => { $code };
    (@code $variant:ident) => { ::std::stringify!($variant) };
}

#[cfg(test)]
mod tests {
    use super::*;

    aws_errors! {
        enum Sample {
            Plain {} = 400, "Plain.";
            Spelled { id: u32 } = 503, code "SpelledOtherwise", query "Old.Code", "Id {id}.", with { "Id": id };
        }
    }

    #[test]
    fn a_block_of_the_table_becomes_an_answer() {
        let error = AwsError::from(Sample::Spelled { id: 7 });
        assert_eq!((error.code(), error.query_code(), error.message()), ("SpelledOtherwise", "Old.Code", "Id 7."));
        assert_eq!((error.status().as_u16(), error.fault()), (503, Fault::Receiver));
        assert_eq!(error.members(), [("Id", "7".to_owned())]);
        assert_eq!(AwsError::from(Sample::Plain {}).code(), "Plain");
    }
}
