//! Who may do what, where identities are held to policies (`RUSTSTACK_AUTH=iam`).
//!
//! The caller's own policies decide, with the function's or the layer's, which other accounts need.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html>

use percent_encoding::percent_decode_str;
use ruststack_auth::{
    access::{Denied, Wish},
    policy::evaluate::NamedPolicy,
};
use ruststack_core::{
    Request,
    context::Context,
    error::AwsError,
    protocol::uri::{self, Labels},
    scope::{AccountId, Scope},
};
use serde_json::Value;

use crate::{
    Lambda, api, error::LambdaError, function::Url, names::FunctionName, operations::layer_version_of, policy,
};

/// What an operation is asked for on.
struct Target {
    resource: String,
    owner: AccountId,
    policy: Option<NamedPolicy>,
}

/// Refuses what the caller may not do.
pub(crate) fn check(lambda: &Lambda, ctx: &Context, request: &Request) -> Result<(), AwsError> {
    let Some(authorizer) = &lambda.authorizer else { return Ok(()) };
    let query = request.uri().query().unwrap_or_default();
    let found = uri::find(&api::MODEL, request.method().as_str(), request.uri().path(), query);
    let Some((shape, labels)) = found else { return Ok(()) };
    let asked = Asked { labels, query, body: request.body().as_bytes().map_or(&[], |body| body) };
    let target = target(lambda, ctx.scope(), shape.name, &asked);
    let action = format!("lambda:{}", action(shape.name));
    let Target { resource, owner, policy } = &target;
    let wish = Wish { action: &action, resource, owner: *owner, policy: policy.as_ref(), keys: &[] };
    authorizer.check(ctx, &wish).map_err(denied)
}

fn denied(Denied(message): Denied) -> AwsError {
    LambdaError::AccessDeniedException { message }.into()
}

/// Refuses a role that the caller may not hand to Lambda, or that does not trust it.
pub(crate) fn check_role(lambda: &Lambda, ctx: &Context, role: &str) -> Result<(), LambdaError> {
    const PRINCIPAL: &str = "lambda.amazonaws.com";
    let Some(authorizer) = &lambda.authorizer else { return Ok(()) };
    let passed = authorizer.check_pass_role(ctx, role, PRINCIPAL);
    passed.map_err(|Denied(message)| LambdaError::AccessDeniedException { message })?;
    if authorizer.is_trusting(ctx, role, PRINCIPAL) {
        return Ok(());
    }
    let message = "The role defined for the function cannot be assumed by Lambda.".to_owned();
    Err(LambdaError::InvalidParameterValueException { message })
}

/// Whether the caller, who may be anybody, may call a function by its URL.
pub(crate) fn may_call_url(lambda: &Lambda, ctx: &Context, name: &FunctionName, url: &Url) -> bool {
    let Some(authorizer) = &lambda.authorizer else { return true };
    let Target { resource, owner, policy } = of_function(lambda, name);
    let keys = [("lambda:FunctionUrlAuthType", url.auth_type.clone())];
    let action = "lambda:InvokeFunctionUrl";
    let wish = Wish { action, resource: &resource, owner, policy: policy.as_ref(), keys: &keys };
    authorizer.check(ctx, &wish).is_ok()
}

/// Some operations are allowed under the names of others.
fn action(operation: &str) -> &str {
    match operation {
        "Invoke" | "InvokeWithResponseStream" => "InvokeFunction",
        "GetLayerVersionByArn" => "GetLayerVersion",
        other => other,
    }
}

/// What of a request says on what it acts.
struct Asked<'r> {
    labels: Labels,
    query: &'r str,
    body: &'r [u8],
}

impl Asked<'_> {
    fn label(&self, wanted: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    }

    fn parameter(&self, wanted: &str) -> Option<String> {
        let value = self.query.split('&').find_map(|pair| pair.strip_prefix(wanted)?.strip_prefix('='))?;
        Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
    }

    fn member(&self, wanted: &str) -> Option<String> {
        let body: Value = serde_json::from_slice(self.body).ok()?;
        body[wanted].as_str().map(str::to_owned)
    }
}

fn target(lambda: &Lambda, scope: &Scope, operation: &str, asked: &Asked<'_>) -> Target {
    let own = |resource: String| Target { resource, owner: scope.account, policy: None };
    let below =
        |rest: String| own(format!("arn:{}:lambda:{}:{}:{rest}", scope.partition(), scope.region, scope.account));
    if let Some(name) = asked.label("FunctionName") {
        let name = FunctionName::qualified(scope, name, asked.parameter("Qualifier").as_deref());
        return name.map_or_else(|_| own("*".to_owned()), |name| of_function(lambda, &name));
    }
    if let Some(layer) = asked.label("LayerName") {
        let name = layer.rsplit(':').next().unwrap_or_default();
        let number = asked.label("VersionNumber");
        let base = if layer.starts_with("arn:") { own(layer.to_owned()) } else { below(format!("layer:{name}")) };
        return number.map_or(own(base.resource.clone()), |number| {
            of_layer(lambda, scope.account, format!("{}:{number}", base.resource))
        });
    }
    if let Some(id) = asked.label("UUID") {
        return below(format!("event-source-mapping:{id}"));
    }
    if let Some(arn) = asked.label("Resource").or_else(|| asked.label("CodeSigningConfigArn")) {
        return own(arn.to_owned());
    }
    let named = match operation {
        "CreateFunction" => asked.member("FunctionName").and_then(|name| FunctionName::parse(scope, &name).ok()),
        _ => None,
    };
    match (named, asked.parameter("Arn")) {
        (Some(name), _) => of_function(lambda, &name),
        (None, Some(arn)) => of_layer(lambda, scope.account, arn),
        (None, None) => own("*".to_owned()),
    }
}

fn of_function(lambda: &Lambda, name: &FunctionName) -> Target {
    let home = lambda.home(&name.scope);
    let things = home.lock();
    let policies = things.functions.get(&name.name).map(|function| &function.policies);
    let policy = policies.and_then(|policies| policies.get(name.qualifier.as_deref().unwrap_or_default()));
    let policy = policy.and_then(|policy| policy::named(&name.name, &policy.document()));
    Target { resource: name.qualified_arn(), owner: name.scope.account, policy }
}

/// Of a version of a layer, by its ARN.
fn of_layer(lambda: &Lambda, account: AccountId, arn: String) -> Target {
    let Some((scope, name, number)) = layer_version_of(&arn) else {
        return Target { resource: arn, owner: account, policy: None };
    };
    let home = lambda.home(&scope);
    let things = home.lock();
    let version = things.layers.get(&name).and_then(|layer| layer.versions.get(&number));
    let policy = version.and_then(|version| version.policy.as_ref());
    let policy = policy.and_then(|policy| policy::named(&name, &policy.document()));
    Target { resource: arn, owner: scope.account, policy }
}
