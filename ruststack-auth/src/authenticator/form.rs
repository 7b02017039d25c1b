//! Who signed an HTML form: its fields say so, which only the service that reads the body sees.

use ruststack_core::{
    clock::Timestamp,
    error::AwsError,
    identity::{Credential, Identity, SignatureKind},
};

use super::{Authenticator, verify};
use crate::{
    credential,
    post_policy::Fields,
    sigv2,
    sigv4::{self, Scope},
};

/// The fields of each kind of signature, as AWS names them when they are missing.
const V4: [&str; 4] = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"];
const V2: [&str; 2] = ["AWSAccessKeyId", "Signature"];
const POLICY: &str = "policy";

/// What finds out who signed a form. The authenticator leaves it in the identity of whoever posts one.
#[derive(Clone)]
pub struct FormAuthenticator {
    pub(super) authenticator: Authenticator,
    pub(super) is_verified: bool,
}

impl std::fmt::Debug for FormAuthenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormAuthenticator")
    }
}

impl FormAuthenticator {
    /// Who signed the form; `None` when nobody did. The policy's conditions are not looked at.
    pub fn authenticate(&self, fields: &Fields, now: Timestamp) -> Result<Option<Identity>, AwsError> {
        let has = |name: &&str| fields.get(name).is_some();
        if V4.iter().any(has) {
            check_complete(fields, &V4)?;
            return self.authenticate_v4(fields, now).map(Some);
        }
        if V2.iter().any(has) {
            check_complete(fields, &V2)?;
            return self.authenticate_v2(fields, now).map(Some);
        }
        match fields.get(POLICY) {
            Some(_) => Err(AwsError::new(403, "AccessDenied", "Access Denied")),
            None => Ok(None),
        }
    }

    fn authenticate_v4(&self, fields: &Fields, now: Timestamp) -> Result<Identity, AwsError> {
        let field = |name| fields.get(name).unwrap_or_default();
        if field("x-amz-algorithm") != sigv4::ALGORITHM {
            let text = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
            return Err(invalid_argument(text, "X-Amz-Algorithm", field("x-amz-algorithm")));
        }
        let scope = field("x-amz-credential");
        let credential = credential::with_region(SignatureKind::PostPolicy, &scope.into()).ok_or_else(|| {
            let text = "the Credential is mal-formed; expecting \
                        \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
            invalid_argument(text, "X-Amz-Credential", scope)
        })?;
        self.prove(fields, now, &credential, field("x-amz-signature"), |secret, policy| {
            let text = |part: &Option<std::borrow::Cow<'_, str>>| part.as_deref().unwrap_or_default().to_owned();
            let (date_time, region) = (text(&credential.date), text(&credential.region));
            let key = sigv4::signing_key(secret, &Scope { date_time, region, service: text(&credential.service) });
            sigv4::sign(&key, policy)
        })
    }

    fn authenticate_v2(&self, fields: &Fields, now: Timestamp) -> Result<Identity, AwsError> {
        let field = |name| fields.get(name).unwrap_or_default();
        let credential = credential::plain(SignatureKind::PostPolicy, field("AWSAccessKeyId").into());
        self.prove(fields, now, &credential, field("Signature"), sigv2::sign)
    }

    /// The signer, once the signature is found to be that of the policy.
    fn prove(
        &self,
        fields: &Fields,
        now: Timestamp,
        credential: &Credential<'_>,
        signature: &str,
        sign: impl Fn(&str, &str) -> String,
    ) -> Result<Identity, AwsError> {
        let mut identity = self.authenticator.identify(credential);
        if self.is_verified {
            let (secret, token) = self.authenticator.secret(&credential.access_key, true, now)?;
            verify::check_token(token.as_deref(), fields.get("x-amz-security-token"))?;
            let policy = fields.get(POLICY).unwrap_or_default();
            if !sigv4::same(&sign(&secret, policy), signature) {
                return Err(verify::mismatch(&credential.access_key, policy, None, signature));
            }
            identity.is_verified = true;
        }
        Ok(identity)
    }
}

fn check_complete(fields: &Fields, names: &[&str]) -> Result<(), AwsError> {
    let missing = names.iter().chain([&POLICY]).find(|name| fields.get(name).is_none());
    missing.map_or(Ok(()), |name| Err(missing_field(name)))
}

