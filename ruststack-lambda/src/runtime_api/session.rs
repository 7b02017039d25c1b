//! One environment as its runtime tells it: starting, waiting for work, at work.

use std::future::Future;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{oneshot, watch};

use super::{Answer, Invocation, extensions::Extensions};

/// The state of one environment's Runtime API.
pub(crate) struct Session {
    state: Mutex<State>,
    /// Counts changes: whoever waits looks again.
    changed: watch::Sender<u64>,
}

struct State {
    phase: Phase,
    /// Requests of the runtime for work that are open.
    is_waiting: bool,
    init_failure: Option<InitFailure>,
    extensions: Extensions,
}

enum Phase {
    /// The runtime has not asked for work yet.
    Init,
    Idle,
    /// Work for the runtime's next request.
    Offered(Invocation, oneshot::Sender<Answer>),
    /// The runtime has it.
    Running(String, Option<oneshot::Sender<Answer>>),
    /// The runtime has answered, and not asked for more.
    Answered(String),
}

/// What a runtime says that could not start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InitFailure {
    /// JSON, in the runtime's words.
    pub(crate) body: Bytes,
}

/// Why the runtime may not do what it does now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// No such invocation is under way.
    WrongId,
    /// From a state, by a transition.
    Transition(&'static str, &'static str),
}

impl Session {
    /// An environment that is starting.
    pub(crate) fn new() -> Self {
        let state =
            State { phase: Phase::Init, is_waiting: false, init_failure: None, extensions: Extensions::default() };
        Self { state: Mutex::new(state), changed: watch::Sender::new(0) }
    }

    /// Names the external extensions; the environment is ready once they are.
    pub(crate) fn expect_extensions(&self, names: Vec<String>) {
        self.with_extensions(|extensions| extensions.expect(names));
    }

    /// Tells extensions that the environment ends; false when none wants to know.
    pub(crate) fn shut_down(&self, reason: &str, deadline: i64) -> bool {
        self.with_extensions(|extensions| extensions.shut_down(reason, deadline))
    }

    pub(super) fn with_extensions<T>(&self, work: impl FnOnce(&mut Extensions) -> T) -> T {
        let result = work(&mut self.state.lock().extensions);
        self.tell();
        result
    }

    fn tell(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Looks at the state whenever it changes, until there is something to return.
    pub(super) fn wait_for<'s, T: Send + 's>(
        &'s self,
        mut look: impl FnMut(&mut Extensions, bool) -> Option<T> + Send + 's,
    ) -> impl Future<Output = T> + Send + 's {
        self.wait(move |state| {
            let is_idle = state.is_idle();
            look(&mut state.extensions, is_idle)
        })
    }

    async fn wait<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        loop {
            let found = look(&mut self.state.lock());
            if let Some(found) = found {
                return found;
            }
            // The sender lives as long as the session, so waiting cannot fail.
            drop(changed.changed().await);
        }
    }

    /// Returns when the runtime asked for work for the first time, or said that it cannot.
    pub(crate) async fn initialised(&self) -> Result<(), InitFailure> {
        self.wait(|state| match (&state.init_failure, &state.phase) {
            (Some(failure), _) => Some(Err(failure.clone())),
            (None, Phase::Init) => None,
            (None, Phase::Idle) => state.is_idle().then_some(Ok(())),
            (None, _) => Some(Ok(())),
        })
        .await
    }

    /// Returns when the environment can take work again.
    pub(crate) async fn idle(&self) {
        self.wait(|state| state.is_idle().then_some(())).await;
    }

    /// What the runtime said when it could not start, if it said so.
    pub(crate) fn init_failure(&self) -> Option<InitFailure> {
        self.state.lock().init_failure.clone()
    }

    /// Gives an idle environment work; its answer comes when it comes. Nothing comes when the session is dropped.
    pub(crate) fn invoke(&self, invocation: Invocation) -> oneshot::Receiver<Answer> {
        let (sender, answer) = oneshot::channel();
        {
            let mut state = self.state.lock();
            state.extensions.invoke(&invocation);
            state.phase = Phase::Offered(invocation, sender);
        }
        self.tell();
        answer
    }

    /// Waits for work on behalf of the runtime.
    pub(super) async fn next(&self) -> Result<Invocation, Fault> {
        self.state.lock().ask()?;
        self.tell();
        let _waiting = Waiting(self);
        Ok(self.wait(State::take).await)
    }

    /// Begins to read the answer to an invocation: from now on no other is taken.
    pub(super) fn begin_answer(&self, id: &str, transition: &'static str) -> Result<oneshot::Sender<Answer>, Fault> {
        self.state.lock().begin_answer(id, transition)
    }

    /// Takes what a runtime says that cannot start.
    pub(super) fn fail_init(&self, body: Bytes) -> Result<(), Fault> {
        {
            let mut state = self.state.lock();
            if !matches!(state.phase, Phase::Init) {
                return Err(Fault::Transition(state.name(), "RuntimeInitError"));
            }
            state.init_failure.get_or_insert(InitFailure { body });
        }
        self.tell();
        Ok(())
    }
}

impl State {
    fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle) && self.is_waiting && self.extensions.are_ready()
    }

    /// As the interface's own errors name it.
    fn name(&self) -> &'static str {
        match self.phase {
            Phase::Init => "RuntimeStartedState",
            Phase::Idle | Phase::Offered(..) => "RuntimeReadyState",
            Phase::Running(..) => "RuntimeRunningState",
            Phase::Answered(_) => "RuntimeResponseSentState",
        }
    }

    fn ask(&mut self) -> Result<(), Fault> {
        match self.phase {
            Phase::Running(..) => return Err(Fault::Transition(self.name(), "Next")),
            Phase::Init | Phase::Answered(_) => self.phase = Phase::Idle,
            Phase::Idle | Phase::Offered(..) => {}
        }
        self.is_waiting = true;
        Ok(())
    }

    fn take(&mut self) -> Option<Invocation> {
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Offered(invocation, sender) => {
                self.phase = Phase::Running(invocation.request_id.clone(), Some(sender));
                Some(invocation)
            }
            other => {
                self.phase = other;
                None
            }
        }
    }

    fn begin_answer(&mut self, id: &str, transition: &'static str) -> Result<oneshot::Sender<Answer>, Fault> {
        let state = self.name();
        let taken = match &mut self.phase {
            Phase::Running(running, sender) if running == id => sender.take(),
            Phase::Answered(answered) if answered == id => return Err(Fault::Transition(state, transition)),
            _ => return Err(Fault::WrongId),
        };
        self.phase = Phase::Answered(id.to_owned());
        taken.ok_or(Fault::Transition(state, transition))
    }
}

/// The runtime waits for work until this is dropped.
struct Waiting<'s>(&'s Session);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state.lock().is_waiting = false;
    }
}
