//! The tasks of the repository: `cargo xtask test`, `tidy`, `codegen`, `trim-model`, `crash`, `differential`,
//! `fixture`, `image`, `bench`.

#![expect(clippy::print_stdout, reason = "a command that prints what it does")]

mod codegen;
mod crash;
mod differential;
mod fixture;
mod image;
mod steps;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Tasks of the repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets up what the tests need and runs them all.
    Test {
        /// The Rust tests alone.
        #[arg(long)]
        fast: bool,
    },
    /// Checks the rules of the house that a tool can check.
    Tidy {
        /// Writes the generated pages instead of checking them.
        #[arg(long)]
        fix: bool,
    },
    /// Writes each service's `api.rs` from its model in `models/`.
    Codegen {
        /// Complains of stale files instead of writing them.
        #[arg(long)]
        check: bool,
    },
    /// Prints what the generator needs of one of AWS's models, botocore's unpacked `service-2.json`.
    TrimModel {
        source: PathBuf,
        /// Where the generated file shall go, from the repository's root: `ruststack-sts/src/api.rs`.
        #[arg(long)]
        output: String,
        /// Tables alone, for a service whose types come from elsewhere.
        #[arg(long)]
        tables_only: bool,
        /// Operations to keep; all when none is named.
        operations: Vec<String>,
    },
    /// Kills RustStack while clients write, and looks whether what it answered is there afterwards.
    Crash(crash::Options),
    /// Sends requests by chance to RustStack and to DynamoDB Local, and compares the answers.
    Differential(differential::Options),
    /// Makes `ruststack/tests/fixtures/<format>`: a data directory as today's RustStack writes it, for tests to come.
    Fixture {
        format: u32,
        /// Built when it is not named.
        #[arg(long)]
        binary: Option<PathBuf>,
    },
    /// Makes `target/image`, which the Dockerfile and docker-compose.yml take RustStack from.
    Image {
        /// Built for release when it is not named.
        #[arg(long)]
        binary: Option<PathBuf>,
    },
    /// Measures RustStack beside a bare Axum server; arguments go to `bench run`, or to the command of
    /// `bench` that the first one names.
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test { fast } => steps::test(&root(), fast),
        Task::Tidy { fix } => tidy::report(&root(), fix),
        Task::Codegen { check } => codegen::run(&root(), check),
        Task::Crash(options) => crash::run(&root(), &options),
        Task::Differential(options) => differential::run(&root(), &options),
        Task::Fixture { format, binary } => fixture::make(&root(), format, binary.as_deref()),
        Task::Image { binary } => steps::image(&root(), binary),
        Task::TrimModel { source, output, tables_only, operations } => {
            codegen::trim(&source, &output, !tables_only, &operations)
        }
        Task::Bench { arguments } => steps::bench(&root(), &arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root.
fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}
