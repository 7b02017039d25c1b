//! `ListTopics`: the account's in the region, by name.

use std::ops::Bound;

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{self, ListTopicsInput, ListTopicsOutput},
    error::SnsError,
    limits::PAGE_LENGTH,
    pages::{Page, name_before},
};

pub(super) async fn list_topics(call: Call<Sns>, input: ListTopicsInput) -> Result<ListTopicsOutput, SnsError> {
    access::check_other(&call, "ListTopics", "*")?;
    let after = name_before(input.next_token.as_deref())?;
    let regional = call.service().regional(call.scope());
    let page = regional.topics.look(|held| {
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let topics =
            held.topics.range::<str, _>((start, Bound::Unbounded)).map(|(_, topic)| topic.settings.arn.clone());
        Page::of(topics, PAGE_LENGTH, |arn| arn.resource().to_owned())
    });
    let topics = page.entries.iter().map(|arn| api::Topic { topic_arn: Some(arn.to_string()) });
    Ok(ListTopicsOutput { topics: Some(topics.collect()), next_token: page.next_token })
}
