//! What functions find in their containers, and what becomes of what they answer.

use std::{io::Write, path::Path};

use futures_util::TryStreamExt;
use serde_json::json;

use super::{Laboratory, Lamp, import};
use crate::executor::{
    ExecutorErrorKind, Folder, Package,
    docker::{Flags, extensions::look, files::View},
};

/// A handler that runs Python that it is sent, and answers the value of `result`.
const EVALUATE: &str = r#"
import os, sys, json, stat, urllib.request
def handler(event, context):
    names = dict(globals())
    exec(event, names)
    return names["result"]
"#;

async fn evaluate(lamp: &Lamp, code: &str) -> serde_json::Value {
    lamp.invoke(&json!(code).to_string()).await.unwrap_or_else(|error| panic!("{code}: {error}"))
}

#[tokio::test]
async fn a_handler_answers_and_what_it_writes_is_told_by_stream() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let version = laboratory.python(EVALUATE);
    let lamp = laboratory.start(&version).await.unwrap();
    let code = "print('one')\nsys.stdout.flush()\nsys.stderr.write('two\\nend')\nsys.stderr.flush()\nresult = 1";
    assert_eq!(evaluate(&lamp, code).await, json!(1));
    let mut lines = Vec::new();
    // On a busy machine they take their time.
    while lines.len() < 3 {
        lamp.environment.flush().await;
        lines.extend(lamp.lines());
    }
    lines.sort();
    assert_eq!(lines, ["Stderr end", "Stderr two\n", "Stdout one\n"]);
    let failed = lamp.invoke("\"raise ValueError('no')\"").await.unwrap_err();
    assert_eq!((&failed["errorType"], &failed["errorMessage"]), (&json!("ValueError"), &json!("no")));
    assert!(lamp.environment.peak_memory().await.is_none_or(|peak| peak > 1024 * 1024));
    lamp.stop().await;
}

#[tokio::test]
async fn a_container_is_what_aws_gives_a_function() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let mut version = laboratory.python(EVALUATE);
    version.layers = Some(laboratory.files("layers", &[("python/shared.py", "NAME = 'layer'")]));
    let variables = [
        ("AWS_ENDPOINT_URL", "http://localhost:4566"),
        ("AWS_ENDPOINT_URL_S3", "http://aws.test:4566/"),
        ("OTHER", "http://localhost:4566"),
    ];
    let lamp = laboratory.start_with(&version, &variables).await.unwrap();
    let cannot_write = "
def attempt(path):
    try:
        open(path, 'w')
    except OSError as error:
        return error.strerror
result = [attempt(path) for path in ('/var/task/x', '/opt/x', '/x')]";
    let refused = json!(vec!["Read-only file system"; 3]);
    assert_eq!(evaluate(&lamp, cannot_write).await, refused);
    let tmp =
        "size = os.statvfs('/tmp')\nresult = [size.f_blocks * size.f_frsize, stat.S_IMODE(os.stat('/tmp').st_mode)]";
    assert_eq!(evaluate(&lamp, tmp).await, json!([512 * 1024 * 1024, 0o1777]));
    assert_eq!(
        evaluate(&lamp, "result = [os.getuid(), os.getgid(), os.getcwd()]").await,
        json!([993, 990, "/var/task"])
    );
    assert_eq!(evaluate(&lamp, "import shared\nresult = shared.NAME").await, json!("layer"));
    let files = "import resource\nresult = resource.getrlimit(resource.RLIMIT_NOFILE)";
    assert_eq!(evaluate(&lamp, files).await, json!([1024, 1024]));
    let environment = evaluate(&lamp, "result = dict(os.environ)").await;
    let host = laboratory.executor.place.get().unwrap().network.host.clone();
    for (name, value) in [
        ("AWS_ENDPOINT_URL", format!("http://{host}:4566")),
        ("AWS_ENDPOINT_URL_S3", "http://aws.test:4566".to_owned()),
        ("OTHER", "http://localhost:4566".to_owned()),
        ("LAMBDA_TASK_ROOT", "/var/task".to_owned()),
        ("_HANDLER", "app.handler".to_owned()),
    ] {
        assert_eq!(environment[name], json!(value), "{name}");
    }
    let known = "result = [line.split()[0] for line in open('/etc/hosts') if line.split()[1:] == ['aws.test']]";
    assert_eq!(evaluate(&lamp, known).await, json!([host]));
    lamp.stop().await;
}

#[tokio::test]
async fn a_function_reaches_a_gateway_that_listens_on_the_loopback_address() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let gateway = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://localhost:{}", gateway.local_addr().unwrap().port());
    let version = laboratory.python(EVALUATE);
    let lamp = laboratory.start_with(&version, &[("AWS_ENDPOINT_URL", &endpoint)]).await.unwrap();
    let answer = async {
        let (mut stream, _) = gateway.accept().await.unwrap();
        let mut head = [0; 4];
        tokio::io::AsyncReadExt::read_exact(&mut stream, &mut head).await.unwrap();
        let text = b"HTTP/1.0 200 OK\r\n\r\nhello";
        tokio::io::AsyncWriteExt::write_all(&mut stream, text).await.unwrap();
    };
    let code = "result = urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL']).read().decode()";
    let (read, ()) = tokio::join!(evaluate(&lamp, code), answer);
    assert_eq!(read, json!("hello"));
    lamp.stop().await;
}

