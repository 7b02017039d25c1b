//! Who may use a key: its account, and where identities are held to policies (`RUSTSTACK_AUTH=iam`) whom its policy and
//! their own allow it.

use ruststack_auth::policy::{
    context::Facts,
    evaluate::{Decision, Policies, Request, Source},
};
use ruststack_core::{context::Context, scope::AccountId};

use crate::{Kms, error::KmsError, key::Key};

/// What an operation is asked for on.
struct Target<'t> {
    resource: &'t str,
    /// `None` where the action has no resource.
    account: Option<AccountId>,
    key: Option<&'t Key>,
}

/// Whether the caller may do this with a key, of which the ARN is known at least.
pub(crate) fn check(
    kms: &Kms,
    ctx: &Context,
    operation: &str,
    arn: &str,
    owner: AccountId,
    key: Option<&Key>,
) -> Result<(), KmsError> {
    if kms.authorizer.is_none() {
        // Without policies a key is its account's alone.
        return if owner == ctx.scope().account { Ok(()) } else { Err(denied_by_key(ctx, operation, arn)) };
    }
    decide(kms, ctx, operation, &Target { resource: arn, account: Some(owner), key })
}

/// Whether the caller may do this in their account.
pub(crate) fn check_in_account(kms: &Kms, ctx: &Context, operation: &str) -> Result<(), KmsError> {
    decide(kms, ctx, operation, &Target { resource: "*", account: None, key: None })
}

/// The words in which a key's own policy refuses.
pub(crate) fn denied_by_key(ctx: &Context, operation: &str, arn: &str) -> KmsError {
    let action = format!("kms:{operation}");
    let reason = Decision::ImplicitDeny(Source::Resource).reason(&action);
    denied(&ctx.identity().arn(ctx.scope().partition()), &action, arn, &reason)
}

fn decide(kms: &Kms, ctx: &Context, operation: &str, target: &Target<'_>) -> Result<(), KmsError> {
    let Some(authorizer) = &kms.authorizer else { return Ok(()) };
    let standing = authorizer.standing(ctx.identity(), ctx.scope().partition());
    let mut context = Facts { resource_account: target.account, ..Facts::of(ctx, &standing.tags) }.keys();
    let owner = target.account.unwrap_or(ctx.scope().account);
    context.set("kms:CallerAccount", ctx.identity().account.to_string());
    context.set("kms:KeyOrigin", "AWS_KMS");
    for (name, value) in target.key.iter().flat_map(|key| &key.tags) {
        context.set(format!("aws:ResourceTag/{name}"), value.as_str());
    }
    let action = format!("kms:{operation}");
    let request = Request {
        caller: &standing.caller,
        action: &action,
        resource: target.resource,
        resource_account: target.account.map(|_| owner),
        context: &context,
    };
    let policy = target.key.map(|key| key.policy.named("of the key"));
    let needs_resource_grant = target.account.is_some();
    let policies = Policies { resource: policy.as_ref(), needs_resource_grant, ..standing.policies() };
    let decision = policies.decide(&request);
    if decision.is_allowed() {
        return Ok(());
    }
    request.note_refusal(ctx.request_id(), &decision);
    Err(KmsError::AccessDeniedException { message: request.refusal(&decision) })
}

fn denied(user: &str, action: &str, resource: &str, reason: &str) -> KmsError {
    let message = format!("User: {user} is not authorized to perform: {action} on resource: {resource} {reason}");
    KmsError::AccessDeniedException { message }
}
