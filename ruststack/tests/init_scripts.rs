//! Init scripts: when they run, what they are given, and that nothing hangs.

use std::{
    fs,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use serde_json::json;
use tempfile::TempDir;

use crate::running::{Server, ask};

const SOON: Duration = Duration::from_secs(5);

/// An init directory with these executable scripts: `ready.d/one.sh`.
fn scripts(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

fn with<'a>(folder: &'a TempDir, settings: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [settings, &[("RUSTSTACK_INIT_DIR", folder.path().to_str().unwrap())]].concat()
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

const SHOW: &str = "#!/bin/sh\necho \"endpoint $AWS_ENDPOINT_URL key $AWS_ACCESS_KEY_ID secret $AWS_SECRET_ACCESS_KEY region $AWS_DEFAULT_REGION\"\n";

#[test]
fn scripts_are_given_what_aws_clients_need() {
    let folder = scripts(&[("ready.d/one.sh", SHOW)]);
    let server = Server::start(&with(&folder, &[("LS_LOG", "info")]));
    let expected = format!("endpoint http://localhost:{} key test secret test region us-east-1", server.port());
    server.log.wait(&expected);
}

#[test]
fn what_the_user_has_set_for_aws_clients_stays() {
    let folder = scripts(&[("ready.d/one.sh", SHOW)]);
    let own = [
        ("AWS_ENDPOINT_URL", "http://other:1"),
        ("AWS_ACCESS_KEY_ID", "111111111111"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
    ];
    let server = Server::start(&with(&folder, &own));
    server.log.wait("endpoint http://other:1 key 111111111111 secret test region eu-west-1");
}

#[test]
fn lists_of_calls_need_no_process() {
    let yaml = "- service: s3\n  operation: CreateBucket\n  params: {Bucket: made}\n\
                - service: s3\n  operation: PutObject\n  params: {Bucket: made, Key: a b, Body: {some: JSON}}\n\
                - {service: sts, operation: GetCallerIdentity}\n";
    let folder = scripts(&[("ready.d/1.yaml", yaml)]);
    let server = Server::start(&with(&folder, &[]));
    let described = server.json("/_localstack/init/ready");
    assert_eq!(described["scripts"][0]["state"], json!("SUCCESSFUL"), "{described}");
    assert_eq!(server.get("/made/a%20b").body, "{\"some\":\"JSON\"}");
}

#[test]
fn scripts_run_in_order_and_one_that_fails_stops_no_other() {
    let folder = scripts(&[
        ("ready.d/2.sh", "#!/bin/sh\nexit 3\n"),
        ("ready.d/1.sh", "#!/bin/sh\ntrue\n"),
        ("ready.d/0/3.sh", "#!/bin/sh\ntrue\n"),
        ("ready.d/notes.txt", "no script"),
        ("ready.d/4.sh", "no interpreter\n"),
        ("ready.d/5.json", r#"[{"service": "sts", "operation": "Nothing"}]"#),
    ]);
    let server = Server::start(&with(&folder, &[]));
    let described = server.json("/_localstack/init/ready");
    let found: Vec<_> =
        described["scripts"].as_array().unwrap().iter().map(|script| (&script["name"], &script["state"])).collect();
    let expected =
        [("1.sh", "SUCCESSFUL"), ("2.sh", "ERROR"), ("4.sh", "ERROR"), ("5.json", "ERROR"), ("3.sh", "SUCCESSFUL")];
    assert_eq!(json!(found), json!(expected));
    server.log.wait("begin with #!/bin/sh");
}

#[test]
fn output_is_logged_while_a_script_runs() {
    let folder =
        scripts(&[("ready.d/one.sh", "#!/bin/sh\necho first\nwhile ! test -e \"$0.go\"; do sleep 0.05; done\n")]);
    let server = Server::spawn(&with(&folder, &[]));
    server.log.wait("line=first");
    assert!(!server.is_ready());
    fs::write(folder.path().join("ready.d/one.sh.go"), "").unwrap();
    server.stdout().wait("Ready.");
}

#[test]
fn what_a_script_leaves_running_does_not_hold_up_ready() {
    let folder = scripts(&[("ready.d/one.sh", "#!/bin/sh\n(sleep 60; echo late) &\necho soon\n")]);
    let begin = Instant::now();
    let mut server = Server::start(&with(&folder, &[]));
    server.log.wait("line=soon");
    assert!(begin.elapsed() < SOON);
    assert!(server.stop() < SOON);
}

#[test]
fn scripts_before_the_start_are_told_to_wait() {
    let ask_it = "#!/usr/bin/env python3\nimport os, urllib.request, urllib.error\ntry:\n    urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/_localstack/health', timeout=10)\nexcept urllib.error.HTTPError as error:\n    print('answered', error.code, error.headers['Retry-After'])\n";
    let folder = scripts(&[("boot.d/one.py", ask_it), ("start.d/two.py", ask_it)]);
    let server = Server::start(&with(&folder, &[]));
    server.log.wait("line=answered 503 1");
    assert_eq!(server.log.all().matches("line=answered 503 1").count(), 2, "{}", server.log.all());
    assert_eq!(server.get("/_localstack/health").status, 200);
}

#[test]
fn the_end_does_not_wait_for_scripts() {
    for stage in ["boot.d", "start.d", "ready.d"] {
        let folder = scripts(&[(&format!("{stage}/one.sh"), "#!/bin/sh\nexec 3>\"$(dirname $0)/open\"\nsleep 60\n")]);
        let pipe = folder.path().join(stage).join("open");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut server = Server::spawn(&with(&folder, &[]));
        // Opens when the script does, and ends when nothing that it started is left.
        let mut pipe = fs::File::open(pipe).unwrap();
        let begin = Instant::now();
        server.stop();
        assert_eq!(pipe.read(&mut [0]).unwrap(), 0);
        assert!(begin.elapsed() < SOON, "{stage}: {:?}", begin.elapsed());
        assert!(!server.is_ready(), "{stage}");
    }
}

#[test]
fn a_second_signal_cuts_the_scripts_of_the_end_short() {
    let folder = scripts(&[("shutdown.d/one.sh", "#!/bin/sh\necho ending\nsleep 60\n")]);
    let mut server = Server::start(&with(&folder, &[]));
    server.signal(Signal::TERM);
    server.log.wait("line=ending");
    assert!(server.stop() < SOON);
}

#[test]
fn scripts_of_the_end_can_still_ask() {
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("seen");
    let script = format!(
        "#!/usr/bin/env python3\nimport os, urllib.request\nurl = os.environ['AWS_ENDPOINT_URL'] + '/_localstack/init'\nopen({:?}, 'wb').write(urllib.request.urlopen(url, timeout=10).read())\n",
        seen.to_str().unwrap()
    );
    let hooks = scripts(&[("shutdown.d/one.py", &script)]);
    let mut server = Server::start(&with(&hooks, &[]));
    server.stop();
    assert!(lines(&seen)[0].contains(r#""state":"RUNNING""#));
}

#[test]
fn a_missing_python_is_said() {
    let folder = scripts(&[("ready.d/one.py", "print('hello')\n")]);
    let server = Server::start(&with(&folder, &[("PATH", "/nowhere")]));
    server.log.wait("python3 was not found; install it");
    assert_eq!(server.json("/_localstack/init/ready")["scripts"][0]["state"], "ERROR");
}

#[test]
fn a_folder_that_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ready.d"), "a file").unwrap();
    let server = Server::start(&with(&folder, &[]));
    assert!(server.log.wait("init scripts cannot be read").contains("ready.d"));
    assert_eq!(ask(server.port(), "GET", "/_localstack/health", &[], "").status, 200);
}
