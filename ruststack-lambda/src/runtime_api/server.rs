//! The listener of one environment: reads the runtime's requests and answers them.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body::Frame;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use ruststack_core::{ids::Ids, tasks::Tasks};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    Answer, Invocation, MAX_RESPONSE, MAX_STREAMED_RESPONSE, MAX_WAITING_PIECES, Piece, ResponseStream,
    extensions::Refusal,
    session::{Fault, Session},
};

/// The largest body of a request that is no response. Bytes.
const MAX_SMALL_BODY: usize = 256 * 1024;

type Reply = Response<Full<Bytes>>;

/// What the environment is called in answers to extensions.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) function_name: String,
    pub(crate) version: String,
    pub(crate) handler: String,
}

/// Listens until it is dropped.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    _stop: DropGuard,
}

struct Server {
    session: Arc<Session>,
    names: Names,
    ids: Ids,
}

impl Listener {
    /// Opens a port of its own for the environment whose state `session` is.
    pub(crate) async fn open(
        address: SocketAddr,
        session: Arc<Session>,
        names: Names,
        ids: Ids,
        tasks: &Tasks,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let server = Arc::new(Server { session, names, ids });
        tasks.spawn(listen(listener, server, tasks.clone(), stop.clone()));
        Ok(Self { address, _stop: stop.drop_guard() })
    }
}

async fn listen(listener: TcpListener, server: Arc<Server>, tasks: Tasks, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        // A connection that broke before it was taken is nobody's concern.
        let Ok((stream, _)) = accepted else { continue };
        let (server, stop) = (Arc::clone(&server), stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = serve(stream, server) => {}
            }
        });
    }
}

async fn serve(stream: TcpStream, server: Arc<Server>) {
    // Without it an answer may wait for the acknowledgement of its head.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.answer(request).await) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection of a runtime ended");
    }
}

impl Server {
    async fn answer(&self, request: Request<Incoming>) -> Reply {
        let path = request.uri().path().to_owned();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (request.method(), &parts[..]) {
            (&Method::GET, ["2018-06-01", "ping"]) => text(StatusCode::OK, "pong"),
            (&Method::GET, ["2018-06-01", "runtime", "invocation", "next"]) => self.next().await,
            (&Method::POST, ["2018-06-01", "runtime", "invocation", id, "response"]) => {
                self.response(id, request).await
            }
            (&Method::POST, ["2018-06-01", "runtime", "invocation", id, "error"]) => self.error(id, request).await,
            (&Method::POST, ["2018-06-01", "runtime", "init", "error"]) => self.init_error(request).await,
            (&Method::GET, ["2018-06-01", "runtime", "restore", "next"]) => text(StatusCode::OK, ""),
            (&Method::POST, ["2020-01-01", "extension", "register"]) => self.register(request).await,
            (&Method::GET, ["2020-01-01", "extension", "event", "next"]) => self.next_event(request.headers()).await,
            (&Method::POST, ["2020-01-01", "extension", "init" | "exit", "error"]) => {
                self.extension_error(request.headers())
            }
            (&Method::PUT, ["2020-08-15", "logs"]) => not_supported("Logs.NotSupported", "Logs API is not supported"),
            (&Method::PUT, ["2022-07-01", "telemetry"]) => {
                not_supported("Telemetry.NotSupported", "Telemetry API is not supported")
            }
            (_, ["2018-06-01", "runtime", "invocation", "next"]) => text(StatusCode::METHOD_NOT_ALLOWED, ""),
            _ => text(StatusCode::NOT_FOUND, "404 page not found\n"),
        }
    }

    async fn next(&self) -> Reply {
        match self.session.next().await {
            Ok(invocation) => work(invocation),
            Err(fault) => refuse(&fault),
        }
    }

