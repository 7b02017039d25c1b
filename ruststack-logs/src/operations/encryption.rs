//! The key that a group names: `AssociateKmsKey`, `DisassociateKmsKey`.

use ruststack_core::{context::Context, operation::Call};
use serde_json::json;

use super::{group_of, log_group::change_settings};
use crate::{
    Logs,
    api::{AssociateKmsKeyInput, AssociateKmsKeyOutput, DisassociateKmsKeyInput, DisassociateKmsKeyOutput},
    error::LogsError,
    group::group_arn,
};

pub(super) async fn associate_kms_key(
    call: Call<Logs>,
    input: AssociateKmsKeyInput,
) -> Result<AssociateKmsKeyOutput, LogsError> {
    let group = group_of(call.scope(), input.log_group_name, input.resource_identifier.as_deref())?;
    call.service().home(call.scope()).lock().group(&group)?;
    check_key(call.ctx(), &input.kms_key_id, &group_arn(call.scope(), &group)).await?;
    change_settings(&call, &group, |settings| {
        settings.kms_key = Some(input.kms_key_id);
        Ok(AssociateKmsKeyOutput {})
    })
}

pub(super) async fn disassociate_kms_key(
    call: Call<Logs>,
    input: DisassociateKmsKeyInput,
) -> Result<DisassociateKmsKeyOutput, LogsError> {
    let group = group_of(call.scope(), input.log_group_name, input.resource_identifier.as_deref())?;
    change_settings(&call, &group, |settings| {
        settings.kms_key = None;
        Ok(DisassociateKmsKeyOutput {})
    })
}

/// Whether there is such a key; where there is no KMS, whatever is named is.
// Differs from AWS: events are not encrypted, and whether the key's policy lets CloudWatch Logs use it is not asked.
pub(super) async fn check_key(ctx: &Context, key: &str, group_arn: &str) -> Result<(), LogsError> {
    let asked = ctx.bus().request(ctx, "kms", "DescribeKey", json!({"KeyId": key})).await;
    let is_there = asked.is_ok_and(|found| found["KeyMetadata"]["KeyState"] == "Enabled");
    if is_there || !has_kms(ctx).await {
        return Ok(());
    }
    let message =
        format!("The specified KMS key does not exist or is not allowed to be used with LogGroup '{group_arn}'");
    Err(LogsError::AccessDeniedException { message })
}

async fn has_kms(ctx: &Context) -> bool {
    let asked = ctx.bus().request(ctx, "kms", "ListAliases", json!({})).await;
    asked.map_or_else(|error| error.status().as_u16() != 501, |_| true)
}
