//! GetFunction and GetFunctionConfiguration.

use ruststack_core::{context::Context, operation::Call};

use crate::{
    Lambda,
    api::{
        Concurrency, FunctionCodeLocation, GetFunctionConfigurationInput, GetFunctionConfigurationOutput,
        GetFunctionInput, GetFunctionOutput,
    },
    error::LambdaError,
    function::Code,
    names::FunctionName,
    operations::same,
};

pub(super) async fn get_function(
    call: Call<Lambda>,
    input: GetFunctionInput,
) -> Result<GetFunctionOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.function(&name)?;
    let configuration = function.told(name.qualifier.as_deref())?;
    let chosen = function.choose(name.qualifier.as_deref(), 1.0)?;
    let reserved = function.reserved_concurrency.and_then(|count| i32::try_from(count).ok());
    Ok(GetFunctionOutput {
        configuration: Some(configuration),
        code: Some(location(call.ctx(), &chosen.version.code)),
        tags: Some(function.tags.clone()).filter(|tags| !tags.is_empty()),
        concurrency: reserved.map(|count| Concurrency { reserved_concurrent_executions: Some(count) }),
        ..GetFunctionOutput::default()
    })
}

/// Where the code can be fetched.
fn location(ctx: &Context, code: &Code) -> FunctionCodeLocation {
    match code {
        Code::Archive(digest) => FunctionCodeLocation {
            repository_type: Some("S3".to_owned()),
            location: Some(archive_url(ctx, digest)),
            ..FunctionCodeLocation::default()
        },
        Code::HostFolder(path) => FunctionCodeLocation {
            repository_type: Some("S3".to_owned()),
            location: Some(format!("file://{path}")),
            ..FunctionCodeLocation::default()
        },
        Code::Image(uri) => FunctionCodeLocation {
            repository_type: Some("ECR".to_owned()),
            image_uri: Some(uri.clone()),
            resolved_image_uri: Some(uri.clone()),
            ..FunctionCodeLocation::default()
        },
    }
}

/// The address of an archive: whoever has it may fetch it, as with AWS's presigned ones.
pub(super) fn archive_url(ctx: &Context, digest: &str) -> String {
    let endpoint = ctx.endpoint();
    format!("{}://{}/_aws/lambda/code/{digest}.zip", endpoint.scheme, endpoint.host)
}

pub(super) async fn get_function_configuration(
    call: Call<Lambda>,
    input: GetFunctionConfigurationInput,
) -> Result<GetFunctionConfigurationOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    same(&things.function(&name)?.told(name.qualifier.as_deref())?)
}
