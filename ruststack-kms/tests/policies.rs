//! Key policies, as they are kept.

use serde_json::{Value, json};

use crate::{call, emulator, error, new_key, refused};

/// Documented: <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>.
#[tokio::test]
async fn a_key_has_a_policy_from_the_beginning() {
    let emulator = emulator();
    let (id, _) = new_key(&emulator).await;
    let got = call(&emulator, "GetKeyPolicy", json!({"KeyId": id, "PolicyName": "default"})).await;
    assert_eq!(got["PolicyName"], "default");
    let policy: Value = serde_json::from_str(got["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Id"], "key-default-1");
    assert_eq!(policy["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::000000000000:root");
    let names = call(&emulator, "ListKeyPolicies", json!({"KeyId": id})).await;
    assert_eq!(names, json!({"PolicyNames": ["default"], "Truncated": false}));
}

#[tokio::test]
async fn a_policy_is_kept_as_it_was_written() {
    let emulator = emulator();
    let (id, _) = new_key(&emulator).await;
    let policy = r#"{ "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}] }"#;
    call(&emulator, "PutKeyPolicy", json!({"KeyId": id, "Policy": policy})).await;
    assert_eq!(call(&emulator, "GetKeyPolicy", json!({"KeyId": id})).await["Policy"], policy);
    let other = refused(&emulator, "GetKeyPolicy", json!({"KeyId": id, "PolicyName": "other"})).await;
    assert_eq!(other, error("NotFoundException", "No such policy exists"));
    let refusal = refused(&emulator, "PutKeyPolicy", json!({"KeyId": id, "Policy": "nonsense"})).await;
    assert_eq!(refusal.0, "MalformedPolicyDocumentException");
}
