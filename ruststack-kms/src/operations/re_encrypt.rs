//! `ReEncrypt`: from one key to another, without the plaintext being shown.

use ruststack_core::{operation::Call, wire::Blob};

use crate::{
    Kms,
    api::{ReEncryptInput, ReEncryptOutput},
    error::KmsError,
    found::Found,
    reference::Reference,
    requested::{Sealed, check_dry_run},
    spec::{SYMMETRIC, Usage},
};

pub(super) async fn re_encrypt(call: Call<Kms>, input: ReEncryptInput) -> Result<ReEncryptOutput, KmsError> {
    let blob = input.ciphertext_blob;
    let sealed = Sealed {
        blob: &blob.0,
        key_id: input.source_key_id.as_deref(),
        context: &input.source_encryption_context.unwrap_or_default(),
        algorithm: input.source_encryption_algorithm.as_deref(),
    };
    let opened = sealed.open(&call, "ReEncrypt", "ReEncryptFrom")?;
    let destination = Reference::parse(&input.destination_key_id, call.scope())?;
    let destination = Found::of_reference(&call, &destination, "ReEncryptTo")?;
    destination.key.check_usable(Usage::EncryptDecrypt, "ReEncrypt")?;
    destination.key.check_encryption_algorithm(input.destination_encryption_algorithm.as_deref())?;
    check_dry_run(input.dry_run)?;
    let context = input.destination_encryption_context.unwrap_or_default();
    let ciphertext = destination.key.encrypt(&opened.plaintext, &context)?;
    Ok(ReEncryptOutput {
        ciphertext_blob: Some(Blob(ciphertext.into())),
        source_key_id: Some(opened.found.key.arn.clone()),
        key_id: Some(destination.key.arn.clone()),
        source_encryption_algorithm: Some(SYMMETRIC.to_owned()),
        destination_encryption_algorithm: Some(SYMMETRIC.to_owned()),
        source_key_material_id: Some(opened.material_id),
        destination_key_material_id: Some(destination.key.material().id.clone()),
    })
}
