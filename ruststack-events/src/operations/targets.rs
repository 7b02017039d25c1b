//! Targets of a rule: `PutTargets`, `RemoveTargets`, `ListTargetsByRule`.

use ruststack_core::{arn::Arn, operation::Call};

use super::Page;
use crate::{
    Events, access,
    api::{
        ListTargetsByRuleInput, ListTargetsByRuleOutput, PutTargetsInput, PutTargetsOutput, RemoveTargetsInput,
        RemoveTargetsOutput, RemoveTargetsResultEntry, Target,
    },
    error::{EventsError, invalid, not_an_arn},
    input,
    limits::MAX_TARGETS,
    names::BusName,
    rows,
};

/// Targets of ids that are there take their places.
pub(super) async fn put_targets(call: Call<Events>, input: PutTargetsInput) -> Result<PutTargetsOutput, EventsError> {
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_rule(&call, &bus, &input.rule)?;
    access::check_pass_role(&call, input.targets.iter().filter_map(|target| target.role_arn.as_ref()))?;
    call.service().home(&bus.scope).lock().rule(&bus.name, &input.rule)?;
    input.targets.iter().try_for_each(check)?;
    call.service().change(call.ctx(), &bus.scope, |things| {
        let rule = things.change_rule(&bus.name, &input.rule)?;
        let mut targets = rule.targets.clone();
        for target in input.targets {
            match targets.iter_mut().find(|known| known.id == target.id) {
                Some(known) => *known = target,
                None => targets.push(target),
            }
        }
        if targets.len() > MAX_TARGETS {
            return Err(EventsError::LimitExceededException {});
        }
        rule.targets = targets;
        call.ctx().changes().record(|rows| rows::put_rule(rows, &bus.scope, rule));
        Ok(())
    })?;
    call.service().clockwork.wind();
    Ok(PutTargetsOutput { failed_entry_count: Some(0), failed_entries: Some(Vec::new()) })
}

fn check(target: &Target) -> Result<(), EventsError> {
    let arn: Arn = target.arn.parse().map_err(|_| not_an_arn(&target.arn))?;
    if arn.service() == "sqs" && arn.resource().ends_with(".fifo") && target.sqs_parameters.is_none() {
        return Err(invalid(format!("Parameter(s) SqsParameters must be specified for target: {}.", target.id)));
    }
    input::check(target)
}

pub(super) async fn remove_targets(
    call: Call<Events>,
    input: RemoveTargetsInput,
) -> Result<RemoveTargetsOutput, EventsError> {
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_rule(&call, &bus, &input.rule)?;
    let failed_entries = call.service().change(call.ctx(), &bus.scope, |things| {
        let rule = things.change_rule(&bus.name, &input.rule)?;
        let (known, unknown): (Vec<_>, Vec<_>) =
            input.ids.into_iter().partition(|id| rule.targets.iter().any(|target| target.id == *id));
        rule.targets.retain(|target| !known.contains(&target.id));
        call.ctx().changes().record(|rows| rows::put_rule(rows, &bus.scope, rule));
        let bus = &bus.name;
        let rule = &rule.name;
        Ok(unknown.into_iter().map(|id| failed(bus, rule, id)).collect::<Vec<_>>())
    })?;
    call.service().clockwork.wind();
    let count = i32::try_from(failed_entries.len()).unwrap_or(i32::MAX);
    Ok(RemoveTargetsOutput { failed_entry_count: Some(count), failed_entries: Some(failed_entries) })
}

fn failed(bus: &str, rule: &str, id: String) -> RemoveTargetsResultEntry {
    RemoveTargetsResultEntry {
        error_message: Some(format!("Rule {rule} on EventBus {bus} does not have a target with the Id {id}.")),
        error_code: Some("ResourceNotFoundException".to_owned()),
        target_id: Some(id),
    }
}

pub(super) async fn list_targets_by_rule(
    call: Call<Events>,
    input: ListTargetsByRuleInput,
) -> Result<ListTargetsByRuleOutput, EventsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_rule(&call, &bus, &input.rule)?;
    let home = call.service().home(&bus.scope);
    let things = home.lock();
    // In the order in which they were put: their places stand for names.
    let targets = things.rule(&bus.name, &input.rule)?.targets.iter().enumerate();
    let (targets, next_token) = page.take(targets.map(|(place, target)| (place.to_string(), target.clone())));
    Ok(ListTargetsByRuleOutput { targets: Some(targets), next_token })
}
