//! `Encrypt`.

use ruststack_core::{operation::Call, wire::Blob};

use crate::{
    Kms,
    api::{Encrypt, EncryptInput, EncryptOutput},
    error::KmsError,
    found::Found,
    requested::check_dry_run,
    spec::{SYMMETRIC, Usage},
};

pub(super) async fn encrypt(call: Call<Kms>, input: EncryptInput) -> Result<EncryptOutput, KmsError> {
    let found = Found::of::<Encrypt>(&call, &input.key_id)?;
    let key = &found.key;
    key.check_usable(Usage::EncryptDecrypt, "Encrypt")?;
    key.check_encryption_algorithm(input.encryption_algorithm.as_deref())?;
    check_dry_run(input.dry_run)?;
    let ciphertext = key.encrypt(&input.plaintext.0, &input.encryption_context.unwrap_or_default())?;
    Ok(EncryptOutput {
        ciphertext_blob: Some(Blob(ciphertext.into())),
        key_id: Some(key.arn.clone()),
        encryption_algorithm: Some(SYMMETRIC.to_owned()),
    })
}
