//! `/_localstack` and `/_ruststack`, as scripts and test libraries use them.

use serde_json::{Value, json};

use crate::running::Server;

#[test]
fn bodies_are_read_whatever_their_content_type() {
    let server = Server::start(&[]);
    let put = server.ask("PUT", "/_localstack/health", &[], r#"{"features:initScripts": "initialized", "own": 1}"#);
    assert_eq!((put.status, put.body.as_str()), (200, r#"{"status":"OK"}"#));
    let health = server.json("/_localstack/health");
    assert_eq!(health["features"], json!({ "initScripts": "initialized" }));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let moved = server.ask("POST", "/_ruststack/clock", &form, r#"{"set": "2031-05-06T07:08:09Z", "freeze": true}"#);
    assert_eq!(moved.status, 200, "{}", moved.body);
    assert!(moved.body.contains("2031-05-06T07:08:09"));
    for (method, path) in [("PUT", "/_localstack/health"), ("POST", "/_ruststack/clock")] {
        assert_eq!(server.ask(method, path, &[], "{").status, 400);
    }
}

#[test]
fn health_can_end_the_process_and_does_not_restart_it() {
    let mut server = Server::start(&[]);
    let post = |body| server.ask("POST", "/_localstack/health", &[], body);
    assert_eq!((post("").status, post("").body.as_str()), (400, "invalid request"));
    assert_eq!(post(r#"{"action": "restart"}"#).status, 501);
    assert_eq!(post(r#"{"action": "else"}"#).body, "ok");
    assert_eq!(server.ask("HEAD", "/_localstack/health", &[], "").status, 200);
    assert_eq!(post(r#"{"action": "kill"}"#).status, 200);
    assert!(server.wait().success());
}

#[test]
fn a_service_that_is_not_there_is_not_reset() {
    let server = Server::start(&[]);
    assert_eq!(server.ask("POST", "/_localstack/state/s3/reset", &[], "").status, 200);
    assert_eq!(server.ask("POST", "/_localstack/state/route53/reset", &[], "").status, 404);
}

#[test]
fn settings_are_shown_only_to_those_who_asked_for_it() {
    let server = Server::start(&[]);
    for path in ["/_localstack/config", "/_localstack/diagnose", "/_localstack/usage", "/_localstack/nothing"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert_eq!(server.ask("POST", "/_localstack/config", &[], r#"{"variable": "DEBUG", "value": 1}"#).status, 404);

    let settings = [("ENABLE_CONFIG_UPDATES", "1"), ("DEBUG", "1"), ("LOCALSTACK_AUTH_TOKEN", "ls-secret")];
    let server = Server::start(&settings);
    let config = server.json("/_localstack/config");
    assert_eq!(config["DEBUG"], "1");
    assert_eq!(config["LOCALSTACK_AUTH_TOKEN"], "(hidden)");
    for (body, status) in [
        (r#"{"variable": "DEBUG", "value": 1}"#, 501),
        (r#"{"variable": "NO NAME", "value": 1}"#, 400),
        (r#"{"variable": "DEBUG"}"#, 400),
    ] {
        assert_eq!(server.ask("POST", "/_localstack/config", &[], body).status, status, "{body}");
    }
    assert!(!server.get("/_localstack/diagnose").body.contains("ls-secret"));
}

#[test]
fn a_diagnosis_has_localstacks_parts() {
    let server = Server::start(&[("DEBUG", "1")]);
    let diagnosis = server.json("/_localstack/diagnose");
    let parts: Vec<&str> = diagnosis.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "version",
        "info",
        "services",
        "config",
        "docker-inspect",
        "docker-dependent-image-hashes",
        "file-tree",
        "important-endpoints",
        "logs",
        "usage",
    ];
    assert_eq!(parts, expected);
    assert!(diagnosis["version"]["localstack-version"]["build-version"].is_string());
    assert_eq!(diagnosis["important-endpoints"]["endpoint"], format!("http://localhost:{}", server.port()));
    assert!(diagnosis["services"]["s3"].is_string());
    let usage = server.json("/_localstack/usage");
    assert!(usage["memory_bytes"].as_u64().unwrap() > 0 && usage["uptime"].is_u64(), "{usage}");
}

#[test]
fn information_and_init_have_localstacks_shape() {
    let server = Server::start(&[]);
    let info = server.json("/_localstack/info");
    for name in ["version", "edition", "session_id", "machine_id", "system", "server_time_utc"] {
        assert!(info[name].is_string(), "{name} in {info}");
    }
    assert_eq!((&info["is_license_activated"], &info["edition"]), (&Value::Bool(false), &"community".into()));
    let init = server.json("/_localstack/init");
    assert_eq!(init["completed"], json!({ "BOOT": true, "START": true, "READY": true, "SHUTDOWN": false }));
    assert_eq!(server.json("/_localstack/init/ready"), json!({ "completed": true, "scripts": [] }));
    let unknown = server.get("/_localstack/init/never");
    assert_eq!((unknown.status, unknown.body.as_str()), (404, "no such stage never"));
    assert_eq!(server.json("/_localstack/plugins"), json!({}));
}

#[test]
fn every_answer_says_that_it_is_local() {
    let server = Server::start(&[]);
    for path in ["/_localstack/health", "/_localstack/nothing", "/bucket/key"] {
        assert_eq!(server.get(path).header("x-localstack"), Some("true"), "{path}");
    }
    let server = Server::start(&[("LOCALSTACK_RESPONSE_HEADER_ENABLED", "0")]);
    assert_eq!(server.get("/_localstack/health").header("x-localstack"), None);
}

#[test]
fn every_line_about_a_request_carries_its_circumstances() {
    let credential =
        "AWS4-HMAC-SHA256 Credential=111122223333/20260101/mars-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    for level in ["info", "debug"] {
        let server = Server::start(&[("LS_LOG", level)]);
        let answer = server.ask("GET", "/no-such-bucket", &[("Authorization", credential)], "");
        let request_id = format!("request_id=\"{}\"", answer.header("x-amz-request-id").unwrap());
        let end = server.log.wait("status=404");
        let parts =
            ["service=\"s3\"", "operation=\"ListObjects", "account=111122223333", "region=\"us-east-1\"", &request_id];
        for part in parts.into_iter().chain(["method=GET", "error_code=\"NoSuchBucket\""]) {
            assert!(end.contains(part), "{part} in {end}");
        }
        let warning = server.log.wait("unknown region");
        assert_eq!(warning.contains(&request_id), level == "debug", "{warning}");
    }
}
