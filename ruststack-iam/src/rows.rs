//! What IAM keeps on the disk: a row for each named thing, and one of settings. Keys begin with the account.

use std::sync::Arc;

use ruststack_core::{
    journal::{LoadError, Reader, Rows, Table, key, load},
    scope::AccountId,
    snapshot::Frozen,
};

use crate::{
    account::{Account, SETTINGS, Settings},
    entity::{self, Entity},
    federation::{self, OidcProvider, SamlProvider},
    group::{self, Group},
    instance_profile::{self, InstanceProfile},
    managed_policy::{self, ManagedPolicy},
    role::{self, Role},
    store::Store,
    user::{self, User},
};

pub(crate) static TABLES: &[&Table] = &[
    &role::TABLE,
    &user::TABLE,
    &group::TABLE,
    &managed_policy::TABLE,
    &instance_profile::TABLE,
    &federation::OIDC_TABLE,
    &federation::SAML_TABLE,
    &SETTINGS,
];

pub(crate) fn put<E: Entity>(rows: &mut Rows, account: AccountId, entity: &E) {
    rows.put(E::table(), below(account, entity.name()), entity);
}

pub(crate) fn remove<E: Entity>(rows: &mut Rows, account: AccountId, name: &str) {
    rows.remove(E::table(), below(account, name));
}

pub(crate) fn put_settings(rows: &mut Rows, account: AccountId, settings: &Settings) {
    rows.put(&SETTINGS, below(account, ""), settings);
}

/// All that an account has.
pub(crate) fn remove_account(rows: &mut Rows, account: AccountId) {
    TABLES.iter().for_each(|table| rows.remove_all(table, below(account, "")));
}

pub(crate) fn load_all(reader: &dyn Reader, store: &Store) -> Result<(), LoadError> {
    load_kind::<Role>(reader, store)?;
    load_kind::<User>(reader, store)?;
    load_kind::<Group>(reader, store)?;
    load_kind::<ManagedPolicy>(reader, store)?;
    load_kind::<InstanceProfile>(reader, store)?;
    load_kind::<OidcProvider>(reader, store)?;
    load_kind::<SamlProvider>(reader, store)?;
    load(reader, &SETTINGS, |bytes, settings: Settings| {
        store.account(owner(&SETTINGS, bytes)?).write().settings = settings;
        Ok(())
    })
}

fn load_kind<E: Entity>(reader: &dyn Reader, store: &Store) -> Result<(), LoadError> {
    load(reader, E::table(), |bytes, entity: E| {
        let account = store.account(owner(E::table(), bytes)?);
        account.write().restore(&Arc::new(entity));
        Ok(())
    })
}

pub(crate) fn freeze(store: &Store) -> Frozen {
    let all: Vec<_> = store.all().into_iter().map(|(id, account)| (id, account.read().clone())).collect();
    Box::new(move |rows| all.iter().for_each(|(id, account)| put_all(rows, *id, account)))
}

fn put_all(rows: &mut Rows, id: AccountId, account: &Account) {
    put_kind::<Role>(rows, id, account);
    put_kind::<User>(rows, id, account);
    put_kind::<Group>(rows, id, account);
    put_kind::<ManagedPolicy>(rows, id, account);
    put_kind::<InstanceProfile>(rows, id, account);
    put_kind::<OidcProvider>(rows, id, account);
    put_kind::<SamlProvider>(rows, id, account);
    put_settings(rows, id, &account.settings);
}

fn put_kind<E: Entity>(rows: &mut Rows, id: AccountId, account: &Account) {
    E::of(account).iter().for_each(|entity| put(rows, id, entity.as_ref()));
}

fn below(account: AccountId, name: &str) -> Vec<u8> {
    key([account.to_string().as_bytes(), entity::key(name).as_bytes()])
}

/// The account that a row's key begins with.
fn owner(table: &Table, bytes: &[u8]) -> Result<AccountId, LoadError> {
    let text = std::str::from_utf8(bytes).ok().and_then(|text| text.split('\0').next());
    text.and_then(|text| text.parse().ok()).ok_or_else(|| LoadError::broken(table, bytes, "this is no key"))
}
