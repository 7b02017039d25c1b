//! What IAM knows of identities, for all who must know it: who signs with a key, which policies each has, whom a role
//! trusts.
//!
//! The service that keeps identities is the [`Directory`] and hands itself to [`IssuedKeys`](crate::issued_keys); where
//! there is none, every identity is taken as its name says.

use ruststack_core::{clock::Timestamp, scope::AccountId};

use crate::{
    issued_keys::IssuedKey,
    policy::{evaluate::NamedPolicy, stored::StoredPolicy},
};

/// All identities of all accounts.
pub trait Directory: Send + Sync {
    /// The key of a user.
    fn user_key(&self, access_key: &str) -> Option<UserKey>;

    /// Whether there was such a key, which somebody deleted.
    fn is_deleted_key(&self, access_key: &str) -> bool;

    fn user(&self, account: AccountId, name: &str) -> Option<Profile>;

    /// By its name, which is unique without its path.
    fn role(&self, account: AccountId, name: &str) -> Option<KnownRole>;

    /// A managed policy that identities of this account may have.
    fn managed_policy(&self, account: AccountId, arn: &str) -> Option<StoredPolicy>;

    /// A request was signed with a key.
    fn note_use(&self, access_key: &str, usage: &KeyUse<'_>);
}

/// A key that signs for a user until somebody deletes it.
#[derive(Clone, Debug)]
pub struct UserKey {
    pub key: IssuedKey,
    /// Others are refused where signatures are checked.
    pub is_active: bool,
}

/// When and for what a key was used.
#[derive(Clone, Copy, Debug)]
pub struct KeyUse<'u> {
    pub at: Timestamp,
    pub service: &'u str,
    pub region: Option<&'u str>,
}

/// What an identity is allowed by its own policies, and how conditions see it.
#[derive(Clone, Debug)]
pub struct Profile {
    /// `AIDA…`, `AROA…`: another one when a name is used again.
    pub id: String,
    /// Its own and those of its groups.
    pub policies: Vec<NamedPolicy>,
    pub boundary: Option<NamedPolicy>,
    pub tags: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct KnownRole {
    pub profile: Profile,
    pub path: String,
    /// Who may assume it.
    pub trust: StoredPolicy,
    pub max_session_seconds: i32,
}
