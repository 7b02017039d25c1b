//! What each identity is allowed by its own policies: the half of a decision that the service does not know.

use ruststack_core::{
    identity::{Identity, Principal},
    scope::Partition,
};

use crate::{
    directory::{Directory, Profile},
    issued_keys::{IssuedKey, IssuedKeys},
    policy::{
        document::{Policy, Rules},
        evaluate::{NamedPolicy, Policies},
        principal::Caller,
    },
};

/// The policy of an account's root, and of everybody where nobody keeps identities.
const ALL: &[u8] = br#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;

/// Is there when identities are held to policies ([`Mode::Iam`](crate::Mode::Iam)); services ask it of each caller.
#[derive(Clone)]
pub struct Authorizer {
    keys: IssuedKeys,
    all: NamedPolicy,
}

/// A caller with the policies they have.
#[derive(Clone, Debug)]
pub struct Standing {
    pub caller: Caller,
    pub identity: Vec<NamedPolicy>,
    pub boundary: Option<NamedPolicy>,
    /// `None`: the session has none, or there is no session.
    pub session: Option<Vec<NamedPolicy>>,
    /// Key and value.
    pub tags: Vec<(String, String)>,
}

impl Standing {
    /// The caller's side of a decision, to which the service adds its own.
    pub fn policies(&self) -> Policies<'_> {
        Policies {
            identity: &self.identity,
            boundary: self.boundary.as_ref(),
            session: self.session.as_deref(),
            ..Policies::default()
        }
    }
}

impl Authorizer {
    pub fn new(keys: IssuedKeys) -> Self {
        let policy = Policy::parse(ALL, Rules::IDENTITY).expect("the policy is right").into();
        Self { keys, all: NamedPolicy { name: "all of the account".into(), policy } }
    }

    /// Who keeps identities, if somebody does.
    pub(crate) fn directory(&self) -> Option<&dyn Directory> {
        self.keys.directory()
    }

    pub fn standing(&self, identity: &Identity, partition: Partition) -> Standing {
        let caller = Caller::of(identity, partition);
        let key = identity.access_key.as_deref().and_then(|access_key| self.keys.get(access_key));
        let profile = self.profile(identity, key.as_ref());
        let session = session_policies(&identity.principal, key.as_ref());
        let mut tags = profile.tags;
        for tag in key.into_iter().flat_map(|key| key.tags) {
            tags.retain(|(name, _)| !name.eq_ignore_ascii_case(&tag.key));
            tags.push((tag.key, tag.value));
        }
        Standing { caller, identity: profile.policies, boundary: profile.boundary, session, tags }
    }

    /// What the identity has of itself. Who is gone, or came back under the same name, has nothing.
    fn profile(&self, identity: &Identity, key: Option<&IssuedKey>) -> Profile {
        let account = identity.account;
        let Some(directory) = self.keys.directory() else {
            return if identity.principal == Principal::Anonymous { nothing() } else { self.everything() };
        };
        let found = match &identity.principal {
            Principal::Anonymous => None,
            Principal::Root => Some(self.everything()),
            Principal::User { name, id, .. } => directory.user(account, name).filter(|profile| profile.id == *id),
            Principal::AssumedRole { role, role_id, .. } => {
                directory.role(account, role).map(|role| role.profile).filter(|profile| profile.id == *role_id)
            }
            Principal::FederatedUser { .. } => match key.and_then(|key| key.federated_by.as_deref()) {
                Some(user) => directory.user(account, user),
                None => Some(self.everything()),
            },
        };
        found.unwrap_or_else(nothing)
    }

    fn everything(&self) -> Profile {
        Profile { policies: vec![self.all.clone()], ..nothing() }
    }
}

/// What narrows a session; a federated user's permissions are none but those that its policies name.
fn session_policies(principal: &Principal, key: Option<&IssuedKey>) -> Option<Vec<NamedPolicy>> {
    let key = key?;
    let inline = key.policy.iter().map(|policy| policy.named("of the session"));
    let managed = key.managed_policies.iter().map(|policy| policy.named("managed, of the session"));
    let policies: Vec<_> = inline.chain(managed).collect();
    let is_federated = matches!(principal, Principal::FederatedUser { .. }) && key.federated_by.is_some();
    (is_federated || !policies.is_empty()).then_some(policies)
}

fn nothing() -> Profile {
    Profile { id: String::new(), policies: Vec::new(), boundary: None, tags: Vec::new() }
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::AccountId;

    use super::*;

    #[test]
    fn who_has_no_account_has_no_policies() {
        let authorizer = Authorizer::new(IssuedKeys::default());
        let anonymous = Identity::anonymous(AccountId::DEFAULT);
        let root = Identity { principal: Principal::Root, ..anonymous.clone() };
        assert!(authorizer.standing(&anonymous, Partition::AWS).identity.is_empty());
        assert_eq!(authorizer.standing(&root, Partition::AWS).identity.len(), 1);
    }
}
