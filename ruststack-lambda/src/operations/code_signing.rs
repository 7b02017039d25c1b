//! Code signing configurations, and which function has which. Nothing is verified: code here is not signed.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        CodeSigningConfig, CodeSigningPolicies, CreateCodeSigningConfigInput, CreateCodeSigningConfigOutput,
        DeleteCodeSigningConfigInput, DeleteCodeSigningConfigOutput, DeleteFunctionCodeSigningConfigInput,
        DeleteFunctionCodeSigningConfigOutput, GetCodeSigningConfigInput, GetCodeSigningConfigOutput,
        GetFunctionCodeSigningConfigInput, GetFunctionCodeSigningConfigOutput, ListCodeSigningConfigsInput,
        ListCodeSigningConfigsOutput, ListFunctionsByCodeSigningConfigInput, ListFunctionsByCodeSigningConfigOutput,
        PutFunctionCodeSigningConfigInput, PutFunctionCodeSigningConfigOutput, UpdateCodeSigningConfigInput,
        UpdateCodeSigningConfigOutput,
    },
    configuration::modified,
    error::LambdaError,
    home::Things,
    names::FunctionName,
    operations::paged,
    rows,
};

/// Of an ARN.
fn id(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

fn find<'t>(things: &'t Things, arn: &str) -> Result<&'t Arc<CodeSigningConfig>, LambdaError> {
    let found = things.signing.get(id(arn));
    found.ok_or_else(|| LambdaError::CodeSigningConfigUnknown { arn: arn.to_owned() })
}

// Differs from AWS: code signing configurations are kept, but signatures of code are not looked at.
pub(super) async fn create_code_signing_config(
    call: Call<Lambda>,
    input: CreateCodeSigningConfigInput,
) -> Result<CreateCodeSigningConfigOutput, LambdaError> {
    let (ctx, scope) = (call.ctx(), call.scope());
    let id = format!("csc-{}", call.ids().hex(17));
    let usual = CodeSigningPolicies { untrusted_artifact_on_deployment: Some("Warn".to_owned()) };
    let config = CodeSigningConfig {
        code_signing_config_arn: format!(
            "arn:{}:lambda:{}:{}:code-signing-config:{id}",
            scope.partition(),
            scope.region,
            scope.account
        ),
        code_signing_config_id: id.clone(),
        description: input.description,
        allowed_publishers: input.allowed_publishers,
        code_signing_policies: input.code_signing_policies.unwrap_or(usual),
        last_modified: modified(call.now()),
    };
    call.service().change(ctx, scope, |things| {
        ctx.changes().record(|rows| rows::put_signing(rows, scope, &config));
        things.signing.insert(id, Arc::new(config.clone()));
        Ok(())
    })?;
    Ok(CreateCodeSigningConfigOutput { code_signing_config: config })
}

pub(super) async fn get_code_signing_config(
    call: Call<Lambda>,
    input: GetCodeSigningConfigInput,
) -> Result<GetCodeSigningConfigOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    let config = find(&things, &input.code_signing_config_arn)?;
    Ok(GetCodeSigningConfigOutput { code_signing_config: (**config).clone() })
}

pub(super) async fn update_code_signing_config(
    call: Call<Lambda>,
    input: UpdateCodeSigningConfigInput,
) -> Result<UpdateCodeSigningConfigOutput, LambdaError> {
    let (ctx, scope) = (call.ctx(), call.scope());
    let config = call.service().change(ctx, scope, |things| {
        let mut config = Arc::clone(find(things, &input.code_signing_config_arn)?);
        let changed = Arc::make_mut(&mut config);
        if input.description.is_some() {
            changed.description = input.description;
        }
        if let Some(publishers) = input.allowed_publishers {
            changed.allowed_publishers = publishers;
        }
        if let Some(policies) = input.code_signing_policies {
            changed.code_signing_policies = policies;
        }
        changed.last_modified = modified(call.now());
        ctx.changes().record(|rows| rows::put_signing(rows, scope, &config));
        things.signing.insert(config.code_signing_config_id.clone(), Arc::clone(&config));
        Ok(config)
    })?;
    Ok(UpdateCodeSigningConfigOutput { code_signing_config: (*config).clone() })
}

pub(super) async fn delete_code_signing_config(
    call: Call<Lambda>,
    input: DeleteCodeSigningConfigInput,
) -> Result<DeleteCodeSigningConfigOutput, LambdaError> {
    let (ctx, scope) = (call.ctx(), call.scope());
    call.service().change(ctx, scope, |things| {
        find(things, &input.code_signing_config_arn)?;
        let id = id(&input.code_signing_config_arn);
        things.signing.remove(id);
        ctx.changes().record(|rows| rows::remove_signing(rows, scope, id));
        Ok(())
    })?;
    Ok(DeleteCodeSigningConfigOutput {})
}

pub(super) async fn list_code_signing_configs(
    call: Call<Lambda>,
    input: ListCodeSigningConfigsInput,
) -> Result<ListCodeSigningConfigsOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    let list = things.signing.iter().map(|(id, config)| (id.clone(), (**config).clone()));
    let (configs, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListCodeSigningConfigsOutput { next_marker, code_signing_configs: Some(configs) })
}

pub(super) async fn list_functions_by_code_signing_config(
    call: Call<Lambda>,
    input: ListFunctionsByCodeSigningConfigInput,
) -> Result<ListFunctionsByCodeSigningConfigOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    find(&things, &input.code_signing_config_arn)?;
    let has = |arn: &Option<String>| arn.as_ref() == Some(&input.code_signing_config_arn);
    let list = things.functions.values().filter(|function| has(&function.code_signing));
    let list = list.map(|function| (function.name.clone(), function.arn.clone()));
    let (arns, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListFunctionsByCodeSigningConfigOutput { next_marker, function_arns: Some(arns) })
}

fn set(call: &Call<Lambda>, name: &FunctionName, arn: Option<String>) -> Result<(), LambdaError> {
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.function_itself(name).cloned(),
        |function| {
            function.code_signing = arn;
            Ok(())
        },
    )
}

pub(super) async fn put_function_code_signing_config(
    call: Call<Lambda>,
    input: PutFunctionCodeSigningConfigInput,
) -> Result<PutFunctionCodeSigningConfigOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let arn = input.code_signing_config_arn;
    if !call.service().home(call.scope()).lock().signing.contains_key(id(&arn)) {
        return Err(LambdaError::CodeSigningConfigNotFoundException { arn });
    }
    set(&call, &name, Some(arn.clone()))?;
    Ok(PutFunctionCodeSigningConfigOutput { code_signing_config_arn: arn, function_name: name.name })
}

/// Of a function without one nothing is told (recorded).
pub(super) async fn get_function_code_signing_config(
    call: Call<Lambda>,
    input: GetFunctionCodeSigningConfigInput,
) -> Result<GetFunctionCodeSigningConfigOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let arn = things.function_itself(&name)?.code_signing.clone();
    let function_name = arn.is_some().then_some(name.name);
    Ok(GetFunctionCodeSigningConfigOutput { code_signing_config_arn: arn, function_name })
}

pub(super) async fn delete_function_code_signing_config(
    call: Call<Lambda>,
    input: DeleteFunctionCodeSigningConfigInput,
) -> Result<DeleteFunctionCodeSigningConfigOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    set(&call, &name, None)?;
    Ok(DeleteFunctionCodeSigningConfigOutput {})
}
