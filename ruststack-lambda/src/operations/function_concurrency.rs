//! PutFunctionConcurrency, GetFunctionConcurrency, DeleteFunctionConcurrency: what a function reserves.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        DeleteFunctionConcurrencyInput, DeleteFunctionConcurrencyOutput, GetFunctionConcurrencyInput,
        GetFunctionConcurrencyOutput, PutFunctionConcurrencyInput, PutFunctionConcurrencyOutput,
    },
    error::{LambdaError, invalid, not_found},
    limits::MIN_UNRESERVED,
    names::{FunctionName, LATEST},
};

pub(super) async fn put_function_concurrency(
    call: Call<Lambda>,
    input: PutFunctionConcurrencyInput,
) -> Result<PutFunctionConcurrencyOutput, LambdaError> {
    let lambda = call.service();
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    if name.qualifier.is_some() {
        return Err(invalid(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. \
             Please specify either a function name or an unqualified function ARN.",
        ));
    }
    let wanted = input.reserved_concurrent_executions.unsigned_abs();
    let others = {
        let home = lambda.home(&name.scope);
        let things = home.lock();
        let unknown = || not_found(format!("Function not found: {}:{LATEST}", name.arn()));
        let function = things.functions.get(&name.name).ok_or_else(unknown)?;
        let provisioned = function.provisioned_in_all();
        if wanted < provisioned {
            let message = format!(
                " ReservedConcurrentExecutions  {wanted} should not be lower than function's total provisioned \
                 concurrency [{provisioned}]."
            );
            return Err(LambdaError::Impossible { message });
        }
        let others = things.functions.values().filter(|other| other.name != name.name);
        others.filter_map(|other| other.reserved_concurrency).sum::<u32>()
    };
    let limit = lambda.config.concurrent_executions;
    if wanted > 0 && others.saturating_add(wanted).saturating_add(MIN_UNRESERVED) > limit {
        let message = format!(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below \
             its minimum value of [{MIN_UNRESERVED}]."
        );
        return Err(LambdaError::Impossible { message });
    }
    set(&call, &name, Some(wanted))?;
    Ok(PutFunctionConcurrencyOutput { reserved_concurrent_executions: Some(input.reserved_concurrent_executions) })
}

fn set(call: &Call<Lambda>, name: &FunctionName, reserved: Option<u32>) -> Result<(), LambdaError> {
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.function_itself(name).cloned(),
        |function| {
            function.reserved_concurrency = reserved;
            Ok(())
        },
    )
}

pub(super) async fn get_function_concurrency(
    call: Call<Lambda>,
    input: GetFunctionConcurrencyInput,
) -> Result<GetFunctionConcurrencyOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let reserved = things.function_itself(&name)?.reserved_concurrency;
    let reserved_concurrent_executions = reserved.and_then(|count| i32::try_from(count).ok());
    Ok(GetFunctionConcurrencyOutput { reserved_concurrent_executions })
}

pub(super) async fn delete_function_concurrency(
    call: Call<Lambda>,
    input: DeleteFunctionConcurrencyInput,
) -> Result<DeleteFunctionConcurrencyOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    set(&call, &name, None)?;
    Ok(DeleteFunctionConcurrencyOutput {})
}
