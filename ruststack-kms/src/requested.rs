//! What several cryptographic requests have in common.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::RecipientInfo,
    error::KmsError,
    found::Found,
    material::{Ciphertext, EncryptionContext},
    reference::Reference,
    spec::Usage,
};

const NOT_TO_BE_FOUND: &str = "The ciphertext refers to a customer master key that does not exist, does not exist in \
                               this region, or you are not allowed to access.";

/// What a request wants opened, and all that it says of it.
pub(crate) struct Sealed<'i> {
    pub(crate) blob: &'i [u8],
    /// The key that it must be of, if it must.
    pub(crate) key_id: Option<&'i str>,
    pub(crate) context: &'i EncryptionContext,
    pub(crate) algorithm: Option<&'i str>,
}

pub(crate) struct Opened {
    pub(crate) found: Found,
    pub(crate) plaintext: Vec<u8>,
    pub(crate) material_id: String,
}

impl Sealed<'_> {
    /// Opened for an operation, which is permitted by a name that may be another.
    pub(crate) fn open(&self, call: &Call<Kms>, operation: &str, permission: &'static str) -> Result<Opened, KmsError> {
        let ciphertext = Ciphertext::parse(self.blob);
        let found = self.find(call, ciphertext.as_ref(), permission)?;
        let ciphertext = ciphertext.ok_or(KmsError::InvalidCiphertextException {})?;
        let key = &found.key;
        key.check_usable(Usage::EncryptDecrypt, operation)?;
        key.check_encryption_algorithm(self.algorithm)?;
        let (plaintext, material) = key.decrypt(&ciphertext, self.context)?;
        let material_id = material.id.clone();
        Ok(Opened { found, plaintext, material_id })
    }

    fn find(
        &self,
        call: &Call<Kms>,
        ciphertext: Option<&Ciphertext<'_>>,
        permission: &'static str,
    ) -> Result<Found, KmsError> {
        // Whatever is no id of a key was never made here.
        let sealed_by = ciphertext.and_then(|ciphertext| Reference::parse_id(ciphertext.key_id, call.scope()));
        let Some(key_id) = self.key_id else {
            let reference = sealed_by.ok_or(KmsError::InvalidCiphertextException {})?;
            return Found::of_reference(call, &reference, permission).map_err(|error| match error {
                KmsError::NotFoundException { .. } => {
                    KmsError::AccessDeniedException { message: NOT_TO_BE_FOUND.to_owned() }
                }
                other => other,
            });
        };
        let found = Found::of_reference(call, &Reference::parse(key_id, call.scope())?, permission)?;
        match ciphertext {
            Some(ciphertext) if sealed_by.is_some() && ciphertext.key_id != found.key.id => {
                Err(KmsError::IncorrectKeyException {})
            }
            _ => Ok(found),
        }
    }
}

/// A dry run ends here: all else is in order.
pub(crate) fn check_dry_run(is_dry: Option<bool>) -> Result<(), KmsError> {
    if is_dry == Some(true) { Err(KmsError::DryRunOperationException {}) } else { Ok(()) }
}

/// Answers for enclaves would be encrypted for them.
pub(crate) fn check_no_recipient(recipient: Option<&RecipientInfo>) -> Result<(), KmsError> {
    match recipient {
        None => Ok(()),
        Some(_) => {
            let message = "RustStack does not implement answers for Nitro enclaves yet.".to_owned();
            Err(KmsError::NotImplemented { message })
        }
    }
}
