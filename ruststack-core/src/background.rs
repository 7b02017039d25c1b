//! Work of nobody's request: a task of its own for each kind, which can be hurried on and waited for.

use std::sync::OnceLock;

use tokio::sync::{mpsc, oneshot};

use crate::{
    context::{Context, Endpoint, NewContext},
    identity::{Identity, Principal},
    ids::Ids,
    scope::Scope,
    service::{RequestIdStyle, Runtime, ServiceSpec},
};

/// How many may wait for one kind of work before others wait to be let in.
const MAX_WAITING: usize = 16;

/// Reaches a task from outside.
#[derive(Default)]
pub struct Worker(OnceLock<mpsc::Sender<Waiting>>);

/// Who waits for a task's next round; dropping it tells them that the round is over.
pub type Waiting = oneshot::Sender<()>;

impl Worker {
    /// The task's end; `None` when it was started before.
    pub fn begin(&self) -> Option<mpsc::Receiver<Waiting>> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        self.0.set(sender).is_ok().then_some(receiver)
    }

    pub fn is_begun(&self) -> bool {
        self.0.get().is_some()
    }

    /// Returns when the task has done what is due; at once where there is no task.
    pub async fn hurry(&self) {
        let Some(task) = self.0.get() else { return };
        let (waiting, done) = oneshot::channel();
        if task.send(waiting).await.is_ok() {
            // An error says that the round is over, as an answer would.
            drop(done.await);
        }
    }
}

/// What a service does by itself, in the name of the account of `scope`.
pub fn context(spec: &ServiceSpec, scope: Scope, runtime: &Runtime) -> Context {
    let identity = Identity { principal: Principal::Root, ..Identity::anonymous(scope.account) };
    Context::new(NewContext {
        request_id: request_id(spec.request_id, &runtime.ids),
        scope,
        identity,
        protocol: spec.protocols[0],
        endpoint: Endpoint { scheme: "http", host: format!("{}.amazonaws.com", spec.name) },
        trace_id: None,
        hops: 0,
        runtime: runtime.clone(),
    })
}

fn request_id(style: RequestIdStyle, ids: &Ids) -> String {
    match style {
        RequestIdStyle::Uuid => ids.uuid(),
        RequestIdStyle::Short => ids.upper_alphanumeric(16),
    }
}
