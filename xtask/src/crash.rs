//! `cargo xtask crash`: kills RustStack at random moments while clients write, and looks whether what it answered is
//! there when it starts again.
//!
//! Each client writes to what is its own and keeps a model of it: what was answered is certain, what was under way
//! when the process died may be there whole or not at all (`crash/client.rs`; a new service adds its client there).
//! What all of them see at the end is compared with what the models allow (`crash/s3/model.rs`).

mod client;
mod dynamodb;
mod events;
pub(crate) mod http;
mod kms;
pub(crate) mod lambda;
mod notified;
mod random;
pub(crate) mod s3;
pub(crate) mod server;
mod sns;
mod sqs;
mod sts;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use clap::Args;

use self::{client::Writer, random::Random, server::Server};

/// In one life.
const MAX_ANSWERS: u64 = 500;
/// Microseconds.
const MAX_MOMENT: u64 = 10_000;
/// How long files that nobody needs may stay.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Args)]
pub(crate) struct Options {
    /// How often to kill: 20 in CI, 200 to be sure.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// The same seed makes the same requests; their order among clients, and the moments of death, differ.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Built with `cargo build --package ruststack` when it is not named.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// `normal` or `full`.
    #[arg(long, default_value = "normal")]
    durability: String,
}

impl Options {
    /// As in CI.
    pub(crate) fn short(binary: PathBuf) -> Self {
        Self { kills: 20, seed: 1, binary: Some(binary), durability: "normal".to_owned() }
    }
}

pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => server::build(root)?,
    };
    let data = std::env::temp_dir().join(format!("ruststack-crash-{}", std::process::id()));
    let outcome = kill_and_check(&binary, &data, options);
    match &outcome {
        Ok(()) => std::fs::remove_dir_all(&data)?,
        Err(_) => println!("    the data directory is left in {}", data.display()),
    }
    outcome
}

fn kill_and_check(binary: &Path, data: &Path, options: &Options) -> anyhow::Result<()> {
    let mut random = Random::new(options.seed);
    let mut clients = client::clients(options.seed);
    let begin = Instant::now();
    for kill in 1..=options.kills {
        let server = start(binary, data, options)?;
        let context = || format!("after {} kills, seed {}", kill - 1, options.seed);
        check(&mut clients, server.port()).with_context(context)?;
        let (answers, moment) = (random.below(MAX_ANSWERS), Duration::from_micros(random.below(MAX_MOMENT)));
        write_until_killed(&mut clients, server, usize::try_from(answers)?, moment);
    }
    let server = start(binary, data, options)?;
    check(&mut clients, server.port())?;
    server.stop()?;
    let server = Server::start(binary, data, &options.durability)?;
    check(&mut clients, server.port()).context("after an orderly end")?;
    clients.iter_mut().try_for_each(|client| client.clear(server.port()))?;
    check(&mut clients, server.port()).context("after all was deleted")?;
    expect_no_objects(data)?;
    drop(server);
    report(&clients, options.kills, begin.elapsed())
}

/// Starts again after a kill: nothing is damaged, and after a start that wrote nothing there is no file that nothing
/// refers to.
fn start(binary: &Path, data: &Path, options: &Options) -> anyhow::Result<Server> {
    if data.exists() {
        server::verify(binary, data)?;
        Server::start(binary, data, &options.durability)?.kill();
        let said = server::verify(binary, data)?;
        ensure!(said.contains(" 0 more that nothing refers to"), "a start leaves files: {said}");
    }
    Server::start(binary, data, &options.durability)
}

/// All clients look at once.
fn check(clients: &mut [Box<dyn Writer>], port: u16) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let looks: Vec<_> = clients.iter_mut().map(|client| scope.spawn(move || client.check(port))).collect();
        looks.into_iter().try_for_each(|look| look.join().expect("a client that looks does not panic"))
    })
}

/// All clients write until the process dies, a moment after so many answers.
fn write_until_killed(clients: &mut [Box<dyn Writer>], server: Server, answers: usize, moment: Duration) {
    let port = server.port();
    let (sender, answered) = mpsc::channel();
    thread::scope(|scope| {
        for client in clients {
            let sender = sender.clone();
            scope.spawn(move || client.write(port, &sender));
        }
        drop(sender);
        answered.iter().take(answers).for_each(drop);
        let end = Instant::now() + moment;
        let left = || end.checked_duration_since(Instant::now()).unwrap_or_default();
        std::iter::from_fn(|| answered.recv_timeout(left()).ok()).for_each(drop);
        server.kill();
    });
}

/// The files of objects go soon after the answers that let them go.
fn expect_no_objects(data: &Path) -> anyhow::Result<()> {
    let end = Instant::now() + PATIENCE;
    while count_objects(data)? > 0 {
        ensure!(Instant::now() < end, "{} files of objects are there when all is deleted", count_objects(data)?);
        thread::yield_now();
    }
    Ok(())
}

/// Temporary ones, too.
fn count_objects(data: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for folder in std::fs::read_dir(data.join("objects"))? {
        count += std::fs::read_dir(folder?.path())?.count();
    }
    Ok(count)
}

fn report(clients: &[Box<dyn Writer>], kills: u32, elapsed: Duration) -> anyhow::Result<()> {
    let mut counts = BTreeMap::new();
    for (operation, count) in clients.iter().flat_map(|client| client.counts()) {
        *counts.entry(*operation).or_insert(0) += count;
    }
    let (answered, operations): (usize, usize) = (counts.values().sum(), counts.len());
    let seconds = elapsed.as_secs();
    println!("    {kills} kills, {answered} answered writes of {operations} operations, all there; {seconds} s");
    if answered == 0 { bail!("no write was answered: nothing was tested") } else { Ok(()) }
}
