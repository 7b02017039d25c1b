//! Server-side encryption, as headers say it. Bytes are not encrypted here: what was asked for is remembered and
//! echoed, and the key of SSE-C is demanded on every read, as AWS does.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue};
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

use crate::{config::SseMode, error::S3Error, object::ETag};

/// How an object says it is encrypted.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Encryption {
    /// SSE-S3, which AWS applies to all that names nothing else.
    #[default]
    S3Managed,
    Kms(Box<KmsEncryption>),
    /// SSE-C: the base64 of the key's MD5.
    Customer(Box<str>),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct KmsEncryption {
    algorithm: KmsAlgorithm,
    key_arn: String,
    has_bucket_key: bool,
    /// As it was sent; only whoever stores the object is told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<Box<str>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum KmsAlgorithm {
    #[serde(rename = "aws:kms")]
    Single,
    #[serde(rename = "aws:kms:dsse")]
    DualLayer,
}

impl KmsAlgorithm {
    fn as_str(self) -> &'static str {
        match self {
            Self::Single => KMS,
            Self::DualLayer => KMS_DUAL_LAYER,
        }
    }
}

/// How a bucket encrypts objects whose requests do not say.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct DefaultEncryption {
    /// `None` is SSE-S3.
    pub(crate) kms: Option<DefaultKms>,
    pub(crate) has_bucket_key: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct DefaultKms {
    pub(crate) is_dual_layer: bool,
    /// As it was named: an id, an alias or an ARN; `None` is the key that AWS manages.
    pub(crate) key: Option<String>,
}

impl DefaultEncryption {
    pub(crate) fn algorithm(&self) -> &'static str {
        match &self.kms {
            None => AES,
            Some(kms) if kms.is_dual_layer => KMS_DUAL_LAYER,
            Some(_) => KMS,
        }
    }
}

/// The three headers of SSE-C, with the prefix that a copy's source has in addition.
struct CustomerHeaders {
    algorithm: &'static str,
    key: &'static str,
    key_md5: &'static str,
}

const CUSTOMER: CustomerHeaders = CustomerHeaders {
    algorithm: "x-amz-server-side-encryption-customer-algorithm",
    key: "x-amz-server-side-encryption-customer-key",
    key_md5: "x-amz-server-side-encryption-customer-key-md5",
};
const COPY_SOURCE_CUSTOMER: CustomerHeaders = CustomerHeaders {
    algorithm: "x-amz-copy-source-server-side-encryption-customer-algorithm",
    key: "x-amz-copy-source-server-side-encryption-customer-key",
    key_md5: "x-amz-copy-source-server-side-encryption-customer-key-md5",
};

pub(crate) const AES: &str = "AES256";
pub(crate) const KMS: &str = "aws:kms";
pub(crate) const KMS_DUAL_LAYER: &str = "aws:kms:dsse";

const ALGORITHM: &str = "x-amz-server-side-encryption";
const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
const CONTEXT: &str = "x-amz-server-side-encryption-context";

