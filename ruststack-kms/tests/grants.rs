//! Grants come and go.

use serde_json::json;

use crate::{call, emulator, new_key, refused};

#[tokio::test]
async fn a_grant_is_listed_until_it_is_revoked_or_retired() {
    let emulator = emulator();
    let (id, arn) = new_key(&emulator).await;
    let (grantee, retiring) = ("arn:aws:iam::000000000000:role/reader", "arn:aws:iam::000000000000:role/admin");
    let input = json!({
        "KeyId": id, "GranteePrincipal": grantee, "RetiringPrincipal": retiring, "Operations": ["Decrypt"],
        "Name": "mine",
    });
    let made = call(&emulator, "CreateGrant", input.clone()).await;
    assert_eq!(call(&emulator, "CreateGrant", input.clone()).await["GrantId"], made["GrantId"]);
    let listed = call(&emulator, "ListGrants", json!({"KeyId": id})).await;
    assert_eq!(listed["Grants"].as_array().unwrap().len(), 1);
    let grant = &listed["Grants"][0];
    assert_eq!((&grant["KeyId"], &grant["Name"]), (&json!(arn), &json!("mine")));
    assert_eq!(grant["IssuingAccount"], "arn:aws:iam::000000000000:root");
    let retirable = call(&emulator, "ListRetirableGrants", json!({"RetiringPrincipal": retiring})).await;
    assert_eq!(retirable["Grants"], listed["Grants"]);
    call(&emulator, "RetireGrant", json!({"GrantToken": made["GrantToken"]})).await;
    let grant = call(&emulator, "CreateGrant", input).await["GrantId"].take();
    call(&emulator, "RevokeGrant", json!({"KeyId": id, "GrantId": grant})).await;
    assert_eq!(call(&emulator, "ListGrants", json!({"KeyId": id})).await["Grants"], json!([]));
    let again = refused(&emulator, "RevokeGrant", json!({"KeyId": id, "GrantId": grant})).await;
    assert_eq!(again.0, "InvalidGrantIdException");
    let unknown = refused(&emulator, "RetireGrant", json!({"GrantToken": "x"})).await;
    assert_eq!(unknown.0, "InvalidGrantTokenException");
}
