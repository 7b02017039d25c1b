//! Connections: `CreateConnection`, `DescribeConnection`, `UpdateConnection`, `DeauthorizeConnection`,
//! `DeleteConnection`, `ListConnections`.

use std::sync::Arc;

use ruststack_core::operation::Call;

use super::{Page, has_prefix};
use crate::{
    Events, access,
    api::{
        CreateConnectionApiKeyAuthRequestParameters, CreateConnectionAuthRequestParameters,
        CreateConnectionBasicAuthRequestParameters, CreateConnectionInput, CreateConnectionOutput,
        DeauthorizeConnectionInput, DeauthorizeConnectionOutput, DeleteConnectionInput, DeleteConnectionOutput,
        DescribeConnectionInput, DescribeConnectionOutput, ListConnectionsInput, ListConnectionsOutput,
        UpdateConnectionAuthRequestParameters, UpdateConnectionInput, UpdateConnectionOAuthRequestParameters,
        UpdateConnectionOutput,
    },
    connection::{Connection, DEAUTHORIZED, OAUTH},
    error::{EventsError, exists, invalid},
    limits::MAX_CONNECTIONS,
    rows,
};

pub(super) async fn create_connection(
    call: Call<Events>,
    input: CreateConnectionInput,
) -> Result<CreateConnectionOutput, EventsError> {
    access::check_own(&call, "connection", &input.name)?;
    let secret = format!("{}-{}", call.ids().uuid(), call.ids().alphanumeric(6));
    let connection = Connection {
        name: input.name,
        id: call.ids().uuid(),
        secret_id: secret,
        description: input.description,
        state: Connection::state_of(&input.authorization_type).to_owned(),
        authorization_type: input.authorization_type,
        parameters: input.auth_parameters,
        connectivity: input.invocation_connectivity_parameters,
        kms_key_identifier: input.kms_key_identifier,
        created_at: call.now(),
        modified_at: call.now(),
        authorized_at: call.now(),
    };
    check(&connection)?;
    call.service().change(call.ctx(), call.scope(), |things| {
        if things.connections.contains_key(&connection.name) {
            return Err(exists(format!("Connection {} already exists.", connection.name)));
        }
        if things.connections.len() >= MAX_CONNECTIONS {
            return Err(EventsError::LimitExceededException {});
        }
        call.ctx().changes().record(|rows| rows::put_connection(rows, call.scope(), &connection));
        let output = CreateConnectionOutput {
            connection_arn: Some(connection.arn(call.scope())),
            connection_state: Some(connection.state.clone()),
            creation_time: Some(connection.created_at),
            last_modified_time: Some(connection.modified_at),
        };
        things.connections.insert(connection.name.clone(), Arc::new(connection));
        Ok(output)
    })
}

/// The parameters are those of the type; the text is assumed.
fn check(connection: &Connection) -> Result<(), EventsError> {
    let given = &connection.parameters;
    let (is_given, name) = match connection.authorization_type.as_str() {
        "BASIC" => (given.basic_auth_parameters.is_some(), "BasicAuthParameters"),
        OAUTH => (given.o_auth_parameters.is_some(), "OAuthParameters"),
        _ => (given.api_key_auth_parameters.is_some(), "ApiKeyAuthParameters"),
    };
    // Small letters will do.
    let method = given.o_auth_parameters.as_ref().map(|oauth| oauth.http_method.as_str());
    let is_method = |method: &&str| ["GET", "POST", "PUT"].iter().any(|known| known.eq_ignore_ascii_case(method));
    if let Some(method) = method.filter(|method| !is_method(method)) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{method}' at 'authParameters.oAuthParameters.httpMethod' failed to \
             satisfy constraint: Member must satisfy enum value set: [GET, POST, PUT]"
        )));
    }
    let authorization_type = &connection.authorization_type;
    match is_given {
        true => Ok(()),
        false => Err(invalid(format!("Parameter {name} is required for AuthorizationType {authorization_type}."))),
    }
}

pub(super) async fn describe_connection(
    call: Call<Events>,
    input: DescribeConnectionInput,
) -> Result<DescribeConnectionOutput, EventsError> {
    access::check_own(&call, "connection", &input.name)?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let connection = things.connection(&input.name)?;
    Ok(DescribeConnectionOutput {
        connection_arn: Some(connection.arn(call.scope())),
        name: Some(connection.name.clone()),
        description: connection.description.clone(),
        invocation_connectivity_parameters: None,
        connection_state: Some(connection.state.clone()),
        state_reason: None,
        authorization_type: Some(connection.authorization_type.clone()),
        secret_arn: Some(connection.secret_arn(call.scope())),
        kms_key_identifier: connection.kms_key_identifier.clone(),
        auth_parameters: Some(connection.told()),
        creation_time: Some(connection.created_at),
        last_modified_time: Some(connection.modified_at),
        last_authorized_time: Some(connection.authorized_at),
    })
}

