//! `CreateTable`: a new table, which can be used at once.

use std::sync::Arc;

use ruststack_core::{error::AwsError, operation::Call, tags};

use super::{resource_policy, table_settings, table_tags};
use crate::{
    DynamoDb,
    api::{
        BillingModeSummary, CreateTableInput, CreateTableOutput, GlobalSecondaryIndex, GlobalSecondaryIndexDescription,
        LocalSecondaryIndex, LocalSecondaryIndexDescription, TableDescription,
    },
    error::invalid,
    table::{More, Settings, Table},
    table_definition::{Definition, PAY_PER_REQUEST, check_table_name, check_throughput, throughput},
    tables::TableName,
};

pub(super) async fn create_table(
    call: Call<DynamoDb>,
    mut input: CreateTableInput,
) -> Result<CreateTableOutput, AwsError> {
    // Nothing is asked for a table that is refused.
    check(&input)?;
    table_settings::resolve_key(&call, input.sse_specification.as_mut()).await;
    let table = create(&call, &input)?;
    Ok(CreateTableOutput { table_description: Some(being_created(table.description(), &input)) })
}

pub(super) fn create(call: &Call<DynamoDb>, input: &CreateTableInput) -> Result<Arc<Table>, AwsError> {
    check(input)?;
    let TableName { scope, name } = TableName::parse(check_table_name(input.table_name.as_deref())?, call.scope());
    let tags = table_tags::read(input.tags.clone().unwrap_or_default())?;
    let description = description(call, &name, input);
    let (kinesis_destinations, mut more) = (Vec::new(), More::default());
    if let (Some(text), Some(arn)) = (&input.resource_policy, &description.table_arn) {
        more.policies.insert(arn.clone(), resource_policy::first(call, text)?);
    }
    let settings = Settings { description, tags, time_to_live: None, kinesis_destinations, more };
    let tables = call.service().tables(&scope);
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    Ok(tables.create(&scope, &name, settings, call.now(), changes)?)
}

fn check(input: &CreateTableInput) -> Result<(), AwsError> {
    check_table_name(input.table_name.as_deref())?;
    if input.vector_indexes.is_some() || input.global_table_source_arn.is_some() {
        let text = "RustStack does not implement vector indexes and replicas by `CreateTable` yet.";
        return Err(AwsError::not_implemented(text));
    }
    let missing = |name: &str| {
        let broken = format!("Value null at '{name}' failed to satisfy constraint: Member must not be null");
        invalid(format!("1 validation error detected: {broken}"))
    };
    let billing_mode = input.billing_mode.as_deref().unwrap_or("PROVISIONED");
    check_throughput(billing_mode, input.provisioned_throughput.as_ref())?;
    let definition = Definition {
        keys: input.key_schema.as_deref().ok_or_else(|| missing("keySchema"))?,
        attributes: input.attribute_definitions.as_deref().ok_or_else(|| missing("attributeDefinitions"))?,
        local: input.local_secondary_indexes.as_deref(),
        global: input.global_secondary_indexes.as_deref(),
        billing_mode,
    };
    definition.check()?;
    table_settings::check_stream(input.stream_specification.as_ref())?;
    let tags = input.tags.iter().flatten().map(|tag| (tag.key.clone(), tag.value.clone()));
    table_tags::check(&tags.collect::<tags::Tags>()).map_err(AwsError::from)
}

/// What is told of the table from now on.
fn description(call: &Call<DynamoDb>, name: &str, input: &CreateTableInput) -> TableDescription {
    let (scope, now) = (call.scope(), call.now());
    let arn = format!("arn:{}:dynamodb:{}:{}:table/{name}", scope.partition(), scope.region, scope.account);
    let provisioned = input.provisioned_throughput.as_ref();
    let is_on_demand = input.billing_mode.as_deref() == Some(PAY_PER_REQUEST);
    let global = input.global_secondary_indexes.as_ref();
    let local = input.local_secondary_indexes.as_ref();
    let mut description = TableDescription {
        attribute_definitions: input.attribute_definitions.clone(),
        table_name: Some(name.to_owned()),
        key_schema: input.key_schema.clone(),
        table_status: Some("ACTIVE".to_owned()),
        creation_date_time: Some(now),
        provisioned_throughput: Some(throughput::provisioned(provisioned)),
        table_id: Some(call.ids().uuid()),
        billing_mode_summary: is_on_demand.then(|| BillingModeSummary {
            billing_mode: Some(PAY_PER_REQUEST.to_owned()),
            last_update_to_pay_per_request_date_time: Some(now),
        }),
        local_secondary_indexes: local.map(|local| local.iter().map(|index| local_index(&arn, index)).collect()),
        global_secondary_indexes: global.map(|global| global.iter().map(|index| global_index(&arn, index)).collect()),
        deletion_protection_enabled: Some(input.deletion_protection_enabled == Some(true)),
        on_demand_throughput: input.on_demand_throughput.clone(),
        warm_throughput: Some(throughput::warm(input.warm_throughput.as_ref(), provisioned)),
        table_arn: Some(arn),
        ..TableDescription::default()
    };
    table_settings::set_encryption(call, &mut description, input.sse_specification.as_ref());
    let begun = call.service().tables(scope).stream_begins(name, now);
    table_settings::set_stream(&mut description, input.stream_specification.as_ref(), begun);
    table_settings::set_class(&mut description, input.table_class.as_deref(), None);
    description
}

fn local_index(table_arn: &str, index: &LocalSecondaryIndex) -> LocalSecondaryIndexDescription {
    LocalSecondaryIndexDescription {
        index_name: Some(index.index_name.clone()),
        key_schema: Some(index.key_schema.clone()),
        projection: Some(index.projection.clone()),
        index_arn: Some(format!("{table_arn}/index/{}", index.index_name)),
        ..LocalSecondaryIndexDescription::default()
    }
}

pub(super) fn global_index(table_arn: &str, index: &GlobalSecondaryIndex) -> GlobalSecondaryIndexDescription {
    let provisioned = index.provisioned_throughput.as_ref();
    GlobalSecondaryIndexDescription {
        index_name: Some(index.index_name.clone()),
        key_schema: Some(index.key_schema.clone()),
        projection: Some(index.projection.clone()),
        index_status: Some("ACTIVE".to_owned()),
        provisioned_throughput: Some(throughput::provisioned(provisioned)),
        index_arn: Some(format!("{table_arn}/index/{}", index.index_name)),
        on_demand_throughput: index.on_demand_throughput.clone(),
        warm_throughput: Some(throughput::warm_index(index.warm_throughput.as_ref(), provisioned)),
        ..GlobalSecondaryIndexDescription::default()
    }
}

/// The first answer, of a table that AWS is still making.
fn being_created(mut description: TableDescription, input: &CreateTableInput) -> TableDescription {
    description.table_status = Some("CREATING".to_owned());
    description.warm_throughput = description.warm_throughput.filter(|_| input.warm_throughput.is_some());
    if let Some(warm) = &mut description.warm_throughput {
        warm.status = Some("UPDATING".to_owned());
    }
    if let Some(billing) = &mut description.billing_mode_summary {
        billing.last_update_to_pay_per_request_date_time = None;
    }
    for index in description.global_secondary_indexes.iter_mut().flatten() {
        index.index_status = Some("CREATING".to_owned());
        index.warm_throughput = None;
    }
    description
}
