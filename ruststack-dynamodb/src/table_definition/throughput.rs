//! Throughput as descriptions tell it: what is provisioned, what is warm.

use crate::api::{
    GlobalSecondaryIndexWarmThroughputDescription, ProvisionedThroughput, ProvisionedThroughputDescription,
    TableWarmThroughputDescription, WarmThroughput,
};

/// What a table that is billed by request can do at once. Units per second.
const WARM: (i64, i64) = (12_000, 4_000);

pub(crate) fn provisioned(given: Option<&ProvisionedThroughput>) -> ProvisionedThroughputDescription {
    ProvisionedThroughputDescription {
        number_of_decreases_today: Some(0),
        read_capacity_units: Some(given.map_or(0, |given| given.read_capacity_units)),
        write_capacity_units: Some(given.map_or(0, |given| given.write_capacity_units)),
        ..ProvisionedThroughputDescription::default()
    }
}

/// What is asked for, and at least what there is anyway.
fn units(given: Option<&WarmThroughput>, provisioned: Option<&ProvisionedThroughput>) -> (i64, i64) {
    let (read, write) = provisioned.map_or(WARM, |given| (given.read_capacity_units, given.write_capacity_units));
    let wanted = |wanted: Option<i64>, there: i64| wanted.unwrap_or(there).max(there);
    let given = given.cloned().unwrap_or_default();
    (wanted(given.read_units_per_second, read), wanted(given.write_units_per_second, write))
}

pub(crate) fn warm(
    given: Option<&WarmThroughput>,
    provisioned: Option<&ProvisionedThroughput>,
) -> TableWarmThroughputDescription {
    let (read, write) = units(given, provisioned);
    TableWarmThroughputDescription {
        read_units_per_second: Some(read),
        write_units_per_second: Some(write),
        status: Some("ACTIVE".to_owned()),
    }
}

pub(crate) fn warm_index(
    given: Option<&WarmThroughput>,
    provisioned: Option<&ProvisionedThroughput>,
) -> GlobalSecondaryIndexWarmThroughputDescription {
    let (read, write) = units(given, provisioned);
    GlobalSecondaryIndexWarmThroughputDescription {
        read_units_per_second: Some(read),
        write_units_per_second: Some(write),
        status: Some("ACTIVE".to_owned()),
    }
}
