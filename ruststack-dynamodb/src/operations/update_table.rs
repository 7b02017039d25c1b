//! `UpdateTable`: other throughput, other settings, an index more or less.

use ruststack_core::{
    error::AwsError,
    operation::Call,
    scope::{Region, Scope},
};

use super::{create_table::global_index, replica_updates, table_settings};
use crate::{
    DynamoDb,
    api::{
        AttributeDefinition, BillingModeSummary, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
        GlobalSecondaryIndexUpdate, ProvisionedThroughput, TableDescription, UpdateGlobalSecondaryIndexAction,
        UpdateTableInput, UpdateTableOutput,
    },
    error::{DynamoDbError, invalid},
    replicas, rows,
    service::table_itself,
    table::{Settings, Table},
    table_definition::{PAY_PER_REQUEST, check_global, check_table_name, check_throughput, throughput},
};

const NOTHING: &str = "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
                       GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required";

pub(super) async fn update_table(
    call: Call<DynamoDb>,
    mut input: UpdateTableInput,
) -> Result<UpdateTableOutput, AwsError> {
    let name = check_table_name(input.table_name.as_deref())?;
    check(&input)?;
    let table = table_itself(&call, name)?;
    // A table that is encrypted keeps its key.
    if table.settings().description.sse_description.is_none() {
        table_settings::resolve_key(&call, input.sse_specification.as_mut()).await;
    }
    let taken = taken(&call, &table, &input);
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    // Items and what is set change together: a new index has every item.
    let mut locked = table.lock_all().map_err(DynamoDbError::from)?;
    let before = table.settings().description;
    let settings = table.change_settings(
        |settings| {
            change(&call, &table, settings, &input, &taken)?;
            Ok::<_, DynamoDbError>(settings.clone())
        },
        |settings| changes.record(|rows| rows::put_table(rows, &table, settings)),
    )?;
    locked.set_indexes(&settings);
    let tables = call.service().tables(&table.scope);
    tables.follow_stream(&mut locked, &table.scope, &settings, call.now(), changes);
    drop(locked);
    replicas::follow(call.service(), &table, &replicas::regions(&before));
    Ok(UpdateTableOutput {
        table_description: Some(being_updated(before, replicas::description_in(&table, &call.scope().region), &input)),
    })
}

/// The regions in which there is a table of that name where a replica is to be; seen before anything is locked.
fn taken(call: &Call<DynamoDb>, table: &Table, input: &UpdateTableInput) -> Vec<Region> {
    let created = input.replica_updates.iter().flatten().filter_map(|update| update.create.as_ref());
    let regions = created.map(|create| Region::nonstandard(create.region_name.clone()));
    let is_taken = |region: &Region| {
        let scope = Scope::new(table.scope.account, region.clone());
        call.service().tables(&scope).get(&table.name).is_some()
    };
    regions.filter(is_taken).collect()
}

fn check(input: &UpdateTableInput) -> Result<(), AwsError> {
    if input.vector_index_updates.is_some() || input.global_table_witness_updates.is_some() {
        let text = "RustStack does not implement vector indexes and witnesses of DynamoDB tables yet.";
        return Err(AwsError::not_implemented(text));
    }
    let replicas = input.replica_updates.as_deref().unwrap_or_default();
    replica_updates::check(replicas)?;
    let has_indexes = input.global_secondary_index_updates.as_ref().is_some_and(|updates| !updates.is_empty());
    let has_change = has_indexes
        || !replicas.is_empty()
        || input.provisioned_throughput.is_some()
        || input.billing_mode.is_some()
        || input.stream_specification.is_some()
        || input.sse_specification.is_some()
        || input.deletion_protection_enabled.is_some()
        || input.table_class.is_some()
        || input.on_demand_throughput.is_some()
        || input.warm_throughput.is_some();
    if !has_change {
        return Err(invalid(NOTHING).into());
    }
    table_settings::check_stream(input.stream_specification.as_ref())?;
    check_index_updates(input.global_secondary_index_updates.as_deref().unwrap_or_default())?;
    check_one_index(input.global_secondary_index_updates.as_deref().unwrap_or_default())?;
    if input.billing_mode.as_deref() == Some(PAY_PER_REQUEST) {
        check_throughput(PAY_PER_REQUEST, input.provisioned_throughput.as_ref())?;
    } else if let Some(given) = &input.provisioned_throughput {
        check_throughput("PROVISIONED", Some(given))?;
    }
    Ok(())
}

