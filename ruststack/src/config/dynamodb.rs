//! `RUSTSTACK_DYNAMODB`: who keeps the items of DynamoDB.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ruststack_dynamodb::{Backend, JAR, Local};

use super::value;

const NAME: &str = "RUSTSTACK_DYNAMODB";
const HEAP: &str = "256m";

/// `values` are ours, `environment` is all there is.
pub(super) fn backend(
    values: &BTreeMap<String, String>,
    environment: &BTreeMap<String, String>,
    data: &Path,
    is_persistent: bool,
) -> Result<Backend, String> {
    let get = |name: &str| values.get(name).map(String::as_str);
    match get(NAME) {
        None | Some("engine") => Ok(Backend::Engine),
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            let url = format!("{}/", url.trim_end_matches('/'));
            url.parse::<http::Uri>().map_err(|error| format!("{NAME}={url}: {error}"))?;
            Ok(Backend::Endpoint(url))
        }
        Some("local") => {
            let in_memory = value::flag("DYNAMODB_IN_MEMORY", get("DYNAMODB_IN_MEMORY"))?.unwrap_or(!is_persistent);
            Ok(Backend::Local(Local {
                java: java(environment),
                folder: folder(get("DYNAMODB_LOCAL_PATH"), data),
                database: (!in_memory).then(|| absolute(&data.join("dynamodb-local-data"))),
                heap: heap(get("DYNAMODB_HEAP_SIZE"))?,
                port: port(get("DYNAMODB_LOCAL_PORT"))?,
                delays_transient_statuses: value::flag(
                    "DYNAMODB_DELAY_TRANSIENT_STATUSES",
                    get("DYNAMODB_DELAY_TRANSIENT_STATUSES"),
                )?
                .unwrap_or(false),
            }))
        }
        Some(other) => Err(format!("{NAME}={other} is not valid; valid values: engine, local, http://<host>:<port>")),
    }
}

/// Of `JAVA_HOME`, or the one that is found.
fn java(environment: &BTreeMap<String, String>) -> PathBuf {
    let home = environment.get("JAVA_HOME").filter(|home| !home.is_empty());
    home.map_or_else(|| PathBuf::from("java"), |home| Path::new(home).join("bin/java"))
}

/// The jar may be named itself.
fn folder(given: Option<&str>, data: &Path) -> PathBuf {
    let path = given.map_or_else(|| data.join("dynamodb-local"), PathBuf::from);
    let path = if path.ends_with(JAR) { path.parent().map_or(PathBuf::new(), PathBuf::from) } else { path };
    absolute(&path)
}

/// Java runs in another directory than we do.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn heap(given: Option<&str>) -> Result<String, String> {
    let heap = given.unwrap_or(HEAP);
    let digits = heap.trim_end_matches(['k', 'K', 'm', 'M', 'g', 'G']);
    let is_valid =
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && heap.len() - digits.len() <= 1;
    if is_valid {
        Ok(heap.to_owned())
    } else {
        Err(format!("DYNAMODB_HEAP_SIZE={heap} is not valid; as in 256m or 1g"))
    }
}

fn port(given: Option<&str>) -> Result<u16, String> {
    let port = given.unwrap_or("0");
    port.parse().map_err(|_| format!("DYNAMODB_LOCAL_PORT={port} is not valid; a port, or 0 for any that is free"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(list: &[(&str, &str)]) -> Result<Backend, String> {
        let values = list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        backend(&values, &values, Path::new("/data"), false)
    }

    #[test]
    fn dynamodb_is_the_engine_an_endpoint_or_a_process() {
        assert_eq!(parse(&[]).unwrap(), Backend::Engine);
        assert_eq!(parse(&[(NAME, "http://a:1")]).unwrap(), Backend::Endpoint("http://a:1/".to_owned()));
        let Backend::Local(local) = parse(&[(NAME, "local"), ("JAVA_HOME", "/jdk")]).unwrap() else {
            panic!("no process")
        };
        assert_eq!((local.java, local.folder), (PathBuf::from("/jdk/bin/java"), PathBuf::from("/data/dynamodb-local")));
        assert_eq!((local.database, local.heap.as_str(), local.port), (None, "256m", 0));
    }

    #[test]
    fn the_jar_may_be_named_itself() {
        assert_eq!(folder(Some("/a/b/DynamoDBLocal.jar"), Path::new("/data")), PathBuf::from("/a/b"));
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_is_right() {
        for (name, value, hint) in [
            (NAME, "java", "valid values: engine, local, http://"),
            ("DYNAMODB_HEAP_SIZE", "lots", "as in 256m"),
            ("DYNAMODB_HEAP_SIZE", "1gg", "as in 256m"),
            ("DYNAMODB_LOCAL_PORT", "x", "0 for any"),
        ] {
            let error = parse(&[(NAME, "local"), (name, value)]).unwrap_err();
            assert!(error.contains(name) && error.contains(hint), "{error}");
        }
    }
}
