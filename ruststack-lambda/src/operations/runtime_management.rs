//! PutRuntimeManagementConfig and GetRuntimeManagementConfig: kept and told; runtimes here are the machine's.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        GetRuntimeManagementConfigInput, GetRuntimeManagementConfigOutput, PutRuntimeManagementConfigInput,
        PutRuntimeManagementConfigOutput,
    },
    error::LambdaError,
    names::{FunctionName, LATEST},
};

pub(super) async fn put_runtime_management_config(
    call: Call<Lambda>,
    input: PutRuntimeManagementConfigInput,
) -> Result<PutRuntimeManagementConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let qualifier = name.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
    let function_arn = call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.function(&name).cloned(),
        |function| {
            function.choose(Some(&qualifier), 1.0)?;
            let config = (input.update_runtime_on.clone(), input.runtime_version_arn.clone());
            function.runtime_management.insert(qualifier.clone(), config);
            Ok(function.arn.clone())
        },
    )?;
    Ok(PutRuntimeManagementConfigOutput {
        update_runtime_on: input.update_runtime_on,
        function_arn,
        runtime_version_arn: input.runtime_version_arn,
    })
}

pub(super) async fn get_runtime_management_config(
    call: Call<Lambda>,
    input: GetRuntimeManagementConfigInput,
) -> Result<GetRuntimeManagementConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let qualifier = name.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.function(&name)?;
    function.choose(Some(&qualifier), 1.0)?;
    let config = function.runtime_management.get(&qualifier).cloned();
    let (update_runtime_on, runtime_version_arn) = config.unwrap_or_else(|| ("Auto".to_owned(), None));
    Ok(GetRuntimeManagementConfigOutput {
        update_runtime_on: Some(update_runtime_on),
        function_arn: Some(function.arn.clone()),
        runtime_version_arn,
    })
}
