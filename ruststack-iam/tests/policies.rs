//! Managed policies: their versions, whom they hang on, and those of AWS.

use crate::{allow, call, create_policy, create_role, create_user, emulator, error, refused};

#[tokio::test]
async fn a_policy_has_five_versions_at_most_of_which_one_counts() {
    let emulator = emulator();
    let arn = create_policy(&emulator, "p", &allow("s3:*", "*")).await;
    let policy = ("PolicyArn", arn.as_str());
    let document = allow("sqs:*", "*");
    for _ in 0..4 {
        call(&emulator, "CreatePolicyVersion", &[policy, ("PolicyDocument", &document)]).await;
    }
    let text = "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
                version.";
    let more = refused(&emulator, "CreatePolicyVersion", &[policy, ("PolicyDocument", &document)]).await;
    assert_eq!(more, error("LimitExceeded", text));
    call(&emulator, "SetDefaultPolicyVersion", &[policy, ("VersionId", "v3")]).await;
    let got = call(&emulator, "GetPolicy", &[policy]).await;
    assert_eq!(got.element("DefaultVersionId"), Some("v3"));
    let text = "Cannot delete the default version of a policy.";
    let version = [policy, ("VersionId", "v3")];
    assert_eq!(refused(&emulator, "DeletePolicyVersion", &version).await, error("DeleteConflict", text));
    call(&emulator, "DeletePolicyVersion", &[policy, ("VersionId", "v1")]).await;
    let made = call(&emulator, "CreatePolicyVersion", &[policy, ("PolicyDocument", &document)]).await;
    assert_eq!(made.element("VersionId"), Some("v6"));
    assert_eq!(refused(&emulator, "DeletePolicy", &[policy]).await.0, "DeleteConflict");
    for version in ["v2", "v4", "v5", "v6"] {
        call(&emulator, "DeletePolicyVersion", &[policy, ("VersionId", version)]).await;
    }
    call(&emulator, "DeletePolicy", &[policy]).await;
    let text = format!("Policy {arn} was not found.");
    assert_eq!(refused(&emulator, "GetPolicy", &[policy]).await, error("NoSuchEntity", &text));
}

/// Recorded: test_role_attach_policy, 2025-06-19.
#[tokio::test]
async fn a_policy_is_attached_by_its_arn() {
    let emulator = emulator();
    create_role(&emulator, "r").await;
    create_user(&emulator, "u").await;
    let arn = create_policy(&emulator, "p", &allow("s3:*", "*")).await;
    let attach = |arn: &str| [("RoleName".to_owned(), "r".to_owned()), ("PolicyArn".to_owned(), arn.to_owned())];
    for (arn, code, text) in [
        ("longpolicynamebutnoarn", "ValidationError", "Invalid ARN:  Could not be parsed!"),
        (
            "arn:aws:iam::000000000000:policy/other",
            "NoSuchEntity",
            "Policy arn:aws:iam::000000000000:policy/other does not exist or is not attachable.",
        ),
    ] {
        let parameters = attach(arn);
        let parameters = parameters.each_ref().map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(refused(&emulator, "AttachRolePolicy", &parameters).await, error(code, text));
    }
    let policy = ("PolicyArn", arn.as_str());
    call(&emulator, "AttachRolePolicy", &[("RoleName", "r"), policy]).await;
    call(&emulator, "PutUserPermissionsBoundary", &[("UserName", "u"), ("PermissionsBoundary", &arn)]).await;
    let got = call(&emulator, "GetPolicy", &[policy]).await;
    let counts = ["AttachmentCount", "PermissionsBoundaryUsageCount"].map(|name| got.element(name));
    assert_eq!(counts, [Some("1"), Some("1")]);
    let entities = call(&emulator, "ListEntitiesForPolicy", &[policy]).await;
    assert_eq!((entities.element("RoleName"), entities.element("UserName")), (Some("r"), Some("u")));
    let usage = ("PolicyUsageFilter", "PermissionsBoundary");
    let entities = call(&emulator, "ListEntitiesForPolicy", &[policy, usage]).await;
    assert_eq!((entities.element("RoleName"), entities.element("UserName")), (None, Some("u")));
    let text = "Cannot delete a policy attached to entities.";
    assert_eq!(refused(&emulator, "DeletePolicy", &[policy]).await, error("DeleteConflict", text));
}

#[tokio::test]
async fn awss_policies_are_there_for_all() {
    let emulator = emulator();
    create_role(&emulator, "r").await;
    for name in ["AdministratorAccess", "service-role/AWSLambdaBasicExecutionRole", "SomeOtherOfThem"] {
        let arn = format!("arn:aws:iam::aws:policy/{name}");
        call(&emulator, "AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &arn)]).await;
        let got = call(&emulator, "GetPolicy", &[("PolicyArn", &arn)]).await;
        assert_eq!(got.element("AttachmentCount"), Some("1"), "{name}");
        let version = ("VersionId", got.element("DefaultVersionId").unwrap());
        let version = call(&emulator, "GetPolicyVersion", &[("PolicyArn", &arn), version]).await;
        assert!(version.element("Document").unwrap().starts_with("%7B"), "{name}");
        assert_eq!(refused(&emulator, "DeletePolicy", &[("PolicyArn", &arn)]).await.0, "AccessDenied");
    }
    let own = call(&emulator, "ListPolicies", &[("Scope", "Local")]).await;
    assert_eq!(own.element("PolicyName"), None);
    let first = call(&emulator, "ListPolicies", &[("MaxItems", "10")]).await;
    assert_eq!((first.body.matches("<PolicyName>").count(), first.element("IsTruncated")), (10, Some("true")));
    let marker = ("Marker", first.element("Marker").unwrap());
    let second = call(&emulator, "ListPolicies", &[("MaxItems", "10"), marker]).await;
    assert!(second.element("PolicyName") > first.element("PolicyName"));
}
