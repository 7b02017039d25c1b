//! `CreatePlatformEndpoint`: a mobile device of an application, or the one that is there and is the same.

use ruststack_core::{operation::Call, scope::Scope};

use crate::{
    Sns, access,
    api::{CreatePlatformEndpointInput, CreatePlatformEndpointOutput},
    arns,
    error::{SnsError, invalid, invalid_because},
    limits::MAX_ENDPOINTS,
    platforms::{self, Application, Endpoint, HeldPlatforms},
    rows,
    topic_attributes::Attributes,
};

pub(super) async fn create_platform_endpoint(
    call: Call<Sns>,
    input: CreatePlatformEndpointInput,
) -> Result<CreatePlatformEndpointOutput, SnsError> {
    const PARAMETER: &str = "PlatformApplicationArn";
    let arn = arns::parse(PARAMETER, &input.platform_application_arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "CreatePlatformEndpoint", arn.as_str())?;
    let given = given(input)?;
    let (regional, changes) = (call.service().regional(&scope), call.ctx().changes());
    let _section = changes.begin()?;
    let held = &mut *regional.platforms.lock();
    let application = held.application(arn.as_str())?.clone();
    if let Some(found) = same_token(held, &application, &given)? {
        return Ok(CreatePlatformEndpointOutput { endpoint_arn: Some(found) });
    }
    if held.endpoints.len() >= MAX_ENDPOINTS {
        return Err(invalid("PlatformApplicationArn Reason: too many endpoints"));
    }
    let endpoint = new(&call, &scope, &application, given)?;
    let endpoint_arn = endpoint.arn.to_string();
    changes.record(|rows| rows::put_endpoint(rows, &scope, &endpoint));
    held.endpoints.insert(endpoint_arn.clone(), endpoint);
    Ok(CreatePlatformEndpointOutput { endpoint_arn: Some(endpoint_arn) })
}

/// All that is asked of it; what stands among the attributes counts more than what stands alone.
fn given(input: CreatePlatformEndpointInput) -> Result<Attributes, SnsError> {
    let mut given = Attributes::from([("Enabled".to_owned(), "true".to_owned())]);
    if let Some(data) = input.custom_user_data.filter(|data| !data.is_empty()) {
        given.insert("CustomUserData".to_owned(), data);
    }
    given.insert("Token".to_owned(), input.token);
    given.extend(input.attributes.unwrap_or_default());
    platforms::check_endpoint_attributes(&given)?;
    Ok(given)
}

/// The endpoint of the same device, unless it has other attributes.
fn same_token(held: &HeldPlatforms, application: &Application, given: &Attributes) -> Result<Option<String>, SnsError> {
    let mut endpoints = held.endpoints_of(application.arn.as_str(), None);
    let token = given.get("Token");
    let Some(found) = endpoints.find(|endpoint| endpoint.attributes.get("Token") == token) else { return Ok(None) };
    let arn = found.arn.to_string();
    if found.attributes == *given {
        return Ok(Some(arn));
    }
    let reason = format!("Endpoint {arn} already exists with the same Token, but different attributes.");
    Err(invalid_because("Token", reason))
}

fn new(call: &Call<Sns>, scope: &Scope, application: &Application, given: Attributes) -> Result<Endpoint, SnsError> {
    let rest = application.arn.resource().strip_prefix("app/").unwrap_or_default();
    let arn = arns::in_scope(scope, &format!("endpoint/{rest}/{}", call.ids().uuid()));
    let arn = arn.ok_or_else(|| invalid("PlatformApplicationArn"))?;
    Ok(Endpoint { arn, application: application.arn.to_string(), attributes: given })
}
