//! `CreatePolicy`, `GetPolicy`, `ListPolicies`, `DeletePolicy`.

use std::collections::BTreeMap;

use crate::{
    account::Account,
    api,
    aws_managed::{self, AwsManaged},
    document, entity,
    error::{IamError, exceeds, no_such},
    holder::Permissions,
    limits::MAX_POLICIES,
    managed_policy::ManagedPolicy,
    operations::{attached_policy::check_arn, policy_version},
    paging::page,
    policy_arn::{self, Owner, PolicyArn},
    tagging,
    turn::Turn,
};

/// A managed policy as its ARN finds it.
pub(super) enum Found {
    Own(ManagedPolicy),
    Aws(AwsManaged),
}

/// How often a policy is attached, and how often it is a boundary.
#[derive(Clone, Copy, Default)]
struct Uses {
    attachments: i32,
    boundaries: i32,
}

pub(super) fn find(turn: &Turn<'_>, arn: &str) -> Result<Found, IamError> {
    check_arn(arn)?;
    turn.allow(arn)?;
    let missing = || no_such(format!("Policy {arn} was not found."));
    match policy_arn::parse(arn).ok_or_else(missing)? {
        PolicyArn { owner: Owner::Aws, .. } => Ok(Found::Aws(aws_managed::find(arn))),
        PolicyArn { owner: Owner::Account(owner), path, name } => {
            let own = turn.account().policies.get(name).filter(|_| owner == turn.account_id());
            own.filter(|own| own.path == path).map(|own| Found::Own(ManagedPolicy::clone(own))).ok_or_else(missing)
        }
    }
}

/// One that is the account's to change.
pub(super) fn edit(turn: &Turn<'_>, arn: &str) -> Result<ManagedPolicy, IamError> {
    match find(turn, arn)? {
        Found::Own(policy) => Ok(policy),
        Found::Aws(_) => {
            let (user, action) = (turn.ctx.identity().arn(turn.partition()), turn.operation);
            let message = format!("User: {user} is not authorized to perform: iam:{action} on resource: policy {arn}");
            Err(IamError::AccessDenied { message })
        }
    }
}

pub(super) fn create_policy(
    turn: &mut Turn<'_>,
    input: api::CreatePolicyInput,
) -> Result<api::CreatePolicyOutput, IamError> {
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    turn.check_free::<ManagedPolicy>(&path, &input.policy_name)?;
    let document = document::managed(&input.policy_document)?;
    let tags = tagging::of_request(input.tags)?;
    if turn.account().policies.len() >= MAX_POLICIES {
        return Err(exceeds("PoliciesPerAccount", MAX_POLICIES));
    }
    let now = turn.now();
    let mut policy = ManagedPolicy {
        name: input.policy_name,
        path,
        id: turn.new_id("ANPA"),
        created: now,
        updated: now,
        description: input.description,
        tags,
        versions: Vec::new(),
        default: 1,
        made: 0,
    };
    policy.add(document, now, true);
    let policy = turn.put(policy);
    let described = api::Policy { description: None, ..listed(turn, &policy, Uses::default()) };
    Ok(api::CreatePolicyOutput { policy: Some(api::Policy { tags: tagging::described(&policy.tags), ..described }) })
}

pub(super) fn get_policy(turn: &mut Turn<'_>, input: api::GetPolicyInput) -> Result<api::GetPolicyOutput, IamError> {
    let uses = uses(turn.account()).remove(&input.policy_arn).unwrap_or_default();
    let policy = match find(turn, &input.policy_arn)? {
        Found::Own(policy) => {
            let (description, tags) = (policy.description.clone(), Some(tagging::list(&policy.tags)));
            api::Policy { description, tags, ..listed(turn, &policy, uses) }
        }
        Found::Aws(policy) => api::Policy { tags: Some(Vec::new()), ..listed_aws(&input.policy_arn, &policy, uses) },
    };
    Ok(api::GetPolicyOutput { policy: Some(policy) })
}

pub(super) fn list_policies(
    turn: &mut Turn<'_>,
    input: api::ListPoliciesInput,
) -> Result<api::ListPoliciesOutput, IamError> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let (uses, scope) = (uses(turn.account()), input.scope.as_deref().unwrap_or("All"));
    let mut all = BTreeMap::new();
    let own = turn.list::<ManagedPolicy>(Some(prefix))?;
    for (_, policy) in own.iter().filter(|_| scope != "AWS") {
        let arn = turn.arn_of(policy.as_ref());
        let uses = uses.get(&arn).copied().unwrap_or_default();
        all.insert(page_key(&policy.name, &arn), (uses, listed(turn, policy, uses)));
    }
    let aws = aws_managed::known().filter(|policy| scope != "Local" && policy.path.starts_with(prefix));
    for policy in aws {
        let arn = format!("arn:{}:iam::aws:policy{}{}", turn.partition(), policy.path, policy.name);
        let uses = uses.get(&arn).copied().unwrap_or_default();
        all.insert(page_key(&policy.name, &arn), (uses, listed_aws(&arn, policy, uses)));
    }
    let is_wanted = |uses: &Uses| {
        let is_attached = !input.only_attached.unwrap_or(false) || uses.attachments > 0;
        is_attached
            && match input.policy_usage_filter.as_deref() {
                Some("PermissionsPolicy") => uses.attachments > 0,
                Some("PermissionsBoundary") => uses.boundaries > 0,
                _ => true,
            }
    };
    let wanted = all.into_iter().filter(|(_, (uses, _))| is_wanted(uses)).map(|(key, (_, policy))| (key, policy));
    let page = page(wanted, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::ListPoliciesOutput { policies: Some(page.entries), is_truncated, marker: page.marker })
}

