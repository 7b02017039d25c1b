//! `cargo xtask crash`: kills RustStack at random moments while clients write, and looks whether what it answered is
//! there when it starts again.
//!
//! Each client writes to keys of its own and keeps a model of them: what was answered is certain, what was under way
//! when the process died may be there whole or not at all (`crash/client.rs`). What all of them see at the end is
//! compared with what the models allow (`crash/model.rs`).

mod client;
mod http;
mod model;
mod random;
mod server;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use clap::Args;

use self::{client::Client, random::Random, server::Server};

/// Clients that write at once.
const CLIENTS: u64 = 8;
/// In one life.
const MAX_ANSWERS: u64 = 500;
/// Microseconds.
const MAX_MOMENT: u64 = 10_000;

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
        None => build(root)?,
    };
    let data = std::env::temp_dir().join(format!("ruststack-crash-{}", std::process::id()));
    let outcome = kill_and_check(&binary, &data, options);
    match &outcome {
        Ok(()) => std::fs::remove_dir_all(&data)?,
        Err(_) => println!("    the data directory is left in {}", data.display()),
    }
    outcome
}

fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["build", "--locked", "--package", "ruststack", "--message-format", "json"]);
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut executables = text.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next().context("cargo built no ruststack")
}

fn kill_and_check(binary: &Path, data: &Path, options: &Options) -> anyhow::Result<()> {
    let mut random = Random::new(options.seed);
    let mut clients: Vec<_> = (0..CLIENTS).map(|number| Client::new(number, options.seed)).collect();
    let (begin, mut answered) = (Instant::now(), 0);
    for kill in 1..=options.kills {
        let server = Server::start(binary, data, &options.durability)?;
        let context = || format!("after {} kills, seed {}", kill - 1, options.seed);
        clients.iter_mut().try_for_each(|client| client.check(server.port())).with_context(context)?;
        let (answers, moment) = (random.below(MAX_ANSWERS), Duration::from_micros(random.below(MAX_MOMENT)));
        answered += write_until_killed(&mut clients, server, usize::try_from(answers)?, moment);
    }
    let server = Server::start(binary, data, &options.durability)?;
    clients.iter_mut().try_for_each(|client| client.check(server.port()))?;
    server.stop()?;
    let server = Server::start(binary, data, &options.durability)?;
    clients.iter_mut().try_for_each(|client| client.check(server.port())).context("after an orderly end")?;
    drop(server);
    let (kills, seconds) = (options.kills, begin.elapsed().as_secs());
    println!("    {kills} kills, {answered} answered writes, all there; {seconds} s");
    if answered == 0 { bail!("no write was answered: nothing was tested") } else { Ok(()) }
}

/// All clients write until the process dies, a moment after so many answers; gives back how many there were.
fn write_until_killed(clients: &mut [Client], server: Server, answers: usize, moment: Duration) -> usize {
    let port = server.port();
    let (sender, answered) = mpsc::channel();
    thread::scope(|scope| {
        for client in clients {
            let sender = sender.clone();
            scope.spawn(move || client::write(client, port, &sender));
        }
        drop(sender);
        let before = answered.iter().take(answers).count();
        let end = Instant::now() + moment;
        let left = || end.checked_duration_since(Instant::now()).unwrap_or_default();
        let meanwhile = std::iter::from_fn(|| answered.recv_timeout(left()).ok()).count();
        server.kill();
        before + meanwhile + answered.iter().count()
    })
}
