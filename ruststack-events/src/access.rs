//! Who may do what, where identities are held to policies (`RUSTSTACK_AUTH=iam`).
//!
//! The caller's own policies decide; on a bus and its rules together with the bus's policy, which other accounts need.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html>

use ruststack_auth::{
    access::Denied,
    authorizer::{Authorizer, Standing},
    policy::{
        context::Facts,
        document::Rules,
        evaluate::{Decision, NamedPolicy, Policies, Request},
        stored::StoredPolicy,
    },
    service_sender::{self, ServiceSender},
};
use ruststack_core::{
    arn::Arn,
    bus::Sender,
    context::Context,
    identity::{Identity, Principal},
    operation::Call,
    scope::{AccountId, Scope},
};

use crate::{
    Events,
    bus::{arn_prefix, bus_arn},
    error::EventsError,
    event::Event,
    names::BusName,
    rule::rule_arn,
};

const PUT_EVENTS: &str = "events:PutEvents";

/// What is asked for.
struct Wish {
    /// `events:PutRule`.
    action: String,
    /// An ARN, or `*`.
    resource: String,
    owner: AccountId,
    policy: Option<NamedPolicy>,
    /// Condition keys of EventBridge's own.
    keys: Vec<(&'static str, String)>,
}

/// Refuses what the caller may not do with a bus.
pub(crate) fn check_bus(call: &Call<Events>, bus: &BusName) -> Result<(), EventsError> {
    let Some(authorizer) = &call.service().authorizer else { return Ok(()) };
    check(call.ctx(), authorizer, &on_bus(call, bus, bus_arn(&bus.scope, &bus.name), Vec::new()))
}

/// Refuses what the caller may not do with a rule, which the policy of its bus speaks of, too.
pub(crate) fn check_rule(call: &Call<Events>, bus: &BusName, rule: &str) -> Result<(), EventsError> {
    let Some(authorizer) = &call.service().authorizer else { return Ok(()) };
    let creator = {
        let home = call.service().home(&bus.scope);
        let things = home.lock();
        things.rule(&bus.name, rule).ok().map(|rule| ("events:creatorAccount", rule.created_by.clone()))
    };
    let wish = on_bus(call, bus, rule_arn(&bus.scope, &bus.name, rule), creator.into_iter().collect());
    check(call.ctx(), authorizer, &wish)
}

/// Refuses what the caller may not do with a thing of their account: `archive`, its name.
pub(crate) fn check_own(call: &Call<Events>, kind: &str, name: &str) -> Result<(), EventsError> {
    check_in_account(call, || format!("{}{kind}/{name}", arn_prefix(call.scope())))
}

/// The same of what names nothing.
pub(crate) fn check_account(call: &Call<Events>) -> Result<(), EventsError> {
    check_in_account(call, || "*".to_owned())
}

fn check_in_account(call: &Call<Events>, resource: impl FnOnce() -> String) -> Result<(), EventsError> {
    let Some(authorizer) = &call.service().authorizer else { return Ok(()) };
    let (action, owner) = (action(call), call.scope().account);
    check(call.ctx(), authorizer, &Wish { action, resource: resource(), owner, policy: None, keys: Vec::new() })
}

/// Refuses roles that the caller may not hand to EventBridge.
pub(crate) fn check_pass_role<'r>(
    call: &Call<Events>,
    roles: impl Iterator<Item = &'r String>,
) -> Result<(), EventsError> {
    let Some(authorizer) = &call.service().authorizer else { return Ok(()) };
    for role in roles {
        let passed = authorizer.check_pass_role(call.ctx(), role, "events.amazonaws.com");
        passed.map_err(|Denied(message)| EventsError::AccessDeniedException { message })?;
    }
    Ok(())
}

/// Whether the caller may put an event to a bus.
pub(crate) fn check_event(call: &Call<Events>, bus: &BusName, event: &Event) -> Result<(), EventsError> {
    let Some(authorizer) = &call.service().authorizer else { return Ok(()) };
    let keys = event_keys(event, false).to_vec();
    check(call.ctx(), authorizer, &on_bus(call, bus, bus_arn(&bus.scope, &bus.name), keys))
}

