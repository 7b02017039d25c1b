//! Replicas of tables in other regions: one table, which is found in each of them.
//!
//! Differs from AWS: what is written in one region is read in the others at once, also by eventually consistent reads.

use std::sync::Arc;

use ruststack_core::scope::{Region, Scope};

use crate::{
    api::{ReplicaDescription, TableDescription},
    service::DynamoDb,
    stream::Stream,
    table::Table,
};

/// The version of global tables that replicas are of.
pub(crate) const VERSION: &str = "2019.11.21";

/// The regions that a table has replicas in, beside its own.
pub(crate) fn regions(description: &TableDescription) -> Vec<Region> {
    let replicas = description.replicas.iter().flatten();
    replicas.filter_map(|replica| replica.region_name.as_deref()).map(Region::nonstandard).collect()
}

/// Lets a table be found in the regions that it is described to be in, and in no others of these.
pub(crate) fn follow(dynamodb: &DynamoDb, table: &Arc<Table>, before: &[Region]) {
    let now = regions(&table.settings().description);
    let scope = |region: &Region| Scope::new(table.scope.account, region.clone());
    for region in before.iter().filter(|region| !now.contains(region)) {
        dynamodb.tables(&scope(region)).forget_replica(&table.name);
    }
    for region in &now {
        dynamodb.tables(&scope(region)).add_replica(Arc::clone(table));
    }
}

/// A table as it is told of in a region: its replicas are the others.
pub(crate) fn description_in(table: &Table, region: &Region) -> TableDescription {
    let mut description = table.description();
    if description.replicas.as_ref().is_none_or(Vec::is_empty) || table.scope.region == *region {
        return description;
    }
    let source = replica(&table.scope, table.scope.region.as_str(), &table.name);
    let replicas = description.replicas.get_or_insert_default();
    replicas.retain(|replica| replica.region_name.as_deref() != Some(region.as_str()));
    replicas.insert(0, source);
    let (from, to) = (format!(":{}:", table.scope.region), format!(":{region}:"));
    let in_region = |arn: &mut Option<String>| {
        if let Some(arn) = arn {
            *arn = arn.replacen(&from, &to, 1);
        }
    };
    in_region(&mut description.table_arn);
    in_region(&mut description.latest_stream_arn);
    if let (Some(label), Some(arn)) = (&mut description.latest_stream_label, &mut description.latest_stream_arn) {
        let here = stream_label(label, region);
        *arn = arn.replacen(label.as_str(), &here, 1);
        *label = here;
    }
    description.global_secondary_indexes.iter_mut().flatten().for_each(|index| in_region(&mut index.index_arn));
    description.local_secondary_indexes.iter_mut().flatten().for_each(|index| in_region(&mut index.index_arn));
    description
}

/// What a stream is called in the region of a replica: another moment of the same second.
pub(crate) fn stream_label(label: &str, region: &Region) -> String {
    let Some((until_second, millis)) = label.rsplit_once('.') else { return label.to_owned() };
    let shift = 1 + region.as_str().bytes().map(u32::from).sum::<u32>() % 998;
    format!("{until_second}.{:03}", (millis.parse().unwrap_or(0) + shift) % 1000)
}

/// The streams of the tables that have replicas in a region, each with what it is called there.
pub(crate) fn streams_in(dynamodb: &DynamoDb, scope: &Scope) -> Vec<(Arc<Stream>, String)> {
    let replicas = dynamodb.tables(scope).all().into_iter().filter(|table| table.scope != *scope);
    let of_table = |table: Arc<Table>| {
        let streams = dynamodb.tables(&table.scope).all_streams();
        streams.into_iter().filter(move |stream| stream.table_name == table.name)
    };
    replicas.flat_map(of_table).map(|stream| (stream.clone(), stream_label(&stream.label, &scope.region))).collect()
}

pub(crate) fn replica(scope: &Scope, region: &str, table_name: &str) -> ReplicaDescription {
    ReplicaDescription {
        region_name: Some(region.to_owned()),
        replica_status: Some("ACTIVE".to_owned()),
        replica_arn: Some(format!("arn:{}:dynamodb:{region}:{}:table/{table_name}", scope.partition(), scope.account)),
        ..ReplicaDescription::default()
    }
}
