//! Calls by name, as other services and init hooks make them.

use std::sync::Arc;

use ruststack_core::service::Service;
use ruststack_sts::{Config, Sts};
use ruststack_testkit::Emulator;

fn sts() -> (Arc<Sts>, Emulator) {
    let mut made = None;
    let emulator = Emulator::of(|keys| {
        let sts = Sts::new(Config { issues_aws_keys: false }, keys.clone(), None);
        made = Some(Arc::clone(&sts));
        vec![sts]
    });
    (made.unwrap(), emulator)
}

#[tokio::test]
async fn an_operation_is_called_by_name_with_members_as_the_sdks_name_them() {
    let (sts, emulator) = sts();
    let input = serde_json::json!({"Name": "user", "DurationSeconds": 900});
    let output = sts.request(emulator.context(), "GetFederationToken", input).await.unwrap();
    assert_eq!(output["FederatedUser"]["FederatedUserId"], "000000000000:user");
    assert_eq!(output["Credentials"]["Expiration"], 1_792_567_680 + 900);
}

#[tokio::test]
async fn a_call_by_name_is_checked_like_any_other() {
    let (sts, emulator) = sts();
    let refused = |operation: &'static str, input| {
        let (sts, ctx) = (Arc::clone(&sts), emulator.context());
        async move { sts.request(ctx, operation, input).await.unwrap_err().code().to_owned() }
    };
    assert_eq!(refused("GetFederationToken", serde_json::json!({})).await, "ValidationException");
    assert_eq!(refused("GetFederationToken", serde_json::json!({"Name": 1})).await, "SerializationException");
    assert_eq!(refused("Nothing", serde_json::json!({})).await, "NotImplemented");
}
