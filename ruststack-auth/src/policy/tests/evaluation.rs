//! How policies of several kinds come together: `reference_policies_evaluation-logic.html` and the pages below it.

use super::*;
use crate::policy::evaluate::{AclGrant, Deciding, Ground};

const ALLOW: &str = r#"{"Sid": "Yes", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::bucket/*"}"#;
const DENY: &str = r#"{"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}"#;
const OTHERWISE: &str = r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}"#;

/// A resource's statement for a principal: JSON.
fn grant(effect: &str, principal: &str) -> NamedPolicy {
    resource(&format!(
        r#"{{"Sid": "Grant", "Effect": "{effect}", {principal}, "Action": "s3:GetObject", "Resource": "{OBJECT}"}}"#
    ))
}

fn aws(names: &str) -> String {
    format!(r#""Principal": {{"AWS": {names}}}"#)
}

/// What comes of it, in a word: who allows, who denies, or who fails to allow.
fn word(decision: Decision<'_>) -> String {
    match decision {
        Decision::Allowed(Ground::Statement(Deciding { source, .. })) => format!("{source:?}"),
        Decision::Allowed(ground) => format!("{ground:?}"),
        Decision::ImplicitDeny(source) => format!("no {source:?}"),
        Decision::ExplicitDeny(Deciding { source, .. }) => format!("denied by {source:?}"),
    }
}

fn decide(policies: Policies<'_>, caller: &Caller) -> String {
    word(get_object(policies, caller, &ContextKeys::default()))
}

#[test]
fn an_identity_may_what_its_policies_allow_and_none_denies() {
    let (allow, deny, otherwise) = (identity(ALLOW), identity(DENY), identity(OTHERWISE));
    let alice = user(OWN, "alice");
    for (policies, expected) in [
        (vec![], "no Identity"),
        (vec![otherwise.clone()], "no Identity"),
        (vec![allow.clone()], "Identity"),
        (vec![otherwise, allow.clone()], "Identity"),
        (vec![allow, deny], "denied by Identity"),
    ] {
        assert_eq!(decide(Policies { identity: &policies, ..Policies::default() }, &alice), expected);
    }
}

/// The tables of `reference_policies_evaluation-logic_policy-eval-basics-single-account.html`.
#[test]
fn in_one_account_either_side_suffices() {
    let allow = [identity(ALLOW)];
    let (alice, role) = (user(OWN, "alice"), session(OWN, "reader", "s1"));
    let user_arn = aws(r#""arn:aws:iam::111122223333:user/alice""#);
    let role_arn = aws(r#""arn:aws:iam::111122223333:role/reader""#);
    let session_arn = aws(r#""arn:aws:sts::111122223333:assumed-role/reader/s1""#);
    let account = aws(r#""111122223333""#);
    for (caller, principal, expected) in [
        (&alice, &user_arn, "Resource"),
        (&alice, &aws(r#""*""#), "Resource"),
        (&alice, &r#""Principal": "*""#.to_owned(), "Resource"),
        (&alice, &role_arn, "no Identity"),
        (&role, &role_arn, "Resource"),
        (&role, &session_arn, "Resource"),
        (&role, &user_arn, "no Identity"),
        // What is granted to the account, the account has yet to pass on.
        (&alice, &account, "no Identity"),
        (&role, &account, "no Identity"),
    ] {
        let grant = grant("Allow", principal);
        let policies = Policies { resource: Some(&grant), ..Policies::default() };
        assert_eq!(decide(policies, caller), expected, "{} {principal}", caller.name);
        let both = Policies { identity: &allow, ..policies };
        assert!(get_object(both, caller, &ContextKeys::default()).is_allowed(), "{} {principal}", caller.name);
    }
}

#[test]
fn a_boundary_and_a_sessions_policies_limit_what_the_identity_may() {
    let (allow, otherwise, deny) = ([identity(ALLOW)], [identity(OTHERWISE)], [identity(DENY)]);
    let role = session(OWN, "reader", "s1");
    for (boundary, session, expected) in [
        (None, None, "Identity"),
        (Some(&allow[0]), Some(&allow[..]), "Identity"),
        (Some(&otherwise[0]), None, "no Boundary"),
        (Some(&deny[0]), None, "denied by Boundary"),
        (Some(&allow[0]), Some(&otherwise[..]), "no Session"),
        (None, Some(&[]), "no Session"),
        (None, Some(&deny[..]), "denied by Session"),
    ] {
        let policies = Policies { identity: &allow, boundary, session, ..Policies::default() };
        assert_eq!(decide(policies, &role), expected);
        assert!(!get_object(Policies { identity: &[], ..policies }, &role, &ContextKeys::default()).is_allowed());
    }
}

/// `access_policies_boundaries.html` and, of `*`, `reference_policies_elements_principal.html`: a grant to the user or
/// the session itself, or to all, is not limited; one to the role is.
#[test]
fn limits_do_not_reach_what_a_resource_grants_directly() {
    let otherwise = [identity(OTHERWISE)];
    let (alice, role) = (user(OWN, "alice"), session(OWN, "reader", "s1"));
    let federated = "arn:aws:sts::111122223333:federated-user/bob";
    let bob = caller(CallerKind::FederatedUser, OWN, federated, Some("arn:aws:iam::111122223333:user/alice"));
    for (caller, principal, expected) in [
        (&alice, "arn:aws:iam::111122223333:user/alice", "Resource"),
        (&alice, "*", "Resource"),
        (&role, "arn:aws:sts::111122223333:assumed-role/reader/s1", "Resource"),
        (&role, "arn:aws:iam::111122223333:role/reader", "no Boundary"),
        (&role, "*", "Resource"),
        (&bob, federated, "Resource"),
        (&bob, "arn:aws:iam::111122223333:user/alice", "no Boundary"),
    ] {
        let grant = grant("Allow", &aws(&format!("{principal:?}")));
        let policies = Policies { resource: Some(&grant), boundary: Some(&otherwise[0]), ..Policies::default() };
        assert_eq!(decide(policies, caller), expected, "{} {principal}", caller.name);
    }
}

/// `reference_policies_evaluation-logic-cross-account.html`.
#[test]
fn across_accounts_both_sides_must_allow() {
    let (allow, otherwise) = ([identity(ALLOW)], [identity(OTHERWISE)]);
    let (bob, role, other_root) = (user(OTHER, "bob"), session(OTHER, "reader", "s1"), root(OTHER));
    for principal in [r#""444455556666""#, r#""arn:aws:iam::444455556666:root""#, r#""*""#] {
        let grant = grant("Allow", &aws(principal));
        let policies = Policies { resource: Some(&grant), ..Policies::default() };
        for (caller, identity, expected) in [
            (&bob, &allow[..], "Resource"),
            (&bob, &otherwise[..], "no Identity"),
            (&role, &allow, "Resource"),
            (&role, &[], "no Identity"),
            (&other_root, &[], "Resource"),
        ] {
            assert_eq!(decide(Policies { identity, ..policies }, caller), expected, "{} {principal}", caller.name);
        }
        let limited = Policies { identity: &allow, boundary: Some(&otherwise[0]), ..policies };
        assert_eq!(decide(limited, &bob), "no Boundary");
    }
    let policies = Policies { identity: &allow, ..Policies::default() };
    for caller in [&bob, &role, &other_root] {
        assert_eq!(decide(policies, caller), "no Resource");
    }
    let own = grant("Allow", &aws(r#""111122223333""#));
    assert_eq!(decide(Policies { resource: Some(&own), ..policies }, &bob), "no Resource");
}

#[test]
fn an_explicit_deny_wins_over_every_allow() {
    let allow = [identity(ALLOW)];
    let both = resource(&format!(
        r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "{OBJECT}"}},
           {{"Effect": "Deny", "Principal": {{"AWS": "111122223333"}}, "Action": "*", "Resource": "{OBJECT}"}}"#
    ));
    let policies = Policies { identity: &allow, resource: Some(&both), ..Policies::default() };
    for caller in [user(OWN, "alice"), session(OWN, "reader", "s1"), root(OWN)] {
        assert_eq!(decide(policies, &caller), "denied by Resource");
    }
    assert_eq!(decide(policies, &user(OTHER, "bob")), "Resource");
    assert_eq!(decide(policies, &Caller::anonymous()), "Resource");
}

#[test]
fn the_root_may_do_all_in_its_account() {
    assert_eq!(decide(Policies::default(), &root(OWN)), "Root");
    assert_eq!(decide(Policies::default(), &root(OTHER)), "no Resource");
}

#[test]
fn who_has_no_account_needs_a_grant_of_the_resource() {
    let (all, service) =
        (grant("Allow", &aws(r#""*""#)), grant("Allow", r#""Principal": {"Service": "a.amazonaws.com"}"#));
    let provider = grant("Allow", r#""Principal": {"Federated": "accounts.google.com"}"#);
    let allow = [identity(ALLOW)];
    for (caller, resource, expected) in [
        (Caller::anonymous(), None, "no Resource"),
        (Caller::anonymous(), Some(&all), "Resource"),
        (Caller::anonymous(), Some(&service), "no Resource"),
        (Caller::service("a.amazonaws.com"), Some(&service), "Resource"),
        (Caller::service("b.amazonaws.com"), Some(&service), "no Resource"),
        (Caller::service("b.amazonaws.com"), Some(&all), "Resource"),
        (Caller::federated("accounts.google.com"), Some(&provider), "Resource"),
        (Caller::federated("a.amazonaws.com"), Some(&service), "no Resource"),
    ] {
        let policies = Policies { resource, ..Policies::default() };
        assert_eq!(decide(policies, &caller), expected, "{caller:?}");
    }
    let policies = Policies { identity: &allow, ..Policies::default() };
    assert_eq!(decide(policies, &user(OWN, "alice")), "Identity");
}

#[test]
fn a_canonical_user_is_their_account() {
    let id = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    let grant = grant("Allow", &format!(r#""Principal": {{"CanonicalUser": "{id}"}}"#));
    let allow = [identity(ALLOW)];
    let policies = Policies { identity: &allow, resource: Some(&grant), ..Policies::default() };
    let bob = Caller { canonical_user: Some(id.to_owned()), ..user(OTHER, "bob") };
    assert_eq!(decide(policies, &bob), "Resource");
    assert_eq!(decide(policies, &user(OTHER, "bob")), "no Resource");
}

/// `reference_policies_elements_notprincipal.html`.
#[test]
fn not_principal_spares_who_is_named_in_every_role() {
    let allow = [identity(ALLOW)];
    let (bob, role) = (user(OTHER, "bob"), session(OTHER, "reader", "s1"));
    let (account, user_arn) = (r#""arn:aws:iam::444455556666:root""#, r#""arn:aws:iam::444455556666:user/bob""#);
    let role_arn = r#""arn:aws:iam::444455556666:role/reader""#;
    let session_arn = r#""arn:aws:sts::444455556666:assumed-role/reader/s1""#;
    for (caller, named, is_spared) in [
        (&bob, vec![user_arn, account], true),
        (&bob, vec![user_arn], false),
        (&bob, vec![account], false),
        (&role, vec![session_arn, role_arn, account], true),
        (&role, vec![role_arn, account], false),
        (&role, vec![session_arn, account], false),
        (&Caller::anonymous(), vec![account], false),
        (&root(OTHER), vec![account], true),
        (&root(OWN), vec![account], false),
    ] {
        let deny = format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}},
               {{"Effect": "Deny", "NotPrincipal": {{"AWS": [{}]}}, "Action": "*", "Resource": "*"}}"#,
            named.join(", ")
        );
        let deny = resource(&deny);
        let policies = Policies { identity: &allow, resource: Some(&deny), ..Policies::default() };
        let expected = if is_spared { "Resource" } else { "denied by Resource" };
        assert_eq!(decide(policies, caller), expected, "{caller:?} {named:?}");
    }
    // The warning of `access_policies_boundaries.html`.
    let deny = grant("Deny", &format!(r#""NotPrincipal": {{"AWS": [{account}, {user_arn}]}}"#));
    let policies = Policies { resource: Some(&deny), boundary: Some(&allow[0]), ..Policies::default() };
    assert_eq!(decide(policies, &bob), "denied by Resource");
    let allow_others = grant("Allow", &format!(r#""NotPrincipal": {{"AWS": {account}}}"#));
    let policies = Policies { resource: Some(&allow_others), ..Policies::default() };
    assert_eq!(decide(policies, &Caller::anonymous()), "Resource");
    assert_eq!(decide(policies, &root(OTHER)), "no Resource");
}

/// `reference_policies_elements_notaction.html` and `…_notresource.html`.
#[test]
fn not_action_and_not_resource_mean_all_others() {
    let alice = user(OWN, "alice");
    for (statement, expected) in [
        (r#"{"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"}"#, "Identity"),
        (r#"{"Effect": "Allow", "NotAction": ["s3:getobject", "iam:*"], "Resource": "*"}"#, "no Identity"),
        (r#"{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::secret/*"}"#, "Identity"),
        (r#"{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::BUCKET/*"}"#, "Identity"),
        (r#"{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::bucket/*"}"#, "no Identity"),
        (r#"{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::other/*"}"#, "denied by Identity"),
    ] {
        let policies = [identity(statement)];
        assert_eq!(decide(Policies { identity: &policies, ..Policies::default() }, &alice), expected, "{statement}");
    }
}

/// "How IAM roles differ from other resource-based policies", and the default key policies of KMS.
#[test]
fn roles_and_keys_need_a_grant_even_in_their_account() {
    let allow = [identity(ALLOW)];
    let alice = user(OWN, "alice");
    let policies = Policies { identity: &allow, needs_resource_grant: true, ..Policies::default() };
    assert_eq!(decide(policies, &alice), "no Resource");
    assert_eq!(decide(policies, &root(OWN)), "no Resource");
    let account = grant("Allow", &aws(r#""111122223333""#));
    let policies = Policies { resource: Some(&account), ..policies };
    assert_eq!(decide(policies, &alice), "Identity");
    assert_eq!(decide(Policies { identity: &[], ..policies }, &alice), "no Identity");
}

#[test]
fn an_acl_is_a_grant_of_the_resource() {
    let allow = [identity(ALLOW)];
    let account = Policies { acl: Some(AclGrant::Account), ..Policies::default() };
    let everyone = Policies { acl: Some(AclGrant::Everyone), ..Policies::default() };
    let bob = user(OTHER, "bob");
    assert_eq!(decide(account, &bob), "no Identity");
    assert_eq!(decide(Policies { identity: &allow, ..account }, &bob), "Acl");
    assert_eq!(decide(account, &root(OTHER)), "Acl");
    assert_eq!(decide(everyone, &Caller::anonymous()), "Acl");
    assert_eq!(decide(everyone, &user(OWN, "alice")), "Acl");
    assert_eq!(decide(account, &user(OWN, "alice")), "no Identity");
}

/// S3's RestrictPublicBuckets.
#[test]
fn a_policy_kept_in_its_account_grants_nothing_outside() {
    let allow = [identity(ALLOW)];
    let all = grant("Allow", &aws(r#""*""#));
    let policies =
        Policies { identity: &allow, resource: Some(&all), is_policy_kept_in_account: true, ..Policies::default() };
    assert_eq!(decide(policies, &user(OTHER, "bob")), "no Resource");
    assert_eq!(decide(policies, &Caller::anonymous()), "no Resource");
    assert_eq!(decide(policies, &Caller::service("a.amazonaws.com")), "Resource");
    assert_eq!(decide(policies, &user(OWN, "alice")), "Resource");
}

#[test]
fn an_action_without_a_resource_is_in_the_callers_account() {
    let list = [identity(r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#)];
    let (alice, nothing) = (user(OWN, "alice"), ContextKeys::default());
    let request = Request {
        caller: &alice,
        action: "s3:ListAllMyBuckets",
        resource: "*",
        resource_account: None,
        context: &nothing,
    };
    let policies = Policies { identity: &list, ..Policies::default() };
    assert_eq!(word(policies.decide(&request)), "Identity");
    assert_eq!(word(Policies::default().decide(&request)), "no Identity");
}

/// The messages of `troubleshoot_access-denied.html`.
#[test]
fn a_decision_names_the_statement_and_gives_awss_reason() {
    let nothing = ContextKeys::default();
    let alice = user(OWN, "alice");
    let two = resource(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
           {"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}"#,
    );
    let policies = Policies { resource: Some(&two), ..Policies::default() };
    let decision = get_object(policies, &alice, &nothing);
    let Decision::ExplicitDeny(deciding) = decision else { panic!("{decision:?}") };
    assert_eq!(deciding.to_string(), r#"resource-based policy "bucket", statement 1"#);
    assert_eq!(decision.reason("s3:GetObject"), "with an explicit deny in a resource-based policy");

    let deny = [identity(DENY)];
    let policies = Policies { identity: &deny, ..Policies::default() };
    let decision = get_object(policies, &alice, &nothing);
    let Decision::ExplicitDeny(deciding) = decision else { panic!("{decision:?}") };
    assert_eq!(deciding.to_string(), r#"identity-based policy "mine", statement "No""#);
    assert_eq!(decision.reason("s3:GetObject"), "with an explicit deny in an identity-based policy");

    let decision = get_object(Policies::default(), &alice, &nothing);
    assert_eq!(decision.reason("s3:GetObject"), "because no identity-based policy allows the s3:GetObject action");
}
