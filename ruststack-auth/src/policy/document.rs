//! A policy as it was parsed: kept, shared, and evaluated often.

use serde::{Deserialize, Serialize};

use super::{
    condition::Condition,
    context::ContextKeys,
    error::InvalidPolicy,
    evaluate::Request,
    parse,
    principal::{Caller, PrincipalPattern, Reach},
    variables::Template,
    wildcard::Case,
};

/// The longest resource policy when a service says nothing else; it is that of buckets. Bytes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html>
pub const MAX_RESOURCE_POLICY_BYTES: usize = 20 * 1024;
/// The longest managed policy. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MAX_IDENTITY_POLICY_BYTES: usize = 6144;
/// The longest trust policy, with the quota raised as far as AWS raises it.
pub const MAX_TRUST_POLICY_BYTES: usize = 4096;

/// What a policy hangs on; which elements it must and must not have follows from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// On a user, group, role or session: no `Principal`.
    Identity,
    /// On a resource: `Principal` and `Resource`.
    Resource,
    /// On a role, saying who may assume it: `Principal`, and the role is the resource.
    Trust,
}

/// What a policy is held to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    pub kind: Kind,
    pub max_bytes: usize,
}

impl Rules {
    pub const IDENTITY: Self = Self { kind: Kind::Identity, max_bytes: MAX_IDENTITY_POLICY_BYTES };
    pub const RESOURCE: Self = Self { kind: Kind::Resource, max_bytes: MAX_RESOURCE_POLICY_BYTES };
    pub const TRUST: Self = Self { kind: Kind::Trust, max_bytes: MAX_TRUST_POLICY_BYTES };
}

/// A parsed policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// `None`: not said, which means [`Version::V2008_10_17`].
    pub version: Option<Version>,
    pub id: Option<String>,
    pub statements: Vec<Statement>,
}

/// The version of the policy language, not of the policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    V2008_10_17,
    V2012_10_17,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    Allow,
    Deny,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    pub sid: Option<String>,
    pub effect: Effect,
    /// `None` in identity policies: who has the policy is the principal.
    pub principals: Option<Principals>,
    pub actions: Selection,
    /// `None` in trust policies.
    pub resources: Option<Selection>,
    pub conditions: Vec<Condition>,
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Principals {
    pub is_negated: bool,
    pub patterns: Vec<PrincipalPattern>,
}

/// `Action`, `Resource`, or either with `Not`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    pub is_negated: bool,
    pub patterns: Vec<Template>,
}

impl Policy {
    pub fn parse(text: &[u8], rules: Rules) -> Result<Self, InvalidPolicy> {
        parse::policy(text, rules)
    }
}

impl Statement {
    /// How far the statement reaches to a request; `None` when it does not apply to it.
    pub(super) fn reach(&self, request: &Request<'_>, has_boundary: bool) -> Option<Reach> {
        let Request { caller, action, resource, context, .. } = *request;
        let reach = match &self.principals {
            Some(principals) => principals.reach(caller, self.effect, has_boundary)?,
            None => Reach::Caller,
        };
        let applies = self.actions.selects_action(action)
            && self.resources.as_ref().is_none_or(|resources| resources.selects_resource(resource, context))
            && self.conditions.iter().all(|condition| condition.holds(context));
        applies.then_some(reach)
    }
}

impl Principals {
    /// Of `NotPrincipal` a `Deny` spares only who is named in every role they play (the session, its role and the
    /// account) and has no permissions boundary. An `Allow` is for those of whom nothing is named.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    fn reach(&self, caller: &Caller, effect: Effect, has_boundary: bool) -> Option<Reach> {
        let found = self.patterns.iter().filter_map(|pattern| pattern.reach(caller));
        if !self.is_negated {
            return found.max();
        }
        let applies = match effect {
            Effect::Allow => found.count() == 0,
            Effect::Deny => has_boundary || !caller.is_wholly_named(&self.patterns),
        };
        applies.then_some(Reach::Everyone)
    }
}

impl Selection {
    /// Actions are compared without regard to case.
    pub fn selects_action(&self, action: &str) -> bool {
        let is_named = self.patterns.iter().any(|pattern| pattern.names_action(action));
        is_named != self.is_negated
    }

    /// A variable that the request has no value for never makes a statement apply.
    fn selects_resource(&self, resource: &str, context: &ContextKeys) -> bool {
        if self.is_negated && !self.patterns.iter().all(|pattern| pattern.is_resolved(context)) {
            return false;
        }
        let is_named = self.patterns.iter().any(|pattern| pattern.matches(resource, context, Case::Sensitive));
        is_named != self.is_negated
    }
}
