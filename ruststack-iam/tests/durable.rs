//! All that IAM knows outlives the process, and snapshots hold it.

use ruststack_core::{
    journal::Changes,
    service::Part,
    snapshot::{Snapshot, restore},
};
use ruststack_iam::Iam;
use ruststack_testkit::{Emulator, NOW};

use crate::{CONFIG, allow, call, create_policy, create_role, create_user, emulator, refused, send};

#[tokio::test]
async fn identities_are_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Emulator::kept_in(folder.path(), |keys| vec![Iam::new(CONFIG, keys, None)]);
    let emulator = start();
    create_role(&emulator, "r").await;
    create_role(&emulator, "gone").await;
    let arn = create_policy(&emulator, "p", &allow("s3:*", "*")).await;
    call(&emulator, "AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &arn)]).await;
    call(&emulator, "DeleteRole", &[("RoleName", "gone")]).await;
    create_user(&emulator, "u").await;
    call(&emulator, "CreateAccountAlias", &[("AccountAlias", "house")]).await;
    let key = call(&emulator, "CreateAccessKey", &[("UserName", "u")]).await;
    let before = call(&emulator, "GetRole", &[("RoleName", "r")]).await.element("RoleId").unwrap().to_owned();
    drop(emulator);
    let emulator = start();
    assert_eq!(call(&emulator, "GetRole", &[("RoleName", "r")]).await.element("RoleId"), Some(before.as_str()));
    let attached = call(&emulator, "ListAttachedRolePolicies", &[("RoleName", "r")]).await;
    assert_eq!(attached.element("PolicyArn"), Some(arn.as_str()));
    assert_eq!(refused(&emulator, "GetRole", &[("RoleName", "gone")]).await.0, "NoSuchEntity");
    let got = send(&emulator, key.element("AccessKeyId").unwrap(), "GetUser", &[]).await;
    assert_eq!(got.element("UserName"), Some("u"));
    assert_eq!(call(&emulator, "ListAccountAliases", &[]).await.element("member"), Some("house"));
}

#[tokio::test]
async fn a_snapshot_brings_identities_back_and_a_reset_takes_them() {
    let emulator = emulator();
    create_user(&emulator, "u").await;
    let runtime = emulator.gateway().runtime();
    let services = emulator.gateway().registry().services().to_vec();
    let snapshot = Snapshot::take(&services, NOW);
    services[0].state().reset(&Part::default(), &Changes::of(runtime.journal.clone()));
    assert_eq!(refused(&emulator, "GetUser", &[("UserName", "u")]).await.0, "NoSuchEntity");
    let saved = [(services[0].clone(), snapshot.saved["iam"].clone())];
    restore(&saved, &runtime.journal).unwrap();
    call(&emulator, "GetUser", &[("UserName", "u")]).await;
}
