//! Functions' own policies: what AddPermission adds, and whether they let a service invoke a function.

use std::sync::Arc;

use ruststack_auth::{
    policy::{
        document::{Kind, Policy, Rules},
        evaluate::NamedPolicy,
    },
    service_sender::{self, ServiceSender},
};
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Sender},
    context::Context,
    scope::{Region, Scope},
};
use serde_json::{Map, Value, json};

use crate::{
    Lambda, api::AddPermissionInput, error::LambdaError, error::invalid, function::Function, names::FunctionName,
};

/// The statement that AddPermission asks for.
pub(crate) fn statement(scope: &Scope, input: &AddPermissionInput, resource: &str) -> Result<Value, LambdaError> {
    let mut equals = Map::new();
    let mut condition = Map::new();
    if let Some(account) = &input.source_account {
        equals.insert("AWS:SourceAccount".to_owned(), account.as_str().into());
    }
    if let Some(auth_type) = &input.function_url_auth_type {
        equals.insert("lambda:FunctionUrlAuthType".to_owned(), auth_type.as_str().into());
    }
    if let Some(organization) = &input.principal_org_id {
        equals.insert("aws:PrincipalOrgID".to_owned(), organization.as_str().into());
    }
    if let Some(token) = &input.event_source_token {
        equals.insert("lambda:EventSourceToken".to_owned(), token.as_str().into());
    }
    if !equals.is_empty() {
        condition.insert("StringEquals".to_owned(), equals.into());
    }
    if let Some(arn) = &input.source_arn {
        condition.insert("ArnLike".to_owned(), json!({ "AWS:SourceArn": arn }));
    }
    if let Some(is_by_url) = input.invoked_via_function_url {
        condition.insert("Bool".to_owned(), json!({ "lambda:InvokedViaFunctionUrl": is_by_url.to_string() }));
    }
    let mut statement = json!({
        "Sid": input.statement_id,
        "Effect": "Allow",
        "Principal": principal(scope, &input.principal)?,
        "Action": input.action,
        "Resource": resource,
    });
    if !condition.is_empty() {
        statement["Condition"] = condition.into();
    }
    Ok(statement)
}

/// Service, account or user, as policies write them.
pub(crate) fn principal(scope: &Scope, told: &str) -> Result<Value, LambdaError> {
    let is_account = told.len() == 12 && told.bytes().all(|byte| byte.is_ascii_digit());
    if told == "*" {
        Ok("*".into())
    } else if is_account {
        Ok(json!({ "AWS": format!("arn:{}:iam::{told}:root", scope.partition()) }))
    } else if told.starts_with("arn:") {
        Ok(json!({ "AWS": told }))
    } else if is_service(told) {
        Ok(json!({ "Service": told }))
    } else {
        Err(invalid("The provided principal was invalid. Please check the principal and try again."))
    }
}

/// A service of AWS's, or Alexa.
fn is_service(told: &str) -> bool {
    const DOMAINS: [&str; 5] = [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".amazonaws.eu", ".aws.internal"];
    !told.contains(char::is_whitespace) && DOMAINS.iter().any(|domain| told.ends_with(domain))
}

/// The function that a delivery is for, once it may come.
pub(crate) fn check_delivery(
    lambda: &Lambda,
    ctx: &Context,
    sender: &Sender,
    target: &Arn,
) -> Result<FunctionName, DeliveryError> {
    let name = function_of(target).ok_or_else(|| DeliveryError::NotATarget(target.clone()))?;
    let function = lambda.home(&name.scope).lock().functions.get(&name.name).cloned();
    let function = function.ok_or_else(|| DeliveryError::NoSuchResource(target.clone()))?;
    if name.qualifier.as_deref().is_some_and(|qualifier| !function.has(qualifier)) {
        return Err(DeliveryError::NoSuchResource(target.clone()));
    }
    if lets_deliver(lambda, ctx, sender, target, &function, name.qualifier.as_deref()) {
        Ok(name)
    } else {
        Err(DeliveryError::Denied(target.clone()))
    }
}

/// `arn:aws:lambda:region:account:function:name[:qualifier]`.
pub(crate) fn function_of(target: &Arn) -> Option<FunctionName> {
    let account = target.account().parse().ok()?;
    let scope = Scope::new(account, Region::nonstandard(target.region()));
    target.resource().strip_prefix("function:")?;
    FunctionName::parse(&scope, target.as_str()).ok()
}

fn lets_deliver(
    lambda: &Lambda,
    ctx: &Context,
    sender: &Sender,
    target: &Arn,
    function: &Arc<Function>,
    qualifier: Option<&str>,
) -> bool {
    // A service of its own account needs no policy: it acts in the name of the function's role.
    if lambda.authorizer.is_none() || sender.principal == "lambda.amazonaws.com" {
        return true;
    }
    let policy = function.policies.get(qualifier.unwrap_or_default());
    let policy = policy.and_then(|policy| named(&function.name, &policy.document()));
    principals(sender, target).iter().any(|principal| {
        let sender = Sender { principal: principal.clone(), ..sender.clone() };
        let on_trial = ServiceSender::of(&sender, target, ctx.now());
        let request = on_trial.request("lambda:InvokeFunction", target);
        let decision = service_sender::decide(policy.as_ref(), &request);
        if !decision.is_allowed() {
            request.note_refusal(ctx.request_id(), &decision);
        }
        decision.is_allowed()
    })
}

/// Under which names a service may be permitted: CloudWatch Logs under that of its region, too.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>
fn principals(sender: &Sender, target: &Arn) -> Vec<String> {
    let regional = sender.principal.strip_prefix("logs.").map(|rest| format!("logs.{}.{rest}", target.region()));
    std::iter::once(sender.principal.clone()).chain(regional).collect()
}

/// A policy as it is evaluated; `None` of one that never applies.
pub(crate) fn named(name: &str, document: &Value) -> Option<NamedPolicy> {
    let rules = Rules { kind: Kind::Resource, max_bytes: usize::MAX };
    let policy = Policy::parse(document.to_string().as_bytes(), rules).ok()?;
    Some(NamedPolicy { name: name.into(), policy: Arc::new(policy) })
}
