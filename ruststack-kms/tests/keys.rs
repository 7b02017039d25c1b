//! What keys are, and the states they go through.

use ruststack_testkit::NOW;
use serde_json::json;

use crate::{NO_KEY, call, create, days, emulator, error, new_key, refused};

/// Recorded: test_create_key, and s3's test_s3_sse_validate_kms_key, 2026-02-21.
#[tokio::test]
async fn a_new_key_is_symmetric_and_enabled() {
    let emulator = emulator();
    let mut key = create(&emulator, json!({"Description": "test key 123"})).await;
    let material = key["CurrentKeyMaterialId"].take();
    assert_eq!(material.as_str().unwrap().len(), 64);
    let id = key["KeyId"].as_str().unwrap();
    let expected = json!({
        "AWSAccountId": "000000000000",
        "KeyId": id,
        "Arn": format!("arn:aws:kms:us-east-1:000000000000:key/{id}"),
        "CreationDate": NOW.seconds(),
        "Enabled": true,
        "Description": "test key 123",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
        "CurrentKeyMaterialId": null,
    });
    assert_eq!(key, expected);
    let described = call(&emulator, "DescribeKey", json!({"KeyId": id})).await;
    assert_eq!(described["KeyMetadata"]["CurrentKeyMaterialId"], material);
}

/// Recorded: test_create_multi_region_key; test_hmac_create_key.
#[tokio::test]
async fn other_kinds_of_keys_say_what_they_are() {
    let emulator = emulator();
    let key = create(&emulator, json!({"MultiRegion": true})).await;
    let (id, arn) = (key["KeyId"].as_str().unwrap(), &key["Arn"]);
    assert!(id.starts_with("mrk-") && id.len() == 36);
    let regions = json!({
        "MultiRegionKeyType": "PRIMARY",
        "PrimaryKey": {"Arn": arn, "Region": "us-east-1"},
        "ReplicaKeys": [],
    });
    assert_eq!(key["MultiRegionConfiguration"], regions);
    let mac = create(&emulator, json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"})).await;
    assert_eq!(mac["MacAlgorithms"], json!(["HMAC_SHA_256"]));
    assert!(mac.get("EncryptionAlgorithms").is_none() && mac.get("CurrentKeyMaterialId").is_none());
}

/// Recorded: test_get_key_does_not_exist, 2025-09-08, and its neighbours.
#[tokio::test]
async fn a_key_that_is_not_there_is_told_of_by_its_arn() {
    let emulator = emulator();
    let describe = |key: &str| refused(&emulator, "DescribeKey", json!({"KeyId": key}));
    let arn = format!("arn:aws:kms:us-east-1:000000000000:key/{NO_KEY}");
    let none = error("NotFoundException", format!("Key '{arn}' does not exist"));
    assert_eq!(describe(NO_KEY).await, none);
    assert_eq!(describe(&arn).await, none);
    assert_eq!(describe("fake-key-id").await, error("NotFoundException", "Invalid keyId 'fake-key-id'"));
    let elsewhere = arn.replace("us-east-1", "us-east-2");
    assert_eq!(describe(&elsewhere).await, error("NotFoundException", "Invalid arn us-east-2"));
}

/// Recorded: s3's test_s3_sse_validate_kms_key_state, 2026-02-21, in S3's words.
#[tokio::test]
async fn a_key_that_is_switched_off_is_of_no_use() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    let encrypt = json!({"KeyId": id, "Plaintext": "AA=="});
    call(&emulator, "DisableKey", json!({"KeyId": id})).await;
    let disabled = error("DisabledException", format!("{arn} is disabled."));
    assert_eq!(refused(&emulator, "Encrypt", encrypt.clone()).await, disabled);
    let described = call(&emulator, "DescribeKey", json!({"KeyId": id})).await;
    assert_eq!(described["KeyMetadata"]["KeyState"], "Disabled");
    call(&emulator, "EnableKey", json!({"KeyId": id})).await;
    call(&emulator, "Encrypt", encrypt).await;
}

