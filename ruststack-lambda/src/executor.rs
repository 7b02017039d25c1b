//! The seam between functions and what runs them: processes of this machine, containers, whatever starts a runtime.
//!
//! The service unpacks code and merges layers into folders, opens one listener of the Runtime API per environment
//! (`runtime_api.rs`), and decides when an environment starts, what it is given and when it is stopped. An [`Executor`]
//! starts one, hands out what it writes, says how it ended, and stops it; it knows nothing of requests, functions'
//! states, concurrency or logs.
//!
//! # What an implementor does
//!
//! 1. [`Executor::name`] is the word for it in settings, in `REPORT` lines and in `/_localstack/health`.
//! 2. [`Executor::health`] says in one sentence what keeps it from running anything (no engine answers), for errors that
//!    users see. It answers within two seconds, for `LAMBDA_RUNTIME_EXECUTOR=auto` asks it at start.
//! 3. [`Executor::bind_address`] is where the listener of the Runtime API must be bound so that environments reach it,
//!    and [`Plan::runtime_api`] is where it is then. The executor sets `AWS_LAMBDA_RUNTIME_API` to exactly `host:port`: clients
//!    take neither a path nor an IPv6 literal.
//! 4. [`Executor::prepare`] does what may take long and is the same for all environments of a version: pull an image,
//!    fill a volume. It is called while the function is `Pending`; its error makes the function `Failed`.
//! 5. [`Executor::start`] returns once the runtime's process exists, not once it is ready: readiness is the first `GET
//!    /next` that the listener sees. It
//!    - shows the runtime [`Plan::code`] at `LAMBDA_TASK_ROOT` and [`Plan::layers`] at `/opt`, or at what stands for
//!      them, for reading;
//!    - sets the variables of [`Plan::variables`], and beside them only those that depend on how it runs: paths
//!      (`LAMBDA_TASK_ROOT`, `LAMBDA_RUNTIME_DIR`, `PATH`, `LD_LIBRARY_PATH`, `PYTHONPATH`, `NODE_PATH`) and
//!      `AWS_LAMBDA_RUNTIME_API`. Nothing of RustStack's own environment gets in;
//!    - replaces the host of `AWS_ENDPOINT_URL` with what reaches RustStack from inside, where that is not the host of
//!      this machine;
//!    - starts every executable of the layers' `extensions/` beside the runtime, with the same variables, and tells
//!      their names by [`Started::extensions`];
//!    - sends every line that the runtime and the extensions write to standard output and error to [`Plan::output`],
//!      in the order in which they were written, and waits while that is full.
//! 6. [`Environment::flush`] returns once what was written before has been sent to the output, as far as that can be
//!    known, and within [`FLUSH_PATIENCE`]: it is called before the log of an invocation is cut.
//! 7. [`Environment::ended`] waits for the end of the runtime's process and says why; it may be asked several times, and
//!    after the end.
//! 8. [`Environment::stop`] ends the runtime and all that it started, without asking them; with [`Stop::Gracefully`] it
//!    asks first (SIGTERM). It returns when nothing of the environment is left, may be called at any time, also twice,
//!    and dropping the environment must stop it as well.
//! 9. What a RustStack that was killed left behind is removed by [`Executor::sweep`], at start; what it made itself of
//!    code and layers by [`Executor::forget`], when nothing uses them any more, and by [`Executor::close`], at the end.

mod automatic;
pub mod docker;
mod output;
pub mod process;

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use ruststack_core::tasks::Tasks;

pub use self::{
    automatic::Automatic,
    output::{Line, Output, Stream},
};

/// How long a flush may take.
pub const FLUSH_PATIENCE: Duration = Duration::from_millis(200);

/// Runs functions.
#[async_trait]
pub trait Executor: Send + Sync + 'static {
    /// `process`, `docker`.
    fn name(&self) -> &'static str;

    /// Whether it can run anything now; else why not, in a sentence.
    async fn health(&self) -> Result<(), ExecutorError>;

    /// Where the Runtime API of its environments listens.
    fn bind_address(&self) -> IpAddr;

    /// Makes a version ready to be started quickly; does nothing when it is.
    async fn prepare(&self, version: &Version) -> Result<(), ExecutorError>;

    /// Starts an environment.
    async fn start(&self, plan: Plan) -> Result<Started, ExecutorError>;

    /// Forgets what was made of folders with these digests, which no function uses any more.
    async fn forget(&self, _digests: &[String]) {}

    /// Removes what an earlier process left behind.
    async fn sweep(&self) {}

    /// Removes what it made itself, when all environments have ended.
    async fn close(&self) {}
}

/// An environment that was started.
pub struct Started {
    pub environment: Arc<dyn Environment>,
    /// Names of the external extensions that run in it: file names.
    pub extensions: Vec<String>,
}

