//! `ListEndpointsByPlatformApplication`: an application's mobile devices, by ARN.

use ruststack_core::operation::Call;

use crate::{
    Sns, access, api,
    api::{ListEndpointsByPlatformApplicationInput, ListEndpointsByPlatformApplicationOutput},
    arns,
    error::{SnsError, invalid},
    limits::PAGE_LENGTH,
    pages::{Page, name_before},
    platforms::Endpoint,
};

pub(super) async fn list_endpoints_by_platform_application(
    call: Call<Sns>,
    input: ListEndpointsByPlatformApplicationInput,
) -> Result<ListEndpointsByPlatformApplicationOutput, SnsError> {
    const PARAMETER: &str = "PlatformApplicationArn";
    let arn = arns::parse(PARAMETER, &input.platform_application_arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "ListEndpointsByPlatformApplication", arn.as_str())?;
    let after = name_before(input.next_token.as_deref())?;
    let regional = call.service().regional(&scope);
    let held = regional.platforms.lock();
    held.application(arn.as_str())?;
    let rest = held.endpoints_of(arn.as_str(), after.as_deref());
    let page = Page::of(rest, PAGE_LENGTH, |endpoint| endpoint.arn.to_string());
    let shown = |endpoint: &&Endpoint| api::Endpoint {
        endpoint_arn: Some(endpoint.arn.to_string()),
        attributes: Some(endpoint.attributes.clone()),
    };
    let endpoints = Some(page.entries.iter().map(shown).collect());
    Ok(ListEndpointsByPlatformApplicationOutput { endpoints, next_token: page.next_token })
}
