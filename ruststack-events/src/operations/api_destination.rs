//! API destinations: `CreateApiDestination`, `DescribeApiDestination`, `UpdateApiDestination`, `DeleteApiDestination`,
//! `ListApiDestinations`.

use std::sync::Arc;

use ruststack_core::operation::Call;

use super::{Page, has_prefix};
use crate::{
    Events, access,
    api::{
        CreateApiDestinationInput, CreateApiDestinationOutput, DeleteApiDestinationInput, DeleteApiDestinationOutput,
        DescribeApiDestinationInput, DescribeApiDestinationOutput, ListApiDestinationsInput, ListApiDestinationsOutput,
        UpdateApiDestinationInput, UpdateApiDestinationOutput,
    },
    connection::{ApiDestination, Connection},
    error::{EventsError, exists, not_found},
    home::Things,
    limits::MAX_API_DESTINATIONS,
    rows,
};

pub(super) async fn create_api_destination(
    call: Call<Events>,
    input: CreateApiDestinationInput,
) -> Result<CreateApiDestinationOutput, EventsError> {
    access::check_own(&call, "api-destination", &input.name)?;
    let destination = ApiDestination {
        name: input.name,
        id: call.ids().uuid(),
        description: input.description,
        connection_arn: input.connection_arn,
        invocation_endpoint: input.invocation_endpoint,
        http_method: input.http_method,
        rate_limit: input.invocation_rate_limit_per_second.unwrap_or(ApiDestination::DEFAULT_RATE_LIMIT),
        created_at: call.now(),
        modified_at: call.now(),
    };
    call.service().change(call.ctx(), call.scope(), |things| {
        if things.api_destinations.contains_key(&destination.name) {
            return Err(exists(format!("An api-destination '{}' already exists.", destination.name)));
        }
        if things.api_destinations.len() >= MAX_API_DESTINATIONS {
            return Err(EventsError::LimitExceededException {});
        }
        let state = ApiDestination::state(Some(connection(things, &destination.connection_arn)?));
        call.ctx().changes().record(|rows| rows::put_api_destination(rows, call.scope(), &destination));
        let output = CreateApiDestinationOutput {
            api_destination_arn: Some(destination.arn(call.scope())),
            api_destination_state: Some(state),
            creation_time: Some(destination.created_at),
            last_modified_time: Some(destination.modified_at),
        };
        things.api_destinations.insert(destination.name.clone(), Arc::new(destination));
        Ok(output)
    })
}

fn connection<'t>(things: &'t Things, arn: &str) -> Result<&'t Connection, EventsError> {
    let name = arn.split('/').nth(1).unwrap_or_default();
    let text = || format!("Failed to describe the connection(s). Connection '{name}' does not exist.");
    things.connection_of(arn).ok_or_else(|| not_found(text()))
}

pub(super) async fn describe_api_destination(
    call: Call<Events>,
    input: DescribeApiDestinationInput,
) -> Result<DescribeApiDestinationOutput, EventsError> {
    access::check_own(&call, "api-destination", &input.name)?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let destination = things.api_destination(&input.name)?;
    let listed = destination.listed(call.scope(), things.connection_of(&destination.connection_arn));
    Ok(DescribeApiDestinationOutput {
        api_destination_arn: listed.api_destination_arn,
        name: listed.name,
        description: destination.description.clone(),
        api_destination_state: listed.api_destination_state,
        connection_arn: listed.connection_arn,
        invocation_endpoint: listed.invocation_endpoint,
        http_method: listed.http_method,
        invocation_rate_limit_per_second: listed.invocation_rate_limit_per_second,
        creation_time: listed.creation_time,
        last_modified_time: listed.last_modified_time,
    })
}

/// What is not given stays.
pub(super) async fn update_api_destination(
    call: Call<Events>,
    input: UpdateApiDestinationInput,
) -> Result<UpdateApiDestinationOutput, EventsError> {
    access::check_own(&call, "api-destination", &input.name)?;
    call.service().change(call.ctx(), call.scope(), |things| {
        let mut destination = ApiDestination::clone(things.api_destination(&input.name)?);
        destination.description = input.description.or(destination.description);
        destination.connection_arn = input.connection_arn.unwrap_or(destination.connection_arn);
        destination.invocation_endpoint = input.invocation_endpoint.unwrap_or(destination.invocation_endpoint);
        destination.http_method = input.http_method.unwrap_or(destination.http_method);
        destination.rate_limit = input.invocation_rate_limit_per_second.unwrap_or(destination.rate_limit);
        destination.modified_at = call.now();
        let state = ApiDestination::state(Some(connection(things, &destination.connection_arn)?));
        call.ctx().changes().record(|rows| rows::put_api_destination(rows, call.scope(), &destination));
        let output = UpdateApiDestinationOutput {
            api_destination_arn: Some(destination.arn(call.scope())),
            api_destination_state: Some(state),
            creation_time: Some(destination.created_at),
            last_modified_time: Some(destination.modified_at),
        };
        things.api_destinations.insert(destination.name.clone(), Arc::new(destination));
        Ok(output)
    })
}

pub(super) async fn delete_api_destination(
    call: Call<Events>,
    input: DeleteApiDestinationInput,
) -> Result<DeleteApiDestinationOutput, EventsError> {
    access::check_own(&call, "api-destination", &input.name)?;
    call.service().change(call.ctx(), call.scope(), |things| {
        things.api_destination(&input.name)?;
        things.api_destinations.remove(&input.name);
        call.ctx().changes().record(|rows| rows::remove_api_destination(rows, call.scope(), &input.name));
        Ok(DeleteApiDestinationOutput {})
    })
}

pub(super) async fn list_api_destinations(
    call: Call<Events>,
    input: ListApiDestinationsInput,
) -> Result<ListApiDestinationsOutput, EventsError> {
    access::check_account(&call)?;
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let destinations = things.api_destinations.values().filter(|destination| {
        has_prefix(&destination.name, input.name_prefix.as_ref())
            && input.connection_arn.as_ref().is_none_or(|arn| destination.connection_arn == *arn)
    });
    let (api_destinations, next_token) = page.take(destinations.map(|destination| {
        let connection = things.connection_of(&destination.connection_arn);
        (destination.name.clone(), destination.listed(call.scope(), connection))
    }));
    Ok(ListApiDestinationsOutput { api_destinations: Some(api_destinations), next_token })
}
