//! Runs functions as processes of this machine, as the user that runs RustStack: no limits, no walls, no containers.
//!
//! Python and Node run under the interpreters that the machine has, by runtimes of our own (`process/bootstraps/`);
//! `provided` runtimes bring theirs. `/var/task` and `/opt` do not exist: `LAMBDA_TASK_ROOT` says where the code is.

mod interpreters;
mod running;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;

use self::{interpreters::Interpreters, running::Running};
use super::{Executor, ExecutorError, ExecutorErrorKind, Package, Plan, Started, Version};

const PYTHON_BOOTSTRAP: &str = include_str!("process/bootstraps/bootstrap.py");
const NODE_BOOTSTRAP: &str = include_str!("process/bootstraps/bootstrap.mjs");

/// What functions see of AWS's folders.
const TASK_ROOT: &str = "/var/task";
const LAYERS_ROOT: &str = "/opt";

/// What the process executor is told.
#[derive(Clone, Debug)]
pub struct ProcessConfig {
    /// Where interpreters are looked for: `PATH`.
    pub search_path: String,
    /// Where the runtimes of our own are written to.
    pub folder: PathBuf,
}

/// Runs functions as processes.
pub struct ProcessExecutor {
    config: ProcessConfig,
    interpreters: Interpreters,
}

/// What is started: a program and its arguments.
struct Entry {
    program: PathBuf,
    arguments: Vec<PathBuf>,
}

impl ProcessExecutor {
    pub fn new(config: ProcessConfig) -> Arc<Self> {
        let interpreters = Interpreters::new(&config.search_path);
        Arc::new(Self { config, interpreters })
    }

    /// Writes a runtime where it can be run from, unless it is there.
    async fn bootstrap(&self, name: &str, text: &str) -> Result<PathBuf, ExecutorError> {
        let (folder, file) = (&self.config.folder, self.config.folder.join(name));
        if tokio::fs::read(&file).await.is_ok_and(|found| found == text.as_bytes()) {
            return Ok(file);
        }
        let written = async {
            tokio::fs::create_dir_all(folder).await?;
            // Whoever starts at the same time sees the old file or the new one.
            let draft = tempfile::NamedTempFile::new_in(folder)?;
            tokio::fs::write(draft.path(), text).await?;
            draft.persist(&file)?;
            Ok::<_, std::io::Error>(())
        };
        written.await.map_err(|error| unavailable(format!("cannot write {}: {error}", file.display())))?;
        Ok(file)
    }

    async fn entry(&self, runtime: &str, folders: &Folders) -> Result<Entry, ExecutorError> {
        let family: String = runtime.chars().take_while(char::is_ascii_alphabetic).collect();
        match family.as_str() {
            "python" => {
                let program = self.interpreters.python(runtime).await?;
                let bootstrap = self.bootstrap("bootstrap.py", PYTHON_BOOTSTRAP).await?;
                Ok(Entry { program, arguments: vec![bootstrap] })
            }
            "nodejs" => {
                let program = self.interpreters.node().await?;
                let bootstrap = self.bootstrap("bootstrap.mjs", NODE_BOOTSTRAP).await?;
                Ok(Entry { program, arguments: vec![bootstrap] })
            }
            "provided" => folders.own_bootstrap(),
            _ => {
                let text = format!(
                    "The process executor of RustStack runs Python, Node.js and provided runtimes, not {runtime}; \
                     with a container engine LAMBDA_RUNTIME_EXECUTOR=docker runs all."
                );
                Err(ExecutorError::new(ExecutorErrorKind::NotSupported, text))
            }
        }
    }

    /// What depends on how it runs.
    fn variables(&self, runtime: &str, handler: &str, folders: &Folders) -> BTreeMap<String, String> {
        let (task, layers) = (folders.task.display(), folders.layers.as_deref());
        let at = |suffix: &str| layers.map(|layers| format!("{}/{suffix}", layers.display()));
        let join = |parts: Vec<Option<String>>| parts.into_iter().flatten().collect::<Vec<_>>().join(":");
        let path = join(vec![Some(self.config.search_path.clone()), at("bin")]);
        let libraries = join(vec![Some(task.to_string()), Some(format!("{task}/lib")), at("lib")]);
        let python = join(vec![at(&format!("python/lib/{runtime}/site-packages")), at("python")]);
        let major = runtime.trim_start_matches("nodejs").trim_end_matches(".x");
        let node = join(vec![
            at(&format!("nodejs/node{major}/node_modules")),
            at("nodejs/node_modules"),
            Some(format!("{task}/node_modules")),
        ]);
        let mut variables = BTreeMap::from([
            ("LAMBDA_TASK_ROOT".to_owned(), task.to_string()),
            ("LAMBDA_RUNTIME_DIR".to_owned(), self.config.folder.display().to_string()),
            ("_HANDLER".to_owned(), handler.to_owned()),
            ("PATH".to_owned(), path),
            ("LD_LIBRARY_PATH".to_owned(), libraries),
        ]);
        if runtime.starts_with("python") {
            variables.insert("PYTHONPATH".to_owned(), python);
        } else if runtime.starts_with("nodejs") {
            variables.insert("NODE_PATH".to_owned(), node);
        }
        variables
    }
}

