//! `ListDeadLetterSourceQueues`: the queues that give their messages up to this one.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::operation::Call;

use super::list_queues::{last_name, page_size};
use crate::{
    Sqs,
    api::{ListDeadLetterSourceQueuesInput, ListDeadLetterSourceQueuesOutput},
    error::SqsError,
    live_queue::LiveQueue,
    service::queue_of,
};

pub(super) async fn list_dead_letter_source_queues(
    call: Call<Sqs>,
    input: ListDeadLetterSourceQueuesInput,
) -> Result<ListDeadLetterSourceQueuesOutput, SqsError> {
    let target = queue_of(&call, &input.queue_url)?;
    let max = page_size(input.max_results)?;
    let after = input.next_token.as_deref().map(last_name).transpose()?;
    let gives_up = |queue: &Arc<LiveQueue>| {
        let policy = queue.look(|state| state.settings.attributes.redrive_policy().cloned());
        policy.is_some_and(|policy| policy.dead_letter_target_arn == target.arn)
    };
    let is_behind = |queue: &Arc<LiveQueue>| after.as_ref().is_none_or(|after| queue.name > *after);
    let queues =
        call.service().queues(&target.scope).all().into_iter().filter(|queue| is_behind(queue) && gives_up(queue));
    let mut urls: Vec<String> = queues.take(max + 1).map(|queue| call.service().url(&queue, call.ctx())).collect();
    let has_more = urls.len() > max;
    urls.truncate(max);
    let next_token = urls.last().filter(|_| has_more && input.max_results.is_some()).map(|url| STANDARD.encode(url));
    Ok(ListDeadLetterSourceQueuesOutput { queue_urls: urls, next_token })
}
