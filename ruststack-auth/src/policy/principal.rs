//! Who sends a request, and who a policy speaks of.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use ruststack_core::{
    identity::{Identity, Principal},
    scope::{AccountId, Partition},
};

use super::error::InvalidPolicy;

/// The sender of a request, as policies see them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    pub kind: CallerKind,
    /// `None` of those who have no account here: anonymous callers, services, identity providers.
    pub account: Option<AccountId>,
    /// A user's or a session's ARN, a service's name, a provider's ARN or name.
    pub name: String,
    /// The role that a session is of, the user whom a federated one comes from: an ARN.
    pub issuer: Option<String>,
    /// The account's canonical user id.
    pub canonical_user: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallerKind {
    Anonymous,
    /// The account itself.
    Root,
    User,
    /// A role's session.
    Session,
    FederatedUser,
    Service,
    /// Who shows the token of an identity provider.
    Federated,
}

impl Caller {
    /// The caller behind an identity.
    pub fn of(identity: &Identity, partition: Partition) -> Self {
        let account = identity.account;
        let (kind, issuer) = match &identity.principal {
            Principal::Anonymous => return Self::anonymous(),
            Principal::Root => (CallerKind::Root, None),
            Principal::User { .. } => (CallerKind::User, None),
            Principal::AssumedRole { role, path, .. } => {
                (CallerKind::Session, Some(format!("arn:{partition}:iam::{account}:role{path}{role}")))
            }
            Principal::FederatedUser { .. } => (CallerKind::FederatedUser, None),
        };
        Self { kind, account: Some(account), name: identity.arn(partition), issuer, canonical_user: None }
    }

    pub fn anonymous() -> Self {
        Self::without_account(CallerKind::Anonymous, String::new())
    }

    /// A service that acts for itself: `lambda.amazonaws.com` and the like.
    pub fn service(name: &str) -> Self {
        Self::without_account(CallerKind::Service, name.to_owned())
    }

    /// Who shows a token of this identity provider.
    pub fn federated(provider: &str) -> Self {
        Self::without_account(CallerKind::Federated, provider.to_owned())
    }

    fn without_account(kind: CallerKind, name: String) -> Self {
        Self { kind, account: None, name, issuer: None, canonical_user: None }
    }

    /// Whether each of what the caller is (account, role, session) is among the patterns.
    pub(super) fn is_wholly_named(&self, patterns: &[PrincipalPattern]) -> bool {
        let is_named = |wanted: Reach| patterns.iter().any(|pattern| pattern.names(self, wanted));
        if patterns.contains(&PrincipalPattern::Everyone) {
            return true;
        }
        match self.kind {
            CallerKind::Anonymous => false,
            CallerKind::Root => is_named(Reach::Account),
            CallerKind::Service | CallerKind::Federated => is_named(Reach::Caller),
            CallerKind::User | CallerKind::Session | CallerKind::FederatedUser => {
                let issuer_is_named = self.issuer.is_none() || is_named(Reach::Issuer);
                issuer_is_named && is_named(Reach::Account) && is_named(Reach::Caller)
            }
        }
    }
}

/// How directly a policy speaks of a caller; the later the less limits what it grants.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Reach {
    /// Their account, which has yet to pass the permission on.
    Account,
    /// The role of their session: limited as the session is.
    Issuer,
    /// `*`.
    Everyone,
    /// Themselves.
    Caller,
}

/// One entry of `Principal`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PrincipalPattern {
    /// `*`, and `{"AWS": "*"}`, which means the same.
    Everyone,
    /// An account's number, or the ARN of its root, which means the same.
    Account(AccountId),
    /// A user, role or session.
    Arn(String),
    Service(String),
    Federated(String),
    /// An account's canonical user id.
    CanonicalUser(String),
}

impl PrincipalPattern {
    /// From an entry under `AWS`, `Service`, `Federated` or `CanonicalUser`.
    pub(super) fn parse(kind: &str, text: &str) -> Result<Self, InvalidPolicy> {
        let pattern = match kind {
            "AWS" => aws(text),
            "Service" => is_service(text).then(|| Self::Service(text.to_owned())),
            "Federated" => (!text.is_empty()).then(|| Self::Federated(text.to_owned())),
            "CanonicalUser" => is_canonical_user(text).then(|| Self::CanonicalUser(text.to_owned())),
            unknown => return Err(InvalidPolicy::UnknownField(unknown.to_owned())),
        };
        pattern.ok_or_else(|| InvalidPolicy::InvalidPrincipal(text.to_owned()))
    }

    /// How the entry speaks of a caller; `None` when it does not.
    pub(super) fn reach(&self, caller: &Caller) -> Option<Reach> {
        let is_root = caller.kind == CallerKind::Root;
        match self {
            Self::Everyone => Some(Reach::Everyone),
            Self::Account(_) | Self::CanonicalUser(_) if self.names(caller, Reach::Account) => {
                Some(if is_root { Reach::Caller } else { Reach::Account })
            }
            _ => [Reach::Caller, Reach::Issuer].into_iter().find(|reach| self.names(caller, *reach)),
        }
    }

    /// Whether the entry names the caller in this role.
    fn names(&self, caller: &Caller, reach: Reach) -> bool {
        match (self, reach) {
            (Self::Account(account), Reach::Account) => caller.account == Some(*account),
            (Self::CanonicalUser(id), Reach::Account) => caller.canonical_user.as_ref() == Some(id),
            (Self::Arn(arn), Reach::Issuer) => caller.issuer.as_ref() == Some(arn),
            (Self::Arn(arn), Reach::Caller) => caller.account.is_some() && caller.name == *arn,
            (Self::Service(name), Reach::Caller) => caller.kind == CallerKind::Service && caller.name == *name,
            (Self::Federated(name), Reach::Caller) => {
                caller.kind == CallerKind::Federated && (caller.name == *name || name == "*")
            }
            _ => false,
        }
    }
}

/// `*`, an account, or an ARN without wildcards: principals cannot be matched in part.
fn aws(text: &str) -> Option<PrincipalPattern> {
    if text == "*" {
        return Some(PrincipalPattern::Everyone);
    }
    if let Ok(account) = text.parse() {
        return Some(PrincipalPattern::Account(account));
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = fields[..] else { return None };
    // An origin access identity has the name of its service for an account.
    let has_account = account.parse::<AccountId>().is_ok()
        || (!account.is_empty() && account.bytes().all(|byte| byte.is_ascii_lowercase()));
    if !partition.starts_with("aws") || !has_account || resource.contains(['*', '?']) {
        return None;
    }
    if (service, resource) == ("iam", "root") {
        return account.parse().ok().map(PrincipalPattern::Account);
    }
    let (kind, name) = resource.split_once('/')?;
    let is_known = matches!((service, kind), ("iam", "user" | "role") | ("sts", "assumed-role" | "federated-user"));
    (is_known && !name.is_empty()).then(|| PrincipalPattern::Arn(text.to_owned()))
}

/// A domain name.
fn is_service(text: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    text.contains('.') && text.bytes().all(is_name)
}

/// 64 hexadecimal digits.
fn is_canonical_user(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
