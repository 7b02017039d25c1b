//! What caused what: the last deliveries, with the request that each goes back to.

use std::{collections::VecDeque, time::Duration};

use parking_lot::Mutex;
use serde::Serialize;

use super::{DeliveryError, Sender};
use crate::{arn::Arn, context::Context};

/// How many deliveries are remembered.
pub const TRACE_LENGTH: usize = 1000;

/// One delivery, done or refused.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub time: String,
    pub cause: Cause,
    /// 1 is what the cause's own request led to, 2 what that led to.
    pub hop: u8,
    /// The service that delivered, and the resource in whose name.
    pub principal: String,
    pub source: String,
    pub target: String,
    /// `null` when it arrived.
    pub error: Option<String>,
    pub elapsed_micros: u64,
}

/// The request that a chain of deliveries began with.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    pub request_id: String,
    /// `null` where nobody's request was the cause: schedules, lifecycles.
    pub operation: Option<String>,
}

/// The last [`TRACE_LENGTH`] steps, oldest first.
#[derive(Default)]
pub(super) struct Trace(Mutex<VecDeque<Step>>);

impl Trace {
    /// Notes a delivery that `ctx`, of the target, was made for.
    pub(super) fn note(
        &self,
        ctx: &Context,
        (sender, target): (&Sender, &Arn),
        error: Option<&DeliveryError>,
        elapsed: Duration,
    ) {
        let step = Step {
            time: ctx.now().to_iso_8601_millis(),
            cause: Cause {
                request_id: ctx.request_id().to_owned(),
                operation: ctx.cause_operation().map(str::to_owned),
            },
            hop: ctx.hops(),
            principal: sender.principal.clone(),
            source: sender.source.to_string(),
            target: target.to_string(),
            error: error.map(ToString::to_string),
            elapsed_micros: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        };
        let mut steps = self.0.lock();
        if steps.len() == TRACE_LENGTH {
            steps.pop_front();
        }
        steps.push_back(step);
    }

    /// The last `count`, oldest first.
    pub(super) fn last(&self, count: usize) -> Vec<Step> {
        let steps = self.0.lock();
        steps.iter().skip(steps.len().saturating_sub(count)).cloned().collect()
    }
}
