//! `GetTopicAttributes` and `SetTopicAttributes`.

use ruststack_core::operation::Call;

use crate::{
    Sns,
    api::{GetTopicAttributesInput, GetTopicAttributesOutput, SetTopicAttributesInput, SetTopicAttributesOutput},
    error::SnsError,
    topic_attributes,
    topics_of_calls::{change_topic, place_of},
};

pub(super) async fn get_topic_attributes(
    call: Call<Sns>,
    input: GetTopicAttributesInput,
) -> Result<GetTopicAttributesOutput, SnsError> {
    let (place, settings) = place_of(&call, "GetTopicAttributes", ("TopicArn", &input.topic_arn))?;
    let counts = call.service().regional(&place.scope).topics.look(|held| held.counts(&place.name));
    Ok(GetTopicAttributesOutput { attributes: Some(settings.described(counts)) })
}

pub(super) async fn set_topic_attributes(
    call: Call<Sns>,
    input: SetTopicAttributesInput,
) -> Result<SetTopicAttributesOutput, SnsError> {
    let (name, value) = (&input.attribute_name, input.attribute_value.unwrap_or_default());
    change_topic(&call, "SetTopicAttributes", ("TopicArn", &input.topic_arn), |settings| {
        topic_attributes::check_one(&settings.arn, settings.is_fifo, name, &value)?;
        settings.set(name, value);
        Ok(())
    })?;
    Ok(SetTopicAttributesOutput {})
}
