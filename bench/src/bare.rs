//! The bare server: Axum, fixed bytes out, bodies drained in. It knows nothing and checks nothing.

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use bytes::Bytes;
use http_body_util::BodyExt as _;

/// How large a piece of a large answer is.
const PIECE: usize = 256 * 1024;

pub(crate) fn serve(port: u16) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        println!("Ready. {}", listener.local_addr()?.port());
        let router = Router::new().route("/bench/{size}", get(send).put(receive)).route("/", post(parse));
        axum::serve(
            axum::serve::ListenerExt::tap_io(listener, |stream| {
                // Without this, small answers wait for acknowledgements; RustStack sets it too.
                stream.set_nodelay(true).unwrap_or_else(|error| eprintln!("no TCP_NODELAY: {error}"));
            }),
            router,
        )
        .await?;
        Ok(())
    })
}

/// `GET /bench/<size>`: that many bytes.
async fn send(Path(size): Path<usize>) -> Response {
    static ZEROES: &[u8] = &[b'x'; 4 * 1024 * 1024];
    let bytes = Bytes::from_static(&ZEROES[..size.min(ZEROES.len())]);
    let body = if bytes.len() > PIECE { pieces(bytes) } else { Body::from(bytes) };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert("content-type", "binary/octet-stream".parse().expect("a media type"));
    headers.insert("content-length", size.into());
    response
}

fn pieces(bytes: Bytes) -> Body {
    let count = bytes.len().div_ceil(PIECE);
    let piece = move |index: usize| bytes.slice(index * PIECE..bytes.len().min((index + 1) * PIECE));
    Body::from_stream(futures_util::stream::iter((0..count).map(move |index| Ok::<_, std::io::Error>(piece(index)))))
}

/// `POST /`, as requests of DynamoDB are sent: parses the JSON, and answers as many bytes as such an answer has.
async fn parse(headers: HeaderMap, body: Bytes) -> Response {
    const ITEM: usize = 480;
    let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&body);
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let items = match target.rsplit('.').next() {
        Some("GetItem") => 1,
        Some("Query") => 20,
        Some("Scan") => 100,
        _ => 0,
    };
    let length = if parsed.is_ok() { items * ITEM + 2 } else { 0 };
    let mut response = Response::new(Body::from(vec![b' '; length]));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0".parse().expect("a media type"));
    response
}

/// `PUT /bench/<anything>`: reads the body and forgets it.
async fn receive(mut body: Body) -> Response {
    while let Some(frame) = body.frame().await {
        if frame.is_err() {
            break;
        }
    }
    Response::default()
}