/// Whether an event may come to a bus from a rule or from another service.
///
/// A rule asks as its account does, and as EventBridge itself. Services send to the buses of the account they act for.
pub(crate) fn lets_deliver(events: &Events, ctx: &Context, sender: &Sender, bus: &BusName, event: &Event) -> bool {
    let Some(authorizer) = &events.authorizer else { return true };
    let is_rule = sender.source.service() == "events";
    if !is_rule && sender.account == bus.scope.account {
        return true;
    }
    let Ok(target) = bus_arn(&bus.scope, &bus.name).parse::<Arn>() else { return false };
    let policy = policy_of(events, bus);
    let on_trial = ServiceSender::of(sender, &target, ctx.now());
    let request = on_trial.request(PUT_EVENTS, &target);
    let mut keys = request.context.clone();
    event_keys(event, is_rule).into_iter().for_each(|(key, value)| keys.set(key, value));
    let request = Request { context: &keys, ..request };
    let of_account = is_rule.then(|| decide_of_account(authorizer, sender, &bus.scope, &request, policy.as_ref()));
    let decision = service_sender::decide(policy.as_ref(), &request);
    let is_denied = of_account == Some(Verdict::Denied) || matches!(decision, Decision::ExplicitDeny(_));
    let is_let = !is_denied && (of_account == Some(Verdict::Allowed) || decision.is_allowed());
    if !is_let {
        request.note_refusal(ctx.request_id(), &decision);
    }
    is_let
}

#[derive(PartialEq, Eq)]
enum Verdict {
    Allowed,
    Denied,
    NotAllowed,
}

fn decide_of_account(
    authorizer: &Authorizer,
    sender: &Sender,
    scope: &Scope,
    request: &Request<'_>,
    policy: Option<&NamedPolicy>,
) -> Verdict {
    let identity = Identity { principal: Principal::Root, ..Identity::anonymous(sender.account) };
    let standing = authorizer.standing(&identity, scope.partition());
    let mut keys = request.context.clone();
    keys.set("aws:PrincipalIsAWSService", "false");
    keys.set("aws:PrincipalAccount", sender.account.to_string());
    let request = Request { caller: &standing.caller, context: &keys, ..*request };
    match policies(&standing, policy).decide(&request) {
        Decision::ExplicitDeny(_) => Verdict::Denied,
        decision if decision.is_allowed() => Verdict::Allowed,
        _ => Verdict::NotAllowed,
    }
}

fn policies<'a>(standing: &'a Standing, resource: Option<&'a NamedPolicy>) -> Policies<'a> {
    Policies { resource, ..standing.policies() }
}

fn action(call: &Call<Events>) -> String {
    format!("events:{}", call.operation())
}

fn on_bus(call: &Call<Events>, bus: &BusName, resource: String, keys: Vec<(&'static str, String)>) -> Wish {
    Wish { action: action(call), resource, owner: bus.scope.account, policy: policy_of(call.service(), bus), keys }
}

/// PutPermission takes what is JSON with statements; what says nothing in the policy language grants nothing.
fn policy_of(events: &Events, bus: &BusName) -> Option<NamedPolicy> {
    let home = events.home(&bus.scope);
    let text = home.lock().bus(&bus.name).ok()?.bus.policy.clone()?;
    let policy = StoredPolicy::parse(text.as_bytes(), Rules::RESOURCE).ok()?;
    Some(policy.named(&bus.name))
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html>
fn event_keys(event: &Event, is_from_bus: bool) -> [(&'static str, String); 3] {
    [
        ("events:source", event.source.clone()),
        ("events:detail-type", event.detail_type.clone()),
        ("events:eventBusInvocation", is_from_bus.to_string()),
    ]
}

fn check(ctx: &Context, authorizer: &Authorizer, wish: &Wish) -> Result<(), EventsError> {
    let standing = authorizer.standing(ctx.identity(), ctx.scope().partition());
    let mut keys = Facts { resource_account: Some(wish.owner), ..Facts::of(ctx, &standing.tags) }.keys();
    wish.keys.iter().for_each(|(key, value)| keys.set(*key, value.as_str()));
    let request = Request {
        caller: &standing.caller,
        action: &wish.action,
        resource: &wish.resource,
        resource_account: Some(wish.owner),
        context: &keys,
    };
    verdict(ctx, &request, &policies(&standing, wish.policy.as_ref()).decide(&request))
}

fn verdict(ctx: &Context, request: &Request<'_>, decision: &Decision<'_>) -> Result<(), EventsError> {
    if decision.is_allowed() {
        return Ok(());
    }
    request.note_refusal(ctx.request_id(), decision);
    Err(EventsError::AccessDeniedException { message: request.refusal(decision) })
}
