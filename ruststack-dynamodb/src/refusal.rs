//! What AWS says of a request that it does not take, before it has become an error of the service.

use std::fmt;

/// A refusal: AWS's sentence, and the kind of error that it comes in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub kind: Kind,
    pub message: String,
}

/// How a refusal is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A `SerializationException`: the request cannot be read as what its members are.
    Serialization,
    /// A `ValidationException` of the sentence as it is.
    Plain,
    /// A `ValidationException` that PutItem, UpdateItem and DeleteItem introduce with [`ENVELOPE`].
    Request,
}

/// What stands before refusals of the [`Kind::Request`] where a single item is written.
pub const ENVELOPE: &str = "1 validation error detected: ";

impl Refusal {
    pub fn plain(message: impl Into<String>) -> Self {
        Self { kind: Kind::Plain, message: message.into() }
    }

    pub fn request(message: impl Into<String>) -> Self {
        Self { kind: Kind::Request, message: message.into() }
    }

    pub fn serialization(message: impl Into<String>) -> Self {
        Self { kind: Kind::Serialization, message: message.into() }
    }

    /// A value of a parameter that was read well, but is not what may stand there.
    pub fn parameter(message: impl fmt::Display) -> Self {
        Self::plain(format!("One or more parameter values were invalid: {message}"))
    }

    /// The sentence of PutItem, UpdateItem and DeleteItem.
    pub fn enveloped(&self) -> String {
        match self.kind {
            Kind::Request => format!("{ENVELOPE}{}", self.message),
            Kind::Serialization | Kind::Plain => self.message.clone(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
