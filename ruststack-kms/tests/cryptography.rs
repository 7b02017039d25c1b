//! What is done with keys.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::{NO_KEY, call, create, emulator, error, new_key, refused};

/// Recorded: test_encrypt_decrypt_encryption_context, 2025-09-22.
#[tokio::test]
async fn a_ciphertext_says_its_key_and_needs_its_context() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    let context = json!({"a": "b"});
    let sealed = json!({"KeyId": id, "Plaintext": "c2VjcmV0", "EncryptionContext": context});
    let sealed = call(&emulator, "Encrypt", sealed).await;
    assert_eq!((&sealed["KeyId"], &sealed["EncryptionAlgorithm"]), (&json!(arn), &json!("SYMMETRIC_DEFAULT")));
    let blob = sealed["CiphertextBlob"].as_str().unwrap();
    let opened = call(&emulator, "Decrypt", json!({"CiphertextBlob": blob, "EncryptionContext": context})).await;
    assert_eq!((&opened["Plaintext"], &opened["KeyId"]), (&json!("c2VjcmV0"), &json!(arn)));
    let invalid = error("InvalidCiphertextException", "");
    for (blob, context) in [(blob, json!({})), (blob, json!({"a": "c"})), ("c29tZXRoaW5n", context.clone())] {
        let input = json!({"CiphertextBlob": blob, "EncryptionContext": context});
        assert_eq!(refused(&emulator, "Decrypt", input).await, invalid);
    }
    let with_key = json!({"CiphertextBlob": blob, "EncryptionContext": context, "KeyId": arn});
    call(&emulator, "Decrypt", with_key).await;
}

/// Recorded: test_re_encrypt_incorrect_source_key, 2025-06-09.
#[tokio::test]
async fn a_ciphertext_is_of_the_key_that_it_is_of() {
    let emulator = emulator();
    let ((one, _), (other, other_arn)) = (new_key(&emulator).await, new_key(&emulator).await);
    let sealed = call(&emulator, "Encrypt", json!({"KeyId": one, "Plaintext": "AA=="})).await;
    let blob = sealed["CiphertextBlob"].as_str().unwrap();
    let incorrect = "The key ID in the request does not identify a CMK that can perform this operation.";
    let refusal = refused(&emulator, "Decrypt", json!({"CiphertextBlob": blob, "KeyId": other})).await;
    assert_eq!(refusal, error("IncorrectKeyException", incorrect));
    let input = json!({"CiphertextBlob": blob, "SourceKeyId": other, "DestinationKeyId": one});
    assert_eq!(refused(&emulator, "ReEncrypt", input).await, error("IncorrectKeyException", incorrect));

    let input = json!({"CiphertextBlob": blob, "DestinationKeyId": other, "DestinationEncryptionContext": {"a": "b"}});
    let moved = call(&emulator, "ReEncrypt", input).await;
    assert_eq!(moved["KeyId"], other_arn);
    let blob = moved["CiphertextBlob"].as_str().unwrap();
    let opened = call(&emulator, "Decrypt", json!({"CiphertextBlob": blob, "EncryptionContext": {"a": "b"}})).await;
    assert_eq!((&opened["Plaintext"], &opened["KeyId"]), (&json!("AA=="), &json!(other_arn)));

    let mut foreign = STANDARD.decode(blob).unwrap();
    foreign[..36].copy_from_slice(NO_KEY.as_bytes());
    let refusal = refused(&emulator, "Decrypt", json!({"CiphertextBlob": STANDARD.encode(foreign)})).await;
    assert_eq!(refusal.0, "AccessDeniedException");
    assert!(refusal.1.starts_with("The ciphertext refers to a customer master key that does not exist"));
}

/// Recorded: test_generate_data_key, 2023-06-16; its key's material: documented since 2025-06.
#[tokio::test]
async fn a_data_key_comes_with_its_ciphertext() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    for (input, length) in [
        (json!({"KeyId": id, "KeySpec": "AES_256"}), 32),
        (json!({"KeyId": id, "KeySpec": "AES_128"}), 16),
        (json!({"KeyId": id, "NumberOfBytes": 1024}), 1024),
    ] {
        let made = call(&emulator, "GenerateDataKey", input.clone()).await;
        assert_eq!(made["KeyId"], arn);
        let plaintext = made["Plaintext"].as_str().unwrap();
        assert_eq!(STANDARD.decode(plaintext).unwrap().len(), length);
        let opened = call(&emulator, "Decrypt", json!({"CiphertextBlob": made["CiphertextBlob"]})).await;
        assert_eq!(opened["Plaintext"], plaintext);
        assert_eq!(opened["KeyMaterialId"], made["KeyMaterialId"]);
        let hidden = call(&emulator, "GenerateDataKeyWithoutPlaintext", input).await;
        assert!(hidden.get("Plaintext").is_none() && hidden["CiphertextBlob"].is_string());
    }
    for input in [json!({"KeyId": id}), json!({"KeyId": id, "KeySpec": "AES_256", "NumberOfBytes": 1})] {
        let refusal = refused(&emulator, "GenerateDataKey", input).await;
        assert_eq!(refusal, error("ValidationException", "Please specify either number of bytes or key spec."));
    }
}