/// Where a function's files are on this machine.
struct Folders {
    task: PathBuf,
    layers: Option<PathBuf>,
}

impl Folders {
    /// The runtime that a function brings.
    fn own_bootstrap(&self) -> Result<Entry, ExecutorError> {
        let candidates =
            [Some(self.task.join("bootstrap")), self.layers.as_ref().map(|layers| layers.join("bootstrap"))];
        match candidates.into_iter().flatten().find(|candidate| candidate.is_file()) {
            Some(program) => Ok(Entry { program, arguments: Vec::new() }),
            None => {
                let text = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
                Err(ExecutorError::new(ExecutorErrorKind::InvalidRuntime, text))
            }
        }
    }

    /// A path as functions write it, on this machine.
    fn here(&self, path: &str) -> PathBuf {
        let below = |root: &str| Path::new(path).strip_prefix(root).ok().map(Path::to_owned);
        match (below(TASK_ROOT), below(LAYERS_ROOT), &self.layers) {
            (Some(rest), _, _) => self.task.join(rest),
            (None, Some(rest), Some(layers)) => layers.join(rest),
            _ => PathBuf::from(path),
        }
    }

    /// The programs of the layers that run beside the runtime.
    fn extensions(&self) -> Vec<PathBuf> {
        let folder = self.layers.as_ref().map(|layers| layers.join("extensions"));
        let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
        files.sort();
        files
    }
}

#[async_trait]
impl Executor for ProcessExecutor {
    fn name(&self) -> &'static str {
        "process"
    }

    async fn health(&self) -> Result<(), ExecutorError> {
        Ok(())
    }

    fn bind_address(&self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    }

    /// Nothing takes long. Whether there is an interpreter turns out when one is needed, so that functions for which
    /// there is none can be deployed and looked at.
    async fn prepare(&self, _version: &Version) -> Result<(), ExecutorError> {
        Ok(())
    }

    async fn start(&self, plan: Plan) -> Result<Started, ExecutorError> {
        let Package::Zip { runtime, handler, code } = &plan.version.package else {
            let text =
                "The process executor of RustStack runs no container images; LAMBDA_RUNTIME_EXECUTOR=docker does.";
            return Err(ExecutorError::new(ExecutorErrorKind::NotSupported, text));
        };
        let layers = plan.version.layers.as_ref().map(|layers| layers.path.clone());
        let folders = Folders { task: code.path.clone(), layers };
        let mut entry = self.entry(runtime, &folders).await?;
        let mut variables = plan.variables;
        variables.extend(self.variables(runtime, handler, &folders));
        variables.insert("AWS_LAMBDA_RUNTIME_API".to_owned(), reachable(plan.runtime_api).to_string());
        if let Some(wrapper) = variables.get("AWS_LAMBDA_EXEC_WRAPPER").filter(|_| !runtime.starts_with("provided")) {
            entry = wrapped(&folders.here(wrapper), entry);
        }
        let extensions = folders.extensions();
        let names = extensions.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        let extension_names = names.collect();
        let mut programs = vec![entry];
        programs.extend(extensions.into_iter().map(|program| Entry { program, arguments: Vec::new() }));
        let running = Running::start(programs, &folders.task, &variables, plan.output, &plan.tasks)?;
        Ok(Started { environment: Arc::new(running), extensions: extension_names })
    }
}

/// Where a process of this machine reaches what listens.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        false => address,
    }
}

/// A script that is given the runtime's command as arguments.
fn wrapped(wrapper: &Path, entry: Entry) -> Entry {
    let mut arguments = vec![entry.program];
    arguments.extend(entry.arguments);
    Entry { program: wrapper.to_owned(), arguments }
}

fn unavailable(message: String) -> ExecutorError {
    ExecutorError::new(ExecutorErrorKind::Unavailable, message)
}