#[tokio::test]
async fn a_runtime_that_cannot_start_says_why_and_ends() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let lamp = laboratory.start(&laboratory.python("import nowhere")).await.unwrap();
    let failed = lamp.invoke("1").await.unwrap_err();
    assert_eq!(failed["errorType"], json!("ModuleNotFoundError"));
    assert_eq!(lamp.ended().await, crate::executor::Exit::Status(1));
    lamp.stop().await;
}

const BOOTSTRAP: &str = "#!/bin/sh\necho \"mine $_HANDLER\"\nexec python3 /var/runtime/bootstrap.py\n";

#[tokio::test]
async fn a_provided_runtime_is_what_the_function_brings() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let package =
        |code: Folder| Package::Zip { runtime: "provided.al2023".to_owned(), handler: "app.handler".to_owned(), code };
    let code = laboratory.files("code", &[("app.py", EVALUATE), ("bootstrap", BOOTSTRAP)]);
    let lamp = laboratory.start(&laboratory.version(package(code))).await.unwrap();
    assert_eq!(evaluate(&lamp, "result = 2").await, json!(2));
    let mut lines = Vec::new();
    while lines.is_empty() {
        lamp.environment.flush().await;
        lines.extend(lamp.lines());
    }
    assert_eq!(lines, ["Stdout mine app.handler\n"]);
    lamp.stop().await;

    let code = laboratory.files("bare", &[("app.py", EVALUATE)]);
    let mut version = laboratory.version(package(code.clone()));
    let missing = laboratory.start(&version).await.err().unwrap();
    assert_eq!(missing.kind, ExecutorErrorKind::InvalidRuntime);
    assert_eq!(missing.message, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]");
    version.layers = Some(laboratory.files("layers", &[("bootstrap", BOOTSTRAP)]));
    let lamp = laboratory.start(&version).await.unwrap();
    assert_eq!(evaluate(&lamp, "result = 3").await, json!(3));
    lamp.stop().await;

    let broken = laboratory.files("broken", &[("bootstrap", "#!/nowhere\n")]);
    std::fs::set_permissions(broken.path.join("bootstrap"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .unwrap();
    let refused = laboratory.start(&laboratory.version(package(broken))).await.err().unwrap();
    let expected = (ExecutorErrorKind::InvalidRuntime, "fork/exec /var/task/bootstrap: permission denied");
    assert_eq!((refused.kind, refused.message.as_str()), expected);
}

const EXTENSION: &str = r#"#!/bin/sh
exec python3 - <<'CODE'
import json, os
from http.client import HTTPConnection
connection = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
body = json.dumps({"events": ["INVOKE"]})
connection.request("POST", "/2020-01-01/extension/register", body, {"Lambda-Extension-Name": "watch"})
answer = connection.getresponse()
answer.read()
id = {"Lambda-Extension-Identifier": answer.getheader("Lambda-Extension-Identifier")}
while True:
    connection.request("GET", "/2020-01-01/extension/event/next", headers=id)
    print("saw " + json.loads(connection.getresponse().read())["eventType"], flush=True)
CODE
"#;

#[tokio::test]
async fn extensions_of_layers_run_beside_the_runtime() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let mut version = laboratory.python(EVALUATE);
    version.layers = Some(laboratory.files("layers", &[("extensions/watch", EXTENSION)]));
    let lamp = laboratory.start(&version).await.unwrap();
    assert_eq!(lamp.extensions, ["watch"]);
    assert_eq!(evaluate(&lamp, "result = 1").await, json!(1));
    // It is idle again once the extension has seen the event.
    assert_eq!(evaluate(&lamp, "result = 2").await, json!(2));
    let mut lines = Vec::new();
    while lines.is_empty() {
        lamp.environment.flush().await;
        lines.extend(lamp.lines());
    }
    assert_eq!(lines[0], "Stdout saw INVOKE\n");
    lamp.stop().await;
}

