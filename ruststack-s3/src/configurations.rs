//! What a bucket was told by Put…Configuration operations and keeps as it was told: plain data, most of it as documents
//! say it. What acts on one of them has a file of its own: `cors.rs`, `lifecycle.rs`, `website.rs`, `object_lock.rs`.

use std::collections::BTreeMap;

use s3s::dto::{
    AnalyticsConfiguration, BucketAccelerateStatus, CORSRule, DefaultRetention, IntelligentTieringConfiguration,
    InventoryConfiguration, MetricsConfiguration, ReplicationConfiguration, TargetObjectKeyFormat,
    WebsiteConfiguration,
};

use serde::{Deserialize, Serialize};

use crate::{
    acl::Grant, encryption::DefaultEncryption, lifecycle::Lifecycle, metadata_tables::MetadataTables,
    notifications::configuration::Notification, rows::document,
};

/// One bucket's.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Configurations {
    #[serde(with = "document::one")]
    pub(crate) accelerate: Option<BucketAccelerateStatus>,
    #[serde(with = "document::by_id")]
    pub(crate) analytics: BTreeMap<String, AnalyticsConfiguration>,
    #[serde(with = "document::some_list")]
    pub(crate) cors: Option<Vec<CORSRule>>,
    /// For objects whose requests do not say.
    #[serde(with = "document::one")]
    pub(crate) retention: Option<DefaultRetention>,
    /// `None` is SSE-S3, but a copy of an object to itself is then no change.
    pub(crate) encryption: Option<DefaultEncryption>,
    #[serde(with = "document::by_id")]
    pub(crate) intelligent_tiering: BTreeMap<String, IntelligentTieringConfiguration>,
    #[serde(with = "document::by_id")]
    pub(crate) inventory: BTreeMap<String, InventoryConfiguration>,
    pub(crate) is_abac_enabled: bool,
    pub(crate) is_paid_by_requester: bool,
    pub(crate) lifecycle: Option<Lifecycle>,
    pub(crate) logging: Option<Logging>,
    pub(crate) metadata_tables: Option<MetadataTables>,
    #[serde(with = "document::by_id")]
    pub(crate) metrics: BTreeMap<String, MetricsConfiguration>,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) notifies_event_bridge: bool,
    #[serde(with = "document::one")]
    pub(crate) replication: Option<ReplicationConfiguration>,
    #[serde(with = "document::one")]
    pub(crate) website: Option<WebsiteConfiguration>,
}

impl Configurations {
    /// Whether anybody is told of anything.
    pub(crate) fn notifies(&self) -> bool {
        self.notifies_event_bridge || !self.notifications.is_empty()
    }
}

/// Where the log of requests goes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Logging {
    pub(crate) target_bucket: String,
    pub(crate) target_prefix: String,
    pub(crate) target_grants: Option<Vec<Grant>>,
    #[serde(with = "document::one")]
    pub(crate) key_format: Option<TargetObjectKeyFormat>,
}
