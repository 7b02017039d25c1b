//! AddPermission, RemovePermission, GetPolicy.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        AddPermissionInput, AddPermissionOutput, GetPolicyInput, GetPolicyOutput, RemovePermissionInput,
        RemovePermissionOutput,
    },
    error::{LambdaError, conflict, invalid, no_such_resource, not_found},
    function::{Function, ResourcePolicy},
    names::{FunctionName, LATEST},
    policy,
};

const STALE: &str = "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve \
                     the latest Revision Id";

pub(super) async fn add_permission(
    call: Call<Lambda>,
    input: AddPermissionInput,
) -> Result<AddPermissionOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    if name.qualifier.as_deref() == Some(LATEST) {
        return Err(invalid("We currently do not support adding policies for $LATEST."));
    }
    let statement = policy::statement(&name.scope, &input, &name.qualified_arn())?;
    let ctx = call.ctx();
    call.service().change_function(
        ctx,
        &name.scope,
        |things| things.function_itself(&name).cloned(),
        |function| {
            check_qualifier(function, &name)?;
            let key = name.qualifier.clone().unwrap_or_default();
            let policy = function.policies.get(&key);
            // Recorded: an alias without a policy is known by its own revision.
            let of_alias = function.aliases.get(&key).and_then(|alias| alias.revision_id.as_ref());
            let known = policy.map(|policy| &policy.revision_id).or(of_alias);
            check_revision(known, input.revision_id.as_ref())?;
            let mut statements = policy.map(|policy| policy.statements.clone()).unwrap_or_default();
            if statements.iter().any(|known| known["Sid"] == input.statement_id.as_str()) {
                return Err(taken(&input.statement_id));
            }
            statements.push(statement.clone());
            function.policies.insert(key, ResourcePolicy { statements, revision_id: ctx.ids().uuid() });
            touch(function, &name, ctx.ids().uuid());
            Ok(())
        },
    )?;
    Ok(AddPermissionOutput { statement: Some(statement.to_string()) })
}

pub(super) fn taken(id: &str) -> LambdaError {
    conflict(format!(
        "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing \
         statement."
    ))
}

/// A change of its policy is one of the function.
fn touch(function: &mut Function, name: &FunctionName, revision: String) {
    match name.qualifier.as_deref() {
        None => function.latest.configuration.revision_id = Some(revision),
        Some(qualifier) => {
            if let Some(alias) = function.aliases.get_mut(qualifier) {
                alias.revision_id = Some(revision);
            } else if let Some(version) = function.version_mut(qualifier) {
                version.configuration.revision_id = Some(revision);
            }
        }
    }
}

fn check_qualifier(function: &Function, name: &FunctionName) -> Result<(), LambdaError> {
    match name.qualifier.as_deref() {
        Some(qualifier) if !function.has(qualifier) => {
            let is_alias = qualifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
                && !qualifier.bytes().all(|byte| byte.is_ascii_digit());
            Err(if is_alias {
                not_found(format!("Cannot find alias arn: {}", name.qualified_arn()))
            } else {
                function.unknown(Some(qualifier))
            })
        }
        _ => Ok(()),
    }
}

fn check_revision(known: Option<&String>, told: Option<&String>) -> Result<(), LambdaError> {
    if told.is_some() && told != known {
        return Err(LambdaError::PreconditionFailedException { message: STALE.to_owned() });
    }
    Ok(())
}

pub(super) async fn remove_permission(
    call: Call<Lambda>,
    input: RemovePermissionInput,
) -> Result<RemovePermissionOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let ctx = call.ctx();
    call.service().change_function(
        ctx,
        &name.scope,
        |things| {
            let function = things.functions.get(&name.name).cloned();
            function.ok_or_else(|| not_found(format!("No policy found for: {}", name.arn())))
        },
        |function| {
            check_qualifier(function, &name)?;
            let key = name.qualifier.clone().unwrap_or_default();
            let none = || not_found("No policy is associated with the given resource.");
            let policy = function.policies.get(&key).ok_or_else(none)?;
            let mut statements = policy.statements.clone();
            statements.retain(|statement| statement["Sid"] != input.statement_id.as_str());
            if statements.len() == policy.statements.len() {
                let text = format!("Statement {} is not found in resource policy.", input.statement_id);
                return Err(not_found(text));
            }
            check_revision(Some(&policy.revision_id), input.revision_id.as_ref())?;
            if statements.is_empty() {
                function.policies.remove(&key);
            } else {
                function.policies.insert(key, ResourcePolicy { statements, revision_id: ctx.ids().uuid() });
            }
            touch(function, &name, ctx.ids().uuid());
            Ok(())
        },
    )?;
    Ok(RemovePermissionOutput {})
}

pub(super) async fn get_policy(call: Call<Lambda>, input: GetPolicyInput) -> Result<GetPolicyOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.functions.get(&name.name).ok_or_else(no_such_resource)?;
    let policy = function.policies.get(name.qualifier.as_deref().unwrap_or_default()).ok_or_else(no_such_resource)?;
    Ok(GetPolicyOutput { policy: Some(policy.document().to_string()), revision_id: Some(policy.revision_id.clone()) })
}
