//! `cargo xtask test`: every check and every test, one after the other, with what they need set up first.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, bail};

use crate::{crash, differential, image};

/// How many tests passed, failed and were skipped.
#[derive(Default)]
struct Counts {
    passed: u32,
    failed: u32,
    skipped: u32,
}

pub(crate) fn test(root: &Path, fast: bool) -> anyhow::Result<()> {
    let mut counts = Counts::default();
    step("format", || run(cargo(root).args(["fmt", "--all", "--check"])))?;
    step("lints", || {
        run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
    })?;
    step("Rust tests", || {
        let output = output(cargo(root).args(["test", "--workspace", "--locked", "--no-fail-fast"]))?;
        counts.add_rust(&output.text);
        check(&output, "cargo test")
    })?;
    if !fast {
        step("release build", || run(cargo(root).args(["build", "--release", "--locked", "--package", "ruststack"])))?;
        step("kills", || crash::run(root, &crash::Options::short(root.join("target/release/ruststack"))))?;
        step("differences from DynamoDB Local", || {
            install_debian_java();
            differential::run(root, &differential::Options::short(root.join("target/release/ruststack")))
        })?;
        step("clients from Python", || python(root, &mut counts))?;
        step("clients from Node", || node(root, &mut counts))?;
        step("clients from Rust", || rust(root, &mut counts))?;
        step("fuzzing, shortly", || fuzz(root))?;
    }
    println!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    if counts.failed > 0 { bail!("some tests failed") } else { Ok(()) }
}

pub(crate) fn image(root: &Path, binary: Option<PathBuf>) -> anyhow::Result<()> {
    let binary = match binary {
        Some(binary) => binary,
        None => {
            run(cargo(root).args(["build", "--release", "--locked", "--package", "ruststack"]))?;
            root.join("target/release/ruststack")
        }
    };
    image::make(root, &binary)
}

pub(crate) fn bench(root: &Path, arguments: &[String]) -> anyhow::Result<()> {
    run(cargo(root).args(["build", "--release", "--locked", "--package", "ruststack", "--package", "bench"]))?;
    let names_command = arguments.first().is_some_and(|first| !first.starts_with('-'));
    let command = (!names_command).then_some("run");
    let mut bench = Command::new(root.join("target/release/bench"));
    bench.current_dir(root).args(command).args(arguments);
    let wants_local = arguments.first().is_some_and(|first| first == "dynamodb");
    if wants_local && !arguments.iter().any(|argument| argument.starts_with("--local")) {
        match differential::oracle::find(root, &root.join("target/release/ruststack")) {
            Ok(folder) => drop(bench.arg("--local").arg(folder)),
            Err(reason) => println!("    without DynamoDB Local: {reason}"),
        }
    }
    run(&mut bench)
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root);
    command
}

fn step(name: &str, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    println!("==> {name}");
    let begin = Instant::now();
    work().with_context(|| format!("step '{name}'"))?;
    println!("    {name}: {:.0} s", begin.elapsed().as_secs_f64());
    Ok(())
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} ended with {status}") }
}

struct Output {
    text: String,
    succeeded: bool,
}

/// What a command prints, shown as well as returned.
fn output(command: &mut Command) -> anyhow::Result<Output> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {command:?}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{text}");
    Ok(Output { text, succeeded: output.status.success() })
}

fn check(output: &Output, name: &str) -> anyhow::Result<()> {
    if output.succeeded { Ok(()) } else { bail!("{name} failed") }
}

fn python(root: &Path, counts: &mut Counts) -> anyhow::Result<()> {
    install_debian(&["rclone", "s3cmd"]);
    let environment = root.join(".venv");
    if !environment.join("bin/pytest").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let requirements = root.join("tests/requirements.txt");
    run(Command::new(environment.join("bin/pip")).args(["install", "--quiet", "--requirement"]).arg(requirements))?;
    let pytest = environment.join("bin/pytest");
    let output = output(Command::new(pytest).current_dir(root).args([
        "--quiet",
        "-n",
        "2",
        "-rs",
        "--timeout",
        "300",
        "tests",
    ]))?;
    counts.add_pytest(&output.text);
    check(&output, "pytest")
}

fn node(root: &Path, counts: &mut Counts) -> anyhow::Result<()> {
    let folder: PathBuf = root.join("tests/js");
    run(Command::new("npm").current_dir(&folder).args(["ci", "--silent", "--no-audit", "--no-fund"]))?;
    let output = output(Command::new("node").current_dir(&folder).args(["--test", "--test-reporter=tap"]))?;
    counts.add_tap(&output.text);
    check(&output, "node --test")
}

