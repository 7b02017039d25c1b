//! Create-, Get-, Update-, Delete- and ListEventSourceMapping(s).

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::{arn::Arn, operation::Call};
use serde_json::json;

use crate::{
    Lambda,
    api::{
        CreateEventSourceMappingInput, CreateEventSourceMappingOutput, DeleteEventSourceMappingInput,
        DeleteEventSourceMappingOutput, DestinationConfig, EventSourceMappingConfiguration, FilterCriteria,
        GetEventSourceMappingInput, GetEventSourceMappingOutput, ListEventSourceMappingsInput,
        ListEventSourceMappingsOutput, UpdateEventSourceMappingInput, UpdateEventSourceMappingOutput,
    },
    error::{LambdaError, conflict, invalid, no_such_resource},
    home::Mapping,
    names::FunctionName,
    operations::{paged, same, tags},
    rows,
    sources::{self, Kind, filter::Filters},
};

const LARGE_WITHOUT_WINDOW: &str =
    "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10";

pub(super) async fn create_event_source_mapping(
    call: Call<Lambda>,
    input: CreateEventSourceMappingInput,
) -> Result<CreateEventSourceMappingOutput, LambdaError> {
    let (lambda, ctx, scope) = (call.service(), call.ctx(), call.scope());
    tags::check(input.tags.as_ref())?;
    let arn = input.event_source_arn.clone().ok_or_else(|| invalid("Unrecognized event source."))?;
    let arn: Arn = arn.parse().map_err(|_| invalid("Unrecognized event source."))?;
    if arn.service() == "kinesis" {
        starting_position(&input)?;
    }
    let kind = Kind::of(&arn)?;
    let name = FunctionName::parse(scope, &input.function_name)?;
    check(kind, &arn, &input)?;
    check_function(lambda, &name)?;
    check_source(&call, kind, &arn).await?;
    let id = ctx.ids().uuid();
    let configuration = configuration(&call, kind, &arn, &name, &id, &input);
    let mapping =
        Arc::new(Mapping { configuration, tags: input.tags.clone().unwrap_or_default(), positions: BTreeMap::new() });
    lambda.change(ctx, scope, |things| {
        check_unique(things.mappings.values(), &mapping.configuration, kind, &name)?;
        let mut kept = Mapping::clone(&mapping);
        kept.configuration.state = Some(enabled_state(input.enabled).to_owned());
        ctx.changes().record(|rows| rows::put_mapping(rows, scope, &id, &kept));
        things.mappings.insert(id.clone(), Arc::new(kept));
        Ok(())
    })?;
    sources::start(lambda, scope, &id);
    same(&mapping.configuration)
}

fn enabled_state(is_enabled: Option<bool>) -> &'static str {
    if is_enabled.unwrap_or(true) { "Enabled" } else { "Disabled" }
}

fn check_function(lambda: &Lambda, name: &FunctionName) -> Result<(), LambdaError> {
    let home = lambda.home(&name.scope);
    let things = home.lock();
    let unknown = || invalid("Function does not exist");
    let function = things.functions.get(&name.name).ok_or_else(unknown)?;
    let has = name.qualifier.as_deref().is_none_or(|qualifier| function.has(qualifier));
    if has { Ok(()) } else { Err(unknown()) }
}

fn check(kind: Kind, arn: &Arn, input: &CreateEventSourceMappingInput) -> Result<(), LambdaError> {
    check_filters(input.filter_criteria.as_ref())?;
    match kind {
        Kind::Queue => {
            check_batch(input.batch_size, input.maximum_batching_window_in_seconds)?;
            if input.destination_config.is_some() {
                return Err(invalid("Unsupported DestinationConfig parameter for given event source mapping type."));
            }
        }
        Kind::Stream => {
            if starting_position(input)? == "AT_TIMESTAMP" {
                return Err(invalid(format!("Unsupported starting position for arn type: {arn}")));
            }
            if input.destination_config.as_ref().is_some_and(has_success) {
                return Err(invalid("Unsupported DestinationConfig parameter for given event source mapping type."));
            }
        }
    }
    Ok(())
}

fn starting_position(input: &CreateEventSourceMappingInput) -> Result<&str, LambdaError> {
    const MISSING: &str = "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: \
                           Member must not be null.";
    input.starting_position.as_deref().ok_or_else(|| invalid(MISSING))
}

fn has_success(config: &DestinationConfig) -> bool {
    config.on_success.as_ref().is_some_and(|one| one.destination.is_some())
}

fn check_batch(size: Option<i32>, window: Option<i32>) -> Result<(), LambdaError> {
    if size.unwrap_or(10) > 10 && window.unwrap_or(0) == 0 {
        return Err(invalid(LARGE_WITHOUT_WINDOW));
    }
    Ok(())
}

fn check_filters(criteria: Option<&FilterCriteria>) -> Result<(), LambdaError> {
    Filters::of(criteria).map(drop)
}

