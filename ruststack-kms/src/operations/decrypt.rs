//! `Decrypt`.

use ruststack_core::{operation::Call, wire::Blob};

use crate::{
    Kms,
    api::{DecryptInput, DecryptOutput},
    error::KmsError,
    requested::{Sealed, check_dry_run, check_no_recipient},
    spec::SYMMETRIC,
};

pub(super) async fn decrypt(call: Call<Kms>, input: DecryptInput) -> Result<DecryptOutput, KmsError> {
    check_no_recipient(input.recipient.as_ref())?;
    let blob = input.ciphertext_blob;
    let sealed = Sealed {
        blob: &blob.0,
        key_id: input.key_id.as_deref(),
        context: &input.encryption_context.unwrap_or_default(),
        algorithm: input.encryption_algorithm.as_deref(),
    };
    let opened = sealed.open(&call, "Decrypt", "Decrypt")?;
    check_dry_run(input.dry_run)?;
    Ok(DecryptOutput {
        key_id: Some(opened.found.key.arn.clone()),
        plaintext: Some(Blob(opened.plaintext.into())),
        encryption_algorithm: Some(SYMMETRIC.to_owned()),
        ciphertext_for_recipient: None,
        key_material_id: Some(opened.material_id),
    })
}
