//! Federated users, sessions of users, and what is never good here.

use ruststack_testkit::ACCOUNT;

use crate::{ask, call, emulator};

/// Recorded: test_get_federation_token, 2024-06-05.
#[tokio::test]
async fn a_federated_user_has_a_name() {
    let emulator = emulator();
    let issued = call(&emulator, ACCOUNT, "GetFederationToken", "Name=user").await;
    assert_eq!(issued.element("FederatedUserId"), Some("000000000000:user"));
    assert_eq!(issued.element("PackedPolicySize"), Some("0"));
    let key = issued.element("AccessKeyId").unwrap();
    let who = call(&emulator, key, "GetCallerIdentity", "").await;
    assert_eq!(who.element("Arn"), Some("arn:aws:sts::000000000000:federated-user/user"));
}

#[tokio::test]
async fn session_credentials_get_no_further_sessions() {
    let emulator = emulator();
    let issued = call(&emulator, ACCOUNT, "GetSessionToken", "").await;
    let key = issued.element("AccessKeyId").unwrap();
    for (action, parameters) in [("GetSessionToken", ""), ("GetFederationToken", "Name=user")] {
        let refused = call(&emulator, key, action, parameters).await;
        let message = format!("Cannot call {action} with session credentials");
        assert_eq!(refused.error(), (403, "AccessDenied", message.as_str()));
    }
}

#[tokio::test]
async fn what_cannot_be_good_here_is_refused() {
    for (action, parameters, code) in [
        ("DecodeAuthorizationMessage", "EncodedMessage=x", "InvalidAuthorizationMessageException"),
        ("GetDelegatedAccessToken", "TradeInToken=x", "AccessDenied"),
        (
            "GetWebIdentityToken",
            "Audience.member.1=https://a&SigningAlgorithm=RS256",
            "OutboundWebIdentityFederationDisabledException",
        ),
    ] {
        assert_eq!(ask(action, parameters).await.error().1, code);
    }
}

/// A response with one assertion, as identity providers post it.
fn assertion(role: &str, attributes: &str) -> String {
    let text = format!(
        "<samlp:Response xmlns:samlp=\"p\" xmlns=\"a\"><Assertion><Issuer>https://idp</Issuer><Subject>\
         <NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">me</NameID><SubjectConfirmation>\
         <SubjectConfirmationData Recipient=\"https://signin.aws.amazon.com/saml\"/></SubjectConfirmation></Subject>\
         <AttributeStatement><Attribute Name=\"https://aws.amazon.com/SAML/Attributes/Role\">\
         <AttributeValue>{role}</AttributeValue></Attribute>{attributes}</AttributeStatement></Assertion></samlp:Response>"
    );
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
    base64.replace('+', "%2B").replace('=', "%3D")
}

#[tokio::test]
async fn an_assertion_names_role_provider_and_session() {
    const ROLE: &str = "arn:aws:iam::123456789012:role/name";
    const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/idp";
    let session = "<Attribute Name=\"https://aws.amazon.com/SAML/Attributes/RoleSessionName\">\
                   <AttributeValue>session</AttributeValue></Attribute>";
    let parameters = |assertion: &str| format!("RoleArn={ROLE}&PrincipalArn={PROVIDER}&SAMLAssertion={assertion}");
    let good = assertion(&format!("{ROLE},{PROVIDER}"), session);
    let issued = ask("AssumeRoleWithSAML", &parameters(&good)).await;
    let says = ["Subject", "SubjectType", "Issuer", "Audience"].map(|name| issued.element(name));
    let expected = ["me", "persistent", "https://idp", "https://signin.aws.amazon.com/saml"];
    assert_eq!(says, expected.map(Some), "{}", issued.body);
    assert_eq!(issued.element("Arn"), Some("arn:aws:sts::123456789012:assumed-role/name/session"));
    for (assertion, code) in [
        (assertion("arn:aws:iam::123456789012:role/other,x", session), "AccessDenied"),
        (assertion(&format!("{PROVIDER},{ROLE}"), ""), "InvalidIdentityToken"),
        ("AAAA".to_owned(), "InvalidIdentityToken"),
        ("****".to_owned(), "InvalidIdentityToken"),
    ] {
        assert_eq!(ask("AssumeRoleWithSAML", &parameters(&assertion)).await.error().1, code);
    }
}