#[tokio::test]
async fn an_image_is_started_as_the_function_configures_it() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let exported = export(&laboratory).await;
    // The files of the runtime's image and those of the function, in one archive.
    let mut archive = tar::Builder::new(Vec::new());
    let mut files = tar::Archive::new(&exported[..]);
    for file in files.entries().unwrap() {
        let mut file = file.unwrap();
        let (mut header, path) = (file.header().clone(), file.path().unwrap().into_owned());
        if let Some(target) = file.link_name().unwrap().map(std::borrow::Cow::into_owned) {
            archive.append_link(&mut header, path, target).unwrap();
        } else {
            archive.append_data(&mut header, path, &mut file).unwrap();
        }
    }
    for (path, text) in [("srv/mine.py", EVALUATE), ("opt/extensions/watch", EXTENSION)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o755);
        archive.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    archive.get_mut().flush().unwrap();
    let name = "ruststack-test/function:1";
    let changes = [r#"ENTRYPOINT ["/nowhere"]"#, "ENV PATH=/usr/bin", "ENV OF_IMAGE=1"];
    import(&laboratory.docker, name, &changes, archive.into_inner().unwrap().into()).await;

    let entry = r#"LAMBDA_TASK_ROOT="$PWD" _HANDLER="$0" exec python3 /var/runtime/bootstrap.py"#;
    let package = Package::Image {
        uri: name.to_owned(),
        entry_point: ["/bin/sh", "-c", entry].map(str::to_owned).to_vec(),
        command: vec!["mine.handler".to_owned()],
        working_directory: Some("/srv".to_owned()),
    };
    let lamp = laboratory.start(&laboratory.version(package)).await.unwrap();
    assert_eq!(lamp.extensions, ["watch"]);
    assert_eq!(evaluate(&lamp, "result = [os.getcwd(), os.environ['OF_IMAGE']]").await, json!(["/srv", "1"]));
    lamp.stop().await;

    let package = Package::Image {
        uri: "ruststack-test.invalid/nothing:1".to_owned(),
        entry_point: Vec::new(),
        command: Vec::new(),
        working_directory: None,
    };
    let missing = laboratory.start(&laboratory.version(package)).await.err().unwrap();
    assert_eq!(missing.kind, ExecutorErrorKind::InvalidImage);
    let text = "The image ruststack-test.invalid/nothing:1 is not on this machine and cannot be pulled: ";
    assert!(missing.message.starts_with(text), "{missing}");
    assert!(missing.message.contains("Try `docker pull ruststack-test.invalid/nothing:1`"), "{missing}");
}

/// The files of the runtime's image, as an archive.
async fn export(laboratory: &Laboratory) -> Vec<u8> {
    let docker = &laboratory.docker;
    let id = docker.create_container(None, look(&laboratory.image)).await.unwrap().id;
    let pieces: Vec<bytes::Bytes> = docker.export_container(&id).try_collect().await.unwrap();
    docker.remove_container(&id, None).await.unwrap();
    pieces.concat()
}

#[tokio::test]
async fn code_that_the_engine_does_not_see_is_brought_to_it_once() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let (_, place) = laboratory.executor.place().await.unwrap();
    let version = laboratory.python("# of this test alone");
    let Package::Zip { code, .. } = &version.package else { unreachable!("it is of files") };
    let files = crate::executor::docker::files::Files::new(View::Nothing, place.owner.clone());
    let mount = |target: &'static str| files.mount(&laboratory.docker, &laboratory.image, code, target);
    let (first, second) = tokio::join!(mount("/var/task"), mount("/opt"));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.source, second.source);
    let flags = format!("-v {}:/copy:ro", first.source.unwrap());
    let with_copy = Laboratory::with(|config| config.flags = Flags::parse(&flags).unwrap()).await.unwrap();
    let lamp = with_copy.start(&with_copy.python(EVALUATE)).await.unwrap();
    assert_eq!(evaluate(&lamp, "result = open('/copy/app.py').read()").await, json!("# of this test alone"));
    lamp.stop().await;
    files.forget(&laboratory.docker, std::slice::from_ref(code.digest.as_ref().unwrap())).await;
    let volumes = laboratory.docker.list_volumes(None::<bollard::query_parameters::ListVolumesOptions>).await.unwrap();
    let names = volumes.volumes.unwrap_or_default().into_iter().map(|volume| volume.name);
    assert!(!names.into_iter().any(|name| Some(&name) == second.source.as_ref()));
}

#[tokio::test]
async fn a_hot_reloaded_folder_is_seen_as_it_is() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let package = |path: &Path| Package::Zip {
        runtime: "python3.12".to_owned(),
        handler: "app.handler".to_owned(),
        code: Folder { path: path.to_owned(), digest: None },
    };
    let missing = laboratory.start(&laboratory.version(package(Path::new("/nowhere/app")))).await.err().unwrap();
    let text = "The folder /nowhere/app is not on the container engine's machine.";
    assert_eq!((missing.kind, missing.message.as_str()), (ExecutorErrorKind::Unavailable, text));
    if !laboratory.sees_files().await {
        return;
    }
    let folder = laboratory.files("hot", &[("app.py", EVALUATE)]);
    std::fs::set_permissions(&folder.path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let lamp = laboratory.start(&laboratory.version(package(&folder.path))).await.unwrap();
    std::fs::write(folder.path.join("new.txt"), "later").unwrap();
    assert_eq!(evaluate(&lamp, "result = open('/var/task/new.txt').read()").await, json!("later"));
    lamp.stop().await;
}
