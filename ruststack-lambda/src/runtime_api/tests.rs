//! What runtimes and extensions hear, as AWS's own emulator of the interface answers them (`aws-lambda-rie`).

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use ruststack_core::{ids::Ids, outbound::Outbound, tasks::Tasks};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Answer, Invocation, Listener, MAX_RESPONSE, Piece, Session, server::Names};

const PATIENCE: Duration = Duration::from_secs(20);

struct Environment {
    session: Arc<Session>,
    listener: Listener,
    outbound: Outbound,
}

impl Environment {
    async fn open() -> Self {
        let session = Arc::new(Session::new());
        let names = Names { function_name: "f".into(), version: "$LATEST".into(), handler: "a.b".into() };
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let tasks = Tasks::default();
        let listener = Listener::open(address, Arc::clone(&session), names, Ids::seeded(1), &tasks).await.unwrap();
        Self { session, listener, outbound: Outbound::default() }
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.listener.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.outbound.send(request.body(body.into()).unwrap(), PATIENCE).await.unwrap()
    }

    async fn next(&self) -> Response<Bytes> {
        self.send("GET", "/2018-06-01/runtime/invocation/next", &[], "").await
    }

    /// Gives the runtime work, and lets it take it.
    async fn work(&self, id: &str) -> (tokio::sync::oneshot::Receiver<Answer>, Response<Bytes>) {
        let offer = async {
            self.session.idle().await;
            Some(self.session.invoke(invocation(id)))
        };
        let (answer, next) = tokio::join!(offer, self.next());
        (answer.unwrap(), next)
    }
}

fn invocation(id: &str) -> Invocation {
    Invocation {
        request_id: id.to_owned(),
        deadline: 1234,
        function_arn: "arn:aws:lambda:us-east-1:000000000000:function:f".to_owned(),
        trace_id: "Root=1-2-3".to_owned(),
        client_context: None,
        body: Bytes::from("{\"a\":1}"),
    }
}

fn json_of(response: &Response<Bytes>) -> (u16, Value) {
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
}

#[tokio::test]
async fn a_runtime_is_given_the_event_and_what_belongs_to_it() {
    let environment = Environment::open().await;
    let (answer, next) = environment.work("id-1").await;
    assert!(environment.session.initialised().await.is_ok());
    assert_eq!((next.status().as_u16(), &next.body()[..]), (200, &b"{\"a\":1}"[..]));
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "id-1"),
        ("lambda-runtime-deadline-ms", "1234"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:f"),
        ("lambda-runtime-trace-id", "Root=1-2-3"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(next.headers()[name], value, "{name}");
    }
    let path = "/2018-06-01/runtime/invocation/id-1/response";
    let accepted = environment.send("POST", path, &[], "[1]").await;
    assert_eq!(json_of(&accepted), (202, json!({"status": "OK"})));
    assert!(matches!(answer.await.unwrap(), Answer::Response(body) if body == "[1]"));
    let again = json_of(&environment.send("POST", path, &[], "[1]").await);
    let text = "State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. Error: State transition is not allowed";
    assert_eq!(again, (403, json!({"errorMessage": text, "errorType": "InvalidStateTransition"})));
}

#[tokio::test]
async fn requests_that_do_not_belong_are_refused() {
    let environment = Environment::open().await;
    let (_answer, _) = environment.work("id-1").await;
    for (method, path, headers, status, error_type) in [
        ("POST", "/2018-06-01/runtime/invocation/other/response", &[][..], 400, "InvalidRequestID"),
        ("POST", "/2018-06-01/runtime/init/error", &[], 403, "InvalidStateTransition"),
        ("GET", "/2018-06-01/runtime/invocation/next", &[], 403, "InvalidStateTransition"),
        (
            "POST",
            "/2018-06-01/runtime/invocation/id-1/response",
            &[("Lambda-Runtime-Function-Response-Mode", "x")],
            400,
            "InvalidFunctionResponseMode",
        ),
        ("PUT", "/2020-08-15/logs", &[], 202, "Logs.NotSupported"),
        ("PUT", "/2022-07-01/telemetry", &[], 202, "Telemetry.NotSupported"),
        ("GET", "/2020-01-01/extension/event/next", &[], 403, "Extension.MissingExtensionIdentifier"),
    ] {
        let answer = json_of(&environment.send(method, path, headers, "{}").await);
        assert_eq!((answer.0, &answer.1["errorType"]), (status, &json!(error_type)), "{method} {path}");
    }
    assert_eq!(environment.send("GET", "/elsewhere", &[], "").await.status(), 404);
    assert_eq!(environment.send("POST", "/2018-06-01/runtime/invocation/next", &[], "").await.status(), 405);
    assert_eq!(environment.send("GET", "/2018-06-01/ping", &[], "").await.body(), "pong");
}

