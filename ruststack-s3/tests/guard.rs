//! Requests that the codec would take for others: nothing is deleted or overwritten by a parameter it does not know.

use crate::emulator::Emulator;

#[tokio::test]
async fn an_unknown_sub_resource_changes_nothing() {
    let emulator = Emulator::with_object().await;
    for (method, uri) in [
        ("DELETE", "/bucket?metadataInventoryTable"),
        ("DELETE", "/bucket?versioning"),
        ("DELETE", "/bucket?foo"),
        ("DELETE", "/bucket/key?foo"),
        ("PUT", "/bucket/key?encryption&foo"),
        ("DELETE", "/bucket/key?renameObject"),
        ("PUT", "/bucket/key?foo=bar"),
        ("PUT", "/other?foo"),
        ("GET", "/bucket?session&foo"),
    ] {
        let answer = emulator.request(method.parse().unwrap(), uri).send("new").await;
        assert_eq!(answer.error().0, 501, "{method} {uri}: {}", answer.body);
        assert_eq!(answer.error().1, "NotImplemented", "{method} {uri}");
    }
    emulator.assert_unharmed().await;
    assert_eq!(emulator.get("/other").send("").await.error().1, "NoSuchBucket");
}

/// Names are not decoded before they are judged, so that an escaped one is unknown, too.
#[tokio::test]
async fn an_escaped_sub_resource_changes_nothing() {
    let emulator = Emulator::with_object().await;
    for (method, uri) in [
        ("DELETE", "/bucket?%76ersioning"),
        ("DELETE", "/bucket?%74agging"),
        ("DELETE", "/bucket/key?%74agging"),
        ("PUT", "/bucket/key?%61cl"),
        ("PUT", "/bucket/key?%74agging"),
    ] {
        let answer = emulator.request(method.parse().unwrap(), uri).send("new").await;
        assert_eq!((answer.status, answer.error().1), (501, "NotImplemented"), "{method} {uri}");
    }
    emulator.assert_unharmed().await;
}

#[tokio::test]
async fn parameters_that_select_nothing_are_passed_over() {
    let emulator = Emulator::with_object().await;
    for uri in ["/bucket/key?v=1", "/bucket/key?x-id=GetObject", "/bucket/key?X-Amz-Meta=1", "/bucket/key?"] {
        assert_eq!(emulator.get(uri).send("").await.body, "unharmed", "{uri}");
    }
    let overridden = emulator.get("/bucket/key?response-content-type=text%2Fhtml").send("").await;
    assert_eq!(overridden.header("content-type"), Some("text/html"));
    assert_eq!(emulator.get("/bucket?list-type=2&x-id=ListObjectsV2").send("").await.status, 200);
}

#[tokio::test]
async fn a_method_that_a_resource_has_not_is_not_allowed() {
    let emulator = Emulator::with_object().await;
    for (method, uri, resource_type) in
        [("POST", "/bucket/key", "OBJECT"), ("PATCH", "/bucket/key", "OBJECT"), ("PATCH", "/bucket", "BUCKET")]
    {
        let answer = emulator.request(method.parse().unwrap(), uri).send("").await;
        let message = "The specified method is not allowed against this resource.";
        assert_eq!(answer.error(), (405, "MethodNotAllowed", message), "{method} {uri}");
        assert_eq!((answer.element("Method"), answer.element("ResourceType")), (Some(method), Some(resource_type)));
    }
    emulator.assert_unharmed().await;
}
