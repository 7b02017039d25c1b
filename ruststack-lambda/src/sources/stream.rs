//! Streams of DynamoDB: shards in their order, batches in the order of their records, tried until they are taken.

mod shard;

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use self::shard::Shard;
use super::{Active, Poller};
use crate::Lambda;

/// What a poller knows of its stream.
#[derive(Default)]
pub(super) struct State {
    shards: BTreeMap<String, Shard>,
}

impl State {
    /// Looks for records once; true when there may be more.
    pub(super) async fn poll(&mut self, poller: &Poller, lambda: &Arc<Lambda>, active: &Active) -> bool {
        self.discover(poller, active).await;
        let mut is_busy = false;
        let open = self.open();
        for id in open {
            if let Some(shard) = self.shards.get_mut(&id) {
                is_busy |= shard.poll(poller, lambda, active).await;
            }
        }
        is_busy
    }

    /// The shards whose parents are done with.
    fn open(&self) -> Vec<String> {
        let is_done = |id: &String| self.shards.get(id).is_none_or(|shard| shard.is_done);
        let is_open = |shard: &&Shard| !shard.is_done && shard.parent.as_ref().is_none_or(is_done);
        self.shards.values().filter(is_open).map(|shard| shard.id.clone()).collect()
    }

    async fn discover(&mut self, poller: &Poller, active: &Active) {
        let ctx = super::context(poller.ctx.runtime(), &poller.scope);
        let input = json!({ "StreamArn": active.source.as_str() });
        let Ok(answer) = ctx.bus().request(&ctx, "dynamodbstreams", "DescribeStream", input).await else { return };
        for told in answer["StreamDescription"]["Shards"].as_array().into_iter().flatten() {
            let Some(id) = told["ShardId"].as_str().map(str::to_owned) else { continue };
            let parent = told["ParentShardId"].as_str().map(str::to_owned);
            self.shards.entry(id.clone()).or_insert_with(|| Shard::new(id, parent));
        }
    }
}

/// The part of a record that its sequence number is.
fn sequence_number(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}
