//! `CreatePolicyVersion`, `GetPolicyVersion`, `ListPolicyVersions`, `DeletePolicyVersion`, `SetDefaultPolicyVersion`.

use crate::{
    api,
    aws_managed::AwsManaged,
    document::{self, encoded},
    error::{IamError, no_such},
    limits::MAX_POLICY_VERSIONS,
    managed_policy::{ManagedPolicy, Version},
    operations::managed_policy::{Found, edit, find},
    paging::page,
    turn::Turn,
};

pub(super) fn create_policy_version(
    turn: &mut Turn<'_>,
    input: api::CreatePolicyVersionInput,
) -> Result<api::CreatePolicyVersionOutput, IamError> {
    let mut policy = edit(turn, &input.policy_arn)?;
    let document = document::managed(&input.policy_document)?;
    if policy.versions.len() >= MAX_POLICY_VERSIONS {
        let message = format!(
            "A managed policy can have up to {MAX_POLICY_VERSIONS} versions. Before you create a new version, you must \
             delete an existing version."
        );
        return Err(IamError::LimitExceeded { message });
    }
    let version = policy.add(document, turn.now(), input.set_as_default.unwrap_or(false));
    let listed = listed(&policy, &version);
    turn.put(policy);
    Ok(api::CreatePolicyVersionOutput { policy_version: Some(listed) })
}

pub(super) fn get_policy_version(
    turn: &mut Turn<'_>,
    input: api::GetPolicyVersionInput,
) -> Result<api::GetPolicyVersionOutput, IamError> {
    let policy_version = match find(turn, &input.policy_arn)? {
        Found::Own(policy) => {
            let version =
                policy.version(&input.version_id).ok_or_else(|| missing(&input.version_id, &input.policy_arn))?;
            shown(&policy, version)
        }
        // Differs from AWS: of AWS's managed policies only the versions of today are known.
        Found::Aws(policy) if policy.default_id == input.version_id => shown_aws(&policy),
        Found::Aws(_) => return Err(missing(&input.version_id, &input.policy_arn)),
    };
    Ok(api::GetPolicyVersionOutput { policy_version: Some(policy_version) })
}

pub(super) fn list_policy_versions(
    turn: &mut Turn<'_>,
    input: api::ListPolicyVersionsInput,
) -> Result<api::ListPolicyVersionsOutput, IamError> {
    let versions = match find(turn, &input.policy_arn)? {
        // The newest first.
        Found::Own(policy) => policy.versions.iter().rev().map(|version| listed(&policy, version)).collect(),
        Found::Aws(policy) => vec![listed_aws(&policy)],
    };
    let keyed = versions.into_iter().enumerate().map(|(index, version)| (format!("{index:03}"), version));
    let page = page(keyed, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::ListPolicyVersionsOutput { versions: Some(page.entries), is_truncated, marker: page.marker })
}

pub(super) fn delete_policy_version(
    turn: &mut Turn<'_>,
    input: api::DeletePolicyVersionInput,
) -> Result<api::DeletePolicyVersionOutput, IamError> {
    let mut policy = edit(turn, &input.policy_arn)?;
    let number = number(&policy, &input.version_id, &input.policy_arn)?;
    if number == policy.default {
        return Err(IamError::DeleteConflict { message: "Cannot delete the default version of a policy." });
    }
    policy.versions.retain(|version| version.number != number);
    turn.put(policy);
    Ok(api::DeletePolicyVersionOutput {})
}

pub(super) fn set_default_policy_version(
    turn: &mut Turn<'_>,
    input: api::SetDefaultPolicyVersionInput,
) -> Result<api::SetDefaultPolicyVersionOutput, IamError> {
    let mut policy = edit(turn, &input.policy_arn)?;
    policy.default = number(&policy, &input.version_id, &input.policy_arn)?;
    policy.updated = turn.now();
    turn.put(policy);
    Ok(api::SetDefaultPolicyVersionOutput {})
}

fn number(policy: &ManagedPolicy, id: &str, arn: &str) -> Result<u32, IamError> {
    policy.version(id).map(|version| version.number).ok_or_else(|| missing(id, arn))
}

fn missing(id: &str, arn: &str) -> IamError {
    no_such(format!("Policy {arn} version {id} does not exist or is not attachable."))
}

/// With its document.
pub(super) fn shown(policy: &ManagedPolicy, version: &Version) -> api::PolicyVersion {
    api::PolicyVersion { document: Some(encoded(version.document.text())), ..listed(policy, version) }
}

/// The only one that is known of AWS's.
pub(super) fn shown_aws(policy: &AwsManaged) -> api::PolicyVersion {
    api::PolicyVersion { document: Some(encoded(policy.document.text())), ..listed_aws(policy) }
}

fn listed(policy: &ManagedPolicy, version: &Version) -> api::PolicyVersion {
    api::PolicyVersion {
        document: None,
        version_id: Some(version.id()),
        is_default_version: Some(version.number == policy.default),
        create_date: Some(version.created),
    }
}

fn listed_aws(policy: &AwsManaged) -> api::PolicyVersion {
    api::PolicyVersion {
        document: None,
        version_id: Some(policy.default_id.clone()),
        is_default_version: Some(true),
        create_date: Some(policy.updated),
    }
}
