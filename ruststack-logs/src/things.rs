//! What there is besides log groups: policies, destinations, deliveries, queries. Each is one row.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::journal::Table;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    api::{
        Delivery as ShownDelivery, DeliveryDestination as ShownDeliveryDestination, DeliverySource as ShownSource,
        ExportTask as ShownExport,
    },
    home::Things,
};

/// Something that is kept by its name.
pub(crate) trait Kept: Serialize + DeserializeOwned + Send + Sync + 'static {
    const TABLE: &'static Table;

    /// What it is kept under.
    fn kept_as(&self) -> &str;

    fn all(things: &Things) -> &BTreeMap<String, Arc<Self>>;

    fn all_mut(things: &mut Things) -> &mut BTreeMap<String, Arc<Self>>;
}

macro_rules! kept {
    ($type:ident, $table:ident = $table_name:literal, $member:ident, by $name:ident) => {
        pub(crate) static $table: Table = Table::new("logs", $table_name, 1);

        impl Kept for $type {
            const TABLE: &'static Table = &$table;

            fn kept_as(&self) -> &str {
                &self.$name
            }

            fn all(things: &Things) -> &BTreeMap<String, Arc<Self>> {
                &things.$member
            }

            fn all_mut(things: &mut Things) -> &mut BTreeMap<String, Arc<Self>> {
                &mut things.$member
            }
        }
    };
}

kept!(ResourcePolicy, RESOURCE_POLICIES = "resource_policies", resource_policies, by name);
kept!(Destination, DESTINATIONS = "destinations", destinations, by name);
kept!(DeliverySource, DELIVERY_SOURCES = "delivery_sources", delivery_sources, by name);
kept!(DeliveryDestination, DELIVERY_DESTINATIONS = "delivery_destinations", delivery_destinations, by name);
kept!(Delivery, DELIVERIES = "deliveries", deliveries, by id);
kept!(QueryDefinition, QUERY_DEFINITIONS = "query_definitions", query_definitions, by id);
kept!(ExportTask, EXPORT_TASKS = "export_tasks", export_tasks, by id);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ResourcePolicy {
    pub(crate) name: String,
    pub(crate) document: String,
    pub(crate) updated_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Destination {
    pub(crate) name: String,
    pub(crate) target_arn: String,
    pub(crate) role_arn: String,
    pub(crate) access_policy: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeliverySource {
    pub(crate) name: String,
    pub(crate) shown: ShownSource,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeliveryDestination {
    pub(crate) name: String,
    pub(crate) shown: ShownDeliveryDestination,
    pub(crate) policy: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) shown: ShownDelivery,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExportTask {
    pub(crate) id: String,
    pub(crate) stream_prefix: Option<String>,
    pub(crate) shown: ShownExport,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct QueryDefinition {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) query: String,
    pub(crate) language: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) modified_at: i64,
}