/// A form must have this field in front of its file.
pub fn missing_field(name: &str) -> AwsError {
    let text = format!(
        "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    );
    invalid_argument(text, name, "")
}

fn invalid_argument(text: impl Into<std::borrow::Cow<'static, str>>, name: &str, value: &str) -> AwsError {
    AwsError::new(400, "InvalidArgument", text).with("ArgumentName", name).with("ArgumentValue", value)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::{Engine, engine::general_purpose::STANDARD};
    use ruststack_core::{
        identity::Principal,
        journal::{Changes, Ephemeral},
        scope::AccountId,
    };

    use super::*;
    use crate::{
        Config, Mode,
        issued_keys::{IssuedKey, IssuedKeys},
    };

    const NOW: Timestamp = Timestamp::from_seconds(1_792_567_680);

    fn authenticator(is_verified: bool) -> FormAuthenticator {
        let config = Config {
            mode: Mode::Off,
            verified_when_presigned: Vec::new(),
            ports: Vec::new(),
            domains: Vec::new(),
            default_account: AccountId::DEFAULT,
            allows_nonstandard_regions: false,
            has_accounts_in_aws_keys: false,
        };
        let keys = IssuedKeys::default();
        let key = IssuedKey {
            secret: "secret".to_owned(),
            session_token: Some("token".to_owned()),
            account: AccountId::from_number(7).unwrap(),
            principal: Principal::Root,
            expires: None,
            tags: Vec::new(),
            policy: None,
            managed_policies: Vec::new(),
            federated_by: None,
        };
        keys.insert("LSIATEMPORARY".to_owned(), key, NOW, &Changes::of(Arc::new(Ephemeral))).unwrap();
        FormAuthenticator { authenticator: Authenticator::new(config, keys), is_verified }
    }

    fn v4(access_key: &str, secret: &str) -> Fields {
        let policy = STANDARD.encode("{}");
        let (date_time, region, service) = ("20261021".to_owned(), "eu-west-1".to_owned(), "s3".to_owned());
        let key = sigv4::signing_key(secret, &Scope { date_time, region, service });
        let mut fields = Fields::default();
        fields.push("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned());
        fields.push("x-amz-credential", format!("{access_key}/20261021/eu-west-1/s3/aws4_request"));
        fields.push("x-amz-date", "20261021T000000Z".to_owned());
        fields.push("x-amz-signature", sigv4::sign(&key, &policy));
        fields.push("policy", policy);
        fields
    }

    fn without(fields: &Fields, name: &str) -> Fields {
        let mut left = Fields::default();
        fields.iter().filter(|(found, _)| *found != name).for_each(|(name, value)| left.push(name, value.to_owned()));
        left
    }

    fn error(fields: &Fields, is_verified: bool) -> (u16, String, String) {
        let Err(error) = authenticator(is_verified).authenticate(fields, NOW) else { panic!("it is taken") };
        (error.status().as_u16(), error.code().to_owned(), error.message().to_owned())
    }

    #[test]
    fn a_signed_form_is_its_signers() {
        let identity = authenticator(true).authenticate(&v4("000000000042", "test"), NOW).unwrap().unwrap();
        assert!(identity.is_verified);
        assert_eq!(identity.account, AccountId::from_number(42).unwrap());
        assert_eq!(identity.region.unwrap().as_str(), "eu-west-1");
        assert!(authenticator(true).authenticate(&Fields::default(), NOW).unwrap().is_none());
    }

    /// The policy, with its comma behind the last condition, is documented:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTExamples.html>
    #[test]
    fn the_old_signature_is_over_the_policy_as_sent() {
        let policy = "eyAiZXhwaXJhdGlvbiI6ICIyMDA3LTEyLTAxVDEyOjAwOjAwLjAwMFoiLAogICJjb25kaXRpb25zIjogWwogICAgeyJidWNrZXQiOiAiam9obnNtaXRoIn0sCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci9lcmljLyJdLAogICAgeyJhY2wiOiAicHVibGljLXJlYWQifSwKICAgIHsicmVkaXJlY3QiOiAiaHR0cDovL2pvaG5zbWl0aC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwKICAgIFsic3RhcnRzLXdpdGgiLCAiJENvbnRlbnQtVHlwZSIsICJpbWFnZS8iXSwKICAgIHsieC1hbXotbWV0YS11dWlkIjogIjE0MzY1MTIzNjUxMjc0In0sCiAgICBbInN0YXJ0cy13aXRoIiwgIiR4LWFtei1tZXRhLXRhZyIsICIiXSwKICBdCn0K";
        let mut fields = Fields::default();
        fields.push("policy", policy.to_owned());
        fields.push("AWSAccessKeyId", "AKIA".to_owned());
        fields.push("Signature", sigv2::sign("test", policy));
        assert!(authenticator(true).authenticate(&fields, NOW).unwrap().unwrap().is_verified);
        assert!(crate::post_policy::PostPolicy::parse(policy).is_ok());
    }

    #[test]
    fn a_wrong_signature_is_refused_where_signatures_are_verified() {
        let fields = v4("000000000042", "other");
        let (status, code, _) = error(&fields, true);
        assert_eq!((status, code.as_str()), (403, "SignatureDoesNotMatch"));
        assert!(!authenticator(false).authenticate(&fields, NOW).unwrap().unwrap().is_verified);
    }

    #[test]
    fn a_temporary_key_comes_with_its_token() {
        let mut fields = v4("LSIATEMPORARY", "secret");
        assert_eq!(error(&fields, true).1, "InvalidClientTokenId");
        fields.push("x-amz-security-token", "token".to_owned());
        let identity = authenticator(true).authenticate(&fields, NOW).unwrap().unwrap();
        assert_eq!(identity.account, AccountId::from_number(7).unwrap());
    }

    /// Recorded: test_post_request_missing_fields, test_post_request_missing_signature.
    #[test]
    fn half_signed_forms_are_told_what_they_lack() {
        let whole = v4("000000000042", "test");
        for (fields, name) in [
            (without(&whole, "x-amz-signature"), "X-Amz-Signature"),
            (without(&without(&whole, "x-amz-credential"), "x-amz-algorithm"), "X-Amz-Algorithm"),
            (without(&whole, "policy"), "policy"),
        ] {
            let text = format!("must contain a field named '{name}'.  If it is specified");
            assert!(error(&fields, false).2.contains(&text), "{name}");
        }
        let mut unsigned = Fields::default();
        unsigned.push("policy", "e30=".to_owned());
        assert_eq!(error(&unsigned, false), (403, "AccessDenied".to_owned(), "Access Denied".to_owned()));
        let mut other = without(&whole, "x-amz-credential");
        other.push("x-amz-credential", "AK/20261021".to_owned());
        assert_eq!(error(&other, false).1, "InvalidArgument");
    }
}
