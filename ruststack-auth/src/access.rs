//! Decides whether a caller may do what they ask for: their policies, with the resource's where it has one.

use ruststack_core::{context::Context, scope::AccountId};

use crate::{
    Authorizer,
    policy::{
        context::{ContextKeys, Facts},
        evaluate::{NamedPolicy, Policies, Request},
    },
};

/// What is asked for, on what.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'w> {
    /// `lambda:InvokeFunction`.
    pub action: &'w str,
    /// An ARN, or `*`.
    pub resource: &'w str,
    pub owner: AccountId,
    pub policy: Option<&'w NamedPolicy>,
    /// Condition keys beside those that every request has.
    pub keys: &'w [(&'static str, String)],
}

/// AWS's sentence about what somebody may not do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied(pub String);

impl Authorizer {
    pub fn check(&self, ctx: &Context, wish: &Wish<'_>) -> Result<(), Denied> {
        let standing = self.standing(ctx.identity(), ctx.scope().partition());
        let Wish { action, resource, owner, policy, .. } = *wish;
        let context = context(ctx, &standing.tags, wish);
        let request =
            Request { caller: &standing.caller, action, resource, resource_account: Some(owner), context: &context };
        let decision = Policies { resource: policy, ..standing.policies() }.decide(&request);
        if decision.is_allowed() {
            return Ok(());
        }
        request.note_refusal(ctx.request_id(), &decision);
        Err(Denied(request.refusal(&decision)))
    }

    /// Whether the caller may hand a role to a service, which will act as it.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    pub fn check_pass_role(&self, ctx: &Context, role: &str, service: &'static str) -> Result<(), Denied> {
        let owner = role.split(':').nth(4).and_then(|account| account.parse().ok()).unwrap_or(ctx.scope().account);
        let keys = [("iam:PassedToService", service.to_owned())];
        self.check(ctx, &Wish { action: "iam:PassRole", resource: role, owner, policy: None, keys: &keys })
    }
}

fn context(ctx: &Context, tags: &[(String, String)], wish: &Wish<'_>) -> ContextKeys {
    let mut context = Facts { resource_account: Some(wish.owner), ..Facts::of(ctx, tags) }.keys();
    wish.keys.iter().for_each(|(key, value)| context.set(*key, value.as_str()));
    context
}
