//! UpdateFunctionCode and UpdateFunctionConfiguration.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    Lambda, access,
    api::{
        UpdateFunctionCodeInput, UpdateFunctionCodeOutput, UpdateFunctionConfigurationInput,
        UpdateFunctionConfigurationOutput,
    },
    deploying::{self, Source},
    error::{LambdaError, invalid},
    function::{Code, Function},
    names::{FunctionName, LATEST},
    operations::{same, versions},
    runtimes,
};

pub(super) async fn update_function_code(
    call: Call<Lambda>,
    input: UpdateFunctionCodeInput,
) -> Result<UpdateFunctionCodeOutput, LambdaError> {
    let (lambda, ctx) = (call.service(), call.ctx());
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    runtimes::check_architectures(input.architectures.as_deref())?;
    let old = Arc::clone(lambda.home(&name.scope).lock().function_itself(&name)?);
    old.latest.configuration.check_revision(input.revision_id.as_ref())?;
    old.latest.configuration.check_changeable(&old.arn)?;
    check_package(&old, input.image_uri.is_some())?;
    let source = Source {
        zip_file: input.zip_file.as_ref().map(|blob| &blob.0),
        bucket: input.s3_bucket.as_deref(),
        key: input.s3_key.as_deref(),
        object_version: input.s3_object_version.as_deref(),
        image_uri: input.image_uri.as_deref(),
    };
    let found = lambda.find_code(ctx, &source).await?;
    if input.dry_run == Some(true) {
        let mut version = old.latest.clone();
        found.apply(&mut version);
        return same(&version.configuration);
    }
    let function = change(&call, &name, |function| {
        let latest = &mut function.latest;
        latest.configuration.check_changeable(&function.arn)?;
        found.record(ctx);
        found.apply(latest);
        if let Some(architectures) = &input.architectures {
            latest.configuration.architectures = Some(architectures.clone());
        }
        latest.configuration.begin_update(ctx);
        Ok(())
    })?;
    deploying::make_ready(&call, &function, &name.scope).await;
    lambda.sweep_version(ctx, &old, LATEST);
    let mut told = function.latest.configuration.clone();
    if input.publish == Some(true) {
        told = versions::publish(&call, &name, None)?;
        told.make_pending();
    }
    same(&told)
}

fn check_package(function: &Function, is_image: bool) -> Result<(), LambdaError> {
    match (&function.latest.code, is_image) {
        (Code::Image(_), false) => {
            Err(invalid("Please provide ImageUri when updating a function with packageType Image."))
        }
        (Code::Archive(_) | Code::HostFolder(_), true) => {
            Err(invalid("Please don't provide ImageUri when updating a function with packageType Zip."))
        }
        _ => Ok(()),
    }
}

pub(super) async fn update_function_configuration(
    call: Call<Lambda>,
    input: UpdateFunctionConfigurationInput,
) -> Result<UpdateFunctionConfigurationOutput, LambdaError> {
    let (lambda, ctx) = (call.service(), call.ctx());
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    if let Some(runtime) = &input.runtime {
        runtimes::check(runtime, lambda.config.refuses_old_runtimes)?;
    }
    if let Some(role) = &input.role {
        access::check_role(lambda, ctx, role)?;
    }
    let layers = match &input.layers {
        Some(layers) => Some(lambda.layers(&name.scope, Some(layers))?),
        None => None,
    };
    let old = Arc::clone(lambda.home(&name.scope).lock().function_itself(&name)?);
    let function = change(&call, &name, |function| {
        let configuration = &mut function.latest.configuration;
        configuration.check_revision(input.revision_id.as_ref())?;
        configuration.check_changeable(&function.arn)?;
        configuration.update(ctx, &input)?;
        if let Some(layers) = layers {
            configuration.layers = layers;
        }
        configuration.begin_update(ctx);
        Ok(())
    })?;
    deploying::make_ready(&call, &function, &name.scope).await;
    lambda.sweep_version(ctx, &old, LATEST);
    same(&function.latest.configuration)
}

/// Changes the latest version; environments of the old one are no more of use, and swept by the caller.
fn change(
    call: &Call<Lambda>,
    name: &FunctionName,
    work: impl FnOnce(&mut Function) -> Result<(), LambdaError>,
) -> Result<Arc<Function>, LambdaError> {
    let (lambda, ctx) = (call.service(), call.ctx());
    lambda.change_function(
        ctx,
        &name.scope,
        |things| things.function_itself(name).cloned(),
        |function| {
            work(function)?;
            function.latest.generation = ctx.ids().number();
            Ok(Arc::new(function.clone()))
        },
    )
}
