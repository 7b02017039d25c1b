//! Whether a request is allowed, and which statement decides.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use std::{fmt, sync::Arc};

use ruststack_core::scope::AccountId;

use super::{
    context::ContextKeys,
    document::{Effect, Policy},
    principal::{Caller, CallerKind, Reach},
};

/// What is asked for, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub caller: &'a Caller,
    /// `service:Name`.
    pub action: &'a str,
    /// An ARN, or `*` where the action has no resource.
    pub resource: &'a str,
    /// The owner; `None` where the action has no resource: it is in the caller's account.
    pub resource_account: Option<AccountId>,
    pub context: &'a ContextKeys,
}

/// A policy with the name that the log calls it by.
#[derive(Clone, Debug)]
pub struct NamedPolicy {
    pub name: Arc<str>,
    pub policy: Arc<Policy>,
}

/// All policies that have a say in a request.
#[derive(Clone, Copy, Default, Debug)]
pub struct Policies<'a> {
    /// Of a user and their groups, or of a role.
    pub identity: &'a [NamedPolicy],
    pub resource: Option<&'a NamedPolicy>,
    pub boundary: Option<&'a NamedPolicy>,
    /// `None`: the session has none, which limits nothing. An empty list allows nothing.
    pub session: Option<&'a [NamedPolicy]>,
    /// The resource grants the action by other means than a policy.
    pub acl: Option<AclGrant>,
    /// Roles and keys: without a word of the resource's policy, the account's own identities may do nothing.
    pub needs_resource_grant: bool,
    /// The resource's policy grants nothing to callers outside of its account, services excepted.
    pub is_policy_kept_in_account: bool,
}

/// To whom an ACL grants an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AclGrant {
    /// To the caller's account.
    Account,
    /// To all, or to all who are signed in.
    Everyone,
}

/// The kinds of policy, as AWS's messages call them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    Identity,
    Resource,
    Boundary,
    Session,
}

/// A statement that decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deciding<'a> {
    pub source: Source,
    pub policy: &'a str,
    /// From 0.
    pub index: usize,
    pub sid: Option<&'a str>,
}

/// Why a request is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ground<'a> {
    Statement(Deciding<'a>),
    /// An account's root may do all in it.
    Root,
    Acl,
}

/// The answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision<'a> {
    Allowed(Ground<'a>),
    /// No policy of this kind allows it.
    ImplicitDeny(Source),
    ExplicitDeny(Deciding<'a>),
}

impl Decision<'_> {
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }

    /// The end of AWS's message to who is denied; empty for who is allowed.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub fn reason(&self, action: &str) -> String {
        match self {
            Self::Allowed(_) => String::new(),
            Self::ImplicitDeny(source) => format!("because no {source} allows the {action} action"),
            Self::ExplicitDeny(Deciding { source, .. }) => {
                let article = if *source == Source::Identity { "an" } else { "a" };
                format!("with an explicit deny in {article} {source}")
            }
        }
    }
}

impl Request<'_> {
    /// What AWS tells who is refused.
    pub fn refusal(&self, decision: &Decision<'_>) -> String {
        let Request { caller, action, resource, .. } = *self;
        let user = if caller.kind == CallerKind::Anonymous { "anonymous" } else { caller.name.as_str() };
        let reason = decision.reason(action);
        format!("User: {user} is not authorized to perform: {action} on resource: {resource} {reason}")
    }

    /// Tells the log who was refused what, and by which statement.
    pub fn note_refusal(&self, request_id: &str, decision: &Decision<'_>) {
        let decided_by = match decision {
            Decision::ExplicitDeny(deciding) => deciding.to_string(),
            other => other.reason(self.action),
        };
        let Request { caller, action, resource, .. } = *self;
        tracing::info!(request_id, caller = caller.name, action, resource, decided_by, "access denied");
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity-based policy",
            Self::Resource => "resource-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        })
    }
}

/// For the log: `identity-based policy "readers", statement "ReadOnly"`.
impl fmt::Display for Deciding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}, statement ", self.source, self.policy)?;
        match self.sid {
            Some(sid) if !sid.is_empty() => write!(f, "{sid:?}"),
            _ => write!(f, "{}", self.index),
        }
    }
}

