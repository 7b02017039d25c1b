//! `GetKeyPolicy`, `PutKeyPolicy`, `ListKeyPolicies`: a key has one policy, which is called `default`.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{
        GetKeyPolicy, GetKeyPolicyInput, GetKeyPolicyOutput, ListKeyPolicies, ListKeyPoliciesInput,
        ListKeyPoliciesOutput, PutKeyPolicy, PutKeyPolicyInput, PutKeyPolicyOutput,
    },
    error::KmsError,
    found::Found,
    policy,
};

pub(super) async fn get_key_policy(call: Call<Kms>, input: GetKeyPolicyInput) -> Result<GetKeyPolicyOutput, KmsError> {
    let found = Found::of_key::<GetKeyPolicy>(&call, &input.key_id)?;
    policy::check_name(input.policy_name.as_deref())?;
    let (policy, policy_name) = (found.key.policy.text().to_owned(), policy::NAME.to_owned());
    Ok(GetKeyPolicyOutput { policy: Some(policy), policy_name: Some(policy_name) })
}

pub(super) async fn put_key_policy(call: Call<Kms>, input: PutKeyPolicyInput) -> Result<PutKeyPolicyOutput, KmsError> {
    let found = Found::of_key::<PutKeyPolicy>(&call, &input.key_id)?;
    policy::check_name(input.policy_name.as_deref())?;
    let policy = policy::parse(&input.policy)?;
    found.change(&call, |key| {
        key.check_not_pending_deletion()?;
        key.policy = policy;
        Ok(PutKeyPolicyOutput {})
    })
}

pub(super) async fn list_key_policies(
    call: Call<Kms>,
    input: ListKeyPoliciesInput,
) -> Result<ListKeyPoliciesOutput, KmsError> {
    Found::of_key::<ListKeyPolicies>(&call, &input.key_id)?;
    let policy_names = Some(vec![policy::NAME.to_owned()]);
    Ok(ListKeyPoliciesOutput { policy_names, next_marker: None, truncated: Some(false) })
}
