//! What happened to an object, by AWS's names, and all that is told of it.

use ruststack_core::{
    clock::Timestamp,
    context::Context,
    identity::{Identity, Principal},
};

use super::{EventVersion, configuration::encoded_key, sequencer};
use crate::{
    acl::{CanonicalUser, Grant},
    bucket::Bucket,
    object::{Object, StorageClass, Version, VersionId},
};

/// Who acts when nobody asked: lifecycles, replication.
const S3_ITSELF: &str = "s3.amazonaws.com";
/// Of requests that came through no socket.
const NO_ADDRESS: &str = "127.0.0.1";
/// Of nothing, which is what a delete marker holds.
const EMPTY_ETAG: &str = "d41d8cd98f00b204e9800998ecf8427e";

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    LifecycleExpiration(Removal),
    LifecycleTransition(StorageClass),
    ObjectAclPut,
    ObjectCreated(Creation),
    ObjectRemoved(Removal),
    ObjectRestoreCompleted {
        expires: Timestamp,
    },
    /// The restored copy expired.
    ObjectRestoreDelete,
    ObjectRestorePost,
    ObjectRetentionPut,
    ObjectTaggingDelete,
    ObjectTaggingPut,
    ReplicationFailed(Box<Failure>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Creation {
    CompleteMultipartUpload,
    Copy,
    Post,
    Put,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Removal {
    Delete,
    DeleteMarkerCreated,
}

/// What could not be replicated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Failure {
    pub(crate) rule_id: String,
    pub(crate) destination_bucket: String,
    pub(crate) reason: &'static str,
    pub(crate) requested: Timestamp,
}

/// All that configurations may ask for; what is not here never happens here.
const NAMES: &[&str] = &[
    "s3:IntelligentTiering",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:LifecycleTransition",
    "s3:ObjectAcl:Put",
    "s3:ObjectAnnotation:*",
    "s3:ObjectAnnotation:Delete",
    "s3:ObjectAnnotation:Put",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Put",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ObjectRestore:Post",
    "s3:ObjectRetention:Put",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Delete",
    "s3:ObjectTagging:Put",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationReplicatedAfterThreshold",
];

/// Whether a configuration may ask for it.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether an event could have both names.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    one == other || is_in_family(one, other) || is_in_family(other, one)
}

fn is_in_family(name: &str, family: &str) -> bool {
    family.strip_suffix('*').is_some_and(|family| name.starts_with(family))
}

impl Event {
    /// Of a write by this operation.
    pub(crate) fn of_write(operation: Option<&str>) -> Self {
        Self::ObjectCreated(match operation {
            Some("CompleteMultipartUpload") => Creation::CompleteMultipartUpload,
            Some("CopyObject") => Creation::Copy,
            Some("PostObject") => Creation::Post,
            _ => Creation::Put,
        })
    }

    /// What the request's change of an object's description is: none of most.
    pub(crate) fn of_change(ctx: &Context, bucket: &Bucket, before: &Version, after: &Version) -> Vec<Self> {
        let (Some(before), Some(after)) = (before.object(), after.object()) else { return Vec::new() };
        match ctx.operation() {
            Some("DeleteObjectTagging") => vec![Self::ObjectTaggingDelete],
            Some("PutObjectAcl") if grants(bucket, before) != grants(bucket, after) => vec![Self::ObjectAclPut],
            Some("PutObjectRetention") => vec![Self::ObjectRetentionPut],
            Some("PutObjectTagging") => vec![Self::ObjectTaggingPut],
            Some("RestoreObject") => restoration(before, after, ctx.now()),
            _ => Vec::new(),
        }
    }

