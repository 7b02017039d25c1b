//! `EnableKeyRotation`, `DisableKeyRotation`, `GetKeyRotationStatus`: new material when the clock says so.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{
        DisableKeyRotation, DisableKeyRotationInput, DisableKeyRotationOutput, EnableKeyRotation,
        EnableKeyRotationInput, EnableKeyRotationOutput, GetKeyRotationStatus, GetKeyRotationStatusInput,
        GetKeyRotationStatusOutput,
    },
    error::KmsError,
    found::Found,
    key::Rotation,
    limits::DEFAULT_ROTATION_DAYS,
    spec::Spec,
};

pub(super) async fn enable_key_rotation(
    call: Call<Kms>,
    input: EnableKeyRotationInput,
) -> Result<EnableKeyRotationOutput, KmsError> {
    let period_days = input.rotation_period_in_days.unwrap_or(DEFAULT_ROTATION_DAYS);
    let now = call.now();
    Found::of_key::<EnableKeyRotation>(&call, &input.key_id)?.change(&call, |key| {
        key.check_rotatable()?;
        // What is asked for again does not begin anew.
        if key.rotation.is_none_or(|rotation| rotation.period_days != period_days) {
            key.rotation = Some(Rotation::new(period_days, now));
        }
        Ok(EnableKeyRotationOutput {})
    })
}

pub(super) async fn disable_key_rotation(
    call: Call<Kms>,
    input: DisableKeyRotationInput,
) -> Result<DisableKeyRotationOutput, KmsError> {
    Found::of_key::<DisableKeyRotation>(&call, &input.key_id)?.change(&call, |key| {
        key.check_rotatable()?;
        key.rotation = None;
        Ok(DisableKeyRotationOutput {})
    })
}

pub(super) async fn get_key_rotation_status(
    call: Call<Kms>,
    input: GetKeyRotationStatusInput,
) -> Result<GetKeyRotationStatusOutput, KmsError> {
    let found = Found::of_key::<GetKeyRotationStatus>(&call, &input.key_id)?;
    let key = &found.key;
    if key.spec != Spec::Symmetric {
        return Err(KmsError::UnsupportedOperationException { message: String::new() });
    }
    let rotation = key.rotation.filter(|_| key.deletion.is_none());
    Ok(GetKeyRotationStatusOutput {
        key_rotation_enabled: Some(rotation.is_some()),
        key_id: Some(key.arn.clone()),
        rotation_period_in_days: rotation.map(|rotation| rotation.period_days),
        next_rotation_date: rotation.map(|rotation| rotation.next_at),
        on_demand_rotation_start_date: None,
    })
}
