//! CreateFunction.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::operation::Call;

use crate::{
    Lambda, access,
    api::{CreateFunctionInput, CreateFunctionOutput, FunctionConfiguration},
    deploying::{self, Source},
    error::{LambdaError, conflict, invalid},
    function::{Function, Version},
    names::FunctionName,
    operations::{same, tags, versions},
    rows, runtimes,
};

pub(super) async fn create_function(
    call: Call<Lambda>,
    input: CreateFunctionInput,
) -> Result<CreateFunctionOutput, LambdaError> {
    let (lambda, ctx) = (call.service(), call.ctx());
    let name = FunctionName::of_new(call.scope(), &input.function_name)?;
    check(lambda, &input)?;
    access::check_role(lambda, ctx, &input.role)?;
    tags::check(input.tags.as_ref())?;
    let unique = || {
        let taken = lambda.home(&name.scope).lock().functions.contains_key(&name.name);
        if taken { Err(conflict(format!("Function already exist: {}", name.name))) } else { Ok(()) }
    };
    let mut configuration = FunctionConfiguration::of(ctx, name.arn(), &input)?;
    configuration.layers = lambda.layers(&name.scope, input.layers.as_deref())?;
    unique()?;
    let source = Source {
        zip_file: input.code.zip_file.as_ref().map(|blob| &blob.0),
        bucket: input.code.s3_bucket.as_deref(),
        key: input.code.s3_key.as_deref(),
        object_version: input.code.s3_object_version.as_deref(),
        image_uri: input.code.image_uri.as_deref(),
    };
    let found = lambda.find_code(ctx, &source).await?;
    let mut latest = Version { configuration, code: found.code.clone(), generation: ctx.ids().number() };
    found.apply(&mut latest);
    let mut function = Function::new(name.name.clone(), name.arn(), latest);
    function.tags = input.tags.clone().unwrap_or_default();
    function.code_signing = input.code_signing_config_arn.clone();
    let function = Arc::new(function);
    lambda.change(ctx, &name.scope, |things| {
        if things.functions.contains_key(&name.name) {
            return Err(conflict(format!("Function already exist: {}", name.name)));
        }
        found.record(ctx);
        ctx.changes().record(|rows| rows::put_function(rows, &name.scope, &function));
        things.functions.insert(name.name.clone(), Arc::clone(&function));
        Ok(())
    })?;
    deploying::make_ready(&call, &function, &name.scope).await;
    let mut told = function.latest.configuration.clone();
    if input.publish == Some(true) {
        let published = versions::publish(&call, &name, None)?;
        told.version = published.version;
    }
    same(&told)
}

fn check(lambda: &Lambda, input: &CreateFunctionInput) -> Result<(), LambdaError> {
    runtimes::check_architectures(input.architectures.as_deref())?;
    let is_image = input.package_type.as_deref() == Some("Image");
    if is_image {
        if input.runtime.is_some() || input.handler.is_some() || input.layers.is_some() {
            return Err(invalid(
                "Runtime and Handler are not valid parameters for functions created with container images.",
            ));
        }
        let has_image = input.code.image_uri.is_some();
        return if has_image { Ok(()) } else { Err(invalid("Please provide a source for your function code.")) };
    }
    let Some(runtime) = &input.runtime else {
        return Err(invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ));
    };
    if input.handler.is_none() {
        return Err(invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ));
    }
    runtimes::check(runtime, lambda.config.refuses_old_runtimes)
}

impl Function {
    fn new(name: String, arn: String, latest: Version) -> Self {
        Self {
            name,
            arn,
            latest,
            published: BTreeMap::new(),
            next_version: 1,
            aliases: BTreeMap::new(),
            policies: BTreeMap::new(),
            tags: BTreeMap::new(),
            reserved_concurrency: None,
            provisioned: BTreeMap::new(),
            event_invoke: BTreeMap::new(),
            urls: BTreeMap::new(),
            recursive_loop: None,
            code_signing: None,
            runtime_management: BTreeMap::new(),
        }
    }
}
