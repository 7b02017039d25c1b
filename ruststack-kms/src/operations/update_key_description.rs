//! `UpdateKeyDescription`.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{UpdateKeyDescription, UpdateKeyDescriptionInput, UpdateKeyDescriptionOutput},
    error::KmsError,
    found::Found,
};

pub(super) async fn update_key_description(
    call: Call<Kms>,
    input: UpdateKeyDescriptionInput,
) -> Result<UpdateKeyDescriptionOutput, KmsError> {
    Found::of_key::<UpdateKeyDescription>(&call, &input.key_id)?.change(&call, |key| {
        key.check_not_pending_deletion()?;
        key.description = input.description;
        Ok(UpdateKeyDescriptionOutput {})
    })
}
