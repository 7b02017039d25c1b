//! Put-, Update-, Get-, List- and DeleteFunctionEventInvokeConfig: what becomes of asynchronous invocations.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        DeleteFunctionEventInvokeConfigInput, DeleteFunctionEventInvokeConfigOutput, DestinationConfig,
        FunctionEventInvokeConfig, GetFunctionEventInvokeConfigInput, GetFunctionEventInvokeConfigOutput,
        ListFunctionEventInvokeConfigsInput, ListFunctionEventInvokeConfigsOutput, PutFunctionEventInvokeConfigInput,
        PutFunctionEventInvokeConfigOutput, UpdateFunctionEventInvokeConfigInput,
        UpdateFunctionEventInvokeConfigOutput,
    },
    error::{LambdaError, invalid, not_found},
    function::{EventInvoke, Function},
    names::{FunctionName, LATEST},
    operations::{paged, same},
    policy,
};

/// What a put or an update asks for.
struct Wanted {
    retries: Option<i32>,
    age: Option<i32>,
    destinations: Option<DestinationConfig>,
}

pub(super) async fn put_function_event_invoke_config(
    call: Call<Lambda>,
    input: PutFunctionEventInvokeConfigInput,
) -> Result<PutFunctionEventInvokeConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let wanted = Wanted {
        retries: input.maximum_retry_attempts,
        age: input.maximum_event_age_in_seconds,
        destinations: input.destination_config,
    };
    same(&set(&call, &name, wanted, false)?)
}

pub(super) async fn update_function_event_invoke_config(
    call: Call<Lambda>,
    input: UpdateFunctionEventInvokeConfigInput,
) -> Result<UpdateFunctionEventInvokeConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let wanted = Wanted {
        retries: input.maximum_retry_attempts,
        age: input.maximum_event_age_in_seconds,
        destinations: input.destination_config,
    };
    same(&set(&call, &name, wanted, true)?)
}

fn set(
    call: &Call<Lambda>,
    name: &FunctionName,
    wanted: Wanted,
    is_update: bool,
) -> Result<FunctionEventInvokeConfig, LambdaError> {
    if wanted.retries.is_none() && wanted.age.is_none() && wanted.destinations.is_none() {
        return Err(invalid("You must specify at least one of error handling or destination setting."));
    }
    let lambda = call.service();
    let qualifier = name.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
    {
        let home = lambda.home(&name.scope);
        let things = home.lock();
        let gone = || not_found("The function doesn't exist.");
        let function = things.functions.get(&name.name).filter(|function| function.has(&qualifier)).ok_or_else(gone)?;
        if is_update && !function.event_invoke.contains_key(&qualifier) {
            return Err(missing(&function.qualified_arn(&qualifier)));
        }
    }
    check_destinations(lambda, name, wanted.destinations.as_ref())?;
    lambda.change_function(
        call.ctx(),
        &name.scope,
        |things| things.function_itself(name).cloned(),
        |function| {
            let old = function.event_invoke.get(&qualifier).cloned().filter(|_| is_update).unwrap_or_default();
            let config = EventInvoke {
                at: call.now(),
                maximum_retry_attempts: wanted.retries.or(old.maximum_retry_attempts),
                maximum_event_age_in_seconds: wanted.age.or(old.maximum_event_age_in_seconds),
                destination_config: merged(old.destination_config, wanted.destinations),
            };
            function.event_invoke.insert(qualifier.clone(), config);
            Ok(told(function, &qualifier, &function.event_invoke[&qualifier]))
        },
    )
}

fn merged(old: Option<DestinationConfig>, new: Option<DestinationConfig>) -> Option<DestinationConfig> {
    let Some(new) = new else { return old };
    let old = old.unwrap_or_default();
    Some(DestinationConfig {
        on_success: new.on_success.or(old.on_success),
        on_failure: new.on_failure.or(old.on_failure),
    })
}

