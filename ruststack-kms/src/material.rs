//! What keys are made of, and what is done with it: AES-256 in Galois/Counter Mode, and HMAC.
//!
//! A development emulator keeps it like all other state: readable by whoever reads the data directory or a snapshot.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    error::Unspecified,
    rand::{SecureRandom as _, SystemRandom},
};
use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Sha224, Sha256, Sha384, Sha512};

/// Key ids are as long, those of multi-region keys too.
const ID_LENGTH: usize = 36;
const AES_KEY_LENGTH: usize = 32;
const MATERIAL_ID_LENGTH: usize = 32;

/// Names and values that a ciphertext is bound to.
pub(crate) type EncryptionContext = BTreeMap<String, String>;

/// Secret bytes, since when they are a key's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Material {
    /// 64 hexadecimal digits.
    pub(crate) id: String,
    #[serde(with = "serde_bytes")]
    secret: Vec<u8>,
    /// `None` of the one that a key was made with.
    pub(crate) rotation: Option<Rotated>,
}

/// When a material took its predecessor's place.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rotated {
    pub(crate) at: Timestamp,
    pub(crate) is_on_demand: bool,
}

/// How a message is authenticated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MacAlgorithm {
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// Random bytes from the machine, which are the same in no two runs, other than ids.
pub(crate) fn random(length: usize) -> Result<Vec<u8>, Unspecified> {
    let mut bytes = vec![0; length];
    SystemRandom::new().fill(&mut bytes)?;
    Ok(bytes)
}

/// A ciphertext as it is handed out, taken apart: the key's id, the nonce, and the text with its tag.
pub(crate) struct Ciphertext<'c> {
    pub(crate) key_id: &'c str,
    nonce: [u8; NONCE_LEN],
    sealed: &'c [u8],
}

impl<'c> Ciphertext<'c> {
    pub(crate) fn parse(blob: &'c [u8]) -> Option<Self> {
        let (key_id, rest) = blob.split_at_checked(ID_LENGTH)?;
        let (nonce, sealed) = rest.split_first_chunk()?;
        let key_id = std::str::from_utf8(key_id).ok()?;
        Some(Self { key_id, nonce: *nonce, sealed })
    }
}

impl Material {
    pub(crate) fn generate(length: usize, rotation: Option<Rotated>) -> Result<Self, Unspecified> {
        let id = random(MATERIAL_ID_LENGTH)?.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { id, secret: random(length)?, rotation })
    }

    pub(crate) fn generate_aes(rotation: Option<Rotated>) -> Result<Self, Unspecified> {
        Self::generate(AES_KEY_LENGTH, rotation)
    }

    pub(crate) fn encrypt(
        &self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContext,
    ) -> Result<Vec<u8>, Unspecified> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce)?;
        let mut sealed = plaintext.to_vec();
        let nonce_once = Nonce::assume_unique_for_key(nonce);
        self.cipher()?.seal_in_place_append_tag(nonce_once, authenticated(context), &mut sealed)?;
        Ok([key_id.as_bytes(), &nonce, &sealed].concat())
    }

    /// An error where the ciphertext is of another material, of another context, or was tampered with.
    pub(crate) fn decrypt(
        &self,
        ciphertext: &Ciphertext<'_>,
        context: &EncryptionContext,
    ) -> Result<Vec<u8>, Unspecified> {
        let mut sealed = ciphertext.sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(ciphertext.nonce);
        let opened = self.cipher()?.open_in_place(nonce, authenticated(context), &mut sealed)?;
        Ok(opened.to_vec())
    }

    fn cipher(&self) -> Result<LessSafeKey, Unspecified> {
        UnboundKey::new(&AES_256_GCM, &self.secret).map(LessSafeKey::new)
    }

    pub(crate) fn mac(&self, algorithm: MacAlgorithm, message: &[u8]) -> Vec<u8> {
        macro_rules! mac {
            ($digest:ty) => {{
                let mut mac = Hmac::<$digest>::new_from_slice(&self.secret).expect("a key of HMAC has any length");
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }};
        }
        match algorithm {
            MacAlgorithm::Sha224 => mac!(Sha224),
            MacAlgorithm::Sha256 => mac!(Sha256),
            MacAlgorithm::Sha384 => mac!(Sha384),
            MacAlgorithm::Sha512 => mac!(Sha512),
        }
    }

    pub(crate) fn is_mac(&self, algorithm: MacAlgorithm, message: &[u8], mac: &[u8]) -> bool {
        self.mac(algorithm, message) == mac
    }
}

/// The same bytes for the same pairs, whatever their order.
fn authenticated(context: &EncryptionContext) -> Aad<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in context.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Aad::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "134f2428-cec1-4b25-a1ae-9048164dba47";

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_encrypted_is_read_with_the_same_material_and_context() {
        let material = Material::generate_aes(None).unwrap();
        let blob = material.encrypt(ID, b"secret", &context(&[("a", "b"), ("c", "d")])).unwrap();
        let ciphertext = Ciphertext::parse(&blob).unwrap();
        assert_eq!(ciphertext.key_id, ID);
        let decrypt = |pairs| material.decrypt(&ciphertext, &context(pairs));
        assert_eq!(decrypt(&[("c", "d"), ("a", "b")]).unwrap(), b"secret");
        for other in [&[][..], &[("a", "b")], &[("a", "bc"), ("", "d")]] {
            assert!(decrypt(other).is_err());
        }
        let other = Material::generate_aes(None).unwrap();
        assert!(other.decrypt(&ciphertext, &context(&[("a", "b"), ("c", "d")])).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed_wherever_it_is() {
        let material = Material::generate_aes(None).unwrap();
        let blob = material.encrypt(ID, b"secret", &EncryptionContext::new()).unwrap();
        for index in ID_LENGTH..blob.len() {
            let mut changed = blob.clone();
            changed[index] ^= 1;
            let ciphertext = Ciphertext::parse(&changed).unwrap();
            assert!(material.decrypt(&ciphertext, &EncryptionContext::new()).is_err(), "{index}");
        }
        for length in 0..blob.len() {
            let decrypted = Ciphertext::parse(&blob[..length])
                .is_some_and(|ciphertext| material.decrypt(&ciphertext, &EncryptionContext::new()).is_ok());
            assert!(!decrypted, "{length}");
        }
    }

    /// RFC 4231, test case 2.
    #[test]
    fn codes_are_those_of_the_standard() {
        let material = Material { id: String::new(), secret: b"Jefe".to_vec(), rotation: None };
        let mac = |algorithm| {
            let mac = material.mac(algorithm, b"what do ya want for nothing?");
            mac[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        assert_eq!(mac(MacAlgorithm::Sha224), "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"[..8]);
        assert_eq!(mac(MacAlgorithm::Sha256), "5bdcc146");
        assert_eq!(mac(MacAlgorithm::Sha384), "af45d2e3");
        assert_eq!(mac(MacAlgorithm::Sha512), "164b7a7b");
    }
}