/// Each update does one thing, to an index of its own.
fn check_index_updates(updates: &[GlobalSecondaryIndexUpdate]) -> Result<(), DynamoDbError> {
    let refused = |message: String| Err(invalid(format!("One or more parameter values were invalid: {message}")));
    let mut seen = std::collections::HashSet::new();
    for update in updates {
        let GlobalSecondaryIndexUpdate { create, update, delete } = update;
        let names = [
            update.as_ref().map(|update| &update.index_name),
            create.as_ref().map(|create| &create.index_name),
            delete.as_ref().map(|delete| &delete.index_name),
        ];
        let mut names = names.into_iter().flatten();
        match (names.next(), names.next()) {
            (None, _) => {
                return refused(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
                     GlobalSecondaryIndexUpdate.Delete must not be null"
                        .to_owned(),
                );
            }
            (_, Some(_)) => {
                let message = "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object";
                return refused(message.to_owned());
            }
            (Some(name), None) if !seen.insert(name) => {
                return refused(format!(
                    "Only one global secondary index update per index is allowed simultaneously. Index: {name}"
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// One index is made or deleted at a time.
fn check_one_index(updates: &[GlobalSecondaryIndexUpdate]) -> Result<(), DynamoDbError> {
    if updates.iter().filter(|update| update.create.is_some() || update.delete.is_some()).count() <= 1 {
        return Ok(());
    }
    let message = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
    Err(DynamoDbError::LimitExceededException { message: message.to_owned() })
}

fn change(
    call: &Call<DynamoDb>,
    table: &Table,
    settings: &mut Settings,
    input: &UpdateTableInput,
    taken: &[Region],
) -> Result<(), DynamoDbError> {
    let description = &mut settings.description;
    change_throughput(call, description, input)?;
    table_settings::set_encryption(call, description, input.sse_specification.as_ref());
    change_stream(call, table, description, input)?;
    table_settings::set_class(description, input.table_class.as_deref(), Some(call.now()));
    if let Some(is_protected) = input.deletion_protection_enabled {
        description.deletion_protection_enabled = Some(is_protected);
    }
    if let Some(on_demand) = &input.on_demand_throughput {
        description.on_demand_throughput = Some(on_demand.clone());
    }
    let defined = input.attribute_definitions.as_deref().unwrap_or_default();
    for update in input.global_secondary_index_updates.iter().flatten() {
        change_index(table, description, update, defined)?;
    }
    for update in input.replica_updates.iter().flatten() {
        replica_updates::change(table, description, update, taken)?;
    }
    forget_unused(description);
    Ok(())
}

pub(super) fn is_on_demand(description: &TableDescription) -> bool {
    let summary = description.billing_mode_summary.as_ref();
    summary.is_some_and(|summary| summary.billing_mode.as_deref() == Some(PAY_PER_REQUEST))
}

fn change_throughput(
    call: &Call<DynamoDb>,
    description: &mut TableDescription,
    input: &UpdateTableInput,
) -> Result<(), DynamoDbError> {
    let was_on_demand = is_on_demand(description);
    let mode = match input.billing_mode.as_deref() {
        Some(mode) => mode,
        None if was_on_demand => PAY_PER_REQUEST,
        None => "PROVISIONED",
    };
    let given = input.provisioned_throughput.as_ref();
    if given.is_some() || (mode == "PROVISIONED" && was_on_demand) {
        check_throughput(mode, given)?;
    }
    if let Some(given) = given.filter(|_| !was_on_demand) {
        check_other(description, given)?;
    }
    if mode == PAY_PER_REQUEST && !was_on_demand {
        let at = Some(call.now());
        description.billing_mode_summary = Some(BillingModeSummary {
            billing_mode: Some(mode.to_owned()),
            last_update_to_pay_per_request_date_time: at,
        });
        description.provisioned_throughput = Some(throughput::provisioned(None));
        for index in description.global_secondary_indexes.iter_mut().flatten() {
            index.provisioned_throughput = Some(throughput::provisioned(None));
        }
    } else if let (Some(summary), true) = (&mut description.billing_mode_summary, was_on_demand) {
        summary.billing_mode = Some(mode.to_owned());
    }
    if given.is_some() {
        description.provisioned_throughput = Some(throughput::provisioned(given));
    }
    if given.is_some() || input.warm_throughput.is_some() || mode == PAY_PER_REQUEST && !was_on_demand {
        let now = provisioned_of(description);
        description.warm_throughput = Some(throughput::warm(input.warm_throughput.as_ref(), now.as_ref()));
    }
    Ok(())
}

/// What is provisioned; none where requests are billed.
fn provisioned_of(description: &TableDescription) -> Option<ProvisionedThroughput> {
    let provisioned = description.provisioned_throughput.as_ref().filter(|_| !is_on_demand(description))?;
    Some(ProvisionedThroughput {
        read_capacity_units: provisioned.read_capacity_units?,
        write_capacity_units: provisioned.write_capacity_units?,
    })
}

fn check_other(description: &TableDescription, given: &ProvisionedThroughput) -> Result<(), DynamoDbError> {
    let Some(now) = provisioned_of(description).filter(|now| now == given) else { return Ok(()) };
    let ProvisionedThroughput { read_capacity_units: read, write_capacity_units: write } = now;
    Err(invalid(format!(
        "The provisioned throughput for the table will not change. The requested value equals the current value. \
         Current ReadCapacityUnits provisioned for the table: {read}. Requested ReadCapacityUnits: {read}. Current \
         WriteCapacityUnits provisioned for the table: {write}. Requested WriteCapacityUnits: {write}. Refer to the \
         Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )))
}

fn change_stream(
    call: &Call<DynamoDb>,
    table: &Table,
    description: &mut TableDescription,
    input: &UpdateTableInput,
) -> Result<(), DynamoDbError> {
    let Some(given) = &input.stream_specification else { return Ok(()) };
    let name = &table.name;
    match (description.stream_specification.is_some(), given.stream_enabled) {
        (true, true) => Err(invalid(format!(
            "Table already has an enabled stream: TableName: {name}, StreamArn: {}",
            description.latest_stream_arn.as_deref().unwrap_or_default()
        ))),
        (false, false) => Err(invalid(format!("Table has no stream to disable: TableName: {name}"))),
        _ => {
            let begun = call.service().tables(&table.scope).stream_begins(name, call.now());
            table_settings::set_stream(description, Some(given), begun);
            Ok(())
        }
    }
}

fn change_index(
    table: &Table,
    description: &mut TableDescription,
    update: &GlobalSecondaryIndexUpdate,
    defined: &[AttributeDefinition],
) -> Result<(), DynamoDbError> {
    match update {
        GlobalSecondaryIndexUpdate { create: Some(create), .. } => add_index(table, description, create, defined),
        GlobalSecondaryIndexUpdate { update: Some(update), .. } => change_index_throughput(description, update),
        GlobalSecondaryIndexUpdate { delete: Some(delete), .. } => {
            let indexes = description.global_secondary_indexes.get_or_insert_default();
            let count = indexes.len();
            indexes.retain(|index| index.index_name.as_ref() != Some(&delete.index_name));
            if indexes.len() == count {
                let message = "Requested resource not found".to_owned();
                return Err(DynamoDbError::ResourceNotFoundException { message });
            }
            description.global_secondary_indexes.take_if(|indexes| indexes.is_empty());
            Ok(())
        }
        // Checked before.
        GlobalSecondaryIndexUpdate { create: None, update: None, delete: None } => Ok(()),
    }
}

fn add_index(
    table: &Table,
    description: &mut TableDescription,
    create: &CreateGlobalSecondaryIndexAction,
    defined: &[AttributeDefinition],
) -> Result<(), DynamoDbError> {
    let index = GlobalSecondaryIndex {
        index_name: create.index_name.clone(),
        key_schema: create.key_schema.clone(),
        projection: create.projection.clone(),
        provisioned_throughput: create.provisioned_throughput.clone(),
        on_demand_throughput: create.on_demand_throughput.clone(),
        warm_throughput: create.warm_throughput.clone(),
    };
    let mode = if is_on_demand(description) { PAY_PER_REQUEST } else { "PROVISIONED" };
    if defined.is_empty() {
        return Err(invalid(format!(
            "One or more parameter values were invalid: AttributeDefinitions is not specified for index: {}",
            index.index_name
        )));
    }
    check_global(std::slice::from_ref(&index), defined, mode, true)?;
    let mut names = description.global_secondary_indexes.iter().flatten().map(|index| &index.index_name);
    let mut local = description.local_secondary_indexes.iter().flatten().map(|index| &index.index_name);
    if names.any(|name| name.as_ref() == Some(&index.index_name))
        || local.any(|name| name.as_ref() == Some(&index.index_name))
    {
        return Err(invalid("Attempting to create an index which already exists"));
    }
    let attributes = description.attribute_definitions.get_or_insert_default();
    for definition in defined {
        match attributes.iter().find(|known| known.attribute_name == definition.attribute_name) {
            Some(known) if known != definition => {
                return Err(invalid(
                    "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your \
                     attribute has the same type as previously defined.",
                ));
            }
            Some(_) => {}
            None => attributes.push(definition.clone()),
        }
    }
    description.global_secondary_indexes.get_or_insert_default().push(global_index(&table.arn, &index));
    Ok(())
}

fn change_index_throughput(
    description: &mut TableDescription,
    update: &UpdateGlobalSecondaryIndexAction,
) -> Result<(), DynamoDbError> {
    let mut indexes = description.global_secondary_indexes.iter_mut().flatten();
    let index = indexes.find(|index| index.index_name.as_ref() == Some(&update.index_name)).ok_or_else(|| {
        invalid(
            "This operation cannot be performed with given input values. Please contact DynamoDB service team for more \
             info: Action Blocked: IndexUpdate",
        )
    })?;
    if let Some(given) = &update.provisioned_throughput {
        index.provisioned_throughput = Some(throughput::provisioned(Some(given)));
        index.warm_throughput = Some(throughput::warm_index(update.warm_throughput.as_ref(), Some(given)));
    }
    if let Some(on_demand) = &update.on_demand_throughput {
        index.on_demand_throughput = Some(on_demand.clone());
    }
    Ok(())
}

/// Definitions of attributes that were keys of indexes alone go with them.
pub(super) fn forget_unused(description: &mut TableDescription) {
    let global = description.global_secondary_indexes.iter().flatten().filter_map(|index| index.key_schema.as_ref());
    let local = description.local_secondary_indexes.iter().flatten().filter_map(|index| index.key_schema.as_ref());
    let keys = description.key_schema.iter().chain(global).chain(local).flatten();
    let used: Vec<String> = keys.map(|key| key.attribute_name.clone()).collect();
    let attributes = description.attribute_definitions.iter_mut();
    attributes.for_each(|attributes| attributes.retain(|attribute| used.contains(&attribute.attribute_name)));
}

/// The answer, of a table that AWS is still changing.
fn being_updated(
    before: TableDescription,
    mut description: TableDescription,
    input: &UpdateTableInput,
) -> TableDescription {
    if description.sse_description.is_none()
        && let Some(mut ending) = before.sse_description
    {
        ending.status = Some("UPDATING".to_owned());
        description.sse_description = Some(ending);
    }
    let only_flags = input.deletion_protection_enabled.is_some()
        && input.provisioned_throughput.is_none()
        && input.billing_mode.is_none()
        && input.global_secondary_index_updates.is_none();
    if !only_flags {
        description.table_status = Some("UPDATING".to_owned());
    }
    let created = |name: &Option<String>| {
        let creations =
            input.global_secondary_index_updates.iter().flatten().filter_map(|update| update.create.as_ref());
        creations.into_iter().any(|create| Some(&create.index_name) == name.as_ref())
    };
    for index in description.global_secondary_indexes.iter_mut().flatten() {
        if created(&index.index_name) {
            index.index_status = Some("CREATING".to_owned());
            index.backfilling = Some(false);
        }
    }
    description
}
