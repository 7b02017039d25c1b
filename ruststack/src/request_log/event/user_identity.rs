//! Who sent a request, in CloudTrail's words.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>

use ruststack_core::{context::Context, identity::Principal};
use serde_json::{Map, Value, json};

pub(super) fn user_identity(ctx: &Context) -> Value {
    let identity = ctx.identity();
    let account = identity.account.to_string();
    let (kind, principal_id, user_name) = match &identity.principal {
        // As S3's records show who shows no credentials.
        Principal::Anonymous => return json!({ "type": "AWSAccount", "principalId": "", "accountId": "anonymous" }),
        Principal::Root => ("Root", account.clone(), None),
        Principal::User { name, id, .. } => ("IAMUser", id.clone(), Some(name)),
        Principal::AssumedRole { role_id, session, .. } => ("AssumedRole", format!("{role_id}:{session}"), None),
        Principal::FederatedUser { name } => ("FederatedUser", format!("{account}:{name}"), None),
    };
    let mut element = Map::new();
    let mut set = |name: &str, value: Value| element.insert(name.to_owned(), value);
    set("type", kind.into());
    set("principalId", principal_id.into());
    set("arn", identity.arn(ctx.scope().partition()).into());
    set("accountId", account.into());
    if let Some(key) = &identity.access_key {
        set("accessKeyId", key.as_str().into());
    }
    if let Some(name) = user_name {
        set("userName", name.as_str().into());
    }
    if let Some(session) = session_context(ctx) {
        set("sessionContext", session);
    }
    Value::Object(element)
}

/// Of temporary credentials: who issued them.
// Differs from AWS: when the session began is not told.
fn session_context(ctx: &Context) -> Option<Value> {
    let identity = ctx.identity();
    let (account, partition) = (identity.account.to_string(), ctx.scope().partition());
    let issuer = match &identity.principal {
        Principal::AssumedRole { role, path, role_id, .. } => json!({
            "type": "Role",
            "principalId": role_id,
            "arn": format!("arn:{partition}:iam::{account}:role{path}{role}"),
            "accountId": account,
            "userName": role,
        }),
        Principal::FederatedUser { .. } => json!({
            "type": "Root",
            "principalId": account,
            "arn": format!("arn:{partition}:iam::{account}:root"),
            "accountId": account,
        }),
        _ => return None,
    };
    Some(json!({ "sessionIssuer": issuer, "attributes": { "mfaAuthenticated": "false" } }))
}