/// One environment: a runtime's process, and what runs beside it.
#[async_trait]
pub trait Environment: Send + Sync {
    /// Waits for the end of the runtime's process.
    async fn ended(&self) -> Exit;

    /// Ends it, and all that it started.
    async fn stop(&self, how: Stop);

    /// Returns once what was written before has been sent to the output.
    async fn flush(&self);

    /// The most memory that it has used so far, where that is known. Bytes.
    async fn peak_memory(&self) -> Option<u64> {
        None
    }
}

/// How to end an environment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// At once.
    Now,
    /// Asked first, and ended after this long.
    Gracefully(Duration),
}

/// How a runtime's process ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By a signal, its number.
    Signal(i32),
    /// It took more memory than the function has.
    OutOfMemory,
    /// The executor lost sight of it: a sentence.
    Lost(String),
}

impl fmt::Display for Exit {
    /// As AWS words it behind `Error: Runtime exited`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(0) => f.write_str("without providing a reason"),
            Self::Status(status) => write!(f, "with error: exit status {status}"),
            Self::Signal(number) => write!(f, "with error: signal: {}", signal_name(*number)),
            Self::OutOfMemory => f.write_str("with error: signal: killed"),
            Self::Lost(reason) => write!(f, "with error: {reason}"),
        }
    }
}

/// As Go words signals, which AWS's log lines quote.
fn signal_name(number: i32) -> String {
    match number {
        4 => "illegal instruction".to_owned(),
        6 => "aborted".to_owned(),
        7 => "bus error".to_owned(),
        8 => "floating point exception".to_owned(),
        9 => "killed".to_owned(),
        11 => "segmentation fault".to_owned(),
        13 => "broken pipe".to_owned(),
        15 => "terminated".to_owned(),
        other => format!("signal {other}"),
    }
}

/// What is run: the same for all environments of a function's version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    pub function_name: String,
    /// `$LATEST` or a number.
    pub version: String,
    pub function_arn: String,
    pub package: Package,
    /// The layers, merged into one folder: what is to be seen at `/opt`.
    pub layers: Option<Folder>,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    pub memory_mb: u32,
    /// Of `/tmp`.
    pub ephemeral_storage_mb: u32,
    /// Changes with each change of code or configuration: what was prepared for another one is of no use.
    pub revision: String,
}

/// What a version's code is packed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Package {
    /// Unpacked, for a runtime of AWS's: `python3.12`, `provided.al2023`.
    Zip { runtime: String, handler: String, code: Folder },
    /// A container image, and what of its configuration the function overrides.
    Image { uri: String, entry_point: Vec<String>, command: Vec<String>, working_directory: Option<String> },
}

/// A folder of this machine, to be read alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folder {
    pub path: PathBuf,
    /// Changes with the content: what was made of a folder with the same digest can be used again. `None` of a folder
    /// that the user changes while it is used (`hot-reload`): it must be shown as it is, not copied.
    pub digest: Option<String>,
}

/// One environment to be started.
#[derive(Clone)]
pub struct Plan {
    pub version: Version,
    /// 32 hexadecimal digits, new for each: the end of its log stream's name, and a good label.
    pub environment_id: String,
    /// Its Runtime API, which listens already.
    pub runtime_api: SocketAddr,
    /// What the runtime finds in its environment, the function's own variables among them.
    pub variables: BTreeMap<String, String>,
    /// Where its lines go.
    pub output: Output,
    /// Who watches over what runs as long as the environment does.
    pub tasks: Tasks,
}

/// Why an executor cannot do something: one sentence for the user, who sees it as the reason of a function's state or
/// in the answer to an invocation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExecutorError {
    pub kind: ExecutorErrorKind,
    pub message: String,
}

/// What a function's state is to say of it, in AWS's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExecutorErrorKind {
    /// The executor does not run such functions: no interpreter of that runtime, images without a container engine.
    NotSupported,
    /// There is no such image, or it cannot be fetched.
    InvalidImage,
    /// Nothing can be started now: the engine is gone, no process can be made.
    Unavailable,
    /// What is started ends at once: the entry point is missing or cannot be executed.
    InvalidRuntime,
}

impl ExecutorError {
    pub fn new(kind: ExecutorErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for ExecutorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ExecutorError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_are_worded_as_aws_words_them() {
        for (exit, text) in [
            (Exit::Status(0), "without providing a reason"),
            (Exit::Status(127), "with error: exit status 127"),
            (Exit::Signal(11), "with error: signal: segmentation fault"),
            (Exit::OutOfMemory, "with error: signal: killed"),
        ] {
            assert_eq!(exit.to_string(), text);
        }
    }
}
