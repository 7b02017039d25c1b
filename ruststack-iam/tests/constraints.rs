//! What breaks the model's constraints, and the grammar of policies.

use crate::{call, create_user, emulator, error, refused};

#[tokio::test]
async fn names_are_held_to_their_letters() {
    let emulator = emulator();
    let text = "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the \
                following: +=,.@_-";
    let refusal = refused(&emulator, "CreateUser", &[("UserName", "a b")]).await;
    assert_eq!(refusal, error("ValidationError", text));
    let long = "x".repeat(65);
    let text = "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length \
                less than or equal to 64";
    let refusal = refused(&emulator, "CreateUser", &[("UserName", &long)]).await;
    assert_eq!(refusal, error("ValidationError", text));
    let text = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
                characters and/or / characters.";
    let refusal = refused(&emulator, "CreateUser", &[("UserName", "a"), ("Path", "x")]).await;
    assert_eq!(refusal, error("ValidationError", text));
}

/// Recorded: test_create_role_with_malformed_assume_role_policy_document, 2025-03-06.
#[tokio::test]
async fn documents_are_held_to_the_grammar() {
    let emulator = emulator();
    let role = |document| [("RoleName", "r"), ("AssumeRolePolicyDocument", document)];
    let malformed = |text| error("MalformedPolicyDocument", text);
    let refusal = refused(&emulator, "CreateRole", &role("nonsense")).await;
    assert_eq!(refusal, malformed("This policy contains invalid Json"));
    let resource = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*"}]}"#;
    assert_eq!(refused(&emulator, "CreateRole", &role(resource)).await, malformed("Has prohibited field Resource"));
    create_user(&emulator, "u").await;
    let policy = |document| [("UserName", "u"), ("PolicyName", "p"), ("PolicyDocument", document)];
    assert_eq!(refused(&emulator, "PutUserPolicy", &policy("nonsense")).await, malformed("Syntax errors in policy."));
}

#[tokio::test]
async fn what_there_is_not_says_so() {
    let emulator = emulator();
    let answer = crate::send(
        &emulator,
        ruststack_testkit::ACCOUNT,
        "GenerateOrganizationsAccessReport",
        &[("EntityPath", "o-a1b2c3d4e5/r-f6g7h8i9j0example")],
    );
    assert_eq!(answer.await.status, 501);
    let summary = call(&emulator, "GetAccountSummary", &[]).await;
    assert!(summary.body.contains("<key>Users</key><value>0</value>"), "{}", summary.body);
}
