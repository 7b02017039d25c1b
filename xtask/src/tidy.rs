//! The rules of the house that a tool can check; each message says what to do.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::bail;

/// Words that say that the author had no name.
const EMPTY_NAMES: [&str; 8] = ["manager", "helper", "util", "provider", "handler", "common", "misc", "impl"];
/// Strings that would make core know a service.
const SERVICE_STRINGS: [&str; 8] =
    ["\"s3\"", "\"sqs\"", "\"sns\"", "\"sts\"", "\"iam\"", "\"lambda\"", "\"dynamodb\"", "AmazonSQS"];
/// The crates that may use Axum.
const AXUM_CRATES: [&str; 2] = ["ruststack", "bench"];
const CLAP_CRATES: [&str; 3] = ["ruststack", "bench", "xtask"];
/// Crates of ours that a service may depend on.
const BASE_CRATES: [&str; 2] = ["ruststack-core", "ruststack-auth"];
/// The page of chosen differences.
const DIFFERENCES: &str = "docs/differences.md";
const MARK: &str = "// Differs from AWS: ";

/// A source file.
struct Source {
    path: PathBuf,
    text: String,
}

pub(crate) fn report(root: &Path, fix: bool) -> anyhow::Result<()> {
    let sources = sources(root)?;
    if fix {
        fs::write(root.join(DIFFERENCES), differences(&sources))?;
    }
    let complaints = complaints(root, &sources)?;
    complaints.iter().for_each(|complaint| println!("{complaint}"));
    if complaints.is_empty() { Ok(()) } else { bail!("{} rules are broken", complaints.len()) }
}

fn sources(root: &Path) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.join("Cargo.toml").exists() {
            collect(root, &path.join("src"), &mut sources)?;
            collect(root, &path.join("tests"), &mut sources)?;
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            sources.push(Source { path: path.strip_prefix(root)?.to_owned(), text });
        }
    }
    Ok(())
}

fn complaints(root: &Path, sources: &[Source]) -> anyhow::Result<Vec<String>> {
    let mut complaints: Vec<String> = sources.iter().flat_map(complaints_of_source).collect();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        let manifest = path.join("Cargo.toml");
        if manifest.exists() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            complaints.extend(complaints_of_manifest(&name, &fs::read_to_string(manifest)?));
        }
    }
    let page = fs::read_to_string(root.join(DIFFERENCES)).unwrap_or_default();
    if page != differences(sources) {
        complaints.push(format!("{DIFFERENCES} is not what the code says: run `cargo xtask tidy --fix`"));
    }
    Ok(complaints)
}

fn complaints_of_source(source: &Source) -> Vec<String> {
    let path = source.path.display();
    let name = source.path.file_stem().unwrap_or_default().to_string_lossy();
    let code = source.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let is_test = source.path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
    let is_tidy = source.path.ends_with("xtask/src/tidy.rs");
    let mut complaints = Vec::new();
    if !source.text.starts_with("//!") {
        complaints.push(format!("{path}: begin with a `//!` line that says what the file is"));
    }
    if name == "mod" {
        complaints.push(format!("{path}: name it `foo.rs` beside `foo/`, not `foo/mod.rs`"));
    }
    if EMPTY_NAMES.iter().any(|empty| name.split('_').any(|word| word.trim_end_matches('s') == *empty)) {
        complaints.push(format!("{path}: the name says nothing; name what the file is about"));
    }
    if source.path.starts_with("ruststack-core") && !is_test {
        let found = SERVICE_STRINGS.iter().filter(|string| code.contains(*string));
        complaints.extend(found.map(|string| format!("{path}: core names no service, but says {string}")));
    }
    let reads_environment = code.contains("std::env::var") && !source.path.starts_with("xtask");
    if reads_environment && !source.path.ends_with("ruststack/src/config.rs") && !is_test {
        complaints.push(format!("{path}: only ruststack/src/config.rs reads the environment; pass the value down"));
    }
    if !is_tidy {
        for (word, advice) in [
            ("#[ignore", "mend the test or remove it; nothing is ignored"),
            ("TODO", "do it, or open an issue"),
            ("thread::sleep", "wait for what you wait for"),
        ] {
            if source.text.contains(word) && !source.path.starts_with("bench") {
                complaints.push(format!("{path}: `{word}`: {advice}"));
            }
        }
    }
    complaints
}

