//! Signatures of messages: a key that is made when it is first needed and kept, and the certificate that it verifies by.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use parking_lot::Mutex;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, SerialNumber};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use ruststack_core::{context::Context, error::AwsError, journal::Changes};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex as AsyncMutex;

use crate::rows;

const KEY_BITS: usize = 2048;
/// Signatures that are kept for the next subscriber of the same message: what is signed tells nothing of subscribers.
const MAX_RECENT: usize = 64;
const COMMON_NAME: &str = "sns.amazonaws.com";
/// Of a certificate's file name. Hexadecimal digits.
const NAME_LENGTH: usize = 32;
/// What stands before a hash that is signed: it names the algorithm (RFC 8017, 9.2).
const SHA1_PREFIX: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// Makes a key when one is first needed.
#[derive(Default)]
pub(crate) struct Signer {
    key: Mutex<Option<Arc<SigningKey>>>,
    /// Held by the one who makes it.
    making: AsyncMutex<()>,
}

/// A key with its certificate.
pub(crate) struct SigningKey {
    private: RsaPrivateKey,
    row: KeyRow,
    name: String,
    recent: Mutex<Recent>,
}

/// The latest signatures, by the hashes that were signed.
#[derive(Default)]
struct Recent(VecDeque<(Vec<u8>, String)>);

impl Recent {
    fn of(&self, hash: &[u8]) -> Option<String> {
        self.0.iter().find(|(signed, _)| signed == hash).map(|(_, signature)| signature.clone())
    }

    fn keep(&mut self, hash: &[u8], signature: &str) {
        self.0.truncate(MAX_RECENT - 1);
        self.0.push_front((hash.to_vec(), signature.to_owned()));
    }
}

/// What is kept of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyRow {
    #[serde(with = "serde_bytes")]
    pkcs8: Vec<u8>,
    /// PEM.
    certificate: String,
}

impl Signer {
    /// The key, if there is one.
    pub(crate) fn key(&self) -> Option<Arc<SigningKey>> {
        self.key.lock().clone()
    }

    pub(crate) fn row(&self) -> Option<KeyRow> {
        self.key().map(|key| key.row.clone())
    }

    /// The key; whoever asks first waits until it is made.
    pub(crate) async fn key_or_new(&self, ctx: &Context) -> Result<Arc<SigningKey>, AwsError> {
        if let Some(key) = self.key() {
            return Ok(key);
        }
        let _making = self.making.lock().await;
        if let Some(key) = self.key() {
            return Ok(key);
        }
        let made = tokio::task::spawn_blocking(SigningKey::of_this_process).await;
        let key =
            made.map_err(|error| AwsError::internal(&error))?.map_err(|cause| AwsError::internal(&Broken(cause)))?;
        self.keep(ctx.changes(), &key)?;
        Ok(key)
    }

    fn keep(&self, changes: &Changes, key: &Arc<SigningKey>) -> Result<(), AwsError> {
        let _section = changes.begin()?;
        let mut kept = self.key.lock();
        changes.record(|rows| rows::put_signing_key(rows, &key.row));
        *kept = Some(Arc::clone(key));
        Ok(())
    }

    /// The key that was kept.
    pub(crate) fn restore(&self, row: &KeyRow) -> Result<(), String> {
        let key = SigningKey::of_row(row.clone())?;
        *self.key.lock() = Some(Arc::new(key));
        Ok(())
    }
}

/// Why there is no key: never for what a client did.
#[derive(Debug)]
struct Broken(String);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the key that signs messages cannot be made: {}", self.0)
    }
}

impl std::error::Error for Broken {}

impl SigningKey {
    /// A process makes one key at most: it takes a second or two of a slow machine.
    fn of_this_process() -> Result<Arc<Self>, String> {
        static MADE: OnceLock<Result<Arc<SigningKey>, String>> = OnceLock::new();
        MADE.get_or_init(|| Self::make().map(Arc::new)).clone()
    }