    /// As records show it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::LifecycleExpiration(Removal::Delete) => "LifecycleExpiration:Delete",
            Self::LifecycleExpiration(Removal::DeleteMarkerCreated) => "LifecycleExpiration:DeleteMarkerCreated",
            Self::LifecycleTransition(_) => "LifecycleTransition",
            Self::ObjectAclPut => "ObjectAcl:Put",
            Self::ObjectCreated(Creation::CompleteMultipartUpload) => "ObjectCreated:CompleteMultipartUpload",
            Self::ObjectCreated(Creation::Copy) => "ObjectCreated:Copy",
            Self::ObjectCreated(Creation::Post) => "ObjectCreated:Post",
            Self::ObjectCreated(Creation::Put) => "ObjectCreated:Put",
            Self::ObjectRemoved(Removal::Delete) => "ObjectRemoved:Delete",
            Self::ObjectRemoved(Removal::DeleteMarkerCreated) => "ObjectRemoved:DeleteMarkerCreated",
            Self::ObjectRestoreCompleted { .. } => "ObjectRestore:Completed",
            Self::ObjectRestoreDelete => "ObjectRestore:Delete",
            Self::ObjectRestorePost => "ObjectRestore:Post",
            Self::ObjectRetentionPut => "ObjectRetention:Put",
            Self::ObjectTaggingDelete => "ObjectTagging:Delete",
            Self::ObjectTaggingPut => "ObjectTagging:Put",
            Self::ReplicationFailed(_) => "Replication:OperationFailedReplication",
        }
    }

    /// Whether a configuration means it by this name.
    pub(crate) fn is_named_by(&self, name: &str) -> bool {
        name.strip_prefix("s3:").is_some_and(|name| self.name() == name || is_in_family(self.name(), name))
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
    pub(super) fn version(&self, version: EventVersion) -> &'static str {
        match (version, self) {
            (EventVersion::Current, _) => "2.5",
            (_, Self::ReplicationFailed(_)) => "2.2",
            (
                _,
                Self::LifecycleExpiration(_)
                | Self::LifecycleTransition(_)
                | Self::ObjectAclPut
                | Self::ObjectRestoreDelete
                | Self::ObjectRetentionPut
                | Self::ObjectTaggingDelete
                | Self::ObjectTaggingPut,
            ) => "2.3",
            _ => "2.1",
        }
    }

    /// What changes beside an object leaves its bytes alone: neither their size nor their order is told.
    fn is_of_description(&self) -> bool {
        matches!(
            self,
            Self::ObjectAclPut | Self::ObjectRetentionPut | Self::ObjectTaggingDelete | Self::ObjectTaggingPut
        )
    }
}

/// An event with all that is told of it, whoever is told.
pub(crate) struct Happened<'e> {
    pub(crate) event: &'e Event,
    pub(super) time: Timestamp,
    pub(super) bucket: &'e Bucket,
    /// What AWS made of the bucket: tags whose names begin with `aws:`.
    pub(super) generated_tags: Vec<(String, String)>,
    pub(super) key: &'e str,
    pub(super) encoded_key: String,
    /// Bytes.
    pub(super) size: Option<u64>,
    pub(super) etag: Option<String>,
    pub(super) version_id: Option<String>,
    pub(super) sequencer: Option<String>,
    pub(super) storage_class: StorageClass,
    /// `userIdentity.principalId`.
    pub(super) principal_id: String,
    /// An account, or S3 itself.
    pub(super) requester: String,
    /// `None` where S3 itself acted.
    pub(super) source_ip: Option<String>,
    pub(super) request_id: &'e str,
    pub(super) host_id: String,
}

impl<'e> Happened<'e> {
    /// `version` is what was written, changed or removed. Numbers come from `sequence`, where one is told.
    pub(crate) fn new(
        ctx: &'e Context,
        bucket: &'e Bucket,
        event: &'e Event,
        key: &'e str,
        version: &Version,
        sequence: impl FnOnce() -> u64,
    ) -> Self {
        let (size, etag) = contents(event, version);
        let is_of_s3 = ctx.operation().is_none() || event.is_done_later();
        let account = ctx.identity().account.to_string();
        Self {
            event,
            time: ctx.now(),
            bucket,
            generated_tags: Vec::new(),
            key,
            encoded_key: encoded_key(key),
            size,
            etag,
            version_id: (version.id != VersionId::Null).then(|| version.id.to_string()),
            sequencer: (!event.is_of_description()).then(|| sequencer::shown(sequence())),
            storage_class: version.object().map(|object| object.storage_class).unwrap_or_default(),
            principal_id: match event {
                Event::ObjectRestoreCompleted { .. } => format!("AmazonCustomer:{}", owner_id(bucket)),
                _ if is_of_s3 => S3_ITSELF.to_owned(),
                _ => principal_id(ctx.identity()),
            },
            requester: if is_of_s3 { S3_ITSELF.to_owned() } else { account },
            source_ip: (!is_of_s3).then(|| {
                ctx.client().peer.map_or_else(|| NO_ADDRESS.to_owned(), |peer| peer.0.to_canonical().to_string())
            }),
            request_id: ctx.request_id(),
            host_id: ctx.client().host_id.clone().unwrap_or_else(|| ctx.ids().alphanumeric(76)),
        }
    }

