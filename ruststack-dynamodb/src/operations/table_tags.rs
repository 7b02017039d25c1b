//! Tags of tables: `TagResource`, `UntagResource`, `ListTagsOfResource`.

use std::sync::Arc;

use ruststack_core::{
    operation::Call,
    tags::{self, Problem, Tags},
};

use crate::{
    DynamoDb,
    api::{
        ListTagsOfResourceInput, ListTagsOfResourceOutput, Tag, TagResourceInput, TagResourceOutput,
        UntagResourceInput, UntagResourceOutput,
    },
    error::{DynamoDbError, invalid},
    rows,
    table::Table,
    tables::TableName,
};

const MAX_TAGS: usize = 50;

pub(super) async fn tag_resource(
    call: Call<DynamoDb>,
    input: TagResourceInput,
) -> Result<TagResourceOutput, DynamoDbError> {
    if input.tags.is_empty() {
        // The missing blank is AWS's.
        return Err(invalid("Atleast one Tag needs to be provided as Input."));
    }
    let given = read(input.tags)?;
    let table = table(&call, &input.resource_arn)?;
    change(&call, &table, |tags| {
        let merged = tags::merged(tags, given);
        check(&merged)?;
        *tags = merged;
        Ok(())
    })?;
    Ok(TagResourceOutput {})
}

pub(super) async fn untag_resource(
    call: Call<DynamoDb>,
    input: UntagResourceInput,
) -> Result<UntagResourceOutput, DynamoDbError> {
    if input.tag_keys.is_empty() {
        return Err(invalid("Atleast one Tag Key needs to be provided as Input."));
    }
    let table = table(&call, &input.resource_arn)?;
    change(&call, &table, |tags| {
        tags.retain(|(key, _)| !input.tag_keys.contains(key));
        Ok(())
    })?;
    Ok(UntagResourceOutput {})
}

pub(super) async fn list_tags_of_resource(
    call: Call<DynamoDb>,
    input: ListTagsOfResourceInput,
) -> Result<ListTagsOfResourceOutput, DynamoDbError> {
    let arn = &input.resource_arn;
    let table = table(&call, arn).map_err(|error| match error {
        DynamoDbError::ResourceNotFoundException { .. } => not_authorized(&call, arn),
        error => error,
    })?;
    let tags = table.settings().tags;
    let tags = tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
    Ok(ListTagsOfResourceOutput { tags: Some(tags), next_token: None })
}

/// Who asks for the tags of a table that is not there hears no more.
fn not_authorized(call: &Call<DynamoDb>, arn: &str) -> DynamoDbError {
    let (partition, account) = (call.scope().partition(), call.scope().account);
    DynamoDbError::AccessDeniedException {
        message: format!(
            "User: arn:{partition}:iam::{account}:root is not authorized to perform: dynamodb:ListTagsOfResource on \
             resource: {arn}"
        ),
    }
}

fn table(call: &Call<DynamoDb>, arn: &str) -> Result<Arc<Table>, DynamoDbError> {
    if !arn.starts_with("arn:") {
        let message = format!("One or more parameter values were invalid: ARNs must start with 'arn:': {arn}");
        return Err(invalid(message));
    }
    if arn.contains("/index/") {
        return Err(invalid(format!(
            "One or more parameter values were invalid: Invalid resource arn provided, only table or stream is \
             accepted. Provided resource arn: {arn}"
        )));
    }
    let TableName { scope, name } = TableName::parse(arn, call.scope());
    call.service().tables(&scope).get(&name).ok_or_else(|| DynamoDbError::ResourceNotFoundException {
        // The misspelling is AWS's.
        message: format!("Requested resource not found: ResourcArn: {arn} not found"),
    })
}

fn change(
    call: &Call<DynamoDb>,
    table: &Table,
    change: impl FnOnce(&mut Tags) -> Result<(), DynamoDbError>,
) -> Result<(), DynamoDbError> {
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    table.change_settings(
        |settings| change(&mut settings.tags),
        |settings| changes.record(|rows| rows::put_table(rows, table, settings)),
    )
}

pub(super) fn read(given: Vec<Tag>) -> Result<Tags, DynamoDbError> {
    let tags: Tags = given.into_iter().map(|tag| (tag.key, tag.value)).collect();
    check(&tags)?;
    Ok(tags)
}

pub(super) fn check(tags: &Tags) -> Result<(), DynamoDbError> {
    let message = match tags::check(tags, MAX_TAGS) {
        Ok(()) => return Ok(()),
        Err(Problem::TooMany) => "Number of Tags exceed the current limit for the provided ResourceArn".to_owned(),
        Err(Problem::RepeatedKey { key }) => {
            format!("Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}")
        }
        Err(Problem::ReservedKey { key }) => format!("Tag Key cannot be prefixed with aws:, Key: {key}"),
        Err(Problem::InvalidKey { key }) => format!("The Tag Key provided is invalid, Key: {key}"),
        Err(Problem::InvalidValue { value, .. }) => format!("The Tag Value provided is invalid, Value: {value}"),
    };
    Err(invalid(message))
}
