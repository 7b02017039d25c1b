//! Init hooks: scripts that run when the emulator boots, starts, is ready, and shuts down.

mod process;
mod run;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::edge::App;

/// When a hook runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Stage {
    /// Before anything is answered: requests get 503.
    Boot,
    /// As Boot, and after it: LocalStack's stages differ in what runs, RustStack is one process.
    Start,
    /// The port serves; `Ready.` is not said yet.
    Ready,
    /// The port still serves, and the process is about to end.
    Shutdown,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ScriptState {
    Unknown,
    Running,
    Successful,
    Error,
}

struct Script {
    stage: Stage,
    path: PathBuf,
    state: ScriptState,
}

/// All hooks found at start, and how they fared.
pub(crate) struct Hooks {
    scripts: Mutex<Vec<Script>>,
    completed: Mutex<Vec<Stage>>,
}

/// Where scripts for LocalStack 1 lie, in thousands of compose files.
const LEGACY_DIRECTORY: &str = "/docker-entrypoint-initaws.d";

impl Stage {
    const ALL: [Self; 4] = [Self::Boot, Self::Start, Self::Ready, Self::Shutdown];

    fn name(self) -> &'static str {
        match self {
            Self::Boot => "BOOT",
            Self::Start => "START",
            Self::Ready => "READY",
            Self::Shutdown => "SHUTDOWN",
        }
    }

    fn directory(self) -> String {
        format!("{}.d", self.name().to_lowercase())
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name().eq_ignore_ascii_case(name))
    }
}

impl ScriptState {
    fn name(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Running => "RUNNING",
            Self::Successful => "SUCCESSFUL",
            Self::Error => "ERROR",
        }
    }
}

impl Hooks {
    /// Finds the scripts.
    pub(crate) fn new(directories: &[PathBuf]) -> Self {
        let mut scripts = Vec::new();
        for stage in Stage::ALL {
            for directory in directories {
                find(&directory.join(stage.directory()), stage, 0, &mut scripts);
            }
        }
        let legacy = Path::new(LEGACY_DIRECTORY);
        if legacy.is_dir() {
            tracing::warn!("{LEGACY_DIRECTORY} is out of use; move its scripts to /etc/localstack/init/ready.d");
            find(legacy, Stage::Ready, 0, &mut scripts);
        }
        Self { scripts: Mutex::new(scripts), completed: Mutex::default() }
    }

    /// Runs a stage's scripts one after the other; one that fails does not stop the next.
    pub(crate) async fn run(&self, stage: Stage, app: &Arc<App>) {
        let paths: Vec<(usize, PathBuf)> = {
            let scripts = self.scripts.lock();
            let of_stage = scripts.iter().enumerate().filter(|(_, script)| script.stage == stage);
            of_stage.map(|(index, script)| (index, script.path.clone())).collect()
        };
        for (index, path) in paths {
            self.set(index, ScriptState::Running);
            let outcome = run::script(&path, app).await;
            if let Err(error) = &outcome {
                tracing::error!(script = %path.display(), error, "init script failed");
            }
            self.set(index, if outcome.is_ok() { ScriptState::Successful } else { ScriptState::Error });
        }
        self.completed.lock().push(stage);
    }

    /// The folders of all stages in an init directory.
    pub(crate) fn folders(&self, directory: &Path) -> Vec<PathBuf> {
        Stage::ALL.iter().map(|stage| directory.join(stage.directory())).collect()
    }

    fn set(&self, index: usize, state: ScriptState) {
        if let Some(script) = self.scripts.lock().get_mut(index) {
            script.state = state;
        }
    }

    pub(crate) fn describe(&self) -> Value {
        let completed = self.completed.lock();
        let stages: serde_json::Map<_, _> =
            Stage::ALL.iter().map(|stage| (stage.name().to_owned(), completed.contains(stage).into())).collect();
        json!({ "completed": stages, "scripts": self.describe_scripts(|_| true) })
    }

    pub(crate) fn describe_stage(&self, stage: Stage) -> Value {
        let completed = self.completed.lock().contains(&stage);
        json!({ "completed": completed, "scripts": self.describe_scripts(|found| found == stage) })
    }

    fn describe_scripts(&self, wants: impl Fn(Stage) -> bool) -> Vec<Value> {
        let scripts = self.scripts.lock();
        let describe = |script: &Script| {
            let name = script.path.file_name().unwrap_or_default().to_string_lossy();
            json!({ "stage": script.stage.name(), "name": name, "state": script.state.name() })
        };
        scripts.iter().filter(|script| wants(script.stage)).map(describe).collect()
    }
}

/// How deep folders of scripts may lie: a link may lead back up.
const MAX_DEPTH: usize = 8;

/// Names in order; files of a folder before its sub-folders.
fn find(directory: &Path, stage: Stage, depth: usize, scripts: &mut Vec<Script>) {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => {
            tracing::warn!(folder = %directory.display(), %error, "init scripts cannot be read");
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let (folders, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    let runnable = files.into_iter().filter(|path| run::Kind::of(path).is_some());
    scripts.extend(runnable.map(|path| Script { stage, path, state: ScriptState::Unknown }));
    if depth < MAX_DEPTH {
        folders.iter().for_each(|folder| find(folder, stage, depth + 1, scripts));
    }
}
