//! The keys of a request that conditions and variables speak of.

use std::{borrow::Cow, net::IpAddr};

use http::{HeaderMap, header};
use ruststack_core::{
    clock::Timestamp,
    context::Context,
    identity::{Identity, Principal},
    scope::{AccountId, Partition},
};

/// Condition keys with their values. Names are found without regard to case, as AWS does.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ContextKeys {
    entries: Vec<(Cow<'static, str>, Vec<String>)>,
}

impl ContextKeys {
    /// Sets a key that has one value.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.set_all(key, vec![value.into()]);
    }

    /// Sets a key to as many values as there are; none makes it absent.
    pub fn set_all(&mut self, key: impl Into<Cow<'static, str>>, values: Vec<String>) {
        let key = key.into();
        self.entries.retain(|(name, _)| !name.eq_ignore_ascii_case(&key));
        if !values.is_empty() {
            self.entries.push((key, values));
        }
    }

    /// Sets a key when the request has it.
    pub fn set_if_some(&mut self, key: impl Into<Cow<'static, str>>, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// A key's values; none when it is absent.
    pub fn values(&self, key: &str) -> &[String] {
        let entry = self.entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        entry.map(|(_, values)| values.as_slice()).unwrap_or_default()
    }

    /// The value of a key that has one: only such keys are variables.
    pub fn single(&self, key: &str) -> Option<&str> {
        match self.values(key) {
            [value] => Some(value),
            _ => None,
        }
    }
}

/// What the global keys of a request are made of.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub struct Facts<'a> {
    pub identity: &'a Identity,
    pub partition: Partition,
    /// Of the caller: a user's, or a role's and its session's.
    pub principal_tags: &'a [(String, String)],
    /// `None` where they are not known.
    pub headers: Option<&'a HeaderMap>,
    pub source_ip: Option<IpAddr>,
    pub is_secure: bool,
    pub requested_region: &'a str,
    pub resource_account: Option<AccountId>,
    pub now: Timestamp,
}

impl<'a> Facts<'a> {
    /// What the context of a request tells. Whoever has its headers and its peer adds them, and the owner of what is
    /// asked for.
    pub fn of(ctx: &'a Context, principal_tags: &'a [(String, String)]) -> Self {
        Self {
            identity: ctx.identity(),
            partition: ctx.scope().partition(),
            principal_tags,
            headers: None,
            source_ip: None,
            is_secure: ctx.endpoint().scheme == "https",
            requested_region: ctx.scope().region.as_str(),
            resource_account: None,
            now: ctx.now(),
        }
    }
}

impl Facts<'_> {
    /// The global keys; the service adds its own.
    pub fn keys(&self) -> ContextKeys {
        let mut keys = ContextKeys::default();
        self.add_caller(&mut keys);
        self.add_network(&mut keys);
        keys.set("aws:CurrentTime", self.now.to_iso_8601());
        keys.set("aws:EpochTime", self.now.seconds().to_string());
        keys.set("aws:RequestedRegion", self.requested_region);
        keys.set_if_some("aws:ResourceAccount", self.resource_account.map(|account| account.to_string()));
        keys
    }

    fn add_caller(&self, keys: &mut ContextKeys) {
        let account = self.identity.account;
        let (kind, id) = match &self.identity.principal {
            Principal::Anonymous => ("Anonymous", "anonymous".to_owned()),
            Principal::Root => ("Account", account.to_string()),
            Principal::User { id, .. } => ("User", id.clone()),
            Principal::AssumedRole { role_id, session, .. } => ("AssumedRole", format!("{role_id}:{session}")),
            Principal::FederatedUser { name } => ("FederatedUser", format!("{account}:{name}")),
        };
        keys.set("aws:PrincipalType", kind);
        keys.set("aws:userid", id);
        if self.identity.principal == Principal::Anonymous {
            return;
        }
        keys.set("aws:PrincipalAccount", account.to_string());
        keys.set("aws:PrincipalArn", self.principal_arn());
        keys.set("aws:PrincipalIsAWSService", "false");
        keys.set("aws:ViaAWSService", "false");
        if let Principal::User { name, .. } = &self.identity.principal {
            keys.set("aws:username", name.as_str());
        }
        for (key, value) in self.principal_tags {
            keys.set(format!("aws:PrincipalTag/{key}"), value.as_str());
        }
    }

    /// Of a role's session it is the role's ARN, unlike what `GetCallerIdentity` shows.
    fn principal_arn(&self) -> String {
        match &self.identity.principal {
            Principal::AssumedRole { role, path, .. } => {
                format!("arn:{}:iam::{}:role{path}{role}", self.partition, self.identity.account)
            }
            _ => self.identity.arn(self.partition),
        }
    }

    fn add_network(&self, keys: &mut ContextKeys) {
        let header = |name| self.headers.and_then(|headers| headers.get(name)?.to_str().ok());
        keys.set_if_some("aws:SourceIp", self.source_ip.map(|address| address.to_canonical().to_string()));
        keys.set("aws:SecureTransport", self.is_secure.to_string());
        keys.set_if_some("aws:Referer", header(header::REFERER));
        keys.set_if_some("aws:UserAgent", header(header::USER_AGENT));
    }
}
