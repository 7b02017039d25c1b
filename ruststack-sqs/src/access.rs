//! Who may do what with a queue, where identities are held to policies (`RUSTSTACK_AUTH=iam`).
//!
//! Each operation is decided once its queue is found: by the caller's own policies and the queue's
//! (`policy.rs`). Services that deliver to a queue need its policy's word.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-authentication-and-access-control.html>

use std::{collections::BTreeMap, sync::Arc};

use http::HeaderMap;
use ruststack_auth::{
    authorizer::{Authorizer, Standing},
    policy::{
        context::{ContextKeys, Facts},
        evaluate::{Decision, NamedPolicy, Policies, Request},
        principal::CallerKind,
    },
    service_sender::{self, ServiceSender},
};
use ruststack_core::{
    bus::Sender,
    context::{Context, Peer},
    operation::Call,
    scope::{AccountId, Scope},
};

use crate::{Sqs, error::SqsError, live_queue::LiveQueue};

/// What no other account can be given by a queue's policy.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html#grant-cross-account-permissions-to-role-and-user-name>
const OF_THE_ACCOUNT: [&str; 12] = [
    "AddPermission",
    "CancelMessageMoveTask",
    "CreateQueue",
    "DeleteQueue",
    "ListMessageMoveTasks",
    "ListQueueTags",
    "ListQueues",
    "RemovePermission",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
];

/// What the account's root may do whatever the queue's policy says, so that a queue is never locked for good.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html>
const OF_THE_ROOT: [&str; 4] = ["GetQueueAttributes", "GetQueueUrl", "ListQueues", "SetQueueAttributes"];

/// Who asks, and under which circumstances.
pub(crate) struct Asking {
    standing: Standing,
    keys: ContextKeys,
}

/// What is asked for.
struct Target<'t> {
    resource: &'t str,
    account: Option<AccountId>,
    policy: Option<NamedPolicy>,
    tags: BTreeMap<String, String>,
}

impl Asking {
    pub(crate) fn of(authorizer: &Authorizer, ctx: &Context, headers: Option<&HeaderMap>, peer: Option<Peer>) -> Self {
        let standing = authorizer.standing(ctx.identity(), ctx.scope().partition());
        let source_ip = peer.map(|peer| peer.0);
        let facts = Facts { headers, source_ip, ..Facts::of(ctx, &standing.tags) };
        Self { keys: facts.keys(), standing }
    }

    fn check(&self, ctx: &Context, operation: &str, target: &Target<'_>) -> Result<(), SqsError> {
        let action = format!("sqs:{operation}");
        let mut keys = self.keys.clone();
        keys.set_if_some("aws:ResourceAccount", target.account.map(|account| account.to_string()));
        for (key, value) in &target.tags {
            keys.set(format!("aws:ResourceTag/{key}"), value.as_str());
        }
        let request = Request {
            caller: &self.standing.caller,
            action: &action,
            resource: target.resource,
            resource_account: target.account,
            context: &keys,
        };
        let is_own = request.caller.account == target.account;
        let is_root = request.caller.kind == CallerKind::Root && self.standing.session.is_none();
        if is_own && is_root && OF_THE_ROOT.contains(&operation) {
            return Ok(());
        }
        let policy = target.policy.as_ref().filter(|_| is_own || !OF_THE_ACCOUNT.contains(&operation));
        let policies = Policies { resource: policy, ..self.standing.policies() };
        verdict(ctx, &request, &policies.decide(&request))
    }
}

/// Refuses what the caller may not do to a queue. Where identities are not held to policies this is all that it costs.
pub(crate) fn check(call: &Call<Sqs>, queue: &LiveQueue) -> Result<(), SqsError> {
    // Whoever may do a thing once may do it ten times at once.
    check_operation(call, call.operation().trim_end_matches("Batch"), queue)
}

/// The same of another operation that this one comes to.
pub(crate) fn check_operation(call: &Call<Sqs>, operation: &str, queue: &LiveQueue) -> Result<(), SqsError> {
    let Some(authorizer) = &call.service().authorizer else { return Ok(()) };
    let target = queue.look(|state| Target {
        resource: queue.arn.as_str(),
        account: Some(queue.scope.account),
        policy: state.settings.attributes.policy().map(|policy| policy.named(&queue.name)),
        tags: state.settings.tags.clone(),
    });
    asking(call, authorizer).check(call.ctx(), operation, &target)
}

/// What is asked of no queue that there is, only the caller's own policies decide.
pub(crate) fn check_in_account(call: &Call<Sqs>, name: &str) -> Result<(), SqsError> {
    let Some(authorizer) = &call.service().authorizer else { return Ok(()) };
    let Scope { account, region } = call.scope();
    let resource = format!("arn:{}:sqs:{region}:{account}:{name}", call.scope().partition());
    let target = Target { resource: &resource, account: Some(*account), policy: None, tags: BTreeMap::new() };
    asking(call, authorizer).check(call.ctx(), call.operation(), &target)
}

/// Whether the queue's policy lets a service send to it.
pub(crate) fn lets_deliver(sqs: &Sqs, ctx: &Context, sender: &Sender, queue: &LiveQueue) -> bool {
    if sqs.authorizer.is_none() {
        return true;
    }
    let policy = queue.look(|state| state.settings.attributes.policy().map(|policy| policy.named(&queue.name)));
    let on_trial = ServiceSender::of(sender, &queue.arn, ctx.now());
    let request = on_trial.request("sqs:SendMessage", &queue.arn);
    let decision = service_sender::decide(policy.as_ref(), &request);
    if !decision.is_allowed() {
        request.note_refusal(ctx.request_id(), &decision);
    }
    decision.is_allowed()
}

/// As it was noted of the request; of a call by name all that is known is in its context.
fn asking(call: &Call<Sqs>, authorizer: &Authorizer) -> Arc<Asking> {
    let noted = call.extensions().get::<Arc<Asking>>().cloned();
    noted.unwrap_or_else(|| Arc::new(Asking::of(authorizer, call.ctx(), None, None)))
}

/// The texts are AWS's, in which actions have small letters.
/// <https://github.com/aws/serverless-application-model/issues/3633>,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-access-denied.html>
// Differs from AWS: other accounts are told, too, why they are refused, as if all were of one organization.
fn verdict(ctx: &Context, request: &Request<'_>, decision: &Decision<'_>) -> Result<(), SqsError> {
    if decision.is_allowed() {
        return Ok(());
    }
    request.note_refusal(ctx.request_id(), decision);
    let message = if request.caller.kind == CallerKind::Anonymous {
        format!("Access to the resource {} is denied.", address(request.resource))
    } else {
        Request { action: &request.action.to_ascii_lowercase(), ..*request }.refusal(decision)
    };
    Err(SqsError::AccessDenied { message })
}

/// AWS's URL of a queue: nobody else is told of ARNs.
fn address(arn: &str) -> String {
    let [region, account, name] = [3, 4, 5].map(|index| arn.split(':').nth(index).unwrap_or_default());
    let path = if name.is_empty() { String::new() } else { format!("{account}/{name}") };
    format!("https://sqs.{region}.amazonaws.com/{path}")
}
