//! Log streams: `CreateLogStream`, `DeleteLogStream`, `DescribeLogStreams`.

use ruststack_core::{operation::Call, page, scope::Scope};

use super::{Page, group_of, has_prefix};
use crate::{
    Logs,
    api::{
        CreateLogStreamInput, CreateLogStreamOutput, DeleteLogStreamInput, DeleteLogStreamOutput,
        DescribeLogStreamsInput, DescribeLogStreamsOutput, LogStream,
    },
    error::{LogsError, invalid, invalid_token},
    group::stream_arn,
    rows,
    stream::{About, Stream},
};

pub(super) async fn create_log_stream(
    call: Call<Logs>,
    input: CreateLogStreamInput,
) -> Result<CreateLogStreamOutput, LogsError> {
    let (group, name) = (&input.log_group_name, input.log_stream_name);
    call.service().change(call.ctx(), call.scope(), |things| {
        if things.group(group)?.streams.contains_key(&name) {
            return Err(LogsError::ResourceAlreadyExistsException { what: "log stream" });
        }
        let about = About { id: things.next_number(), name: name.clone(), created_at: call.now().millis() };
        call.ctx().changes().record(|rows| rows::put_stream(rows, call.scope(), group, &about));
        things.group_mut(group)?.streams.insert(name, Stream::new(about));
        Ok(CreateLogStreamOutput {})
    })
}

pub(super) async fn delete_log_stream(
    call: Call<Logs>,
    input: DeleteLogStreamInput,
) -> Result<DeleteLogStreamOutput, LogsError> {
    let group = &input.log_group_name;
    call.service().change(call.ctx(), call.scope(), |things| {
        let stream = things.group_mut(group)?.remove_stream(&input.log_stream_name)?;
        call.ctx().changes().record(|rows| rows::remove_stream(rows, call.scope(), group, stream.about.id));
        Ok(DeleteLogStreamOutput {})
    })
}

pub(super) async fn describe_log_streams(
    call: Call<Logs>,
    input: DescribeLogStreamsInput,
) -> Result<DescribeLogStreamsOutput, LogsError> {
    let scope = call.scope();
    let group = group_of(scope, input.log_group_name, input.log_group_identifier.as_deref())?;
    let is_by_time = input.order_by.as_deref() == Some("LastEventTime");
    if is_by_time && input.log_stream_name_prefix.is_some() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let page = Page::of(input.limit, None)?;
    let after = input.next_token.as_deref().map(page::decode).transpose().map_err(|_| invalid_token())?;
    let home = call.service().home(scope);
    let things = home.lock();
    let streams = things.group(&group)?.streams.values();
    let streams = streams.filter(|stream| has_prefix(&stream.about.name, input.log_stream_name_prefix.as_ref()));
    let mut streams: Vec<(String, &Stream)> = streams.map(|stream| (rank(stream, is_by_time), stream)).collect();
    streams.sort_by(|(one, _), (other, _)| one.cmp(other));
    let is_descending = input.descending == Some(true);
    if is_descending {
        streams.reverse();
    }
    let is_behind = |rank: &String| after.as_ref().is_none_or(|after| (rank < after) == is_descending && rank != after);
    let start = streams.iter().position(|(rank, _)| is_behind(rank)).unwrap_or(streams.len());
    let taken = &streams[start..streams.len().min(start + page.limit)];
    let is_more = start + taken.len() < streams.len();
    let next_token = taken.last().filter(|_| is_more).map(|(rank, _)| page::encode(rank));
    let log_streams = taken.iter().map(|(_, stream)| shown(scope, &group, stream)).collect();
    Ok(DescribeLogStreamsOutput { log_streams: Some(log_streams), next_token })
}

/// What a stream is ordered by: no two have the same.
fn rank(stream: &Stream, is_by_time: bool) -> String {
    let name = &stream.about.name;
    match is_by_time {
        true => format!("{:020}/{name}", stream.last_event_at().unwrap_or(0)),
        false => name.clone(),
    }
}

fn shown(scope: &Scope, group: &str, stream: &Stream) -> LogStream {
    let name = &stream.about.name;
    LogStream {
        log_stream_name: Some(name.clone()),
        creation_time: Some(stream.about.created_at),
        first_event_timestamp: stream.first_event_at(),
        last_event_timestamp: stream.last_event_at(),
        last_ingestion_time: stream.last_ingested_at(),
        upload_sequence_token: stream.last_ingested_at().map(sequence_token),
        arn: Some(stream_arn(scope, group, name)),
        // AWS tells no other since 2019.
        stored_bytes: Some(0),
    }
}

/// Of a form that clients know; nobody asks for it since 2023.
pub(super) fn sequence_token(ingested_at: i64) -> String {
    format!("49{ingested_at:054}")
}
