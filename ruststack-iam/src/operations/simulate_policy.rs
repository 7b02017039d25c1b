//! `SimulatePrincipalPolicy`, `SimulateCustomPolicy`, and the keys that policies ask for.

use std::collections::BTreeSet;

use ruststack_auth::policy::{context::ContextKeys, document::Rules, stored::StoredPolicy};

use crate::{
    api, document,
    entity::Entity,
    error::{IamError, invalid_input, no_such},
    group::Group,
    holder::Holder,
    paging::{Page, page},
    policy_arn,
    role::Role,
    simulation::{Simulation, Source, caller},
    turn::Turn,
};

/// What both operations are asked with.
struct Asked<'a> {
    sources: Vec<Source>,
    boundary: Option<StoredPolicy>,
    boundaries: Option<Vec<String>>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: String,
    context: Option<Vec<api::ContextEntry>>,
    actions: &'a [String],
    resources: Option<Vec<String>>,
    marker: Option<&'a str>,
    max_items: Option<i32>,
}

pub(super) fn simulate_principal_policy(
    turn: &mut Turn<'_>,
    input: api::SimulatePrincipalPolicyInput,
) -> Result<api::SimulatePrincipalPolicyOutput, IamError> {
    turn.allow(&input.policy_source_arn)?;
    let (mut sources, boundary) = of_principal(turn, &input.policy_source_arn)?;
    sources.extend(listed(input.policy_input_list.as_deref().unwrap_or_default())?);
    let asked = Asked {
        sources,
        boundary,
        boundaries: input.permissions_boundary_policy_input_list,
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller_arn: input.caller_arn.unwrap_or(input.policy_source_arn),
        context: input.context_entries,
        actions: &input.action_names,
        resources: input.resource_arns,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = simulate(turn, asked)?;
    let is_truncated = page.is_truncated();
    let evaluation_results = Some(page.entries);
    Ok(api::SimulatePrincipalPolicyOutput { evaluation_results, is_truncated, marker: page.marker })
}

pub(super) fn simulate_custom_policy(
    turn: &mut Turn<'_>,
    input: api::SimulateCustomPolicyInput,
) -> Result<api::SimulateCustomPolicyOutput, IamError> {
    turn.allow("*")?;
    let nobody = || format!("arn:{}:iam::{}:user/simulated", turn.partition(), turn.account_id());
    let asked = Asked {
        sources: listed(&input.policy_input_list)?,
        boundary: None,
        boundaries: input.permissions_boundary_policy_input_list,
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller_arn: input.caller_arn.unwrap_or_else(nobody),
        context: input.context_entries,
        actions: &input.action_names,
        resources: input.resource_arns,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = simulate(turn, asked)?;
    let is_truncated = page.is_truncated();
    let evaluation_results = Some(page.entries);
    Ok(api::SimulateCustomPolicyOutput { evaluation_results, is_truncated, marker: page.marker })
}

pub(super) fn get_context_keys_for_custom_policy(
    turn: &mut Turn<'_>,
    input: api::GetContextKeysForCustomPolicyInput,
) -> Result<api::GetContextKeysForCustomPolicyOutput, IamError> {
    turn.allow("*")?;
    let context_key_names = Some(context_keys(&listed(&input.policy_input_list)?));
    Ok(api::GetContextKeysForCustomPolicyOutput { context_key_names })
}

pub(super) fn get_context_keys_for_principal_policy(
    turn: &mut Turn<'_>,
    input: api::GetContextKeysForPrincipalPolicyInput,
) -> Result<api::GetContextKeysForPrincipalPolicyOutput, IamError> {
    turn.allow(&input.policy_source_arn)?;
    let (mut sources, _) = of_principal(turn, &input.policy_source_arn)?;
    sources.extend(listed(input.policy_input_list.as_deref().unwrap_or_default())?);
    Ok(api::GetContextKeysForPrincipalPolicyOutput { context_key_names: Some(context_keys(&sources)) })
}

fn context_keys(sources: &[Source]) -> Vec<String> {
    let statements = sources.iter().flat_map(|source| &source.policy.policy().statements);
    let keys = statements.flat_map(|statement| &statement.conditions).map(|condition| condition.key().to_owned());
    keys.collect::<BTreeSet<_>>().into_iter().collect()
}

fn simulate(turn: &Turn<'_>, asked: Asked<'_>) -> Result<Page<api::EvaluationResult>, IamError> {
    let boundaries = asked.boundaries.unwrap_or_default();
    let boundary = boundaries.first().map(|text| document::identity(text)).transpose()?.or(asked.boundary);
    let resource_policy = asked.resource_policy.map(|text| StoredPolicy::parse(text.as_bytes(), Rules::RESOURCE));
    let resource_policy = resource_policy.transpose().map_err(|fault| invalid_input(fault.to_string()))?;
    let owner = asked.resource_owner.and_then(|owner| owner.split(':').nth(4).unwrap_or(&owner).parse().ok());
    let simulation = Simulation {
        sources: asked.sources,
        boundary,
        resource_policy,
        caller: caller(&asked.caller_arn, turn.account_id()),
        resource_account: owner,
        keys: keys(&asked.caller_arn, asked.context.unwrap_or_default()),
    };
    let (names_resources, resources) = match asked.resources {
        Some(resources) => (true, resources),
        None => (false, vec!["*".to_owned()]),
    };
    let pairs = asked.actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    let results = pairs
        .enumerate()
        .map(|(index, (action, resource))| (format!("{index:06}"), simulation.run(action, resource, names_resources)));
    page(results, asked.marker, asked.max_items)
}

/// Of who asks, and what the simulation is told besides.
fn keys(caller: &str, told: Vec<api::ContextEntry>) -> ContextKeys {
    let mut keys = ContextKeys::default();
    keys.set("aws:PrincipalArn", caller);
    let name = caller.split_once(":user/").and_then(|(_, path)| path.rsplit('/').next());
    keys.set_if_some("aws:username", name);
    for entry in told {
        let Some(key) = entry.context_key_name else { continue };
        keys.set_all(key, entry.context_key_values.unwrap_or_default());
    }
    keys
}

/// Policies that a request brings along.
fn listed(texts: &[String]) -> Result<Vec<Source>, IamError> {
    let parsed = texts.iter().enumerate().map(|(index, text)| {
        Ok(Source { id: format!("PolicyInputList.{}", index + 1), policy: document::identity(text)? })
    });
    parsed.collect()
}

/// The policies of a user with their groups', of a group or of a role; and the boundary.
fn of_principal(turn: &Turn<'_>, arn: &str) -> Result<(Vec<Source>, Option<StoredPolicy>), IamError> {
    let resource = arn.splitn(6, ':').nth(5).ok_or_else(|| invalid_input(format!("Invalid Entity Arn: {arn}")))?;
    let (kind, path) = resource.split_once('/').ok_or_else(|| invalid_input(format!("Invalid Entity Arn: {arn}")))?;
    let name = path.rsplit('/').next().unwrap_or_default();
    let account = turn.account();
    let missing = || no_such(format!("Entity {arn} does not exist."));
    match kind {
        "user" => {
            let user = account.users.get(name).ok_or_else(missing)?;
            let mut sources = of_holder(turn, user.as_ref());
            let groups = user.groups.iter().filter_map(|group| account.groups.get(group));
            groups.for_each(|group| sources.extend(of_holder(turn, group.as_ref())));
            Ok((sources, boundary(turn, user.as_ref())))
        }
        "role" => {
            let role = Role::of(account).get(name).ok_or_else(missing)?;
            Ok((of_holder(turn, role.as_ref()), boundary(turn, role.as_ref())))
        }
        "group" => {
            let group = Group::of(account).get(name).ok_or_else(missing)?;
            Ok((of_holder(turn, group.as_ref()), None))
        }
        _ => Err(invalid_input(format!("Invalid Entity Arn: {arn}"))),
    }
}

fn boundary(turn: &Turn<'_>, holder: &impl Holder) -> Option<StoredPolicy> {
    turn.managed_document(holder.permissions().boundary.as_deref()?)
}

fn of_holder<H: Holder>(turn: &Turn<'_>, holder: &H) -> Vec<Source> {
    let permissions = holder.permissions();
    let inline = permissions.inline.iter().map(|(name, policy)| Source {
        id: format!("{}_{}_{name}", H::RESOURCE, holder.name()),
        policy: policy.clone(),
    });
    let managed = permissions.attached.iter().filter_map(|arn| {
        let id = policy_arn::parse(arn)?.name.to_owned();
        Some(Source { id, policy: turn.managed_document(arn)? })
    });
    inline.chain(managed).collect()
}
