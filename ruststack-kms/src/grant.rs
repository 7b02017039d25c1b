//! Grants: who else may use a key, and for what. They are kept and told of; keys ask only policies.

use std::collections::BTreeMap;

use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::{CreateGrantInput, GrantConstraints, GrantListEntry};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) name: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) grantee: String,
    pub(crate) retiring: Option<String>,
    issuing_account: String,
    operations: Vec<String>,
    /// That an encryption context must have at least these pairs, or exactly these.
    subset: Option<BTreeMap<String, String>>,
    equals: Option<BTreeMap<String, String>>,
}

impl Grant {
    pub(crate) fn new(id: String, token: String, issuer: String, now: Timestamp, input: &CreateGrantInput) -> Self {
        let constraints = input.constraints.clone().unwrap_or_default();
        Self {
            id,
            token,
            name: input.name.clone(),
            created_at: now,
            grantee: input.grantee_principal.clone(),
            retiring: input.retiring_principal.clone(),
            issuing_account: issuer,
            operations: input.operations.clone(),
            subset: constraints.encryption_context_subset,
            equals: constraints.encryption_context_equals,
        }
    }

    /// Whether it is what was asked for before under the same name.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let mut like_other = self.clone();
        (like_other.id, like_other.token) = (other.id.clone(), other.token.clone());
        like_other.created_at = other.created_at;
        self.name.is_some() && like_other == *other
    }

    pub(crate) fn describe(&self, key_arn: &str) -> GrantListEntry {
        let constraints = GrantConstraints {
            encryption_context_subset: self.subset.clone(),
            encryption_context_equals: self.equals.clone(),
        };
        let is_constrained = self.subset.is_some() || self.equals.is_some();
        GrantListEntry {
            key_id: Some(key_arn.to_owned()),
            grant_id: Some(self.id.clone()),
            // AWS tells an empty name where none was given.
            name: Some(self.name.clone().unwrap_or_default()),
            creation_date: Some(self.created_at),
            grantee_principal: Some(self.grantee.clone()),
            retiring_principal: self.retiring.clone(),
            issuing_account: Some(self.issuing_account.clone()),
            operations: Some(self.operations.clone()),
            constraints: is_constrained.then_some(constraints),
        }
    }
}
