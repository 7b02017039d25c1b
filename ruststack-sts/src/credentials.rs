//! Temporary credentials: made, remembered, and written into answers.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_auth::issued_keys::{IssuedKey, MAX_ISSUED_KEYS, encode};
use ruststack_core::{
    clock::Timestamp, context::Context, identity::Principal, protocol::aws_query::Xml, scope::AccountId,
};

use crate::{Sts, error::StsError};

const SECRET_LENGTH: usize = 40;
/// Bytes; 356 characters of base64.
const TOKEN_LENGTH: usize = 267;

/// What a client gets.
pub(crate) struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: Timestamp,
}

impl Sts {
    /// Makes credentials of `principal` that are good for a while.
    pub(crate) fn issue(
        &self,
        ctx: &Context,
        account: AccountId,
        principal: Principal,
        seconds: u64,
    ) -> Result<Credentials, StsError> {
        let prefix = if self.config.issues_aws_keys { "ASIA" } else { "LSIA" };
        let expiration = ctx.now().plus(Duration::from_secs(seconds)).truncated_to_seconds();
        let credentials = Credentials {
            access_key_id: encode(prefix, account, ctx.ids().number()),
            secret_access_key: ctx.ids().alphanumeric(SECRET_LENGTH),
            session_token: STANDARD.encode(ctx.ids().bytes::<TOKEN_LENGTH>()),
            expiration,
        };
        let key = IssuedKey {
            secret: credentials.secret_access_key.clone(),
            session_token: Some(credentials.session_token.clone()),
            account,
            principal,
            expires: Some(expiration),
        };
        let kept = self.keys.insert(credentials.access_key_id.clone(), key, ctx.now());
        kept.map_err(|_| StsError::LimitExceeded { limit: MAX_ISSUED_KEYS })?;
        Ok(credentials)
    }
}

impl Credentials {
    pub(crate) fn write_to(&self, xml: &mut Xml) {
        xml.nested("Credentials", |xml| {
            xml.text("AccessKeyId", &self.access_key_id);
            xml.text("SecretAccessKey", &self.secret_access_key);
            xml.text("SessionToken", &self.session_token);
            xml.text("Expiration", &self.expiration.to_iso_8601());
        });
    }
}