impl Encryption {
    /// Of a request that writes an object, into a bucket that encrypts by `default`. `kms_arn` makes an ARN of a key's
    /// name; `None` names the key that AWS manages.
    pub(crate) fn of_request<'h>(
        header: impl Fn(&str) -> Option<&'h str>,
        default: &DefaultEncryption,
        kms_arn: impl Fn(Option<&str>) -> Result<String, S3Error>,
    ) -> Result<Self, S3Error> {
        let names = [CUSTOMER.algorithm, CUSTOMER.key, CUSTOMER.key_md5];
        // That there are two encryptions is said before either is looked at.
        if let Some(value) = header(ALGORITHM).filter(|_| names.into_iter().any(|name| header(name).is_some())) {
            return Err(S3Error::CustomerKeyIncompatible { value: value.to_owned() });
        }
        if let Some(key_md5) = customer_key(&CUSTOMER, &header)? {
            return Ok(Self::Customer(key_md5.into()));
        }
        let algorithm = match header(ALGORITHM).unwrap_or(default.algorithm()) {
            AES => None,
            KMS => Some(KmsAlgorithm::Single),
            KMS_DUAL_LAYER => Some(KmsAlgorithm::DualLayer),
            other => return Err(S3Error::EncryptionAlgorithmUnknown { value: other.to_owned() }),
        };
        // A key is KMS's, which the request must name itself, whatever the bucket says.
        let names_kms = header(ALGORITHM).is_some() && algorithm.is_some();
        if header(KMS_KEY).is_some() && !names_kms {
            return Err(S3Error::KmsKeyWithoutKms {});
        }
        let context = header(CONTEXT).map(check_context).transpose()?;
        let Some(algorithm) = algorithm else { return Ok(Self::S3Managed) };
        let by_default = || default.kms.as_ref()?.key.as_deref().filter(|_| header(ALGORITHM).is_none());
        let key_arn = kms_arn(header(KMS_KEY).or_else(by_default))?;
        let has_bucket_key = header(BUCKET_KEY).map_or(default.has_bucket_key, |value| value == "true");
        let has_bucket_key = has_bucket_key && algorithm == KmsAlgorithm::Single;
        Ok(Self::Kms(Box::new(KmsEncryption { algorithm, key_arn, has_bucket_key, context })))
    }

    /// SSE-KMS with a key, as objects get it that are already there.
    pub(crate) fn of_key(key_arn: String, has_bucket_key: bool) -> Self {
        Self::Kms(Box::new(KmsEncryption { algorithm: KmsAlgorithm::Single, key_arn, has_bucket_key, context: None }))
    }

    /// Whether an object that is there can get another key.
    pub(crate) fn can_be_updated(&self) -> bool {
        match self {
            Self::S3Managed => true,
            Self::Kms(kms) => kms.algorithm == KmsAlgorithm::Single,
            Self::Customer(_) => false,
        }
    }

    /// Whether a key of KMS encrypts it, once or twice.
    pub(crate) fn is_kms(&self) -> bool {
        matches!(self, Self::Kms(_))
    }

    /// The entity tag of bytes with this MD5. AWS makes it of what it stores, which only SSE-S3 does not show.
    // Differs from AWS: the same bytes under the same key of KMS or of a customer have the same ETag, which is no MD5 of them.
    pub(crate) fn etag(&self, md5: [u8; 16]) -> ETag {
        let key = match self {
            Self::S3Managed => return ETag::of_md5(md5),
            Self::Kms(kms) => kms.key_arn.as_str(),
            Self::Customer(key_md5) => key_md5,
        };
        ETag::of_md5(Md5::new().chain_update(key).chain_update(md5).finalize().into())
    }

    /// Whether it is SSE-C.
    pub(crate) fn is_customers(&self) -> bool {
        matches!(self, Self::Customer(_))
    }

    /// Whether a request to read shows the key it must show.
    pub(crate) fn check_read<'h>(
        &self,
        mode: SseMode,
        header: impl Fn(&str) -> Option<&'h str>,
    ) -> Result<(), S3Error> {
        if mode != SseMode::Transparent {
            return Ok(());
        }
        check_names_no_algorithm(&header)?;
        // Another key is refused before it is looked at.
        match (self, header(CUSTOMER.key_md5)) {
            (Self::Customer(key_md5), Some(shown)) if **key_md5 != *shown => Err(S3Error::CustomerKeyWrong {}),
            _ => self.check_key(customer_key(&CUSTOMER, &header)?),
        }
    }

    /// Whether a request to copy shows the key of what it copies.
    pub(crate) fn check_copy_source<'h>(
        &self,
        mode: SseMode,
        header: impl Fn(&str) -> Option<&'h str>,
    ) -> Result<(), S3Error> {
        if mode != SseMode::Transparent {
            return Ok(());
        }
        self.check_key(customer_key(&COPY_SOURCE_CUSTOMER, &header)?)
    }

    fn check_key(&self, shown: Option<String>) -> Result<(), S3Error> {
        match (self, shown) {
            (Self::Customer(key_md5), Some(shown)) if **key_md5 == *shown => Ok(()),
            (Self::Customer(_), Some(_)) => Err(S3Error::CustomerKeyWrong {}),
            (Self::Customer(_), None) => Err(S3Error::CustomerKeyRequired {}),
            (_, Some(_)) => Err(S3Error::CustomerKeyNotApplicable {}),
            (_, None) => Ok(()),
        }
    }

    /// Whether a part comes with the key of its upload.
    pub(crate) fn check_part<'h>(
        &self,
        mode: SseMode,
        header: impl Fn(&str) -> Option<&'h str>,
    ) -> Result<(), S3Error> {
        if mode != SseMode::Transparent {
            return Ok(());
        }
        check_names_no_algorithm(&header)?;
        match (self, customer_key(&CUSTOMER, &header)?) {
            (Self::Customer(key_md5), Some(shown)) if **key_md5 == *shown => Ok(()),
            (Self::Customer(_), Some(_)) => Err(S3Error::PartWithOtherCustomerKey {}),
            // AWS says the same of a key too few and of one too many.
            (Self::Customer(_), None) | (_, Some(_)) => Err(S3Error::PartWithoutCustomerKey {}),
            (_, None) => Ok(()),
        }
    }

    /// The ARN of the key of KMS that encrypts it.
    pub(crate) fn kms_key(&self) -> Option<&str> {
        match self {
            Self::Kms(kms) => Some(&kms.key_arn),
            _ => None,
        }
    }

    /// A replica may be encrypted with a key of its bucket's region.
    pub(crate) fn set_kms_key(&mut self, arn: &str) {
        if let Self::Kms(kms) = self {
            arn.clone_into(&mut kms.key_arn);
        }
    }

    /// What whoever stores the object is told: the context of its key, too.
    pub(crate) fn write_stored_to(&self, headers: &mut Vec<(HeaderName, HeaderValue)>) {
        self.write_to(headers);
        if let Self::Kms(kms) = self
            && let Some(context) = &kms.context
            && let Ok(context) = HeaderValue::from_str(context)
        {
            headers.push((HeaderName::from_static(CONTEXT), context));
        }
    }

    pub(crate) fn write_to(&self, headers: &mut Vec<(HeaderName, HeaderValue)>) {
        let mut push = |name: &'static str, value: &str| {
            // What came in a header can go out in one.
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.push((HeaderName::from_static(name), value));
            }
        };
        match self {
            Self::S3Managed => push(ALGORITHM, AES),
            Self::Kms(kms) => {
                push(ALGORITHM, kms.algorithm.as_str());
                push(KMS_KEY, &kms.key_arn);
                if kms.has_bucket_key {
                    push(BUCKET_KEY, "true");
                }
            }
            Self::Customer(key_md5) => {
                push(CUSTOMER.algorithm, AES);
                push(CUSTOMER.key_md5, key_md5);
            }
        }
    }
}

