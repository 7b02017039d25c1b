//! What the command says, and with which exit code it ends.

use std::{fs, io::PipeWriter, net::TcpListener, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::running::{Lines, Server, ask, command, run};

fn refusal(settings: &[(&str, &str)]) -> String {
    let output = run(&[], settings);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn a_setting_that_cannot_be_is_refused_in_one_sentence() {
    for (name, value, hint) in [
        ("SERVICES", "s33", "valid names"),
        ("RUSTSTACK_AUTH", "all", "valid values: off, sigv4, iam"),
        ("AWS_DEFAULT_REGION", "mars-1", "eu-west-1"),
        ("RUST_LOG", "inof", "valid values: trace"),
        ("LOCALSTACK_HOST", "http://x/", "localhost.localstack.cloud"),
        ("PERSISTENCE", "maybe", "valid values: 1"),
        ("GATEWAY_LISTEN", "here", "127.0.0.1:4566"),
        ("RUSTSTACK_INIT_DIR", "/nowhere", "cannot be read"),
    ] {
        let text = refusal(&[(name, value)]);
        assert!(text.contains(name) && text.contains(hint), "{text}");
    }
}

#[test]
fn a_port_in_use_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = refusal(&[("GATEWAY_LISTEN", &address)]);
    assert!(text.contains(&address) && text.contains("GATEWAY_LISTEN"), "{text}");
}

#[test]
fn a_certificate_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cert.pem");
    assert!(refusal(&[("CUSTOM_SSL_CERT_PATH", path.to_str().unwrap())]).contains("No such file"));
    for (text, hint) in
        [("", "no certificate"), ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no private key")]
    {
        fs::write(&path, text).unwrap();
        let sentence = refusal(&[("CUSTOM_SSL_CERT_PATH", path.to_str().unwrap())]);
        assert!(sentence.contains("cert.pem") && sentence.contains(hint), "{sentence}");
    }
}

#[test]
fn the_configuration_is_printed_with_defaults_and_without_secrets() {
    let output = run(&["--print-config"], &[("LOCALSTACK_AUTH_TOKEN", "ls-secret"), ("LOCALSTACK_DEBUG", "1")]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && !text.contains("ls-secret") && !text.contains("not set"), "{text}");
    for line in ["DEBUG=1", "LS_LOG=debug (default)", "AWS_DEFAULT_REGION=us-east-1 (default)"] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
}

#[test]
fn health_is_asked_where_gateway_listen_says() {
    let server = Server::start(&[]);
    let listen = format!("0.0.0.0:{}", server.port());
    assert!(run(&["health"], &[("GATEWAY_LISTEN", &listen)]).status.success());
    assert!(run(&["health", "--endpoint", &server.url()], &[]).status.success());
    assert_eq!(run(&["health"], &[("GATEWAY_LISTEN", "127.0.0.1:1")]).status.code(), Some(1));
    let open = run(&["health"], &[("GATEWAY_LISTEN", "127.0.0.1:0")]);
    assert_eq!(open.status.code(), Some(1));
    assert!(String::from_utf8(open.stderr).unwrap().contains("--endpoint"));
}

/// A pipe that nobody reads from any longer.
fn closed() -> PipeWriter {
    std::io::pipe().unwrap().1
}

#[test]
fn closed_standard_streams_end_nothing() {
    let mut child = command(&[]).stdout(Stdio::piped()).stderr(closed()).spawn().unwrap();
    Lines::of(child.stdout.take().unwrap()).wait("Ready.");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());

    let mut child = command(&[("LS_LOG", "debug")]).stdout(closed()).stderr(Stdio::piped()).spawn().unwrap();
    Lines::of(child.stderr.take().unwrap()).wait("nobody reads standard output");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());

    assert!(command(&[]).arg("--print-config").stdout(closed()).status().unwrap().success());
    assert_eq!(command(&[("SERVICES", "s33")]).stderr(closed()).status().unwrap().code(), Some(2));
}

#[test]
fn a_log_that_nobody_reads_holds_nothing_up() {
    // A script tells the port: the log does not, for once.
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("ready.d/tell.sh");
    fs::create_dir(script.parent().unwrap()).unwrap();
    fs::write(&script, "echo ${AWS_ENDPOINT_URL##*:} > \"$0.port\"\n").unwrap();
    let mut command = command(&[("RUSTSTACK_INIT_DIR", folder.path().to_str().unwrap())]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    Lines::of(child.stdout.take().unwrap()).wait("Ready.");
    let port = fs::read_to_string(script.with_extension("sh.port")).unwrap().trim().parse().unwrap();
    // Their log lines are more than a pipe takes.
    for _ in 0..500 {
        assert_eq!(ask(port, "GET", "/bucket", &[], "").status, 404);
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn settings_without_effect_are_said_at_the_start() {
    let server = Server::start(&[("DISABLE_CUSTOM_CORS_S3", "1"), ("ACTIVATE_PRO", "1"), ("SERVICES", "s3,route53")]);
    assert!(server.log.wait("DISABLE_CUSTOM_CORS_S3 has no effect").contains("WARN"));
    assert!(server.log.wait("ACTIVATE_PRO is not needed").contains("INFO"));
    assert!(server.log.wait("SERVICES asks for route53").contains("WARN"));
    let services = &server.json("/_localstack/health")["services"];
    assert_ne!(services["s3control"], "disabled");
    assert_eq!(services["sts"], "disabled");
}
