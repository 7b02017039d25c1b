//! How a call finds the topic that it means, and may look at it or change it.

use ruststack_core::operation::Call;

use crate::{Sns, access, arns::TopicPlace, error::SnsError, rows, topic::Settings};

/// What a call says of its topic: the parameter's name, and the ARN.
pub(crate) type Parameter<'p> = (&'static str, &'p str);

/// The place of the topic, whose owner lets the caller.
pub(crate) fn place_of(
    call: &Call<Sns>,
    action: &str,
    (name, arn): Parameter<'_>,
) -> Result<(TopicPlace, Settings), SnsError> {
    let place = TopicPlace::parse(call.ctx(), name, arn)?;
    let regional = call.service().regional(&place.scope);
    let settings = regional.topics.look(|held| held.topic(&place.name).map(|topic| topic.settings.clone()))?;
    access::check_topic(call.service(), call.ctx(), action, &settings)?;
    Ok((place, settings))
}

/// Changes the settings of the topic, if the change is one that can be.
pub(crate) fn change_topic(
    call: &Call<Sns>,
    action: &str,
    parameter: Parameter<'_>,
    work: impl FnOnce(&mut Settings) -> Result<(), SnsError>,
) -> Result<(), SnsError> {
    let (place, _) = place_of(call, action, parameter)?;
    let (regional, changes) = (call.service().regional(&place.scope), call.ctx().changes());
    let _section = changes.begin()?;
    let held = &mut *regional.topics.lock();
    let topic = held.topic_mut(&place.name)?;
    let mut changed = topic.settings.clone();
    work(&mut changed)?;
    changes.record(|rows| rows::put_topic(rows, &place.scope, &changed));
    topic.settings = changed;
    Ok(())
}
