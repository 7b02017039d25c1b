//! Exact bytes, and calls by name.

use ruststack_kms::Kms;
use ruststack_testkit::{ACCOUNT, Emulator};
use serde_json::json;

use crate::{NO_KEY, emulator, send};

/// Recorded: test_get_key_does_not_exist, 2025-09-08; the envelope is documented.
#[tokio::test]
async fn an_error_is_json_with_its_type() {
    let answer = send(&emulator(), ACCOUNT, "DescribeKey", &json!({"KeyId": NO_KEY})).await;
    insta::assert_snapshot!(answer.wire());
}

/// Recorded: test_encrypt_decrypt_encryption_context, 2025-09-22.
#[tokio::test]
async fn an_error_without_words_has_no_message() {
    let answer = send(&emulator(), ACCOUNT, "Decrypt", &json!({"CiphertextBlob": "AA=="})).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, r#"{"__type":"InvalidCiphertextException"}"#));
}

#[tokio::test]
async fn what_is_not_here_says_so() {
    for (operation, input) in [
        ("Sign", json!({"KeyId": NO_KEY, "Message": "AA==", "SigningAlgorithm": "ECDSA_SHA_256"})),
        ("CreateKey", json!({"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"})),
        ("CreateKey", json!({"Origin": "EXTERNAL"})),
    ] {
        let answer = send(&emulator(), ACCOUNT, operation, &input).await;
        assert_eq!(answer.status, 501, "{operation}: {}", answer.body);
    }
}

#[tokio::test]
async fn bad_input_is_refused() {
    let emulator = emulator();
    for (operation, input, code) in [
        ("DescribeKey", json!({}), "ValidationException"),
        ("DescribeKey", json!({"KeyId": 1}), "SerializationException"),
        ("DescribeKey", json!([]), "SerializationException"),
        ("Decrypt", json!({"CiphertextBlob": "****"}), "SerializationException"),
        ("Decrypt", json!({"CiphertextBlob": ""}), "ValidationException"),
        ("Encrypt", json!({"KeyId": "a\u{0}b", "Plaintext": "AA=="}), "NotFoundException"),
        ("Nothing", json!({}), "UnknownOperationException"),
    ] {
        let answer = send(&emulator, ACCOUNT, operation, &input).await;
        assert_eq!(answer.status, 400, "{operation}: {}", answer.body);
        assert!(answer.body.contains(code), "{operation}: {}", answer.body);
    }
}

#[tokio::test]
async fn other_services_call_by_name() {
    let kms = Kms::new(None);
    let emulator = Emulator::of(|_| vec![kms.clone()]);
    let bus = emulator.gateway().runtime().bus.clone();
    let input = json!({"KeyId": "alias/aws/s3"});
    let described = bus.request(&emulator.context(), "kms", "DescribeKey", input).await.unwrap();
    assert_eq!(described["KeyMetadata"]["KeyManager"], "AWS");
    let error = bus.request(&emulator.context(), "kms", "DescribeKey", json!({"KeyId": NO_KEY})).await.unwrap_err();
    assert_eq!(error.code(), "NotFoundException");
}
