//! Snapshots of the built binary: by name, as LocalStack's `state/save` and `state/load`, and as files.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::server::Server;

/// Larger than what rows hold themselves.
fn large(letter: &str) -> String {
    letter.repeat(100_000)
}

fn fill(server: &Server) {
    for (path, body) in [("/bucket", ""), ("/bucket/small", "one"), ("/bucket/large", &large("a"))] {
        assert_eq!(server.send("PUT", path, body).0, 200, "{path}");
    }
}

fn change(server: &Server) {
    assert_eq!(server.send("PUT", "/bucket/small", "two").0, 200);
    assert_eq!(server.send("DELETE", "/bucket/large", "").0, 204);
    assert_eq!(server.send("PUT", "/other", "").0, 200);
}

fn assert_filled(server: &Server) {
    assert_eq!(server.send("GET", "/bucket/small", ""), (200, "one".to_owned()));
    assert_eq!(server.send("GET", "/bucket/large", "").1, large("a"));
    assert_eq!(server.send("GET", "/other", "").0, 404);
}

fn json_of(server: &Server, path: &str) -> Value {
    serde_json::from_str(&server.send("GET", path, "").1).unwrap()
}

fn run(arguments: &[&str], server: &Server) -> Output {
    let endpoint = format!("http://127.0.0.1:{}", server.port());
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruststack"));
    command.env_clear().arg("snapshot").args(arguments).args(["--endpoint", &endpoint]).output().unwrap()
}

