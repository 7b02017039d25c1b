//! All errors of DynamoDB, with AWS's codes, statuses and texts.

use std::sync::Arc;

use ruststack_core::{error::AwsError, journal::Refused};
use serde::Serialize;
use serde_json::Value;

use crate::{
    refusal::{Kind, Refusal},
    value::{Item, Shown},
};

ruststack_core::aws_errors! {
    /// What DynamoDB may refuse.
    pub enum DynamoDbError {
        /// What is not there and what is somebody else's are told alike.
        AccessDeniedException { message: String } = 400, "{message}";
        /// No such backup.
        BackupNotFoundException { arn: String } = 400, "Backup not found: {arn}";
        /// An item is not as its condition wants it.
        ConditionalCheckFailedException {} = 400, "The conditional request failed";
        /// PartiQL inserts no item where there is one.
        DuplicateItemException {} = 400, "Duplicate primary key exists in table";
        /// A token was used for another transaction.
        IdempotentParameterMismatchException {} = 400, "";
        /// The disk takes no changes; clients try again.
        InternalServerError {} = 500, "The request processing has failed because of a temporary failure of the server.";
        /// A moment that a table cannot be restored to.
        InvalidRestoreTimeException { message: String } = 400, "{message}";
        /// Too much at once of something.
        LimitExceededException { message: String } = 400, "{message}";
        /// A table does not keep what it was.
        PointInTimeRecoveryUnavailableException { name: String } = 400, "Point in time recovery is not enabled for table '{name}'";
        /// A table is there already, or is being changed.
        ResourceInUseException { message: String } = 400, "{message}";
        /// No such table, index or resource.
        ResourceNotFoundException { message: String } = 400, "{message}";
        /// What was sent cannot be read.
        SerializationException { message: String } = 400, "{message}";
        /// A table that something is restored to is there already.
        TableAlreadyExistsException { name: String } = 400, "Table already exists: {name}";
        /// No such table, to whoever asks for its backups.
        TableNotFoundException { name: String } = 400, "Table not found: {name}";
        /// What was sent is not what the operation takes.
        ValidationException { message: String } = 400, "{message}";
    }
}

/// What an operation on items may answer instead of its output.
#[derive(Debug)]
pub(crate) enum ItemError {
    Plain(DynamoDbError),
    /// With the item, where it was asked for.
    ConditionFailed(Option<Arc<Item>>),
    /// In the order of the transaction's items.
    Cancelled(Vec<CancellationReason>),
}

/// Where errors that tell items have their message; others have it in `message`.
const MESSAGE: &str = "Message";

/// Why one item of a transaction keeps the others from being made, or that it does not.
#[derive(Serialize, Debug)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CancellationReason {
    pub(crate) code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<Shown>,
}

impl CancellationReason {
    /// Of an item that could have been written.
    pub(crate) const NONE: Self = Self { code: "None", message: None, item: None };

    pub(crate) fn invalid(refusal: Refusal) -> Self {
        Self { code: "ValidationError", message: Some(refusal.message), item: None }
    }

    /// Of an item that PartiQL inserts where there is one.
    pub(crate) fn duplicate() -> Self {
        let message = "Duplicate primary key exists in table".to_owned();
        Self { code: "DuplicateItem", message: Some(message), item: None }
    }

    /// Of an item of a table that is not there.
    pub(crate) fn no_resource() -> Self {
        Self { code: "ResourceNotFound", message: Some("Requested resource not found".to_owned()), item: None }
    }

    pub(crate) fn condition_failed(item: Option<Arc<Item>>) -> Self {
        let message = "The conditional request failed".to_owned();
        Self { code: "ConditionalCheckFailed", message: Some(message), item: item.map(Shown) }
    }
}

pub(crate) fn invalid(message: impl Into<String>) -> DynamoDbError {
    DynamoDbError::ValidationException { message: message.into() }
}

/// No table of that name, to whoever reads or writes items.
pub(crate) fn no_resource() -> DynamoDbError {
    DynamoDbError::ResourceNotFoundException { message: "Requested resource not found".to_owned() }
}

/// No table of that name, to whoever asks for the table itself.
pub(crate) fn no_table(name: &str) -> DynamoDbError {
    let message = format!("Requested resource not found: Table: {name} not found");
    DynamoDbError::ResourceNotFoundException { message }
}

impl From<Refusal> for DynamoDbError {
    fn from(Refusal { kind, message }: Refusal) -> Self {
        match kind {
            Kind::Serialization => Self::SerializationException { message },
            // Differs from AWS: most regions introduce the second kind with "1 validation error detected: " since
            // October 2026; what is recorded, of us-east-1, does not.
            Kind::Plain | Kind::Request => Self::ValidationException { message },
        }
    }
}

impl From<Refused> for DynamoDbError {
    fn from(_: Refused) -> Self {
        Self::InternalServerError {}
    }
}

impl From<DynamoDbError> for ItemError {
    fn from(error: DynamoDbError) -> Self {
        Self::Plain(error)
    }
}

impl From<Refusal> for ItemError {
    fn from(refusal: Refusal) -> Self {
        Self::Plain(refusal.into())
    }
}

impl From<Refused> for ItemError {
    fn from(refused: Refused) -> Self {
        Self::Plain(refused.into())
    }
}

impl From<ItemError> for AwsError {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::Plain(error) => error.into(),
            ItemError::ConditionFailed(item) => {
                let error = Self::from(DynamoDbError::ConditionalCheckFailedException {});
                match item {
                    Some(item) => error.with_message_in(MESSAGE).with_document("Item", document(&*item)),
                    None => error,
                }
            }
            ItemError::Cancelled(reasons) => cancelled(&reasons),
        }
    }
}

fn cancelled(reasons: &[CancellationReason]) -> AwsError {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code).collect();
    let message =
        format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "));
    let error = AwsError::new(400, "TransactionCanceledException", message);
    error.with_message_in(MESSAGE).with_document("CancellationReasons", document(&reasons))
}

fn document(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("answers are plain data")
}
