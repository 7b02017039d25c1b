//! Puts the parts together, serves until a signal comes, and takes them apart in order.

mod accept;
mod header_case;
mod tls;

use std::{fmt, io::Write as _, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use ruststack_auth::{Authenticator, issued_keys::IssuedKeys};
use ruststack_core::{
    clock::Clock,
    gateway::{Gateway, Settings},
    ids::Ids,
    journal::{Ephemeral, Journal, LoadError, directory::Directory, sqlite::Sqlite},
    registry::Registry,
    service::Runtime,
};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

use crate::{
    backlog::Flush,
    config::Config,
    edge::{App, Edge},
    init::{self, Stage},
    request_log::RequestLog,
    services,
    snapshots::Snapshots,
};

/// How long connections and tasks may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why RustStack does not start: one sentence for the user.
#[derive(Debug)]
pub(crate) struct StartFailure(pub(crate) String);

impl fmt::Display for StartFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) async fn run(config: Arc<Config>) -> Result<(), StartFailure> {
    let mut signals = Signals::listen()?;
    let tls = tls::Acceptor::new(config.certificate.as_deref()).map_err(StartFailure)?;
    let listeners = bind(&config.listen).await?;
    let keys = IssuedKeys::default();
    let registry = Arc::new(services::bind(&config, &keys).map_err(StartFailure)?);
    // Ours until the process ends.
    let (journal, _directory) = open_journal(&config, &registry)?;
    let snapshots = open_snapshots(&config)?;
    let runtime = Runtime::new(Clock::system(), Ids::random(), journal);
    runtime.bus.connect(&registry, &runtime.tasks);
    registry.start(&runtime).await.map_err(|error| StartFailure(error.to_string()))?;
    let authenticator = Arc::new(Authenticator::new(config.auth.clone(), keys));
    let settings = Settings { default_region: config.default_region.clone() };
    let gateway = Gateway::new(registry, authenticator, runtime.clone(), settings);
    let addresses = addresses(&listeners)?;
    // The last records are written when the process ends.
    let (request_log, _flush) = open_request_log(&config)?;
    let hooks = init::Hooks::new(&config.init_directories);
    let app = Arc::new(App::new(gateway, config, hooks, snapshots, request_log, addresses));
    let edge = Edge::new(Arc::clone(&app));
    for listener in listeners {
        let tasks = runtime.tasks.clone();
        runtime.tasks.spawn(accept::serve(listener, edge.clone(), tls.clone(), tasks));
    }
    tokio::select! {
        () = start(&app) => end_requested(&mut signals, &app).await,
        () = end_requested(&mut signals, &app) => {}
    }
    tracing::info!("stopping");
    if app.is_serving() {
        tokio::select! {
            () = app.hooks.run(Stage::Shutdown, &app) => {}
            () = signals.received() => tracing::warn!("asked to end again: the scripts in shutdown.d are cut short"),
        }
    }
    if !runtime.tasks.shutdown(PATIENCE).await {
        tracing::warn!("some connections did not end in time");
    }
    Ok(())
}

/// Loads what was kept. Without persistence there is nothing to load, and nothing will be kept.
fn open_journal(config: &Config, registry: &Registry) -> Result<(Arc<dyn Journal>, Option<Directory>), StartFailure> {
    let Some(persistence) = &config.persistence else { return Ok((Arc::new(Ephemeral), None)) };
    let open = || {
        let directory = Directory::open(&persistence.directory)?;
        let may_begin = || refuse_orphans(directory.path());
        let (database, tables) = (directory.database(), registry.tables());
        let journal = Sqlite::open_or_begin(&database, persistence.durability, &tables, may_begin)?;
        registry.load(&journal)?;
        Ok((Arc::new(journal) as Arc<dyn Journal>, Some(directory)))
    };
    open().map_err(|error: LoadError| StartFailure(error.to_string()))
}

/// Finds the snapshots that were kept beside the state.
fn open_snapshots(config: &Config) -> Result<Snapshots, StartFailure> {
    let opened = Snapshots::open(config.s3.data.as_ref(), config.s3.temporary_directory.clone());
    opened.map_err(|error| StartFailure(format!("cannot look through the snapshots in the data directory: {error}")))
}

/// Nothing is recorded unless that is asked for.
fn open_request_log(config: &Config) -> Result<(Option<RequestLog>, Option<Flush>), StartFailure> {
    if !config.has_request_log {
        return Ok((None, None));
    }
    let path = config.request_log_file.as_deref();
    let opened = RequestLog::start(path).map(|(log, flush)| (Some(log), flush));
    let shown = path.unwrap_or(Path::new("")).display();
    opened.map_err(|error| StartFailure(format!("RUSTSTACK_REQUEST_LOG_FILE: {shown} cannot be written: {error}")))
}

/// Files of objects without the rows that name them would be swept as if nobody wanted them.
fn refuse_orphans(directory: &Path) -> Result<(), LoadError> {
    let objects = directory.join("objects");
    let folders = std::fs::read_dir(&objects).into_iter().flatten().flatten();
    let has_files = |folder: &Path| std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    if !folders.into_iter().any(|folder| has_files(&folder.path())) {
        return Ok(());
    }
    let (lost, left) = (directory.join("state.db"), objects.display());
    let advice = format!("restore it, or remove {left} to begin anew");
    Err(LoadError(format!("{} is gone or empty, and {left} holds what it named; {advice}", lost.display())))
}

/// Runs the scripts that come before `Ready.`, and says it.
async fn start(app: &Arc<App>) {
    app.hooks.run(Stage::Boot, app).await;
    app.hooks.run(Stage::Start, app).await;
    app.serve();
    announce(app);
    app.hooks.run(Stage::Ready, app).await;
    print_ready();
}

async fn end_requested(signals: &mut Signals, app: &App) {
    tokio::select! {
        () = signals.received() => {}
        () = app.stop_requested() => {}
    }
}

/// The signals that ask the process to end. They are listened to from the start: one that comes early counts, too.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self, StartFailure> {
        let listen = |kind| signal(kind).map_err(|error| StartFailure(format!("cannot listen to signals: {error}")));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, StartFailure> {
    let mut listeners = Vec::new();
    for address in addresses {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            let advice = "stop what listens there, or set GATEWAY_LISTEN to another address";
            StartFailure(format!("cannot listen on {address}: {error}; {advice}"))
        })?;
        listeners.push(listener);
    }
    Ok(listeners)
}

fn addresses(listeners: &[TcpListener]) -> Result<Vec<SocketAddr>, StartFailure> {
    let local = |listener: &TcpListener| listener.local_addr().map_err(|error| StartFailure(error.to_string()));
    listeners.iter().map(local).collect()
}

fn announce(app: &App) {
    let kept = app.config.persistence.as_ref();
    let data = kept.map_or_else(|| "in memory".into(), |kept| kept.directory.to_string_lossy());
    let services = app.gateway.registry().names().join(", ");
    for address in &app.addresses {
        let version = env!("CARGO_PKG_VERSION");
        tracing::info!(
            endpoint = format!("http://{address}"),
            version,
            services,
            %data,
            "RustStack is up"
        );
    }
    for remark in app.config.remarks() {
        match remark.is_warning {
            true => tracing::warn!("{}", remark.text),
            false => tracing::info!("{}", remark.text),
        }
    }
}

/// The line that wait strategies of test libraries look for. Who has closed standard output does not wait for it.
fn print_ready() {
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = writeln!(stdout, "Ready.").and_then(|()| stdout.flush()) {
        tracing::debug!(%error, "nobody reads standard output");
    }
}