fn complaints_of_manifest(name: &str, manifest: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    // The fuzz targets are a workspace of their own.
    if name == "fuzz" {
        return complaints;
    }
    let normal = manifest.split("[dev-dependencies]").next().unwrap_or_default();
    let depends_on = |dependency: &str| {
        normal
            .lines()
            .any(|line| line.starts_with(&format!("{dependency}.")) || line.starts_with(&format!("{dependency} =")))
    };
    if !manifest.contains("[lints]\nworkspace = true") {
        complaints.push(format!("{name}/Cargo.toml: add `[lints] workspace = true`"));
    }
    for (dependency, allowed) in [("axum", &AXUM_CRATES[..]), ("clap", &CLAP_CRATES)] {
        if depends_on(dependency) && !allowed.contains(&name) {
            complaints.push(format!("{name}/Cargo.toml: only {allowed:?} depend on {dependency}"));
        }
    }
    let ours =
        normal.lines().filter_map(|line| line.split(['.', ' ']).next()).filter(|line| line.starts_with("ruststack-"));
    let allowed: &[&str] = match name {
        "ruststack" => return complaints,
        "ruststack-core" | "xtask" | "bench" => &[],
        "ruststack-auth" => &BASE_CRATES[..1],
        _ => &BASE_CRATES,
    };
    for dependency in ours.filter(|dependency| !allowed.contains(dependency)) {
        complaints.push(format!("{name}/Cargo.toml: must not depend on {dependency}; services meet on the bus"));
    }
    complaints
}

/// The page of chosen differences, from the comments that mark them.
fn differences(sources: &[Source]) -> String {
    let mut page = String::from(
        "# Differences from AWS\n\nChosen ones, collected from the code by `cargo xtask tidy --fix`.\n\
         What is not implemented answers 501 and is not listed here.\n\n",
    );
    for source in sources.iter().filter(|source| !source.path.starts_with("xtask")) {
        let lines: Vec<&str> = source.text.lines().map(str::trim_start).collect();
        for (index, line) in lines.iter().enumerate() {
            let Some(first) = line.strip_prefix(MARK) else { continue };
            let rest = lines[index + 1..].iter().take_while(|line| line.starts_with("// ")).map(|line| &line[3..]);
            let text = [first].into_iter().chain(rest).collect::<Vec<_>>().join(" ");
            writeln!(page, "- {text} (`{}`)", source.path.display()).expect("a String takes all");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let root = crate::root();
        let sources = sources(&root).unwrap();
        assert!(sources.len() > 50, "the sources are found");
        let complaints = complaints(&root, &sources).unwrap();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    #[test]
    fn a_broken_rule_is_found() {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.to_owned() };
        for (path, text) in [
            ("ruststack-core/src/a.rs", "fn f() {}"),
            ("ruststack-core/src/a.rs", "//! A.\nconst A: &str = \"s3\";"),
            ("ruststack-s3/src/string_utils.rs", "//! A."),
            ("ruststack-s3/src/a/mod.rs", "//! A."),
            ("ruststack-s3/src/a.rs", "//! A.\nfn f() { std::env::var(\"A\"); }"),
        ] {
            assert_eq!(complaints_of_source(&source(path, text)).len(), 1, "{path}");
        }
        let manifest =
            "[lints]\nworkspace = true\n[dependencies]\nruststack-sts.workspace = true\naxum.workspace = true\n";
        assert_eq!(complaints_of_manifest("ruststack-s3", manifest).len(), 2);
        assert!(complaints_of_manifest("ruststack", manifest).is_empty());
    }
}
