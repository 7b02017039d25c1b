//! `ListEntitiesForPolicy`: the groups, roles and users that have a managed policy.

use crate::{
    api,
    entity::{self, Named},
    error::IamError,
    holder::Holder,
    operations::managed_policy,
    paging::page,
    turn::Turn,
};

enum Having {
    Group(api::PolicyGroup),
    Role(api::PolicyRole),
    User(api::PolicyUser),
}

/// Which are wanted.
struct Wanted<'a> {
    arn: &'a str,
    prefix: &'a str,
    usage: Option<&'a str>,
    kind: Option<&'a str>,
}

impl Wanted<'_> {
    /// Those of one kind, with what their pages go by.
    fn among<H: Holder>(
        &self,
        kind: &str,
        all: &Named<H>,
        make: impl Fn(Option<String>, Option<String>) -> Having,
    ) -> Vec<(String, Having)> {
        if self.kind.is_some_and(|wanted| wanted != kind) {
            return Vec::new();
        }
        let wanted = all.iter().filter(|holder| self.has(holder.as_ref()));
        let key = |holder: &H| format!("{kind} {}", entity::key(holder.name()));
        let made = |holder: &H| make(Some(holder.name().to_owned()), Some(holder.id().to_owned()));
        wanted.map(|holder| (key(holder), made(holder))).collect()
    }

    fn has(&self, holder: &impl Holder) -> bool {
        let permissions = holder.permissions();
        let is_attached = permissions.attached.contains(self.arn);
        let is_boundary = permissions.boundary.as_deref() == Some(self.arn);
        let is_used = match self.usage {
            Some("PermissionsPolicy") => is_attached,
            Some("PermissionsBoundary") => is_boundary,
            _ => is_attached || is_boundary,
        };
        is_used && holder.path().starts_with(self.prefix)
    }
}

pub(super) fn list_entities_for_policy(
    turn: &mut Turn<'_>,
    input: api::ListEntitiesForPolicyInput,
) -> Result<api::ListEntitiesForPolicyOutput, IamError> {
    managed_policy::find(turn, &input.policy_arn)?;
    let wanted = Wanted {
        arn: &input.policy_arn,
        prefix: input.path_prefix.as_deref().unwrap_or("/"),
        usage: input.policy_usage_filter.as_deref(),
        kind: input.entity_filter.as_deref(),
    };
    let account = turn.account();
    let mut all = wanted.among("Group", &account.groups, |group_name, group_id| {
        Having::Group(api::PolicyGroup { group_name, group_id })
    });
    all.extend(
        wanted.among("Role", &account.roles, |role_name, role_id| Having::Role(api::PolicyRole { role_name, role_id })),
    );
    all.extend(
        wanted.among("User", &account.users, |user_name, user_id| Having::User(api::PolicyUser { user_name, user_id })),
    );
    let page = page(all.into_iter(), input.marker.as_deref(), input.max_items)?;
    let (mut groups, mut roles, mut users) = (Vec::new(), Vec::new(), Vec::new());
    let is_truncated = page.is_truncated();
    for having in page.entries {
        match having {
            Having::Group(group) => groups.push(group),
            Having::Role(role) => roles.push(role),
            Having::User(user) => users.push(user),
        }
    }
    Ok(api::ListEntitiesForPolicyOutput {
        policy_groups: Some(groups),
        policy_users: Some(users),
        policy_roles: Some(roles),
        is_truncated,
        marker: page.marker,
    })
}
