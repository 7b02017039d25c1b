//! Access keys: whose account a key names, and the keys that RustStack issued itself.

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use ruststack_core::{
    clock::Timestamp,
    identity::Principal,
    journal::{self, Changes, LoadError, Reader, Table},
    scope::AccountId,
    snapshot::Frozen,
};
use serde::{Deserialize, Serialize};

use crate::{
    directory::{Directory, UserKey},
    policy::stored::StoredPolicy,
};

/// How many keys are kept at once. When there are as many, those that expired go, and then no more are issued.
pub const MAX_ISSUED_KEYS: usize = 100_000;

/// The alphabet of RFC 4648's base32, in which keys carry their account.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// What is added to half an account id before it is written.
const OFFSET: u64 = 549_755_813_888;

pub static TABLES: &[&Table] = &[&TABLE];
/// By access key. Since 2 with the session's policy, since 3 with managed ones and with the user behind a federated one.
static TABLE: Table = Table::new("sts", "keys", 3);

/// A key that STS or IAM issued.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssuedKey {
    pub secret: String,
    /// Temporary keys come with one, and are nothing without it.
    pub session_token: Option<String>,
    pub account: AccountId,
    pub principal: Principal,
    pub expires: Option<Timestamp>,
    /// Tags of the session.
    pub tags: Vec<SessionTag>,
    /// What the session is limited to.
    #[serde(default)]
    pub policy: Option<StoredPolicy>,
    /// The same, by managed policies: as they were when the session began.
    #[serde(default)]
    pub managed_policies: Vec<StoredPolicy>,
    /// The user from whom a federated one comes.
    #[serde(default)]
    pub federated_by: Option<String>,
}

/// A tag of a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionTag {
    pub key: String,
    pub value: String,
    /// Whether sessions that are begun from this one have it, too.
    pub is_transitive: bool,
}

/// All keys that were issued, shared by who issues and who verifies: those of sessions are kept here, those of users by
/// who keeps users.
#[derive(Clone, Default)]
pub struct IssuedKeys(Arc<Inner>);

#[derive(Default)]
struct Inner {
    sessions: DashMap<String, IssuedKey>,
    directory: OnceLock<Arc<dyn Directory>>,
}

/// There are [`MAX_ISSUED_KEYS`] keys already.
#[derive(Debug, PartialEq, Eq)]
pub struct TooManyKeys;

impl IssuedKeys {
    /// Who keeps the identities, from now on.
    pub fn connect(&self, directory: Arc<dyn Directory>) {
        let is_first = self.0.directory.set(directory).is_ok();
        debug_assert!(is_first, "one service keeps the identities");
    }

    pub fn directory(&self) -> Option<&dyn Directory> {
        self.0.directory.get().map(AsRef::as_ref)
    }

    /// A session's key, or a user's.
    pub fn get(&self, access_key: &str) -> Option<IssuedKey> {
        self.find(access_key).map(|found| found.key)
    }

    /// The same, and whether it is in use.
    pub fn find(&self, access_key: &str) -> Option<UserKey> {
        let sessions = &self.0.sessions;
        let session = if sessions.is_empty() { None } else { sessions.get(access_key).map(|key| key.clone()) };
        match session {
            Some(key) => Some(UserKey { key, is_active: true }),
            None => self.directory()?.user_key(access_key),
        }
    }

    pub fn insert(
        &self,
        access_key: String,
        key: IssuedKey,
        now: Timestamp,
        changes: &Changes,
    ) -> Result<(), TooManyKeys> {
        if self.0.sessions.len() >= MAX_ISSUED_KEYS {
            self.forget(|key| key.expires.is_some_and(|expires| expires <= now), changes);
        }
        if self.0.sessions.len() >= MAX_ISSUED_KEYS {
            return Err(TooManyKeys);
        }
        let entry = self.0.sessions.entry(access_key);
        changes.record(|rows| rows.put(&TABLE, entry.key().clone().into(), &key));
        entry.insert(key);
        Ok(())
    }

