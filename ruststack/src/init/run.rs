//! Runs one init script: a shell script, a Python script, or a list of calls executed in process.

use std::{os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use ruststack_core::{
    context::{Context, Endpoint, NewContext},
    identity::{Identity, Principal},
    scope::{AccountId, Scope},
    service::Protocol,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::process::Command;

use super::process::execute;
use crate::edge::App;

/// How a file is run, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Shell,
    Python,
    Yaml,
    Json,
}

/// One call of a declarative file.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Call {
    service: String,
    operation: String,
    #[serde(default = "no_members")]
    params: Value,
}

fn no_members() -> Value {
    Value::Object(serde_json::Map::new())
}

impl Kind {
    pub(super) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "sh" => Some(Self::Shell),
            "py" => Some(Self::Python),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The error is a sentence for the log.
pub(super) async fn script(path: &Path, app: &Arc<App>) -> Result<(), String> {
    tracing::info!(script = %path.display(), "init script runs");
    match Kind::of(path) {
        Some(Kind::Shell) if is_executable(path) => execute(Command::new(path), path, app).await,
        Some(Kind::Shell) => {
            tracing::warn!(script = %path.display(), "the script is not executable (chmod +x); /bin/sh runs it");
            execute(with_argument("/bin/sh", path), path, app).await
        }
        Some(Kind::Python) => execute(with_argument("python3", path), path, app).await,
        Some(Kind::Yaml) => {
            calls(read(path, |text| serde_yaml_ng::from_str(text).map_err(|error| error.to_string()))?, app).await
        }
        Some(Kind::Json) => {
            calls(read(path, |text| serde_json::from_str(text).map_err(|error| error.to_string()))?, app).await
        }
        None => Err("nothing runs such files".to_owned()),
    }
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

fn with_argument(program: &str, path: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(path);
    command
}

fn read(path: &Path, parse: impl Fn(&str) -> Result<Vec<Call>, String>) -> Result<Vec<Call>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let hint = "a list of {service, operation, params} is expected";
    parse(&text).map_err(|error| format!("{error}; {hint}"))
}

async fn calls(calls: Vec<Call>, app: &Arc<App>) -> Result<(), String> {
    for call in calls {
        let ctx = context(app);
        let Call { service, operation, params } = call;
        let outcome = app.gateway.runtime().bus.request(&ctx, &service, &operation, params).await;
        outcome.map_err(|error| format!("{service} {operation}: {error}"))?;
    }
    Ok(())
}

/// Calls are the default account's own.
fn context(app: &App) -> Context {
    let runtime = app.gateway.runtime().clone();
    let account: AccountId = app.config.auth.default_account;
    Context::new(NewContext {
        request_id: runtime.ids.uuid(),
        scope: Scope::new(account, app.config.default_region.clone()),
        identity: Identity { principal: Principal::Root, ..Identity::anonymous(account) },
        protocol: Protocol::RestJson,
        endpoint: Endpoint { scheme: "http", host: app.authority() },
        trace_id: None,
        hops: 0,
        runtime,
    })
}
