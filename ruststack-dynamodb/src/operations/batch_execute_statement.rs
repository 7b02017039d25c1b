//! `BatchExecuteStatement`: up to 25 PartiQL statements, each for itself.

use ruststack_core::{error::AwsError, operation::Call};

use super::{
    statements::{
        self, Request, keys,
        select::{self, Selected},
        write::{self, duplicate},
    },
    transact_get_items::TableUnits,
};
use crate::{
    DynamoDb,
    api::{
        BatchExecuteStatementInput, BatchExecuteStatementOutput, BatchStatementError, BatchStatementRequest,
        BatchStatementResponse,
    },
    capacity::Direction,
    error::{ItemError, invalid},
    partiql::{Select, Statement},
    refusal::Refusal,
    service::table_of,
};

pub(super) async fn batch_execute_statement(
    call: Call<DynamoDb>,
    input: BatchExecuteStatementInput,
) -> Result<BatchExecuteStatementOutput, ItemError> {
    for (index, sent) in input.statements.iter().enumerate() {
        request(sent).check_has_parameters(&format!("statements.{}.member.parameters", index + 1))?;
    }
    let mut units = TableUnits::default();
    let read: Vec<(BatchStatementRequest, Result<Statement, Refusal>)> =
        input.statements.into_iter().map(|sent| (sent.clone(), request(&sent).parse())).collect();
    let parsed: Vec<&Statement> = read.iter().filter_map(|(_, parsed)| parsed.as_ref().ok()).collect();
    statements::check_not_mixed("BatchExecuteStatement", &parsed)?;
    let mut responses = Vec::new();
    for (sent, parsed) in read {
        let table_name = parsed.as_ref().ok().map(|statement| statement.table_name().to_owned());
        let answer = parsed.map_err(ItemError::from).and_then(|statement| execute(&call, &sent, statement, &mut units));
        responses.push(answer.unwrap_or_else(|error| failed(error, table_name)));
    }
    let consumed_capacity = units.told(input.return_consumed_capacity.as_deref(), Direction::Untold);
    Ok(BatchExecuteStatementOutput { responses: Some(responses), consumed_capacity })
}

fn request(sent: &BatchStatementRequest) -> Request {
    let on_failure = sent.return_values_on_condition_check_failure.as_ref();
    Request::new(sent.statement.clone(), sent.parameters.clone(), on_failure)
}

fn execute(
    call: &Call<DynamoDb>,
    sent: &BatchStatementRequest,
    statement: Statement,
    units: &mut TableUnits,
) -> Result<BatchStatementResponse, ItemError> {
    let name = statement.table_name().to_owned();
    let (used, item) = match statement {
        Statement::Select(selection) => {
            let Selected { items, units, .. } = selected(call, &selection, sent.consistent_read == Some(true))?;
            (units, items.into_iter().next())
        }
        Statement::Exists(_) => {
            return Err(invalid("EXISTS can only be used in ExecuteTransaction write requests.").into());
        }
        statement => {
            let table = statements::table(call, &statement)?;
            let made = write::write(&table, statement, request(sent).tells_item)?;
            let written = made.write.make(call.ctx());
            let written = written.map_err(|error| if made.is_insert { duplicate(error) } else { error })?;
            let item = made.shows.returned(&written);
            (written.units, item)
        }
    };
    units.add(&name, &used);
    Ok(BatchStatementResponse { table_name: Some(name), item, error: None })
}

/// Of one item, by its whole key and nothing else.
fn selected(call: &Call<DynamoDb>, selection: &Select, is_consistent: bool) -> Result<Selected, ItemError> {
    let table = table_of(call, &selection.table.name)?;
    match keys::key_of_read(&table.schema, selection.condition.as_ref()) {
        Some((key, false)) if selection.table.index_name.is_none() => {
            Ok(select::one(&table, selection, &key, is_consistent)?)
        }
        _ => Err(invalid(
            "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
        )
        .into()),
    }
}

/// Codes in answers are those of errors, worded otherwise.
fn failed(error: ItemError, table_name: Option<String>) -> BatchStatementResponse {
    let item = match &error {
        ItemError::ConditionFailed(item) => item.clone().map(crate::value::Shown),
        _ => None,
    };
    let error = AwsError::from(error);
    let code = match error.code() {
        "ValidationException" => "ValidationError",
        code => code.strip_suffix("Exception").unwrap_or(code),
    };
    let error = BatchStatementError { code: Some(code.to_owned()), message: Some(error.message().to_owned()), item };
    BatchStatementResponse { table_name, error: Some(error), ..BatchStatementResponse::default() }
}
