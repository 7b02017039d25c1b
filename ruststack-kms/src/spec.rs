//! What keys are made for: their specs, in AWS's words, and what follows from them.

use serde::{Deserialize, Serialize};

use crate::{
    error::{KmsError, invalid},
    material::{MacAlgorithm, Material},
};

pub(crate) const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";
const ENCRYPT: &str = "ENCRYPT_DECRYPT";
const MAC: &str = "GENERATE_VERIFY_MAC";
const NO_USAGE: &str = "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Spec {
    #[serde(rename = "SYMMETRIC_DEFAULT")]
    Symmetric,
    #[serde(rename = "HMAC_224")]
    Hmac224,
    #[serde(rename = "HMAC_256")]
    Hmac256,
    #[serde(rename = "HMAC_384")]
    Hmac384,
    #[serde(rename = "HMAC_512")]
    Hmac512,
}

/// A kind of algorithm, for the words in which a key is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Usage {
    EncryptDecrypt,
    GenerateVerifyMac,
}

impl Usage {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::EncryptDecrypt => ENCRYPT,
            Self::GenerateVerifyMac => MAC,
        }
    }
}

impl Spec {
    /// Of a request, with the usage that it names.
    pub(crate) fn of_request(spec: Option<&str>, usage: Option<&str>) -> Result<Self, KmsError> {
        let name = spec.unwrap_or(SYMMETRIC);
        let spec = match name {
            SYMMETRIC => Self::Symmetric,
            "HMAC_224" => Self::Hmac224,
            "HMAC_256" => Self::Hmac256,
            "HMAC_384" => Self::Hmac384,
            "HMAC_512" => Self::Hmac512,
            other => {
                let message = format!("RustStack does not implement keys of the spec {other} yet.");
                return Err(KmsError::NotImplemented { message });
            }
        };
        match usage {
            None if spec != Self::Symmetric => Err(invalid(NO_USAGE)),
            Some(usage) if usage != spec.usage().as_str() => {
                Err(invalid(format!("KeyUsage {usage} is not compatible with KeySpec {name}")))
            }
            _ => Ok(spec),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Symmetric => SYMMETRIC,
            Self::Hmac224 => "HMAC_224",
            Self::Hmac256 => "HMAC_256",
            Self::Hmac384 => "HMAC_384",
            Self::Hmac512 => "HMAC_512",
        }
    }

    pub(crate) fn usage(self) -> Usage {
        if self == Self::Symmetric { Usage::EncryptDecrypt } else { Usage::GenerateVerifyMac }
    }

    /// The one algorithm of a key for codes, with its name.
    pub(crate) fn mac_algorithm(self) -> Option<(&'static str, MacAlgorithm)> {
        match self {
            Self::Symmetric => None,
            Self::Hmac224 => Some(("HMAC_SHA_224", MacAlgorithm::Sha224)),
            Self::Hmac256 => Some(("HMAC_SHA_256", MacAlgorithm::Sha256)),
            Self::Hmac384 => Some(("HMAC_SHA_384", MacAlgorithm::Sha384)),
            Self::Hmac512 => Some(("HMAC_SHA_512", MacAlgorithm::Sha512)),
        }
    }

    /// What a new key is made of; codes have as many bytes as their keys.
    pub(crate) fn generate(self) -> Result<Material, KmsError> {
        let made = match self {
            Self::Symmetric => Material::generate_aes(None),
            Self::Hmac224 => Material::generate(28, None),
            Self::Hmac256 => Material::generate(32, None),
            Self::Hmac384 => Material::generate(48, None),
            Self::Hmac512 => Material::generate(64, None),
        };
        Ok(made?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_hmac_create_key_invalid_operations, 2023-04-13; test_derive_shared_secret, 2024-12-25.
    #[test]
    fn a_spec_has_its_usage() {
        let of = |spec, usage| Spec::of_request(spec, usage).map_err(|error| error.to_string());
        assert_eq!(of(None, None), Ok(Spec::Symmetric));
        assert_eq!(of(Some("HMAC_384"), Some("GENERATE_VERIFY_MAC")), Ok(Spec::Hmac384));
        assert_eq!(of(Some("HMAC_384"), None), Err(NO_USAGE.to_owned()));
        let wrong = "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT";
        assert_eq!(of(None, Some("SIGN_VERIFY")), Err(wrong.to_owned()));
    }
}
