//! `DescribeStream`: a stream and its shards, page by page, or the shards that follow one of them.

use ruststack_core::operation::Call;

use super::{
    DynamoDbStreams,
    api::{
        DescribeStreamInput, DescribeStreamOutput, KeySchemaElement, SequenceNumberRange, Shard, ShardFilter,
        StreamDescription,
    },
    error::{StreamsError, invalid},
    list_streams::PAGE,
    stream_of,
};
use crate::stream::{self, Stream};

pub(super) async fn describe_stream(
    call: Call<DynamoDbStreams>,
    input: DescribeStreamInput,
) -> Result<DescribeStreamOutput, StreamsError> {
    let parent = input.shard_filter.map(parent).transpose()?;
    let stream = stream_of(&call, &input.stream_arn)?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let (has_ended, shards) = stream.look(call.now(), |log, shards| (log.ended().is_some(), shards.all()));
    // Ids are in order.
    let is_wanted = |shard: &stream::Shard| {
        input.exclusive_start_shard_id.as_ref().is_none_or(|start| shard.id > *start)
            && parent.as_ref().is_none_or(|parent| shard.parent.as_ref() == Some(parent))
    };
    let mut shards = shards.filter(is_wanted);
    let page: Vec<Shard> = shards.by_ref().take(limit).map(shown).collect();
    let last = page.last().and_then(|last| last.shard_id.clone());
    let description = StreamDescription {
        stream_status: Some(if has_ended { "DISABLED" } else { "ENABLED" }.to_owned()),
        shards: Some(page),
        last_evaluated_shard_id: shards.next().and(last),
        ..description(&stream, input.stream_arn)
    };
    Ok(DescribeStreamOutput { stream_description: Some(description) })
}

/// The shard whose children are wanted.
fn parent(filter: ShardFilter) -> Result<String, StreamsError> {
    // Assumed: what AWS says here is not recorded.
    let missing = |name: &str| {
        invalid(format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        ))
    };
    filter.r#type.ok_or_else(|| missing("shardFilter.type"))?;
    filter.shard_id.ok_or_else(|| missing("shardFilter.shardId"))
}

fn description(stream: &Stream, arn: String) -> StreamDescription {
    let key = |key: &crate::api::KeySchemaElement| KeySchemaElement {
        attribute_name: key.attribute_name.clone(),
        key_type: key.key_type.clone(),
    };
    StreamDescription {
        stream_label: arn.rsplit_once('/').map(|(_, label)| label.to_owned()),
        stream_arn: Some(arn),
        stream_view_type: Some(stream.settings.view.name().to_owned()),
        creation_request_date_time: Some(stream.settings.created()),
        table_name: Some(stream.table_name.clone()),
        key_schema: Some(stream.settings.key_schema.iter().map(key).collect()),
        ..StreamDescription::default()
    }
}

fn shown(shard: stream::Shard) -> Shard {
    Shard {
        shard_id: Some(shard.id),
        sequence_number_range: Some(SequenceNumberRange {
            starting_sequence_number: Some(shard.start.to_string()),
            ending_sequence_number: shard.end.map(|end| end.to_string()),
        }),
        parent_shard_id: shard.parent,
    }
}
