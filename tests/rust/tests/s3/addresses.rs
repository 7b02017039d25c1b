//! Presigned URLs in the hands of a plain HTTP client, and buckets in the host's name.

use std::{net::SocketAddr, time::Duration};

use aws_sdk_s3::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextMut},
    error::BoxError,
    presigning::{PresignedRequest, PresigningConfig},
};
use reqwest::{Client, Method, Response, Url};
use ruststack_rust_clients::{Samples, Server, new_bucket, read};

/// The SDK's plain HTTP client asks the machine's resolver, which need not know our domains.
#[derive(Clone, Debug)]
struct Here(u16);

impl Intercept for Here {
    fn name(&self) -> &'static str {
        "Here"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let url = Url::parse(request.uri())?;
        let named = format!("http://{}:{}", url.host_str().unwrap_or_default(), self.0);
        let here = request.uri().replacen(&named, &format!("http://127.0.0.1:{}", self.0), 1);
        request.headers_mut().insert("host", named.replacen("http://", "", 1));
        request.set_uri(here)?;
        Ok(())
    }
}

const MINUTE: Duration = Duration::from_secs(60);

async fn send(http: &Client, signed: PresignedRequest, body: &[u8]) -> Response {
    let mut request = http.request(Method::from_bytes(signed.method().as_bytes()).unwrap(), signed.uri());
    for (name, value) in signed.headers() {
        request = request.header(name, value);
    }
    request.body(body.to_vec()).send().await.unwrap().error_for_status().unwrap()
}

#[tokio::test]
async fn presigned_urls_write_and_read() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let http = Client::new();
    let expires = PresigningConfig::expires_in(MINUTE).unwrap();
    // A plain HTTP client resolves dots in a path before it sends it.
    let has_dots = |key: &String| key.split('/').any(|segment| segment == "." || segment == "..");
    for key in Samples::read().odd_keys.into_iter().filter(|key| !has_dots(key)) {
        let url = s3.put_object().bucket(&bucket).key(&key).presigned(expires.clone()).await.unwrap();
        send(&http, url, key.as_bytes()).await;
        assert_eq!(read(&s3, &bucket, &key).await, key.as_bytes());
        let url = s3.get_object().bucket(&bucket).key(&key).presigned(expires.clone()).await.unwrap();
        assert_eq!(send(&http, url, b"").await.text().await.unwrap(), key);
    }
}

#[tokio::test]
async fn a_bucket_is_found_in_the_host_name() {
    let server = Server::start();
    let port = server.port;
    let path_style = server.client().await;
    let bucket = new_bucket(&path_style).await;
    for (domain, key) in [("s3.localhost.localstack.cloud", "a//b"), ("localhost", "c d+e")] {
        let virtual_hosted = server.client_of(&format!("http://{domain}:{port}")).await;
        let put = virtual_hosted.put_object().bucket(&bucket).key(key).body(domain.as_bytes().to_vec().into());
        put.customize().interceptor(Here(port)).send().await.unwrap();
        assert_eq!(read(&path_style, &bucket, key).await, domain.as_bytes());

        let host = format!("{bucket}.{domain}");
        let http = Client::builder().resolve(&host, SocketAddr::from(([127, 0, 0, 1], port))).build().unwrap();
        let get = virtual_hosted.get_object().bucket(&bucket).key(key);
        let url = get.presigned(PresigningConfig::expires_in(MINUTE).unwrap()).await.unwrap();
        assert!(url.uri().starts_with(&format!("http://{host}:{port}/")), "{}", url.uri());
        assert_eq!(send(&http, url, b"").await.text().await.unwrap(), domain);
    }
}
