//! Users: their keys, passwords and groups.

use ruststack_testkit::ACCOUNT;

use crate::{allow, call, create_user, emulator, error, refused, send};

#[tokio::test]
async fn a_key_is_its_users() {
    let emulator = emulator();
    call(&emulator, "CreateUser", &[("UserName", "alice"), ("Path", "/staff/")]).await;
    let key = call(&emulator, "CreateAccessKey", &[("UserName", "alice")]).await;
    let key = key.element("AccessKeyId").unwrap();
    assert_eq!((key.len(), &key[..4]), (20, "LKIA"));
    let got = send(&emulator, key, "GetUser", &[]).await;
    assert_eq!(got.element("Arn"), Some("arn:aws:iam::000000000000:user/staff/alice"));
    let used = send(&emulator, ACCOUNT, "GetAccessKeyLastUsed", &[("AccessKeyId", key)]).await;
    assert_eq!((used.element("UserName"), used.element("ServiceName")), (Some("alice"), Some("iam")));
    // Without a name they are the caller's.
    assert_eq!(send(&emulator, key, "ListAccessKeys", &[]).await.element("AccessKeyId"), Some(key));
    send(&emulator, key, "CreateAccessKey", &[]).await;
    let more = refused(&emulator, "CreateAccessKey", &[("UserName", "alice")]).await;
    assert_eq!(more, error("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"));
    let text = "Cannot delete entity, must remove referenced objects first.";
    assert_eq!(refused(&emulator, "DeleteUser", &[("UserName", "alice")]).await, error("DeleteConflict", text));
    call(&emulator, "DeleteAccessKey", &[("UserName", "alice"), ("AccessKeyId", key)]).await;
    // Whose key is gone is the account's root again, as all who show keys that nobody issued.
    let root = send(&emulator, key, "GetUser", &[]).await;
    assert_eq!(root.element("Arn"), Some("arn:aws:iam::000000000000:root"));
}

#[tokio::test]
async fn a_user_takes_all_along_to_another_name() {
    let emulator = emulator();
    create_user(&emulator, "alice").await;
    call(&emulator, "CreateGroup", &[("GroupName", "staff")]).await;
    call(&emulator, "AddUserToGroup", &[("GroupName", "staff"), ("UserName", "alice")]).await;
    let key = call(&emulator, "CreateAccessKey", &[("UserName", "alice")]).await;
    call(&emulator, "UpdateUser", &[("UserName", "alice"), ("NewUserName", "bob"), ("NewPath", "/x/")]).await;
    let got = send(&emulator, key.element("AccessKeyId").unwrap(), "GetUser", &[]).await;
    assert_eq!(got.element("Arn"), Some("arn:aws:iam::000000000000:user/x/bob"));
    call(&emulator, "UpdateGroup", &[("GroupName", "staff"), ("NewGroupName", "people")]).await;
    let groups = call(&emulator, "ListGroupsForUser", &[("UserName", "bob")]).await;
    assert_eq!(groups.element("GroupName"), Some("people"));
    let group = call(&emulator, "GetGroup", &[("GroupName", "people")]).await;
    assert_eq!(group.element("UserName"), Some("bob"));
    assert_eq!(refused(&emulator, "DeleteGroup", &[("GroupName", "people")]).await.0, "DeleteConflict");
}

#[tokio::test]
async fn a_password_is_held_to_the_accounts_policy() {
    let emulator = emulator();
    create_user(&emulator, "alice").await;
    let none = "The Password Policy with domain name 000000000000 cannot be found.";
    assert_eq!(refused(&emulator, "GetAccountPasswordPolicy", &[]).await, error("NoSuchEntity", none));
    let policy = [("MinimumPasswordLength", "10"), ("RequireNumbers", "true")];
    call(&emulator, "UpdateAccountPasswordPolicy", &policy).await;
    let create = |password: &'static str| [("UserName", "alice"), ("Password", password)];
    for (password, text) in [
        ("short", "Password should have a minimum length of 10"),
        ("long-enough", "Password should have at least one number"),
    ] {
        let refusal = refused(&emulator, "CreateLoginProfile", &create(password)).await;
        assert_eq!(refusal, error("PasswordPolicyViolation", text));
    }
    call(&emulator, "CreateLoginProfile", &create("long-enough-1")).await;
    let text = "Login Profile for user alice already exists.";
    let again = refused(&emulator, "CreateLoginProfile", &create("long-enough-1")).await;
    assert_eq!(again, error("EntityAlreadyExists", text));
    call(&emulator, "DeleteLoginProfile", &[("UserName", "alice")]).await;
    let text = "Login Profile for User alice cannot be found.";
    let missing = refused(&emulator, "GetLoginProfile", &[("UserName", "alice")]).await;
    assert_eq!(missing, error("NoSuchEntity", text));
}

#[tokio::test]
async fn pages_of_users_go_on_where_they_ended() {
    let emulator = emulator();
    for name in ["c", "a", "B"] {
        create_user(&emulator, name).await;
    }
    let first = call(&emulator, "ListUsers", &[("MaxItems", "2")]).await;
    assert_eq!((first.element("UserName"), first.element("IsTruncated")), (Some("a"), Some("true")));
    let rest = call(&emulator, "ListUsers", &[("Marker", first.element("Marker").unwrap())]).await;
    assert_eq!((rest.element("UserName"), rest.element("IsTruncated")), (Some("c"), Some("false")));
    assert_eq!(refused(&emulator, "ListUsers", &[("Marker", "nonsense")]).await.0, "ValidationError");
}

#[tokio::test]
async fn inline_policies_of_a_user_are_limited_together() {
    let emulator = emulator();
    create_user(&emulator, "u").await;
    let long = allow("s3:*", &format!("arn:aws:s3:::{}", "x".repeat(1000)));
    let put = |name: &'static str| [("UserName", "u"), ("PolicyName", name), ("PolicyDocument", long.as_str())];
    call(&emulator, "PutUserPolicy", &put("one")).await;
    let text = "Maximum policy size of 2048 bytes exceeded for user u";
    assert_eq!(refused(&emulator, "PutUserPolicy", &put("two")).await, error("LimitExceeded", text));
}
