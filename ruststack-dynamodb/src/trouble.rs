//! Trouble on request: throughput that is said to be exceeded, now and then.

use ruststack_core::{Request, context::Context, error::AwsError};

use crate::error::DynamoDbError;

/// How often requests are refused, from 0 to 1.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Trouble {
    pub of_all: f64,
    pub of_reads: f64,
    pub of_writes: f64,
    /// Tables are held to the throughput that they are provisioned with.
    pub enforces_throughput: bool,
}

const READS: [&str; 5] = ["BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"];
const WRITES: [&str; 5] = ["BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"];

impl Trouble {
    pub(crate) fn is_random(&self) -> bool {
        self.of_all + self.of_reads + self.of_writes > 0.0
    }

    /// Refuses a request as often as is wanted of its kind.
    pub(crate) fn check(&self, ctx: &Context, request: &Request) -> Result<(), AwsError> {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        let probability = if READS.contains(&operation) {
            self.of_all.max(self.of_reads)
        } else if WRITES.contains(&operation) {
            self.of_all.max(self.of_writes)
        } else {
            return Ok(());
        };
        // Of the 53 bits that a fraction has.
        let fraction = (ctx.ids().number() >> 11) as f64 / (1_u64 << 53) as f64;
        if fraction < probability {
            return Err(DynamoDbError::ProvisionedThroughputExceededException {}.into());
        }
        Ok(())
    }
}
