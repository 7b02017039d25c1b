//! All that IAM knows of one account, under one lock.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_auth::policy::stored::StoredPolicy;
use ruststack_core::{clock::Timestamp, journal::Table, scope::AccountId};
use serde::{Deserialize, Serialize};

use crate::{
    aws_managed,
    entity::{Entity, Named},
    federation::{OidcProvider, SamlProvider},
    group::Group,
    instance_profile::InstanceProfile,
    limits::MAX_DELETED_KEYS,
    managed_policy::ManagedPolicy,
    policy_arn::{self, Owner, PolicyArn},
    role::Role,
    user::User,
};

/// One row for each account.
pub(crate) static SETTINGS: Table = Table::new("iam", "settings", 1);

#[derive(Clone, Default)]
pub(crate) struct Account {
    pub(crate) roles: Named<Role>,
    pub(crate) users: Named<User>,
    pub(crate) groups: Named<Group>,
    pub(crate) policies: Named<ManagedPolicy>,
    pub(crate) instance_profiles: Named<InstanceProfile>,
    pub(crate) oidc_providers: Named<OidcProvider>,
    pub(crate) saml_providers: Named<SamlProvider>,
    pub(crate) settings: Settings,
    /// The user's name by access key.
    pub(crate) key_owners: BTreeMap<String, String>,
    /// By access key.
    // Differs from AWS: when and where an access key was last used is forgotten at a restart.
    pub(crate) last_uses: BTreeMap<String, LastUse>,
}

/// What an account has once.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) alias: Option<String>,
    pub(crate) password_policy: Option<PasswordPolicy>,
    /// Access keys of users that are no more, the oldest first: nobody else signs with them.
    #[serde(default)]
    pub(crate) deleted_keys: Vec<String>,
}

impl Settings {
    /// With one more key that is no more.
    pub(crate) fn without_key(&self, key: &str) -> Self {
        let mut settings = self.clone();
        let many = (settings.deleted_keys.len() + 1).saturating_sub(MAX_DELETED_KEYS);
        settings.deleted_keys.drain(..many);
        settings.deleted_keys.push(key.to_owned());
        settings
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PasswordPolicy {
    pub(crate) minimum_length: i32,
    pub(crate) require_symbols: bool,
    pub(crate) require_numbers: bool,
    pub(crate) require_uppercase: bool,
    pub(crate) require_lowercase: bool,
    pub(crate) allow_users_to_change: bool,
    pub(crate) max_age_days: Option<i32>,
    pub(crate) reuse_prevention: Option<i32>,
    pub(crate) hard_expiry: Option<bool>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LastUse {
    pub(crate) at: Timestamp,
    pub(crate) service: String,
    pub(crate) region: Option<String>,
}

impl Account {
    /// What was kept, or is put in its place.
    pub(crate) fn restore<E: Entity>(&mut self, entity: &Arc<E>) {
        let old = E::of_mut(self).insert(Arc::clone(entity));
        E::index(self, old.as_deref(), Some(entity.as_ref()));
    }

    pub(crate) fn take<E: Entity>(&mut self, name: &str) {
        let old = E::of_mut(self).remove(name);
        E::index(self, old.as_deref(), None);
    }

    /// The managed policy of this ARN: this account's own or AWS's.
    pub(crate) fn managed_document(&self, id: AccountId, arn: &str) -> Option<StoredPolicy> {
        match policy_arn::parse(arn)? {
            PolicyArn { owner: Owner::Aws, .. } => Some(aws_managed::document(arn)),
            PolicyArn { owner: Owner::Account(owner), .. } if owner != id => None,
            PolicyArn { path, name, .. } => {
                let policy = self.policies.get(name).filter(|policy| policy.path == path)?;
                policy.document().cloned()
            }
        }
    }
}
