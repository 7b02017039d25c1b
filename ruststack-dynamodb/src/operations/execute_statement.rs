//! `ExecuteStatement`: one PartiQL statement.

use ruststack_core::operation::Call;

use super::statements::{
    self, Request,
    select::{self, Place, Reading},
    write::{self, duplicate},
};
use crate::{
    DynamoDb,
    api::{ExecuteStatementInput, ExecuteStatementOutput},
    capacity::Direction,
    error::{ItemError, invalid},
    partiql::{Select, Statement},
    value::Given,
};

pub(super) async fn execute_statement(
    call: Call<DynamoDb>,
    input: ExecuteStatementInput,
) -> Result<ExecuteStatementOutput, ItemError> {
    let on_failure = input.return_values_on_condition_check_failure.as_ref();
    let request = Request::new(input.statement.clone(), input.parameters.clone(), on_failure);
    request.check_has_parameters("parameters")?;
    match request.parse()? {
        Statement::Select(selection) => selected(&call, &input, &request, &selection),
        Statement::Exists(_) => Err(invalid("EXISTS can only be used in ExecuteTransaction write requests.").into()),
        statement => written(&call, &input, &request, statement),
    }
}

fn selected(
    call: &Call<DynamoDb>,
    input: &ExecuteStatementInput,
    request: &Request,
    selection: &Select,
) -> Result<ExecuteStatementOutput, ItemError> {
    let table = crate::service::table_of(call, &selection.table.name)?;
    let reading = Reading {
        request,
        is_consistent: input.consistent_read == Some(true),
        limit: input.limit.and_then(|limit| usize::try_from(limit).ok()),
        from: input.next_token.as_deref().map(|token| Place::read(token, request)).transpose()?,
    };
    let selected = select::page(table, selection, &reading)?;
    let wanted = input.return_consumed_capacity.as_deref();
    Ok(ExecuteStatementOutput {
        items: Some(selected.items),
        next_token: selected.next.as_ref().map(Place::token),
        consumed_capacity: selected.units.told(&selection.table.name, wanted, Direction::Untold),
        last_evaluated_key: selected.next.map(|place| Given::from(place.key)),
    })
}

fn written(
    call: &Call<DynamoDb>,
    input: &ExecuteStatementInput,
    request: &Request,
    statement: Statement,
) -> Result<ExecuteStatementOutput, ItemError> {
    let name = statement.table_name().to_owned();
    let table = statements::table(call, &statement)?;
    let made = write::write(&table, statement, request.tells_item)?;
    let written = made.write.make(call.ctx());
    let written = written.map_err(|error| if made.is_insert { duplicate(error) } else { error })?;
    let wanted = input.return_consumed_capacity.as_deref();
    Ok(ExecuteStatementOutput {
        items: Some(made.shows.returned(&written).into_iter().collect()),
        consumed_capacity: written.units.told(&name, wanted, Direction::Untold),
        ..ExecuteStatementOutput::default()
    })
}