    async fn response(&self, id: &str, request: Request<Incoming>) -> Reply {
        let mode = header(request.headers(), "lambda-runtime-function-response-mode").map(str::to_owned);
        if mode.as_deref().is_some_and(|mode| !mode.eq_ignore_ascii_case("streaming")) {
            let text = format!("Invalid function response mode: {}", mode.unwrap_or_default());
            return error(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", &text);
        }
        let sender = match self.session.begin_answer(id, "InvocationResponse") {
            Ok(sender) => sender,
            Err(fault) => return refuse(&fault),
        };
        if mode.is_some() {
            return stream(request, sender).await;
        }
        match Limited::new(request.into_body(), MAX_RESPONSE).collect().await {
            // Whoever asked may be gone.
            Ok(body) => drop(sender.send(Answer::Response(body.to_bytes()))),
            Err(cause) if cause.is::<http_body_util::LengthLimitError>() => {
                drop(sender.send(Answer::TooLarge));
                return too_large();
            }
            Err(_) => return text(StatusCode::BAD_REQUEST, ""),
        }
        acknowledged()
    }

    async fn error(&self, id: &str, request: Request<Incoming>) -> Reply {
        let sender = match self.session.begin_answer(id, "InvocationErrorResponse") {
            Ok(sender) => sender,
            Err(fault) => return refuse(&fault),
        };
        let body = Limited::new(request.into_body(), MAX_RESPONSE).collect().await;
        drop(sender.send(body.map_or(Answer::TooLarge, |body| Answer::Error(body.to_bytes()))));
        acknowledged()
    }

    async fn init_error(&self, request: Request<Incoming>) -> Reply {
        let Ok(body) = Limited::new(request.into_body(), MAX_SMALL_BODY).collect().await else { return too_large() };
        match self.session.fail_init(body.to_bytes()) {
            Ok(()) => acknowledged(),
            Err(fault) => refuse(&fault),
        }
    }

    async fn register(&self, request: Request<Incoming>) -> Reply {
        let name = header(request.headers(), "lambda-extension-name").unwrap_or_default().to_owned();
        let Ok(body) = Limited::new(request.into_body(), MAX_SMALL_BODY).collect().await else { return too_large() };
        let Ok(input) = serde_json::from_slice::<Value>(&body.to_bytes()) else {
            return error(StatusCode::BAD_REQUEST, "InvalidRequestFormat", "the body is not JSON");
        };
        let events = input["events"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let events: Vec<String> = events.map(str::to_owned).collect();
        let id = self.ids.uuid();
        match self.session.with_extensions(|extensions| extensions.register(&name, &events, id)) {
            Ok(id) => {
                let Names { function_name, version, handler } = &self.names;
                let body = json!({ "functionName": function_name, "functionVersion": version, "handler": handler });
                let mut reply = document(StatusCode::OK, &body);
                insert(reply.headers_mut(), "lambda-extension-identifier", &id);
                reply
            }
            Err(refusal) => refuse_extension(&refusal),
        }
    }

    async fn next_event(&self, headers: &HeaderMap) -> Reply {
        let id = header(headers, "lambda-extension-identifier");
        if let Err(refusal) = self.session.with_extensions(|extensions| extensions.check(id)) {
            return refuse_extension(&refusal);
        }
        let id = id.unwrap_or_default();
        // It counts as ready from now on, which others wait for.
        let event = match self.session.with_extensions(|extensions| extensions.next(id)) {
            Some(event) => event,
            None => self.session.wait_for(|extensions, _| extensions.next(id)).await,
        };
        document(StatusCode::OK, &event)
    }

    fn extension_error(&self, headers: &HeaderMap) -> Reply {
        let id = header(headers, "lambda-extension-identifier");
        match self.session.with_extensions(|extensions| extensions.check(id)) {
            Ok(()) => acknowledged(),
            Err(refusal) => refuse_extension(&refusal),
        }
    }
}

/// An invocation as the runtime reads it.
fn work(invocation: Invocation) -> Reply {
    let mut reply = Response::new(Full::new(invocation.body));
    let headers = reply.headers_mut();
    insert(headers, CONTENT_TYPE.as_str(), "application/json");
    insert(headers, "lambda-runtime-aws-request-id", &invocation.request_id);
    insert(headers, "lambda-runtime-deadline-ms", &invocation.deadline.to_string());
    insert(headers, "lambda-runtime-invoked-function-arn", &invocation.function_arn);
    insert(headers, "lambda-runtime-trace-id", &invocation.trace_id);
    if let Some(context) = &invocation.client_context {
        insert(headers, "lambda-runtime-client-context", context);
    }
    reply
}

/// Hands a response on as it comes in.
async fn stream(request: Request<Incoming>, sender: oneshot::Sender<Answer>) -> Reply {
    let content_type = header(request.headers(), "content-type").map(str::to_owned);
    let (pieces, receiver) = mpsc::channel(MAX_WAITING_PIECES);
    drop(sender.send(Answer::Stream(ResponseStream { content_type, pieces: receiver })));
    let (mut body, mut length) = (request.into_body(), 0);
    let mut failure = None;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            failure = Some(("Runtime.TruncatedResponse".to_owned(), String::new()));
            break;
        };
        match frame.into_data().map_err(Frame::into_trailers) {
            Ok(data) => {
                length += data.len();
                if length > MAX_STREAMED_RESPONSE {
                    failure = Some(("Function.ResponseSizeTooLarge".to_owned(), String::new()));
                    break;
                }
                // A client that is gone does not keep the function from writing on.
                drop(pieces.send(Piece::Data(data)).await);
            }
            Err(trailers) => failure = trailers.ok().and_then(|trailers| failure_of(&trailers)),
        }
    }
    let last = failure.map_or(Piece::End, |(error_type, body)| Piece::Error { error_type, body });
    drop(pieces.send(last).await);
    acknowledged()
}

