//! Where changes become durable: rows in, one commit out.
//!
//! Memory is the truth; a service that changed something hands the changed rows to the journal and answers its caller
//! after the commit. The ephemeral journal keeps nothing and costs nothing.

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::AwsError;

/// One changed row: the whole new value, or its removal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Name of the table, as the service declared it.
    pub table: &'static str,
    /// Primary key, ordered as bytes.
    pub key: Bytes,
    /// The encoded value; `None` removes the row.
    pub value: Option<Bytes>,
}

/// Rows that become durable together or not at all.
pub type Batch = Vec<Row>;

/// Makes batches durable.
#[async_trait]
pub trait Journal: Send + Sync {
    /// False when nothing is kept: callers need not encode rows.
    fn is_durable(&self) -> bool;

    /// Returns when `batch` survives the death of the process.
    async fn commit(&self, batch: Batch) -> Result<(), AwsError>;
}

/// Keeps nothing.
pub struct Ephemeral;

#[async_trait]
impl Journal for Ephemeral {
    fn is_durable(&self) -> bool {
        false
    }

    async fn commit(&self, _batch: Batch) -> Result<(), AwsError> {
        Ok(())
    }
}
