//! Damaged files: told, and as little lost as can be.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    running::run,
    server::{Server, fail},
};

/// More than a row holds, and few enough to be compared when they are read.
const SMALL: usize = 5_000;
/// More than is read at once.
const LARGE: usize = 700_000;

/// A folder with a bucket of three objects, which was ended in order.
fn filled(folder: &Path) {
    let server = Server::durable(folder);
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    assert_eq!(server.send("PUT", "/bucket/inline", "bytes").0, 200);
    assert_eq!(server.send("PUT", "/bucket/small", &"s".repeat(SMALL)).0, 200);
    assert_eq!(server.send("PUT", "/bucket/large", &"l".repeat(LARGE)).0, 200);
    server.stop();
}

/// The file of a length.
fn file_of(folder: &Path, length: usize) -> PathBuf {
    let entries = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let files = entries(&folder.join("objects")).into_iter().flat_map(|folder| entries(&folder));
    files.into_iter().find(|file| file.metadata().unwrap().len() == length as u64).unwrap()
}

fn flip(file: &Path, place: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[place] ^= 1;
    fs::write(file, bytes).unwrap();
}

/// Exit code and what is said.
fn verify(folder: &Path) -> (i32, String) {
    let output = run(&["verify", folder.to_str().unwrap()], &[]);
    (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn a_lost_or_cut_file_harms_its_own_object_alone() {
    for length in [SMALL, LARGE] {
        for is_lost in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            filled(folder.path());
            let file = file_of(folder.path(), length);
            match is_lost {
                true => fs::remove_file(file).unwrap(),
                false => fs::File::options().write(true).open(file).unwrap().set_len(100).unwrap(),
            }
            let (code, said) = verify(folder.path());
            let (harmed, other) = if length == SMALL { ("small", "large") } else { ("large", "small") };
            assert!(code == 1 && said.contains(&format!("s3://bucket/{harmed}, version null: the file")), "{said}");
            assert!(!said.contains(other), "{said}");

            let server = Server::durable(folder.path());
            let (status, body) = server.send("GET", &format!("/bucket/{harmed}"), "");
            assert_eq!((status, body.contains("InternalError")), (500, true), "{body}");
            assert_eq!(server.send("GET", &format!("/bucket/{other}"), "").0, 200);
            assert_eq!(server.send("GET", "/bucket/inline", ""), (200, "bytes".to_owned()));
            assert!(server.send("GET", "/bucket", "").1.contains(&format!("<Key>{harmed}</Key>")));
            // The same bytes make it whole again; so does a deletion.
            let bytes = if length == SMALL { "s" } else { "l" }.repeat(length);
            assert_eq!(server.send("PUT", "/bucket/again", &bytes).0, 200);
            assert_eq!(server.send("GET", &format!("/bucket/{harmed}"), "").1.len(), length);
            assert_eq!(server.send("DELETE", &format!("/bucket/{harmed}"), "").0, 204);
            server.stop();
            assert_eq!(verify(folder.path()).0, 0);
        }
    }
}

#[test]
fn changed_bytes_of_a_small_file_are_never_answered() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    flip(&file_of(folder.path(), SMALL), 2_000);
    let server = Server::durable(folder.path());
    assert_eq!(server.send("GET", "/bucket/small", "").0, 500);
    assert_eq!(server.send("GET", "/bucket/large", "").0, 200);
}

#[test]
fn changed_bytes_of_a_large_file_are_found_by_verify() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    assert_eq!(verify(folder.path()).0, 0);
    flip(&file_of(folder.path(), LARGE), 300_000);
    let (code, said) = verify(folder.path());
    assert!(code == 1 && said.contains("s3://bucket/large, version null: the file of blob"), "{said}");
    assert!(said.contains("holds other bytes than were written"), "{said}");
}

#[test]
fn changed_rows_are_refused_at_start_and_told_by_verify() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let database = folder.path().join("state.db");
    let bytes = fs::read(&database).unwrap();
    let place = bytes.windows(6).position(|window| window == b"inline").unwrap();
    flip(&database, place);
    let (code, said) = verify(folder.path());
    assert!(code == 1 && said.contains("a row of s3.versions is not as it was written"), "{said}");
    let refused = fail(&[("PERSISTENCE", "1"), ("DATA_DIR", folder.path().to_str().unwrap())]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains("s3.versions") && said.contains("ruststack verify"), "{said}");
}

#[test]
fn a_damaged_log_is_told_and_what_came_before_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::durable(folder.path());
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    for number in 0..10 {
        assert_eq!(server.send("PUT", &format!("/bucket/key{number}"), "bytes").0, 200);
    }
    server.kill();
    let log = folder.path().join("state.db-wal");
    let place = fs::metadata(&log).unwrap().len() as usize;
    flip(&log, place - 3 * 4120 + 100);
    let server = crate::running::Server::start(&[("PERSISTENCE", "1"), ("DATA_DIR", folder.path().to_str().unwrap())]);
    let told = server.log.wait("the state's log is damaged");
    assert!(told.contains("ERROR") && told.contains("state.db-wal.damaged"), "{told}");
    let list = server.get("/bucket").body;
    assert!(list.contains("<Key>key0</Key>") && !list.contains("<Key>key9</Key>"), "{list}");
}

#[test]
fn objects_are_not_swept_because_the_state_is_lost() {
    for damage in ["gone", "empty"] {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path());
        let database = folder.path().join("state.db");
        let kept = fs::read(&database).unwrap();
        match damage {
            "gone" => fs::remove_file(&database).unwrap(),
            _ => fs::write(&database, "").unwrap(),
        }
        let (code, said) = verify(folder.path());
        assert!(code == 1 && said.contains("state.db"), "{said}");
        // Asking twice does not help.
        for _ in 0..2 {
            let refused = fail(&[("PERSISTENCE", "1"), ("DATA_DIR", folder.path().to_str().unwrap())]);
            let said = String::from_utf8(refused.stderr).unwrap();
            assert_eq!(refused.status.code(), Some(2));
            assert!(said.contains("state.db is gone or empty") && said.contains("restore it"), "{said}");
        }
        fs::write(&database, &kept).unwrap();
        assert_eq!(Server::durable(folder.path()).send("GET", "/bucket/large", "").1.len(), LARGE);
    }
}

#[test]
fn what_is_no_data_directory_is_not_verified() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = verify(folder.path());
    assert!(code == 1 && said.contains("holds no state.db"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let _server = Server::durable(folder.path());
    let (code, said) = verify(folder.path());
    assert!(code == 1 && said.contains("another RustStack (process"), "{said}");
}
