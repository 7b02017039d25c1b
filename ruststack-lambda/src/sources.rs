//! Event source mappings at work: each has a task that polls its source, as long as it is enabled.

pub(crate) mod filter;
mod queue;
mod stream;

use std::{
    collections::HashSet,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use ruststack_core::{
    arn::Arn,
    context::{Context, Endpoint, NewContext},
    identity::{Identity, Principal},
    scope::Scope,
    service::{Protocol, Runtime},
};
use tokio::sync::Notify;

use crate::{
    Lambda,
    error::{LambdaError, invalid},
    home::Mapping,
    names::FunctionName,
};

/// What a source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Of SQS.
    Queue,
    /// Of DynamoDB.
    Stream,
}

impl Kind {
    pub(crate) fn of(arn: &Arn) -> Result<Self, LambdaError> {
        match arn.service() {
            "sqs" => Ok(Self::Queue),
            "dynamodb" if arn.resource().contains("/stream/") => Ok(Self::Stream),
            "kinesis" | "kafka" | "mq" | "rds" => Err(invalid(format!(
                "RustStack has no {} yet: event source mappings are of SQS queues and DynamoDB streams.",
                arn.service()
            ))),
            _ => Err(invalid("Unrecognized event source.")),
        }
    }
}

/// Which mappings have a task.
#[derive(Default)]
pub(crate) struct Pollers {
    running: Mutex<HashSet<String>>,
    /// Sources are looked at now.
    hurried: Notify,
}

impl Pollers {
    pub(crate) fn hurry(&self) {
        self.hurried.notify_waiters();
    }
}

/// Starts the tasks of all mappings that are enabled.
pub(crate) fn start_all(lambda: &Arc<Lambda>) {
    for (scope, home) in lambda.homes() {
        let ids: Vec<String> = home.lock().mappings.keys().cloned().collect();
        ids.iter().for_each(|id| start(lambda, &scope, id));
    }
}

/// Starts the task of a mapping, unless it has one; the task ends with the mapping, or when that is disabled.
pub(crate) fn start(lambda: &Arc<Lambda>, scope: &Scope, id: &str) {
    let Some(runtime) = lambda.runtime() else { return };
    if !lambda.pollers.running.lock().insert(id.to_owned()) {
        return;
    }
    let poller = Poller {
        lambda: Arc::downgrade(lambda),
        ctx: context(runtime, scope),
        scope: scope.clone(),
        id: id.to_owned(),
        _running: Running { lambda: Arc::downgrade(lambda), id: id.to_owned() },
    };
    runtime.tasks.spawn(async move { poller.run().await });
}

/// Of work that no request caused.
fn context(runtime: &Runtime, scope: &Scope) -> Context {
    Context::new(NewContext {
        request_id: runtime.ids.uuid(),
        scope: scope.clone(),
        identity: Identity { principal: Principal::Root, ..Identity::anonymous(scope.account) },
        protocol: Protocol::AwsJson10,
        endpoint: Endpoint { scheme: "http", host: "localhost:4566".to_owned() },
        trace_id: None,
        hops: 0,
        runtime: runtime.clone(),
    })
}

/// The mapping has no task when this goes.
struct Running {
    lambda: Weak<Lambda>,
    id: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(lambda) = self.lambda.upgrade() {
            lambda.pollers.running.lock().remove(&self.id);
        }
    }
}

/// The task of a mapping.
struct Poller {
    /// Weak, for the emulator may end first.
    lambda: Weak<Lambda>,
    ctx: Context,
    scope: Scope,
    id: String,
    _running: Running,
}

/// A mapping that is enabled, and its function.
struct Active {
    mapping: Arc<Mapping>,
    function: FunctionName,
    filters: filter::Filters,
    source: Arn,
}

impl Poller {
    async fn run(&self) {
        let mut queue = queue::State::default();
        let mut stream = stream::State::default();
        while let Some((lambda, active)) = self.active() {
            let is_busy = match Kind::of(&active.source) {
                Ok(Kind::Queue) => queue.poll(self, &lambda, &active).await,
                Ok(Kind::Stream) => stream.poll(self, &lambda, &active).await,
                Err(_) => return,
            };
            if !is_busy {
                let (interval, clock) = (lambda.config.poll_interval, self.ctx.clock());
                tokio::select! {
                    () = clock.sleep(interval) => {}
                    () = lambda.pollers.hurried.notified() => {}
                }
            }
        }
    }

    fn active(&self) -> Option<(Arc<Lambda>, Active)> {
        let lambda = self.lambda.upgrade()?;
        let mapping = lambda.home(&self.scope).lock().mappings.get(&self.id).cloned()?;
        let configuration = &mapping.configuration;
        if configuration.state.as_deref() != Some("Enabled") {
            return None;
        }
        let source = configuration.event_source_arn.as_deref()?.parse().ok()?;
        let function = FunctionName::parse(&self.scope, configuration.function_arn.as_deref()?).ok()?;
        let filters = filter::Filters::of(configuration.filter_criteria.as_ref()).ok()?;
        Some((lambda, Active { mapping, function, filters, source }))
    }
}
