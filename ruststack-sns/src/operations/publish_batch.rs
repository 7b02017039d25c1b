//! `PublishBatch`: up to ten messages for a topic.

use std::collections::HashSet;

use ruststack_core::operation::Call;

use crate::{
    Sns,
    api::{PublishBatchInput, PublishBatchOutput, PublishBatchRequestEntry, PublishBatchResultEntry},
    error::SnsError,
    limits::{MAX_BATCH_ENTRIES, MAX_BATCH_ID_LENGTH},
    message::Draft,
    publishing::{self, Published},
    topics_of_calls::place_of,
};

pub(super) async fn publish_batch(call: Call<Sns>, input: PublishBatchInput) -> Result<PublishBatchOutput, SnsError> {
    let (place, settings) = place_of(&call, "Publish", ("TopicArn", &input.topic_arn))?;
    let entries = input.publish_batch_request_entries;
    check_ids(&entries)?;
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let drafts: Vec<Draft> = entries.into_iter().map(Draft::of_entry).collect::<Result<_, _>>()?;
    if drafts.iter().map(Draft::size).sum::<usize>() > settings.max_message_size() {
        return Err(SnsError::BatchRequestTooLong {});
    }
    let published = publishing::to_topic(call.service(), call.ctx(), &place, drafts).await?;
    let successful = ids.into_iter().zip(published).map(result).collect();
    Ok(PublishBatchOutput { successful: Some(successful), failed: Some(Vec::new()) })
}

fn result((id, published): (String, Published)) -> PublishBatchResultEntry {
    let Published { message_id, sequence_number } = published;
    PublishBatchResultEntry { id: Some(id), message_id: Some(message_id), sequence_number }
}

fn check_ids(entries: &[PublishBatchRequestEntry]) -> Result<(), SnsError> {
    if entries.is_empty() {
        return Err(SnsError::EmptyBatchRequest {});
    }
    if entries.len() > MAX_BATCH_ENTRIES {
        return Err(SnsError::TooManyEntriesInBatchRequest {});
    }
    entries.iter().try_for_each(|entry| check_id(&entry.id))?;
    let mut ids = HashSet::new();
    if entries.iter().all(|entry| ids.insert(&entry.id)) { Ok(()) } else { Err(SnsError::BatchEntryIdsNotDistinct {}) }
}

fn check_id(id: &str) -> Result<(), SnsError> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let refused = |what: &str| Err(SnsError::InvalidBatchEntryId { message: format!("{what}: {id}") });
    if id.len() > MAX_BATCH_ID_LENGTH {
        refused("is too long")
    } else if id.is_empty() || !id.bytes().all(is_letter) {
        refused("contains an impermissible character")
    } else {
        Ok(())
    }
}
