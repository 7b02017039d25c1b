//! `ListStreams`: those that are on, and those that were until yesterday, page by page.

use ruststack_core::operation::Call;

use super::{
    DynamoDbStreams, StreamName,
    api::{self, ListStreamsInput, ListStreamsOutput},
    error::StreamsError,
};
use crate::stream::Stream;

/// How many are told at once.
pub(super) const PAGE: usize = 100;

pub(super) async fn list_streams(
    call: Call<DynamoDbStreams>,
    input: ListStreamsInput,
) -> Result<ListStreamsOutput, StreamsError> {
    let start = input.exclusive_start_stream_arn.as_deref().map(StreamName::parse).transpose()?;
    let start = start.as_ref().map(|start| (start.table_name.as_str(), start.label.as_str()));
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let is_wanted = |stream: &Stream| {
        input.table_name.as_ref().is_none_or(|name| *name == stream.table_name)
            && start.is_none_or(|start| (stream.table_name.as_str(), stream.label.as_str()) > start)
            && !stream.log().is_over(call.now())
    };
    let streams = call.service().dynamodb.tables(call.scope()).all_streams();
    let mut streams = streams.iter().filter(|stream| is_wanted(stream));
    let page: Vec<api::Stream> = streams.by_ref().take(limit).map(|stream| shown(stream)).collect();
    let last = page.last().and_then(|last| last.stream_arn.clone());
    let last_evaluated_stream_arn = streams.next().and(last);
    Ok(ListStreamsOutput { streams: Some(page), last_evaluated_stream_arn })
}

fn shown(stream: &Stream) -> api::Stream {
    api::Stream {
        stream_arn: Some(stream.arn()),
        table_name: Some(stream.table_name.clone()),
        stream_label: Some(stream.label.clone()),
    }
}
