//! `DeleteTopic`: a topic goes with all its subscriptions; one that is not there is gone already.

use ruststack_core::operation::Call;

use crate::{
    Sns,
    api::{DeleteTopicInput, DeleteTopicOutput},
    error::SnsError,
    rows,
    topics_of_calls::place_of,
};

// Differs from AWS: subscriptions of a deleted topic are gone at once; AWS shows them for a while.
pub(super) async fn delete_topic(call: Call<Sns>, input: DeleteTopicInput) -> Result<DeleteTopicOutput, SnsError> {
    let place = match place_of(&call, "DeleteTopic", ("TopicArn", &input.topic_arn)) {
        Ok((place, _)) => place,
        Err(SnsError::NotFound { .. }) => return Ok(DeleteTopicOutput {}),
        Err(error) => return Err(error),
    };
    let (regional, changes) = (call.service().regional(&place.scope), call.ctx().changes());
    let _section = changes.begin()?;
    let held = &mut *regional.topics.lock();
    held.topics.remove(&place.name);
    let subscriptions = held.subscriptions.remove_topic(&place.name);
    changes.record(|rows| {
        rows::remove_topic(rows, &place.scope, &place.name);
        subscriptions.iter().for_each(|gone| rows::remove_subscription(rows, &place.scope, gone.number));
    });
    Ok(DeleteTopicOutput {})
}
