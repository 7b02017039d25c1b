//! TLS: the user's certificate, or one signed by itself, made when the first TLS connection comes.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use ruststack_core::context::Tls;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ProtocolVersion, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
    server::TlsStream,
};

use super::accept::tls_error;

/// The names that the self-signed certificate is for.
const NAMES: [&str; 8] = [
    "localhost",
    "*.localhost",
    "localhost.localstack.cloud",
    "*.localhost.localstack.cloud",
    "*.s3.localhost.localstack.cloud",
    "*.s3.localhost",
    "127.0.0.1",
    "::1",
];

/// What was agreed upon with the client, in AWS's names.
pub(super) fn describe(stream: &TlsStream<TcpStream>) -> Tls {
    let (_, connection) = stream.get_ref();
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
        _ => "TLSv1.3",
    };
    let suite = connection.negotiated_cipher_suite().map(|suite| suite.suite());
    let name = suite.and_then(|suite| suite.as_str()).unwrap_or_default();
    Tls { version, cipher_suite: cipher_suite(name) }
}

/// `TLS13_AES_128_GCM_SHA256` is rustls's name of `TLS_AES_128_GCM_SHA256`.
fn cipher_suite(name: &'static str) -> &'static str {
    match name {
        "TLS13_AES_128_GCM_SHA256" => "TLS_AES_128_GCM_SHA256",
        "TLS13_AES_256_GCM_SHA384" => "TLS_AES_256_GCM_SHA384",
        "TLS13_CHACHA20_POLY1305_SHA256" => "TLS_CHACHA20_POLY1305_SHA256",
        name => name,
    }
}

/// Accepts TLS connections; cheap to clone.
#[derive(Clone)]
pub(super) struct Acceptor {
    given: Option<Arc<ServerConfig>>,
    self_signed: Arc<OnceLock<Result<Arc<ServerConfig>, String>>>,
}

impl Acceptor {
    /// With the certificate and key in a PEM file, if there is one.
    pub(super) fn new(path: Option<&Path>) -> Result<Self, String> {
        let given = path.map(from_file).transpose()?;
        Ok(Self { given, self_signed: Arc::default() })
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let config = match &self.given {
            Some(config) => Arc::clone(config),
            None => self.self_signed.get_or_init(self_signed).clone().map_err(std::io::Error::other)?,
        };
        TlsAcceptor::from(config).accept(stream).await
    }
}

fn from_file(path: &Path) -> Result<Arc<ServerConfig>, String> {
    let wrong = |what: &str| format!("CUSTOM_SSL_CERT_PATH={}: {what}", path.display());
    let pem = std::fs::read(path).map_err(|error| wrong(&error.to_string()))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.ok().filter(|found| !found.is_empty());
    let certificates = certificates.ok_or_else(|| wrong("the file has no certificate (BEGIN CERTIFICATE)"))?;
    let key =
        PrivateKeyDer::from_pem_slice(&pem).map_err(|_| wrong("the file has no private key (BEGIN PRIVATE KEY)"))?;
    config(certificates, key).map_err(|error| wrong(&error))
}

fn self_signed() -> Result<Arc<ServerConfig>, String> {
    let names = NAMES.map(str::to_owned).to_vec();
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| tls_error(error).to_string())?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(str::to_owned)?;
    config(vec![made.cert.der().clone()], key)
}

fn config(
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, String> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    let built = builder.with_no_client_auth().with_single_cert(certificates, key);
    let mut config = built.map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
