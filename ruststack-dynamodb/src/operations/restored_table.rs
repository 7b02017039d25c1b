//! Tables that are restored: from a backup, or as they were at a moment.

use ruststack_core::{clock::Timestamp, error::AwsError, operation::Call, scope::Scope};

use super::{
    create_table::global_index,
    table_settings,
    update_table::{forget_unused, is_on_demand},
};
use crate::{
    DynamoDb,
    api::{
        BillingModeSummary, GlobalSecondaryIndex, LocalSecondaryIndex, OnDemandThroughput, ProvisionedThroughput,
        RestoreSummary, SSESpecification, TableDescription,
    },
    error::{DynamoDbError, invalid},
    table::{More, Settings, Stored},
    table_definition::{PAY_PER_REQUEST, check_throughput, throughput},
    tables::TableName,
};

/// What is to be otherwise than in the table that was.
pub(super) struct Overrides {
    pub(super) billing_mode: Option<String>,
    pub(super) global: Option<Vec<GlobalSecondaryIndex>>,
    pub(super) local: Option<Vec<LocalSecondaryIndex>>,
    pub(super) provisioned: Option<ProvisionedThroughput>,
    pub(super) on_demand: Option<OnDemandThroughput>,
    pub(super) encryption: Option<SSESpecification>,
}

/// Where it comes from.
pub(super) struct Origin {
    pub(super) settings: Settings,
    pub(super) backup_arn: Option<String>,
    pub(super) at: Timestamp,
}

/// Makes the table, and tells of it as of one that is still being filled.
pub(super) fn restore(
    call: &Call<DynamoDb>,
    target: &str,
    origin: Origin,
    overrides: Overrides,
    items: Vec<Stored>,
) -> Result<TableDescription, AwsError> {
    let TableName { scope, name } = TableName::parse(target, call.scope());
    let settings = settings(call, &scope, &name, origin, overrides)?;
    let changes = call.ctx().changes();
    let _section = changes.begin().map_err(DynamoDbError::from)?;
    let table = call.service().tables(&scope).create_with_items(&scope, &name, settings, items, changes)?;
    let mut description = table.description();
    description.table_status = Some("CREATING".to_owned());
    (description.item_count, description.table_size_bytes) = (Some(0), Some(0));
    if let Some(summary) = &mut description.restore_summary {
        summary.restore_in_progress = true;
    }
    for index in description.global_secondary_indexes.iter_mut().flatten() {
        index.index_status = Some("CREATING".to_owned());
        (index.item_count, index.index_size_bytes) = (Some(0), Some(0));
    }
    Ok(description)
}

/// Tags, streams, expiry, protection and recovery do not come back with a table.
fn settings(
    call: &Call<DynamoDb>,
    scope: &Scope,
    name: &str,
    origin: Origin,
    overrides: Overrides,
) -> Result<Settings, DynamoDbError> {
    let mut description = origin.settings.description;
    let arn = format!("arn:{}:dynamodb:{}:{}:table/{name}", scope.partition(), scope.region, scope.account);
    description.restore_summary = Some(RestoreSummary {
        source_backup_arn: origin.backup_arn,
        source_table_arn: description.table_arn.take(),
        restore_date_time: origin.at,
        restore_in_progress: false,
    });
    description.table_name = Some(name.to_owned());
    description.table_id = Some(call.ids().uuid());
    description.creation_date_time = Some(call.now());
    description.stream_specification = None;
    (description.latest_stream_arn, description.latest_stream_label) = (None, None);
    (description.replicas, description.global_table_version) = (None, None);
    description.deletion_protection_enabled = Some(false);
    keep_indexes(&mut description, &arn, &overrides)?;
    bill(call, &mut description, &overrides)?;
    description.table_arn = Some(arn);
    if overrides.on_demand.is_some() {
        description.on_demand_throughput = overrides.on_demand;
    }
    table_settings::set_encryption(call, &mut description, overrides.encryption.as_ref());
    forget_unused(&mut description);
    Ok(Settings { description, tags: Vec::default(), time_to_live: None, more: More::default() })
}

/// Of the indexes that there were, those that are named, or all; none can be new.
fn keep_indexes(
    description: &mut TableDescription,
    table_arn: &str,
    overrides: &Overrides,
) -> Result<(), DynamoDbError> {
    if let Some(wanted) = &overrides.global {
        let known = description.global_secondary_indexes.take().unwrap_or_default();
        for wanted in wanted {
            let is_it = |index: &&crate::api::GlobalSecondaryIndexDescription| {
                index.index_name.as_ref() == Some(&wanted.index_name)
                    && index.key_schema.as_ref() == Some(&wanted.key_schema)
                    && index.projection.as_ref() == Some(&wanted.projection)
            };
            known.iter().find(is_it).ok_or_else(new_index)?;
            description.global_secondary_indexes.get_or_insert_default().push(global_index(table_arn, wanted));
        }
    }
    if let Some(wanted) = &overrides.local {
        let known = description.local_secondary_indexes.take().unwrap_or_default();
        let is_wanted = |index: &crate::api::LocalSecondaryIndexDescription| {
            wanted.iter().any(|wanted| index.index_name.as_ref() == Some(&wanted.index_name))
        };
        let kept: Vec<_> = known.into_iter().filter(is_wanted).collect();
        if kept.len() != wanted.len() {
            return Err(new_index());
        }
        description.local_secondary_indexes = (!kept.is_empty()).then_some(kept);
    }
    let arn = |name: &Option<String>| name.as_ref().map(|name| format!("{table_arn}/index/{name}"));
    for index in description.global_secondary_indexes.iter_mut().flatten() {
        index.index_arn = arn(&index.index_name);
    }
    for index in description.local_secondary_indexes.iter_mut().flatten() {
        index.index_arn = arn(&index.index_name);
    }
    Ok(())
}

fn new_index() -> DynamoDbError {
    invalid(
        "One or more parameter values were invalid: The indexes of a restored table are some of those of the table that \
         it is restored from",
    )
}

fn bill(call: &Call<DynamoDb>, description: &mut TableDescription, overrides: &Overrides) -> Result<(), DynamoDbError> {
    let was_on_demand = is_on_demand(description);
    let is_on_demand = overrides.billing_mode.as_deref().map_or(was_on_demand, |mode| mode == PAY_PER_REQUEST);
    let given = overrides.provisioned.as_ref();
    if given.is_some() || (was_on_demand && !is_on_demand) {
        check_throughput(if is_on_demand { PAY_PER_REQUEST } else { "PROVISIONED" }, given)?;
    }
    if is_on_demand && !was_on_demand {
        description.billing_mode_summary = Some(BillingModeSummary {
            billing_mode: Some(PAY_PER_REQUEST.to_owned()),
            last_update_to_pay_per_request_date_time: Some(call.now()),
        });
        description.provisioned_throughput = Some(throughput::provisioned(None));
        description.warm_throughput = Some(throughput::warm(None, None));
        for index in description.global_secondary_indexes.iter_mut().flatten() {
            index.provisioned_throughput = Some(throughput::provisioned(None));
        }
    } else if let Some(given) = given {
        description.billing_mode_summary = None;
        description.provisioned_throughput = Some(throughput::provisioned(Some(given)));
        description.warm_throughput = Some(throughput::warm(None, Some(given)));
    }
    Ok(())
}
