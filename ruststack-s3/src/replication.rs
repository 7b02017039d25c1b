//! Replication: which rules of a bucket apply to a version, and what its replica is. `replication/run.rs` makes it.

pub(crate) mod queue;
pub(crate) mod run;

use s3s::dto::{
    DeleteMarkerReplicationStatus, ReplicaModificationsStatus, ReplicationConfiguration, ReplicationRule,
    ReplicationRuleStatus, SseKmsEncryptedObjectsStatus, Tag,
};
use serde::{Deserialize, Serialize};

use crate::{
    acl::{Acl, ObjectOwnership},
    bucket::{Bucket, Settings, Versioning},
    object::{Content, Object, StorageClass, Version},
};

/// `x-amz-replication-status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Status {
    Pending,
    Completed,
    Failed,
    Replica,
    /// A replica whose tags, ACL or lock changed, which what it is a replica of is yet to learn.
    ReplicaPending,
    ReplicaFailed,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending | Self::ReplicaPending => "PENDING",
            Self::Completed => "COMPLETED",
            Self::Failed | Self::ReplicaFailed => "FAILED",
            Self::Replica => "REPLICA",
        }
    }

    pub(crate) fn is_replica(self) -> bool {
        matches!(self, Self::Replica | Self::ReplicaPending | Self::ReplicaFailed)
    }

    /// Of a version that is to be replicated.
    pub(crate) fn pending(self) -> Self {
        if self.is_replica() { Self::ReplicaPending } else { Self::Pending }
    }

    /// Of a version whose turn came.
    fn finished(self, succeeded: bool) -> Self {
        match (self.is_replica(), succeeded) {
            (false, true) => Self::Completed,
            (false, false) => Self::Failed,
            (true, true) => Self::Replica,
            (true, false) => Self::ReplicaFailed,
        }
    }
}

/// Whether a version that is written into a bucket with these settings is to be replicated.
pub(crate) fn applies(settings: &Settings, key: &str, content: &Content) -> bool {
    let rules = settings.configurations.replication.as_ref();
    settings.versioning == Versioning::Enabled && rules.is_some_and(|rules| !choose(rules, key, content).is_empty())
}

/// The status of a version of which something beside its bytes changed, when that is to be replicated: where the bytes
/// were, and of a replica back to what it is a replica of.
pub(crate) fn applies_again(settings: &Settings, key: &str, content: &Content) -> Option<Status> {
    let Content::Object(Object { replication: Some(status), .. }) = content else { return None };
    applies(settings, key, content).then_some(status.pending())
}

/// The rules by which a version is replicated: of several to one bucket, that with the highest priority.
fn choose<'r>(configuration: &'r ReplicationConfiguration, key: &str, content: &Content) -> Vec<&'r ReplicationRule> {
    let mut chosen: Vec<&ReplicationRule> = Vec::new();
    for rule in configuration.rules.iter().filter(|rule| is_for(rule, key, content)) {
        let other = chosen.iter_mut().find(|other| other.destination.bucket == rule.destination.bucket);
        match other {
            Some(other) if other.priority < rule.priority => *other = rule,
            Some(_) => {}
            None => chosen.push(rule),
        }
    }
    chosen.retain(|rule| takes(rule, content));
    if is_replica(content) {
        chosen.retain(|rule| takes_replicas(rule));
    }
    chosen
}

