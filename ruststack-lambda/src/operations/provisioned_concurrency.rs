//! Put-, Get-, List- and DeleteProvisionedConcurrencyConfig.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        DeleteProvisionedConcurrencyConfigInput, DeleteProvisionedConcurrencyConfigOutput,
        GetProvisionedConcurrencyConfigInput, GetProvisionedConcurrencyConfigOutput,
        ListProvisionedConcurrencyConfigsInput, ListProvisionedConcurrencyConfigsOutput,
        ProvisionedConcurrencyConfigListItem, PutProvisionedConcurrencyConfigInput,
        PutProvisionedConcurrencyConfigOutput,
    },
    configuration::modified,
    error::{LambdaError, conflict, invalid, not_found},
    function::{Function, Provisioned},
    limits::MIN_UNRESERVED,
    names::{FunctionName, LATEST},
    operations::paged,
};

// Differs from AWS: provisioned concurrency is told of, but starts no environments ahead of time.
pub(super) async fn put_provisioned_concurrency_config(
    call: Call<Lambda>,
    input: PutProvisionedConcurrencyConfigInput,
) -> Result<PutProvisionedConcurrencyConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, Some(&input.qualifier))?;
    if input.qualifier == LATEST {
        return Err(invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions."));
    }
    let lambda = call.service();
    let limit = lambda.config.concurrent_executions;
    let reserved_by_all = lambda.reserved_concurrency(&name.scope);
    let requested = input.provisioned_concurrent_executions;
    let number = call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.functions.get(&name.name).cloned().ok_or_else(|| unknown(&name)),
        |function| {
            check_target(function, &name)?;
            check_conflict(function, &input.qualifier)?;
            let old = function.provisioned.get(&input.qualifier).map_or(0, |old| old.requested.unsigned_abs());
            let wanted = function.provisioned_in_all() - old + requested.unsigned_abs();
            check_count(function, wanted, limit.saturating_sub(reserved_by_all))?;
            function.provisioned.insert(input.qualifier.clone(), Provisioned { requested, at: call.now() });
            Ok(function.choose(Some(&input.qualifier), 1.0)?.number)
        },
    )?;
    // Its next environments know what they are for.
    lambda.fleet.retire_version(&name.arn(), &number, Vec::new());
    Ok(PutProvisionedConcurrencyConfigOutput {
        requested_provisioned_concurrent_executions: Some(requested),
        available_provisioned_concurrent_executions: Some(0),
        allocated_provisioned_concurrent_executions: Some(0),
        status: Some("IN_PROGRESS".to_owned()),
        last_modified: Some(modified(call.now())),
        ..PutProvisionedConcurrencyConfigOutput::default()
    })
}

fn unknown(name: &FunctionName) -> LambdaError {
    let is_version = name.qualifier.as_deref().is_some_and(|one| one.bytes().all(|byte| byte.is_ascii_digit()));
    if is_version { name.unknown() } else { not_found(format!("Cannot find alias arn: {}", name.qualified_arn())) }
}

fn check_target(function: &Function, name: &FunctionName) -> Result<(), LambdaError> {
    let has = name.qualifier.as_deref().is_some_and(|qualifier| function.has(qualifier));
    if has { Ok(()) } else { Err(unknown(name)) }
}

/// A version and an alias that points to it are not provisioned both.
fn check_conflict(function: &Function, qualifier: &str) -> Result<(), LambdaError> {
    if let Some(alias) = function.aliases.get(qualifier) {
        let version = alias.function_version.as_deref().unwrap_or_default();
        if function.provisioned.contains_key(version) {
            return Err(conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
            ));
        }
        return Ok(());
    }
    let points_here = |alias: &String| {
        function.aliases.get(alias).is_some_and(|alias| alias.function_version.as_deref() == Some(qualifier))
    };
    if function.provisioned.keys().any(points_here) {
        return Err(conflict("Version is pointed by a Provisioned Concurrency alias"));
    }
    Ok(())
}

fn check_count(function: &Function, wanted: u32, unreserved: u32) -> Result<(), LambdaError> {
    if let Some(reserved) = function.reserved_concurrency {
        let is_too_much = wanted > reserved;
        return if is_too_much {
            Err(invalid(
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
            ))
        } else {
            Ok(())
        };
    }
    let too_much = |message| Err(LambdaError::Impossible { message });
    if wanted > unreserved {
        return too_much(format!(
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [{unreserved}]."
        ));
    }
    if wanted > unreserved.saturating_sub(MIN_UNRESERVED) {
        return too_much(format!(
            "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its \
             minimum value of [{MIN_UNRESERVED}]."
        ));
    }
    Ok(())
}

pub(super) async fn get_provisioned_concurrency_config(
    call: Call<Lambda>,
    input: GetProvisionedConcurrencyConfigInput,
) -> Result<GetProvisionedConcurrencyConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, Some(&input.qualifier))?;
    if input.qualifier == LATEST {
        return Err(invalid("The function resource provided must be an alias or a published version."));
    }
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.functions.get(&name.name).ok_or_else(|| unknown(&name))?;
    check_target(function, &name)?;
    let found = function.provisioned.get(&input.qualifier);
    let found = found.ok_or(LambdaError::ProvisionedConcurrencyConfigNotFoundException {})?;
    Ok(GetProvisionedConcurrencyConfigOutput {
        requested_provisioned_concurrent_executions: Some(found.requested),
        available_provisioned_concurrent_executions: Some(found.requested),
        allocated_provisioned_concurrent_executions: Some(found.requested),
        status: Some("READY".to_owned()),
        last_modified: Some(modified(found.at)),
        ..GetProvisionedConcurrencyConfigOutput::default()
    })
}

pub(super) async fn delete_provisioned_concurrency_config(
    call: Call<Lambda>,
    input: DeleteProvisionedConcurrencyConfigInput,
) -> Result<DeleteProvisionedConcurrencyConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, Some(&input.qualifier))?;
    if input.qualifier == LATEST {
        return Err(invalid("The function resource provided must be an alias or a published version."));
    }
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.functions.get(&name.name).cloned().ok_or_else(|| unknown(&name)),
        |function| {
            check_target(function, &name)?;
            function.provisioned.remove(&input.qualifier);
            Ok(())
        },
    )?;
    Ok(DeleteProvisionedConcurrencyConfigOutput {})
}

pub(super) async fn list_provisioned_concurrency_configs(
    call: Call<Lambda>,
    input: ListProvisionedConcurrencyConfigsInput,
) -> Result<ListProvisionedConcurrencyConfigsOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.function_itself(&name)?;
    let list = function.provisioned.iter().map(|(qualifier, found)| {
        let item = ProvisionedConcurrencyConfigListItem {
            function_arn: Some(function.qualified_arn(qualifier)),
            requested_provisioned_concurrent_executions: Some(found.requested),
            available_provisioned_concurrent_executions: Some(found.requested),
            allocated_provisioned_concurrent_executions: Some(found.requested),
            status: Some("READY".to_owned()),
            last_modified: Some(modified(found.at)),
            ..ProvisionedConcurrencyConfigListItem::default()
        };
        (qualifier.clone(), item)
    });
    let (configs, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListProvisionedConcurrencyConfigsOutput { provisioned_concurrency_configs: Some(configs), next_marker })
}
