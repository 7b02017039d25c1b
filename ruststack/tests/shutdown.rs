//! How the process ends: soon, and without breaking what is under way.

use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

use rustix::process::Signal;

use crate::running::{Server, answer};

/// Far less than the patience of the server with connections that do not end.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn an_upload_that_is_under_way_is_finished() {
    let mut server = Server::start(&[]);
    assert_eq!(server.ask("PUT", "/bucket", &[], "").status, 200);
    let mut upload = server.connect();
    upload
        .write_all(b"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
        .unwrap();
    let mut interim = [0; 25];
    upload.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n", "the server reads the body");
    upload.write_all(b"01234").unwrap();
    server.signal(Signal::TERM);
    server.log.wait("stopping");
    upload.write_all(b"56789").unwrap();
    let answer = answer(upload);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(server.wait().success());
}

#[test]
fn silent_connections_hold_nothing_up() {
    let mut server = Server::start(&[]);
    let nothing = server.connect();
    let mut handshake = server.connect();
    handshake.write_all(&[0x16, 3, 1]).unwrap();
    let mut head = server.connect();
    head.write_all(b"GET /bucket HTTP/1.1\r\nHost:").unwrap();
    let mut preface = server.connect();
    preface.write_all(b"P").unwrap();
    // Asked last, so the others were accepted before.
    assert_eq!(server.get("/_localstack/health").status, 200);
    let took = server.stop();
    assert!(took < SOON, "{took:?}");
    drop((nothing, handshake, head, preface));
}

#[test]
fn an_interrupt_ends_it_as_a_termination_does() {
    let mut server = Server::start(&[]);
    server.signal(Signal::INT);
    assert!(server.wait().success());
}
