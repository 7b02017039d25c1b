//! Amazon DynamoDB Streams: reading what became of the items of tables.
//!
//! A service beside DynamoDB that reads DynamoDB's streams: it shares DynamoDB's signing name and is told from it by its
//! target prefix and its hosts.

pub mod api;
mod describe_stream;
mod error;
mod get_records;
mod get_shard_iterator;
mod list_streams;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    clock::Timestamp,
    context::Context,
    error::AwsError,
    journal::Changes,
    operation::{Call, Operations},
    protocol::aws_json,
    record::{Recording, Resource},
    scope::{Region, Scope},
    service::{Part, Protocol, Service, ServiceSpec, State},
};
use serde_json::Value;

use crate::{
    DynamoDb,
    proxy::{self, streams::is_sent_on},
    replicas,
    service::ERROR_STYLE,
    stream::Stream,
    streams::error::StreamsError,
};

/// How requests are recognised as those of DynamoDB Streams.
pub static SPEC: ServiceSpec = ServiceSpec {
    signing_name: "dynamodb",
    target_prefix: Some("DynamoDBStreams_20120810"),
    host_prefixes: &["streams.dynamodb"],
    error_style: ERROR_STYLE,
    has_crc32: true,
    compresses_answers: true,
    ..ServiceSpec::named("dynamodbstreams", &[Protocol::AwsJson10])
};

static OPERATIONS: LazyLock<Operations<DynamoDbStreams>> = LazyLock::new(|| {
    Operations::new(&api::MODEL)
        .recorded_as(&RECORDING)
        .on::<api::DescribeStream, _, _, _>(describe_stream::describe_stream)
        .on::<api::GetRecords, _, _, _>(get_records::get_records)
        .on::<api::GetShardIterator, _, _, _>(get_shard_iterator::get_shard_iterator)
        .on::<api::ListStreams, _, _, _>(list_streams::list_streams)
});

/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html>
static RECORDING: Recording = Recording {
    data: &["GetRecords", "GetShardIterator"],
    hidden: &["Records", "ShardIterator", "NextShardIterator"],
    resource: stream,
    ..Recording::USUAL
};

/// The stream that an input names.
fn stream(_: &Scope, input: &Value) -> Option<Resource> {
    Some(Resource::new("AWS::DynamoDB::Stream", input.get("StreamArn")?.as_str()?.to_owned()))
}

/// The service.
pub struct DynamoDbStreams {
    dynamodb: Arc<DynamoDb>,
}

impl DynamoDbStreams {
    /// Reads the streams of `dynamodb`.
    pub fn of(dynamodb: &Arc<DynamoDb>) -> Arc<Self> {
        Arc::new(Self { dynamodb: Arc::clone(dynamodb) })
    }
}

/// A stream as its ARN names it.
pub(crate) struct StreamName {
    pub(crate) scope: Scope,
    pub(crate) table_name: String,
    pub(crate) label: String,
}

impl StreamName {
    pub(crate) fn parse(text: &str) -> Result<Self, StreamsError> {
        let parsed = || {
            let arn: Arn = text.parse().ok()?;
            let (table_name, label) = arn.resource().strip_prefix("table/")?.split_once("/stream/")?;
            let scope = Scope::new(arn.account().parse().ok()?, Region::nonstandard(arn.region()));
            (arn.service() == "dynamodb").then(|| Self {
                scope,
                table_name: table_name.to_owned(),
                label: label.to_owned(),
            })
        };
        parsed().ok_or_else(|| error::invalid("Invalid StreamArn"))
    }
}

/// The stream that a call is about.
fn stream_of(call: &Call<DynamoDbStreams>, arn: &str) -> Result<Arc<Stream>, StreamsError> {
    find_stream(&call.service().dynamodb, arn, call.now())
}

/// The stream of that ARN.
pub(crate) fn find_stream(dynamodb: &DynamoDb, arn: &str, now: Timestamp) -> Result<Arc<Stream>, StreamsError> {
    let StreamName { scope, table_name, label } = StreamName::parse(arn)?;
    let of_replica = || {
        let mut streams = replicas::streams_in(dynamodb, &scope).into_iter();
        let (stream, _) = streams.find(|(stream, here)| stream.table_name == table_name && *here == label)?;
        let is_over = stream.log().is_over(now);
        (!is_over).then_some(stream)
    };
    let found = dynamodb.tables(&scope).stream(&table_name, &label, now).or_else(of_replica);
    found.ok_or_else(|| error::not_found(format_args!("Stream: {arn} not found")))
}

#[async_trait]
impl Service for DynamoDbStreams {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        let operation = aws_json::operation(request.headers()).unwrap_or_default();
        let operation = api::OPERATIONS.iter().copied().find(|known| *known == operation);
        match (self.dynamodb.upstream(), operation.filter(|operation| is_sent_on(operation))) {
            (Some(upstream), Some(operation)) => {
                proxy::streams::answer(&self.dynamodb, upstream, &ctx, operation, request).await
            }
            _ => OPERATIONS.answer(self, ctx, request).await,
        }
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        match self.dynamodb.upstream().filter(|_| is_sent_on(operation)) {
            Some(upstream) => proxy::streams::request(&self.dynamodb, upstream, &ctx, operation, input).await,
            None => OPERATIONS.request(self, ctx, operation, input).await,
        }
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl State for DynamoDbStreams {
    /// The streams are DynamoDB's to forget.
    fn reset(&self, _part: &Part, _changes: &Changes) {}
}
