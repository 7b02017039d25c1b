//! AddLayerVersionPermission, RemoveLayerVersionPermission, GetLayerVersionPolicy.

use std::sync::Arc;

use ruststack_core::{operation::Call, scope::Scope};
use serde_json::{Value, json};

use crate::{
    Lambda,
    api::{
        AddLayerVersionPermissionInput, AddLayerVersionPermissionOutput, GetLayerVersionPolicyInput,
        GetLayerVersionPolicyOutput, RemoveLayerVersionPermissionInput, RemoveLayerVersionPermissionOutput,
    },
    error::{LambdaError, constraint, not_found},
    function::ResourcePolicy,
    home::LayerVersion,
    operations::{layer::layer_name, permission::taken},
    policy, rows,
};

const STALE: &str = "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to \
                     retrieve the latest Revision Id";

/// Changes a version of a layer; its ARN is told to `work`.
fn change<T>(
    call: &Call<Lambda>,
    name: &str,
    number: i64,
    work: impl FnOnce(&mut LayerVersion, &str) -> Result<T, LambdaError>,
) -> Result<T, LambdaError> {
    let (ctx, scope) = (call.ctx(), call.scope());
    call.service().change(ctx, scope, |things| {
        let name = layer_name(name);
        let arn = arn(scope, &name, number);
        let unknown = || unknown(scope, &name, number);
        let layer = Arc::make_mut(things.layers.get_mut(&name).ok_or_else(unknown)?);
        let result = work(layer.versions.get_mut(&number).ok_or_else(unknown)?, &arn)?;
        ctx.changes().record(|rows| rows::put_layer(rows, scope, layer));
        Ok(result)
    })
}

/// Of a version of a layer.
fn arn(scope: &Scope, name: &str, number: i64) -> String {
    format!("arn:{}:lambda:{}:{}:layer:{name}:{number}", scope.partition(), scope.region, scope.account)
}

fn unknown(scope: &Scope, name: &str, number: i64) -> LambdaError {
    not_found(format!("Layer version {} does not exist.", arn(scope, name, number)))
}

fn check_revision(policy: Option<&ResourcePolicy>, told: Option<&String>) -> Result<(), LambdaError> {
    if told.is_some() && told != policy.map(|policy| &policy.revision_id) {
        return Err(LambdaError::PreconditionFailedException { message: STALE.to_owned() });
    }
    Ok(())
}

pub(super) async fn add_layer_version_permission(
    call: Call<Lambda>,
    input: AddLayerVersionPermissionInput,
) -> Result<AddLayerVersionPermissionOutput, LambdaError> {
    if input.action != "lambda:GetLayerVersion" {
        let rule = "Member must satisfy regular expression pattern: lambda:GetLayerVersion";
        return Err(constraint(&input.action, "action", rule));
    }
    let principal = policy::principal(call.scope(), &input.principal)?;
    change(&call, &input.layer_name, input.version_number, |version, arn| {
        let mut statements = version.policy.as_ref().map(|policy| policy.statements.clone()).unwrap_or_default();
        if statements.iter().any(|known| known["Sid"] == input.statement_id.as_str()) {
            return Err(taken(&input.statement_id));
        }
        check_revision(version.policy.as_ref(), input.revision_id.as_ref())?;
        let mut statement = json!({
            "Sid": input.statement_id,
            "Effect": "Allow",
            "Principal": principal,
            "Action": input.action,
            "Resource": arn,
        });
        if let Some(organization) = &input.organization_id {
            statement["Condition"] = json!({ "StringEquals": { "aws:PrincipalOrgID": organization } });
        }
        statements.push(statement.clone());
        let revision_id = call.ids().uuid();
        version.policy = Some(ResourcePolicy { statements, revision_id: revision_id.clone() });
        Ok(AddLayerVersionPermissionOutput { statement: Some(statement.to_string()), revision_id: Some(revision_id) })
    })
}

pub(super) async fn remove_layer_version_permission(
    call: Call<Lambda>,
    input: RemoveLayerVersionPermissionInput,
) -> Result<RemoveLayerVersionPermissionOutput, LambdaError> {
    change(&call, &input.layer_name, input.version_number, |version, _| {
        let mut statements = version.policy.as_ref().map(|policy| policy.statements.clone()).unwrap_or_default();
        let count = statements.len();
        statements.retain(|statement: &Value| statement["Sid"] != input.statement_id.as_str());
        if statements.len() == count {
            return Err(not_found(format!("Statement {} is not found in resource policy.", input.statement_id)));
        }
        check_revision(version.policy.as_ref(), input.revision_id.as_ref())?;
        let policy = ResourcePolicy { statements, revision_id: call.ids().uuid() };
        version.policy = Some(policy).filter(|policy| !policy.statements.is_empty());
        Ok(RemoveLayerVersionPermissionOutput {})
    })
}

pub(super) async fn get_layer_version_policy(
    call: Call<Lambda>,
    input: GetLayerVersionPolicyInput,
) -> Result<GetLayerVersionPolicyOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    let name = layer_name(&input.layer_name);
    let unknown = || unknown(call.scope(), &name, input.version_number);
    let layer = things.layers.get(&name).ok_or_else(unknown)?;
    let version = layer.versions.get(&input.version_number).ok_or_else(unknown)?;
    let none = || not_found("No policy is associated with the given resource.");
    let policy = version.policy.as_ref().ok_or_else(none)?;
    Ok(GetLayerVersionPolicyOutput {
        policy: Some(policy.document().to_string()),
        revision_id: Some(policy.revision_id.clone()),
    })
}
