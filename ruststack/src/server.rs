//! Puts the parts together, serves until a signal comes, and takes them apart in order.

mod accept;
mod tls;

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use ruststack_auth::{Authenticator, issued_keys::IssuedKeys};
use ruststack_core::{
    bus::Bus,
    clock::Clock,
    gateway::{Gateway, Settings},
    ids::Ids,
    journal::Ephemeral,
    service::Runtime,
    tasks::Tasks,
};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

use crate::{
    config::Config,
    edge::{self, App},
    init::{self, Stage},
    services,
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
    let runtime = Runtime {
        bus: Bus::default(),
        tasks: Tasks::default(),
        clock: Clock::system(),
        ids: Ids::random(),
        journal: Arc::new(Ephemeral),
    };
    let keys = IssuedKeys::default();
    let registry = Arc::new(services::bind(&config, &keys).map_err(StartFailure)?);
    runtime.bus.connect(Arc::clone(&registry), &runtime.tasks);
    registry.start(&runtime).await.map_err(|error| StartFailure(error.to_string()))?;
    let authenticator = Arc::new(Authenticator::new(config.auth.clone(), keys));
    let settings = Settings { default_region: config.default_region.clone() };
    let gateway = Gateway::new(registry, authenticator, runtime.clone(), settings);
    let addresses = addresses(&listeners)?;
    let hooks = init::Hooks::new(&config.init_directories, addresses[0].port());
    let app = Arc::new(App::new(gateway, Arc::clone(&config), hooks));

    app.hooks.run(Stage::Boot, &app).await;
    app.hooks.run(Stage::Start, &app).await;
    let router = edge::router(&app);
    for listener in listeners {
        let tasks = runtime.tasks.clone();
        runtime.tasks.spawn(accept::serve(listener, router.clone(), tls.clone(), tasks));
    }
    announce(&config, &addresses);
    app.hooks.run(Stage::Ready, &app).await;
    print_ready();

    tokio::select! {
        () = signals.received() => {}
        () = app.stop_requested() => {}
    }
    tracing::info!("stopping");
    app.hooks.run(Stage::Shutdown, &app).await;
    if !runtime.tasks.shutdown(PATIENCE).await {
        tracing::warn!("some connections did not end in time");
    }
    Ok(())
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

fn announce(config: &Config, addresses: &[SocketAddr]) {
    let services =
        services::NAMES.iter().filter(|name| config.has_service(name)).copied().collect::<Vec<_>>().join(", ");
    for address in addresses {
        let version = env!("CARGO_PKG_VERSION");
        tracing::info!(
            endpoint = format!("http://{address}"),
            version,
            services,
            "RustStack is up; state is in memory"
        );
    }
    for remark in config.remarks() {
        match remark.is_warning {
            true => tracing::warn!("{}", remark.text),
            false => tracing::info!("{}", remark.text),
        }
    }
}

/// The line that wait strategies of test libraries look for.
#[expect(clippy::print_stdout, reason = "a contract: LocalStack's clients wait for this line on stdout")]
fn print_ready() {
    println!("Ready.");
}
