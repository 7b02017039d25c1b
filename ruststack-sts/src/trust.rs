//! Whether somebody may begin a session of a role, where identities are held to policies (`RUSTSTACK_AUTH=iam`): the role
//! must exist and trust them, and their own policies must let them.

use ruststack_auth::{
    authorizer::Standing,
    policy::{
        context::{ContextKeys, Facts},
        evaluate::{Policies, Request},
        principal::Caller,
    },
};
use ruststack_core::{context::Context, scope::AccountId};

use crate::{Sts, api::Tag, assumed_role::Role, error::StsError};

/// What is asked of a role, with the keys that conditions may speak of.
pub(crate) struct Asked<'a> {
    pub(crate) role: &'a Role,
    pub(crate) role_arn: &'a str,
    pub(crate) actions: Vec<&'static str>,
    pub(crate) keys: Vec<(String, Vec<String>)>,
}

impl Asked<'_> {
    /// Of who signs the request.
    // Differs from AWS: an account's root may assume roles that trust the account.
    pub(crate) fn check_signer(&self, sts: &Sts, ctx: &Context) -> Result<(), StsError> {
        let Some(authorizer) = &sts.authorizer else { return Ok(()) };
        let standing = authorizer.standing(ctx.identity(), ctx.scope().partition());
        let mut keys = keys(ctx, &standing, Some(self.role.account));
        self.keys.iter().for_each(|(key, values)| keys.set_all(key.clone(), values.clone()));
        let known = self.role.known(sts);
        let trust = known.as_ref().map(|known| known.trust.named("of the role"));
        let policies = Policies { resource: trust.as_ref(), needs_resource_grant: true, ..standing.policies() };
        self.actions.iter().try_for_each(|action| {
            let request = self.request(&standing.caller, action, &keys);
            let decision = policies.decide(&request);
            if decision.is_allowed() {
                return Ok(());
            }
            request.note_refusal(ctx.request_id(), &decision);
            let (user, arn) = (&standing.caller.name, self.role_arn);
            let message = format!("User: {user} is not authorized to perform: {action} on resource: {arn}");
            Err(StsError::AccessDenied { message })
        })
    }

    /// Of who shows what an identity provider says; it may be known by several names.
    pub(crate) fn check_federated(&self, sts: &Sts, ctx: &Context, providers: &[String]) -> Result<(), StsError> {
        if sts.authorizer.is_none() {
            return Ok(());
        }
        let mut keys = ContextKeys::default();
        self.keys.iter().for_each(|(key, values)| keys.set_all(key.clone(), values.clone()));
        let trust = self.role.known(sts).map(|known| known.trust.named("of the role"));
        let policies = Policies { resource: trust.as_ref(), ..Policies::default() };
        let callers: Vec<Caller> = providers.iter().map(|provider| Caller::federated(provider)).collect();
        self.actions.iter().try_for_each(|action| {
            let is_let = |caller: &Caller| policies.decide(&self.request(caller, action, &keys)).is_allowed();
            if callers.iter().any(is_let) {
                return Ok(());
            }
            tracing::info!(request_id = ctx.request_id(), resource = self.role_arn, action, "access denied");
            Err(StsError::AccessDenied { message: format!("Not authorized to perform {action}") })
        })
    }

    fn request<'r>(&'r self, caller: &'r Caller, action: &'r str, context: &'r ContextKeys) -> Request<'r> {
        let resource_account = Some(self.role.account);
        Request { caller, action, resource: self.role_arn, resource_account, context }
    }
}

/// Whether the caller's own policies let them; sessions of others are not concerned.
pub(crate) fn check_own(sts: &Sts, ctx: &Context, action: &str, resource: &str) -> Result<(), StsError> {
    let Some(authorizer) = &sts.authorizer else { return Ok(()) };
    let standing = authorizer.standing(ctx.identity(), ctx.scope().partition());
    let keys = keys(ctx, &standing, None);
    let (caller, context) = (&standing.caller, &keys);
    let request = Request { caller, action, resource, resource_account: None, context };
    let decision = standing.policies().decide(&request);
    if decision.is_allowed() {
        return Ok(());
    }
    request.note_refusal(ctx.request_id(), &decision);
    Err(StsError::AccessDenied { message: request.refusal(&decision) })
}

/// The keys of the tags that a session shall have.
pub(crate) fn tag_keys(tags: &[Tag], transitive: &[String]) -> Vec<(String, Vec<String>)> {
    let mut keys: Vec<_> =
        tags.iter().map(|tag| (format!("aws:RequestTag/{}", tag.key), vec![tag.value.clone()])).collect();
    keys.push(("aws:TagKeys".to_owned(), tags.iter().map(|tag| tag.key.clone()).collect()));
    keys.push(("sts:TransitiveTagKeys".to_owned(), transitive.to_vec()));
    keys
}

fn keys(ctx: &Context, standing: &Standing, resource_account: Option<AccountId>) -> ContextKeys {
    Facts { resource_account, ..Facts::of(ctx, &standing.tags) }.keys()
}
