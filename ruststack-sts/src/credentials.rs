//! Temporary credentials: made, remembered, and shown once.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_auth::{
    issued_keys::{IssuedKey, MAX_ISSUED_KEYS, SessionTag, encode},
    policy::stored::StoredPolicy,
};
use ruststack_core::{context::Context, identity::Principal, scope::AccountId};

use crate::{Sts, api::Credentials, error::StsError};

const SECRET_LENGTH: usize = 40;
/// Bytes; 356 characters of base64.
const TOKEN_LENGTH: usize = 267;

/// What a client gets.
pub(crate) type Issued = Credentials;

/// What is asked of credentials.
pub(crate) struct NewKey {
    pub(crate) seconds: i32,
    pub(crate) tags: Vec<SessionTag>,
    pub(crate) policies: SessionPolicies,
    /// The user who asks for a federated one.
    pub(crate) federated_by: Option<String>,
}

/// What a session is limited to.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct SessionPolicies {
    pub(crate) inline: Option<StoredPolicy>,
    pub(crate) managed: Vec<StoredPolicy>,
}

impl NewKey {
    pub(crate) fn untagged(seconds: i32, policies: SessionPolicies) -> Self {
        Self { seconds, tags: Vec::new(), policies, federated_by: None }
    }
}

impl Sts {
    /// Makes credentials of `principal` that are good for a while.
    pub(crate) fn issue(
        &self,
        ctx: &Context,
        account: AccountId,
        principal: Principal,
        key: NewKey,
    ) -> Result<Issued, StsError> {
        let prefix = if self.config.issues_aws_keys { "ASIA" } else { "LSIA" };
        let good_for = Duration::from_secs(key.seconds.unsigned_abs().into());
        let issued = Credentials {
            access_key_id: encode(prefix, account, ctx.ids().number()),
            secret_access_key: ctx.ids().alphanumeric(SECRET_LENGTH),
            session_token: STANDARD.encode(ctx.ids().bytes::<TOKEN_LENGTH>()),
            expiration: ctx.now().plus(good_for).truncated_to_seconds(),
        };
        let kept = IssuedKey {
            secret: issued.secret_access_key.clone(),
            session_token: Some(issued.session_token.clone()),
            account,
            principal,
            expires: Some(issued.expiration),
            tags: key.tags,
            policy: key.policies.inline,
            managed_policies: key.policies.managed,
            federated_by: key.federated_by,
        };
        let _section = ctx.changes().begin()?;
        let kept = self.keys.insert(issued.access_key_id.clone(), kept, ctx.now(), ctx.changes());
        kept.map_err(|_| StsError::LimitExceeded { limit: MAX_ISSUED_KEYS })?;
        Ok(issued)
    }

    /// The key that a caller signed with, if it was issued here.
    pub(crate) fn key_of_caller(&self, ctx: &Context) -> Option<IssuedKey> {
        self.keys.get(ctx.identity().access_key.as_deref()?)
    }

    /// Some operations take the keys of users only.
    pub(crate) fn refuse_sessions(&self, ctx: &Context, operation: &str) -> Result<(), StsError> {
        match self.key_of_caller(ctx) {
            Some(IssuedKey { session_token: Some(_), .. }) => {
                Err(StsError::AccessDenied { message: format!("Cannot call {operation} with session credentials") })
            }
            _ => Ok(()),
        }
    }
}
