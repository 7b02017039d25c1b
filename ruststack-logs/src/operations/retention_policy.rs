//! How long a group keeps its events: `PutRetentionPolicy`, `DeleteRetentionPolicy`.

use ruststack_core::operation::Call;

use super::log_group::change_settings;
use crate::{
    Logs,
    api::{DeleteRetentionPolicyInput, DeleteRetentionPolicyOutput, PutRetentionPolicyInput, PutRetentionPolicyOutput},
    error::{LogsError, invalid},
    limits::RETENTION_DAYS,
};

pub(super) async fn put_retention_policy(
    call: Call<Logs>,
    input: PutRetentionPolicyInput,
) -> Result<PutRetentionPolicyOutput, LogsError> {
    let days = input.retention_in_days;
    if !RETENTION_DAYS.contains(&days) {
        let known: Vec<String> = RETENTION_DAYS.iter().map(i32::to_string).collect();
        return Err(invalid(format!(
            "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member must \
             satisfy enum value set: [{}]",
            known.join(", ")
        )));
    }
    change_settings(&call, &input.log_group_name, |settings| {
        settings.retention_days = Some(days);
        Ok(PutRetentionPolicyOutput {})
    })
}

pub(super) async fn delete_retention_policy(
    call: Call<Logs>,
    input: DeleteRetentionPolicyInput,
) -> Result<DeleteRetentionPolicyOutput, LogsError> {
    change_settings(&call, &input.log_group_name, |settings| {
        settings.retention_days = None;
        Ok(DeleteRetentionPolicyOutput {})
    })
}
