//! rest-json and rest-xml: members in path, query string, headers and body.

use ruststack_testkit::{Answer, Emulator};
use serde_json::{Value, json};

use crate::shelf::{rest_json, rest_xml};

const PATH: &str = "/shelves/a/books/b%20c/d?tag=e&tag=f";

async fn put(emulator: &Emulator, path: &str, body: &str) -> Answer {
    emulator.put(path).service("shelf").header("x-author", "g").send(body).await
}

#[tokio::test]
async fn json_members_travel_where_the_model_says() {
    let answer = put(&rest_json(), PATH, "{\"Pages\": 3, \"Notes\": {\"h\": \"i\"}, \"Shelf\": \"ignored\"}").await;
    assert_eq!((answer.status, answer.header("content-type")), (201, Some("application/json")), "{}", answer.body);
    let expected = json!({
        "Shelf": "a", "Title": "b c/d", "Author": "g", "Tags": ["e", "f"], "Pages": 3, "Notes": {"h": "i"},
    });
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), expected);
}

#[tokio::test]
async fn xml_members_travel_where_the_model_says() {
    let document = "<Book xmlns=\"urn:shelf\"><Pages>3</Pages><Printed>2026-11-21T01:02:03Z</Printed></Book>";
    let answer = put(&rest_xml(), PATH, document).await;
    assert_eq!((answer.status, answer.header("content-type")), (201, Some("application/xml")), "{}", answer.body);
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Book xmlns=\"urn:shelf\"><Shelf>a</Shelf><Title>b c/d\
                    </Title><Author>g</Author><Tags><member>e</member><member>f</member></Tags><Pages>3</Pages>\
                    <Printed>2026-11-21T01:02:03Z</Printed></Book>";
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn wrong_bodies_and_paths_are_refused() {
    let code = |answer: &Answer| answer.header("x-amzn-errortype").unwrap_or_default().to_owned();
    for (body, path, expected) in [
        ("{", PATH, "SerializationException"),
        ("{\"Pages\": \"x\"}", PATH, "SerializationException"),
        ("{\"Pages\": 0}", PATH, "ValidationException"),
        ("", "/shelves/a%21/books/b", "ValidationException"),
        ("", "/burn", "NotImplemented"),
        ("", "/other", "NotImplemented"),
    ] {
        assert_eq!(code(&put(&rest_json(), path, body).await), expected, "{path} {body}");
    }
    for body in ["<Book>", "<Book><Pages>x</Pages></Book>", &"<a>".repeat(100_000)] {
        let answer = put(&rest_xml(), PATH, body).await;
        assert_eq!((answer.status, answer.error().1), (400, "MalformedXML"));
    }
}
