//! One operation's turn at its account: who asks, what they may, what there is, and how it is changed.

use std::sync::Arc;

use parking_lot::RwLockWriteGuard;
use ruststack_auth::{
    Authorizer,
    authorizer::Standing,
    policy::{
        context::{ContextKeys, Facts},
        evaluate::Request,
        stored::StoredPolicy,
    },
};
use ruststack_core::{
    clock::Timestamp,
    context::Context,
    identity::Principal,
    ids::Ids,
    scope::{AccountId, Partition},
};

use crate::{
    account::{Account, Settings},
    api,
    entity::{self, Entity},
    error::IamError,
    holder::Permissions,
    rows,
};

/// Behind the four letters that say what an id is of.
const ID_LENGTH: usize = 17;

pub(crate) struct Turn<'t> {
    pub(crate) ctx: &'t Context,
    pub(crate) operation: &'static str,
    pub(crate) issues_aws_keys: bool,
    /// `None` where identities are not held to policies.
    pub(crate) asking: Option<Asking>,
    pub(crate) locked: RwLockWriteGuard<'t, Account>,
}

/// Who asks, and under which circumstances.
pub(crate) struct Asking {
    standing: Standing,
    keys: ContextKeys,
}

impl Asking {
    pub(crate) fn of(authorizer: &Authorizer, ctx: &Context) -> Self {
        let partition = ctx.scope().partition();
        let standing = authorizer.standing(ctx.identity(), partition);
        let facts = Facts { resource_account: Some(ctx.scope().account), ..Facts::of(ctx, &standing.tags) };
        Self { keys: facts.keys(), standing }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    fn check(&self, turn: &Turn<'_>, resource: &str) -> Result<(), IamError> {
        let action = format!("iam:{}", turn.operation);
        let request = Request {
            caller: &self.standing.caller,
            action: &action,
            resource,
            resource_account: Some(turn.account_id()),
            context: &self.keys,
        };
        let decision = self.standing.policies().decide(&request);
        if decision.is_allowed() {
            return Ok(());
        }
        request.note_refusal(turn.ctx.request_id(), &decision);
        Err(IamError::AccessDenied { message: request.refusal(&decision) })
    }
}

impl Turn<'_> {
    pub(crate) fn account(&self) -> &Account {
        &self.locked
    }

    pub(crate) fn account_id(&self) -> AccountId {
        self.ctx.scope().account
    }

    pub(crate) fn partition(&self) -> Partition {
        self.ctx.scope().partition()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ctx.now().truncated_to_seconds()
    }

    pub(crate) fn ids(&self) -> &Ids {
        self.ctx.ids()
    }

    /// `AROA…` and the like.
    pub(crate) fn new_id(&self, prefix: &str) -> String {
        format!("{prefix}{}", self.ids().upper_alphanumeric(ID_LENGTH))
    }

    pub(crate) fn arn_of<E: Entity>(&self, entity: &E) -> String {
        entity.arn(self.partition(), self.account_id())
    }

    /// Refuses where the caller's policies do not allow this of a resource.
    pub(crate) fn allow(&self, resource: &str) -> Result<(), IamError> {
        self.asking.as_ref().map_or(Ok(()), |asking| asking.check(self, resource))
    }

    /// The thing of that name. Whether the caller may ask comes before whether it is there.
    pub(crate) fn find<E: Entity>(&self, name: &str) -> Result<Arc<E>, IamError> {
        let found = E::of(self.account()).get(name);
        let path = found.map_or("/", |found| found.path());
        self.allow(&entity::arn::<E>(self.partition(), self.account_id(), path, name))?;
        found.cloned().ok_or_else(|| E::missing(name))
    }

    /// A thing to be changed; [`Turn::put`] brings the change in.
    pub(crate) fn edit<E: Entity>(&self, name: &str) -> Result<E, IamError> {
        self.find::<E>(name).map(|found| E::clone(&found))
    }

    /// The same of what is named by its ARN.
    pub(crate) fn edit_by_arn<E: Entity>(&self, arn: &str) -> Result<E, IamError> {
        self.allow(arn)?;
        let (partition, account) = (self.partition(), self.account_id());
        let found = E::of(self.account()).iter().find(|entity| entity.arn(partition, account) == arn);
        found.map(|entity| E::clone(entity)).ok_or_else(|| E::missing(arn))
    }

    /// Another thing that a call names beside the one it is about.
    pub(crate) fn other<E: Entity>(&self, name: &str) -> Result<Arc<E>, IamError> {
        E::of(self.account()).get(name).cloned().ok_or_else(|| E::missing(name))
    }

    /// Whether something may be called so.
    pub(crate) fn check_free<E: Entity>(&self, path: &str, name: &str) -> Result<(), IamError> {
        self.allow(&entity::arn::<E>(self.partition(), self.account_id(), path, name))?;
        if E::of(self.account()).has(name) { Err(E::taken(name)) } else { Ok(()) }
    }

    /// All of a kind whose path begins so, with what their pages go by.
    pub(crate) fn list<E: Entity>(&self, prefix: Option<&str>) -> Result<Vec<(String, Arc<E>)>, IamError> {
        let prefix = prefix.unwrap_or("/");
        self.allow(&entity::arn::<E>(self.partition(), self.account_id(), prefix, ""))?;
        let all = E::of(self.account()).iter().filter(|entity| entity.path().starts_with(prefix));
        Ok(all.map(|entity| (entity::key(entity.name()), Arc::clone(entity))).collect())
    }

    /// The managed policy of this ARN, if identities of this account may have it.
    pub(crate) fn managed_document(&self, arn: &str) -> Option<StoredPolicy> {
        self.account().managed_document(self.account_id(), arn)
    }

    pub(crate) fn put<E: Entity>(&mut self, entity: E) -> Arc<E> {
        let (account, entity) = (self.account_id(), Arc::new(entity));
        self.ctx.changes().record(|rows| rows::put(rows, account, entity.as_ref()));
        self.locked.restore(&entity);
        entity
    }

    pub(crate) fn remove<E: Entity>(&mut self, name: &str) {
        let account = self.account_id();
        self.ctx.changes().record(|rows| rows::remove::<E>(rows, account, name));
        self.locked.take::<E>(name);
    }

    pub(crate) fn put_settings(&mut self, settings: Settings) {
        let account = self.account_id();
        self.ctx.changes().record(|rows| rows::put_settings(rows, account, &settings));
        self.locked.settings = settings;
    }

    /// As the API shows the boundary of permissions.
    pub(crate) fn boundary(&self, permissions: &Permissions) -> Option<api::AttachedPermissionsBoundary> {
        permissions.boundary.as_ref().map(|arn| api::AttachedPermissionsBoundary {
            permissions_boundary_type: Some("Policy".to_owned()),
            permissions_boundary_arn: Some(arn.clone()),
        })
    }

    /// The user who signed this request.
    pub(crate) fn caller(&self) -> Option<&str> {
        match &self.ctx.identity().principal {
            Principal::User { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The user who is named, or else the caller.
    pub(crate) fn user_name(&self, named: Option<String>) -> Result<String, IamError> {
        let caller = || self.caller().map(str::to_owned);
        named.or_else(caller).ok_or_else(|| IamError::ValidationError { message: NO_USER.to_owned() })
    }
}

/// What AWS says to a role that asks about itself as a user.
pub(crate) const NO_USER: &str = "Must specify userName when calling with non-User credentials";
