//! `AssumeRoleWithWebIdentity`: credentials of a role for who shows a token of an identity provider. Never signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ruststack_core::{clock::Timestamp, operation::Call};
use serde_json::Value;

use crate::{
    Sts,
    api::{AssumeRoleWithWebIdentityInput, AssumeRoleWithWebIdentityOutput},
    assumed_role::Role,
    credentials::NewKey,
    error::StsError,
    session_policy::Packed,
    trust::Asked,
};

const DEFAULT_SECONDS: i32 = 3600;
const NO_JWT: &str = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";

/// What a token says of its bearer.
#[derive(Default, Debug, PartialEq)]
struct Claims {
    subject: Option<String>,
    issuer: Option<String>,
    audience: Option<String>,
}

// Differs from AWS: the signature of a web identity token is not checked, as its provider cannot be asked.
pub(super) async fn assume_role_with_web_identity(
    call: Call<Sts>,
    input: AssumeRoleWithWebIdentityInput,
) -> Result<AssumeRoleWithWebIdentityOutput, StsError> {
    let role = Role::of_arn(&input.role_arn)?;
    let policy_arns = input.policy_arns.as_deref().unwrap_or_default();
    let packed = Packed { policy: input.policy.as_deref(), policy_arns, tags: &[] };
    let policies = packed.read(call.service(), role.account)?;
    let packed_policy_size = packed.percent_if_any()?;
    // The tokens of the OAuth 2.0 providers that have names of their own cannot be read by others.
    let claims = match &input.provider_id {
        Some(provider) => Claims { issuer: Some(provider.clone()), ..Claims::default() },
        None => Claims::of_token(&input.web_identity_token, call.now())?,
    };
    let asked = Asked {
        role: &role,
        role_arn: &input.role_arn,
        actions: vec!["sts:AssumeRoleWithWebIdentity"],
        keys: claims.keys(&input.role_session_name),
    };
    asked.check_federated(call.service(), call.ctx(), &claims.providers(&role))?;
    let key = NewKey::untagged(input.duration_seconds.unwrap_or(DEFAULT_SECONDS), policies);
    let (credentials, user) = role.assume(call.service(), call.ctx(), input.role_session_name, key)?;
    Ok(AssumeRoleWithWebIdentityOutput {
        credentials: Some(credentials),
        subject_from_web_identity_token: claims.subject,
        assumed_role_user: Some(user),
        packed_policy_size,
        provider: claims.issuer,
        audience: claims.audience,
        source_identity: None,
    })
}

impl Claims {
    /// The issuer without its scheme.
    fn host(&self) -> &str {
        let issuer = self.issuer.as_deref().unwrap_or_default();
        issuer.trim_start_matches("https://").trim_end_matches('/')
    }

    /// What trust policies may call the provider.
    fn providers(&self, role: &Role) -> Vec<String> {
        let host = self.host();
        vec![host.to_owned(), format!("arn:aws:iam::{}:oidc-provider/{host}", role.account)]
    }

    /// What conditions may speak of.
    fn keys(&self, session: &str) -> Vec<(String, Vec<String>)> {
        let claims = [("aud", &self.audience), ("sub", &self.subject)];
        let claims = claims.into_iter().filter_map(|(name, claim)| Some((name, claim.clone()?)));
        let mut keys: Vec<_> = claims.map(|(name, claim)| (format!("{}:{name}", self.host()), vec![claim])).collect();
        keys.push(("sts:RoleSessionName".to_owned(), vec![session.to_owned()]));
        keys
    }

    fn of_token(token: &str, now: Timestamp) -> Result<Self, StsError> {
        let claims = payload(token).ok_or_else(|| StsError::InvalidIdentityToken { message: NO_JWT.to_owned() })?;
        if let Some(expires) = claims["exp"].as_f64().map(|seconds| seconds as i64).filter(|end| *end <= now.seconds())
        {
            let now = now.seconds();
            let message =
                format!("Token expired: current date/time {now} must be before the expiration date/time{expires}");
            return Err(StsError::ExpiredTokenException { message });
        }
        let text = |claim: &Value| claim.as_str().map(str::to_owned);
        let audience = &claims["aud"];
        Ok(Self {
            subject: text(&claims["sub"]),
            issuer: text(&claims["iss"]),
            audience: text(audience).or_else(|| text(&audience[0])),
        })
    }
}

/// The claims of a JWT: its second part.
fn payload(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    read(header)?;
    read(payload).filter(|claims| claims.is_object() && parts.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", encode(r#"{"alg":"RS256"}"#), encode(claims), encode("signature"))
    }

    #[test]
    fn a_token_says_whose_it_is() {
        let now = Timestamp::from_seconds(100);
        let claims = Claims::of_token(&token(r#"{"sub":"s","iss":"https://i","aud":["a","b"],"exp":101}"#), now);
        let expected = |text: &str| Some(text.to_owned());
        let (subject, issuer, audience) = (expected("s"), expected("https://i"), expected("a"));
        assert_eq!(claims, Ok(Claims { subject, issuer, audience }));
        let expired = Claims::of_token(&token(r#"{"exp":100}"#), now).unwrap_err();
        assert!(matches!(expired, StsError::ExpiredTokenException { .. }));
        for wrong in ["", "a.b", "a.b.c", &token("[]"), &(token("{}") + ".x")] {
            assert!(matches!(Claims::of_token(wrong, now), Err(StsError::InvalidIdentityToken { .. })), "{wrong}");
        }
    }
}
