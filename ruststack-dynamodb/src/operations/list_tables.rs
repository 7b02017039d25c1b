//! `ListTables`: names of tables, in pages.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{ListTablesInput, ListTablesOutput},
    error::DynamoDbError,
};

const MAX_PAGE: usize = 100;

pub(super) async fn list_tables(
    call: Call<DynamoDb>,
    input: ListTablesInput,
) -> Result<ListTablesOutput, DynamoDbError> {
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_PAGE);
    let tables = call.service().tables(call.scope());
    let (names, is_cut) = tables.names(input.exclusive_start_table_name.as_deref(), limit);
    let last_evaluated_table_name = names.last().filter(|_| is_cut).cloned();
    Ok(ListTablesOutput { table_names: Some(names), last_evaluated_table_name })
}