impl<'a> Policies<'a> {
    pub fn decide(&self, request: &Request<'_>) -> Decision<'a> {
        if let Some(deciding) = self.denial(request) {
            return Decision::ExplicitDeny(deciding);
        }
        let Some(account) = request.caller.account else { return self.decide_without_account(request) };
        match request.resource_account {
            Some(owner) if owner != account => self.decide_across_accounts(request),
            _ => self.decide_in_account(request),
        }
    }

    /// An explicit deny, wherever it is.
    fn denial(&self, request: &Request<'_>) -> Option<Deciding<'a>> {
        let all = [
            (Source::Resource, as_slice(self.resource)),
            (Source::Identity, self.identity),
            (Source::Boundary, as_slice(self.boundary)),
            (Source::Session, self.session.unwrap_or_default()),
        ];
        let mut denials =
            all.into_iter().filter_map(|(source, policies)| self.find(source, policies, Effect::Deny, request));
        denials.next().map(|(deciding, _)| deciding)
    }

    /// Who has no account has no policies either: the resource alone decides.
    fn decide_without_account(&self, request: &Request<'_>) -> Decision<'a> {
        let grant = self.resource_grant(request);
        grant.map_or(Decision::ImplicitDeny(Source::Resource), |(ground, _)| Decision::Allowed(ground))
    }

    /// One of both sides is enough; how directly the resource grants says what still limits it.
    fn decide_in_account(&self, request: &Request<'_>) -> Decision<'a> {
        let grant = self.resource_grant(request);
        match (grant, request.caller.kind) {
            (None, _) if self.needs_resource_grant => Decision::ImplicitDeny(Source::Resource),
            (_, CallerKind::Root) => Decision::Allowed(Ground::Root),
            (Some((ground, Reach::Caller | Reach::Everyone)), _) => Decision::Allowed(ground),
            (Some((ground, Reach::Issuer)), _) => self.within_limits(ground, request),
            // The account has yet to pass on what is granted to it.
            (Some((_, Reach::Account)) | None, _) => self.decide_by_identity(request),
        }
    }

    /// Both sides must agree.
    fn decide_across_accounts(&self, request: &Request<'_>) -> Decision<'a> {
        let Some((ground, _)) = self.resource_grant(request) else {
            return Decision::ImplicitDeny(Source::Resource);
        };
        if request.caller.kind == CallerKind::Root {
            return Decision::Allowed(ground);
        }
        match self.decide_by_identity(request) {
            Decision::Allowed(_) => Decision::Allowed(ground),
            denied => denied,
        }
    }

    /// What the caller's own policies say, within the limits set to them.
    fn decide_by_identity(&self, request: &Request<'_>) -> Decision<'a> {
        match self.find(Source::Identity, self.identity, Effect::Allow, request) {
            Some((deciding, _)) => self.within_limits(Ground::Statement(deciding), request),
            None => Decision::ImplicitDeny(Source::Identity),
        }
    }

    fn within_limits(&self, ground: Ground<'a>, request: &Request<'_>) -> Decision<'a> {
        self.missing_limit(request).map_or(Decision::Allowed(ground), Decision::ImplicitDeny)
    }

    /// The limit that does not allow the request.
    fn missing_limit(&self, request: &Request<'_>) -> Option<Source> {
        let allows = |source, policies| self.find(source, policies, Effect::Allow, request).is_some();
        if self.boundary.is_some() && !allows(Source::Boundary, as_slice(self.boundary)) {
            return Some(Source::Boundary);
        }
        self.session.is_some_and(|policies| !allows(Source::Session, policies)).then_some(Source::Session)
    }

    /// What the resource grants, most directly.
    fn resource_grant(&self, request: &Request<'_>) -> Option<(Ground<'a>, Reach)> {
        let is_outside = request.caller.account.is_none_or(|account| request.resource_account != Some(account));
        let is_kept_out = self.is_policy_kept_in_account && is_outside && request.caller.kind != CallerKind::Service;
        let granted = self.find(Source::Resource, as_slice(self.resource), Effect::Allow, request);
        let by_policy = granted.filter(|_| !is_kept_out).map(|(deciding, reach)| (Ground::Statement(deciding), reach));
        let by_acl = self.acl.map(|grant| match grant {
            AclGrant::Account => (Ground::Acl, Reach::Account),
            AclGrant::Everyone => (Ground::Acl, Reach::Everyone),
        });
        by_acl.into_iter().chain(by_policy).max_by_key(|(_, reach)| *reach)
    }

    /// The statement that says so, and of several the one that speaks most directly of the caller.
    fn find(
        &self,
        source: Source,
        policies: &'a [NamedPolicy],
        effect: Effect,
        request: &Request<'_>,
    ) -> Option<(Deciding<'a>, Reach)> {
        let mut best: Option<(Deciding<'a>, Reach)> = None;
        for named in policies {
            for (index, statement) in named.policy.statements.iter().enumerate() {
                if statement.effect != effect {
                    continue;
                }
                let Some(reach) = statement.reach(request, self.boundary.is_some()) else { continue };
                if best.is_none_or(|(_, other)| reach > other) {
                    let sid = statement.sid.as_deref();
                    best = Some((Deciding { source, policy: &named.name, index, sid }, reach));
                }
                if reach == Reach::Caller {
                    return best;
                }
            }
        }
        best
    }
}

fn as_slice(policy: Option<&NamedPolicy>) -> &[NamedPolicy] {
    policy.map(std::slice::from_ref).unwrap_or_default()
}
