//! Who may do what, where identities are held to policies (`RUSTSTACK_AUTH=iam`).
//!
//! The caller's own policies decide with the topic's, where a topic is asked for.

use ruststack_auth::policy::{
    context::Facts,
    evaluate::{Decision, NamedPolicy, Policies, Request},
    principal::Caller,
};
use ruststack_core::{bus::Sender, context::Context, operation::Call, scope::AccountId};

use crate::{Sns, error::SnsError, topic::Settings};

/// What is asked for, on what.
#[derive(Clone, Copy)]
struct Wish<'w> {
    /// As AWS's messages have it: `SNS:Publish`.
    action: &'w str,
    resource: &'w str,
    owner: Option<AccountId>,
    policy: Option<&'w NamedPolicy>,
}

/// Refuses what the caller may not do with a topic.
pub(crate) fn check_topic(sns: &Sns, ctx: &Context, action: &str, topic: &Settings) -> Result<(), SnsError> {
    if sns.authorizer.is_none() {
        return Ok(());
    }
    let policy = topic.named_policy()?;
    let wish = Wish {
        action: &format!("SNS:{action}"),
        resource: topic.arn.as_str(),
        owner: topic.arn.account().parse().ok(),
        policy: Some(&policy),
    };
    check(sns, ctx, wish)
}

/// The same of what has no policy of its own; `*` where nothing is named.
pub(crate) fn check_other(call: &Call<Sns>, action: &str, resource: &str) -> Result<(), SnsError> {
    let wish = Wish { action: &format!("SNS:{action}"), resource, owner: Some(call.scope().account), policy: None };
    check(call.service(), call.ctx(), wish)
}

fn check(sns: &Sns, ctx: &Context, wish: Wish<'_>) -> Result<(), SnsError> {
    let Some(authorizer) = &sns.authorizer else { return Ok(()) };
    let standing = authorizer.standing(ctx.identity(), ctx.scope().partition());
    // `aws:SourceOwner`, of which a topic's first policy speaks, is of requests that services make: who asks in person
    // needs a policy of their own.
    let keys = Facts { resource_account: wish.owner, ..Facts::of(ctx, &standing.tags) }.keys();
    let request = Request {
        caller: &standing.caller,
        action: wish.action,
        resource: wish.resource,
        resource_account: wish.owner,
        context: &keys,
    };
    let policies = Policies { resource: wish.policy, ..standing.policies() };
    verdict(ctx, &request, &policies.decide(&request))
}

fn verdict(ctx: &Context, request: &Request<'_>, decision: &Decision<'_>) -> Result<(), SnsError> {
    if decision.is_allowed() {
        return Ok(());
    }
    request.note_refusal(ctx.request_id(), decision);
    Err(SnsError::AuthorizationError { message: request.refusal(decision) })
}

/// Whether a topic's policy lets a service publish on behalf of one of its resources.
pub(crate) fn is_allowed_to_deliver(ctx: &Context, sender: &Sender, topic: &Settings) -> bool {
    let Ok(policy) = topic.named_policy() else { return false };
    let owner = topic.arn.account().parse().ok();
    let mut keys = Facts { resource_account: owner, ..Facts::of(ctx, &[]) }.keys();
    keys.set("aws:SourceArn", sender.source.as_str());
    keys.set("aws:SourceAccount", sender.account.to_string());
    let request = Request {
        caller: &Caller::service(&sender.principal),
        action: "SNS:Publish",
        resource: topic.arn.as_str(),
        resource_account: owner,
        context: &keys,
    };
    Policies { resource: Some(&policy), ..Policies::default() }.decide(&request).is_allowed()
}
