//! The event that EventBridge is sent: one for all rules, which filter for themselves.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>

use serde::Serialize;

use super::{
    EventVersion,
    event::{Creation, Event, Happened, Removal},
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Envelope<'h> {
    detail_type: &'static str,
    source: &'static str,
    account: String,
    time: String,
    region: &'h str,
    resources: [String; 1],
    detail: Detail<'h>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Detail<'h> {
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_version: Option<&'static str>,
    bucket: Named<'h>,
    object: Object<'h>,
    request_id: &'h str,
    requester: &'h str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_ip_address: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restore_expiry_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_storage_class: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_storage_class: Option<&'static str>,
}

#[derive(Serialize)]
struct Named<'h> {
    name: &'h str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Object<'h> {
    key: &'h str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<&'h str>,
}

/// `None` where EventBridge is not told.
pub(super) fn event(happened: &Happened<'_>, version: EventVersion) -> Option<String> {
    let Happened { event, bucket, .. } = happened;
    let is_of_restoration = matches!(event, Event::ObjectRestorePost) || event.is_done_later();
    let envelope = Envelope {
        detail_type: detail_type(event)?,
        source: "aws.s3",
        account: bucket.owner.to_string(),
        time: happened.time.to_iso_8601(),
        region: bucket.region.as_str(),
        resources: [bucket.arn()],
        detail: Detail {
            version: "0",
            event_version: (version == EventVersion::Current).then_some("1.0"),
            bucket: Named { name: &bucket.name },
            object: Object {
                key: happened.key,
                size: happened.size,
                etag: happened.etag.as_deref(),
                version_id: happened.version_id.as_deref(),
                sequencer: happened.sequencer.as_deref().filter(|_| !is_of_restoration),
            },
            request_id: happened.request_id,
            requester: &happened.requester,
            source_ip_address: happened.source_ip.as_deref(),
            reason: reason(event),
            deletion_type: deletion_type(event),
            restore_expiry_time: match event {
                Event::ObjectRestoreCompleted { expires } => Some(expires.to_iso_8601()),
                _ => None,
            },
            source_storage_class: is_of_restoration.then(|| happened.storage_class.name()),
            destination_storage_class: match event {
                Event::LifecycleTransition(class) => Some(class.name()),
                _ => None,
            },
        },
    };
    Some(serde_json::to_string(&envelope).expect("names and texts"))
}

fn detail_type(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::LifecycleExpiration(_) | Event::ObjectRemoved(_) => "Object Deleted",
        Event::LifecycleTransition(_) => "Object Storage Class Changed",
        Event::ObjectAclPut => "Object ACL Updated",
        Event::ObjectCreated(_) => "Object Created",
        Event::ObjectRestoreCompleted { .. } => "Object Restore Completed",
        Event::ObjectRestoreDelete => "Object Restore Expired",
        Event::ObjectRestorePost => "Object Restore Initiated",
        Event::ObjectTaggingDelete => "Object Tags Deleted",
        Event::ObjectTaggingPut => "Object Tags Added",
        Event::ObjectRetentionPut | Event::ReplicationFailed(_) => return None,
    })
}

fn reason(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::ObjectCreated(Creation::CompleteMultipartUpload) => "CompleteMultipartUpload",
        Event::ObjectCreated(Creation::Copy) => "CopyObject",
        Event::ObjectCreated(Creation::Post) => "POST Object",
        Event::ObjectCreated(Creation::Put) => "PutObject",
        Event::ObjectRemoved(_) => "DeleteObject",
        Event::LifecycleExpiration(_) => "Lifecycle Expiration",
        _ => return None,
    })
}

fn deletion_type(event: &Event) -> Option<&'static str> {
    match event {
        Event::ObjectRemoved(removal) | Event::LifecycleExpiration(removal) => Some(match removal {
            Removal::Delete => "Permanently Deleted",
            Removal::DeleteMarkerCreated => "Delete Marker Created",
        }),
        _ => None,
    }
}