/// The AWS SDK is a workspace of its own; its target directory is kept apart, so that neither build spoils the other.
fn rust(root: &Path, counts: &mut Counts) -> anyhow::Result<()> {
    let target = root.join("target/clients-rust");
    let mut command = cargo(&root.join("tests/rust"));
    let output = output(command.args(["test", "--locked", "--no-fail-fast", "--target-dir"]).arg(target))?;
    counts.add_rust(&output.text);
    check(&output, "cargo test in tests/rust")
}

/// Seconds per fuzz target.
const FUZZ_SECONDS: u32 = 10;
const FUZZ_TARGETS: &[&str] = &[
    "aws_chunked",
    "document",
    "dynamodb_attributes",
    "dynamodb_expression",
    "dynamodb_partiql",
    "dynamodb_shard_iterator",
    "form_data",
    "inputs",
    "lambda",
    "logs_filter_pattern",
    "logs_query",
    "pattern_parse_match",
    "policy",
    "post_policy",
    "resolve",
    "select",
    "signature",
    "sns",
    "sqs",
];

/// Each target for a few seconds. cargo-fuzz wants flags that stable compilers hide; none of them is for what we ship.
fn fuzz(root: &Path) -> anyhow::Result<()> {
    if !cargo(root).args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success() {
        run(cargo(root).args(["install", "--quiet", "--locked", "cargo-fuzz"]))?;
    }
    let folder = root.join("fuzz");
    for target in FUZZ_TARGETS {
        let mut command = cargo(&folder);
        command.env("RUSTC_BOOTSTRAP", "1").args([
            "fuzz",
            "run",
            "--fuzz-dir",
            ".",
            "--sanitizer",
            "none",
            "-O",
            target,
        ]);
        let limits = [format!("-max_total_time={FUZZ_SECONDS}"), "-max_len=4096".to_owned(), "-verbosity=0".to_owned()];
        run(command.arg("--").args(limits))?;
    }
    Ok(())
}

/// For DynamoDB Local.
fn install_debian_java() {
    if !has_java() {
        install_packages(&["default-jre-headless"]);
    }
}

fn has_java() -> bool {
    Command::new("java").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Debian packages of clients that are tested, where we may install them; their tests say when they are missing.
fn install_debian(packages: &[&str]) {
    let missing: Vec<_> = packages.iter().copied().filter(|name| !is_installed(name)).collect();
    if !missing.is_empty() {
        install_packages(&missing);
    }
}

fn install_packages(missing: &[&str]) {
    let quiet = |arguments: &[&str]| {
        let status = Command::new("apt-get").args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(missing.iter().copied());
    if !(quiet(&["update"]) && quiet(&install)) {
        println!("    not installed: {missing:?}; their tests are skipped (install them, or run as root on Debian)");
    }
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

impl Counts {
    /// `test result: ok. 12 passed; 0 failed; 0 ignored; …`, once per binary.
    fn add_rust(&mut self, text: &str) {
        for line in text.lines().filter(|line| line.starts_with("test result:")) {
            self.passed += number_before(line, " passed");
            self.failed += number_before(line, " failed");
            self.skipped += number_before(line, " ignored");
        }
    }

    /// `12 passed, 1 skipped in 3.4s`.
    fn add_pytest(&mut self, text: &str) {
        if let Some(line) = text.lines().rev().find(|line| line.contains(" passed") || line.contains(" failed")) {
            self.passed += number_before(line, " passed");
            self.failed += number_before(line, " failed") + number_before(line, " error");
            self.skipped += number_before(line, " skipped");
        }
    }

    /// `# pass 12`.
    fn add_tap(&mut self, text: &str) {
        for line in text.lines() {
            let number =
                |name: &str| line.strip_prefix(name).and_then(|rest| rest.trim().parse::<u32>().ok()).unwrap_or(0);
            self.passed += number("# pass ");
            self.failed += number("# fail ");
            self.skipped += number("# skipped ");
        }
    }
}

fn number_before(line: &str, word: &str) -> u32 {
    let before = line.split(word).next().filter(|before| before.len() < line.len());
    let digits = before.and_then(|before| before.rsplit(|letter: char| !letter.is_ascii_digit()).next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_every_runner_are_added_up() {
        let mut counts = Counts::default();
        counts.add_rust("test result: ok. 12 passed; 1 failed; 2 ignored; 0 measured\ntest result: ok. 3 passed; 0 failed; 0 ignored");
        counts.add_pytest("....\n1 failed, 5 passed, 2 skipped in 3.10s\n");
        counts.add_tap("ok 1\n# pass 7\n# fail 0\n# skipped 1\n");
        assert_eq!((counts.passed, counts.failed, counts.skipped), (27, 2, 5));
    }
}
