//! `GenerateDataKey`, `GenerateDataKeyWithoutPlaintext`: keys for who encrypts elsewhere.

use ruststack_core::{
    operation::{Call, Operation},
    wire::Blob,
};

use crate::{
    Kms,
    api::{
        GenerateDataKey, GenerateDataKeyInput, GenerateDataKeyOutput, GenerateDataKeyWithoutPlaintext,
        GenerateDataKeyWithoutPlaintextInput, GenerateDataKeyWithoutPlaintextOutput,
    },
    error::{KmsError, invalid},
    found::Found,
    material::{EncryptionContext, random},
    requested::{check_dry_run, check_no_recipient},
    spec::Usage,
};

const HOW_LONG: &str = "Please specify either number of bytes or key spec.";

/// What both are asked for.
struct Wanted<'i> {
    key_id: &'i str,
    length: usize,
    context: EncryptionContext,
    dry_run: Option<bool>,
}

struct DataKey {
    plaintext: Blob,
    ciphertext: Blob,
    key_arn: String,
    material_id: String,
}

pub(super) async fn generate_data_key(
    call: Call<Kms>,
    input: GenerateDataKeyInput,
) -> Result<GenerateDataKeyOutput, KmsError> {
    check_no_recipient(input.recipient.as_ref())?;
    let length = length(input.number_of_bytes, input.key_spec.as_deref())?;
    let context = input.encryption_context.unwrap_or_default();
    let wanted = Wanted { key_id: &input.key_id, length, context, dry_run: input.dry_run };
    let made = wanted.make::<GenerateDataKey>(&call)?;
    Ok(GenerateDataKeyOutput {
        ciphertext_blob: Some(made.ciphertext),
        plaintext: Some(made.plaintext),
        key_id: Some(made.key_arn),
        ciphertext_for_recipient: None,
        key_material_id: Some(made.material_id),
    })
}

pub(super) async fn generate_data_key_without_plaintext(
    call: Call<Kms>,
    input: GenerateDataKeyWithoutPlaintextInput,
) -> Result<GenerateDataKeyWithoutPlaintextOutput, KmsError> {
    let length = length(input.number_of_bytes, input.key_spec.as_deref())?;
    let context = input.encryption_context.unwrap_or_default();
    let wanted = Wanted { key_id: &input.key_id, length, context, dry_run: input.dry_run };
    let made = wanted.make::<GenerateDataKeyWithoutPlaintext>(&call)?;
    Ok(GenerateDataKeyWithoutPlaintextOutput {
        ciphertext_blob: Some(made.ciphertext),
        key_id: Some(made.key_arn),
        key_material_id: Some(made.material_id),
    })
}

impl Wanted<'_> {
    fn make<O: Operation>(&self, call: &Call<Kms>) -> Result<DataKey, KmsError> {
        let found = Found::of::<O>(call, self.key_id)?;
        let key = &found.key;
        key.check_usable(Usage::EncryptDecrypt, O::SHAPE.name)?;
        check_dry_run(self.dry_run)?;
        let plaintext = random(self.length)?;
        Ok(DataKey {
            ciphertext: Blob(key.encrypt(&plaintext, &self.context)?.into()),
            plaintext: Blob(plaintext.into()),
            key_arn: key.arn.clone(),
            material_id: key.material().id.clone(),
        })
    }
}

/// In bytes.
fn length(number_of_bytes: Option<i32>, spec: Option<&str>) -> Result<usize, KmsError> {
    match (number_of_bytes, spec) {
        (None, Some("AES_128")) => Ok(16),
        (None, Some(_)) => Ok(32),
        (Some(bytes), None) => usize::try_from(bytes).map_err(|_| invalid(HOW_LONG)),
        _ => Err(invalid(HOW_LONG)),
    }
}
