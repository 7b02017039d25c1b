//! `cargo xtask bench`: RustStack's figures beside those of a bare Axum server that moves the same bytes.
//!
//! Everything runs on this machine in one run, so that ratios mean something where absolute figures do not.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command that prints a report")]

mod bare;
mod durability;
mod dynamodb;
mod fan_out;
mod functions;
mod load;
mod memory;
mod notifications;
mod process;
mod queues;
mod report;
mod scenario;
mod snapshots;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures RustStack beside a bare Axum server")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves fixed bytes: the floor that RustStack is compared with.
    Bare {
        /// Port on 127.0.0.1; 0 picks one and prints it.
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Measures and prints the report.
    Run {
        /// The RustStack binary.
        #[arg(long, default_value = "target/release/ruststack")]
        binary: PathBuf,
        /// Seconds per row.
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// Connections at once.
        #[arg(long, default_value_t = 16)]
        connections: usize,
        /// Keys of the large bucket of the listing rows.
        #[arg(long, default_value_t = 1_000_000)]
        keys: u64,
        /// Size of the one large upload and download, in MiB.
        #[arg(long, default_value_t = 5 * 1024)]
        large_mib: u64,
        /// Only the rows whose name contains this.
        #[arg(long)]
        only: Option<String>,
        /// Objects while whose snapshot is taken requests are timed.
        #[arg(long, default_value_t = 100_000)]
        snapshot_objects: u64,
    },
    /// Measures SQS: messages sent, received and deleted per second.
    Queues {
        /// The RustStack binary.
        #[arg(long, default_value = "target/release/ruststack")]
        binary: PathBuf,
        /// Seconds of sending per row.
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// How many clients work at once, one number after the other.
        #[arg(long, value_delimiter = ',', default_values_t = [1, 16])]
        clients: Vec<usize>,
        /// NAME=PORT of another server of SQS on this machine, which is given the same load.
        #[arg(long = "peer")]
        peers: Vec<queues::Peer>,
    },
    /// Measures DynamoDB beside DynamoDB Local and a bare handler of the same JSON.
    Dynamodb {
        /// The RustStack binary.
        #[arg(long, default_value = "target/release/ruststack")]
        binary: PathBuf,
        /// The folder of DynamoDBLocal.jar; without it there is nothing to compare with.
        #[arg(long)]
        local: Option<PathBuf>,
        /// Seconds per row and server.
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// Connections at once.
        #[arg(long, default_value_t = 16)]
        connections: usize,
        /// Only the rows whose name contains this.
        #[arg(long)]
        only: Option<String>,
    },
    /// Measures how soon notifications of S3 are with whoever waits for them.
    Notifications {
        /// The RustStack binary.
        #[arg(long, default_value = "target/release/ruststack")]
        binary: PathBuf,
        /// Of which the latency is the median.
        #[arg(long, default_value_t = 500)]
        notifications: usize,
    },
    /// Measures what Lambda adds to a runtime's exchange and to its start, and how soon an upload reaches a function.
    Lambda {
        /// The RustStack binary.
        #[arg(long, default_value = "target/release/ruststack")]
        binary: PathBuf,
        /// A Python image that speaks the Runtime API, for what is measured in containers.
        #[arg(long)]
        image: Option<String>,
        /// Warm invocations, of which the figures are medians and percentiles.
        #[arg(long, default_value_t = 2000)]
        calls: usize,
        /// Cold starts, one after the other.
        #[arg(long, default_value_t = 20)]
        starts: usize,
        /// Cold starts at once.
        #[arg(long, default_value_t = 100)]
        parallel: usize,
    },
    /// A runtime for functions of `lambda`, which starts it.
    #[command(hide = true)]
    Runtime {
        /// `host:port`.
        api: String,
        first_line: Option<u16>,
    },
    /// Measures how soon a message published to a topic is with all of its hundred queues.
    FanOut {
        /// The RustStack binary.
        #[arg(long, default_value = "target/release/ruststack")]
        binary: PathBuf,
        /// Of which the figures are medians.
        #[arg(long, default_value_t = 21)]
        publishes: usize,
        /// NAME=PORT of another server of SNS and SQS on this machine, which is given the same.
        #[arg(long = "peer")]
        peers: Vec<queues::Peer>,
    },
    /// Measures what persistence costs, in writes, memory and starts, and whether that grows with the state.
    Durability {
        /// The RustStack binary.
        #[arg(long, default_value = "target/release/ruststack")]
        binary: PathBuf,
        /// Seconds per row.
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// Connections at once.
        #[arg(long, default_value_t = 32)]
        connections: usize,
        /// Objects of the large state.
        #[arg(long, default_value_t = 1_000_000)]
        objects: u64,
        /// Size of each of them. Bytes.
        #[arg(long, default_value_t = 100)]
        size: usize,
        /// Where data directories are made; what they hold is removed at the end.
        #[arg(long, default_value_os_t = std::env::temp_dir())]
        directory: PathBuf,
        /// Only the part whose name contains this: ratios, memory, growth.
        #[arg(long)]
        only: Option<String>,
    },
}

fn main() -> anyhow::Result<()> {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build();
    match Arguments::parse().command {
        Command::Bare { port } => bare::serve(port),
        Command::Run { binary, seconds, connections, keys, large_mib, only, snapshot_objects } => {
            let plan = scenario::Plan { binary, seconds, connections, keys, large_mib, only, snapshot_objects };
            runtime()?.block_on(scenario::run(&plan))
        }
        Command::Queues { binary, seconds, clients, peers } => {
            let plan = queues::Plan { binary, seconds, clients, peers };
            runtime()?.block_on(queues::run(&plan))
        }
        Command::Dynamodb { binary, local, seconds, connections, only } => {
            let plan = dynamodb::Plan { binary, local, seconds, connections, only };
            runtime()?.block_on(dynamodb::run(&plan))
        }
        Command::Notifications { binary, notifications } => {
            let plan = notifications::Plan { binary, notifications };
            runtime()?.block_on(notifications::run(&plan))
        }
        Command::Lambda { binary, image, calls, starts, parallel } => {
            let plan = functions::Plan { binary, image, calls, starts, parallel };
            runtime()?.block_on(functions::run(&plan))
        }
        Command::Runtime { api, first_line } => functions::runtime::serve(&api, first_line),
        Command::FanOut { binary, publishes, peers } => {
            runtime()?.block_on(fan_out::run(&fan_out::Plan { binary, publishes, peers }))
        }
        Command::Durability { binary, seconds, connections, objects, size, directory, only } => {
            let plan = durability::Plan { binary, seconds, connections, objects, size, directory, only };
            runtime()?.block_on(durability::run(&plan))
        }
    }
}
