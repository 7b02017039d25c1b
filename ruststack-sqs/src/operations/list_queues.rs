//! `ListQueues`: URLs by the names' beginning, page by page.

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::operation::Call;

use crate::{
    Sqs, access,
    api::{ListQueuesInput, ListQueuesOutput},
    error::{SqsError, invalid_parameter},
    limits::{LISTED, MAX_LISTED},
};

pub(super) async fn list_queues(call: Call<Sqs>, input: ListQueuesInput) -> Result<ListQueuesOutput, SqsError> {
    access::check_in_account(&call, "")?;
    let max = page_size(input.max_results)?;
    let after = input.next_token.as_deref().map(last_name).transpose()?;
    let prefix = input.queue_name_prefix.unwrap_or_default();
    let mut queues = call.service().queues(call.scope()).list(&prefix, after.as_deref(), max + 1);
    let has_more = queues.len() > max;
    queues.truncate(max);
    let urls: Vec<String> = queues.iter().map(|queue| call.service().url(queue, call.ctx())).collect();
    // Who does not say how many gets one page.
    let next_token = urls.last().filter(|_| has_more && input.max_results.is_some()).map(|url| STANDARD.encode(url));
    Ok(ListQueuesOutput { next_token, queue_urls: Some(urls).filter(|urls| !urls.is_empty()) })
}

/// How many are told at once.
pub(super) fn page_size(max_results: Option<i32>) -> Result<usize, SqsError> {
    let Some(max) = max_results else { return Ok(MAX_LISTED) };
    let size = usize::try_from(max).ok().filter(|_| LISTED.contains(&max));
    size.ok_or_else(|| invalid_parameter("MaxResults", max, "MaxResults must be an integer between 1 and 1000."))
}

/// A token is the last URL of the page before.
pub(crate) fn last_name(token: &str) -> Result<String, SqsError> {
    let url = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let name = url.and_then(|url| url.rsplit_once('/').map(|(_, name)| name.to_owned()));
    name.ok_or_else(|| SqsError::InvalidParameterValue { message: "Invalid or expired next token.".to_owned() })
}
