//! `DeleteEndpoint`: a mobile device is gone; its subscriptions stay, and get nothing.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{DeleteEndpointInput, DeleteEndpointOutput},
    arns,
    error::{SnsError, invalid},
    rows,
};

pub(super) async fn delete_endpoint(
    call: Call<Sns>,
    input: DeleteEndpointInput,
) -> Result<DeleteEndpointOutput, SnsError> {
    const PARAMETER: &str = "EndpointArn";
    let arn = arns::parse(PARAMETER, &input.endpoint_arn)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid(PARAMETER))?;
    access::check_other(&call, "DeleteEndpoint", arn.as_str())?;
    let (regional, changes) = (call.service().regional(&scope), call.ctx().changes());
    let _section = changes.begin()?;
    let mut held = regional.platforms.lock();
    held.endpoints.remove(arn.as_str());
    changes.record(|rows| rows::remove_endpoint(rows, &scope, arn.as_str()));
    Ok(DeleteEndpointOutput {})
}
