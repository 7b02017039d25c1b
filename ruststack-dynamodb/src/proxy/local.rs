//! DynamoDB Local as a process of ours: started, waited for, started again after a crash, stopped with us.

use std::{
    net::TcpListener,
    process::Stdio,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use ruststack_core::{
    scope::{AccountId, Region, Scope},
    service::{Health, Runtime, StartError},
};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, ChildStdin, Command},
    sync::watch,
};

use super::{
    definition,
    upstream::{Target, authorization, send},
};
use crate::{
    DynamoDb,
    backend::{JAR, Local},
};

/// How long a request waits for a Java that starts.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is asked whether it is there.
const INTERVAL: Duration = Duration::from_millis(50);
/// How long Java may take to end.
const END: Duration = Duration::from_secs(6);
/// The pauses between starts that fail.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// What has run so long did not fail at its start.
const STABLE: Duration = Duration::from_secs(60);
/// Java ends when our end of its shell's standard input is gone, however we went.
const SHELL: &str = r#"exec 3<&0; "$@" </dev/null 3<&- & java=$!
(read -r _ <&3; kill "$java" && sleep 5 && kill -9 "$java") >/dev/null 2>&1 &
exec 3<&-; wait "$java""#;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Starting,
    /// On this port.
    Ready(u16),
}

pub(crate) struct LocalProcess {
    config: Local,
    state: watch::Sender<State>,
}

impl LocalProcess {
    pub(crate) fn new(config: Local) -> Arc<Self> {
        Arc::new(Self { config, state: watch::Sender::new(State::Starting) })
    }

    /// The port of a process that answers; waits for it.
    pub(super) async fn ready(&self) -> Result<u16, String> {
        let mut state = self.state.subscribe();
        let ready = state.wait_for(|state| matches!(state, State::Ready(_)));
        match tokio::time::timeout(PATIENCE, ready).await.map(|state| state.map(|state| *state)) {
            Ok(Ok(State::Ready(port))) => Ok(port),
            _ => Err(format!("DynamoDB Local was not there within {} seconds", PATIENCE.as_secs())),
        }
    }

    pub(crate) fn health(&self) -> Health {
        match *self.state.borrow() {
            State::Starting => Health::Starting,
            State::Ready(_) => Health::Running,
        }
    }

    /// Starts it, and returns at once: requests wait.
    pub(crate) fn start(self: &Arc<Self>, service: &Arc<DynamoDb>, runtime: &Runtime) -> Result<(), StartError> {
        self.check()?;
        if let Some(database) = &self.config.database {
            let shown = database.display();
            std::fs::create_dir_all(database).map_err(|error| StartError(format!("cannot make {shown}: {error}")))?;
        }
        let supervision = supervise(Arc::clone(self), Arc::downgrade(service), runtime.clone());
        runtime.tasks.spawn_draining(supervision);
        Ok(())
    }

    /// What is missing, and what to do about it.
    fn check(&self) -> Result<(), StartError> {
        let Local { java, folder, .. } = &self.config;
        if !folder.join(JAR).exists() {
            let advice = "`ruststack install dynamodb-local` fetches it, or DYNAMODB_LOCAL_PATH says where it is";
            return Err(StartError(format!("there is no {JAR} in {}: {advice}", folder.display())));
        }
        let mut version = std::process::Command::new(java);
        let version = version.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.map(drop).map_err(|error| {
            let advice = "install Java 17 (apt-get install default-jre-headless), or set JAVA_HOME";
            StartError(format!("cannot run {} for DynamoDB Local: {error}; {advice}", java.display()))
        })
    }