/// Recorded: test_generate_random_invalid_number_of_bytes, 2023-04-13.
#[tokio::test]
async fn random_bytes_are_as_many_as_asked_for() {
    let emulator = emulator();
    let made = call(&emulator, "GenerateRandom", json!({"NumberOfBytes": 12})).await;
    assert_eq!(STANDARD.decode(made["Plaintext"].as_str().unwrap()).unwrap().len(), 12);
    let refusal = refused(&emulator, "GenerateRandom", json!({})).await;
    assert_eq!(refusal, error("ValidationException", "NumberOfBytes is required."));
    let text = "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must \
                have value less than or equal to 1024";
    let refusal = refused(&emulator, "GenerateRandom", json!({"NumberOfBytes": 1025})).await;
    assert_eq!(refusal, error("ValidationException", text));
}

/// Recorded: test_plaintext_size_for_encrypt, 2023-04-13.
#[tokio::test]
async fn a_plaintext_has_at_most_four_kibibytes() {
    let emulator = emulator();
    let (id, _) = new_key(&emulator).await;
    let encrypt = |length| json!({"KeyId": id, "Plaintext": STANDARD.encode(vec![0; length])});
    call(&emulator, "Encrypt", encrypt(4096)).await;
    let text = "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length \
                less than or equal to 4096";
    let refusal = refused(&emulator, "Encrypt", encrypt(4097)).await;
    assert_eq!(refusal, error("ValidationException", text));
}

/// Recorded: test_generate_and_verify_mac, 2023-11-07; test_invalid_verify_mac, 2023-04-13.
#[tokio::test]
async fn a_code_belongs_to_its_message() {
    let emulator = emulator();
    for (spec, algorithm, length) in [
        ("HMAC_224", "HMAC_SHA_224", 28),
        ("HMAC_256", "HMAC_SHA_256", 32),
        ("HMAC_384", "HMAC_SHA_384", 48),
        ("HMAC_512", "HMAC_SHA_512", 64),
    ] {
        let key = create(&emulator, json!({"KeySpec": spec, "KeyUsage": "GENERATE_VERIFY_MAC"})).await;
        let input = json!({"KeyId": key["KeyId"], "MacAlgorithm": algorithm, "Message": "AAAA"});
        let made = call(&emulator, "GenerateMac", input.clone()).await;
        assert_eq!(STANDARD.decode(made["Mac"].as_str().unwrap()).unwrap().len(), length);
        let mut verify = input;
        verify["Mac"] = made["Mac"].clone();
        assert_eq!(call(&emulator, "VerifyMac", verify.clone()).await["MacValid"], true);
        verify["Message"] = json!("AAAB");
        assert_eq!(refused(&emulator, "VerifyMac", verify).await, error("KMSInvalidMacException", ""));
    }
}

/// Recorded: test_error_messaging_for_invalid_keys, 2023-04-13.
#[tokio::test]
async fn a_key_is_good_for_what_it_was_made_for() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    let mac = create(&emulator, json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"})).await;
    let input = json!({"KeyId": id, "MacAlgorithm": "HMAC_SHA_256", "Message": "AA=="});
    let text = format!("{arn} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.");
    assert_eq!(refused(&emulator, "GenerateMac", input).await, error("InvalidKeyUsageException", text));
    let text =
        format!("{} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.", mac["Arn"].as_str().unwrap());
    let refusal = refused(&emulator, "Encrypt", json!({"KeyId": mac["KeyId"], "Plaintext": "AA=="})).await;
    assert_eq!(refusal, error("InvalidKeyUsageException", text));
    let input = json!({"KeyId": mac["KeyId"], "MacAlgorithm": "HMAC_SHA_512", "Message": "AA=="});
    let text = "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.";
    assert_eq!(refused(&emulator, "GenerateMac", input).await, error("InvalidKeyUsageException", text));
}

/// Recorded: test_generate_data_key_pair_dry_run, 2025-04-06.
#[tokio::test]
async fn a_dry_run_says_that_it_was_one() {
    let emulator = emulator();
    let (id, _) = new_key(&emulator).await;
    let text = "The request would have succeeded, but the DryRun option is set.";
    let refusal = refused(&emulator, "Encrypt", json!({"KeyId": id, "Plaintext": "AA==", "DryRun": true})).await;
    assert_eq!(refusal, error("DryRunOperationException", text));
}