/// How an object is encrypted was said when it was written; parts go with their upload.
fn check_names_no_algorithm<'h>(header: &impl Fn(&str) -> Option<&'h str>) -> Result<(), S3Error> {
    match header(ALGORITHM) {
        Some(value) => Err(S3Error::EncryptionNotSupportedHere { value: value.to_owned() }),
        None => Ok(()),
    }
}

/// A context is a JSON object of strings, in base64.
fn check_context(text: &str) -> Result<Box<str>, S3Error> {
    let json = STANDARD.decode(text).map_err(|_| S3Error::EncryptionContextInvalid {})?;
    let parsed: Result<BTreeMap<String, String>, _> = serde_json::from_slice(&json);
    parsed.map(|_| text.into()).map_err(|_| S3Error::EncryptionContextInvalid {})
}

/// The MD5 of the key that a request shows, when the three headers are in order.
fn customer_key<'h>(
    names: &CustomerHeaders,
    header: &impl Fn(&str) -> Option<&'h str>,
) -> Result<Option<String>, S3Error> {
    let (algorithm, key, key_md5) = match (header(names.algorithm), header(names.key), header(names.key_md5)) {
        (None, None, None) => return Ok(None),
        (None, ..) => return Err(S3Error::CustomerKeyAlgorithmMissing {}),
        (Some(_), None, _) | (Some(_), _, None) => return Err(S3Error::CustomerKeyMissing {}),
        (Some(algorithm), Some(key), Some(key_md5)) => (algorithm, key, key_md5),
    };
    if algorithm != AES {
        return Err(S3Error::CustomerKeyAlgorithm { value: algorithm.to_owned() });
    }
    let key = STANDARD.decode(key).map_err(|_| S3Error::CustomerKeyInvalid {})?;
    if key.len() != 32 {
        return Err(S3Error::CustomerKeyInvalid {});
    }
    let calculated = STANDARD.encode(Md5::digest(&key));
    if calculated == key_md5 { Ok(Some(calculated)) } else { Err(S3Error::CustomerKeyMd5Mismatch {}) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(list: &[(&str, &'static str)]) -> Result<Encryption, S3Error> {
        let header = |name: &str| list.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
        Encryption::of_request(header, &DefaultEncryption::default(), |id| {
            Ok(format!("arn:{}", id.unwrap_or("managed")))
        })
    }

    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const KEY_MD5: &str = "cLyhczqaRj3VzBFWiJgKhQ==";

    #[test]
    fn what_was_asked_for_is_remembered() {
        assert_eq!(parse(&[]), Ok(Encryption::S3Managed));
        let mut headers = Vec::new();
        parse(&[(ALGORITHM, "aws:kms"), (KMS_KEY, "id")]).unwrap().write_to(&mut headers);
        assert_eq!(headers[1].1, "arn:id");
        assert!(parse(&[(ALGORITHM, "ROT13")]).is_err());
    }

    #[test]
    fn a_bucket_says_what_its_objects_do_not() {
        let kms = DefaultKms { is_dual_layer: false, key: Some("default".to_owned()) };
        let default = DefaultEncryption { kms: Some(kms), has_bucket_key: true };
        let key = |list: &[(&str, &'static str)]| {
            let header = |name: &str| list.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
            let arn = |id: Option<&str>| Ok(id.unwrap_or("managed").to_owned());
            match Encryption::of_request(header, &default, arn).unwrap() {
                Encryption::Kms(kms) => Some((kms.key_arn, kms.has_bucket_key)),
                _ => None,
            }
        };
        assert_eq!(key(&[]), Some(("default".to_owned(), true)));
        assert_eq!(key(&[(ALGORITHM, AES)]), None);
        assert_eq!(key(&[(ALGORITHM, KMS)]), Some(("managed".to_owned(), true)));
        assert_eq!(key(&[(ALGORITHM, KMS), (KMS_KEY, "other")]), Some(("other".to_owned(), true)));
        assert_eq!(key(&[(BUCKET_KEY, "false")]), Some(("default".to_owned(), false)));
        assert_eq!(key(&[(ALGORITHM, KMS_DUAL_LAYER)]), Some(("managed".to_owned(), false)));
    }

    #[test]
    fn a_customers_key_must_be_in_order_and_shown_again() {
        let md5 = STANDARD.encode(Md5::digest([0; 32]));
        let md5: &'static str = md5.leak();
        assert_ne!(md5, KEY_MD5);
        let whole = [(CUSTOMER.algorithm, "AES256"), (CUSTOMER.key, KEY), (CUSTOMER.key_md5, md5)];
        let encryption = parse(&whole).unwrap();
        assert_eq!(encryption, Encryption::Customer(md5.into()));
        assert_eq!(encryption.check_read(SseMode::Transparent, |_| None), Err(S3Error::CustomerKeyRequired {}));
        assert_eq!(parse(&whole[1..]), Err(S3Error::CustomerKeyAlgorithmMissing {}));
        assert_eq!(parse(&whole[..2]), Err(S3Error::CustomerKeyMissing {}));
        let wrong = [whole[0], whole[1], (CUSTOMER.key_md5, KEY_MD5)];
        assert_eq!(parse(&wrong), Err(S3Error::CustomerKeyMd5Mismatch {}));
        let header = |name: &str| whole.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
        assert_eq!(encryption.check_read(SseMode::Transparent, header), Ok(()));
        assert_eq!(
            Encryption::S3Managed.check_read(SseMode::Transparent, header),
            Err(S3Error::CustomerKeyNotApplicable {})
        );
        // Recorded: test_multipart_upload_sse_c_validation.
        assert_eq!(encryption.check_part(SseMode::Transparent, header), Ok(()));
        assert_eq!(encryption.check_part(SseMode::Transparent, |_| None), Err(S3Error::PartWithoutCustomerKey {}));
        assert_eq!(
            Encryption::S3Managed.check_part(SseMode::Transparent, header),
            Err(S3Error::PartWithoutCustomerKey {})
        );
        let other = Encryption::Customer(KEY_MD5.into());
        assert_eq!(other.check_part(SseMode::Transparent, header), Err(S3Error::PartWithOtherCustomerKey {}));
    }

    #[test]
    fn the_etag_of_what_a_key_encrypts_is_not_the_md5() {
        let md5: [u8; 16] = Md5::digest(b"test").into();
        assert_eq!(Encryption::S3Managed.etag(md5), ETag::of_md5(md5));
        let encryptions = [Encryption::Customer(KEY_MD5.into()), Encryption::of_key("arn".to_owned(), true)];
        let [customers, kms] = encryptions.map(|encryption| encryption.etag(md5));
        assert!(customers != ETag::of_md5(md5) && kms != ETag::of_md5(md5) && customers != kms);
        assert_eq!(kms.to_string().len(), 32);
    }

    /// Recorded: test_put_object_validation_sse_c.
    #[test]
    fn two_encryptions_are_refused_before_either_is_looked_at() {
        let two = [(CUSTOMER.algorithm, "KMS"), (ALGORITHM, "AES256")];
        assert_eq!(parse(&two), Err(S3Error::CustomerKeyIncompatible { value: "AES256".to_owned() }));
        assert_eq!(parse(&two[..1]), Err(S3Error::CustomerKeyMissing {}));
    }

    #[test]
    fn what_names_no_encryption_by_kms_has_no_key_of_kms() {
        assert_eq!(parse(&[(KMS_KEY, "id")]), Err(S3Error::KmsKeyWithoutKms {}));
        assert_eq!(parse(&[(KMS_KEY, "id"), (ALGORITHM, AES)]), Err(S3Error::KmsKeyWithoutKms {}));
        let read = Encryption::S3Managed.check_read(SseMode::Transparent, |name| (name == ALGORITHM).then_some(AES));
        assert_eq!(read, Err(S3Error::EncryptionNotSupportedHere { value: AES.to_owned() }));
    }

    #[test]
    fn a_context_is_a_map_of_strings() {
        let context = |json: &str| {
            let header: &'static str = STANDARD.encode(json).leak();
            parse(&[(ALGORITHM, KMS), (CONTEXT, header)])
        };
        let mut headers = Vec::new();
        context(r#"{"a":"b"}"#).unwrap().write_stored_to(&mut headers);
        assert_eq!(headers.last().unwrap().0, CONTEXT);
        for wrong in ["", "1", "{", r#"{"a":1}"#, r#"{"a":{}}"#, r#"["a"]"#] {
            assert_eq!(context(wrong), Err(S3Error::EncryptionContextInvalid {}), "{wrong}");
        }
        assert_eq!(parse(&[(ALGORITHM, KMS), (CONTEXT, "!")]), Err(S3Error::EncryptionContextInvalid {}));
    }

    #[test]
    fn where_encryption_is_only_recorded_no_key_is_demanded() {
        let encryption = Encryption::Customer(KEY_MD5.into());
        assert_eq!(encryption.check_read(SseMode::Record, |_| None), Ok(()));
        assert_eq!(encryption.check_copy_source(SseMode::Record, |_| None), Ok(()));
        assert_eq!(encryption.check_part(SseMode::Record, |_| None), Ok(()));
    }
}
