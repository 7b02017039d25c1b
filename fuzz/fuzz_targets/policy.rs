//! Policies: parsed or refused, and then evaluated.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use ruststack_auth::policy::{
    context::ContextKeys,
    document::{Policy, Rules},
    evaluate::{NamedPolicy, Policies, Request},
    principal::{Caller, CallerKind},
    public::NarrowingKeys,
};
use ruststack_core::scope::AccountId;

/// Half of the inputs are whole policies, half are statements in a policy that is one.
fn document(text: &[u8]) -> Vec<u8> {
    match text.split_first() {
        Some((b'{', _)) | None => text.to_owned(),
        Some((_, rest)) => {
            let start = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","#;
            [start.as_bytes(), rest, b"}]}"].concat()
        }
    }
}

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (value, resource, text) = input;
    let text = document(text);
    let mut context = ContextKeys::default();
    for key in ["aws:username", "aws:SourceIp", "aws:CurrentTime", "aws:SourceArn", "s3:prefix"] {
        context.set(key, value);
    }
    context.set_all("aws:TagKeys", value.split(',').map(str::to_owned).collect());
    let caller = Caller {
        kind: CallerKind::User,
        account: Some(AccountId::DEFAULT),
        name: value.to_owned(),
        issuer: None,
        canonical_user: None,
    };
    for rules in [Rules::IDENTITY, Rules::RESOURCE, Rules::TRUST] {
        let Ok(policy) = Policy::parse(&text, rules) else { continue };
        policy.is_public(NarrowingKeys::default());
        let policy = NamedPolicy { name: "fuzzed".into(), policy: Arc::new(policy) };
        let request = Request {
            caller: &caller,
            action: "s3:GetObject",
            resource,
            resource_account: Some(AccountId::DEFAULT),
            context: &context,
        };
        let own = std::slice::from_ref(&policy);
        let policies = Policies { identity: own, resource: Some(&policy), session: Some(own), ..Policies::default() };
        policies.decide(&request).reason(request.action);
    }
});
