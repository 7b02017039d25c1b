//! Lists in pages, and tags.

use serde_json::{Value, json};

use crate::{call, emulator, error, new_key, refused};

#[tokio::test]
async fn a_list_is_told_in_pages() {
    let emulator = emulator();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(new_key(&emulator).await.0);
    }
    made.sort_unstable();
    let (mut seen, mut marker) = (Vec::new(), Value::Null);
    loop {
        let mut input = json!({"Limit": 2});
        if !marker.is_null() {
            input["Marker"] = marker;
        }
        let mut page = call(&emulator, "ListKeys", input).await;
        let keys = page["Keys"].as_array().unwrap();
        seen.extend(keys.iter().map(|key| key["KeyId"].as_str().unwrap().to_owned()));
        assert_eq!(page["Truncated"], !page["NextMarker"].is_null());
        marker = page["NextMarker"].take();
        if marker.is_null() {
            break;
        }
    }
    assert_eq!(seen, made);
    let refusal = refused(&emulator, "ListKeys", json!({"Marker": "nonsense"})).await;
    assert_eq!(refusal.0, "InvalidMarkerException");
}

/// Recorded: test_update_and_add_tags_on_tagged_key, 2025-01.
#[tokio::test]
async fn tags_are_added_replaced_and_removed() {
    let emulator = emulator();
    let (id, _) = new_key(&emulator).await;
    let tag = |key: &str, value: &str| json!({"TagKey": key, "TagValue": value});
    call(&emulator, "TagResource", json!({"KeyId": id, "Tags": [tag("b", "1"), tag("a", "2")]})).await;
    call(&emulator, "TagResource", json!({"KeyId": id, "Tags": [tag("b", "3")]})).await;
    let listed = || call(&emulator, "ListResourceTags", json!({"KeyId": id}));
    assert_eq!(listed().await["Tags"], json!([tag("a", "2"), tag("b", "3")]));
    call(&emulator, "UntagResource", json!({"KeyId": id, "TagKeys": ["a", "none"]})).await;
    assert_eq!(listed().await, json!({"Tags": [tag("b", "3")], "Truncated": false}));
    let many: Vec<_> = (0..50).map(|number| tag(&number.to_string(), "")).collect();
    let refusal = refused(&emulator, "TagResource", json!({"KeyId": id, "Tags": many})).await;
    assert_eq!(refusal, error("TagException", "Too many tags"));
}
