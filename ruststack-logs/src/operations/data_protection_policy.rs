//! `PutDataProtectionPolicy`, `GetDataProtectionPolicy`, `DeleteDataProtectionPolicy`: kept and told.

use ruststack_core::operation::Call;
use serde_json::Value;

use super::{group_identified, log_group::change_settings};
use crate::{
    Logs,
    api::{
        DeleteDataProtectionPolicyInput, DeleteDataProtectionPolicyOutput, GetDataProtectionPolicyInput,
        GetDataProtectionPolicyOutput, PutDataProtectionPolicyInput, PutDataProtectionPolicyOutput,
    },
    error::{LogsError, invalid},
    group::DataProtection,
};

// Differs from AWS: what a data protection policy names is not masked.
pub(super) async fn put_data_protection_policy(
    call: Call<Logs>,
    input: PutDataProtectionPolicyInput,
) -> Result<PutDataProtectionPolicyOutput, LogsError> {
    let group = group_identified(call.scope(), &input.log_group_identifier)?;
    let policy: Option<Value> = serde_json::from_str(&input.policy_document).ok();
    if policy.is_none_or(|policy| !policy["Statement"].is_array()) {
        return Err(invalid("The specified policyDocument is not a valid data protection policy."));
    }
    let kept = DataProtection { policy: input.policy_document, updated_at: call.now().millis() };
    change_settings(&call, &group, |settings| {
        settings.data_protection = Some(kept.clone());
        Ok(())
    })?;
    Ok(PutDataProtectionPolicyOutput {
        log_group_identifier: Some(input.log_group_identifier),
        policy_document: Some(kept.policy),
        last_updated_time: Some(kept.updated_at),
    })
}

pub(super) async fn get_data_protection_policy(
    call: Call<Logs>,
    input: GetDataProtectionPolicyInput,
) -> Result<GetDataProtectionPolicyOutput, LogsError> {
    let group = group_identified(call.scope(), &input.log_group_identifier)?;
    let kept = call.service().home(call.scope()).lock().group(&group)?.settings.data_protection.clone();
    Ok(GetDataProtectionPolicyOutput {
        log_group_identifier: Some(input.log_group_identifier),
        last_updated_time: kept.as_ref().map(|kept| kept.updated_at),
        policy_document: kept.map(|kept| kept.policy),
    })
}

pub(super) async fn delete_data_protection_policy(
    call: Call<Logs>,
    input: DeleteDataProtectionPolicyInput,
) -> Result<DeleteDataProtectionPolicyOutput, LogsError> {
    let group = group_identified(call.scope(), &input.log_group_identifier)?;
    change_settings(&call, &group, |settings| {
        settings.data_protection = None;
        Ok(DeleteDataProtectionPolicyOutput {})
    })
}