fn missing(arn: &str) -> LambdaError {
    not_found(format!("The function {arn} doesn't have an EventInvokeConfig"))
}

fn told(function: &Function, qualifier: &str, config: &EventInvoke) -> FunctionEventInvokeConfig {
    let destinations = config.destination_config.clone().unwrap_or_default();
    FunctionEventInvokeConfig {
        last_modified: Some(config.at),
        function_arn: Some(function.qualified_arn(qualifier)),
        maximum_retry_attempts: config.maximum_retry_attempts,
        maximum_event_age_in_seconds: config.maximum_event_age_in_seconds,
        destination_config: Some(DestinationConfig {
            on_success: Some(destinations.on_success.unwrap_or_default()),
            on_failure: Some(destinations.on_failure.unwrap_or_default()),
        }),
    }
}

fn check_destinations(
    lambda: &Lambda,
    name: &FunctionName,
    config: Option<&DestinationConfig>,
) -> Result<(), LambdaError> {
    let Some(config) = config else { return Ok(()) };
    let success = config.on_success.as_ref().and_then(|one| one.destination.as_deref());
    let failure = config.on_failure.as_ref().and_then(|one| one.destination.as_deref());
    for destination in [success, failure].into_iter().flatten().filter(|one| !one.is_empty()) {
        let refused = || {
            let shown = |one: Option<&str>, kind: &str| {
                one.map_or_else(|| "null".to_owned(), |arn| format!("{kind}(destination={arn})"))
            };
            invalid(format!(
                "The provided destination config DestinationConfig(onSuccess={}, onFailure={}) is invalid.",
                shown(success, "OnSuccess"),
                shown(failure, "OnFailure")
            ))
        };
        let arn: ruststack_core::arn::Arn = destination.parse().map_err(|_| refused())?;
        if !["lambda", "sqs", "sns", "events", "s3"].contains(&arn.service()) {
            return Err(refused());
        }
        if let Some(target) = policy::function_of(&arn) {
            if target.arn() == name.arn() {
                return Err(invalid("You can't specify the function as a destination for itself."));
            }
            if !lambda.home(&target.scope).lock().functions.contains_key(&target.name) {
                return Err(invalid(format!("The destination ARN {destination} is invalid.")));
            }
        }
    }
    Ok(())
}

pub(super) async fn get_function_event_invoke_config(
    call: Call<Lambda>,
    input: GetFunctionEventInvokeConfigInput,
) -> Result<GetFunctionEventInvokeConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let qualifier = name.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.functions.get(&name.name);
    let config = function.and_then(|function| Some((function, function.event_invoke.get(&qualifier)?)));
    let (function, config) = config.ok_or_else(|| missing(&format!("{}:{qualifier}", name.arn())))?;
    same(&told(function, &qualifier, config))
}

pub(super) async fn delete_function_event_invoke_config(
    call: Call<Lambda>,
    input: DeleteFunctionEventInvokeConfigInput,
) -> Result<DeleteFunctionEventInvokeConfigOutput, LambdaError> {
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let qualifier = name.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
    let gone = || missing(&format!("{}:{qualifier}", name.arn()));
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.functions.get(&name.name).cloned().ok_or_else(gone),
        |function| function.event_invoke.remove(&qualifier).map(drop).ok_or_else(gone),
    )?;
    Ok(DeleteFunctionEventInvokeConfigOutput {})
}

pub(super) async fn list_function_event_invoke_configs(
    call: Call<Lambda>,
    input: ListFunctionEventInvokeConfigsInput,
) -> Result<ListFunctionEventInvokeConfigsOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.functions.get(&name.name).ok_or_else(|| not_found("The function doesn't exist."))?;
    let list =
        function.event_invoke.iter().map(|(qualifier, config)| (qualifier.clone(), told(function, qualifier, config)));
    let (configs, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListFunctionEventInvokeConfigsOutput { function_event_invoke_configs: Some(configs), next_marker })
}
