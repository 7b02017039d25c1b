//! Names of keys.

use serde_json::json;

use crate::{call, emulator, error, new_key, refused};

#[tokio::test]
async fn an_alias_leads_to_its_key_and_may_go_over_to_another() {
    let emulator = emulator();
    let ((one, arn), (other, other_arn)) = (new_key(&emulator).await, new_key(&emulator).await);
    let alias_arn = "arn:aws:kms:us-east-1:000000000000:alias/mine";
    call(&emulator, "CreateAlias", json!({"AliasName": "alias/mine", "TargetKeyId": one})).await;
    for name in ["alias/mine", alias_arn] {
        assert_eq!(call(&emulator, "DescribeKey", json!({"KeyId": name})).await["KeyMetadata"]["Arn"], arn);
    }
    call(&emulator, "UpdateAlias", json!({"AliasName": "alias/mine", "TargetKeyId": other_arn})).await;
    let listed = call(&emulator, "ListAliases", json!({"KeyId": other})).await;
    assert_eq!(listed["Aliases"][0]["AliasArn"], alias_arn);
    assert_eq!(listed["Aliases"][0]["TargetKeyId"], other);
    assert_eq!(call(&emulator, "ListAliases", json!({"KeyId": one})).await["Aliases"], json!([]));
    call(&emulator, "DeleteAlias", json!({"AliasName": "alias/mine"})).await;
    let gone = error("NotFoundException", format!("Alias {alias_arn} is not found."));
    for operation in ["DescribeKey", "DeleteAlias", "UpdateAlias"] {
        let input = json!({"KeyId": "alias/mine", "AliasName": "alias/mine", "TargetKeyId": one});
        assert_eq!(refused(&emulator, operation, input).await, gone, "{operation}");
    }
}

/// Recorded: test_create_alias, 2023-04-13.
#[tokio::test]
async fn what_cannot_be_an_alias_is_refused() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    let create =
        |name: &str, key: &str| refused(&emulator, "CreateAlias", json!({"AliasName": name, "TargetKeyId": key}));
    let prefix = "Alias must start with the prefix \"alias/\". Please see \
                  https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
    assert_eq!(create("invalid-alias-name", &id).await, error("ValidationException", prefix));
    assert_eq!(create("alias/aws/s3", &id).await.0, "NotAuthorizedException");
    call(&emulator, "CreateAlias", json!({"AliasName": "alias/a", "TargetKeyId": arn})).await;
    let twice = "An alias with the name arn:aws:kms:us-east-1:000000000000:alias/a already exists";
    assert_eq!(create("alias/a", &id).await, error("AlreadyExistsException", twice));
    assert_eq!(create("alias/b", "alias/a").await.0, "ValidationException");
}

#[tokio::test]
async fn a_key_of_awss_own_is_made_when_it_is_first_used() {
    let emulator = emulator();
    let describe = |name: &str| call(&emulator, "DescribeKey", json!({"KeyId": name}));
    let key = describe("alias/aws/s3").await["KeyMetadata"].take();
    assert_eq!((&key["KeyManager"], &key["KeyState"]), (&json!("AWS"), &json!("Enabled")));
    assert_eq!(describe("alias/aws/s3").await["KeyMetadata"], key);
    assert_ne!(describe("alias/aws/sqs").await["KeyMetadata"]["Arn"], key["Arn"]);
    let arn = key["Arn"].as_str().unwrap();
    let denied = format!(
        "User: arn:aws:iam::000000000000:root is not authorized to perform: kms:DisableKey on resource: {arn} because no \
         resource-based policy allows the kms:DisableKey action"
    );
    let refusal = refused(&emulator, "DisableKey", json!({"KeyId": arn})).await;
    assert_eq!(refusal, error("AccessDeniedException", denied));
    assert_eq!(refused(&emulator, "DescribeKey", json!({"KeyId": "alias/aws/moon"})).await.0, "NotFoundException");
}

#[tokio::test]
async fn some_operations_take_no_aliases() {
    let emulator = emulator();
    let refusal = refused(&emulator, "DisableKey", json!({"KeyId": "alias/aws/s3"})).await;
    assert_eq!(refusal, error("NotFoundException", "Invalid keyId 'alias/aws/s3'"));
}