fn save(server: &Server, file: &Path) {
    let output = run(&["save", file.to_str().unwrap()], server);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn load(server: &Server, file: &Path) -> Result<(), String> {
    let output = run(&["load", file.to_str().unwrap()], server);
    let said = String::from_utf8(output.stderr).unwrap();
    if output.status.success() { Ok(()) } else { Err(said) }
}

fn both(test: impl Fn(&Server)) {
    let folder = tempfile::tempdir().unwrap();
    test(&Server::start(&[]));
    test(&Server::durable(folder.path()));
}

#[test]
fn a_snapshot_by_name_is_listed_put_back_and_deleted() {
    both(|server| {
        fill(server);
        let (status, described) = server.send("PUT", "/_ruststack/snapshots/seeded", "");
        let described: Value = serde_json::from_str(&described).unwrap();
        let services = json!(["dynamodb", "events", "kms", "lambda", "s3", "s3control", "sns", "sqs", "sts"]);
        assert_eq!((status, &described["services"]), (201, &services));
        assert_eq!((&described["name"], &described["rows"]), (&json!("seeded"), &json!(3)));
        assert!(described["bytes"].as_u64().unwrap() > 100_000, "{described}");
        assert_eq!(json_of(server, "/_ruststack/snapshots"), json!({ "snapshots": [described] }));
        change(server);
        for _ in 0..2 {
            assert_eq!(server.send("POST", "/_ruststack/snapshots/seeded/restore", "").0, 200);
            assert_filled(server);
        }
        assert_eq!(server.send("DELETE", "/_ruststack/snapshots/seeded", "").0, 204);
        assert_eq!(server.send("GET", "/_ruststack/snapshots/seeded", "").0, 404);
        let (status, text) = server.send("POST", "/_ruststack/snapshots/seeded/restore", "");
        assert!(status == 404 && text.contains("GET /_ruststack/snapshots"), "{text}");
        assert_filled(server);
    });
}

#[test]
fn a_name_given_twice_is_the_later_snapshot() {
    both(|server| {
        fill(server);
        assert_eq!(server.send("POST", "/_ruststack/snapshots/name", "").0, 201);
        change(server);
        assert_eq!(server.send("POST", "/_ruststack/snapshots/name", "").0, 200);
        assert_eq!(server.send("POST", "/_localstack/state/reset", "").0, 200);
        assert_eq!(server.send("POST", "/_ruststack/snapshots/name/restore", "").0, 200);
        assert_eq!(server.send("GET", "/bucket/small", ""), (200, "two".to_owned()));
    });
}

#[test]
fn names_are_letters_and_digits() {
    let server = Server::start(&[]);
    for name in ["..", ".state", "-a", "a%2Fb", "a%20b", &"a".repeat(101)] {
        let (status, text) = server.send("PUT", &format!("/_ruststack/snapshots/{name}"), "");
        assert!(status == 400 && text.contains("name"), "{name}: {status} {text}");
    }
    let (status, text) = server.send("PUT", "/_ruststack/snapshots/a?services=s4", "");
    assert!(status == 404 && text.contains("events, kms, lambda, s3, s3control"), "{text}");
}

#[test]
fn state_is_saved_and_loaded_as_localstack_does() {
    both(|server| {
        let (status, text) = server.send("POST", "/_localstack/state/load", "");
        assert!(status == 404 && text.contains("state/save"), "{text}");
        fill(server);
        let (status, lines) = server.send("POST", "/_localstack/state/save", "");
        assert_eq!(status, 200);
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines.contains(&json!({ "service": "s3", "status": "ok" })), "{lines:?}");
        change(server);
        assert_eq!(server.send("POST", "/_localstack/state/sts/save", "").0, 200);
        assert_eq!(server.send("POST", "/_localstack/state/sts/load", "").0, 200);
        assert_eq!(server.send("GET", "/bucket/small", ""), (200, "two".to_owned()));
        let (_, lines) = server.send("POST", "/_localstack/state/s3/load", "");
        assert_eq!(lines.trim(), r#"{"service":"s3","status":"ok"}"#);
        assert_filled(server);
        assert_eq!(json_of(server, "/_ruststack/snapshots"), json!({ "snapshots": [] }));
    });
}

#[test]
fn cloud_pods_are_snapshots() {
    let server = Server::start(&[]);
    fill(&server);
    let (_, events) = server.send("POST", "/_localstack/pods/pod", "{}");
    let last: Value = serde_json::from_str(events.lines().last().unwrap()).unwrap();
    assert_eq!(last, json!({ "event": "completion", "status": "ok", "operation": "save" }));
    change(&server);
    assert_eq!(server.send("PUT", "/_localstack/pods/pod", "{}").0, 200);
    assert_filled(&server);
    assert_eq!(server.send("DELETE", "/_localstack/pods/pod", "").0, 204);
}

#[test]
fn snapshots_and_what_they_put_back_survive_kills() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::durable(folder.path());
    fill(&server);
    assert_eq!(server.send("PUT", "/_ruststack/snapshots/seeded", "").0, 201);
    change(&server);
    server.kill();
    // What a kill leaves of a snapshot that was being made, or replaced.
    let root = folder.path().join("snapshots");
    fs::create_dir(root.join(".making-x")).unwrap();
    fs::rename(root.join("seeded"), root.join(".replaced-seeded")).unwrap();
    let server = Server::durable(folder.path());
    assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
    assert_eq!(server.send("GET", "/bucket/small", ""), (200, "two".to_owned()));
    assert_eq!(server.send("POST", "/_ruststack/snapshots/seeded/restore", "").0, 200);
    server.kill();
    let server = Server::durable(folder.path());
    assert_filled(&server);
    assert_eq!(server.send("DELETE", "/_ruststack/snapshots/seeded", "").0, 204);
    assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
    assert_filled(&server);
}

/// Killed while a snapshot is put back: everything is of the one state or of the other.
#[test]
fn a_kill_while_a_snapshot_is_put_back_leaves_one_state_or_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let keys: Vec<_> = (0..50).map(|number| format!("/bucket/{number}")).collect();
    let put_all = |server: &Server, body: &str| {
        keys.iter().for_each(|key| assert_eq!(server.send("PUT", key, body).0, 200));
    };
    let server = Server::durable(folder.path());
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    put_all(&server, &large("a"));
    assert_eq!(server.send("PUT", "/_ruststack/snapshots/seeded", "").0, 201);
    server.kill();
    for delay in 0..8 {
        let server = Server::durable(folder.path());
        put_all(&server, &large("b"));
        let restoring = server.begin("POST", "/_ruststack/snapshots/seeded/restore");
        (0..delay).for_each(|_| drop(server.send("GET", "/_localstack/health", "")));
        server.kill();
        drop(restoring);
        let server = Server::durable(folder.path());
        let first = server.send("GET", &keys[0], "").1;
        assert!(first == large("a") || first == large("b"));
        keys.iter().for_each(|key| assert!(server.send("GET", key, "").1 == first, "{key}"));
    }
}