pub(super) fn delete_policy(
    turn: &mut Turn<'_>,
    input: api::DeletePolicyInput,
) -> Result<api::DeletePolicyOutput, IamError> {
    let policy = edit(turn, &input.policy_arn)?;
    let uses = uses(turn.account()).remove(&input.policy_arn).unwrap_or_default();
    if uses.attachments > 0 || uses.boundaries > 0 {
        return Err(IamError::DeleteConflict { message: "Cannot delete a policy attached to entities." });
    }
    if policy.versions.len() > 1 {
        return Err(IamError::DeleteConflict {
            message: "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                      versions. The default version is deleted with the policy.",
        });
    }
    turn.remove::<ManagedPolicy>(&policy.name);
    Ok(api::DeletePolicyOutput {})
}

/// Of all policies that are used at all, by ARN.
fn uses(account: &Account) -> BTreeMap<String, Uses> {
    let mut uses = BTreeMap::new();
    account.users.iter().for_each(|user| count(&mut uses, &user.permissions));
    account.groups.iter().for_each(|group| count(&mut uses, &group.permissions));
    account.roles.iter().for_each(|role| count(&mut uses, &role.permissions));
    uses
}

fn count(uses: &mut BTreeMap<String, Uses>, permissions: &Permissions) {
    for arn in &permissions.attached {
        uses.entry(arn.clone()).or_default().attachments += 1;
    }
    if let Some(arn) = &permissions.boundary {
        uses.entry(arn.clone()).or_default().boundaries += 1;
    }
}

/// How `GetAccountAuthorizationDetails` shows a policy.
pub(super) fn detail(
    listed: api::Policy,
    description: Option<String>,
    versions: Vec<api::PolicyVersion>,
) -> api::ManagedPolicyDetail {
    api::ManagedPolicyDetail {
        policy_name: listed.policy_name,
        policy_id: listed.policy_id,
        arn: listed.arn,
        path: listed.path,
        default_version_id: listed.default_version_id,
        attachment_count: listed.attachment_count,
        permissions_boundary_usage_count: listed.permissions_boundary_usage_count,
        is_attachable: listed.is_attachable,
        description,
        create_date: listed.create_date,
        update_date: listed.update_date,
        policy_version_list: Some(versions),
    }
}

pub(super) fn listed_with_uses(turn: &Turn<'_>, policy: &ManagedPolicy) -> api::Policy {
    let uses = uses(turn.account()).remove(&turn.arn_of(policy)).unwrap_or_default();
    listed(turn, policy, uses)
}

/// AWS's policies that somebody has, by name.
pub(super) fn aws_in_use(turn: &Turn<'_>) -> Vec<(String, api::ManagedPolicyDetail)> {
    let uses = uses(turn.account()).into_iter();
    let aws = uses.filter(|(arn, _)| policy_arn::parse(arn).is_some_and(|parsed| parsed.owner == Owner::Aws));
    let made = aws.map(|(arn, uses)| {
        let policy = aws_managed::find(&arn);
        let versions = vec![policy_version::shown_aws(&policy)];
        (policy.name.clone(), detail(listed_aws(&arn, &policy, uses), None, versions))
    });
    made.collect()
}

/// As lists show it: without description and tags.
fn listed(turn: &Turn<'_>, policy: &ManagedPolicy, uses: Uses) -> api::Policy {
    api::Policy {
        policy_name: Some(policy.name.clone()),
        policy_id: Some(policy.id.clone()),
        arn: Some(turn.arn_of(policy)),
        path: Some(policy.path.clone()),
        default_version_id: Some(policy.default_id()),
        attachment_count: Some(uses.attachments),
        permissions_boundary_usage_count: Some(uses.boundaries),
        is_attachable: Some(true),
        create_date: Some(policy.created),
        update_date: Some(policy.updated),
        ..api::Policy::default()
    }
}

fn listed_aws(arn: &str, policy: &AwsManaged, uses: Uses) -> api::Policy {
    api::Policy {
        policy_name: Some(policy.name.clone()),
        policy_id: Some(policy.id()),
        arn: Some(arn.to_owned()),
        path: Some(policy.path.clone()),
        default_version_id: Some(policy.default_id.clone()),
        attachment_count: Some(uses.attachments),
        permissions_boundary_usage_count: Some(uses.boundaries),
        is_attachable: Some(true),
        create_date: Some(policy.created),
        update_date: Some(policy.updated),
        ..api::Policy::default()
    }
}

/// The account's own and AWS's may have one name.
fn page_key(name: &str, arn: &str) -> String {
    format!("{} {arn}", entity::key(name))
}
