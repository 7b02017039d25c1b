//! `GetPlatformApplicationAttributes` and `SetPlatformApplicationAttributes`.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{
        GetPlatformApplicationAttributesInput, GetPlatformApplicationAttributesOutput,
        SetPlatformApplicationAttributesInput, SetPlatformApplicationAttributesOutput,
    },
    arns,
    error::{SnsError, invalid},
    platforms, rows,
};

const PARAMETER: &str = "PlatformApplicationArn";

pub(super) async fn get_platform_application_attributes(
    call: Call<Sns>,
    input: GetPlatformApplicationAttributesInput,
) -> Result<GetPlatformApplicationAttributesOutput, SnsError> {
    let arn = arns::parse(PARAMETER, &input.platform_application_arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "GetPlatformApplicationAttributes", arn.as_str())?;
    let regional = call.service().regional(&scope);
    let attributes = regional.platforms.lock().application(arn.as_str())?.described();
    Ok(GetPlatformApplicationAttributesOutput { attributes: Some(attributes) })
}

pub(super) async fn set_platform_application_attributes(
    call: Call<Sns>,
    input: SetPlatformApplicationAttributesInput,
) -> Result<SetPlatformApplicationAttributesOutput, SnsError> {
    let arn = arns::parse(PARAMETER, &input.platform_application_arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "SetPlatformApplicationAttributes", arn.as_str())?;
    let (regional, changes) = (call.service().regional(&scope), call.ctx().changes());
    let _section = changes.begin()?;
    let held = &mut *regional.platforms.lock();
    let given = input.attributes.ok_or(SnsError::ValidationError { path: "attributes" })?;
    let mut application = held.application(arn.as_str())?.clone();
    platforms::check_application_attributes(&given)?;
    application.attributes.extend(given);
    changes.record(|rows| rows::put_application(rows, &scope, &application));
    held.applications.insert(arn.to_string(), application);
    Ok(SetPlatformApplicationAttributesOutput {})
}