/// What trailers tell of a handler that failed while it wrote.
fn failure_of(trailers: &HeaderMap) -> Option<(String, String)> {
    let error_type = header(trailers, "lambda-runtime-function-error-type")?.to_owned();
    let body = header(trailers, "lambda-runtime-function-error-body").unwrap_or_default();
    let body = STANDARD.decode(body).unwrap_or_default();
    Some((error_type, String::from_utf8_lossy(&body).into_owned()))
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// What cannot stand in a header is left out.
fn insert(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.parse()) {
        headers.insert(name, value);
    }
}

fn text(status: StatusCode, text: &'static str) -> Reply {
    let mut reply = Response::new(Full::from(text));
    *reply.status_mut() = status;
    reply
}

fn document(status: StatusCode, value: &Value) -> Reply {
    let mut reply = Response::new(Full::from(value.to_string()));
    *reply.status_mut() = status;
    insert(reply.headers_mut(), CONTENT_TYPE.as_str(), "application/json");
    reply
}

fn acknowledged() -> Reply {
    document(StatusCode::ACCEPTED, &json!({ "status": "OK" }))
}

fn error(status: StatusCode, error_type: &str, message: &str) -> Reply {
    document(status, &json!({ "errorMessage": message, "errorType": error_type }))
}

fn not_supported(error_type: &str, message: &str) -> Reply {
    error(StatusCode::ACCEPTED, error_type, message)
}

fn too_large() -> Reply {
    let text = format!("Exceeded maximum allowed payload size ({MAX_RESPONSE} bytes).");
    error(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &text)
}

fn refuse(fault: &Fault) -> Reply {
    match fault {
        Fault::WrongId => error(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
        Fault::Transition(from, to) => {
            let text = format!(
                "State transition from {from} to {to} failed for runtime. Error: State transition is not allowed"
            );
            error(StatusCode::FORBIDDEN, "InvalidStateTransition", &text)
        }
    }
}

fn refuse_extension(Refusal(error_type, message): &Refusal) -> Reply {
    error(StatusCode::FORBIDDEN, error_type, message)
}
