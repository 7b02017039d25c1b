//! HTTP/1.1 and HTTP/2, plain and encrypted, on one port; and what is too large.

use std::{
    io::{Read as _, Write as _},
    sync::Arc,
};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, Version, client::conn::http2, rt};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::ring,
        pki_types::{CertificateDer, ServerName, UnixTime},
    },
};

use crate::running::{Server, answer};

/// Takes any certificate: ours is signed by itself.
#[derive(Debug)]
struct Trusting;

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

fn connector(protocol: &[u8]) -> TlsConnector {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().dangerous();
    let mut config = builder.with_custom_certificate_verifier(Arc::new(Trusting)).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// Status and body of one request over HTTP/2.
async fn ask_http2(io: impl rt::Read + rt::Write + Unpin + Send + 'static, url: &str) -> (u16, String) {
    ask_http2_with(io, Request::get(url).body(Empty::new()).unwrap()).await
}

async fn ask_http2_with(
    io: impl rt::Read + rt::Write + Unpin + Send + 'static,
    request: Request<Empty<Bytes>>,
) -> (u16, String) {
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let exchange = async {
        let answer = client.send_request(request).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    tokio::select! {
        answered = exchange => answered,
        ended = connection => panic!("the connection ended early: {ended:?}"),
    }
}

#[tokio::test]
async fn http2_is_spoken_to_those_who_begin_with_it() {
    let server = Server::start(&[]);
    let stream = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
    let url = format!("{}/_localstack/health", server.url());
    let (status, body) = ask_http2(TokioIo::new(stream), &url).await;
    assert_eq!(status, 200);
    assert!(body.contains(r#""services""#), "{body}");
}

#[tokio::test]
async fn http2_is_agreed_on_over_tls() {
    let server = Server::start(&[]);
    let stream = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
    let stream = connector(b"h2").connect("localhost".try_into().unwrap(), stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    // A service answers with its own error, so the request went all the way.
    let url = format!("https://localhost:{}/bucket/key", server.port());
    let (status, body) = ask_http2(TokioIo::new(stream), &url).await;
    assert_eq!(status, 404);
    assert!(body.contains("<Code>NoSuchBucket</Code>"), "{body}");
}

#[tokio::test]
async fn http1_is_agreed_on_over_tls() {
    let server = Server::start(&[]);
    let stream = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
    let stream = connector(b"http/1.1").connect("bucket.s3.localhost".try_into().unwrap(), stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
}

#[test]
fn a_body_is_sent_when_it_is_asked_for() {
    let server = Server::start(&[]);
    assert_eq!(server.ask("PUT", "/bucket", &[], "").status, 200);
    let mut stream = server.connect();
    stream
        .write_all(
            b"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
        )
        .unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").unwrap();
    assert_eq!(answer(stream).status, 200);
    assert_eq!(server.get("/bucket/key").body, "hello");
}

#[test]
fn a_head_of_more_than_64_kib_is_refused() {
    let server = Server::start(&[]);
    let asked = |length: usize| server.ask("GET", "/bucket", &[("x-long", &"a".repeat(length))], "");
    assert_eq!(asked(60 * 1024).status, 404, "a long head is no harm");
    for length in [64 * 1024, 100 * 1024] {
        let refused = asked(length);
        assert_eq!(refused.status, 431);
        assert_eq!(refused.header("x-localstack"), Some("true"));
    }
    let query = format!("/bucket?x={}", "a".repeat(40 * 1024));
    let both = server.ask("GET", &query, &[("x-long", &"a".repeat(40 * 1024))], "");
    assert_eq!(both.status, 431, "the query string counts, too");
}

#[tokio::test]
async fn a_head_of_more_than_64_kib_is_refused_over_http2() {
    let server = Server::start(&[]);
    let stream = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
    let url = format!("{}/_localstack/health", server.url());
    let mut request = Request::get(url);
    for index in 0..5 {
        request = request.header(format!("x-long-{index}"), "a".repeat(15 * 1024));
    }
    let request = request.body(Empty::new()).unwrap();
    assert_eq!(ask_http2_with(TokioIo::new(stream), request).await.0, 431);
}

#[test]
fn a_virtual_host_and_a_path_may_look_internal() {
    let server = Server::start(&[]);
    assert_eq!(server.ask("PUT", "/bucket", &[], "").status, 200);
    assert_eq!(server.ask("PUT", "/bucket/_localstack/health", &[], "mine").status, 200);
    assert_eq!(server.get("/bucket/_localstack/health").body, "mine");
}

/// Recorded: test_cors_match_methods, test_s3_get_response_case_sensitive_headers.
#[test]
fn names_of_headers_are_spelled_as_aws_spells_them() {
    let server = Server::start(&[]);
    assert_eq!(server.ask("PUT", "/bucket", &[], "").status, 200);
    let head = server.ask("PUT", "/bucket/key", &[], "text").head;
    for name in ["ETag", "Date", "Server", "Content-Length", "x-amz-request-id", "x-amz-id-2"] {
        assert!(head.contains(&format!("\r\n{name}: ")), "{name} in {head}");
    }
    let head = server.ask("GET", "/bucket/key", &[], "").head;
    for name in ["Last-Modified", "Accept-Ranges", "Content-Type"] {
        assert!(head.contains(&format!("\r\n{name}: ")), "{name} in {head}");
    }
}