    pub(super) fn with_generated_tags(self, generated_tags: Vec<(String, String)>) -> Self {
        Self { generated_tags, ..self }
    }

    pub(super) fn source_ip_or_s3(&self) -> &str {
        self.source_ip.as_deref().unwrap_or(S3_ITSELF)
    }

    pub(super) fn owner_id(&self) -> String {
        owner_id(self.bucket)
    }
}

impl Event {
    /// Though a request caused it, S3 does it when its time comes.
    pub(super) fn is_done_later(&self) -> bool {
        matches!(self, Self::ObjectRestoreCompleted { .. } | Self::ObjectRestoreDelete)
    }
}

fn grants(bucket: &Bucket, object: &Object) -> Vec<Grant> {
    let owner = object.acl.owner().unwrap_or(bucket.owner);
    object.acl.grants(&CanonicalUser::of_account(owner))
}

/// A restoration that lasts longer is none that begins.
fn restoration(before: &Object, after: &Object, now: Timestamp) -> Vec<Event> {
    let lasts = before.restoration.as_deref().is_some_and(|restoration| now < restoration.expires());
    let Some(begun) = after.restoration.as_deref().filter(|_| !lasts) else { return Vec::new() };
    let completed = begun.is_done(now).then_some(Event::ObjectRestoreCompleted { expires: begun.expires() });
    std::iter::once(Event::ObjectRestorePost).chain(completed).collect()
}

/// Size and `ETag`, where they are told.
fn contents(event: &Event, version: &Version) -> (Option<u64>, Option<String>) {
    match event {
        Event::ObjectRemoved(Removal::Delete) | Event::LifecycleExpiration(Removal::Delete) => (None, None),
        Event::ObjectRemoved(Removal::DeleteMarkerCreated)
        | Event::LifecycleExpiration(Removal::DeleteMarkerCreated) => (None, Some(EMPTY_ETAG.to_owned())),
        _ => {
            let size = version.object().map(|object| object.size).filter(|_| !event.is_of_description());
            (size, version.object().map(|object| object.etag.to_string()))
        }
    }
}

/// As AWS calls customers: an A and thirteen letters and digits.
fn owner_id(bucket: &Bucket) -> String {
    let id = CanonicalUser::of_account(bucket.owner).as_str().to_uppercase();
    format!("A{}", id.get(..13).unwrap_or(&id))
}

fn principal_id(identity: &Identity) -> String {
    let account = identity.account;
    match &identity.principal {
        Principal::Anonymous => "Anonymous".to_owned(),
        Principal::Root => format!("AWS:{account}"),
        Principal::User { id, .. } => format!("AWS:{id}"),
        Principal::AssumedRole { role_id, session, .. } => format!("AWS:{role_id}:{session}"),
        Principal::FederatedUser { name } => format!("AWS:{account}:{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_by_itself_and_by_its_family() {
        let copy = Event::ObjectCreated(Creation::Copy);
        for (name, expected) in [
            ("s3:ObjectCreated:Copy", true),
            ("s3:ObjectCreated:*", true),
            ("s3:ObjectCreated:Put", false),
            ("s3:ObjectRemoved:*", false),
            ("ObjectCreated:Copy", false),
        ] {
            assert_eq!(copy.is_named_by(name), expected, "{name}");
        }
        assert!(overlap("s3:ObjectCreated:*", "s3:ObjectCreated:Put"));
        assert!(!overlap("s3:ObjectCreated:Copy", "s3:ObjectCreated:Put"));
    }

    #[test]
    fn events_that_happen_are_ones_that_can_be_asked_for() {
        for event in [
            Event::of_write(Some("PostObject")),
            Event::of_write(None),
            Event::ObjectRemoved(Removal::DeleteMarkerCreated),
            Event::LifecycleExpiration(Removal::Delete),
            Event::LifecycleTransition(StorageClass::Glacier),
            Event::ObjectAclPut,
            Event::ObjectRestoreDelete,
            Event::ObjectRetentionPut,
        ] {
            assert!(is_known(&format!("s3:{}", event.name())), "{event:?}");
        }
        assert_eq!(NAMES.len(), 31);
    }
}
