//! `ListStreams`: those that are on, and those that were until yesterday, page by page.

use std::collections::BTreeSet;

use ruststack_core::{operation::Call, scope::Scope};

use super::{
    DynamoDbStreams, StreamName,
    api::{self, ListStreamsInput, ListStreamsOutput},
    error::StreamsError,
};
use crate::replicas;

/// How many are told at once.
pub(super) const PAGE: usize = 100;

pub(super) async fn list_streams(
    call: Call<DynamoDbStreams>,
    input: ListStreamsInput,
) -> Result<ListStreamsOutput, StreamsError> {
    let start = input.exclusive_start_stream_arn.as_deref().map(StreamName::parse).transpose()?;
    let start = start.map(|start| (start.table_name, start.label));
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let is_wanted = |stream: &(String, String)| {
        input.table_name.as_ref().is_none_or(|name| *name == stream.0)
            && start.as_ref().is_none_or(|start| stream > start)
    };
    let mut streams = streams(&call).into_iter().filter(is_wanted);
    let page: Vec<api::Stream> = streams.by_ref().take(limit).map(|stream| shown(call.scope(), stream)).collect();
    let last = page.last().and_then(|last| last.stream_arn.clone());
    let last_evaluated_stream_arn = streams.next().and(last);
    Ok(ListStreamsOutput { streams: Some(page), last_evaluated_stream_arn })
}

/// The streams of a region's tables and replicas, by table and label.
fn streams(call: &Call<DynamoDbStreams>) -> BTreeSet<(String, String)> {
    let dynamodb = &call.service().dynamodb;
    let own =
        dynamodb.tables(call.scope()).all_streams().into_iter().map(|stream| (stream.clone(), stream.label.clone()));
    let all = own.chain(replicas::streams_in(dynamodb, call.scope()));
    let there = all.filter(|(stream, _)| !stream.log().is_over(call.now()));
    there.map(|(stream, label)| (stream.table_name.clone(), label)).collect()
}

fn shown(scope: &Scope, (table_name, label): (String, String)) -> api::Stream {
    let (partition, region, account) = (scope.partition(), &scope.region, scope.account);
    api::Stream {
        stream_arn: Some(format!("arn:{partition}:dynamodb:{region}:{account}:table/{table_name}/stream/{label}")),
        table_name: Some(table_name),
        stream_label: Some(label),
    }
}
