//! `GenerateRandom`.

use ruststack_core::{operation::Call, wire::Blob};

use crate::{
    Kms, access,
    api::{GenerateRandomInput, GenerateRandomOutput},
    error::{KmsError, invalid},
    material::random,
    requested::check_no_recipient,
};

pub(super) async fn generate_random(
    call: Call<Kms>,
    input: GenerateRandomInput,
) -> Result<GenerateRandomOutput, KmsError> {
    access::check_in_account(call.service(), call.ctx(), "GenerateRandom")?;
    check_no_recipient(input.recipient.as_ref())?;
    // Recorded: test_generate_random_invalid_number_of_bytes, 2023-04-13.
    let length = input.number_of_bytes.and_then(|bytes| usize::try_from(bytes).ok());
    let length = length.ok_or_else(|| invalid("NumberOfBytes is required."))?;
    Ok(GenerateRandomOutput { plaintext: Some(Blob(random(length)?.into())), ciphertext_for_recipient: None })
}
