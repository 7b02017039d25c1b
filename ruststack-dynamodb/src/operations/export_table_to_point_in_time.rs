//! `ExportTableToPointInTime`, `DescribeExport` and `ListExports`: a table's items as objects of a bucket.

use ruststack_core::{error::AwsError, operation::Call, page};

use super::{backup::scope_of, restore_table_to_point_in_time::items_at};
use crate::{
    DynamoDb,
    api::{
        DescribeExportInput, DescribeExportOutput, ExportDescription, ExportSummary, ExportTableToPointInTimeInput,
        ExportTableToPointInTimeOutput, ListExportsInput, ListExportsOutput,
    },
    error::{DynamoDbError, invalid},
    tables::TableName,
    transfers::{Export, IN_PROGRESS, export},
};

const MAX_PAGE: usize = 25;

pub(super) async fn export_table_to_point_in_time(
    call: Call<DynamoDb>,
    input: ExportTableToPointInTimeInput,
) -> Result<ExportTableToPointInTimeOutput, AwsError> {
    check(&input)?;
    let TableName { scope, name } = TableName::parse(&input.table_arn, call.scope());
    let table = call.service().tables(&scope).get(&name);
    let table = table.ok_or(DynamoDbError::TableNotFoundException { name })?;
    let transfers = call.service().transfers(&scope);
    if let Some(token) = &input.client_token
        && let Some(made) = transfers.exports().into_iter().find(|made| made.asked.client_token.as_ref() == Some(token))
    {
        if made.asked != input {
            return Err(DynamoDbError::ExportConflictException {}.into());
        }
        return Ok(ExportTableToPointInTimeOutput { export_description: Some(made.told) });
    }
    let at = input.export_time.unwrap_or_else(|| call.now());
    let items = items_at(&call, &table, at)?;
    let id = format!("{:014}-{}", call.now().millis(), call.ids().hex(8));
    let told = ExportDescription {
        export_arn: Some(format!("{}/export/{id}", table.arn)),
        export_status: Some(IN_PROGRESS.to_owned()),
        start_time: Some(call.now()),
        table_arn: Some(table.arn.clone()),
        table_id: table.settings().description.table_id,
        export_time: Some(at),
        client_token: Some(input.client_token.clone().unwrap_or_else(|| call.ids().uuid())),
        s3_bucket: Some(input.s3_bucket.clone()),
        s3_bucket_owner: input.s3_bucket_owner.clone(),
        s3_prefix: input.s3_prefix.clone(),
        s3_sse_algorithm: Some(input.s3_sse_algorithm.clone().unwrap_or_else(|| "AES256".to_owned())),
        s3_sse_kms_key_id: input.s3_sse_kms_key_id.clone(),
        export_format: Some("DYNAMODB_JSON".to_owned()),
        export_type: Some("FULL_EXPORT".to_owned()),
        ..ExportDescription::default()
    };
    let export = Export { asked: input, told: told.clone() };
    {
        let changes = call.ctx().changes();
        let _section = changes.begin().map_err(DynamoDbError::from)?;
        transfers.put_export(&scope, export.clone(), changes);
    }
    let work = export::run(call.service().clone(), call.ctx().clone(), scope, export, items);
    call.ctx().runtime().tasks.spawn(work);
    Ok(ExportTableToPointInTimeOutput { export_description: Some(told) })
}

fn check(input: &ExportTableToPointInTimeInput) -> Result<(), AwsError> {
    if !input.table_arn.starts_with("arn:") {
        return Err(invalid(format!("Invalid table ARN: {}", input.table_arn)).into());
    }
    if input.export_format.as_deref() == Some("ION") {
        return Err(AwsError::not_implemented("RustStack does not export DynamoDB tables as Ion yet."));
    }
    if input.export_type.as_deref() == Some("INCREMENTAL_EXPORT") || input.filter_specification.is_some() {
        let text = "RustStack does not export parts and increments of DynamoDB tables yet.";
        return Err(AwsError::not_implemented(text));
    }
    Ok(())
}

pub(super) async fn describe_export(
    call: Call<DynamoDb>,
    input: DescribeExportInput,
) -> Result<DescribeExportOutput, DynamoDbError> {
    let found = call.service().transfers(&scope_of(&input.export_arn, call.scope())).export(&input.export_arn);
    let found = found.ok_or(DynamoDbError::ExportNotFoundException { arn: input.export_arn })?;
    Ok(DescribeExportOutput { export_description: Some(found.told) })
}

pub(super) async fn list_exports(
    call: Call<DynamoDb>,
    input: ListExportsInput,
) -> Result<ListExportsOutput, DynamoDbError> {
    let limit = input.max_results.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_PAGE);
    let after = input.next_token.as_deref().map(page::decode).transpose().map_err(|_| invalid("Invalid NextToken"))?;
    let mut found = call.service().transfers(call.scope()).exports();
    found.retain(|export| {
        (input.table_arn.is_none() || export.told.table_arn == input.table_arn)
            && after.as_ref().is_none_or(|after| export.told.export_arn.as_ref() > Some(after))
    });
    let is_cut = found.len() > limit;
    found.truncate(limit);
    let last = found.last().and_then(|last| last.told.export_arn.as_deref()).filter(|_| is_cut);
    let next_token = last.map(page::encode);
    let summary = |export: Export| ExportSummary {
        export_arn: export.told.export_arn,
        export_status: export.told.export_status,
        export_type: export.told.export_type,
    };
    Ok(ListExportsOutput { export_summaries: Some(found.into_iter().map(summary).collect()), next_token })
}
