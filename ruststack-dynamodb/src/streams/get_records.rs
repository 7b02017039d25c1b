//! `GetRecords`: what happened, from where an iterator says.

use ruststack_core::operation::Call;

use super::{
    DynamoDbStreams, StreamName,
    api::{GetRecordsInput, GetRecordsOutput},
    error::{StreamsError, invalid},
    stream_of,
};
use crate::stream::ShardIterator;

const PAGE: usize = 1000;

pub(super) async fn get_records(
    call: Call<DynamoDbStreams>,
    input: GetRecordsInput,
) -> Result<GetRecordsOutput, StreamsError> {
    let now = call.now();
    let iterator = ShardIterator::read(&input.shard_iterator).ok_or_else(|| invalid("Invalid ShardIterator"))?;
    if iterator.has_expired(now) {
        return Err(StreamsError::ExpiredIteratorException {});
    }
    let stream = stream_of(&call, &iterator.stream_arn)?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let (page, end) = stream.read(now, |log, shards| {
        // One that was there, and is not any more, was removed with its records.
        let shard = shards.find(&iterator.shard_id).ok_or(StreamsError::TrimmedDataAccessException {})?;
        let page = log.page(&shard, iterator.from, limit, now);
        Ok((page.map_err(|_| StreamsError::TrimmedDataAccessException {})?, shard.end))
    })?;
    let region = StreamName::parse(&iterator.stream_arn)?.scope.region;
    let records = page.records.iter().map(|(number, record)| record.shown(&stream, &region, *number)).collect();
    let next = ShardIterator { from: page.next, given: now, ..iterator };
    // A closed shard that was read to its end has no more to come.
    let has_more = end.is_none_or(|end| next.from <= end);
    Ok(GetRecordsOutput { records: Some(records), next_shard_iterator: has_more.then(|| next.write()) })
}