/// What is not given stays.
pub(super) async fn update_connection(
    call: Call<Events>,
    input: UpdateConnectionInput,
) -> Result<UpdateConnectionOutput, EventsError> {
    access::check_own(&call, "connection", &input.name)?;
    let connection = change(&call, &input.name.clone(), |connection| {
        connection.description = input.description.or(connection.description.take());
        connection.kms_key_identifier = input.kms_key_identifier.or(connection.kms_key_identifier.take());
        connection.connectivity = input.invocation_connectivity_parameters.or(connection.connectivity.take());
        if let Some(authorization_type) = input.authorization_type {
            connection.authorization_type = authorization_type;
        }
        if let Some(given) = input.auth_parameters {
            merge(&mut connection.parameters, given);
        }
        connection.state = Connection::state_of(&connection.authorization_type).to_owned();
        (connection.modified_at, connection.authorized_at) = (call.now(), call.now());
        check(connection)
    })?;
    Ok(UpdateConnectionOutput {
        connection_arn: Some(connection.arn(call.scope())),
        connection_state: Some(connection.state.clone()),
        creation_time: Some(connection.created_at),
        last_modified_time: Some(connection.modified_at),
        last_authorized_time: Some(connection.authorized_at),
    })
}

fn merge(old: &mut CreateConnectionAuthRequestParameters, new: UpdateConnectionAuthRequestParameters) {
    if let Some(basic) = new.basic_auth_parameters {
        let old = old.basic_auth_parameters.get_or_insert_with(CreateConnectionBasicAuthRequestParameters::default);
        old.username = basic.username.unwrap_or_else(|| old.username.clone());
        old.password = basic.password.unwrap_or_else(|| old.password.clone());
    }
    if let Some(key) = new.api_key_auth_parameters {
        let old = old.api_key_auth_parameters.get_or_insert_with(CreateConnectionApiKeyAuthRequestParameters::default);
        old.api_key_name = key.api_key_name.unwrap_or_else(|| old.api_key_name.clone());
        old.api_key_value = key.api_key_value.unwrap_or_else(|| old.api_key_value.clone());
    }
    if let Some(oauth) = new.o_auth_parameters {
        merge_oauth(old, oauth);
    }
    old.invocation_http_parameters = new.invocation_http_parameters.or(old.invocation_http_parameters.take());
}

fn merge_oauth(old: &mut CreateConnectionAuthRequestParameters, new: UpdateConnectionOAuthRequestParameters) {
    let old = old.o_auth_parameters.get_or_insert_default();
    let client = new.client_parameters.unwrap_or_default();
    let known = &mut old.client_parameters;
    known.client_id = client.client_id.unwrap_or_else(|| known.client_id.clone());
    known.client_secret = client.client_secret.unwrap_or_else(|| known.client_secret.clone());
    old.authorization_endpoint = new.authorization_endpoint.unwrap_or_else(|| old.authorization_endpoint.clone());
    old.http_method = new.http_method.unwrap_or_else(|| old.http_method.clone());
    old.o_auth_http_parameters = new.o_auth_http_parameters.or(old.o_auth_http_parameters.take());
}

/// Its secrets are forgotten.
pub(super) async fn deauthorize_connection(
    call: Call<Events>,
    input: DeauthorizeConnectionInput,
) -> Result<DeauthorizeConnectionOutput, EventsError> {
    access::check_own(&call, "connection", &input.name)?;
    let connection = change(&call, &input.name, |connection| {
        connection.parameters = CreateConnectionAuthRequestParameters::default();
        DEAUTHORIZED.clone_into(&mut connection.state);
        connection.modified_at = call.now();
        Ok(())
    })?;
    Ok(DeauthorizeConnectionOutput {
        connection_arn: Some(connection.arn(call.scope())),
        connection_state: Some("DEAUTHORIZING".to_owned()),
        creation_time: Some(connection.created_at),
        last_modified_time: Some(connection.modified_at),
        last_authorized_time: Some(connection.authorized_at),
    })
}

fn change(
    call: &Call<Events>,
    name: &str,
    change: impl FnOnce(&mut Connection) -> Result<(), EventsError>,
) -> Result<Arc<Connection>, EventsError> {
    call.service().change(call.ctx(), call.scope(), |things| {
        let mut connection = Connection::clone(things.connection(name)?);
        change(&mut connection)?;
        call.ctx().changes().record(|rows| rows::put_connection(rows, call.scope(), &connection));
        let connection = Arc::new(connection);
        things.connections.insert(connection.name.clone(), Arc::clone(&connection));
        Ok(connection)
    })
}

pub(super) async fn delete_connection(
    call: Call<Events>,
    input: DeleteConnectionInput,
) -> Result<DeleteConnectionOutput, EventsError> {
    access::check_own(&call, "connection", &input.name)?;
    call.service().change(call.ctx(), call.scope(), |things| {
        let connection = Arc::clone(things.connection(&input.name)?);
        things.connections.remove(&input.name);
        call.ctx().changes().record(|rows| rows::remove_connection(rows, call.scope(), &input.name));
        Ok(DeleteConnectionOutput {
            connection_arn: Some(connection.arn(call.scope())),
            connection_state: Some("DELETING".to_owned()),
            creation_time: Some(connection.created_at),
            last_modified_time: Some(connection.modified_at),
            last_authorized_time: Some(connection.authorized_at),
        })
    })
}

pub(super) async fn list_connections(
    call: Call<Events>,
    input: ListConnectionsInput,
) -> Result<ListConnectionsOutput, EventsError> {
    access::check_account(&call)?;
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let connections = things.connections.values().filter(|connection| {
        has_prefix(&connection.name, input.name_prefix.as_ref())
            && input.connection_state.as_ref().is_none_or(|state| connection.state == *state)
    });
    let (connections, next_token) =
        page.take(connections.map(|connection| (connection.name.clone(), connection.listed(call.scope()))));
    Ok(ListConnectionsOutput { connections: Some(connections), next_token })
}