fn is_replica(content: &Content) -> bool {
    matches!(content, Content::Object(Object { replication: Some(status), .. }) if status.is_replica())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-for-metadata-changes.html>
fn takes_replicas(rule: &ReplicationRule) -> bool {
    let criteria = rule.source_selection_criteria.as_ref();
    let modifications = criteria.and_then(|criteria| criteria.replica_modifications.as_ref());
    modifications.is_some_and(|it| it.status.as_str() == ReplicaModificationsStatus::ENABLED)
}

/// Whether a bucket that replicates to this one lets it tell what changes of its replicas.
fn lets_tell(settings: &Settings, replicas: &Bucket, key: &str, content: &Content) -> bool {
    let rules = settings.configurations.replication.iter().flat_map(|configuration| &configuration.rules);
    let mut rules = rules.filter(|rule| target_name(rule) == replicas.name && takes_replicas(rule));
    rules.any(|rule| is_for(rule, key, content))
}

/// What a replica tells of itself, on what it is a replica of.
fn modified(found: &Version, replica: &Version) -> Version {
    let mut modified = found.clone();
    if let (Content::Object(object), Some(told)) = (&mut modified.content, replica.object()) {
        object.tags.clone_from(&told.tags);
        object.acl.clone_from(&told.acl);
        object.lock.clone_from(&told.lock);
    }
    modified
}

fn is_for(rule: &ReplicationRule, key: &str, content: &Content) -> bool {
    let has_prefix = |prefix: Option<&String>| prefix.is_none_or(|prefix| key.starts_with(prefix.as_str()));
    let has_tag = |tag: &Tag| match content {
        Content::Object(object) => has_tag(object, tag),
        // Markers have no tags, and rules that ask for some do not replicate them.
        Content::DeleteMarker => false,
    };
    rule.status.as_str() == ReplicationRuleStatus::ENABLED
        && has_prefix(rule.prefix.as_ref())
        && rule.filter.as_ref().is_none_or(|filter| {
            has_prefix(filter.prefix.as_ref())
                && filter.tag.as_ref().is_none_or(has_tag)
                && filter
                    .and
                    .as_ref()
                    .is_none_or(|and| has_prefix(and.prefix.as_ref()) && and.tags.iter().flatten().all(has_tag))
        })
}

fn has_tag(object: &Object, tag: &Tag) -> bool {
    let (key, value) = (tag.key.as_deref().unwrap_or_default(), tag.value.as_deref().unwrap_or_default());
    object.tags.iter().any(|(found, its_value)| *found == key && *its_value == value)
}

/// Markers and what KMS encrypts are replicated where that is said.
fn takes(rule: &ReplicationRule, content: &Content) -> bool {
    match content {
        // Rules of the first form, without a filter, replicate markers.
        Content::DeleteMarker if rule.filter.is_none() => true,
        Content::DeleteMarker => rule.delete_marker_replication.as_ref().is_some_and(|replication| {
            let status = replication.status.as_ref().map(DeleteMarkerReplicationStatus::as_str);
            status == Some(DeleteMarkerReplicationStatus::ENABLED)
        }),
        Content::Object(object) if object.encryption.is_kms() => {
            rule.source_selection_criteria.as_ref().is_some_and(|criteria| {
                let status = criteria.sse_kms_encrypted_objects.as_ref().map(|objects| objects.status.as_str());
                status == Some(SseKmsEncryptedObjectsStatus::ENABLED)
            })
        }
        Content::Object(_) => true,
    }
}

/// The name of the bucket that a rule replicates to.
pub(crate) fn target_name(rule: &ReplicationRule) -> &str {
    rule.destination.bucket.rsplit(':').next().unwrap_or_default()
}

/// What a version of `source` is in `target`: it keeps its id, its date and its bytes.
// Differs from AWS: the role of the configuration is not asked whether it may, for there is no IAM yet.
fn replica(source: &Bucket, target: &Bucket, rule: &ReplicationRule, version: &Version) -> Version {
    let mut replica = version.clone();
    let Content::Object(object) = &mut replica.content else { return replica };
    let settings = target.settings.read();
    let destination = &rule.destination;
    let owner = object.acl.owner().unwrap_or(source.owner);
    let is_targets =
        destination.access_control_translation.is_some() || settings.ownership == ObjectOwnership::BucketOwnerEnforced;
    object.acl = match is_targets {
        true => Acl::default(),
        false => std::mem::take(&mut object.acl).owned_by(Some(owner).filter(|owner| *owner != target.owner)),
    };
    let class = destination.storage_class.as_ref().and_then(|class| StorageClass::parse(class.as_str()).ok());
    object.storage_class = class.unwrap_or(object.storage_class);
    let key = destination.encryption_configuration.as_ref().and_then(|it| it.replica_kms_key_id.as_deref());
    key.into_iter().for_each(|key| object.encryption.set_kms_key(key));
    if !settings.has_object_lock {
        object.lock = None;
    }
    object.replication = Some(Status::Replica);
    replica
}

/// Whether a bucket takes replicas by this rule.
fn is_target(source: &Bucket, target: &Bucket, rule: &ReplicationRule) -> bool {
    let is_of_account = rule.destination.account.as_ref().is_none_or(|account| *account == target.owner.to_string());
    target.name != source.name && is_of_account && target.settings.read().versioning == Versioning::Enabled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags;

    fn configuration(rules: &str) -> ReplicationConfiguration {
        let document = format!("<ReplicationConfiguration><Role>role</Role>{rules}</ReplicationConfiguration>");
        let mut reader = s3s::xml::Deserializer::new(document.as_bytes());
        reader.named_element("ReplicationConfiguration", s3s::xml::DeserializeContent::deserialize_content).unwrap()
    }

    fn rule(target: &str, priority: u8, rest: &str) -> String {
        let destination = format!("<Destination><Bucket>arn:aws:s3:::{target}</Bucket></Destination>");
        format!("<Rule><Status>Enabled</Status><Priority>{priority}</Priority>{destination}{rest}</Rule>")
    }

    fn chosen(rules: &str, key: &str, content: &Content) -> Vec<(String, Option<i32>)> {
        let configuration = configuration(rules);
        let chosen = choose(&configuration, key, content);
        chosen.into_iter().map(|rule| (target_name(rule).to_owned(), rule.priority)).collect()
    }

    #[test]
    fn of_several_rules_to_one_bucket_the_highest_priority_decides() {
        let object = Content::Object(Object::default());
        let rules = [rule("a", 1, "<Filter/>"), rule("a", 2, "<Filter><Prefix>k</Prefix></Filter>"), rule("b", 1, "")];
        let rules = rules.concat();
        let expected = |list: &[(&str, i32)]| list.iter().map(|(name, it)| ((*name).to_owned(), Some(*it))).collect();
        let (of_key, of_other): (Vec<_>, Vec<_>) = (expected(&[("a", 2), ("b", 1)]), expected(&[("a", 1), ("b", 1)]));
        assert_eq!(chosen(&rules, "key", &object), of_key);
        assert_eq!(chosen(&rules, "other", &object), of_other);
    }

    #[test]
    fn a_filter_may_ask_for_tags() {
        let and = "<And><Prefix>k</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>";
        let rules = rule("a", 1, &format!("<Filter>{and}</Filter>"));
        let tagged = Object { tags: tags::from_header("a=b&c=d").unwrap(), ..Object::default() };
        assert_eq!(chosen(&rules, "key", &Content::Object(tagged)).len(), 1);
        assert!(chosen(&rules, "key", &Content::Object(Object::default())).is_empty());
        assert!(chosen(&rules, "key", &Content::DeleteMarker).is_empty());
    }

    /// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html
    #[test]
    fn delete_markers_are_replicated_where_that_is_said() {
        let markers = |status| format!("<DeleteMarkerReplication><Status>{status}</Status></DeleteMarkerReplication>");
        for (rest, expected) in [
            ("<Prefix/>".to_owned(), 1),
            ("<Filter/>".to_owned(), 0),
            (format!("<Filter/>{}", markers("Disabled")), 0),
            (format!("<Filter/>{}", markers("Enabled")), 1),
        ] {
            assert_eq!(chosen(&rule("a", 1, &rest), "key", &Content::DeleteMarker).len(), expected, "{rest}");
        }
    }
}
