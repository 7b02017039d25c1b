//! `EnableKey`, `DisableKey`.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{DisableKey, DisableKeyInput, DisableKeyOutput, EnableKey, EnableKeyInput, EnableKeyOutput},
    error::KmsError,
    found::Found,
};

pub(super) async fn enable_key(call: Call<Kms>, input: EnableKeyInput) -> Result<EnableKeyOutput, KmsError> {
    switch(&call, &Found::of_key::<EnableKey>(&call, &input.key_id)?, true).map(|()| EnableKeyOutput {})
}

pub(super) async fn disable_key(call: Call<Kms>, input: DisableKeyInput) -> Result<DisableKeyOutput, KmsError> {
    switch(&call, &Found::of_key::<DisableKey>(&call, &input.key_id)?, false).map(|()| DisableKeyOutput {})
}

fn switch(call: &Call<Kms>, found: &Found, is_enabled: bool) -> Result<(), KmsError> {
    found.change(call, |key| {
        key.check_not_pending_deletion()?;
        key.is_enabled = is_enabled;
        Ok(())
    })
}
