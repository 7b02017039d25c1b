//! `GetAccountSummary`: how much of each thing there is, and may be.

use std::collections::BTreeMap;

use crate::{
    api,
    error::IamError,
    limits::{
        MAX_ACCESS_KEYS, MAX_ATTACHED_POLICIES, MAX_GROUP_POLICY_SIZE, MAX_GROUPS, MAX_GROUPS_OF_USER,
        MAX_INSTANCE_PROFILES, MAX_MANAGED_POLICY_SIZE, MAX_POLICIES, MAX_POLICY_VERSIONS, MAX_ROLE_POLICY_SIZE,
        MAX_ROLES, MAX_SERVER_CERTIFICATES, MAX_SIGNING_CERTIFICATES, MAX_TRUST_POLICY_SIZE, MAX_USER_POLICY_SIZE,
        MAX_USERS,
    },
    turn::Turn,
};

/// Versions of policies that may be in use.
const MAX_VERSIONS_IN_USE: usize = 10_000;

pub(super) fn get_account_summary(
    turn: &mut Turn<'_>,
    _input: api::GetAccountSummaryInput,
) -> Result<api::GetAccountSummaryOutput, IamError> {
    turn.allow("*")?;
    let account = turn.account();
    let versions: usize = account.policies.iter().map(|policy| policy.versions.len()).sum();
    let counts = [
        ("AccessKeysPerUserQuota", MAX_ACCESS_KEYS),
        ("AccountAccessKeysPresent", 0),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 1),
        ("AccountSigningCertificatesPresent", 0),
        ("AssumeRolePolicySizeQuota", MAX_TRUST_POLICY_SIZE),
        ("AttachedPoliciesPerGroupQuota", MAX_ATTACHED_POLICIES),
        ("AttachedPoliciesPerRoleQuota", MAX_ATTACHED_POLICIES),
        ("AttachedPoliciesPerUserQuota", MAX_ATTACHED_POLICIES),
        ("GlobalEndpointTokenVersion", 1),
        ("GroupPolicySizeQuota", MAX_GROUP_POLICY_SIZE),
        ("Groups", account.groups.len()),
        ("GroupsPerUserQuota", MAX_GROUPS_OF_USER),
        ("GroupsQuota", MAX_GROUPS),
        ("InstanceProfiles", account.instance_profiles.len()),
        ("InstanceProfilesQuota", MAX_INSTANCE_PROFILES),
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
        ("Policies", account.policies.len()),
        ("PoliciesQuota", MAX_POLICIES),
        ("PolicySizeQuota", MAX_MANAGED_POLICY_SIZE),
        ("PolicyVersionsInUse", versions),
        ("PolicyVersionsInUseQuota", MAX_VERSIONS_IN_USE),
        ("Providers", 0),
        ("RolePolicySizeQuota", MAX_ROLE_POLICY_SIZE),
        ("Roles", account.roles.len()),
        ("RolesQuota", MAX_ROLES),
        ("ServerCertificates", 0),
        ("ServerCertificatesQuota", MAX_SERVER_CERTIFICATES),
        ("SigningCertificatesPerUserQuota", MAX_SIGNING_CERTIFICATES),
        ("UserPolicySizeQuota", MAX_USER_POLICY_SIZE),
        ("Users", account.users.len()),
        ("UsersQuota", MAX_USERS),
        ("VersionsPerPolicyQuota", MAX_POLICY_VERSIONS),
    ];
    let count = |(name, count): (&str, usize)| (name.to_owned(), i32::try_from(count).unwrap_or(i32::MAX));
    let summary_map: BTreeMap<_, _> = counts.into_iter().map(count).collect();
    Ok(api::GetAccountSummaryOutput { summary_map: Some(summary_map) })
}
