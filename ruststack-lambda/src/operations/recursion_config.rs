//! PutFunctionRecursionConfig and GetFunctionRecursionConfig.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        GetFunctionRecursionConfigInput, GetFunctionRecursionConfigOutput, PutFunctionRecursionConfigInput,
        PutFunctionRecursionConfigOutput,
    },
    error::LambdaError,
    names::FunctionName,
};

// Differs from AWS: loops of functions are ended by the number of deliveries, whatever their RecursiveLoop says.
pub(super) async fn put_function_recursion_config(
    call: Call<Lambda>,
    input: PutFunctionRecursionConfigInput,
) -> Result<PutFunctionRecursionConfigOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let wanted = Some(input.recursive_loop);
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.function_itself(&name).cloned(),
        |function| {
            function.recursive_loop.clone_from(&wanted);
            Ok(())
        },
    )?;
    Ok(PutFunctionRecursionConfigOutput { recursive_loop: wanted })
}

pub(super) async fn get_function_recursion_config(
    call: Call<Lambda>,
    input: GetFunctionRecursionConfigInput,
) -> Result<GetFunctionRecursionConfigOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let recursive_loop = things.function_itself(&name)?.recursive_loop.clone();
    Ok(GetFunctionRecursionConfigOutput { recursive_loop: recursive_loop.or_else(|| Some("Terminate".to_owned())) })
}