/// Asks the source whether it is there.
async fn check_source(call: &Call<Lambda>, kind: Kind, arn: &Arn) -> Result<(), LambdaError> {
    let ctx = call.ctx();
    let name = arn.resource().to_owned();
    match kind {
        Kind::Queue => {
            let input = json!({ "QueueName": name, "QueueOwnerAWSAccountId": arn.account() });
            let found =
                ctx.bus().request(&call.service().context(ctx, call.scope()), "sqs", "GetQueueUrl", input).await;
            found.map(drop).map_err(|_| {
                invalid(
                    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS \
                     Error Message: The specified queue does not exist.",
                )
            })
        }
        Kind::Stream => {
            let input = json!({ "StreamArn": arn.as_str() });
            let asking = call.service().context(ctx, call.scope());
            let found = ctx.bus().request(&asking, "dynamodbstreams", "DescribeStream", input).await;
            found.map(drop).map_err(|_| invalid(format!("Stream not found: {arn}")))
        }
    }
}

fn check_unique<'m>(
    mappings: impl Iterator<Item = &'m Arc<Mapping>>,
    wanted: &EventSourceMappingConfiguration,
    kind: Kind,
    name: &FunctionName,
) -> Result<(), LambdaError> {
    let is_same = |mapping: &&Arc<Mapping>| {
        let known = &mapping.configuration;
        known.event_source_arn == wanted.event_source_arn && known.function_arn == wanted.function_arn
    };
    let Some(known) = mappings.into_iter().find(is_same) else { return Ok(()) };
    let (source, id) = (wanted.event_source_arn.as_deref(), known.configuration.uuid.as_deref());
    let (source, id) = (source.unwrap_or_default(), id.unwrap_or_default());
    let function = &name.name;
    Err(conflict(match kind {
        Kind::Queue => format!(
            "An event source mapping with SQS arn (\" {source} \") and function (\" {function} \") already exists. Please \
             update or delete the existing mapping with UUID {id}"
        ),
        Kind::Stream => format!(
            "The event source arn (\" {source} \") and function (\" {function} \") provided mapping already exists. Please \
             update or delete the existing mapping with UUID {id}"
        ),
    }))
}

fn configuration(
    call: &Call<Lambda>,
    kind: Kind,
    arn: &Arn,
    name: &FunctionName,
    id: &str,
    input: &CreateEventSourceMappingInput,
) -> EventSourceMappingConfiguration {
    let scope = call.scope();
    let is_stream = kind == Kind::Stream;
    let of_stream = |value: Option<i32>, usual: i32| is_stream.then(|| value.unwrap_or(usual));
    EventSourceMappingConfiguration {
        uuid: Some(id.to_owned()),
        batch_size: Some(input.batch_size.unwrap_or(if is_stream { 100 } else { 10 })),
        maximum_batching_window_in_seconds: Some(input.maximum_batching_window_in_seconds.unwrap_or(0)),
        event_source_arn: Some(arn.to_string()),
        filter_criteria: input.filter_criteria.clone().filter(has_filters),
        function_arn: Some(name.qualified_arn()),
        last_modified: Some(call.now()),
        last_processing_result: is_stream.then(|| "No records processed".to_owned()),
        state: Some("Creating".to_owned()),
        state_transition_reason: Some(if is_stream { "User action" } else { "USER_INITIATED" }.to_owned()),
        function_response_types: Some(input.function_response_types.clone().unwrap_or_default()),
        scaling_config: input.scaling_config.clone(),
        metrics_config: input.metrics_config.clone(),
        kms_key_arn: input.kms_key_arn.clone(),
        starting_position: input.starting_position.clone().filter(|_| is_stream),
        starting_position_timestamp: input.starting_position_timestamp.filter(|_| is_stream),
        destination_config: is_stream.then(|| with_failure(input.destination_config.clone())),
        parallelization_factor: of_stream(input.parallelization_factor, 1),
        maximum_record_age_in_seconds: of_stream(input.maximum_record_age_in_seconds, -1),
        maximum_retry_attempts: of_stream(input.maximum_retry_attempts, -1),
        tumbling_window_in_seconds: of_stream(input.tumbling_window_in_seconds, 0),
        bisect_batch_on_function_error: is_stream.then(|| input.bisect_batch_on_function_error.unwrap_or(false)),
        event_source_mapping_arn: Some(format!(
            "arn:{}:lambda:{}:{}:event-source-mapping:{id}",
            scope.partition(),
            scope.region,
            scope.account
        )),
        ..EventSourceMappingConfiguration::default()
    }
}

fn has_filters(criteria: &FilterCriteria) -> bool {
    criteria.filters.as_ref().is_some_and(|filters| !filters.is_empty())
}

/// Where failures go is always told, though they go nowhere.
fn with_failure(told: Option<DestinationConfig>) -> DestinationConfig {
    let mut config = told.unwrap_or_default();
    config.on_failure.get_or_insert_default();
    config
}

pub(super) async fn get_event_source_mapping(
    call: Call<Lambda>,
    input: GetEventSourceMappingInput,
) -> Result<GetEventSourceMappingOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    same(&things.mappings.get(&input.uuid).ok_or_else(no_such_resource)?.configuration)
}

