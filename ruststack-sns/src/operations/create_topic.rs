//! `CreateTopic`: a new topic, or the one that is there and is the same.

use ruststack_core::{operation::Call, tags::Tags};

use crate::{
    Sns, access,
    api::{CreateTopicInput, CreateTopicOutput},
    arns,
    attribute_value::Asked,
    error::{SnsError, invalid, invalid_because},
    limits::{MAX_NAME_LENGTH, MAX_TOPICS},
    operations::data_protection_policy,
    rows, tags,
    topic::{Settings, Topic},
    topic_attributes::{self, Attributes},
};

pub(super) async fn create_topic(call: Call<Sns>, input: CreateTopicInput) -> Result<CreateTopicOutput, SnsError> {
    let given = input.attributes.unwrap_or_default();
    let is_fifo = given.get("FifoTopic").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    check_name(&input.name, is_fifo)?;
    let arn = arns::in_scope(call.scope(), &input.name).ok_or_else(|| invalid("Topic Name"))?;
    access::check_other(&call, "CreateTopic", arn.as_str())?;
    topic_attributes::check_all(&given, &arn, is_fifo)?;
    let tags = input.tags.map(tags::read).transpose()?;
    let mut settings = Settings::new(arn, is_fifo, Attributes::new(), tags.clone().unwrap_or_default());
    given.iter().for_each(|(name, value)| settings.set(name, value.clone()));
    if let Some(policy) = input.data_protection_policy.filter(|policy| !policy.is_empty()) {
        data_protection_policy::check(&policy)?;
        settings.data_protection_policy = Some(policy);
    }
    let topic_arn = put(&call, settings, &given, tags.as_ref())?;
    Ok(CreateTopicOutput { topic_arn: Some(topic_arn) })
}

/// Puts the topic there, or finds that it is.
fn put(call: &Call<Sns>, settings: Settings, given: &Attributes, tags: Option<&Tags>) -> Result<String, SnsError> {
    let (regional, changes) = (call.service().regional(call.scope()), call.ctx().changes());
    let (arn, name) = (settings.arn.to_string(), settings.name().to_owned());
    let _section = changes.begin()?;
    let held = &mut *regional.topics.lock();
    if let Some(found) = held.topics.get(&name) {
        check_same(&found.settings, given, tags)?;
        return Ok(arn);
    }
    if held.topics.len() >= MAX_TOPICS {
        return Err(SnsError::TopicLimitExceeded {});
    }
    changes.record(|rows| rows::put_topic(rows, call.scope(), &settings));
    held.topics.insert(name, Topic::new(settings));
    Ok(arn)
}

/// Nothing that is given may differ.
fn check_same(found: &Settings, given: &Attributes, tags: Option<&Tags>) -> Result<(), SnsError> {
    if tags.is_some_and(|tags| !tags::holds_all(&found.tags, tags)) {
        return Err(invalid_because("Tags", "Topic already exists with different tags"));
    }
    if !topic_attributes::is_same(&found.attributes, given, &found.arn) {
        return Err(Asked::AmongOthers.refuse("Topic already exists with different attributes"));
    }
    Ok(())
}

fn check_name(name: &str, is_fifo: bool) -> Result<(), SnsError> {
    let stem = if is_fifo { name.strip_suffix(".fifo") } else { Some(name) };
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_stem = |stem: &str| !stem.is_empty() && stem.bytes().all(is_letter);
    if name.len() <= MAX_NAME_LENGTH && stem.is_some_and(is_stem) { Ok(()) } else { Err(invalid("Topic Name")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_create_topic_name_constraints, 2026-02-06.
    #[test]
    fn names_of_fifo_topics_say_so() {
        let (longest, too_long) = ("a".repeat(256), "a".repeat(257));
        for (name, is_fifo, is_fine) in [
            (&*longest, false, true),
            ("a-B_9", false, true),
            ("a.fifo", true, true),
            ("", false, false),
            (&too_long, false, false),
            ("a.fifo", false, false),
            ("a", true, false),
            ("a b", false, false),
        ] {
            assert_eq!(check_name(name, is_fifo).is_ok(), is_fine, "{name}");
        }
    }
}
