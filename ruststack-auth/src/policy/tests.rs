//! Policies against tables of what AWS documents.
//!
//! Sources are pages of the IAM user guide unless said otherwise; `assumed` marks what no page settles.

mod documents;
mod evaluation;
mod global_keys;
mod operators;
mod public;
mod sets;
mod substitution;

use std::sync::Arc;

use super::{
    context::ContextKeys,
    document::{Policy, Rules},
    error::InvalidPolicy,
    evaluate::{Decision, NamedPolicy, Policies, Request},
    principal::{Caller, CallerKind},
};

const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";
const OBJECT: &str = "arn:aws:s3:::bucket/key";

fn parse(text: &str, rules: Rules) -> Result<Policy, InvalidPolicy> {
    Policy::parse(text.as_bytes(), rules)
}

fn named(name: &str, text: &str, rules: Rules) -> NamedPolicy {
    NamedPolicy { name: name.into(), policy: Arc::new(parse(text, rules).expect(text)) }
}

/// An identity's policy of one statement.
fn identity(statement: &str) -> NamedPolicy {
    named("mine", &document(statement), Rules::IDENTITY)
}

/// A resource's policy of one statement or several.
fn resource(statements: &str) -> NamedPolicy {
    named("bucket", &document(statements), Rules::RESOURCE)
}

fn document(statements: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)
}

fn keys(pairs: &[(&'static str, &[&str])]) -> ContextKeys {
    let mut keys = ContextKeys::default();
    for (key, values) in pairs {
        keys.set_all(*key, values.iter().map(|value| (*value).to_owned()).collect());
    }
    keys
}

fn caller(kind: CallerKind, account: &str, name: &str, issuer: Option<&str>) -> Caller {
    let account = Some(account.parse().unwrap());
    Caller { kind, account, name: name.to_owned(), issuer: issuer.map(str::to_owned), canonical_user: None }
}

fn user(account: &str, name: &str) -> Caller {
    caller(CallerKind::User, account, &format!("arn:aws:iam::{account}:user/{name}"), None)
}

fn root(account: &str) -> Caller {
    caller(CallerKind::Root, account, &format!("arn:aws:iam::{account}:root"), None)
}

fn session(account: &str, role: &str, session: &str) -> Caller {
    let name = format!("arn:aws:sts::{account}:assumed-role/{role}/{session}");
    caller(CallerKind::Session, account, &name, Some(&format!("arn:aws:iam::{account}:role/{role}")))
}

/// A caller who reads an object of account [`OWN`].
fn get_object<'a>(policies: Policies<'a>, caller: &Caller, context: &ContextKeys) -> Decision<'a> {
    policies.decide(&Request {
        caller,
        action: "s3:GetObject",
        resource: OBJECT,
        resource_account: Some(OWN.parse().unwrap()),
        context,
    })
}

/// Whether a statement with this condition applies.
fn holds(condition: &str, context: &ContextKeys) -> bool {
    let statement = format!(r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}"#);
    let policies = [identity(&statement)];
    let policies = Policies { identity: &policies, ..Policies::default() };
    get_object(policies, &user(OWN, "alice"), context).is_allowed()
}
