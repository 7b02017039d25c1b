//! `ScheduleKeyDeletion`, `CancelKeyDeletion`: what is deleted is gone when the clock says so.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{
        CancelKeyDeletion, CancelKeyDeletionInput, CancelKeyDeletionOutput, ScheduleKeyDeletion,
        ScheduleKeyDeletionInput, ScheduleKeyDeletionOutput,
    },
    error::{KmsError, invalid},
    found::Found,
    key::Deletion,
    limits::{DEFAULT_PENDING_WINDOW_DAYS, PENDING_WINDOW_DAYS, days},
};

pub(super) async fn schedule_key_deletion(
    call: Call<Kms>,
    input: ScheduleKeyDeletionInput,
) -> Result<ScheduleKeyDeletionOutput, KmsError> {
    let found = Found::of_key::<ScheduleKeyDeletion>(&call, &input.key_id)?;
    let window_days = input.pending_window_in_days.unwrap_or(DEFAULT_PENDING_WINDOW_DAYS);
    check_window(window_days)?;
    let at = call.now().plus(days(window_days));
    let key_state = found.change(&call, |key| {
        key.check_not_pending_deletion()?;
        key.deletion = Some(Deletion { at, window_days });
        Ok(key.state())
    })?;
    Ok(ScheduleKeyDeletionOutput {
        key_id: Some(found.key.arn.clone()),
        deletion_date: Some(at),
        key_state: Some(key_state.to_owned()),
        pending_window_in_days: Some(window_days),
    })
}

pub(super) async fn cancel_key_deletion(
    call: Call<Kms>,
    input: CancelKeyDeletionInput,
) -> Result<CancelKeyDeletionOutput, KmsError> {
    let found = Found::of_key::<CancelKeyDeletion>(&call, &input.key_id)?;
    found.change(&call, |key| {
        let not_pending =
            || KmsError::KMSInvalidStateException { message: format!("{} is not pending deletion.", key.arn) };
        key.deletion.take().ok_or_else(not_pending)?;
        key.is_enabled = false;
        Ok(())
    })?;
    Ok(CancelKeyDeletionOutput { key_id: Some(found.key.arn.clone()) })
}

/// The model allows more.
fn check_window(days: i32) -> Result<(), KmsError> {
    let (min, max) = (PENDING_WINDOW_DAYS.start(), PENDING_WINDOW_DAYS.end());
    let bound = match days {
        days if days < *min => format!("greater than or equal to {min}"),
        days if days > *max => format!("less than or equal to {max}"),
        _ => return Ok(()),
    };
    Err(invalid(format!(
        "1 validation error detected: Value '{days}' at 'pendingWindowInDays' failed to satisfy constraint: Member must \
         have value {bound}"
    )))
}
