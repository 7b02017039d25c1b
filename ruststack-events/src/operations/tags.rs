//! Tags of buses and rules: `TagResource`, `UntagResource`, `ListTagsForResource`.

use ruststack_core::{
    operation::Call,
    tags::{self, Problem, Tags},
};

use crate::{
    Events, access,
    api::{
        ListTagsForResourceInput, ListTagsForResourceOutput, Tag, TagResourceInput, TagResourceOutput,
        UntagResourceInput, UntagResourceOutput,
    },
    error::{EventsError, invalid},
    limits::MAX_TAGS,
    names::{BusName, Taggable},
    rows,
};

/// Tags that may be put; the texts are assumed, but for that of repeated keys.
pub(super) fn checked(given: Option<Vec<Tag>>) -> Result<Tags, EventsError> {
    let given = given.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect();
    check(&given)?;
    Ok(given)
}

fn check(given: &Tags) -> Result<(), EventsError> {
    tags::check(given, MAX_TAGS).map_err(|problem| match problem {
        Problem::TooMany => EventsError::LimitExceededException {},
        Problem::RepeatedKey { .. } => invalid("Invalid parameter: Duplicated keys are not allowed."),
        Problem::ReservedKey { key } => invalid(format!("Tag key {key} is reserved for system use.")),
        Problem::InvalidKey { key } => invalid(format!("Tag key {key} is not valid.")),
        Problem::InvalidValue { key, .. } => invalid(format!("The value of tag {key} is not valid.")),
    })
}

pub(super) async fn tag_resource(
    call: Call<Events>,
    input: TagResourceInput,
) -> Result<TagResourceOutput, EventsError> {
    let new = checked(Some(input.tags))?;
    change(&call, &input.resource_arn, |old| {
        let merged = tags::merged(old, new);
        check(&merged)?;
        *old = merged;
        Ok(())
    })?;
    Ok(TagResourceOutput {})
}

pub(super) async fn untag_resource(
    call: Call<Events>,
    input: UntagResourceInput,
) -> Result<UntagResourceOutput, EventsError> {
    change(&call, &input.resource_arn, |tags| {
        tags.retain(|(key, _)| !input.tag_keys.contains(key));
        Ok(())
    })?;
    Ok(UntagResourceOutput {})
}

/// What the ARN names, if the caller may ask this of it.
fn find(call: &Call<Events>, arn: &str) -> Result<Taggable, EventsError> {
    let found = Taggable::parse(arn)?;
    match &found {
        Taggable::Bus(bus) => access::check_bus(call, bus)?,
        Taggable::Rule { bus, name } => access::check_rule(call, bus, name)?,
    }
    Ok(found)
}

fn change(
    call: &Call<Events>,
    arn: &str,
    change: impl FnOnce(&mut Tags) -> Result<(), EventsError>,
) -> Result<(), EventsError> {
    match find(call, arn)? {
        Taggable::Bus(BusName { scope, name }) => call.service().change(call.ctx(), &scope, |things| {
            let bus = things.change_bus(&name)?;
            change(&mut bus.tags)?;
            call.ctx().changes().record(|rows| rows::put_bus(rows, &scope, bus));
            Ok(())
        }),
        Taggable::Rule { bus, name } => call.service().change(call.ctx(), &bus.scope, |things| {
            let rule = things.change_rule(&bus.name, &name)?;
            change(&mut rule.tags)?;
            call.ctx().changes().record(|rows| rows::put_rule(rows, &bus.scope, rule));
            Ok(())
        }),
    }
}

pub(super) async fn list_tags_for_resource(
    call: Call<Events>,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceOutput, EventsError> {
    let tags = match find(&call, &input.resource_arn)? {
        Taggable::Bus(BusName { scope, name }) => call.service().home(&scope).lock().bus(&name)?.bus.tags.clone(),
        Taggable::Rule { bus, name } => call.service().home(&bus.scope).lock().rule(&bus.name, &name)?.tags.clone(),
    };
    let tags = tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
    Ok(ListTagsForResourceOutput { tags: Some(tags) })
}
