//! `GetShardIterator`: where to read from.

use ruststack_core::operation::Call;

use super::{
    DynamoDbStreams,
    api::{GetShardIteratorInput, GetShardIteratorOutput},
    error::{StreamsError, invalid, not_found},
    stream_of,
};
use crate::stream::{Log, SequenceNumber, Shard, ShardIterator};

pub(super) async fn get_shard_iterator(
    call: Call<DynamoDbStreams>,
    input: GetShardIteratorInput,
) -> Result<GetShardIteratorOutput, StreamsError> {
    let named = named(&input)?;
    let stream = stream_of(&call, &input.stream_arn)?;
    let from = stream.read(call.now(), |log, shards| {
        let shard = shards.find(&input.shard_id).ok_or_else(|| not_found("Shard does not exist"))?;
        match (input.shard_iterator_type.as_str(), named) {
            ("AT_SEQUENCE_NUMBER", Some(number)) => checked(number, &shard, log),
            ("AFTER_SEQUENCE_NUMBER", Some(number)) => Ok(checked(number, &shard, log)?.next()),
            ("LATEST", _) => Ok(shard.end.unwrap_or(log.last()).next()),
            _ => Ok(log.horizon(&shard, call.now())),
        }
    })?;
    let iterator = ShardIterator { stream_arn: input.stream_arn, shard_id: input.shard_id, from, given: call.now() };
    Ok(GetShardIteratorOutput { shard_iterator: Some(iterator.write()) })
}

/// The sequence number, of the types of iterators that have one. Assumed: that AWS refuses these is known, not in which
/// words.
fn named(input: &GetShardIteratorInput) -> Result<Option<SequenceNumber>, StreamsError> {
    let has_number = input.shard_iterator_type.ends_with("_SEQUENCE_NUMBER");
    match &input.sequence_number {
        None if has_number => Err(parameter("SequenceNumber cannot be null for this iterator type")),
        Some(_) if !has_number => Err(parameter("SequenceNumber should not be passed for this iterator type")),
        None => Ok(None),
        Some(text) => SequenceNumber::parse(text).map(Some).ok_or_else(|| invalid("Invalid SequenceNumber")),
    }
}

fn parameter(text: &str) -> StreamsError {
    invalid(format!("One or more parameter values were invalid: {text}"))
}

/// A number that the shard has or had, or where it begins.
fn checked(number: SequenceNumber, shard: &Shard, log: &Log) -> Result<SequenceNumber, StreamsError> {
    if log.is_trimmed(number) {
        return Err(StreamsError::TrimmedDataAccessException {});
    }
    let end = shard.end.unwrap_or(log.last().next());
    if (shard.start..=end).contains(&number) {
        Ok(number)
    } else {
        Err(invalid("Invalid SequenceNumber for the shard"))
    }
}
