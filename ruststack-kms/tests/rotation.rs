//! New material for old keys.

use ruststack_testkit::NOW;
use serde_json::{Value, json};

use crate::{call, create, days, emulator, error, new_key, refused};

/// Recorded: test_key_enable_rotation_status.
#[tokio::test]
async fn material_is_replaced_when_the_clock_says_so_and_still_decrypts() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    let status = || call(&emulator, "GetKeyRotationStatus", json!({"KeyId": id}));
    assert_eq!(status().await, json!({"KeyRotationEnabled": false, "KeyId": arn}));
    let sealed = call(&emulator, "Encrypt", json!({"KeyId": id, "Plaintext": "AA=="})).await;
    call(&emulator, "EnableKeyRotation", json!({"KeyId": id, "RotationPeriodInDays": 90})).await;
    let next = |count| {
        json!({
            "KeyRotationEnabled": true,
            "KeyId": arn,
            "RotationPeriodInDays": 90,
            "NextRotationDate": NOW.plus(days(count)).seconds(),
        })
    };
    assert_eq!(status().await, next(90));
    emulator.clock().advance(days(200));
    assert_eq!(status().await, next(270));
    let rotations = call(&emulator, "ListKeyRotations", json!({"KeyId": id})).await["Rotations"].take();
    let rotations: Vec<Value> = serde_json::from_value(rotations).unwrap();
    assert_eq!(rotations.len(), 2);
    assert_eq!(rotations[0]["RotationType"], "AUTOMATIC");
    let described = call(&emulator, "DescribeKey", json!({"KeyId": id})).await;
    assert_eq!(described["KeyMetadata"]["CurrentKeyMaterialId"], rotations[1]["KeyMaterialId"]);
    let opened = call(&emulator, "Decrypt", json!({"CiphertextBlob": sealed["CiphertextBlob"]})).await;
    assert_eq!(opened["Plaintext"], "AA==");
    assert_ne!(opened["KeyMaterialId"], rotations[1]["KeyMaterialId"]);
    call(&emulator, "DisableKeyRotation", json!({"KeyId": id})).await;
    assert_eq!(status().await["KeyRotationEnabled"], false);
}

/// Recorded: test_key_rotations_limits, 2025-04-03.
#[tokio::test]
async fn material_is_replaced_on_demand_a_number_of_times() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    for _ in 0..25 {
        assert_eq!(call(&emulator, "RotateKeyOnDemand", json!({"KeyId": id})).await["KeyId"], arn);
    }
    let text = format!(
        "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed \
         for this key: {arn}"
    );
    let refusal = refused(&emulator, "RotateKeyOnDemand", json!({"KeyId": id})).await;
    assert_eq!(refusal, error("LimitExceededException", text));
}

/// Recorded: test_rotate_key_on_demand_raises_error_given_non_symmetric_key, 2025-03-08, and its neighbours.
#[tokio::test]
async fn only_symmetric_keys_that_are_switched_on_are_rotated() {
    let emulator = emulator();
    let mac = create(&emulator, json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"})).await;
    let (id, arn) = new_key(&emulator).await;
    call(&emulator, "DisableKey", json!({"KeyId": id})).await;
    for operation in ["RotateKeyOnDemand", "EnableKeyRotation", "DisableKeyRotation"] {
        let refusal = refused(&emulator, operation, json!({"KeyId": mac["KeyId"]})).await;
        assert_eq!(refusal, error("UnsupportedOperationException", ""), "{operation}");
        let refusal = refused(&emulator, operation, json!({"KeyId": id})).await;
        assert_eq!(refusal, error("DisabledException", format!("{arn} is disabled.")), "{operation}");
    }
}
