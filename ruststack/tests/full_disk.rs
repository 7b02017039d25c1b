//! A disk that takes nothing: refusals, reads that go on, and nothing lost. Where the tests may not mount file systems,
//! they have nothing to look at, and say so.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::server::{Server, fail};

/// A file system of its own.
struct Disk(TempDir);

impl Disk {
    /// `None`, and a word why, where mounting is not allowed.
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let is_mounted = mount(&["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"], folder.path());
        is_mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn make_read_only(&self) {
        assert!(mount(&["-o", "remount,ro"], self.path()));
    }

    /// Takes what is left, but for so many bytes.
    fn fill(&self, but: u64) -> PathBuf {
        let file = self.path().join("filling");
        let free = rustix::fs::statvfs(self.path()).unwrap();
        let length = free.f_bavail * free.f_frsize - but;
        fs::write(&file, vec![0; usize::try_from(length).unwrap()]).unwrap();
        file
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Who still has files open has them until then.
        let unmounted = Command::new("umount").arg("--lazy").arg(self.path()).status();
        assert!(unmounted.unwrap().success());
    }
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests shall know")]
fn mount(arguments: &[&str], path: &Path) -> bool {
    let mounted = Command::new("mount").args(arguments).arg(path).output();
    let is_mounted = mounted.as_ref().is_ok_and(|mounted| mounted.status.success());
    if !is_mounted {
        eprintln!("skipped: file systems cannot be mounted here: {mounted:?}");
    }
    is_mounted
}

/// Clients try 503 again.
fn assert_refused((status, body): (u16, String)) {
    assert!(status == 503 && body.contains("<Code>ServiceUnavailable</Code>"), "{status} {body}");
}

fn assert_whole(folder: &Path) {
    let output = crate::running::run(&["verify", folder.to_str().unwrap()], &[]);
    assert!(output.status.success(), "{output:?}");
}

/// 64 MiB are left to the rows: object bytes stop before them.
#[test]
fn a_full_disk_refuses_objects_until_there_is_room() {
    let Some(disk) = Disk::mount(72) else { return };
    let server = Server::durable(disk.path());
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    let bytes = "b".repeat(1 << 20);
    let mut count = 0;
    let refused = loop {
        let answer = server.send("PUT", &format!("/bucket/key{count}"), &format!("{count} {bytes}"));
        if answer.0 != 200 {
            break answer;
        }
        count += 1;
    };
    assert!((3..9).contains(&count), "{count}");
    assert_refused(refused);
    assert_eq!(server.send("GET", "/bucket/key0", "").1.len(), bytes.len() + 2);
    assert_eq!(server.send("GET", &format!("/bucket/key{count}"), "").0, 404);
    // What the row holds needs no room among the objects.
    assert_eq!(server.send("PUT", "/bucket/inline", "bytes").0, 200);
    for number in 0..2 {
        assert_eq!(server.send("DELETE", &format!("/bucket/key{number}"), "").0, 204);
    }
    // The files go soon after the answers.
    while server.send("PUT", "/bucket/later", &bytes).0 != 200 {
        std::thread::yield_now();
    }
    server.kill();
    assert_whole(disk.path());
    let server = Server::durable(disk.path());
    assert_eq!(server.send("GET", "/bucket/later", "").1, bytes);
    assert_eq!(server.send("GET", "/bucket/key2", "").1.len(), bytes.len() + 2);
    assert_eq!(server.send("GET", "/bucket/key0", "").0, 404);
}

/// Not even rows: nothing changes, neither on the disk nor in memory, but for what was under way.
#[test]
fn a_disk_without_room_for_rows_refuses_every_change_until_there_is() {
    let Some(disk) = Disk::mount(8) else { return };
    let server = Server::durable(disk.path());
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    assert_eq!(server.send("PUT", "/bucket/key", "bytes").0, 200);
    let filling = disk.fill(100_000);
    let large = "x".repeat(4_000);
    let mut answered = 0;
    let refused = loop {
        let answer = server.send("PUT", &format!("/bucket/row{answered}"), &large);
        if answer.0 != 200 {
            break answer;
        }
        answered += 1;
        assert!(answered < 1_000, "it never fills");
    };
    assert_refused(refused);
    assert_refused(server.send("PUT", "/bucket/refused", "bytes"));
    assert_refused(server.send("DELETE", "/bucket/key", ""));
    assert_refused(server.send("PUT", "/other", ""));
    assert_eq!(server.send("GET", "/bucket/key", ""), (200, "bytes".to_owned()));
    assert_eq!(server.send("GET", "/bucket/refused", "").0, 404);
    fs::remove_file(filling).unwrap();
    // It asks the disk again by itself.
    while server.send("PUT", "/bucket/later", "bytes").0 != 200 {
        std::thread::yield_now();
    }
    server.kill();
    assert_whole(disk.path());
    let server = Server::durable(disk.path());
    for number in 0..answered {
        assert_eq!(server.send("GET", &format!("/bucket/row{number}"), "").1, large, "row{number} was answered");
    }
    assert_eq!(server.send("GET", "/bucket/later", "").1, "bytes");
}

/// A process that is killed while the disk is full starts again, and reads.
#[test]
fn a_full_disk_does_not_keep_it_from_starting() {
    let Some(disk) = Disk::mount(8) else { return };
    let server = Server::durable(disk.path());
    assert_eq!(server.send("PUT", "/bucket", "").0, 200);
    assert_eq!(server.send("PUT", "/bucket/key", "bytes").0, 200);
    let filling = disk.fill(0);
    assert_refused(server.send("PUT", "/bucket/large", &"x".repeat(5_000)));
    server.kill();
    let server = Server::durable(disk.path());
    assert_eq!(server.send("GET", "/bucket/key", ""), (200, "bytes".to_owned()));
    fs::remove_file(filling).unwrap();
    while server.send("PUT", "/bucket/later", "bytes").0 != 200 {
        std::thread::yield_now();
    }
}

#[test]
fn a_directory_that_cannot_be_written_to_is_refused_by_name() {
    let Some(disk) = Disk::mount(8) else { return };
    Server::durable(disk.path()).stop();
    disk.make_read_only();
    let path = disk.path().to_str().unwrap();
    let refused = fail(&[("PERSISTENCE", "1"), ("DATA_DIR", path)]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains(path) && said.contains("Read-only") && said.contains("DATA_DIR"), "{said}");
}

#[test]
fn a_file_is_no_data_directory() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let refused = fail(&[("PERSISTENCE", "1"), ("DATA_DIR", path)]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains(path) && said.contains("set DATA_DIR to a directory"), "{said}");
}
