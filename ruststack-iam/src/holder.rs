//! Users, groups and roles as holders of policies: inline ones, managed ones, and the boundary of their permissions.

use std::collections::{BTreeMap, BTreeSet};

use ruststack_auth::policy::stored::StoredPolicy;
use serde::{Deserialize, Serialize};

use crate::{
    entity::Entity,
    error::{IamError, exceeds},
    limits::MAX_ATTACHED_POLICIES,
};

/// What one holder has.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Permissions {
    /// By name.
    pub(crate) inline: BTreeMap<String, StoredPolicy>,
    /// ARNs.
    pub(crate) attached: BTreeSet<String>,
    /// An ARN.
    pub(crate) boundary: Option<String>,
}

pub(crate) trait Holder: Entity {
    /// Characters that are no white space, of all inline policies together.
    const MAX_INLINE_SIZE: usize;
    /// As the name of a quota begins: `PoliciesPer…`.
    const QUOTA: &'static str;

    fn id(&self) -> &str;

    fn permissions(&self) -> &Permissions;

    fn permissions_mut(&mut self) -> &mut Permissions;

    /// Refuses for what is not the account's to change.
    fn check_modifiable(&self) -> Result<(), IamError> {
        Ok(())
    }

    fn put_inline(&mut self, name: String, policy: StoredPolicy) -> Result<(), IamError> {
        let inline = &mut self.permissions_mut().inline;
        inline.insert(name, policy);
        if inline.values().map(|policy| weight(policy.text())).sum::<usize>() > Self::MAX_INLINE_SIZE {
            let (kind, limit) = (Self::RESOURCE, Self::MAX_INLINE_SIZE);
            let message = format!("Maximum policy size of {limit} bytes exceeded for {kind} {}", self.name());
            return Err(IamError::LimitExceeded { message });
        }
        Ok(())
    }

    fn attach(&mut self, arn: String) -> Result<(), IamError> {
        let attached = &mut self.permissions_mut().attached;
        attached.insert(arn);
        if attached.len() > MAX_ATTACHED_POLICIES {
            return Err(exceeds(&format!("PoliciesPer{}", Self::QUOTA), MAX_ATTACHED_POLICIES));
        }
        Ok(())
    }
}

/// White space does not count against quotas.
pub(crate) fn weight(document: &str) -> usize {
    document.chars().filter(|character| !character.is_whitespace()).count()
}
