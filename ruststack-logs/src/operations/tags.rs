//! Tags of groups and destinations, by ARN; and of groups by name, as it was before 2022.

use std::collections::BTreeMap;

use ruststack_core::{
    arn::Arn,
    operation::Call,
    tags::{Problem, check as check_tags},
};

use super::{kept, log_group::change_settings};
use crate::{
    Logs,
    api::{
        ListTagsForResourceInput, ListTagsForResourceOutput, ListTagsLogGroupInput, ListTagsLogGroupOutput,
        TagLogGroupInput, TagLogGroupOutput, TagResourceInput, TagResourceOutput, UntagLogGroupInput,
        UntagLogGroupOutput, UntagResourceInput, UntagResourceOutput,
    },
    error::{LogsError, invalid, no_such, not_found},
    group::name_in,
    home::Things,
    limits::MAX_TAGS,
    things::{Delivery, DeliveryDestination, DeliverySource, Destination, Kept},
};

type Tags = BTreeMap<String, String>;

/// Whether there may be these tags beside those that are there.
pub(super) fn check(known: &Tags, new: &Tags) -> Result<(), LogsError> {
    let all: Vec<(String, String)> = new
        .iter()
        .chain(known.iter().filter(|(key, _)| !new.contains_key(*key)))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    check_tags(&all, MAX_TAGS).map_err(|problem| match problem {
        Problem::TooMany => invalid(format!("Too many tags: the limit is {MAX_TAGS}.")),
        Problem::ReservedKey { .. } => invalid("aws: prefixed tag key names are not allowed for external use."),
        Problem::RepeatedKey { key } | Problem::InvalidKey { key } | Problem::InvalidValue { key, .. } => {
            invalid(format!("Invalid tag: {key}"))
        }
    })
}

/// What has tags and is no group.
enum Tagged {
    Group(String),
    Destination(String),
    DeliverySource(String),
    DeliveryDestination(String),
    Delivery(String),
}

impl Tagged {
    fn of(call: &Call<Logs>, text: &str) -> Result<Self, LogsError> {
        let arn: Option<Arn> = text.parse().ok();
        let scope = call.scope();
        let own = arn.filter(|arn| {
            arn.service() == "logs"
                && arn.account() == scope.account.to_string()
                && arn.region() == scope.region.as_str()
        });
        let arn = own.ok_or_else(|| not_found("The specified resource does not exist."))?;
        if let Some(group) = name_in(&arn) {
            return Ok(Self::Group(group.to_owned()));
        }
        let (kind, name) = arn.resource().split_once(':').unwrap_or_default();
        match kind {
            "destination" => Ok(Self::Destination(name.to_owned())),
            "delivery-source" => Ok(Self::DeliverySource(name.to_owned())),
            "delivery-destination" => Ok(Self::DeliveryDestination(name.to_owned())),
            "delivery" => Ok(Self::Delivery(name.to_owned())),
            _ => Err(not_found("The specified resource does not exist.")),
        }
    }

    fn change(
        &self,
        call: &Call<Logs>,
        work: impl FnOnce(&mut Tags) -> Result<(), LogsError>,
    ) -> Result<(), LogsError> {
        match self {
            Self::Group(name) => change_settings(call, name, |settings| work(&mut settings.tags)),
            Self::Destination(name) => change_kept(call, name, |kept: &mut Destination| work(&mut kept.tags)),
            Self::DeliverySource(name) => {
                change_kept(call, name, |kept: &mut DeliverySource| work(kept.shown.tags.get_or_insert_default()))
            }
            Self::DeliveryDestination(name) => {
                change_kept(call, name, |kept: &mut DeliveryDestination| work(kept.shown.tags.get_or_insert_default()))
            }
            Self::Delivery(id) => {
                change_kept(call, id, |kept: &mut Delivery| work(kept.shown.tags.get_or_insert_default()))
            }
        }
    }

    fn tags(&self, things: &Things) -> Result<Tags, LogsError> {
        let none = || no_such("resource");
        match self {
            Self::Group(name) => Ok(things.group(name)?.settings.tags.clone()),
            Self::Destination(name) => Ok(things.kept::<Destination>(name).ok_or_else(none)?.tags.clone()),
            Self::DeliverySource(name) => shown(things.kept::<DeliverySource>(name).map(|kept| &kept.shown.tags)),
            Self::DeliveryDestination(name) => {
                shown(things.kept::<DeliveryDestination>(name).map(|kept| &kept.shown.tags))
            }
            Self::Delivery(id) => shown(things.kept::<Delivery>(id).map(|kept| &kept.shown.tags)),
        }
    }
}

fn shown(tags: Option<&Option<Tags>>) -> Result<Tags, LogsError> {
    tags.map(|tags| tags.clone().unwrap_or_default()).ok_or_else(|| no_such("resource"))
}

fn change_kept<K: Kept + Clone>(
    call: &Call<Logs>,
    name: &str,
    work: impl FnOnce(&mut K) -> Result<(), LogsError>,
) -> Result<(), LogsError> {
    kept::change(call, name, || no_such("resource"), work).map(drop)
}

fn tag(call: &Call<Logs>, tagged: &Tagged, new: Tags) -> Result<(), LogsError> {
    tagged.change(call, |tags| {
        check(tags, &new)?;
        tags.extend(new);
        Ok(())
    })
}

fn untag(call: &Call<Logs>, tagged: &Tagged, keys: &[String]) -> Result<(), LogsError> {
    tagged.change(call, |tags| {
        tags.retain(|key, _| !keys.contains(key));
        Ok(())
    })
}

pub(super) async fn tag_resource(call: Call<Logs>, input: TagResourceInput) -> Result<TagResourceOutput, LogsError> {
    let tagged = Tagged::of(&call, &input.resource_arn)?;
    tag(&call, &tagged, input.tags).map(|()| TagResourceOutput {})
}

pub(super) async fn untag_resource(
    call: Call<Logs>,
    input: UntagResourceInput,
) -> Result<UntagResourceOutput, LogsError> {
    let tagged = Tagged::of(&call, &input.resource_arn)?;
    untag(&call, &tagged, &input.tag_keys).map(|()| UntagResourceOutput {})
}

pub(super) async fn list_tags_for_resource(
    call: Call<Logs>,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceOutput, LogsError> {
    let tagged = Tagged::of(&call, &input.resource_arn)?;
    let tags = tagged.tags(&call.service().home(call.scope()).lock())?;
    Ok(ListTagsForResourceOutput { tags: Some(tags) })
}

pub(super) async fn tag_log_group(call: Call<Logs>, input: TagLogGroupInput) -> Result<TagLogGroupOutput, LogsError> {
    tag(&call, &Tagged::Group(input.log_group_name), input.tags).map(|()| TagLogGroupOutput {})
}

pub(super) async fn untag_log_group(
    call: Call<Logs>,
    input: UntagLogGroupInput,
) -> Result<UntagLogGroupOutput, LogsError> {
    untag(&call, &Tagged::Group(input.log_group_name), &input.tags).map(|()| UntagLogGroupOutput {})
}

pub(super) async fn list_tags_log_group(
    call: Call<Logs>,
    input: ListTagsLogGroupInput,
) -> Result<ListTagsLogGroupOutput, LogsError> {
    let tags = Tagged::Group(input.log_group_name).tags(&call.service().home(call.scope()).lock())?;
    Ok(ListTagsLogGroupOutput { tags: Some(tags) })
}
