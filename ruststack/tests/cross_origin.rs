//! What browsers may do from which page.

use crate::running::{Answer, Server};

fn preflight(server: &Server, origin: &str) -> Answer {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "x-one"),
        ("Access-Control-Request-Private-Network", "true"),
    ];
    server.ask("OPTIONS", "/bucket/key", &headers, "")
}

fn get(server: &Server, headers: &[(&str, &str)]) -> Answer {
    server.ask("GET", "/_localstack/health", headers, "")
}

#[test]
fn pages_of_this_machine_may() {
    let server = Server::start(&[]);
    for (origin, status) in [
        ("http://localhost:3000", 204),
        ("https://127.0.0.1:8443", 204),
        ("http://[::1]:5173", 204),
        ("https://app.localstack.cloud", 204),
        ("http://bucket.s3-website.localhost.localstack.cloud:4566", 204),
        ("http://localhost.example", 403),
        ("ftp://localhost", 403),
        ("http://localhost@evil.example", 403),
        ("http://evil.example:80", 403),
        ("null", 403),
    ] {
        let answer = preflight(&server, origin);
        assert_eq!(answer.status, status, "{origin}");
        let expected = (status == 204).then_some(origin);
        assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
    }
    let allowed = preflight(&server, "http://localhost:3000");
    assert_eq!(allowed.header("access-control-allow-headers"), Some("x-one"));
    assert_eq!(allowed.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(allowed.header("access-control-allow-private-network"), Some("true"));
    assert_eq!(allowed.header("vary"), Some("Origin"));
}

#[test]
fn without_an_origin_the_referring_page_counts() {
    let server = Server::start(&[]);
    assert_eq!(get(&server, &[("Referer", "http://localhost:3000/page?x=1")]).status, 200);
    assert_eq!(get(&server, &[("Referer", "https://evil.example/page")]).status, 403);
    assert_eq!(get(&server, &[("Referer", "nonsense")]).status, 403);
    let both = [("Origin", "http://localhost:3000"), ("Referer", "https://evil.example/")];
    assert_eq!(get(&server, &both).status, 200);
    let neither = get(&server, &[]);
    assert_eq!((neither.status, neither.header("access-control-allow-origin")), (200, None));
}

#[test]
fn more_origins_and_headers_can_be_allowed() {
    let server = Server::start(&[
        ("EXTRA_CORS_ALLOWED_ORIGINS", "https://one.example, https://two.example"),
        ("EXTRA_CORS_ALLOWED_HEADERS", "x-own"),
        ("EXTRA_CORS_EXPOSE_HEADERS", "x-shown"),
    ]);
    assert_eq!(preflight(&server, "https://three.example").status, 403);
    let answer = get(&server, &[("Origin", "https://two.example")]);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://two.example"));
    assert!(answer.header("access-control-allow-headers").unwrap().ends_with(",x-own"));
    assert!(answer.header("access-control-expose-headers").unwrap().ends_with(",x-shown"));
}

#[test]
fn checks_can_be_switched_off() {
    let server = Server::start(&[("DISABLE_CORS_CHECKS", "1")]);
    let answer = preflight(&server, "https://evil.example");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(get(&server, &[("Referer", "https://evil.example/")]).status, 200);
}

#[test]
fn headers_and_preflight_can_be_switched_off() {
    let server = Server::start(&[("DISABLE_CORS_HEADERS", "1")]);
    let answer = preflight(&server, "http://localhost:3000");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, None));
    let server = Server::start(&[("DISABLE_PREFLIGHT_PROCESSING", "1")]);
    assert_ne!(preflight(&server, "http://localhost:3000").status, 204);
}
