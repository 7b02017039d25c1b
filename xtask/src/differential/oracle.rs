//! DynamoDB Local as a process: found, started, waited for, killed at the end.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use crate::crash::http::{Connection, Request};

/// A cold Java on a busy machine.
const LONGEST_START: Duration = Duration::from_secs(90);
/// Between two looks whether it answers.
const INTERVAL: Duration = Duration::from_millis(50);
const JAR: &str = "DynamoDBLocal.jar";

/// Killed when it is dropped.
pub(crate) struct Oracle {
    process: Child,
    pub(crate) port: u16,
}

/// The folder of the jar: where `DYNAMODB_LOCAL_PATH` says, or where RustStack's own installer puts it, of which the
/// binary is asked when it is not there yet. Why there is none is a sentence.
pub(crate) fn find(root: &Path, binary: &Path) -> Result<PathBuf, String> {
    if Command::new("java").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return Err("there is no Java (apt-get install default-jre-headless)".to_owned());
    }
    if let Some(folder) = chosen() {
        return if folder.join(JAR).exists() { Ok(folder) } else { Err(format!("no {JAR} in DYNAMODB_LOCAL_PATH")) };
    }
    let data = root.join("target/dynamodb-local-data");
    let folder = data.join("dynamodb-local");
    if !folder.join(JAR).exists() {
        let mut install = Command::new(binary);
        let status = install.env("DATA_DIR", &data).args(["install", "dynamodb-local"]).status();
        if !status.is_ok_and(|status| status.success()) {
            return Err("DynamoDB Local cannot be installed (`ruststack install dynamodb-local` failed)".to_owned());
        }
    }
    Ok(folder)
}

#[expect(clippy::disallowed_methods, reason = "the developer's own, as RustStack reads it")]
fn chosen() -> Option<PathBuf> {
    std::env::var_os("DYNAMODB_LOCAL_PATH").map(PathBuf::from)
}

impl Oracle {
    /// Returns when it answers.
    pub(crate) fn start(folder: &Path) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("java");
        command.current_dir(folder).arg("-Djava.library.path=./DynamoDBLocal_lib").args(["-Xmx1g", "-jar", JAR]);
        command.args(["-inMemory", "-port", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().context("cannot start Java")?;
        let mut oracle = Self { process, port };
        let begin = Instant::now();
        let (_open, nothing) = mpsc::channel::<()>();
        while !oracle.answers() {
            if let Some(status) = oracle.process.try_wait()? {
                bail!("DynamoDB Local ended with {status}");
            }
            anyhow::ensure!(begin.elapsed() < LONGEST_START, "DynamoDB Local does not answer");
            // Nothing comes: this is the pause between two looks.
            let _nothing = nothing.recv_timeout(INTERVAL);
        }
        Ok(oracle)
    }

    fn answers(&self) -> bool {
        let request = Request::new("dynamodb", "000000000000", "POST", "/");
        let request = request.header("x-amz-target", "DynamoDB_20120810.ListTables").body("{}");
        Connection::open(self.port)
            .and_then(|mut connection| connection.send(&request))
            .is_ok_and(|answer| answer.is_success())
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.process.kill();
        let _ended = self.process.wait();
    }
}
