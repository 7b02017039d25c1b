//! The bare server: Axum, fixed bytes out, bodies drained in. It knows nothing and checks nothing.

use axum::{Router, body::Body, extract::Path, response::Response, routing::get};
use bytes::Bytes;
use http_body_util::BodyExt as _;

/// How large a piece of a large answer is.
const PIECE: usize = 256 * 1024;

pub(crate) fn serve(port: u16) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        println!("Ready. {}", listener.local_addr()?.port());
        let router = Router::new().route("/bench/{size}", get(send).put(receive));
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

/// `PUT /bench/<anything>`: reads the body and forgets it.
async fn receive(mut body: Body) -> Response {
    while let Some(frame) = body.frame().await {
        if frame.is_err() {
            break;
        }
    }
    Response::default()
}
