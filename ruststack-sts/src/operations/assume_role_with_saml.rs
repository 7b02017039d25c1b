//! `AssumeRoleWithSAML`: credentials of a role for who shows a SAML assertion. Never signed.

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::{operation::Call, protocol::xml::Element};

use crate::{
    Sts,
    api::{AssumeRoleWithSAMLInput, AssumeRoleWithSAMLOutput},
    assumed_role::Role,
    credentials::NewKey,
    error::StsError,
    session_policy::Packed,
    trust::Asked,
};

const DEFAULT_SECONDS: i32 = 3600;
const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
const FORMATS: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

/// What an assertion says.
struct Assertion(Element);

// Differs from AWS: the signature of a SAML assertion is not checked, as its provider need not be registered.
pub(super) async fn assume_role_with_saml(
    call: Call<Sts>,
    input: AssumeRoleWithSAMLInput,
) -> Result<AssumeRoleWithSAMLOutput, StsError> {
    let role = Role::of_arn(&input.role_arn)?;
    let policy_arns = input.policy_arns.as_deref().unwrap_or_default();
    let packed = Packed { policy: input.policy.as_deref(), policy_arns, tags: &[] };
    let policies = packed.read(call.service(), role.account)?;
    let packed_policy_size = packed.percent_if_any()?;
    let assertion = Assertion::decode(&input.saml_assertion)?;
    assertion.check_role(&input.role_arn, &input.principal_arn)?;
    let session = assertion.attribute("RoleSessionName").ok_or_else(|| StsError::InvalidIdentityToken {
        message: "RoleSessionName is required in AuthnResponse".to_owned(),
    })?;
    let seconds = assertion.attribute("SessionDuration").and_then(|seconds| seconds.parse().ok());
    let seconds = input.duration_seconds.or(seconds).unwrap_or(DEFAULT_SECONDS);
    let asked = Asked {
        role: &role,
        role_arn: &input.role_arn,
        actions: vec!["sts:AssumeRoleWithSAML"],
        keys: assertion.keys(),
    };
    asked.check_federated(call.service(), call.ctx(), std::slice::from_ref(&input.principal_arn))?;
    let key = NewKey::untagged(seconds, policies);
    let (credentials, user) = role.assume(call.service(), call.ctx(), session, key)?;
    let issuer = assertion.issuer();
    Ok(AssumeRoleWithSAMLOutput {
        credentials: Some(credentials),
        assumed_role_user: Some(user),
        packed_policy_size,
        subject: assertion.text(&["Subject", "NameID"]),
        subject_type: assertion.subject_type(),
        name_qualifier: issuer.as_deref().map(|issuer| name_qualifier(issuer, &input.principal_arn)),
        issuer,
        audience: assertion.recipient(),
        source_identity: assertion.attribute("SourceIdentity"),
    })
}

impl Assertion {
    fn decode(encoded: &str) -> Result<Self, StsError> {
        let refused = |message: &str| StsError::InvalidIdentityToken { message: message.to_owned() };
        let document = STANDARD.decode(encoded).map_err(|_| refused("Invalid base64 SAMLResponse"))?;
        let response = Element::parse(&document).ok().flatten().ok_or_else(|| refused("Invalid SAMLResponse"))?;
        let assertion = match response.name.as_str() {
            "Assertion" => Some(response),
            _ => response.children.into_iter().find(|child| child.name == "Assertion"),
        };
        assertion.map(Self).ok_or_else(|| refused("SAML Assertion is missing in the SAMLResponse"))
    }

    /// What conditions may speak of.
    fn keys(&self) -> Vec<(String, Vec<String>)> {
        let told = [
            ("SAML:aud", self.recipient()),
            ("SAML:iss", self.issuer()),
            ("SAML:sub", self.text(&["Subject", "NameID"])),
            ("SAML:sub_type", self.subject_type()),
        ];
        told.into_iter().filter_map(|(key, value)| Some((key.to_owned(), vec![value?]))).collect()
    }

    fn element(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(&self.0, |element, name| element.child(name))
    }

    fn text(&self, path: &[&str]) -> Option<String> {
        self.element(path).map(|element| element.text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn issuer(&self) -> Option<String> {
        self.text(&["Issuer"])
    }

    fn recipient(&self) -> Option<String> {
        let data = self.element(&["Subject", "SubjectConfirmation", "SubjectConfirmationData"])?;
        attribute_of(data, "Recipient")
    }

    /// `persistent`, `transient`, or the whole format where it is another.
    fn subject_type(&self) -> Option<String> {
        let format = attribute_of(self.element(&["Subject", "NameID"])?, "Format")?;
        Some(format.strip_prefix(FORMATS).map_or_else(|| format.clone(), str::to_owned))
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let wanted = format!("{ATTRIBUTES}{name}");
        let statements = self.0.children.iter().filter(|child| child.name == "AttributeStatement");
        let attributes = statements.flat_map(|statement| &statement.children);
        let named = attributes.filter(move |found| attribute_of(found, "Name").as_deref() == Some(&wanted));
        named.flat_map(|attribute| &attribute.children).map(|value| value.text.trim())
    }

    /// The first value of one of AWS's attributes.
    fn attribute(&self, name: &str) -> Option<String> {
        self.values(name).next().map(str::to_owned)
    }

    /// The `Role` attribute lists pairs of role and provider, in either order.
    fn check_role(&self, role: &str, provider: &str) -> Result<(), StsError> {
        let is_pair = |value: &str| {
            let mut arns = value.split(',').map(str::trim);
            let pair = (arns.next(), arns.next());
            pair == (Some(role), Some(provider)) || pair == (Some(provider), Some(role))
        };
        if self.values("Role").any(is_pair) {
            return Ok(());
        }
        let message = "Not authorized to perform sts:AssumeRoleWithSAML".to_owned();
        Err(StsError::AccessDenied { message })
    }
}

fn attribute_of(element: &Element, name: &str) -> Option<String> {
    element.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
}

/// Base64 of SHA-1 over issuer, account and provider's name, as AWS documents it.
fn name_qualifier(issuer: &str, provider_arn: &str) -> String {
    let account = provider_arn.split(':').nth(4).unwrap_or_default();
    let provider = provider_arn.rsplit('/').next().unwrap_or_default();
    let text = format!("{issuer}{account}/{provider}");
    STANDARD.encode(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}
