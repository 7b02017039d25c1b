//! `GetDataProtectionPolicy` and `PutDataProtectionPolicy`: kept and shown.

use ruststack_core::operation::Call;
use serde_json::Value;

use crate::{
    Sns,
    api::{
        GetDataProtectionPolicyInput, GetDataProtectionPolicyOutput, PutDataProtectionPolicyInput,
        PutDataProtectionPolicyOutput,
    },
    error::{SnsError, invalid},
    topics_of_calls::{change_topic, place_of},
};

/// Bytes. <https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html>
const MAX_LENGTH: usize = 30_720;

pub(super) async fn get_data_protection_policy(
    call: Call<Sns>,
    input: GetDataProtectionPolicyInput,
) -> Result<GetDataProtectionPolicyOutput, SnsError> {
    let (_, settings) = place_of(&call, "GetDataProtectionPolicy", ("ResourceArn", &input.resource_arn))?;
    let policy = settings.data_protection_policy.unwrap_or_default();
    Ok(GetDataProtectionPolicyOutput { data_protection_policy: Some(policy) })
}

// Differs from AWS: data protection policies are kept and shown, and no message is audited, masked or denied by them.
pub(super) async fn put_data_protection_policy(
    call: Call<Sns>,
    input: PutDataProtectionPolicyInput,
) -> Result<PutDataProtectionPolicyOutput, SnsError> {
    let policy = input.data_protection_policy;
    change_topic(&call, "PutDataProtectionPolicy", ("ResourceArn", &input.resource_arn), |settings| {
        if settings.is_fifo {
            return Err(invalid("DataProtectionPolicy Reason: FIFO topics have none"));
        }
        if !policy.is_empty() {
            check(&policy)?;
        }
        settings.data_protection_policy = Some(policy).filter(|policy| !policy.is_empty());
        Ok(())
    })?;
    Ok(PutDataProtectionPolicyOutput {})
}

/// Refuses what is no document with statements.
pub(super) fn check(policy: &str) -> Result<(), SnsError> {
    let document: Option<Value> = serde_json::from_str(policy).ok();
    let has_members = |document: Value| {
        ["Name", "Version", "Statement"].iter().all(|name| !document[*name].is_null())
            && document["Statement"].is_array()
    };
    if policy.len() <= MAX_LENGTH && document.is_some_and(has_members) {
        Ok(())
    } else {
        Err(invalid("DataProtectionPolicy"))
    }
}