    /// Forgets the keys that `forgets` selects by account.
    pub fn reset(&self, forgets: impl Fn(AccountId) -> bool, changes: &Changes) {
        self.forget(|key| forgets(key.account), changes);
    }

    /// Fills itself with what was kept.
    pub fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        journal::load(reader, &TABLE, |access_key, key| {
            let access_key = std::str::from_utf8(access_key);
            let access_key = access_key.map_err(|error| LoadError::broken(&TABLE, b"", error))?;
            self.0.sessions.insert(access_key.to_owned(), key);
            Ok(())
        })
    }

    /// Copies them while nothing changes; gives back what writes their rows.
    pub fn freeze(&self) -> Frozen {
        let keys: Vec<_> = self.0.sessions.iter().map(|entry| (entry.key().clone(), entry.value().clone())).collect();
        Box::new(move |rows| keys.iter().for_each(|(name, key)| rows.put(&TABLE, name.clone().into(), key)))
    }

    fn forget(&self, forgets: impl Fn(&IssuedKey) -> bool, changes: &Changes) {
        self.0.sessions.retain(|access_key, key| {
            let is_forgotten = forgets(key);
            if is_forgotten {
                changes.record(|rows| rows.remove(&TABLE, access_key.clone().into()));
            }
            !is_forgotten
        });
    }
}

/// What an access key's name alone says of its account: twelve digits are the account, and keys that LocalStack or we
/// issued carry it. Keys as AWS issues them do so only `with_aws_keys`.
pub fn account_in_key(access_key: &str, with_aws_keys: bool) -> Option<AccountId> {
    if let Ok(account) = access_key.parse() {
        return Some(account);
    }
    let is_ours = access_key.starts_with("LSIA") || access_key.starts_with("LKIA");
    let is_aws = access_key.starts_with("ASIA") || access_key.starts_with("AKIA");
    if access_key.len() >= 20 && (is_ours || is_aws && with_aws_keys) { decode(access_key.as_bytes()) } else { None }
}

fn decode(key: &[u8]) -> Option<AccountId> {
    let digit = |letter: &u8| BASE32.iter().position(|found| found == letter).map(|position| position as u64);
    let number = key.get(4..12)?.iter().try_fold(0, |number, letter| Some(number << 5 | digit(letter)?))?;
    let half = number.checked_sub(OFFSET)?;
    let odd = u64::from(digit(key.get(12)?)? >= 16);
    AccountId::from_number(2 * half + odd)
}

/// An access key that carries its account: `prefix` (`LKIA` for users, `LSIA` for sessions), the account, and letters
/// of chance.
pub fn encode(prefix: &str, account: AccountId, random: u64) -> String {
    let number = account.number() / 2 + OFFSET;
    let letter = |bits: u64| char::from(BASE32[(bits & 31) as usize]);
    let mut key = prefix.to_owned();
    key.extend((0..8).rev().map(|position| letter(number >> (5 * position))));
    key.push(letter((random & 15) | (account.number() & 1) << 4));
    key.extend((1..8).map(|position| letter(random >> (5 * position))));
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_carry_their_account() {
        for (key, account) in [("ASIAQAAAAAAAGMKEM7X5", 0), ("AKIARZPUZDIKGB2VALC4", 123_456_789_012)] {
            assert_eq!(account_in_key(key, true).map(AccountId::number), Some(account), "{key}");
            assert_eq!(account_in_key(key, false), None);
        }
        for number in [0, 1, 42, 123_456_789_012, 999_999_999_999] {
            let account = AccountId::from_number(number).unwrap();
            let key = encode("LSIA", account, 0x1234_5678_9abc_def0);
            assert_eq!((key.len(), account_in_key(&key, false)), (20, Some(account)), "{key}");
        }
    }

    #[test]
    fn twelve_digits_are_an_account() {
        assert_eq!(account_in_key("000000000042", false).map(AccountId::number), Some(42));
        for other in ["test", "", "0000000000421", "LSIA", "LSIA0000000000000000", "LSIAAAAAAAAAAAAAAAAA"] {
            assert_eq!(account_in_key(other, true), None, "{other}");
        }
    }
}