#[test]
fn a_file_goes_from_any_ruststack_to_any() {
    let (folder, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = here.path().join("state.tar.zst");
    let (memory, durable) = (Server::start(&[]), Server::durable(folder.path()));
    fill(&memory);
    save(&memory, &file);
    for server in [&memory, &durable] {
        load(server, &file).unwrap();
        assert_filled(server);
        change(server);
    }
    load(&durable, &file).unwrap();
    save(&durable, &file);
    durable.kill();
    assert_filled(&Server::durable(folder.path()));
    let other = Server::start(&[]);
    load(&other, &file).unwrap();
    assert_filled(&other);
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1);
}

#[test]
fn a_file_can_become_a_snapshot_by_name() {
    both(|server| {
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("named.tar.zst");
        let file = file.to_str().unwrap();
        fill(server);
        assert_eq!(server.send("PUT", "/_ruststack/snapshots/name", "").0, 201);
        change(server);
        assert!(run(&["save", "--name", "name", file], server).status.success());
        assert!(run(&["load", "--name", "again", file], server).status.success());
        assert_eq!(server.send("GET", "/bucket/small", ""), (200, "two".to_owned()));
        assert_eq!(server.send("POST", "/_ruststack/snapshots/again/restore", "").0, 200);
        assert_filled(server);
        let missing = run(&["save", "--name", "nothing", file], server);
        assert!(String::from_utf8_lossy(&missing.stderr).contains("no snapshot 'nothing'"));
    });
}

#[test]
fn a_broken_file_is_refused_and_changes_nothing() {
    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("state.tar.zst");
    let source = Server::start(&[]);
    fill(&source);
    save(&source, &file);
    let whole = fs::read(&file).unwrap();
    let tar = zstd::decode_all(whole.as_slice()).unwrap();
    both(|server| {
        assert_eq!(server.send("PUT", "/mine", "").0, 200);
        let refused = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            let said = load(server, &file).unwrap_err();
            assert!(said.contains("nothing was changed"), "{said}");
            assert_eq!(server.send("GET", "/mine", "").0, 200);
            assert_eq!(server.send("GET", "/bucket", "").0, 404);
        };
        [0, 1, 10, whole.len() / 2, whole.len() - 1].into_iter().for_each(|end| refused(&whole[..end]));
        refused(b"this is no archive");
        // A name, a key, an object's bytes, a header's mark.
        for what in ["s3.rows", "small", "aaaaaaaa", "ustar"] {
            let place = tar.windows(what.len()).position(|window| window == what.as_bytes()).expect(what);
            let mut flipped = tar.clone();
            flipped[place] ^= 1;
            refused(&zstd::encode_all(flipped.as_slice(), 1).unwrap());
        }
    });
}

#[test]
fn a_file_of_a_later_format_is_refused_by_name() {
    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("state.tar.zst");
    let server = Server::start(&[]);
    fill(&server);
    save(&server, &file);
    let tar = zstd::decode_all(fs::File::open(&file).unwrap()).unwrap();
    for (before, said) in [
        ("\"format\": ", "format 9, made by a later RustStack"),
        ("\"name\": \"s3.versions\",\n          \"version\": ", "s3.versions has format 9, made by a later RustStack"),
    ] {
        let place = tar.windows(before.len()).position(|window| window == before.as_bytes()).expect(before);
        let mut later = tar.clone();
        // Both are one digit yet.
        later[place + before.len()] = b'9';
        fs::write(&file, zstd::encode_all(later.as_slice(), 1).unwrap()).unwrap();
        let refusal = load(&server, &file).unwrap_err();
        assert!(refusal.contains(said), "{refusal}");
        assert_filled(&server);
    }
}

#[test]
fn a_command_that_fails_says_what_to_do() {
    let here = tempfile::tempdir().unwrap();
    let server = Server::start(&[]);
    let file = here.path().join("nothing.tar.zst");
    assert!(load(&server, &file).unwrap_err().contains("cannot read"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruststack"));
    let arguments = ["snapshot", "save", file.to_str().unwrap(), "--endpoint", "http://127.0.0.1:1"];
    let output = command.env_clear().args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("--endpoint"), "{said}");
    assert!(!file.exists());
}
