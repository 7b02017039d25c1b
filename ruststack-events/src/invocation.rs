//! An API destination: an HTTP request that says who asks, as its connection tells.

mod parameters;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use ruststack_core::{arn::Arn, context::Context};
use serde_json::Value;

use self::parameters::{Parameters, form_encoded};
use crate::{
    Events,
    api::{CreateConnectionOAuthRequestParameters, HttpParameters},
    connection::{AUTHORIZED, ApiDestination, Connection},
    courier::{Failure, Parcel},
    limits::ANSWER_TIMEOUT,
    names::scope_of,
};

const USER_AGENT: &str = "Amazon/EventBridge/ApiDestinations";
const JSON: &str = "application/json; charset=utf-8";

/// Calls the destination that the parcel's target is.
pub(crate) async fn invoke(events: &Events, ctx: &Context, parcel: &Parcel) -> Result<(), Failure> {
    let (destination, connection) = destination_of(events, &parcel.target.arn)
        .ok_or_else(|| Failure::lasting("NO_RESOURCE", format!("{} does not exist", parcel.target.arn)))?;
    let token = match &connection.parameters.o_auth_parameters {
        Some(oauth) => Some(authorize(events, oauth).await?),
        None => None,
    };
    if token.is_some() && connection.state != AUTHORIZED {
        events.set_authorized(ctx, &connection);
    }
    let request = request(&destination, &connection, token.as_deref(), parcel)?;
    let answer = send(events, request).await?;
    judge(answer.status())
}

/// How long the parcel's destination is to be spared yet.
pub(crate) fn pause(events: &Events, ctx: &Context, parcel: &Parcel) -> Option<Duration> {
    let arn = &parcel.target.arn;
    let (destination, _) = destination_of(events, arn)?;
    let rate = usize::try_from(destination.rate_limit).unwrap_or(1).max(1);
    let turn = events.paces.turn(arn, rate, ctx.now());
    (turn > ctx.now()).then(|| turn.since(ctx.now()))
}

fn destination_of(events: &Events, arn: &str) -> Option<(ApiDestination, Connection)> {
    let arn: Arn = arn.parse().ok()?;
    let mut path = arn.resource().strip_prefix("api-destination/")?.split('/');
    let name = path.next()?;
    let home = events.home(&scope_of(&arn)?);
    let things = home.lock();
    let destination = things.api_destinations.get(name)?;
    let connection = things.connection_of(&destination.connection_arn)?;
    Some((ApiDestination::clone(destination), connection.clone()))
}

/// Asks for a token; each time, so that none is too old.
async fn authorize(events: &Events, oauth: &CreateConnectionOAuthRequestParameters) -> Result<String, Failure> {
    let client = &oauth.client_parameters;
    let mut parameters = Parameters::default();
    parameters.add_connection(oauth.o_auth_http_parameters.as_ref());
    let mut form = vec![
        ("grant_type".to_owned(), "client_credentials".to_owned()),
        ("client_id".to_owned(), client.client_id.clone()),
        ("client_secret".to_owned(), client.client_secret.clone()),
    ];
    form.retain(|(name, _)| !parameters.body.iter().any(|(given, _)| given == name));
    form.append(&mut parameters.body);
    let method = oauth.http_method.to_ascii_uppercase();
    let is_in_url = method == "GET";
    if is_in_url {
        parameters.query.append(&mut form);
    }
    let url = parameters.url(&oauth.authorization_endpoint, &[]);
    let request = Request::builder().method(method.as_str()).uri(url);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = parameters.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    let request = request.body(Bytes::from(form_encoded(&form))).map_err(|error| unusable(&error))?;
    let answer = send(events, request).await?;
    judge(answer.status())?;
    let answer: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let token = answer["access_token"].as_str().map(str::to_owned);
    token.ok_or_else(|| Failure::lasting("SDK_CLIENT_ERROR", "the authorization endpoint gave no access token"))
}

fn request(
    destination: &ApiDestination,
    connection: &Connection,
    token: Option<&str>,
    parcel: &Parcel,
) -> Result<Request<Bytes>, Failure> {
    let target = parcel.target.http_parameters.clone().unwrap_or_default();
    let HttpParameters { path_parameter_values, header_parameters, query_string_parameters } = target;
    let mut parameters = Parameters {
        headers: header_parameters.into_iter().flatten().collect(),
        query: query_string_parameters.into_iter().flatten().collect(),
        ..Parameters::default()
    };
    // What the connection says goes before what the target says.
    parameters.add_connection(connection.parameters.invocation_http_parameters.as_ref());
    if let Some((name, value)) = credentials(connection, token) {
        parameters.set_header(name, value);
    }
    let url = parameters.url(&destination.invocation_endpoint, path_parameter_values.as_deref().unwrap_or_default());
    let mut request = Request::builder().method(destination.http_method.as_str()).uri(url);
    for (name, value) in [("user-agent", USER_AGENT), ("content-type", JSON), ("range", "bytes=0-1048575")] {
        request = request.header(name, value);
    }
    let mut request = request.body(parameters.body_of(parcel.body())).map_err(|error| unusable(&error))?;
    for (name, value) in &parameters.headers {
        let name: HeaderName = name.parse().map_err(|_| unusable(&format!("{name} is no header")))?;
        let value: HeaderValue = value.parse().map_err(|_| unusable(&format!("the value of {name} is none")))?;
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}

/// The header that says who asks.
fn credentials(connection: &Connection, token: Option<&str>) -> Option<(String, String)> {
    let authorization = || header::AUTHORIZATION.as_str().to_owned();
    if let Some(token) = token {
        return Some((authorization(), format!("Bearer {token}")));
    }
    if let Some(basic) = &connection.parameters.basic_auth_parameters {
        let pair = STANDARD.encode(format!("{}:{}", basic.username, basic.password));
        return Some((authorization(), format!("Basic {pair}")));
    }
    let key = connection.parameters.api_key_auth_parameters.as_ref()?;
    Some((key.api_key_name.clone(), key.api_key_value.clone()))
}

async fn send(events: &Events, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
    let answer = events.outbound.send(request, ANSWER_TIMEOUT).await;
    answer.map_err(|error| Failure::passing("CONNECTION_FAILURE", error.to_string()))
}

/// AWS tries again after these.
fn judge(status: StatusCode) -> Result<(), Failure> {
    let message = || format!("the destination answered {status}");
    match status.as_u16() {
        200..=399 => Ok(()),
        401 | 407 | 409 | 500..=599 => Err(Failure::passing("SDK_CLIENT_ERROR", message())),
        429 => Err(Failure::passing("THROTTLING", message())),
        _ => Err(Failure::lasting("SDK_CLIENT_ERROR", message())),
    }
}

fn unusable(error: &dyn std::fmt::Display) -> Failure {
    Failure::lasting("INVALID_PARAMETER", error.to_string())
}
