//! What each identity is allowed by its own policies: the half of a decision that the service does not know.

use ruststack_core::{identity::Identity, scope::Partition};

use crate::{
    issued_keys::IssuedKeys,
    policy::{
        document::{Policy, Rules},
        evaluate::NamedPolicy,
        principal::Caller,
    },
};

/// The policy of whom nobody gave one.
// Differs from AWS: identities have all permissions of their account, unless their session has a policy that takes some;
// there are no users and roles with policies yet.
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
    /// `None`: the session has none, or there is no session.
    pub session: Option<Vec<NamedPolicy>>,
    /// Key and value.
    pub tags: Vec<(String, String)>,
}

impl Authorizer {
    pub fn new(keys: IssuedKeys) -> Self {
        let policy = Policy::parse(ALL, Rules::IDENTITY).expect("the policy is right").into();
        Self { keys, all: NamedPolicy { name: "all of the account".into(), policy } }
    }

    pub fn standing(&self, identity: &Identity, partition: Partition) -> Standing {
        let caller = Caller::of(identity, partition);
        let key = identity.access_key.as_deref().and_then(|access_key| self.keys.get(access_key));
        let (policy, tags) = key.map_or((None, Vec::new()), |key| (key.policy, key.tags));
        Standing {
            identity: if caller.account.is_some() { vec![self.all.clone()] } else { Vec::new() },
            session: policy.map(|policy| vec![policy.named("of the session")]),
            tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
            caller,
        }
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::{identity::Principal, scope::AccountId};

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
