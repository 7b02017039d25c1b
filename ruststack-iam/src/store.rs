//! All accounts, and what the rest of the house asks of them.

use std::sync::Arc;

use parking_lot::RwLock;
use ruststack_auth::{
    directory::{Directory, KeyUse, KnownRole, Profile, UserKey},
    issued_keys::{IssuedKey, account_in_key},
    policy::{evaluate::NamedPolicy, stored::StoredPolicy},
};
use ruststack_core::{identity::Principal, journal::Changes, scope::AccountId, service::Part, store::ByAccount};

use crate::{
    account::{Account, LastUse},
    holder::{Holder, Permissions},
    rows,
};

#[derive(Default)]
pub(crate) struct Store(ByAccount<RwLock<Account>>);

impl Store {
    pub(crate) fn account(&self, id: AccountId) -> Arc<RwLock<Account>> {
        self.0.get(id)
    }

    pub(crate) fn all(&self) -> Vec<(AccountId, Arc<RwLock<Account>>)> {
        self.0.all()
    }

    pub(crate) fn reset(&self, part: &Part, changes: &Changes) {
        for (id, account) in self.all() {
            if part.holds(id, None) {
                let mut account = account.write();
                changes.record(|rows| rows::remove_account(rows, id));
                *account = Account::default();
            }
        }
    }
}

impl Directory for Store {
    fn user_key(&self, access_key: &str) -> Option<UserKey> {
        // Ours carry their account.
        let id = account_in_key(access_key, true)?;
        let account = self.account(id);
        let account = account.read();
        let user = account.users.get(account.key_owners.get(access_key)?)?;
        let key = user.access_keys.iter().find(|key| key.id == access_key)?;
        let principal = Principal::User { name: user.name.clone(), path: user.path.clone(), id: user.id.clone() };
        let issued = IssuedKey {
            secret: key.secret.clone(),
            session_token: None,
            account: id,
            principal,
            expires: None,
            tags: Vec::new(),
            policy: None,
            managed_policies: Vec::new(),
            federated_by: None,
        };
        Some(UserKey { key: issued, is_active: key.is_active })
    }

    fn is_deleted_key(&self, access_key: &str) -> bool {
        let is_deleted = |id| self.account(id).read().settings.deleted_keys.iter().any(|key| key == access_key);
        account_in_key(access_key, true).is_some_and(is_deleted)
    }

    fn user(&self, id: AccountId, name: &str) -> Option<Profile> {
        let account = self.account(id);
        let account = account.read();
        let user = account.users.get(name)?;
        let mut policies = named(id, &account, user.as_ref());
        for group in user.groups.iter().filter_map(|name| account.groups.get(name)) {
            policies.extend(named(id, &account, group.as_ref()));
        }
        let boundary = boundary(id, &account, &user.permissions);
        Some(Profile { id: user.id.clone(), policies, boundary, tags: user.tags.clone() })
    }

    fn role(&self, id: AccountId, name: &str) -> Option<KnownRole> {
        let account = self.account(id);
        let account = account.read();
        let role = account.roles.get(name)?;
        let profile = Profile {
            id: role.id.clone(),
            policies: named(id, &account, role.as_ref()),
            boundary: boundary(id, &account, &role.permissions),
            tags: role.tags.clone(),
        };
        let (path, trust) = (role.path.clone(), role.trust.clone());
        Some(KnownRole { profile, path, trust, max_session_seconds: role.max_session_seconds })
    }

    fn managed_policy(&self, account: AccountId, arn: &str) -> Option<StoredPolicy> {
        self.account(account).read().managed_document(account, arn)
    }

    fn note_use(&self, access_key: &str, usage: &KeyUse<'_>) {
        let Some(id) = account_in_key(access_key, true) else { return };
        let account = self.account(id);
        // Keys of nobody, which are most, change nothing.
        if !account.read().key_owners.contains_key(access_key) {
            return;
        }
        let region = usage.region.map(str::to_owned);
        let usage = LastUse { at: usage.at, service: usage.service.to_owned(), region };
        account.write().last_uses.insert(access_key.to_owned(), usage);
    }
}

/// The policies of one holder, under the names that the log calls them by.
pub(crate) fn named(id: AccountId, account: &Account, holder: &impl Holder) -> Vec<NamedPolicy> {
    let Permissions { inline, attached, .. } = holder.permissions();
    let inline = inline.iter().map(|(name, policy)| policy.named(name));
    let managed = attached.iter().filter_map(|arn| Some(account.managed_document(id, arn)?.named(arn)));
    inline.chain(managed).collect()
}

fn boundary(id: AccountId, account: &Account, permissions: &Permissions) -> Option<NamedPolicy> {
    let arn = permissions.boundary.as_ref()?;
    Some(account.managed_document(id, arn)?.named(arn))
}
