//! Keys of other accounts, with and without policies.

use ruststack_auth::Authorizer;
use ruststack_kms::Kms;
use ruststack_testkit::Emulator;
use serde_json::json;

use crate::{call, emulator, error, new_key, refused_to, send};

const OTHER: &str = "000000000042";

fn with_policies() -> Emulator {
    Emulator::of(|keys| vec![Kms::new(Some(Authorizer::new(keys.clone())))])
}

#[tokio::test]
async fn a_key_of_another_account_is_refused_whether_it_is_there_or_not() {
    for emulator in [emulator(), with_policies()] {
        let (id, arn) = new_key(&emulator).await;
        for arn in [&arn, &arn.replace(&id, crate::NO_KEY)] {
            let text = format!(
                "User: arn:aws:iam::{OTHER}:root is not authorized to perform: kms:DescribeKey on resource: {arn} because \
                 no resource-based policy allows the kms:DescribeKey action"
            );
            let refusal = refused_to(&emulator, OTHER, "DescribeKey", json!({"KeyId": arn})).await;
            assert_eq!(refusal, error("AccessDeniedException", text));
        }
    }
}

#[tokio::test]
async fn a_policy_opens_a_key_to_another_account_where_policies_count() {
    let policy = json!({
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"},
        ],
    });
    for (emulator, status) in [(with_policies(), 200), (emulator(), 400)] {
        let (id, arn) = new_key(&emulator).await;
        call(&emulator, "PutKeyPolicy", json!({"KeyId": id, "Policy": policy.to_string()})).await;
        let answer = send(&emulator, OTHER, "Encrypt", &json!({"KeyId": arn, "Plaintext": "AA=="})).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let refusal = refused_to(&emulator, OTHER, "DisableKey", json!({"KeyId": arn})).await;
        assert_eq!(refusal.0, "AccessDeniedException");
    }
}

#[tokio::test]
async fn a_key_is_closed_to_whom_its_policy_denies_it() {
    let emulator = with_policies();
    let (id, _) = new_key(&emulator).await;
    let policy = json!({
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"},
        ],
    });
    call(&emulator, "PutKeyPolicy", json!({"KeyId": id, "Policy": policy.to_string()})).await;
    call(&emulator, "DescribeKey", json!({"KeyId": id})).await;
    let refusal = crate::refused(&emulator, "Encrypt", json!({"KeyId": id, "Plaintext": "AA=="})).await;
    assert!(refusal.1.ends_with("with an explicit deny in a resource-based policy"), "{refusal:?}");
}
