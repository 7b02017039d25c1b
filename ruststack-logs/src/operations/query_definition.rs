//! Queries that are kept: `PutQueryDefinition`, `DescribeQueryDefinitions`, `DeleteQueryDefinition`.

use ruststack_core::operation::Call;

use super::{Page, has_prefix, kept};
use crate::{
    Logs,
    api::{
        DeleteQueryDefinitionInput, DeleteQueryDefinitionOutput, DescribeQueryDefinitionsInput,
        DescribeQueryDefinitionsOutput, PutQueryDefinitionInput, PutQueryDefinitionOutput, QueryDefinition as Shown,
    },
    error::{LogsError, no_such},
    things::QueryDefinition,
};

pub(super) async fn put_query_definition(
    call: Call<Logs>,
    input: PutQueryDefinitionInput,
) -> Result<PutQueryDefinitionOutput, LogsError> {
    let is_known = input.query_definition_id.is_some();
    let id = input.query_definition_id.unwrap_or_else(|| call.ids().uuid());
    let now = call.now().millis();
    kept::put(&call, &id, |known: Option<&QueryDefinition>| {
        if is_known && known.is_none() {
            return Err(missing());
        }
        Ok(QueryDefinition {
            id: id.clone(),
            name: input.name,
            query: input.query_string,
            language: input.query_language,
            groups: input.log_group_names.unwrap_or_default(),
            modified_at: now,
        })
    })?;
    Ok(PutQueryDefinitionOutput { query_definition_id: Some(id) })
}

pub(super) async fn describe_query_definitions(
    call: Call<Logs>,
    input: DescribeQueryDefinitionsInput,
) -> Result<DescribeQueryDefinitionsOutput, LogsError> {
    let page = Page::of(input.max_results, input.next_token.as_deref())?;
    let all = kept::all::<QueryDefinition>(&call).into_iter();
    let asked = all.filter(|kept| has_prefix(&kept.name, input.query_definition_name_prefix.as_ref()));
    let (definitions, next_token) = page.take(asked.map(|kept| (kept.id.clone(), shown(&kept))));
    Ok(DescribeQueryDefinitionsOutput { query_definitions: Some(definitions), next_token })
}

fn shown(kept: &QueryDefinition) -> Shown {
    Shown {
        query_language: kept.language.clone(),
        query_definition_id: Some(kept.id.clone()),
        name: Some(kept.name.clone()),
        query_string: Some(kept.query.clone()),
        last_modified: Some(kept.modified_at),
        log_group_names: Some(kept.groups.clone()),
        parameters: None,
    }
}

pub(super) async fn delete_query_definition(
    call: Call<Logs>,
    input: DeleteQueryDefinitionInput,
) -> Result<DeleteQueryDefinitionOutput, LogsError> {
    let removed = kept::remove::<QueryDefinition>(&call, &input.query_definition_id, missing);
    removed.map(|()| DeleteQueryDefinitionOutput { success: Some(true) })
}

fn missing() -> LogsError {
    no_such("query definition")
}
