//! `CreateGlobalTable`, `DescribeGlobalTable`, `UpdateGlobalTable` and `ListGlobalTables`: global tables of 2017.
//!
//! Differs from AWS: nothing is replicated by them, and the tables need not be there. Replicas of `UpdateTable` are.

use ruststack_core::{operation::Call, scope::Scope};

use crate::{
    DynamoDb,
    api::{
        CreateGlobalTableInput, CreateGlobalTableOutput, DescribeGlobalTableInput, DescribeGlobalTableOutput,
        GlobalTable as Listed, GlobalTableDescription, ListGlobalTablesInput, ListGlobalTablesOutput, Replica,
        ReplicaDescription, ReplicaSettingsDescription, ReplicaUpdate, UpdateGlobalTableInput, UpdateGlobalTableOutput,
    },
    error::{DynamoDbError, invalid},
    globals::GlobalTable,
};

const MAX_PAGE: usize = 100;

/// A global table of the account, and where it was made.
pub(super) fn find(call: &Call<DynamoDb>, name: &str) -> Result<(Scope, GlobalTable), DynamoDbError> {
    let of_account =
        call.service().all_globals().into_iter().filter(|(scope, _)| scope.account == call.scope().account);
    let mut found = of_account.filter_map(|(scope, globals)| Some((scope, globals.get(name)?)));
    found.next().ok_or_else(|| DynamoDbError::GlobalTableNotFoundException { name: name.to_owned() })
}

pub(super) fn put(call: &Call<DynamoDb>, scope: &Scope, name: &str, made: GlobalTable) -> Result<(), DynamoDbError> {
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    call.service().globals(scope).put(scope, name, made, changes);
    Ok(())
}

pub(super) async fn create_global_table(
    call: Call<DynamoDb>,
    input: CreateGlobalTableInput,
) -> Result<CreateGlobalTableOutput, DynamoDbError> {
    let name = input.global_table_name;
    if find(&call, &name).is_ok() {
        return Err(DynamoDbError::GlobalTableAlreadyExistsException { name });
    }
    let regions: Vec<String> = input.replication_group.into_iter().filter_map(|replica| replica.region_name).collect();
    let arn = format!("arn:{}:dynamodb::{}:global-table/{name}", call.scope().partition(), call.scope().account);
    let description = GlobalTableDescription {
        replication_group: Some(regions.iter().map(|region| replica(region)).collect()),
        global_table_arn: Some(arn),
        creation_date_time: Some(call.now()),
        global_table_status: Some("ACTIVE".to_owned()),
        global_table_name: Some(name.clone()),
    };
    let settings = regions.iter().map(|region| settings(region)).collect();
    let made = GlobalTable { description, settings };
    put(&call, call.scope(), &name, made.clone())?;
    Ok(CreateGlobalTableOutput {
        global_table_description: Some(GlobalTableDescription {
            global_table_status: Some("CREATING".to_owned()),
            ..made.description
        }),
    })
}

fn replica(region: &str) -> ReplicaDescription {
    ReplicaDescription {
        region_name: Some(region.to_owned()),
        replica_status: Some("ACTIVE".to_owned()),
        ..ReplicaDescription::default()
    }
}

fn settings(region: &str) -> ReplicaSettingsDescription {
    ReplicaSettingsDescription {
        region_name: region.to_owned(),
        replica_status: Some("ACTIVE".to_owned()),
        replica_provisioned_read_capacity_units: Some(0),
        replica_provisioned_write_capacity_units: Some(0),
        ..ReplicaSettingsDescription::default()
    }
}

pub(super) async fn describe_global_table(
    call: Call<DynamoDb>,
    input: DescribeGlobalTableInput,
) -> Result<DescribeGlobalTableOutput, DynamoDbError> {
    let (_, found) = find(&call, &input.global_table_name)?;
    Ok(DescribeGlobalTableOutput { global_table_description: Some(found.description) })
}

pub(super) async fn update_global_table(
    call: Call<DynamoDb>,
    input: UpdateGlobalTableInput,
) -> Result<UpdateGlobalTableOutput, DynamoDbError> {
    let (scope, mut found) = find(&call, &input.global_table_name)?;
    input.replica_updates.into_iter().try_for_each(|update| update_replica(&mut found, update))?;
    put(&call, &scope, &input.global_table_name, found.clone())?;
    Ok(UpdateGlobalTableOutput { global_table_description: Some(found.description) })
}

/// AWS takes a replica that is there already where others are added with it; so is it here.
fn update_replica(made: &mut GlobalTable, update: ReplicaUpdate) -> Result<(), DynamoDbError> {
    let replicas = made.description.replication_group.get_or_insert_default();
    let place = |region: &str| replicas.iter().position(|replica| replica.region_name.as_deref() == Some(region));
    match update {
        ReplicaUpdate { create: Some(create), delete: None } => match place(&create.region_name) {
            Some(_) => Err(DynamoDbError::ReplicaAlreadyExistsException { region: create.region_name }),
            None => {
                replicas.push(replica(&create.region_name));
                made.settings.push(settings(&create.region_name));
                Ok(())
            }
        },
        ReplicaUpdate { create: None, delete: Some(delete) } => {
            let place = place(&delete.region_name);
            let place = place.ok_or(DynamoDbError::ReplicaNotFoundException { region: delete.region_name })?;
            replicas.remove(place);
            made.settings.remove(place);
            Ok(())
        }
        _ => Err(invalid("One or more parameter values were invalid: One of Create or Delete must be specified")),
    }
}

pub(super) async fn list_global_tables(
    call: Call<DynamoDb>,
    input: ListGlobalTablesInput,
) -> Result<ListGlobalTablesOutput, DynamoDbError> {
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_PAGE);
    let of_account =
        call.service().all_globals().into_iter().filter(|(scope, _)| scope.account == call.scope().account);
    let mut listed: Vec<(String, Vec<String>)> = of_account
        .flat_map(|(_, globals)| globals.all())
        .map(|(name, made)| (name, made.settings.into_iter().map(|settings| settings.region_name).collect()))
        .collect();
    listed.retain(|(name, regions)| {
        input.region_name.as_ref().is_none_or(|region| regions.contains(region))
            && input.exclusive_start_global_table_name.as_ref().is_none_or(|start| name > start)
    });
    listed.sort();
    let is_cut = listed.len() > limit;
    listed.truncate(limit);
    let last_evaluated_global_table_name = listed.last().filter(|_| is_cut).map(|(name, _)| name.clone());
    let told = |(name, regions): (String, Vec<String>)| Listed {
        global_table_name: Some(name),
        replication_group: Some(regions.into_iter().map(|region| Replica { region_name: Some(region) }).collect()),
    };
    let global_tables = Some(listed.into_iter().map(told).collect());
    Ok(ListGlobalTablesOutput { global_tables, last_evaluated_global_table_name })
}
