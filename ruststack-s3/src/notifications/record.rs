//! The record that queues, topics, functions and webhooks are sent.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>

use std::collections::BTreeMap;

use ruststack_core::{clock::Timestamp, context::Context};
use serde::Serialize;

use super::{
    EventVersion,
    event::{Event, Failure, Happened},
};
use crate::bucket::Bucket;

/// One message tells of one event.
#[derive(Serialize)]
struct Message<'h> {
    #[serde(rename = "Records")]
    records: [Record<'h>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'h> {
    event_version: &'static str,
    event_source: &'static str,
    aws_region: &'h str,
    event_time: String,
    event_name: &'static str,
    user_identity: Identity<'h>,
    request_parameters: RequestParameters<'h>,
    response_elements: ResponseElements<'h>,
    s3: S3<'h>,
    #[serde(skip_serializing_if = "Option::is_none")]
    glacier_event_data: Option<GlacierEventData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lifecycle_event_data: Option<LifecycleEventData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replication_event_data: Option<ReplicationEventData<'h>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'h> {
    principal_id: &'h str,
}

#[derive(Serialize)]
struct RequestParameters<'h> {
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'h str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ResponseElements<'h> {
    x_amz_request_id: &'h str,
    x_amz_id_2: &'h str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct S3<'h> {
    s3_schema_version: &'static str,
    configuration_id: &'h str,
    bucket: BucketMember<'h>,
    object: Object<'h>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BucketMember<'h> {
    name: &'h str,
    owner_identity: Identity<'h>,
    arn: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    aws_generated_tags: BTreeMap<&'h str, &'h str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'h> {
    key: &'h str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(rename = "eTag", skip_serializing_if = "Option::is_none")]
    etag: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<&'h str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GlacierEventData {
    restore_event_data: RestoreEventData,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RestoreEventData {
    lifecycle_restoration_expiry_time: String,
    lifecycle_restore_storage_class: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LifecycleEventData {
    transition_event_data: TransitionEventData,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TransitionEventData {
    destination_storage_class: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReplicationEventData<'h> {
    replication_rule_id: &'h str,
    destination_bucket: &'h str,
    s3_operation: &'static str,
    request_time: String,
    failure_reason: &'static str,
}

/// What is sent for one of the bucket's notifications.
pub(super) fn message(happened: &Happened<'_>, configuration_id: &str, version: EventVersion) -> String {
    let owner_id = happened.owner_id();
    let record = Record {
        event_version: happened.event.version(version),
        event_source: "aws:s3",
        aws_region: happened.bucket.region.as_str(),
        event_time: happened.time.to_iso_8601_millis(),
        event_name: happened.event.name(),
        user_identity: Identity { principal_id: &happened.principal_id },
        request_parameters: RequestParameters { source_ip_address: happened.source_ip_or_s3() },
        response_elements: ResponseElements { x_amz_request_id: happened.request_id, x_amz_id_2: &happened.host_id },
        s3: S3 {
            s3_schema_version: "1.0",
            configuration_id,
            bucket: BucketMember {
                name: &happened.bucket.name,
                owner_identity: Identity { principal_id: &owner_id },
                arn: happened.bucket.arn(),
                aws_generated_tags: generated_tags(happened, version),
            },
            object: Object {
                key: &happened.encoded_key,
                size: happened.size,
                etag: happened.etag.as_deref(),
                version_id: happened.version_id.as_deref(),
                sequencer: happened.sequencer.as_deref(),
            },
        },
        glacier_event_data: glacier_event_data(happened),
        lifecycle_event_data: lifecycle_event_data(happened.event),
        replication_event_data: match happened.event {
            Event::ReplicationFailed(failure) => Some(replication_event_data(failure)),
            _ => None,
        },
    };
    serde_json::to_string(&Message { records: [record] }).expect("names and texts")
}

/// Since 2.5, and not of replication.
fn generated_tags<'h>(happened: &'h Happened<'_>, version: EventVersion) -> BTreeMap<&'h str, &'h str> {
    let is_told = version == EventVersion::Current && !matches!(happened.event, Event::ReplicationFailed(_));
    let tags = happened.generated_tags.iter().filter(|_| is_told);
    tags.map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn glacier_event_data(happened: &Happened<'_>) -> Option<GlacierEventData> {
    let Event::ObjectRestoreCompleted { expires } = happened.event else { return None };
    let restore_event_data = RestoreEventData {
        lifecycle_restoration_expiry_time: expires.to_iso_8601_millis(),
        lifecycle_restore_storage_class: happened.storage_class.name(),
    };
    Some(GlacierEventData { restore_event_data })
}

fn lifecycle_event_data(event: &Event) -> Option<LifecycleEventData> {
    let Event::LifecycleTransition(class) = event else { return None };
    let transition_event_data = TransitionEventData { destination_storage_class: class.name() };
    Some(LifecycleEventData { transition_event_data })
}

fn replication_event_data(failure: &Failure) -> ReplicationEventData<'_> {
    ReplicationEventData {
        replication_rule_id: &failure.rule_id,
        destination_bucket: &failure.destination_bucket,
        s3_operation: "OBJECT_PUT",
        request_time: failure.requested.to_iso_8601_millis(),
        failure_reason: failure.reason,
    }
}

/// What a queue or topic is sent when it becomes a destination.
pub(crate) fn test_message(ctx: &Context, bucket: &Bucket, now: Timestamp) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct TestMessage<'m> {
        service: &'static str,
        event: &'static str,
        time: String,
        bucket: &'m str,
        request_id: &'m str,
        host_id: &'m str,
    }
    let message = TestMessage {
        service: "Amazon S3",
        event: "s3:TestEvent",
        time: now.to_iso_8601_millis(),
        bucket: &bucket.name,
        request_id: ctx.request_id(),
        host_id: ctx.client().host_id.as_deref().unwrap_or_default(),
    };
    serde_json::to_string(&message).expect("names and texts")
}
