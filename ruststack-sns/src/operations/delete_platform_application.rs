//! `DeletePlatformApplication`: an application goes with its endpoints; one that is not there is gone already.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{DeletePlatformApplicationInput, DeletePlatformApplicationOutput},
    arns,
    error::{SnsError, invalid},
    rows,
};

pub(super) async fn delete_platform_application(
    call: Call<Sns>,
    input: DeletePlatformApplicationInput,
) -> Result<DeletePlatformApplicationOutput, SnsError> {
    const PARAMETER: &str = "PlatformApplicationArn";
    let arn = arns::parse(PARAMETER, &input.platform_application_arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "DeletePlatformApplication", arn.as_str())?;
    let (regional, changes) = (call.service().regional(&scope), call.ctx().changes());
    let _section = changes.begin()?;
    let held = &mut *regional.platforms.lock();
    let endpoints: Vec<String> =
        held.endpoints_of(arn.as_str(), None).map(|endpoint| endpoint.arn.to_string()).collect();
    held.applications.remove(arn.as_str());
    endpoints.iter().for_each(|endpoint| drop(held.endpoints.remove(endpoint)));
    changes.record(|rows| {
        rows::remove_application(rows, &scope, arn.as_str());
        endpoints.iter().for_each(|endpoint| rows::remove_endpoint(rows, &scope, endpoint));
    });
    Ok(DeletePlatformApplicationOutput {})
}
