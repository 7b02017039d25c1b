//! The table of contents of Lambda: its operations, those of one thing in one file.

mod account_settings;
mod alias;
mod code_signing;
mod create_function;
mod delete_function;
mod event_invoke_config;
mod event_source_mapping;
mod function_concurrency;
mod function_url_config;
mod get_function;
mod invoke;
mod layer;
mod layer_permission;
mod list_functions;
mod permission;
mod provisioned_concurrency;
mod recursion_config;
mod runtime_management;
mod tags;
mod update_function;
mod versions;

use ruststack_core::{
    operation::Operations,
    page,
    wire::field::{self, Field},
};

use crate::{
    Lambda, api,
    error::LambdaError,
    error::invalid,
    limits::{MAX_REQUEST, PAGE_SIZE},
};

pub(crate) use self::{invoke::stream, layer::version_of as layer_version_of};

/// What is not here answers 501: durable executions, capacity providers, scaling of functions that run on those, and
/// policies of other resources.
pub(crate) fn operations() -> Operations<Lambda> {
    Operations::new(&api::MODEL)
        .with_body_limit(MAX_REQUEST)
        .on::<api::AddLayerVersionPermission, _, _, _>(layer_permission::add_layer_version_permission)
        .on::<api::AddPermission, _, _, _>(permission::add_permission)
        .on::<api::CreateAlias, _, _, _>(alias::create_alias)
        .on::<api::CreateCodeSigningConfig, _, _, _>(code_signing::create_code_signing_config)
        .on::<api::CreateEventSourceMapping, _, _, _>(event_source_mapping::create_event_source_mapping)
        .on::<api::CreateFunction, _, _, _>(create_function::create_function)
        .on::<api::CreateFunctionUrlConfig, _, _, _>(function_url_config::create_function_url_config)
        .on::<api::DeleteAlias, _, _, _>(alias::delete_alias)
        .on::<api::DeleteCodeSigningConfig, _, _, _>(code_signing::delete_code_signing_config)
        .on::<api::DeleteEventSourceMapping, _, _, _>(event_source_mapping::delete_event_source_mapping)
        .on::<api::DeleteFunction, _, _, _>(delete_function::delete_function)
        .on::<api::DeleteFunctionCodeSigningConfig, _, _, _>(code_signing::delete_function_code_signing_config)
        .on::<api::DeleteFunctionConcurrency, _, _, _>(function_concurrency::delete_function_concurrency)
        .on::<api::DeleteFunctionEventInvokeConfig, _, _, _>(event_invoke_config::delete_function_event_invoke_config)
        .on::<api::DeleteFunctionUrlConfig, _, _, _>(function_url_config::delete_function_url_config)
        .on::<api::DeleteLayerVersion, _, _, _>(layer::delete_layer_version)
        .on::<api::DeleteProvisionedConcurrencyConfig, _, _, _>(
            provisioned_concurrency::delete_provisioned_concurrency_config,
        )
        .on::<api::GetAccountSettings, _, _, _>(account_settings::get_account_settings)
        .on::<api::GetAlias, _, _, _>(alias::get_alias)
        .on::<api::GetCodeSigningConfig, _, _, _>(code_signing::get_code_signing_config)
        .on::<api::GetEventSourceMapping, _, _, _>(event_source_mapping::get_event_source_mapping)
        .on::<api::GetFunction, _, _, _>(get_function::get_function)
        .on::<api::GetFunctionCodeSigningConfig, _, _, _>(code_signing::get_function_code_signing_config)
        .on::<api::GetFunctionConcurrency, _, _, _>(function_concurrency::get_function_concurrency)
        .on::<api::GetFunctionConfiguration, _, _, _>(get_function::get_function_configuration)
        .on::<api::GetFunctionEventInvokeConfig, _, _, _>(event_invoke_config::get_function_event_invoke_config)
        .on::<api::GetFunctionRecursionConfig, _, _, _>(recursion_config::get_function_recursion_config)
        .on::<api::GetFunctionUrlConfig, _, _, _>(function_url_config::get_function_url_config)
        .on::<api::GetLayerVersion, _, _, _>(layer::get_layer_version)
        .on::<api::GetLayerVersionByArn, _, _, _>(layer::get_layer_version_by_arn)
        .on::<api::GetLayerVersionPolicy, _, _, _>(layer_permission::get_layer_version_policy)
        .on::<api::GetPolicy, _, _, _>(permission::get_policy)
        .on::<api::GetProvisionedConcurrencyConfig, _, _, _>(
            provisioned_concurrency::get_provisioned_concurrency_config,
        )
        .on::<api::GetRuntimeManagementConfig, _, _, _>(runtime_management::get_runtime_management_config)
        .on::<api::Invoke, _, _, _>(invoke::invoke)
        .on::<api::InvokeAsync, _, _, _>(invoke::invoke_async)
        .on::<api::InvokeWithResponseStream, _, _, _>(invoke::invoke_with_response_stream)
        .on::<api::ListAliases, _, _, _>(alias::list_aliases)
        .on::<api::ListCodeSigningConfigs, _, _, _>(code_signing::list_code_signing_configs)
        .on::<api::ListEventSourceMappings, _, _, _>(event_source_mapping::list_event_source_mappings)
        .on::<api::ListFunctionEventInvokeConfigs, _, _, _>(event_invoke_config::list_function_event_invoke_configs)
        .on::<api::ListFunctionUrlConfigs, _, _, _>(function_url_config::list_function_url_configs)
        .on::<api::ListFunctions, _, _, _>(list_functions::list_functions)
        .on::<api::ListFunctionsByCodeSigningConfig, _, _, _>(code_signing::list_functions_by_code_signing_config)
        .on::<api::ListLayerVersions, _, _, _>(layer::list_layer_versions)
        .on::<api::ListLayers, _, _, _>(layer::list_layers)
        .on::<api::ListProvisionedConcurrencyConfigs, _, _, _>(
            provisioned_concurrency::list_provisioned_concurrency_configs,
        )
        .on::<api::ListTags, _, _, _>(tags::list_tags)
        .on::<api::ListVersionsByFunction, _, _, _>(versions::list_versions_by_function)
        .on::<api::PublishLayerVersion, _, _, _>(layer::publish_layer_version)
        .on::<api::PublishVersion, _, _, _>(versions::publish_version)
        .on::<api::PutFunctionCodeSigningConfig, _, _, _>(code_signing::put_function_code_signing_config)
        .on::<api::PutFunctionConcurrency, _, _, _>(function_concurrency::put_function_concurrency)
        .on::<api::PutFunctionEventInvokeConfig, _, _, _>(event_invoke_config::put_function_event_invoke_config)
        .on::<api::PutFunctionRecursionConfig, _, _, _>(recursion_config::put_function_recursion_config)
        .on::<api::PutProvisionedConcurrencyConfig, _, _, _>(
            provisioned_concurrency::put_provisioned_concurrency_config,
        )
        .on::<api::PutRuntimeManagementConfig, _, _, _>(runtime_management::put_runtime_management_config)
        .on::<api::RemoveLayerVersionPermission, _, _, _>(layer_permission::remove_layer_version_permission)
        .on::<api::RemovePermission, _, _, _>(permission::remove_permission)
        .on::<api::TagResource, _, _, _>(tags::tag_resource)
        .on::<api::UntagResource, _, _, _>(tags::untag_resource)
        .on::<api::UpdateAlias, _, _, _>(alias::update_alias)
        .on::<api::UpdateCodeSigningConfig, _, _, _>(code_signing::update_code_signing_config)
        .on::<api::UpdateEventSourceMapping, _, _, _>(event_source_mapping::update_event_source_mapping)
        .on::<api::UpdateFunctionCode, _, _, _>(update_function::update_function_code)
        .on::<api::UpdateFunctionConfiguration, _, _, _>(update_function::update_function_configuration)
        .on::<api::UpdateFunctionEventInvokeConfig, _, _, _>(event_invoke_config::update_function_event_invoke_config)
        .on::<api::UpdateFunctionUrlConfig, _, _, _>(function_url_config::update_function_url_config)
}

/// The same members under the name of another structure: the model has one for each operation's answer.
fn same<T: Field + Default>(of: &dyn Field) -> Result<T, LambdaError> {
    field::same(of).map_err(|error| LambdaError::ServiceException { message: error.to_string() })
}

/// The part of a list, sorted by its keys, that is asked for, and where it goes on.
fn paged<T>(
    list: impl IntoIterator<Item = (String, T)>,
    marker: Option<&String>,
    limit: Option<i32>,
) -> Result<(Vec<T>, Option<String>), LambdaError> {
    let after = marker.filter(|marker| !marker.is_empty()).map(|marker| page::decode(marker)).transpose();
    let after = after.map_err(|_| invalid("Invalid marker"))?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE_SIZE).clamp(1, PAGE_SIZE);
    let mut rest = list.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after)).peekable();
    let (mut taken, mut last) = (Vec::new(), String::new());
    while taken.len() < limit
        && let Some((key, item)) = rest.next()
    {
        last = key;
        taken.push(item);
    }
    let next = rest.peek().map(|_| page::encode(&last));
    Ok((taken, next))
}