#[tokio::test]
async fn responses_are_limited() {
    let environment = Environment::open().await;
    let (answer, _) = environment.work("id-1").await;
    let path = "/2018-06-01/runtime/invocation/id-1/response";
    let refused = environment.send("POST", path, &[], vec![b'x'; MAX_RESPONSE + 1]).await;
    let text = "Exceeded maximum allowed payload size (6291556 bytes).";
    assert_eq!(json_of(&refused), (413, json!({"errorMessage": text, "errorType": "RequestEntityTooLarge"})));
    assert!(matches!(answer.await.unwrap(), Answer::TooLarge));
}

#[tokio::test]
async fn a_runtime_that_cannot_start_says_why() {
    let environment = Environment::open().await;
    let error = r#"{"errorType":"Runtime.ImportModuleError"}"#;
    let accepted = environment.send("POST", "/2018-06-01/runtime/init/error", &[], error).await;
    assert_eq!(json_of(&accepted), (202, json!({"status": "OK"})));
    assert_eq!(environment.session.initialised().await.unwrap_err().body, error);
}

#[tokio::test]
async fn a_stream_arrives_in_pieces_and_may_end_with_an_error() {
    let environment = Environment::open().await;
    let (answer, _) = environment.work("id-1").await;
    let mut runtime = TcpStream::connect(environment.listener.address).await.unwrap();
    let head = "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nhost: x\r\n\
                lambda-runtime-function-response-mode: streaming\r\ntransfer-encoding: chunked\r\n\
                trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\
                content-type: text/plain\r\n\r\n3\r\none\r\n";
    runtime.write_all(head.as_bytes()).await.unwrap();
    let Answer::Stream(mut stream) = answer.await.unwrap() else { panic!("it streams") };
    assert_eq!(stream.content_type.as_deref(), Some("text/plain"));
    assert_eq!(stream.pieces.recv().await, Some(Piece::Data("one".into())));
    let tail = "3\r\ntwo\r\n0\r\nLambda-Runtime-Function-Error-Type: Oh\r\n\
                Lambda-Runtime-Function-Error-Body: e30=\r\n\r\n";
    runtime.write_all(tail.as_bytes()).await.unwrap();
    assert_eq!(stream.pieces.recv().await, Some(Piece::Data("two".into())));
    let failed = Piece::Error { error_type: "Oh".to_owned(), body: "{}".to_owned() };
    assert_eq!(stream.pieces.recv().await, Some(failed));
    let mut accepted = [0; 12];
    runtime.read_exact(&mut accepted).await.unwrap();
    assert_eq!(&accepted, b"HTTP/1.1 202");
}

#[tokio::test]
async fn extensions_are_told_of_invocations_and_waited_for() {
    let environment = Environment::open().await;
    environment.session.expect_extensions(vec!["watch".to_owned()]);
    let path = "/2020-01-01/extension/register";
    let name = [("Lambda-Extension-Name", "watch")];
    let registered = environment.send("POST", path, &name, r#"{"events":["INVOKE","SHUTDOWN"]}"#).await;
    let names = json!({"functionName": "f", "functionVersion": "$LATEST", "handler": "a.b"});
    assert_eq!(json_of(&registered), (200, names));
    let id = registered.headers()["lambda-extension-identifier"].to_str().unwrap().to_owned();
    let again = environment.send("POST", path, &name, r#"{"events":[]}"#).await;
    assert_eq!(json_of(&again).1["errorType"], "Extension.InvalidExtensionState");
    let internal = [("Lambda-Extension-Name", "inside")];
    let refused = environment.send("POST", path, &internal, r#"{"events":["SHUTDOWN"]}"#).await;
    assert_eq!(json_of(&refused).1["errorType"], "Extension.InvalidEventType");

    let identifier = [("Lambda-Extension-Identifier", id.as_str())];
    let event = environment.send("GET", "/2020-01-01/extension/event/next", &identifier, "");
    let ((_answer, _), event) = tokio::join!(environment.work("id-1"), event);
    let (_, event) = json_of(&event);
    assert_eq!((&event["eventType"], &event["requestId"]), (&json!("INVOKE"), &json!("id-1")));
    assert_eq!(event["tracing"], json!({"type": "X-Amzn-Trace-Id", "value": "Root=1-2-3"}));
}
