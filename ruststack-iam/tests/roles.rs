//! Roles, what hangs on them, and what keeps them from going.

use crate::{TRUST, allow, call, create_policy, create_role, emulator, error, refused};

/// Recorded: test_create_describe_role, 2025-03-06.
#[tokio::test]
async fn a_role_tells_what_it_was_made_with() {
    let emulator = emulator();
    let parameters = [("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST), ("Path", "/a/b/")];
    let made = call(&emulator, "CreateRole", &parameters).await;
    assert_eq!(made.element("Arn"), Some("arn:aws:iam::000000000000:role/a/b/r"));
    assert_eq!((made.element("MaxSessionDuration"), made.element("CreateDate")), (None, Some("2026-10-21T07:28:00Z")));
    let id = made.element("RoleId").unwrap();
    assert_eq!((id.len(), &id[..4]), (21, "AROA"));
    let got = call(&emulator, "GetRole", &[("RoleName", "r")]).await;
    assert_eq!(got.element("MaxSessionDuration"), Some("3600"));
    assert!(got.body.contains("<RoleLastUsed"), "{}", got.body);
    assert!(got.element("AssumeRolePolicyDocument").unwrap().starts_with("%7B%22Version%22%3A%222012-10-17%22"));
    for (prefix, count) in [("/", 1), ("/a/", 1), ("/b/", 0)] {
        let listed = call(&emulator, "ListRoles", &[("PathPrefix", prefix)]).await;
        assert_eq!(listed.body.matches("<RoleName>").count(), count, "{prefix}");
    }
}

#[tokio::test]
async fn a_name_is_of_one_role_however_it_is_spelled() {
    let emulator = emulator();
    create_role(&emulator, "Name").await;
    let again = [("RoleName", "NAME"), ("AssumeRolePolicyDocument", TRUST)];
    let taken = error("EntityAlreadyExists", "Role with name NAME already exists.");
    assert_eq!(refused(&emulator, "CreateRole", &again).await, taken);
    let missing = error("NoSuchEntity", "The role with name other cannot be found.");
    assert_eq!(refused(&emulator, "GetRole", &[("RoleName", "other")]).await, missing);
}

#[tokio::test]
async fn a_role_goes_when_nothing_hangs_on_it() {
    let emulator = emulator();
    create_role(&emulator, "r").await;
    let arn = create_policy(&emulator, "p", &allow("s3:*", "*")).await;
    let role = ("RoleName", "r");
    call(&emulator, "AttachRolePolicy", &[role, ("PolicyArn", &arn)]).await;
    let document = allow("s3:*", "*");
    call(&emulator, "PutRolePolicy", &[role, ("PolicyName", "i"), ("PolicyDocument", &document)]).await;
    call(&emulator, "CreateInstanceProfile", &[("InstanceProfileName", "m")]).await;
    call(&emulator, "AddRoleToInstanceProfile", &[role, ("InstanceProfileName", "m")]).await;
    let conflict = |text| error("DeleteConflict", text);
    let text = "Cannot delete entity, must remove roles from instance profile first.";
    assert_eq!(refused(&emulator, "DeleteRole", &[role]).await, conflict(text));
    call(&emulator, "RemoveRoleFromInstanceProfile", &[role, ("InstanceProfileName", "m")]).await;
    let text = "Cannot delete entity, must detach all policies first.";
    assert_eq!(refused(&emulator, "DeleteRole", &[role]).await, conflict(text));
    call(&emulator, "DetachRolePolicy", &[role, ("PolicyArn", &arn)]).await;
    let text = "Cannot delete entity, must delete policies first.";
    assert_eq!(refused(&emulator, "DeleteRole", &[role]).await, conflict(text));
    call(&emulator, "DeleteRolePolicy", &[role, ("PolicyName", "i")]).await;
    call(&emulator, "DeleteRole", &[role]).await;
    assert_eq!(refused(&emulator, "GetRole", &[role]).await.0, "NoSuchEntity");
}

/// Recorded: test_service_role_lifecycle_custom_suffix and its neighbours, 2025-03-13.
#[tokio::test]
async fn services_have_roles_of_their_own() {
    let emulator = emulator();
    let service = ("AWSServiceName", "autoscaling.amazonaws.com");
    let made = call(&emulator, "CreateServiceLinkedRole", &[service, ("CustomSuffix", "x")]).await;
    assert_eq!(made.element("RoleName"), Some("AWSServiceRoleForAutoScaling_x"));
    assert_eq!(made.element("Path"), Some("/aws-service-role/autoscaling.amazonaws.com/"));
    let text = "Service role name AWSServiceRoleForAutoScaling_x has been taken in this account, please try a different \
                suffix.";
    let again = refused(&emulator, "CreateServiceLinkedRole", &[service, ("CustomSuffix", "x")]).await;
    assert_eq!(again, error("InvalidInput", text));
    let other = [("AWSServiceName", "batch.amazonaws.com"), ("CustomSuffix", "x")];
    let text = "Custom suffix is not allowed for batch.amazonaws.com";
    assert_eq!(refused(&emulator, "CreateServiceLinkedRole", &other).await, error("InvalidInput", text));
    let role = ("RoleName", "AWSServiceRoleForAutoScaling_x");
    assert_eq!(refused(&emulator, "DeleteRole", &[role]).await.0, "UnmodifiableEntity");
    let task = call(&emulator, "DeleteServiceLinkedRole", &[role]).await;
    let task = task.element("DeletionTaskId").unwrap();
    let status = call(&emulator, "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", task)]).await;
    assert_eq!(status.element("Status"), Some("SUCCEEDED"));
}

#[tokio::test]
async fn tags_are_one_whatever_their_keys_letters_case() {
    let emulator = emulator();
    create_role(&emulator, "r").await;
    let parameters = [("RoleName", "r"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "1")];
    call(&emulator, "TagRole", &parameters).await;
    let twice = [
        ("RoleName", "r"),
        ("Tags.member.1.Key", "b"),
        ("Tags.member.1.Value", "1"),
        ("Tags.member.2.Key", "B"),
        ("Tags.member.2.Value", "2"),
    ];
    let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    assert_eq!(refused(&emulator, "TagRole", &twice).await, error("InvalidInput", text));
    assert_eq!(call(&emulator, "ListRoleTags", &[("RoleName", "r")]).await.element("Key"), Some("a"));
    call(&emulator, "UntagRole", &[("RoleName", "r"), ("TagKeys.member.1", "a")]).await;
    assert_eq!(call(&emulator, "ListRoleTags", &[("RoleName", "r")]).await.element("Key"), None);
}
