//! aws-json: a target and one document.

use ruststack_testkit::Answer;
use serde_json::{Value, json};

use crate::shelf::json as shelf;

async fn call(target: &str, body: &str) -> Answer {
    let emulator = shelf();
    let request = emulator.post("/").service("shelf").header("x-amz-target", target);
    request.header("content-type", "application/x-amz-json-1.0").send(body).await
}

fn error(answer: &Answer) -> (u16, String, String) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (answer.status, text("__type"), text("message"))
}

#[tokio::test]
async fn documents_go_in_and_come_out() {
    let book = json!({
        "Shelf": "a", "Title": "b c", "Author": "d", "Tags": ["e"], "Pages": 3, "Printed": 1_795_222_923.5,
        "Notes": {"f": "g"}, "Cover": "AAEC",
    });
    let answer = call("Shelf.PutBook", &book.to_string()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-amz-json-1.0")));
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), book);
}

#[tokio::test]
async fn wrong_documents_are_refused_in_awss_words() {
    let null = "failed to satisfy constraint: Member must not be null";
    for (body, code, message) in [
        ("{", "SerializationException", String::new()),
        ("[]", "SerializationException", "Start of structure or map found where not expected.".to_owned()),
        ("{\"Shelf\": 1}", "SerializationException", "NUMBER_VALUE cannot be converted to String".to_owned()),
        (
            "",
            "ValidationException",
            format!("2 validation errors detected: Value null at 'shelf' {null}; Value null at 'title' {null}"),
        ),
    ] {
        assert_eq!(error(&call("Shelf.PutBook", body).await), (400, code.to_owned(), message), "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(error(&call("Shelf.PutBook", &deep).await).1, "SerializationException");
}

#[tokio::test]
async fn operations_that_are_none_are_told_from_those_not_here() {
    assert_eq!(error(&call("Shelf.Nothing", "{}").await).1, "UnknownOperationException");
    let (status, code, message) = error(&call("Shelf.BurnBook", "{}").await);
    assert_eq!((status, code.as_str()), (501, "NotImplemented"));
    assert_eq!(message, "RustStack does not implement the operation BurnBook yet.");
}
