//! `ListPlatformApplications`: the account's in the region, by ARN.

use std::ops::Bound;

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{ListPlatformApplicationsInput, ListPlatformApplicationsOutput, PlatformApplication},
    error::SnsError,
    limits::PAGE_LENGTH,
    pages::{Page, name_before},
    platforms::Application,
};

pub(super) async fn list_platform_applications(
    call: Call<Sns>,
    input: ListPlatformApplicationsInput,
) -> Result<ListPlatformApplicationsOutput, SnsError> {
    access::check_other(&call, "ListPlatformApplications", "*")?;
    let after = name_before(input.next_token.as_deref())?;
    let regional = call.service().regional(call.scope());
    let held = regional.platforms.lock();
    let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let rest = held.applications.range::<str, _>((start, Bound::Unbounded)).map(|(_, application)| application);
    let page = Page::of(rest, PAGE_LENGTH, |application| application.arn.to_string());
    let shown = |application: &&Application| PlatformApplication {
        platform_application_arn: Some(application.arn.to_string()),
        attributes: Some(application.described()),
    };
    let platform_applications = Some(page.entries.iter().map(shown).collect());
    Ok(ListPlatformApplicationsOutput { platform_applications, next_token: page.next_token })
}
