//! Create-, Get-, Update-, Delete- and ListFunctionUrlConfig(s).

use ruststack_core::{ids::Ids, operation::Call};

use crate::{
    Lambda,
    api::{
        CreateFunctionUrlConfigInput, CreateFunctionUrlConfigOutput, DeleteFunctionUrlConfigInput,
        DeleteFunctionUrlConfigOutput, FunctionUrlConfig, GetFunctionUrlConfigInput, GetFunctionUrlConfigOutput,
        ListFunctionUrlConfigsInput, ListFunctionUrlConfigsOutput, UpdateFunctionUrlConfigInput,
        UpdateFunctionUrlConfigOutput,
    },
    error::{LambdaError, conflict, no_such_resource, not_found},
    function::{Function, Url},
    names::FunctionName,
    operations::{paged, same},
};

pub(super) async fn create_function_url_config(
    call: Call<Lambda>,
    input: CreateFunctionUrlConfigInput,
) -> Result<CreateFunctionUrlConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let lambda = call.service();
    let gone = || not_found("Function does not exist");
    let told = lambda.change_function(
        call.ctx(),
        &name.scope,
        |things| things.functions.get(&name.name).cloned().ok_or_else(gone),
        |function| {
            let key = name.qualifier.clone().unwrap_or_default();
            if !key.is_empty() && !function.aliases.contains_key(&key) {
                return Err(gone());
            }
            if function.urls.contains_key(&key) {
                return Err(conflict(format!(
                    "Failed to create function url config for [functionArn = {}]. Error message:  FunctionUrlConfig exists \
                     for this Lambda function",
                    name.qualified_arn()
                )));
            }
            let url = Url {
                id: url_id(call.ids(), function.tags.get("_custom_id_"), &key),
                auth_type: input.auth_type.clone(),
                invoke_mode: input.invoke_mode.clone(),
                cors: input.cors.clone(),
                created: call.now(),
                modified: call.now(),
            };
            function.urls.insert(key.clone(), url);
            Ok(told(&call, function, &key, &function.urls[&key]))
        },
    )?;
    let invoke_mode = input.invoke_mode;
    same(&FunctionUrlConfig { invoke_mode, ..told })
}

/// 32 letters and digits, or what a tag says, as with LocalStack.
fn url_id(ids: &Ids, wanted: Option<&String>, alias: &str) -> String {
    let is_label = |id: &&String| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match wanted.filter(is_label) {
        Some(id) if alias.is_empty() => id.clone(),
        Some(id) => format!("{id}-{alias}"),
        None => ids.alphanumeric(32).to_ascii_lowercase(),
    }
}

fn told(call: &Call<Lambda>, function: &Function, qualifier: &str, url: &Url) -> FunctionUrlConfig {
    let arn = if qualifier.is_empty() { function.arn.clone() } else { function.qualified_arn(qualifier) };
    FunctionUrlConfig {
        function_url: crate::url::address(call, function, &url.id),
        function_arn: arn,
        creation_time: url.created.to_iso_8601_millis(),
        last_modified_time: url.modified.to_iso_8601_millis(),
        cors: url.cors.clone(),
        auth_type: url.auth_type.clone(),
        invoke_mode: url.invoke_mode.clone(),
    }
}

pub(super) async fn get_function_url_config(
    call: Call<Lambda>,
    input: GetFunctionUrlConfigInput,
) -> Result<GetFunctionUrlConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.functions.get(&name.name).ok_or_else(no_such_resource)?;
    let key = name.qualifier.unwrap_or_default();
    let url = function.urls.get(&key).ok_or_else(no_such_resource)?;
    let told = told(&call, function, &key, url);
    let invoke_mode = Some(told.invoke_mode.clone().unwrap_or_else(|| "BUFFERED".to_owned()));
    same(&FunctionUrlConfig { invoke_mode, ..told })
}

pub(super) async fn update_function_url_config(
    call: Call<Lambda>,
    input: UpdateFunctionUrlConfigInput,
) -> Result<UpdateFunctionUrlConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let key = name.qualifier.clone().unwrap_or_default();
    let gone = || not_found("Function does not exist");
    let updated = call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.functions.get(&name.name).cloned().ok_or_else(gone),
        |function| {
            if !key.is_empty() && !function.aliases.contains_key(&key) {
                return Err(gone());
            }
            let url = function.urls.get_mut(&key).ok_or_else(no_such_resource)?;
            if let Some(auth_type) = &input.auth_type {
                url.auth_type.clone_from(auth_type);
            }
            if input.invoke_mode.is_some() {
                url.invoke_mode.clone_from(&input.invoke_mode);
            }
            if input.cors.is_some() {
                url.cors.clone_from(&input.cors);
            }
            url.modified = call.now();
            Ok(told(&call, function, &key, &function.urls[&key]))
        },
    )?;
    same(&updated)
}

pub(super) async fn delete_function_url_config(
    call: Call<Lambda>,
    input: DeleteFunctionUrlConfigInput,
) -> Result<DeleteFunctionUrlConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let key = name.qualifier.clone().unwrap_or_default();
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.functions.get(&name.name).cloned().ok_or_else(no_such_resource),
        |function| function.urls.remove(&key).map(drop).ok_or_else(no_such_resource),
    )?;
    Ok(DeleteFunctionUrlConfigOutput {})
}

pub(super) async fn list_function_url_configs(
    call: Call<Lambda>,
    input: ListFunctionUrlConfigsInput,
) -> Result<ListFunctionUrlConfigsOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.functions.get(&name.name).ok_or_else(|| not_found("Function does not exist"))?;
    let list = function.urls.iter().map(|(qualifier, url)| {
        let told = told(&call, function, qualifier, url);
        let invoke_mode = Some(told.invoke_mode.clone().unwrap_or_else(|| "BUFFERED".to_owned()));
        (format!("0{qualifier}"), FunctionUrlConfig { invoke_mode, ..told })
    });
    let (configs, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListFunctionUrlConfigsOutput { function_url_configs: configs, next_marker })
}
