//! The interpreters that the machine has: found once, by what they say of themselves.
//!
//! A program on the path may be a shell script that chooses one by its environment, which functions do not have: what
//! is started is what such a script comes to.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{process::Command, sync::Mutex};

use super::super::{ExecutorError, ExecutorErrorKind};

/// How long an interpreter may take to say where it is.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was found so far.
pub(super) struct Interpreters {
    search_path: Vec<PathBuf>,
    found: Mutex<HashMap<String, PathBuf>>,
}

impl Interpreters {
    pub(super) fn new(search_path: &str) -> Self {
        let search_path = search_path.split(':').filter(|part| !part.is_empty()).map(PathBuf::from).collect();
        Self { search_path, found: Mutex::default() }
    }

    /// The Python of that version, or else the machine's.
    // Differs from AWS: the process executor runs Python and Node functions under the versions that the machine has.
    pub(super) async fn python(&self, runtime: &str) -> Result<PathBuf, ExecutorError> {
        let script = ["-c", "import sys; print(sys.executable)"];
        for name in [runtime, "python3", "python"] {
            if let Some(found) = self.find(name, &script).await {
                return Ok(found);
            }
        }
        Err(missing(runtime, "python3"))
    }

    pub(super) async fn node(&self) -> Result<PathBuf, ExecutorError> {
        let script = ["-p", "process.execPath"];
        self.find("node", &script).await.ok_or_else(|| missing("nodejs", "node"))
    }

    async fn find(&self, name: &str, script: &[&str]) -> Option<PathBuf> {
        let mut found = self.found.lock().await;
        if let Some(known) = found.get(name).filter(|known| known.exists()) {
            return Some(known.clone());
        }
        let candidates = self.search_path.iter().map(|folder| folder.join(name)).filter(|path| path.is_file());
        for candidate in candidates {
            if let Some(real) = ask(&candidate, script).await {
                found.insert(name.to_owned(), real.clone());
                return Some(real);
            }
        }
        None
    }
}

/// Where an interpreter says that it is; `None` of what is none.
async fn ask(program: &Path, script: &[&str]) -> Option<PathBuf> {
    let mut command = Command::new(program);
    command.args(script).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    (output.status.success() && path.is_file()).then_some(path)
}

fn missing(runtime: &str, program: &str) -> ExecutorError {
    let text = format!("There is no {program} on this machine's PATH to run {runtime} with.");
    ExecutorError::new(ExecutorErrorKind::NotSupported, text)
}
