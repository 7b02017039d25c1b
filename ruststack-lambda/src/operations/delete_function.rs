//! DeleteFunction: a function, or one of its versions.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{DeleteFunctionInput, DeleteFunctionOutput},
    error::{LambdaError, conflict, invalid},
    function::Function,
    names::{FunctionName, LATEST},
    rows,
};

pub(super) async fn delete_function(
    call: Call<Lambda>,
    input: DeleteFunctionInput,
) -> Result<DeleteFunctionOutput, LambdaError> {
    let (lambda, ctx) = (call.service(), call.ctx());
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    if name.qualifier.as_deref() == Some(LATEST) {
        return Err(invalid("$LATEST version cannot be deleted without deleting the function."));
    }
    if name.qualifier.as_deref().is_some_and(is_alias) {
        return Err(invalid("Deletion of aliases is not currently supported."));
    }
    let old = Arc::clone(lambda.home(&name.scope).lock().function_itself(&name)?);
    match &name.qualifier {
        Some(version) => {
            delete_version(&call, &name, version)?;
            lambda.sweep_version(ctx, &old, version);
        }
        None => {
            lambda.change(ctx, &name.scope, |things| {
                things.functions.remove(&name.name);
                ctx.changes().record(|rows| rows::remove_function(rows, &name.scope, &name.name));
                Ok(())
            })?;
            lambda.sweep_function(ctx, &old);
        }
    }
    Ok(DeleteFunctionOutput { status_code: Some(204) })
}

fn is_alias(qualifier: &str) -> bool {
    let is_word = qualifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_word && !qualifier.bytes().all(|byte| byte.is_ascii_digit())
}

/// One that is not there is as good as deleted.
fn delete_version(call: &Call<Lambda>, name: &FunctionName, version: &str) -> Result<(), LambdaError> {
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.function_itself(name).cloned(),
        |function| {
            let users = users(function, version);
            if !users.is_empty() {
                return Err(conflict(format!(
                    "Version {version} of function {} cannot be deleted because it is referenced by the following \
                     aliases: [{}]",
                    function.name,
                    users.join(", ")
                )));
            }
            version.parse::<u64>().ok().and_then(|number| function.published.remove(&number));
            Ok(())
        },
    )
}

/// The aliases that come to a version.
fn users(function: &Function, version: &str) -> Vec<String> {
    let uses = |alias: &&crate::api::AliasConfiguration| {
        let weights = alias.routing_config.as_ref().and_then(|routing| routing.additional_version_weights.as_ref());
        alias.function_version.as_deref() == Some(version) || weights.is_some_and(|all| all.contains_key(version))
    };
    function.aliases.values().filter(uses).filter_map(|alias| alias.name.clone()).collect()
}
