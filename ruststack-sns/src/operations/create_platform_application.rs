//! `CreatePlatformApplication`: an application of a mobile platform, or the one that is there.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{CreatePlatformApplicationInput, CreatePlatformApplicationOutput},
    arns,
    error::{SnsError, invalid},
    platforms::{self, Application},
    rows,
};

pub(super) async fn create_platform_application(
    call: Call<Sns>,
    input: CreatePlatformApplicationInput,
) -> Result<CreatePlatformApplicationOutput, SnsError> {
    let CreatePlatformApplicationInput { name, platform, attributes } = input;
    platforms::check_application(&name, &platform, &attributes)?;
    let arn = arns::in_scope(call.scope(), &format!("app/{platform}/{name}")).ok_or_else(|| invalid("Name"))?;
    access::check_other(&call, "CreatePlatformApplication", arn.as_str())?;
    let (regional, changes) = (call.service().regional(call.scope()), call.ctx().changes());
    let _section = changes.begin()?;
    let mut held = regional.platforms.lock();
    // Its credentials are renewed.
    let application = Application { arn: arn.clone(), attributes };
    changes.record(|rows| rows::put_application(rows, call.scope(), &application));
    held.applications.insert(arn.to_string(), application);
    Ok(CreatePlatformApplicationOutput { platform_application_arn: Some(arn.to_string()) })
}
