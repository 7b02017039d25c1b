//! Lambda runs a function that stands on AWS's runtime for Rust.

use std::{fs, path::Path};

use reqwest::{Client, Method, Response};
use ruststack_rust_clients::Server;
use serde_json::{Value, json};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/lambda/aws4_request, \
                             SignedHeaders=host;x-amz-date, Signature=0";

async fn ask(server: &Server, method: Method, path: &str, body: String) -> Response {
    let url = format!("{}/2015-03-31/functions{path}", server.url());
    let request = Client::new().request(method, url).header("Authorization", AUTHORIZATION).body(body);
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{}", response.text().await.unwrap());
    response
}

async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

async fn invoke(server: &Server, event: Value) -> (bool, Value) {
    let response = ask(server, Method::POST, "/rust/invocations", event.to_string()).await;
    (response.headers().contains_key("x-amz-function-error"), json_of(response).await)
}

/// Deploys this crate's function from a folder, and waits until it is ready.
async fn deploy(server: &Server, folder: &Path) {
    fs::copy(env!("CARGO_BIN_EXE_function"), folder.join("bootstrap")).unwrap();
    let function = json!({
        "FunctionName": "rust",
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Role": "arn:aws:iam::000000000000:role/anybody",
        "Timeout": 30,
        "MemorySize": 256,
        "Code": { "S3Bucket": "hot-reload", "S3Key": folder },
    });
    ask(server, Method::POST, "", function.to_string()).await;
    while json_of(ask(server, Method::GET, "/rust/configuration", String::new()).await).await["State"] != "Active" {}
}

#[tokio::test]
async fn a_rust_function_answers_and_fails() {
    let server = Server::start_with(&[("LAMBDA_RUNTIME_EXECUTOR", "process")]);
    let folder = std::env::temp_dir().join(format!("ruststack-rust-function-{}", server.port));
    fs::create_dir_all(&folder).unwrap();
    deploy(&server, &folder).await;
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:rust";
    let answer = json!({ "event": { "a": [1, "ä"] }, "arn": arn, "memory": 256 });
    assert_eq!(invoke(&server, json!({ "a": [1, "ä"] })).await, (false, answer));
    let (is_error, told) = invoke(&server, json!({ "fails": true })).await;
    assert!(is_error);
    assert_eq!(told["errorMessage"], "told to");
    let large = "x".repeat(3_000_000);
    assert_eq!(invoke(&server, json!({ "large": large })).await.1["event"]["large"], large.as_str());
    fs::remove_dir_all(&folder).unwrap();
}