    fn command(&self, port: u16) -> Command {
        let Local { java, folder, database, heap, delays_transient_statuses, .. } = &self.config;
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(java).arg(format!("-Xmx{heap}"));
        command.args(["-XX:+UseSerialGC", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", JAR, "-port"]);
        command.arg(port.to_string()).arg("-disableTelemetry");
        match database {
            Some(database) => command.arg("-dbPath").arg(database),
            None => command.arg("-inMemory"),
        };
        if *delays_transient_statuses {
            command.arg("-delayTransientStatuses");
        }
        command.current_dir(folder).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

async fn supervise(process: Arc<LocalProcess>, service: Weak<DynamoDb>, runtime: Runtime) {
    let mut pause = FIRST_PAUSE;
    let mut is_first = true;
    loop {
        let begin = Instant::now();
        let ended = live(&process, &service, &runtime, is_first).await;
        process.state.send_replace(State::Starting);
        let Err(why) = ended else { return };
        is_first = false;
        if begin.elapsed() > STABLE {
            pause = FIRST_PAUSE;
        }
        tracing::warn!(why, pause_ms = pause.as_millis(), "DynamoDB Local ended; it is started again");
        if tokio::time::timeout(pause, runtime.tasks.stopping()).await.is_ok() {
            return;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One life; `Ok` when it ended because we do.
async fn live(
    process: &LocalProcess,
    service: &Weak<DynamoDb>,
    runtime: &Runtime,
    is_first: bool,
) -> Result<(), String> {
    let port = port(process.config.port).map_err(|error| format!("no port: {error}"))?;
    let mut child = process.command(port).spawn().map_err(|error| format!("cannot start: {error}"))?;
    // Waiting for a child would close it.
    let held = child.stdin.take();
    tell(child.stdout.take(), runtime);
    tell(child.stderr.take(), runtime);
    tokio::select! {
        status = child.wait() => return Err(told(status)),
        () = runtime.tasks.stopping() => return end(child, held).await,
        () = until_it_answers(port, runtime) => {}
    }
    if let Some(service) = service.upgrade() {
        restore(&service, process, port, runtime, is_first).await;
    }
    tracing::info!(port, process = child.id(), "DynamoDB Local answers");
    process.state.send_replace(State::Ready(port));
    tokio::select! {
        status = child.wait() => Err(told(status)),
        () = runtime.tasks.stopping() => end(child, held).await,
    }
}

fn told(status: std::io::Result<std::process::ExitStatus>) -> String {
    status.map_or_else(|error| error.to_string(), |status| status.to_string())
}

fn port(wanted: u16) -> std::io::Result<u16> {
    if wanted == 0 { Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port()) } else { Ok(wanted) }
}

/// The shell ends Java when its standard input is closed.
async fn end(mut child: Child, held: Option<ChildStdin>) -> Result<(), String> {
    drop(held);
    if tokio::time::timeout(END, child.wait()).await.is_err() {
        tracing::warn!("DynamoDB Local did not end in time");
    }
    Ok(())
}

/// Its lines among ours.
fn tell(output: Option<impl AsyncRead + Unpin + Send + 'static>, runtime: &Runtime) {
    let Some(output) = output else { return };
    runtime.tasks.spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if !line.is_empty() {
                tracing::info!(line, "DynamoDB Local says");
            }
        }
    });
}

async fn until_it_answers(port: u16, runtime: &Runtime) {
    let url = format!("http://127.0.0.1:{port}/");
    let scope = Scope::new(AccountId::DEFAULT, Region::nonstandard("us-east-1"));
    // Before there is somebody who listens, connections are refused; that is no news.
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err()
        || send(&runtime.outbound, &url, authorization(&scope), Target::Tables("ListTables"), &json!({})).await.is_err()
    {
        drop(tokio::time::timeout(INTERVAL, std::future::pending::<()>()).await);
    }
}

/// Makes the tables that we know and it lacks: after a crash without a database, all of them, and they are empty.
async fn restore(service: &DynamoDb, process: &LocalProcess, port: u16, runtime: &Runtime, is_first: bool) {
    let url = format!("http://127.0.0.1:{port}/");
    let mut made = 0;
    for (scope, tables) in service.all_tables() {
        for table in tables.all() {
            let input = definition::input_of(&table.settings().description);
            match send(&runtime.outbound, &url, authorization(&scope), Target::Tables("CreateTable"), &input).await {
                Ok(_) => made += 1,
                Err(error) if error.code() == "ResourceInUseException" => {}
                Err(error) => {
                    tracing::warn!(table = table.name, why = error.message(), "DynamoDB Local does not take a table");
                }
            }
        }
    }
    if made > 0 && !(is_first && process.config.database.is_some()) {
        tracing::warn!(tables = made, "tables were made again in DynamoDB Local, without their items");
    }
}
