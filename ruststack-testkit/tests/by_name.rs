//! The bus calls operations by name, whatever protocol their service speaks.

use serde_json::json;

use crate::shelf::{json, query, rest_json, rest_xml};

#[tokio::test]
async fn a_call_by_name_is_the_same_in_every_protocol() {
    for emulator in [json(), query(), rest_json(), rest_xml()] {
        let book = json!({"Shelf": "a", "Title": "b", "Tags": ["c"], "Printed": 1_795_222_923, "Cover": "AAEC"});
        let bus = &emulator.gateway().runtime().bus;
        let answer = bus.request(&emulator.context(), "shelf", "PutBook", book.clone()).await.unwrap();
        assert_eq!(answer, book);
        let refused = bus.request(&emulator.context(), "shelf", "PutBook", json!({"Shelf": "a"})).await;
        assert_eq!(refused.unwrap_err().code(), "ValidationException");
    }
}
