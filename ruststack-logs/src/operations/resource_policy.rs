//! Who else may write: `PutResourcePolicy`, `DescribeResourcePolicies`, `DeleteResourcePolicy`.

use ruststack_core::operation::Call;
use serde_json::Value;

use super::{Page, kept};
use crate::{
    Logs,
    api::{
        DeleteResourcePolicyInput, DeleteResourcePolicyOutput, DescribeResourcePoliciesInput,
        DescribeResourcePoliciesOutput, PutResourcePolicyInput, PutResourcePolicyOutput, ResourcePolicy as Shown,
    },
    error::{LogsError, invalid, not_found},
    limits::MAX_RESOURCE_POLICIES,
    rows,
    things::ResourcePolicy,
};

pub(super) async fn put_resource_policy(
    call: Call<Logs>,
    input: PutResourcePolicyInput,
) -> Result<PutResourcePolicyOutput, LogsError> {
    if input.resource_arn.is_some() {
        return Err(of_resources());
    }
    let name = input.policy_name.ok_or_else(|| invalid("Policy name must be specified."))?;
    let document = input.policy_document.ok_or_else(|| invalid("Policy document must be specified."))?;
    if serde_json::from_str::<Value>(&document).map_or(true, |policy| !policy.is_object()) {
        return Err(invalid("Invalid policy document: syntax error in policy."));
    }
    let policy = ResourcePolicy { name: name.clone(), document, updated_at: call.now().millis() };
    call.service().change(call.ctx(), call.scope(), |things| {
        let policies = &mut things.resource_policies;
        if policies.len() >= MAX_RESOURCE_POLICIES && !policies.contains_key(&name) {
            return Err(LogsError::LimitExceededException {});
        }
        call.ctx().changes().record(|rows| rows::put(rows, call.scope(), &policy));
        let resource_policy = Some(shown(&policy));
        policies.insert(name, policy.into());
        Ok(PutResourcePolicyOutput { resource_policy, revision_id: None })
    })
}

fn shown(policy: &ResourcePolicy) -> Shown {
    Shown {
        policy_name: Some(policy.name.clone()),
        policy_document: Some(policy.document.clone()),
        last_updated_time: Some(policy.updated_at),
        policy_scope: Some("ACCOUNT".to_owned()),
        resource_arn: None,
        revision_id: None,
    }
}

// Differs from AWS: there are policies of the account alone, none of one group.
fn of_resources() -> LogsError {
    invalid("RustStack keeps resource policies of the account, not of one resource.")
}

pub(super) async fn describe_resource_policies(
    call: Call<Logs>,
    input: DescribeResourcePoliciesInput,
) -> Result<DescribeResourcePoliciesOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let is_of_resources = input.resource_arn.is_some() || input.policy_scope.as_deref() == Some("RESOURCE");
    let policies = kept::all::<ResourcePolicy>(&call).into_iter().filter(|_| !is_of_resources);
    let (policies, next_token) = page.take(policies.map(|policy| (policy.name.clone(), shown(&policy))));
    Ok(DescribeResourcePoliciesOutput { resource_policies: Some(policies), next_token })
}

pub(super) async fn delete_resource_policy(
    call: Call<Logs>,
    input: DeleteResourcePolicyInput,
) -> Result<DeleteResourcePolicyOutput, LogsError> {
    if input.resource_arn.is_some() {
        return Err(of_resources());
    }
    let name = input.policy_name.ok_or_else(|| invalid("Policy name must be specified."))?;
    let missing = || not_found(format!("Policy with name [{name}] does not exist."));
    kept::remove::<ResourcePolicy>(&call, &name, missing).map(|()| DeleteResourcePolicyOutput {})
}
