//! Where identities are held to policies: IAM's own operations.

use ruststack_auth::Authorizer;
use ruststack_iam::Iam;
use ruststack_testkit::Emulator;

use crate::{CONFIG, allow, call, create_policy, create_user, send, statement};

fn with_policies() -> Emulator {
    Emulator::of(|keys| vec![Iam::new(CONFIG, keys, Some(Authorizer::new(keys.clone())))])
}

async fn status(emulator: &Emulator, key: &str, name: &str) -> u16 {
    send(emulator, key, "GetUser", &[("UserName", name)]).await.status
}

#[tokio::test]
async fn a_user_may_what_their_policies_and_their_groups_allow() {
    let emulator = with_policies();
    create_user(&emulator, "alice").await;
    create_user(&emulator, "bob").await;
    let key = call(&emulator, "CreateAccessKey", &[("UserName", "alice")]).await;
    let key = key.element("AccessKeyId").unwrap();
    let denied = send(&emulator, key, "GetUser", &[("UserName", "bob")]).await;
    let text = "User: arn:aws:iam::000000000000:user/alice is not authorized to perform: iam:GetUser on resource: \
                arn:aws:iam::000000000000:user/bob because no identity-based policy allows the iam:GetUser action";
    assert_eq!(denied.error(), (403, "AccessDenied", text));
    call(&emulator, "CreateGroup", &[("GroupName", "staff")]).await;
    call(&emulator, "AddUserToGroup", &[("GroupName", "staff"), ("UserName", "alice")]).await;
    let own = allow("iam:*", "arn:aws:iam::*:user/${aws:username}");
    let group = [("GroupName", "staff"), ("PolicyName", "own"), ("PolicyDocument", own.as_str())];
    call(&emulator, "PutGroupPolicy", &group).await;
    assert_eq!((status(&emulator, key, "alice").await, status(&emulator, key, "bob").await), (200, 403));
    let arn = create_policy(&emulator, "all", &allow("iam:*", "*")).await;
    call(&emulator, "AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", &arn)]).await;
    assert_eq!(status(&emulator, key, "bob").await, 200);
    let none = create_policy(&emulator, "none", &allow("s3:*", "*")).await;
    let boundary = [("UserName", "alice"), ("PermissionsBoundary", none.as_str())];
    call(&emulator, "PutUserPermissionsBoundary", &boundary).await;
    assert_eq!(status(&emulator, key, "bob").await, 403);
    call(&emulator, "DeleteUserPermissionsBoundary", &boundary[..1]).await;
    let deny = statement("Deny", "iam:GetUser", "*");
    let inline = [("UserName", "alice"), ("PolicyName", "deny"), ("PolicyDocument", deny.as_str())];
    call(&emulator, "PutUserPolicy", &inline).await;
    let denied = send(&emulator, key, "GetUser", &[("UserName", "bob")]).await;
    assert!(denied.error().2.ends_with("with an explicit deny in an identity-based policy"), "{}", denied.body);
}
