//! `GetAccountAuthorizationDetails`: all identities with all their policies.

use crate::{
    api::{self, AttachedPolicy, PolicyDetail},
    document::encoded,
    entity,
    error::IamError,
    group::Group,
    holder::Permissions,
    managed_policy::ManagedPolicy,
    operations::{attached_policy, managed_policy, policy_version},
    paging::page,
    policy_arn,
    role::Role,
    tagging,
    turn::Turn,
    user::User,
};

enum Detail {
    User(api::UserDetail),
    Group(api::GroupDetail),
    Role(api::RoleDetail),
    Policy(api::ManagedPolicyDetail),
}

pub(super) fn get_account_authorization_details(
    turn: &mut Turn<'_>,
    input: api::GetAccountAuthorizationDetailsInput,
) -> Result<api::GetAccountAuthorizationDetailsOutput, IamError> {
    turn.allow("*")?;
    let is_wanted = |kind: &str| input.filter.as_ref().is_none_or(|filter| filter.iter().any(|name| name == kind));
    let account = turn.account();
    let mut all = Vec::new();
    if is_wanted("User") {
        all.extend(account.users.iter().map(|one| (key(1, &one.name), Detail::User(user(turn, one)))));
    }
    if is_wanted("Group") {
        all.extend(account.groups.iter().map(|one| (key(2, &one.name), Detail::Group(group(turn, one)))));
    }
    if is_wanted("Role") {
        all.extend(account.roles.iter().map(|one| (key(3, &one.name), Detail::Role(role(turn, one)))));
    }
    if is_wanted("LocalManagedPolicy") {
        all.extend(account.policies.iter().map(|one| (key(4, &one.name), Detail::Policy(own_policy(turn, one)))));
    }
    if is_wanted("AWSManagedPolicy") {
        let policies = managed_policy::aws_in_use(turn).into_iter();
        all.extend(policies.map(|(name, detail)| (key(5, &name), Detail::Policy(detail))));
    }
    let page = page(all.into_iter(), input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for detail in page.entries {
        match detail {
            Detail::User(user) => users.push(user),
            Detail::Group(group) => groups.push(group),
            Detail::Role(role) => roles.push(role),
            Detail::Policy(policy) => policies.push(policy),
        }
    }
    Ok(api::GetAccountAuthorizationDetailsOutput {
        user_detail_list: Some(users),
        group_detail_list: Some(groups),
        role_detail_list: Some(roles),
        policies: Some(policies),
        is_truncated,
        marker: page.marker,
    })
}

fn key(kind: u8, name: &str) -> String {
    format!("{kind} {}", entity::key(name))
}

fn inline(permissions: &Permissions) -> Option<Vec<PolicyDetail>> {
    let detail = |(name, policy): (&String, &ruststack_auth::policy::stored::StoredPolicy)| PolicyDetail {
        policy_name: Some(name.clone()),
        policy_document: Some(encoded(policy.text())),
    };
    let details: Vec<_> = permissions.inline.iter().map(detail).collect();
    (!details.is_empty()).then_some(details)
}

fn attached(permissions: &Permissions) -> Vec<AttachedPolicy> {
    let named = permissions.attached.iter().filter_map(|arn| Some((policy_arn::parse(arn)?.name, arn)));
    named.map(|(name, arn)| attached_policy::described(name, arn)).collect()
}

fn user(turn: &Turn<'_>, user: &User) -> api::UserDetail {
    api::UserDetail {
        path: Some(user.path.clone()),
        user_name: Some(user.name.clone()),
        user_id: Some(user.id.clone()),
        arn: Some(turn.arn_of(user)),
        create_date: Some(user.created),
        user_policy_list: inline(&user.permissions),
        group_list: Some(user.groups.iter().cloned().collect()),
        attached_managed_policies: Some(attached(&user.permissions)),
        permissions_boundary: turn.boundary(&user.permissions),
        tags: Some(tagging::list(&user.tags)),
    }
}

fn group(turn: &Turn<'_>, group: &Group) -> api::GroupDetail {
    api::GroupDetail {
        path: Some(group.path.clone()),
        group_name: Some(group.name.clone()),
        group_id: Some(group.id.clone()),
        arn: Some(turn.arn_of(group)),
        create_date: Some(group.created),
        group_policy_list: Some(inline(&group.permissions).unwrap_or_default()),
        attached_managed_policies: Some(attached(&group.permissions)),
    }
}

fn role(turn: &Turn<'_>, role: &Role) -> api::RoleDetail {
    let profiles = turn.account().instance_profiles.iter().filter(|profile| profile.role.as_ref() == Some(&role.name));
    api::RoleDetail {
        path: Some(role.path.clone()),
        role_name: Some(role.name.clone()),
        role_id: Some(role.id.clone()),
        arn: Some(turn.arn_of(role)),
        create_date: Some(role.created),
        assume_role_policy_document: Some(encoded(role.trust.text())),
        instance_profile_list: Some(profiles.map(|profile| profile.listed(turn)).collect()),
        role_policy_list: Some(inline(&role.permissions).unwrap_or_default()),
        attached_managed_policies: Some(attached(&role.permissions)),
        permissions_boundary: turn.boundary(&role.permissions),
        tags: Some(tagging::list(&role.tags)),
        role_last_used: Some(api::RoleLastUsed::default()),
    }
}

fn own_policy(turn: &Turn<'_>, policy: &ManagedPolicy) -> api::ManagedPolicyDetail {
    let versions = policy.versions.iter().rev().map(|version| policy_version::shown(policy, version)).collect();
    let listed = managed_policy::listed_with_uses(turn, policy);
    managed_policy::detail(listed, policy.description.clone(), versions)
}
