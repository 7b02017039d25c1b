//! Work of nobody's request: a task of its own for each kind, which can be hurried on and waited for.

use std::sync::OnceLock;

use ruststack_core::{
    context::{Context, Endpoint, NewContext},
    identity::{Identity, Principal},
    scope::Scope,
    service::{Protocol, Runtime},
};
use tokio::sync::{mpsc, oneshot};

use crate::bucket::Bucket;

/// How many may wait for one kind of work before others wait to be let in.
const MAX_WAITING: usize = 16;

/// Reaches a task from outside.
#[derive(Default)]
pub(crate) struct Worker(OnceLock<mpsc::Sender<oneshot::Sender<()>>>);

/// Who waits for a task's next round; dropping it tells them that the round is over.
pub(crate) type Waiting = oneshot::Sender<()>;

impl Worker {
    /// The task's end; `None` when it was started before.
    pub(crate) fn begin(&self) -> Option<mpsc::Receiver<Waiting>> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        self.0.set(sender).is_ok().then_some(receiver)
    }

    pub(crate) fn is_begun(&self) -> bool {
        self.0.get().is_some()
    }

    /// Returns when the task has done what is due; at once where there is no task.
    pub(crate) async fn hurry(&self) {
        let Some(task) = self.0.get() else { return };
        let (waiting, done) = oneshot::channel();
        if task.send(waiting).await.is_ok() {
            // An error says that the round is over, as an answer would.
            drop(done.await);
        }
    }
}

/// In the name of a bucket's owner.
pub(crate) fn context(runtime: &Runtime, bucket: &Bucket) -> Context {
    Context::new(NewContext {
        request_id: runtime.ids.upper_alphanumeric(16),
        scope: Scope::new(bucket.owner, bucket.region.clone()),
        identity: Identity { principal: Principal::Root, ..Identity::anonymous(bucket.owner) },
        protocol: Protocol::RestXml,
        endpoint: Endpoint { scheme: "http", host: "s3.amazonaws.com".to_owned() },
        trace_id: None,
        hops: 0,
        runtime: runtime.clone(),
    })
}
