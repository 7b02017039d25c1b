//! `ImportTable`, `DescribeImport` and `ListImports`: a new table of the objects of a bucket.

use ruststack_core::{error::AwsError, operation::Call, page};

use super::{backup::scope_of, create_table};
use crate::{
    DynamoDb,
    api::{
        CreateTableInput, DescribeImportInput, DescribeImportOutput, ImportSummary, ImportTableDescription,
        ImportTableInput, ImportTableOutput, ListImportsInput, ListImportsOutput, TableCreationParameters,
    },
    error::{DynamoDbError, invalid},
    transfers::{IN_PROGRESS, Import, import},
};

const MAX_PAGE: usize = 25;

pub(super) async fn import_table(call: Call<DynamoDb>, input: ImportTableInput) -> Result<ImportTableOutput, AwsError> {
    check(&input)?;
    let transfers = call.service().transfers(call.scope());
    if let Some(token) = &input.client_token
        && let Some(made) = transfers.imports().into_iter().find(|made| made.asked.client_token.as_ref() == Some(token))
    {
        if made.asked != input {
            return Err(DynamoDbError::ImportConflictException {}.into());
        }
        return Ok(ImportTableOutput { import_table_description: made.told });
    }
    let table = create_table::create(&call, &creation(input.table_creation_parameters.clone()))?;
    let id = format!("{:014}-{}", call.now().millis(), call.ids().hex(8));
    let token = input.client_token.clone().unwrap_or_else(|| call.ids().uuid());
    let told = ImportTableDescription {
        import_arn: Some(format!("{}/import/{id}", table.arn)),
        import_status: Some(IN_PROGRESS.to_owned()),
        table_arn: Some(table.arn.clone()),
        table_id: table.settings().description.table_id,
        client_token: Some(token),
        s3_bucket_source: Some(input.s3_bucket_source.clone()),
        error_count: Some(0),
        input_format: Some(input.input_format.clone()),
        input_format_options: input.input_format_options.clone(),
        input_compression_type: Some(input.input_compression_type.clone().unwrap_or_else(|| "NONE".to_owned())),
        table_creation_parameters: Some(input.table_creation_parameters.clone()),
        start_time: Some(call.now()),
        ..ImportTableDescription::default()
    };
    let import = Import { asked: input, told: told.clone() };
    let scope = table.scope.clone();
    {
        let changes = call.ctx().changes();
        let _section = changes.begin().map_err(DynamoDbError::from)?;
        call.service().transfers(&scope).put_import(&scope, import.clone(), changes);
    }
    let work = import::run(call.service().clone(), call.ctx().clone(), scope, (import, table));
    call.ctx().runtime().tasks.spawn(work);
    Ok(ImportTableOutput { import_table_description: told })
}

fn check(input: &ImportTableInput) -> Result<(), AwsError> {
    if input.input_format == "ION" || input.input_compression_type.as_deref() == Some("ZSTD") {
        let text = "RustStack does not import Ion and what Zstandard compressed into DynamoDB tables yet.";
        return Err(AwsError::not_implemented(text));
    }
    if input.input_format != "CSV" && input.input_format_options.is_some() {
        return Err(invalid("InputFormatOptions can only be specified when InputFormat is CSV").into());
    }
    Ok(())
}

fn creation(given: TableCreationParameters) -> CreateTableInput {
    CreateTableInput {
        table_name: Some(given.table_name),
        attribute_definitions: Some(given.attribute_definitions),
        key_schema: Some(given.key_schema),
        billing_mode: given.billing_mode,
        provisioned_throughput: given.provisioned_throughput,
        on_demand_throughput: given.on_demand_throughput,
        sse_specification: given.sse_specification,
        global_secondary_indexes: given.global_secondary_indexes,
        vector_indexes: given.vector_indexes,
        ..CreateTableInput::default()
    }
}

pub(super) async fn describe_import(
    call: Call<DynamoDb>,
    input: DescribeImportInput,
) -> Result<DescribeImportOutput, DynamoDbError> {
    let found = call.service().transfers(&scope_of(&input.import_arn, call.scope())).import(&input.import_arn);
    let found = found.ok_or(DynamoDbError::ImportNotFoundException { arn: input.import_arn })?;
    Ok(DescribeImportOutput { import_table_description: found.told })
}

pub(super) async fn list_imports(
    call: Call<DynamoDb>,
    input: ListImportsInput,
) -> Result<ListImportsOutput, DynamoDbError> {
    let limit = input.page_size.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_PAGE);
    let after = input.next_token.as_deref().map(page::decode).transpose().map_err(|_| invalid("Invalid NextToken"))?;
    let mut found = call.service().transfers(call.scope()).imports();
    found.retain(|import| {
        (input.table_arn.is_none() || import.told.table_arn == input.table_arn)
            && after.as_ref().is_none_or(|after| import.told.import_arn.as_ref() > Some(after))
    });
    let is_cut = found.len() > limit;
    found.truncate(limit);
    let last = found.last().and_then(|last| last.told.import_arn.as_deref()).filter(|_| is_cut);
    let next_token = last.map(page::encode);
    let summary = |import: Import| ImportSummary {
        import_arn: import.told.import_arn,
        import_status: import.told.import_status,
        table_arn: import.told.table_arn,
        s3_bucket_source: import.told.s3_bucket_source,
        cloud_watch_log_group_arn: import.told.cloud_watch_log_group_arn,
        input_format: import.told.input_format,
        start_time: import.told.start_time,
        end_time: import.told.end_time,
    };
    Ok(ListImportsOutput { import_summary_list: Some(found.into_iter().map(summary).collect()), next_token })
}
