//! PartiQL statements: how they are read from requests, and what an item is found by.
//!
//! A statement becomes the read or the write that the other operations make: see [`select`] and [`write`].

pub(super) mod keys;
pub(super) mod select;
pub(super) mod write;

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    error::{DynamoDbError, invalid},
    parameters::LAYER,
    partiql::{Returning, Statement},
    refusal::Refusal,
    service::table_of,
    table::Table,
    value::{AttributeValue, Given},
};

/// What the requests of the three operations have of a statement.
pub(super) struct Request {
    pub(super) text: String,
    pub(super) parameters: Option<Given<Vec<AttributeValue>>>,
    /// Whether a failed condition tells the item.
    pub(super) tells_item: bool,
}

impl Request {
    pub(super) fn new(
        text: String,
        parameters: Option<Given<Vec<AttributeValue>>>,
        on_failure: Option<&String>,
    ) -> Self {
        Self { text, parameters, tells_item: on_failure.is_some_and(|wanted| wanted == "ALL_OLD") }
    }

    /// Refuses a list of parameters without any, which the request has at `place`.
    pub(super) fn check_has_parameters(&self, place: &str) -> Result<(), DynamoDbError> {
        let is_empty = self.parameters.as_ref().is_some_and(|given| given.peek().is_empty());
        if !is_empty {
            return Ok(());
        }
        Err(invalid(format!(
            "1 validation error detected: Value '[]' at '{place}' failed to satisfy constraint: Member must have length \
             greater than or equal to 1"
        )))
    }

    /// What is wrong with parameters is told before what is wrong with the statement.
    pub(super) fn parameters(&self) -> Result<Vec<AttributeValue>, Refusal> {
        self.parameters.clone().map_or(Ok(Vec::new()), |given| given.get_deeper(LAYER))
    }

    pub(super) fn parse(&self) -> Result<Statement, Refusal> {
        let statement = Statement::parse(&self.text, &self.parameters()?)?;
        check_returning(&statement)?;
        Ok(statement)
    }
}

/// Deletions tell only what was.
fn check_returning(statement: &Statement) -> Result<(), Refusal> {
    let Statement::Delete(delete) = statement else { return Ok(()) };
    let clause = match delete.returning {
        None | Some(Returning::AllOld) => return Ok(()),
        Some(Returning::AllNew) => "ALL NEW",
        Some(Returning::ModifiedOld) => "MODIFIED OLD",
        Some(Returning::ModifiedNew) => "MODIFIED NEW",
    };
    Err(Refusal::plain(format!(
        "Invalid returning clause: RETURNING {clause} *. Only RETURNING ALL OLD * is allowed in DELETE statements."
    )))
}

pub(super) fn table(call: &Call<DynamoDb>, statement: &Statement) -> Result<Arc<Table>, DynamoDbError> {
    table_of(call, statement.table_name())
}

/// Reads and writes are not made in one request.
pub(super) fn check_not_mixed(operation: &str, statements: &[&Statement]) -> Result<(), DynamoDbError> {
    let reads = statements.iter().filter(|statement| statement.is_read()).count();
    if reads == 0 || reads == statements.len() {
        return Ok(());
    }
    Err(invalid(format!("{operation} API does not support both read and write operations in the same request.")))
}