pub(super) async fn update_event_source_mapping(
    call: Call<Lambda>,
    input: UpdateEventSourceMappingInput,
) -> Result<UpdateEventSourceMappingOutput, LambdaError> {
    let (lambda, ctx, scope) = (call.service(), call.ctx(), call.scope());
    check_filters(input.filter_criteria.as_ref())?;
    let name = match &input.function_name {
        Some(name) => {
            let name = FunctionName::parse(scope, name)?;
            if lambda.home(scope).lock().mappings.contains_key(&input.uuid) {
                check_function(lambda, &name)?;
            }
            Some(name)
        }
        None => None,
    };
    let mut told = lambda.change(ctx, scope, |things| {
        let mapping = Arc::make_mut(things.mappings.get_mut(&input.uuid).ok_or_else(no_such_resource)?);
        let mut changed = mapping.configuration.clone();
        apply(&mut changed, &input, name.as_ref());
        if changed.starting_position.is_none() {
            check_batch(changed.batch_size, changed.maximum_batching_window_in_seconds)?;
        }
        changed.last_modified = Some(call.now());
        mapping.configuration = changed;
        ctx.changes().record(|rows| rows::put_mapping(rows, scope, &input.uuid, mapping));
        Ok(mapping.configuration.clone())
    })?;
    sources::start(lambda, scope, &input.uuid);
    let changing = match input.enabled {
        Some(false) => "Disabling",
        Some(true) => "Enabling",
        None => "Updating",
    };
    told.state = Some(changing.to_owned());
    same(&told)
}

fn apply(
    changed: &mut EventSourceMappingConfiguration,
    input: &UpdateEventSourceMappingInput,
    name: Option<&FunctionName>,
) {
    fn set<T: Clone>(place: &mut Option<T>, value: Option<&T>) {
        if let Some(value) = value {
            *place = Some(value.clone());
        }
    }
    if let Some(name) = name {
        changed.function_arn = Some(name.qualified_arn());
    }
    if input.enabled.is_some() {
        changed.state = Some(enabled_state(input.enabled).to_owned());
    }
    set(&mut changed.batch_size, input.batch_size.as_ref());
    set(&mut changed.maximum_batching_window_in_seconds, input.maximum_batching_window_in_seconds.as_ref());
    set(&mut changed.function_response_types, input.function_response_types.as_ref());
    set(&mut changed.scaling_config, input.scaling_config.as_ref());
    set(&mut changed.metrics_config, input.metrics_config.as_ref());
    set(&mut changed.destination_config, input.destination_config.as_ref());
    set(&mut changed.parallelization_factor, input.parallelization_factor.as_ref());
    set(&mut changed.maximum_record_age_in_seconds, input.maximum_record_age_in_seconds.as_ref());
    set(&mut changed.maximum_retry_attempts, input.maximum_retry_attempts.as_ref());
    set(&mut changed.bisect_batch_on_function_error, input.bisect_batch_on_function_error.as_ref());
    set(&mut changed.tumbling_window_in_seconds, input.tumbling_window_in_seconds.as_ref());
    if let Some(criteria) = &input.filter_criteria {
        changed.filter_criteria = Some(criteria.clone()).filter(has_filters);
    }
}

pub(super) async fn delete_event_source_mapping(
    call: Call<Lambda>,
    input: DeleteEventSourceMappingInput,
) -> Result<DeleteEventSourceMappingOutput, LambdaError> {
    let (lambda, ctx, scope) = (call.service(), call.ctx(), call.scope());
    let removed = lambda.change(ctx, scope, |things| {
        let removed = things.mappings.remove(&input.uuid).ok_or_else(no_such_resource)?;
        ctx.changes().record(|rows| rows::remove_mapping(rows, scope, &input.uuid));
        Ok(removed)
    })?;
    let mut told = removed.configuration.clone();
    told.state = Some("Deleting".to_owned());
    same(&told)
}

pub(super) async fn list_event_source_mappings(
    call: Call<Lambda>,
    input: ListEventSourceMappingsInput,
) -> Result<ListEventSourceMappingsOutput, LambdaError> {
    let function = input.function_name.as_ref().map(|name| FunctionName::parse(call.scope(), name)).transpose()?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let is_meant = |mapping: &Mapping| {
        let known = &mapping.configuration;
        let is_of_source = input.event_source_arn.is_none() || known.event_source_arn == input.event_source_arn;
        let is_of_function = function.as_ref().is_none_or(|function| {
            let (arn, wanted) = (known.function_arn.as_deref().unwrap_or_default(), function.qualified_arn());
            arn == wanted || (function.qualifier.is_none() && arn.starts_with(&format!("{wanted}:")))
        });
        is_of_source && is_of_function
    };
    let list = things.mappings.iter().filter(|(_, mapping)| is_meant(mapping));
    let list = list.map(|(id, mapping)| (id.clone(), mapping.configuration.clone()));
    let (mappings, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListEventSourceMappingsOutput { next_marker, event_source_mappings: Some(mappings) })
}
