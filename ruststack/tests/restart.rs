//! `PERSISTENCE=1`: what was answered is there after the process was killed.

use crate::server::{Server, fail};

#[test]
fn an_answered_write_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::durable(folder.path());
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    assert_eq!(server.send("PUT", "/bucket/key", "bytes").0, 200);
    assert_eq!(server.send("PUT", "/bucket/gone", "bytes").0, 200);
    assert_eq!(server.send("DELETE", "/bucket/gone", "").0, 204);
    server.kill();
    let server = Server::durable(folder.path());
    assert_eq!(server.send("GET", "/bucket/key", ""), (200, "bytes".to_owned()));
    assert_eq!(server.send("GET", "/bucket/gone", "").0, 404);
    assert_eq!(server.send("POST", "/_localstack/state/s3/reset", "").0, 200);
    server.kill();
    assert_eq!(Server::durable(folder.path()).send("GET", "/bucket/key", "").0, 404);
}

#[test]
fn without_persistence_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&[("DATA_DIR", folder.path().to_str().unwrap())]);
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    server.kill();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_data_directory_has_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Server::durable(folder.path());
    let path = folder.path().to_str().unwrap();
    let second = fail(&[("PERSISTENCE", "1"), ("DATA_DIR", path)]);
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(said.contains("another RustStack (process ") && said.contains(path), "{said}");
}

#[test]
fn a_data_directory_of_a_later_format_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    Server::durable(folder.path()).kill();
    let database = rusqlite::Connection::open(folder.path().join("state.db")).unwrap();
    database.execute_batch("UPDATE tables SET version = 99 WHERE name = 's3.versions'").unwrap();
    drop(database);
    let refused = fail(&[("PERSISTENCE", "1"), ("DATA_DIR", folder.path().to_str().unwrap())]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains("s3.versions has format 99, made by a later RustStack"), "{said}");
}
