//! RustStack: a local AWS in one small binary. Parse, start, wait for the signal, stop.

mod aws_services;
mod backlog;
mod config;
mod edge;
mod init;
mod install;
mod log;
mod metrics;
mod request_log;
mod server;
mod services;
mod snapshot_command;
mod snapshots;
mod verify;

use std::{io::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};

use crate::{config::Config, install::InstallCommand, log::Log, snapshot_command::SnapshotCommand};

/// The exit code for what the user can mend: a port in use, a bad setting.
const USAGE: u8 = 2;

const AFTER_HELP: &str = "\
Clients need three settings, all AWS's own:

  AWS_ENDPOINT_URL=http://localhost:4566  AWS_ACCESS_KEY_ID=test  AWS_SECRET_ACCESS_KEY=test

A 12-digit access key is its own account: tests with different keys never meet.

Most used settings (all of them: --print-config, docs/configuration.md):

  GATEWAY_LISTEN   where to listen: 127.0.0.1:4566, :4566, a comma-separated list
  SERVICES         only these services: s3,s3control,sts
  RUSTSTACK_AUTH   off (default), sigv4: hold signed requests to their signatures, iam: and to policies
  LS_LOG           trace, debug, info, warn, error
  DEBUG            1: debug log

Health: `ruststack health`, or GET /_localstack/health.  Reset: POST /_localstack/state/reset.
Snapshots: `ruststack snapshot save FILE.tar.zst`, or PUT /_ruststack/snapshots/<name>.";

#[derive(Parser)]
#[command(name = "ruststack", version, about = "A local AWS in one small binary", after_help = AFTER_HELP)]
struct Arguments {
    /// Print every setting, its value and what it means, and exit.
    #[arg(long)]
    print_config: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Ask a running RustStack whether it is well; exit code 0 or 1.
    Health {
        /// Where it runs; where GATEWAY_LISTEN says, if this is left out.
        #[arg(long)]
        endpoint: Option<String>,
    },
    /// Look whether all that a data directory holds is as it was written; exit code 0 or 1. No RustStack may use it.
    Verify {
        /// Where DATA_DIR says, if this is left out.
        directory: Option<PathBuf>,
    },
    /// Fetch what RustStack can use and does not bring with it.
    #[command(subcommand)]
    Install(InstallCommand),
    /// Save the state of a running RustStack to a file, or load it back.
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(command) = arguments.command {
        return run(command).unwrap_or_else(|error| complain(&error, 1));
    }
    let config = match Config::from_environment() {
        Ok(config) => config,
        Err(error) => return complain(&error, USAGE),
    };
    if arguments.print_config {
        return print(&config.describe());
    }
    // Held to the end: the last lines are written when it goes.
    let _log = match Log::start(&config.log_filter) {
        Ok(log) => log,
        Err(error) => return complain(&error.to_string(), 1),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error.to_string(), 1),
    };
    match runtime.block_on(server::run(Arc::new(config))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error.to_string(), USAGE),
    }
}

/// Whatever is not running a RustStack.
fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Health { endpoint } => edge::health::ask(&find(endpoint)?)?,
        Command::Verify { directory } => return Ok(verify(directory)),
        Command::Install(command) => command.run(&Config::from_environment()?.data_directory)?,
        Command::Snapshot(command) => command.run(&find(command.target().endpoint.clone())?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Where it runs.
fn find(endpoint: Option<String>) -> Result<String, String> {
    match endpoint {
        Some(endpoint) => Ok(endpoint),
        None => edge::health::endpoint(&Config::from_environment()?.listen),
    }
}

fn verify(directory: Option<PathBuf>) -> ExitCode {
    // What a damaged log has lost is told there.
    let _log = match Log::start("error,ruststack_s3=off") {
        Ok(log) => log,
        Err(error) => return complain(&error.to_string(), 1),
    };
    match verify::verify(directory) {
        Ok(findings) if findings.is_whole => print(&findings.text),
        Ok(findings) => {
            print(&findings.text);
            ExitCode::FAILURE
        }
        Err(error) => complain(&error, 1),
    }
}

/// One sentence for the user, whatever the log's level. Who has closed standard error does not want it.
fn complain(sentence: &str, code: u8) -> ExitCode {
    drop(writeln!(std::io::stderr(), "ruststack: {sentence}"));
    ExitCode::from(code)
}

/// What the user asked for; a pager that was closed has seen enough.
fn print(text: &str) -> ExitCode {
    drop(write!(std::io::stdout(), "{text}"));
    ExitCode::SUCCESS
}
