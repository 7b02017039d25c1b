//! What `Query` and `Scan` have in common: the index, what is selected, where a page begins.

use std::sync::Arc;

use crate::{
    error::{DynamoDbError, invalid},
    expression::{Condition, Projection},
    key::KeyFault,
    reading::{Source, View},
    table::{Kind, RowKey, Table},
    value::Item,
};

/// The table, or its index of that name.
pub(super) fn source(
    table: Arc<Table>,
    index_name: Option<&str>,
    consistent_read: Option<bool>,
) -> Result<Source, DynamoDbError> {
    let Some(name) = index_name else { return Ok(Source { table, index: None }) };
    let index = table.index(name);
    let index = index.ok_or_else(|| invalid(format!("The table does not have the specified index: {name}")))?;
    if index.kind == Kind::Global && consistent_read == Some(true) {
        return Err(invalid("Consistent reads are not supported on global secondary indexes"));
    }
    Ok(Source { table, index: Some(index) })
}

/// What is selected, as far as the request alone says whether it can be.
pub(super) fn check_select(
    select: Option<&str>,
    has_attributes_to_get: bool,
    has_projection: bool,
    has_index: bool,
) -> Result<(), DynamoDbError> {
    let parameter = match (has_attributes_to_get, has_projection) {
        (true, _) => Some("AttributesToGet"),
        (false, true) => Some("ProjectionExpression"),
        (false, false) => None,
    };
    let message = match (select, parameter) {
        (None | Some("SPECIFIC_ATTRIBUTES"), Some(_)) | (None, None) => return Ok(()),
        (Some("SPECIFIC_ATTRIBUTES"), None) => {
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
                .to_owned()
        }
        (Some("COUNT"), Some(parameter)) => {
            format!("Cannot specify the {parameter} when choosing to get only the Count")
        }
        (Some(select), Some(parameter)) => format!("Cannot specify the {parameter} when choosing to get {select}"),
        (Some("ALL_PROJECTED_ATTRIBUTES"), None) if !has_index => {
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName".to_owned()
        }
        (Some(_), None) => return Ok(()),
    };
    Err(invalid(message))
}

/// How what is read is shown.
pub(super) fn view(
    source: &Source,
    select: Option<&str>,
    filter: Option<Condition>,
    projection: Option<Projection>,
    consistent_read: Option<bool>,
) -> Result<View, DynamoDbError> {
    let is_fetched = is_fetched(source, select, projection.as_ref())?;
    let is_count = select == Some("COUNT");
    Ok(View { filter, projection, is_count, is_fetched, is_consistent: consistent_read == Some(true) })
}

/// Whether an index lacks what is to be shown; only local ones may. A filter never fetches.
fn is_fetched(source: &Source, select: Option<&str>, projection: Option<&Projection>) -> Result<bool, DynamoDbError> {
    let Some(index) = source.index.as_ref().filter(|index| !index.projects_all()) else { return Ok(false) };
    if select == Some("ALL_ATTRIBUTES") {
        if index.kind == Kind::Local {
            return Ok(true);
        }
        return Err(invalid(format!(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global \
             secondary index {} because its projection type is not ALL",
            index.name
        )));
    }
    let mut lacking: Vec<&str> = projection.into_iter().flat_map(Projection::attributes).collect();
    lacking.retain(|attribute| !index.projects(attribute));
    if index.kind == Kind::Local || lacking.is_empty() {
        return Ok(!lacking.is_empty());
    }
    Err(invalid(format!(
        "One or more parameter values were invalid: Global secondary index {} does not project [{}]",
        index.name,
        lacking.join(", ")
    )))
}

/// Where the page begins; `mismatch` is what is said of a key that is not one of the source.
pub(super) fn start(source: &Source, start: Option<&Item>, mismatch: &str) -> Result<Option<RowKey>, DynamoDbError> {
    let Some(start) = start else { return Ok(None) };
    let schema = source.schema();
    let others = source.table.schema.attributes().filter(|key| !schema.has(&key.name)).count();
    if start.len() != schema.attributes().count() + others {
        return Err(invalid(mismatch));
    }
    let of_table = source.table.schema.key_of(start);
    match source.table.schema.check_key(&of_table) {
        Ok(()) => {}
        Err(fault @ KeyFault::EmptyValue { .. }) => return Err(fault.refusal().into()),
        Err(_) => return Err(invalid(mismatch)),
    }
    source.place(start).map(Some).ok_or_else(|| invalid(mismatch))
}
