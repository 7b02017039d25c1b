//! Destinations, which subscription filters of other accounts name: `PutDestination` and its companions.

use ruststack_core::{arn::Arn, operation::Call, scope::Scope};

use super::{Page, has_prefix, kept, tags};
use crate::{
    Logs, access,
    api::{
        DeleteDestinationInput, DeleteDestinationOutput, DescribeDestinationsInput, DescribeDestinationsOutput,
        Destination as Shown, PutDestinationInput, PutDestinationOutput, PutDestinationPolicyInput,
        PutDestinationPolicyOutput,
    },
    error::{LogsError, invalid, no_such},
    group::arn,
    things::Destination,
};

// Differs from AWS: whether the target takes a test message is not asked.
pub(super) async fn put_destination(
    call: Call<Logs>,
    input: PutDestinationInput,
) -> Result<PutDestinationOutput, LogsError> {
    if input.target_arn.parse::<Arn>().is_err() {
        return Err(invalid("Invalid target ARN."));
    }
    access::check_pass_role(call.service(), call.ctx(), Some(&input.role_arn))?;
    let now = call.now().millis();
    let name = input.destination_name.clone();
    let put = kept::put(&call, &name, |known: Option<&Destination>| {
        let new = input.tags.unwrap_or_default();
        let mut all = known.map(|known| known.tags.clone()).unwrap_or_default();
        tags::check(&all, &new)?;
        all.extend(new);
        Ok(Destination {
            name: input.destination_name,
            target_arn: input.target_arn,
            role_arn: input.role_arn,
            access_policy: known.and_then(|known| known.access_policy.clone()),
            created_at: known.map_or(now, |known| known.created_at),
            tags: all,
        })
    })?;
    Ok(PutDestinationOutput { destination: Some(shown(call.scope(), &put)) })
}

fn shown(scope: &Scope, destination: &Destination) -> Shown {
    Shown {
        destination_name: Some(destination.name.clone()),
        target_arn: Some(destination.target_arn.clone()),
        role_arn: Some(destination.role_arn.clone()),
        access_policy: destination.access_policy.clone(),
        arn: Some(arn(scope, &format!("destination:{}", destination.name))),
        creation_time: Some(destination.created_at),
    }
}

pub(super) async fn put_destination_policy(
    call: Call<Logs>,
    input: PutDestinationPolicyInput,
) -> Result<PutDestinationPolicyOutput, LogsError> {
    let changed = kept::change(&call, &input.destination_name, missing, |destination: &mut Destination| {
        destination.access_policy = Some(input.access_policy);
        Ok(())
    });
    changed.map(|_| PutDestinationPolicyOutput {})
}

pub(super) async fn describe_destinations(
    call: Call<Logs>,
    input: DescribeDestinationsInput,
) -> Result<DescribeDestinationsOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let all = kept::all::<Destination>(&call).into_iter();
    let asked = all.filter(|destination| has_prefix(&destination.name, input.destination_name_prefix.as_ref()));
    let named = asked.map(|destination| (destination.name.clone(), shown(call.scope(), &destination)));
    let (destinations, next_token) = page.take(named);
    Ok(DescribeDestinationsOutput { destinations: Some(destinations), next_token })
}

pub(super) async fn delete_destination(
    call: Call<Logs>,
    input: DeleteDestinationInput,
) -> Result<DeleteDestinationOutput, LogsError> {
    kept::remove::<Destination>(&call, &input.destination_name, missing).map(|()| DeleteDestinationOutput {})
}

fn missing() -> LogsError {
    no_such("destination")
}
