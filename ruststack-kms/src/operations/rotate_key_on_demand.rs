//! `RotateKeyOnDemand`: new material now.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{RotateKeyOnDemand, RotateKeyOnDemandInput, RotateKeyOnDemandOutput},
    error::KmsError,
    found::Found,
};

// Differs from AWS: RotateKeyOnDemand is done when it is answered.
pub(super) async fn rotate_key_on_demand(
    call: Call<Kms>,
    input: RotateKeyOnDemandInput,
) -> Result<RotateKeyOnDemandOutput, KmsError> {
    let found = Found::of_key::<RotateKeyOnDemand>(&call, &input.key_id)?;
    found.change(&call, |key| {
        key.check_rotatable()?;
        key.rotate_on_demand(call.now())
    })?;
    Ok(RotateKeyOnDemandOutput { key_id: Some(found.key.arn.clone()) })
}
