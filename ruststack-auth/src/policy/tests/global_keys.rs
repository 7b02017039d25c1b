//! The keys that every request has: `reference_policies_condition-keys.html` and the table of principals in
//! `reference_policies_variables.html`.

use http::{HeaderMap, HeaderValue};
use ruststack_core::{
    clock::Timestamp,
    identity::{Identity, Principal},
    scope::Partition,
};

use super::*;
use crate::policy::context::Facts;

fn identity_of(principal: Principal) -> Identity {
    Identity { principal, ..Identity::anonymous(OWN.parse().unwrap()) }
}

fn keys_of(principal: Principal) -> ContextKeys {
    let mut headers = HeaderMap::new();
    headers.insert("referer", HeaderValue::from_static("https://example.com/"));
    headers.insert("user-agent", HeaderValue::from_static("aws-cli/2"));
    Facts {
        identity: &identity_of(principal),
        partition: Partition::AWS,
        principal_tags: &[("team".to_owned(), "yellow".to_owned())],
        headers: Some(&headers),
        source_ip: Some("::ffff:203.0.113.9".parse().unwrap()),
        is_secure: false,
        requested_region: "eu-west-1",
        resource_account: Some(OTHER.parse().unwrap()),
        now: Timestamp::from_seconds(1_795_248_000),
    }
    .keys()
}

#[test]
fn every_request_has_a_time_a_place_and_an_owner() {
    let keys = keys_of(Principal::Root);
    for (key, expected) in [
        ("aws:CurrentTime", "2026-11-21T08:00:00Z"),
        ("aws:EpochTime", "1795248000"),
        ("aws:SourceIp", "203.0.113.9"),
        ("aws:SecureTransport", "false"),
        ("aws:Referer", "https://example.com/"),
        ("aws:UserAgent", "aws-cli/2"),
        ("aws:RequestedRegion", "eu-west-1"),
        ("aws:ResourceAccount", OTHER),
        ("aws:PrincipalTag/Team", "yellow"),
    ] {
        assert_eq!(keys.single(key), Some(expected), "{key}");
    }
}

#[test]
fn each_kind_of_principal_has_its_keys() {
    let alice = Principal::User { name: "alice".to_owned(), path: "/".to_owned(), id: "AIDA1".to_owned() };
    let role = Principal::AssumedRole {
        role: "r".to_owned(),
        path: "/".to_owned(),
        role_id: "AROA1".to_owned(),
        session: "s".to_owned(),
    };
    let federated = Principal::FederatedUser { name: "bob".to_owned() };
    let arn = |text: &str| format!("arn:aws:{text}");
    for (principal, kind, id, principal_arn, name) in [
        (Principal::Anonymous, "Anonymous", "anonymous", None, None),
        (Principal::Root, "Account", OWN, Some(arn("iam::111122223333:root")), None),
        (alice, "User", "AIDA1", Some(arn("iam::111122223333:user/alice")), Some("alice")),
        (role, "AssumedRole", "AROA1:s", Some(arn("iam::111122223333:role/r")), None),
        (federated, "FederatedUser", "111122223333:bob", Some(arn("sts::111122223333:federated-user/bob")), None),
    ] {
        let keys = keys_of(principal);
        assert_eq!((keys.single("aws:PrincipalType"), keys.single("aws:userid")), (Some(kind), Some(id)));
        assert_eq!((keys.single("aws:PrincipalArn"), keys.single("aws:username")), (principal_arn.as_deref(), name));
        assert_eq!(keys.single("aws:PrincipalAccount").is_some(), principal_arn.is_some());
    }
}

#[test]
fn an_identity_is_a_caller() {
    let role = Principal::AssumedRole {
        role: "r".to_owned(),
        path: "/".to_owned(),
        role_id: "AROA1".to_owned(),
        session: "s".to_owned(),
    };
    assert_eq!(Caller::of(&identity_of(role), Partition::AWS), session(OWN, "r", "s"));
    assert_eq!(Caller::of(&identity_of(Principal::Root), Partition::AWS), root(OWN));
    assert_eq!(Caller::of(&identity_of(Principal::Anonymous), Partition::AWS), Caller::anonymous());
}

#[test]
fn a_key_without_values_is_absent() {
    let mut keys = keys(&[("aws:TagKeys", &["a", "b"])]);
    assert_eq!((keys.values("aws:tagkeys").len(), keys.single("aws:TagKeys")), (2, None));
    keys.set("AWS:TagKeys", "c");
    assert_eq!(keys.single("aws:TagKeys"), Some("c"));
    keys.set_all("aws:TagKeys", vec![]);
    assert!(keys.values("aws:TagKeys").is_empty());
    keys.set_if_some("aws:TagKeys", None::<String>);
    assert_eq!(keys, ContextKeys::default());
}
