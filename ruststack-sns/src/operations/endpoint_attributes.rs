//! `GetEndpointAttributes` and `SetEndpointAttributes`.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{
        GetEndpointAttributesInput, GetEndpointAttributesOutput, SetEndpointAttributesInput,
        SetEndpointAttributesOutput,
    },
    arns,
    error::{SnsError, invalid},
    platforms, rows,
};

const PARAMETER: &str = "EndpointArn";

pub(super) async fn get_endpoint_attributes(
    call: Call<Sns>,
    input: GetEndpointAttributesInput,
) -> Result<GetEndpointAttributesOutput, SnsError> {
    let arn = arns::parse(PARAMETER, &input.endpoint_arn)?;
    platforms::check_endpoint_arn(&arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "GetEndpointAttributes", arn.as_str())?;
    let regional = call.service().regional(&scope);
    let attributes = regional.platforms.lock().endpoint(arn.as_str())?.attributes.clone();
    Ok(GetEndpointAttributesOutput { attributes: Some(attributes) })
}

pub(super) async fn set_endpoint_attributes(
    call: Call<Sns>,
    input: SetEndpointAttributesInput,
) -> Result<SetEndpointAttributesOutput, SnsError> {
    let arn = arns::parse(PARAMETER, &input.endpoint_arn)?;
    platforms::check_endpoint_arn(&arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "SetEndpointAttributes", arn.as_str())?;
    platforms::check_endpoint_attributes(&input.attributes)?;
    let (regional, changes) = (call.service().regional(&scope), call.ctx().changes());
    let _section = changes.begin()?;
    let held = &mut *regional.platforms.lock();
    let mut endpoint = held.endpoint(arn.as_str())?.clone();
    endpoint.attributes.extend(input.attributes);
    changes.record(|rows| rows::put_endpoint(rows, &scope, &endpoint));
    held.endpoints.insert(arn.to_string(), endpoint);
    Ok(SetEndpointAttributesOutput {})
}