    fn make() -> Result<Self, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, KEY_BITS).map_err(|error| text(&error))?;
        let pkcs8 = private.to_pkcs8_der().map_err(|error| text(&error))?.as_bytes().to_vec();
        let pair = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.as_slice().into(), &PKCS_RSA_SHA256);
        let pair = pair.map_err(|error| text(&error))?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, COMMON_NAME);
        params.serial_number = Some(SerialNumber::from(digest(&SHA256, &pkcs8).as_ref()[..8].to_vec()));
        let certificate = params.self_signed(&pair).map_err(|error| text(&error))?.pem();
        Self::of_row(KeyRow { pkcs8, certificate })
    }

    fn of_row(row: KeyRow) -> Result<Self, String> {
        let private = RsaPrivateKey::from_pkcs8_der(&row.pkcs8).map_err(|error| error.to_string())?;
        let hash = digest(&SHA256, row.certificate.as_bytes());
        let name: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { private, name: name[..NAME_LENGTH].to_owned(), row, recent: Mutex::default() })
    }

    /// `SimpleNotificationService-….pem`.
    pub(crate) fn file_name(&self) -> String {
        format!("SimpleNotificationService-{}.pem", self.name)
    }

    /// In PEM.
    pub(crate) fn certificate(&self) -> &str {
        &self.row.certificate
    }

    /// In base64: by SHA-1 where the version is `1`, else by SHA-256.
    pub(crate) fn sign(&self, text: &str, version: &str) -> Result<String, AwsError> {
        let (algorithm, prefix): (_, &[u8]) = match version {
            "1" => (&SHA1_FOR_LEGACY_USE_ONLY, &SHA1_PREFIX),
            _ => (&SHA256, &SHA256_PREFIX),
        };
        let hash = digest(algorithm, text.as_bytes());
        let hash = hash.as_ref();
        if let Some(signature) = self.recent.lock().of(hash) {
            return Ok(signature);
        }
        let scheme = Pkcs1v15Sign { hash_len: Some(hash.len()), prefix: prefix.into() };
        let signature = self.private.sign(scheme, hash).map_err(|error| AwsError::internal(&error))?;
        let signature = STANDARD.encode(signature);
        self.recent.lock().keep(hash, &signature);
        Ok(signature)
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{
        RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    };
    use rsa::pkcs1::EncodeRsaPublicKey;

    use super::*;

    /// By another implementation than the one that signs.
    #[test]
    fn signatures_verify() {
        let key = SigningKey::of_this_process().unwrap();
        let public = key.private.to_public_key().to_pkcs1_der().unwrap();
        for (version, algorithm) in
            [("1", &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY), ("2", &RSA_PKCS1_2048_8192_SHA256)]
        {
            let signature = STANDARD.decode(key.sign("text", version).unwrap()).unwrap();
            let public = UnparsedPublicKey::new(algorithm, public.as_bytes());
            assert!(public.verify(b"text", &signature).is_ok(), "{version}");
            assert!(public.verify(b"other", &signature).is_err());
        }
    }

    /// A signature takes a millisecond of a processor, a topic may have a thousand subscribers.
    #[test]
    fn the_same_text_is_signed_once() {
        let key = SigningKey::of_row(SigningKey::of_this_process().unwrap().row.clone()).unwrap();
        let first = key.sign("text", "2").unwrap();
        assert_eq!(key.sign("text", "2").unwrap(), first);
        assert_ne!(key.sign("text", "1").unwrap(), first);
        assert_eq!(key.recent.lock().0.len(), 2);
        for number in 0..2 * MAX_RECENT {
            key.recent.lock().keep(&number.to_be_bytes(), "other");
        }
        assert_eq!(key.recent.lock().0.len(), MAX_RECENT);
        assert_eq!(key.sign("text", "2").unwrap(), first);
    }

    #[test]
    fn a_kept_key_is_the_same() {
        let key = SigningKey::of_this_process().unwrap();
        let again = SigningKey::of_row(key.row.clone()).unwrap();
        assert_eq!((again.file_name(), again.certificate()), (key.file_name(), key.certificate()));
        assert_eq!(again.sign("text", "2").unwrap(), key.sign("text", "2").unwrap());
        assert!(key.certificate().starts_with("-----BEGIN CERTIFICATE-----"));
    }
}
