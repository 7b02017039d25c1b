//! Who made a container: a process that may have ended since, whose containers nobody will ever stop.

use std::{fmt, fs, path::PathBuf};

use bollard::Docker;
use rustix::process::{Pid, test_kill_process};

use super::{engine::is_missing, surroundings::OwnContainer};

/// Labels of what RustStack makes.
pub(super) const OWNER: &str = "ruststack.owner";
pub(super) const FUNCTION: &str = "ruststack.function";
pub(super) const VERSION: &str = "ruststack.version";
pub(super) const ENVIRONMENT: &str = "ruststack.environment";

const NOTHING: &str = "-";

/// A process, and where its number means something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Owner {
    /// The container it runs in, and when that was started.
    container: Option<(String, String)>,
    /// The boot of the machine and the namespace of process ids.
    space: String,
    pid: i32,
    /// When the process started, for numbers are used again.
    started: String,
}

impl Owner {
    /// This process.
    pub(super) fn me(own: Option<&OwnContainer>) -> Self {
        let pid = i32::try_from(std::process::id()).expect("process ids are small");
        let container = own.map(|own| (own.id.clone(), own.started.clone()));
        Self { container, space: space(), pid, started: started(pid).unwrap_or_else(|| NOTHING.to_owned()) }
    }

    /// From the label of a container.
    pub(super) fn parse(label: &str) -> Option<Self> {
        let parts: Vec<&str> = label.split(' ').collect();
        let [container, since, space, pid, started] = parts[..] else { return None };
        let container = (container != NOTHING).then(|| (container.to_owned(), since.to_owned()));
        Some(Self { container, space: space.to_owned(), pid: pid.parse().ok()?, started: started.to_owned() })
    }

    /// Something short that is this process's own.
    pub(super) fn short(&self) -> String {
        let digest = <sha2::Sha256 as sha2::Digest>::digest(self.to_string().as_bytes());
        digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether it has certainly ended. What cannot be told from here, a process of another machine, has not.
    pub(super) async fn is_gone(&self, docker: &Docker) -> bool {
        if self.space == space() {
            return !self.is_alive();
        }
        let Some((id, since)) = &self.container else { return false };
        match docker.inspect_container(id, None).await {
            Ok(found) => {
                let state = found.state.unwrap_or_default();
                state.running == Some(false) || state.started_at.is_some_and(|started| started != *since)
            }
            Err(error) => is_missing(&error),
        }
    }

    /// Of a process that this one sees.
    fn is_alive(&self) -> bool {
        match started(self.pid) {
            Some(started) => started == self.started,
            // A machine without /proc knows processes by their number alone.
            None if self.started == NOTHING => {
                Pid::from_raw(self.pid).is_some_and(|pid| test_kill_process(pid).is_ok())
            }
            None => false,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = (NOTHING.to_owned(), NOTHING.to_owned());
        let (container, since) = self.container.as_ref().unwrap_or(&nothing);
        write!(f, "{container} {since} {} {} {}", self.space, self.pid, self.started)
    }
}

fn space() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_else(|_| PathBuf::from(NOTHING));
    format!("{}/{}", boot.trim(), namespace.display())
}

/// When a process started, in ticks since the machine did.
fn started(pid: i32) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything.
    let (_, fields) = status.rsplit_once(") ")?;
    fields.split(' ').nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use bollard::API_DEFAULT_VERSION;

    use super::*;

    #[tokio::test]
    async fn an_owner_is_gone_when_its_process_is() {
        // Nobody is asked where the process can be seen.
        let docker = Docker::connect_with_http("http://127.0.0.1:9", 1, API_DEFAULT_VERSION).unwrap();
        let me = Owner::me(None);
        assert_eq!(Owner::parse(&me.to_string()), Some(me.clone()));
        assert!(!me.is_gone(&docker).await);
        assert!(Owner { started: "1".to_owned(), ..me.clone() }.is_gone(&docker).await, "the number was used again");
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        child.wait().unwrap();
        assert!(Owner { pid, ..me.clone() }.is_gone(&docker).await);
        let elsewhere = Owner { space: "another machine".to_owned(), pid, ..me.clone() };
        assert!(!elsewhere.is_gone(&docker).await);
        let hidden = Owner { container: Some(("id".to_owned(), "then".to_owned())), ..elsewhere };
        assert!(!hidden.is_gone(&docker).await, "an engine that does not answer proves nothing");
        assert_eq!(Owner::parse("mine"), None);
    }
}