#[tokio::test]
async fn a_key_is_deleted_when_its_window_is_over() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    call(&emulator, "CreateAlias", json!({"AliasName": "alias/a", "TargetKeyId": id})).await;
    let scheduled = call(&emulator, "ScheduleKeyDeletion", json!({"KeyId": id, "PendingWindowInDays": 7})).await;
    let expected = json!({
        "KeyId": arn,
        "DeletionDate": NOW.plus(days(7)).seconds(),
        "KeyState": "PendingDeletion",
        "PendingWindowInDays": 7,
    });
    assert_eq!(scheduled, expected);
    let pending = error("KMSInvalidStateException", format!("{arn} is pending deletion."));
    for operation in ["ScheduleKeyDeletion", "EnableKey", "DisableKey", "EnableKeyRotation", "GenerateDataKey"] {
        let input = json!({"KeyId": id, "NumberOfBytes": 16});
        assert_eq!(refused(&emulator, operation, input).await, pending, "{operation}");
    }
    emulator.clock().advance(days(7));
    assert_eq!(refused(&emulator, "DescribeKey", json!({"KeyId": id})).await.0, "NotFoundException");
    assert_eq!(call(&emulator, "ListKeys", json!({})).await["Keys"], json!([]));
    assert_eq!(call(&emulator, "ListAliases", json!({})).await["Aliases"], json!([]));
}

/// Documented: <https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html>.
#[tokio::test]
async fn a_key_that_is_not_deleted_after_all_is_disabled() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    call(&emulator, "ScheduleKeyDeletion", json!({"KeyId": id})).await;
    let cancelled = call(&emulator, "CancelKeyDeletion", json!({"KeyId": id})).await;
    assert_eq!(cancelled["KeyId"], arn);
    emulator.clock().advance(days(31));
    let described = call(&emulator, "DescribeKey", json!({"KeyId": id})).await;
    assert_eq!(described["KeyMetadata"]["KeyState"], "Disabled");
    let again = refused(&emulator, "CancelKeyDeletion", json!({"KeyId": id})).await;
    assert_eq!(again, error("KMSInvalidStateException", format!("{arn} is not pending deletion.")));
    for days in [6, 31] {
        let refused =
            refused(&emulator, "ScheduleKeyDeletion", json!({"KeyId": id, "PendingWindowInDays": days})).await;
        assert!(refused.1.contains("at 'pendingWindowInDays' failed to satisfy constraint"), "{refused:?}");
    }
}

/// Recorded: test_hmac_create_key_invalid_operations, 2023-04-13; tags: 2025-01-21.
#[tokio::test]
async fn what_cannot_be_a_key_is_refused() {
    let emulator = emulator();
    let create = |input| refused(&emulator, "CreateKey", input);
    let no_usage = "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
    assert_eq!(create(json!({"KeySpec": "HMAC_256"})).await, error("ValidationException", no_usage));
    assert_eq!(create(json!({"KeySpec": "X"})).await.0, "ValidationException");
    let two = json!({"KeySpec": "HMAC_256", "CustomerMasterKeySpec": "HMAC_256"});
    assert_eq!(create(two).await.0, "ValidationException");
    let tag = |key: &str| json!({"TagKey": key, "TagValue": ""});
    let twice = create(json!({"Tags": [tag("a"), tag("a")]})).await;
    assert_eq!(twice, error("TagException", "Duplicate tag keys"));
    let reserved = create(json!({"Tags": [tag("AWS:a")]})).await;
    assert_eq!(reserved, error("TagException", "Tags beginning with aws: are reserved"));
    let many: Vec<_> = (0..51).map(|number| tag(&number.to_string())).collect();
    assert_eq!(create(json!({"Tags": many})).await, error("TagException", "Too many tags"));
    let policy = create(json!({"Policy": "{}"})).await;
    assert_eq!(policy.0, "MalformedPolicyDocumentException");
}

#[tokio::test]
async fn a_description_is_changed() {
    let emulator = emulator();
    let (id, _) = new_key(&emulator).await;
    call(&emulator, "UpdateKeyDescription", json!({"KeyId": id, "Description": "other"})).await;
    let described = call(&emulator, "DescribeKey", json!({"KeyId": id})).await;
    assert_eq!(described["KeyMetadata"]["Description"], "other");
}
