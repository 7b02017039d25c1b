//! The container engine: where it is, and what its refusals mean to the user.

use std::{error::Error as _, path::PathBuf, time::Duration};

use bollard::{API_DEFAULT_VERSION, Docker, errors::Error};
use parking_lot::Mutex;

use crate::executor::{ExecutorError, ExecutorErrorKind};

/// How long the engine may take to say that it is there.
const PING_PATIENCE: Duration = Duration::from_secs(2);

/// How long a request to the engine may take: images on slow disks make containers slowly. Seconds.
const REQUEST_PATIENCE: u64 = 120;

/// What to do where no engine answers.
const NEXT_STEP: &str = "Start Docker, set DOCKER_HOST, or choose LAMBDA_RUNTIME_EXECUTOR=process.";

/// An engine that is looked for until one answers, and then kept.
pub(super) struct Engine {
    /// Where it may be, the likeliest first.
    addresses: Vec<String>,
    found: Mutex<Option<(String, Docker)>>,
}

impl Engine {
    /// An engine at `host`, as `DOCKER_HOST` says it, or else behind the first of these sockets that answers.
    pub(super) fn new(host: Option<&str>, sockets: &[PathBuf]) -> Self {
        let addresses = match host {
            Some(host) => vec![host.to_owned()],
            None => sockets.iter().map(|socket| format!("unix://{}", socket.display())).collect(),
        };
        Self { addresses, found: Mutex::new(None) }
    }

    /// Its address, once it was found.
    pub(super) fn address(&self) -> Option<String> {
        self.found.lock().as_ref().map(|(address, _)| address.clone())
    }

    /// The engine, which may have gone meanwhile.
    pub(super) async fn get(&self) -> Result<Docker, ExecutorError> {
        if let Some((_, docker)) = self.found.lock().as_ref() {
            return Ok(docker.clone());
        }
        self.ask().await
    }

    /// The engine, after it has answered.
    pub(super) async fn ask(&self) -> Result<Docker, ExecutorError> {
        let known = self.found.lock().clone();
        if let Some((address, docker)) = known {
            return ping(docker).await.map_err(|cause| silent(&address, &cause));
        }
        let mut reasons = Vec::new();
        for address in &self.addresses {
            match connect(address).await {
                Ok(docker) => {
                    *self.found.lock() = Some((address.clone(), docker.clone()));
                    return Ok(docker);
                }
                Err(cause) => reasons.push((address, cause)),
            }
        }
        // A socket that is there and refuses says more than those that are not there.
        let telling = reasons.iter().find(|(_, cause)| !cause.starts_with("there is no")).or(reasons.first());
        Err(telling.map_or_else(|| silent("any socket", "none is known"), |(address, cause)| silent(address, cause)))
    }

    /// What a failed request means.
    pub(super) fn explain(&self, error: &Error) -> ExecutorError {
        match error {
            Error::DockerResponseServerError { message, .. } => {
                unavailable(format!("The container engine refused: {}", message.trim()))
            }
            error => silent(&self.address().unwrap_or_default(), &cause(error)),
        }
    }
}

async fn connect(address: &str) -> Result<Docker, String> {
    if address.starts_with("https://") || address.starts_with("ssh://") {
        return Err("RustStack reaches engines by unix:// and tcp:// alone".to_owned());
    }
    let docker = match address.strip_prefix("unix://") {
        Some(path) => Docker::connect_with_unix(path, REQUEST_PATIENCE, API_DEFAULT_VERSION),
        None => Docker::connect_with_http(address, REQUEST_PATIENCE, API_DEFAULT_VERSION),
    };
    ping(docker.map_err(|error| cause(&error))?).await
}

async fn ping(docker: Docker) -> Result<Docker, String> {
    match tokio::time::timeout(PING_PATIENCE, docker.ping()).await {
        Ok(Ok(_)) => Ok(docker),
        Ok(Err(error)) => Err(cause(&error)),
        Err(_) => Err(format!("no answer within {} seconds", PING_PATIENCE.as_secs())),
    }
}

fn silent(address: &str, cause: &str) -> ExecutorError {
    let permission = "your user may not use the socket (add it to the group docker)";
    let cause = if cause.contains("Permission denied") { permission } else { cause };
    unavailable(format!("No container engine answers at {address}: {cause}. {NEXT_STEP}"))
}

pub(super) fn unavailable(message: String) -> ExecutorError {
    ExecutorError::new(ExecutorErrorKind::Unavailable, message)
}

/// The innermost cause of an error, which says most.
pub(super) fn cause(error: &Error) -> String {
    if let Error::SocketNotFoundError(_) = error {
        return "there is no such socket".to_owned();
    }
    if let Error::RequestTimeoutError = error {
        return format!("no answer within {REQUEST_PATIENCE} seconds");
    }
    let mut innermost = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        innermost = error.to_string();
        source = error.source();
    }
    innermost.trim().to_owned()
}

/// Whether the engine says that there is no such thing.
pub(super) fn is_missing(error: &Error) -> bool {
    matches!(error, Error::DockerResponseServerError { status_code: 404, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_engine_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        let missing = Engine::new(None, std::slice::from_ref(&socket)).ask().await.unwrap_err();
        assert_eq!(missing.kind, ExecutorErrorKind::Unavailable);
        let text =
            format!("No container engine answers at unix://{}: there is no such socket. {NEXT_STEP}", socket.display());
        assert_eq!(missing.message, text);

        drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
        let stale = Engine::new(None, &[folder.path().join("other"), socket]).ask().await.unwrap_err();
        assert!(stale.message.contains("docker.sock: Connection refused"), "{stale}");

        let unknown = Engine::new(Some("ssh://there"), &[]).ask().await.unwrap_err();
        assert!(unknown.message.contains("unix:// and tcp:// alone"), "{unknown}");
        assert!(Engine::new(None, &[]).get().await.is_err());
    }
}
